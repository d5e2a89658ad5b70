"""A difference split over the parts of an organisation: by hand, and on the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.experiment.made_up import MadeUpModel, scenario
from wardsim import load_scenario
from wardsim.experiment import explain as module
from wardsim.experiment.explain import WHOLE, blocks_of, explain, groups_that_differ, mixture, shapley
from wardsim.scenario.problems import ScenarioError

A, B, C = ("rotation",), ("power",), ("care",)


def test_shapley_by_hand() -> None:
    """Two groups: alone +1 and +3, together +10. Half of the 6 that only both give goes to each: 4 and 6."""
    values = {(): [0.0], (A,): [1.0], (B,): [3.0], (A, B): [10.0]}
    shares = shapley({key: np.array(v) for key, v in values.items()}, [A, B])
    assert shares[A] == pytest.approx([4.0])
    assert shares[B] == pytest.approx([6.0])


def test_three_groups_by_hand() -> None:
    """The glove game: A has a left glove, B and C right ones; a pair is worth 1. Shares 4/6, 1/6, 1/6."""
    pairs = [(A, B), (A, C), (A, B, C)]
    values = {s: np.array([float(s in pairs)]) for s in module._mixtures([A, B, C])}
    shares = shapley(values, [A, B, C])
    assert [float(shares[b][0]) for b in (A, B, C)] == pytest.approx([4 / 6, 1 / 6, 1 / 6])


def test_shares_add_up_whatever_the_values_are() -> None:
    draw = np.random.default_rng(3)
    values = {s: draw.normal(size=7) for s in module._mixtures([A, B, C])}
    total = sum(shapley(values, [A, B, C]).values())
    assert total == pytest.approx(values[A, B, C] - values[()])


@pytest.fixture
def any_mixture_works(model: MadeUpModel, monkeypatch: pytest.MonkeyPatch) -> MadeUpModel:
    monkeypatch.setattr(module, "is_a_ward", lambda ward: True)
    monkeypatch.setattr(module, "roster_summary", lambda ward: None)
    return model


def test_shares_of_a_model_whose_answer_is_known(any_mixture_works: MadeUpModel, tmp_path: Path) -> None:
    """In the made-up model contact follows care alone, and incidents the people times nothing of care."""
    one = scenario("one", presence=0.5)
    other = scenario("other", presence=0.8, patients={"crisis_rate": 2.0})
    found = explain(one, other, replications=12, out=tmp_path, say=lambda line: None)
    assert found.blocks == (("patients",), ("care",))
    contact = found.parts[found.parts["outcome"] == "contact"].set_index("part")
    assert contact.loc["patients", "share"] == pytest.approx(0.0, abs=1e-12)
    assert contact.loc["care", "share"] == pytest.approx(contact.loc[WHOLE, "share"])
    assert contact.loc["care", "share"] == pytest.approx(6.0, abs=0.6)  # 20 x 0.3, and its own noise
    incidents = found.parts[found.parts["outcome"] == "incidents"].set_index("part")
    assert incidents.loc["care", "share"] == 0
    assert incidents.loc["patients", "low"] > 0
    assert "undefined" not in set(found.parts["outcome"])
    ran = len(any_mixture_works.ran)
    again = explain(one, other, replications=12, out=tmp_path, say=lambda line: None)
    assert len(any_mixture_works.ran) == ran, "what is there is not run again"
    assert again.parts.equals(found.parts)


def test_groups_that_cannot_be_told_apart_become_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where new people need the new way of working, and the other way round, nothing can be said of one alone."""
    one = scenario("one")
    other = scenario("other", presence=0.8, patients={"crisis_rate": 2.0}, ward={"beds": 12})
    assert groups_that_differ(one, other) == ("ward", "patients", "care")

    def works(ward: object) -> bool:
        return (ward.patients == one.patients) == (ward.care == one.care)  # type: ignore[attr-defined]

    monkeypatch.setattr(module, "is_a_ward", works)
    assert blocks_of(one, other) == (("ward",), ("patients", "care"))


def test_a_mixture_takes_whole_groups() -> None:
    one, other = scenario("one"), scenario("other", presence=0.8, patients={"crisis_rate": 2.0})
    mixed = mixture(one, other, [("care",)])
    assert (mixed.care, mixed.patients) == (other.care, one.patients)
    assert mixture(one, other, [("care",), ("patients",)]).patients == other.patients


def test_what_cannot_be_explained_is_said() -> None:
    ward = scenario("ward")
    with pytest.raises(ScenarioError, match="are the same"):
        blocks_of(ward, ward.model_copy(update={"name": "another name"}))
    with pytest.raises(ScenarioError, match="horizon_days"):
        blocks_of(ward, scenario("other", presence=0.8).model_copy(update={"horizon_days": 30}))


def test_two_services_of_the_real_model() -> None:
    """Only the power structure differs: it is the whole, and without the mechanism `power` less of it is left."""
    short = ["service=community_centre", "horizon_days=28", "warmup_days=14"]
    found = explain(
        load_scenario([*short, "power=hierarchical"]),
        load_scenario([*short, "power=open_dialogue"]),
        replications=6,
        say=lambda line: None,
    )
    assert found.blocks == (("power",),)
    wishes = found.parts[found.parts["outcome"] == "preference_met_share"].set_index("part")
    assert wishes.loc["power", "share"] == pytest.approx(wishes.loc[WHOLE, "share"])
    assert wishes.loc["power", "low"] > 0
    carried = found.mechanisms[found.mechanisms["outcome"] == "preference_met_share"].set_index("mechanism")
    assert carried.index[0] == "power"
    assert carried.loc["power", "low"] > 0
    assert abs(carried.loc["visits", "carried"]) < abs(carried.loc["power", "carried"]) / 4
