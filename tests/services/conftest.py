"""The composed services, built once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from wardsim.scenario.compose import compose
from wardsim.scenario.schema import Scenario


@cache
def composed(*overrides: str) -> Scenario:
    return compose(list(overrides))


@pytest.fixture(scope="session")
def service() -> Callable[..., Scenario]:
    """service("soteria_berne", "rotation=three_shift") -> Scenario, kept for the next test that asks."""

    def build(name: str, *overrides: str) -> Scenario:
        return composed(f"service={name}", *overrides)

    return build
