"""Fixtures: the made-up model in place of the real one, and three scenarios."""

from __future__ import annotations

import pytest

from tests.experiment.made_up import MadeUpModel, made_up_problems, made_up_roster, scenario
from wardsim.experiment import compare as compare_module
from wardsim.experiment import executors
from wardsim.scenario.schema import Scenario


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> MadeUpModel:
    """The made-up model, in place of the real one."""
    made_up = MadeUpModel()
    monkeypatch.setattr(executors, "load_engine", made_up.engine)
    monkeypatch.setattr(compare_module, "roster_summary", made_up_roster)
    monkeypatch.setattr(compare_module, "roster_problems", made_up_problems)
    return made_up


@pytest.fixture
def ward() -> Scenario:
    return scenario("ward")


@pytest.fixture
def three() -> list[Scenario]:
    """A baseline and two alternatives that differ in the presence norm."""
    return [scenario("one", presence=0.5), scenario("two", presence=0.6), scenario("three", presence=0.5001)]
