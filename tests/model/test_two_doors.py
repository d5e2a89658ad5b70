"""Both doors lead to the same loop: a batch and a stepped Mesa model must agree bit by bit.

If they did not, what a user explores by hand would not be what ``simulate`` reports.
"""

from __future__ import annotations

import pytest

from tests.model.wards import SERVICES, differences, finished, inputs, scenario, state
from wardsim.model import interventions
from wardsim.model.engine import Run
from wardsim.model.ward import WardModel

DAYS = 4
SPLIT = (1, 17, 100, 3)  # odd pieces of a day; the rest of it follows in one


def _settings(service: str) -> tuple[str, ...]:
    return (f"service={service}", "horizon_days=6")


@pytest.mark.parametrize("service", SERVICES)
def test_full_state_is_the_same_after_every_day(service: str) -> None:
    """Run in one go, day by day, and stepped through Mesa in odd pieces."""
    batch, model = (
        Run(inputs(*_settings(service)), 5, 2),
        WardModel(scenario(*_settings(service)), rng=5, replication=2),
    )
    for day in range(1, DAYS + 1):
        batch.advance(batch.inputs.ticks_per_day)
        for ticks in SPLIT:
            model.run_for(ticks)
        model.run_until(day=day)
        assert differences(state(batch), state(model.run)) == []
    whole = Run(inputs(*_settings(service)), 5, 2)
    whole.advance(DAYS * whole.inputs.ticks_per_day)
    assert differences(state(whole), state(model.run)) == []


def test_states_that_differ_are_told_apart() -> None:
    """The comparison above must be able to fail."""
    one, other = finished(*_settings("soteria_berne"), seed=1), finished(*_settings("soteria_berne"), seed=2)
    assert "people.fast" in differences(state(one), state(other))
    changed = state(one)
    changed["pair"]["trust"][0, 0] += 1e-15
    assert differences(state(one), changed) == ["pair.trust"]


def test_an_intervention_acts_the_same_through_both_doors() -> None:
    """A changed norm in the middle of a day, and one more peer worker, half-way through the run."""
    settings = ("service=community_centre", "horizon_days=12")
    batch, model = Run(inputs(*settings), 3), WardModel(scenario(*settings), rng=3)
    day = batch.inputs.ticks_per_day
    batch.advance(3 * day + day // 2)
    batch.own("par")["care_presence_norm"] = 0.95
    batch.advance(3 * day - day // 2)
    interventions.add_staff(
        batch, "peer_worker", 0, ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "10:00", 6.0
    )
    batch.advance(4 * day)

    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    model.at(
        day=6, action=lambda ward: ward.add_staff(role="peer_worker", weekdays=week, start="10:00", hours=6.0)
    )
    model.at(day=3.5, action=lambda ward: ward.parameters.update(care_presence_norm=0.95))
    for ticks in (1, 1000, 7, 430, 2):
        model.run_for(ticks)
    model.run_until(day=10)
    assert differences(state(batch), state(model.run)) == []

    untouched = Run(inputs(*settings), 3)
    untouched.advance(10 * day)
    assert "people.need" in differences(state(untouched), state(model.run)), "the intervention did nothing"
    fresh = inputs(*settings).read_only["par"]["care_presence_norm"][0]
    assert fresh == scenario(*settings).care.presence_norm, "an intervention changed what replications share"


def test_replication_of_the_model_is_that_of_the_batch() -> None:
    """``WardModel(s, rng=1, replication=3)`` is what ``simulate(s, seed=1)`` runs as its replication 3."""
    settings = ("service=soteria_berne", "horizon_days=6")
    model = WardModel(scenario(*settings), rng=1, replication=3)
    model.run_for(days=6)
    assert differences(state(finished(*settings, seed=1, replication=3)), state(model.run)) == []
    assert differences(state(finished(*settings, seed=1, replication=2)), state(model.run)) != []


def test_a_changeover_is_the_same_through_both_doors() -> None:
    """Another rota and another power structure from day 5; what is set after it stays with this run."""
    settings = (
        "service=conventional_acute", "horizon_days=12", "change.on_day=5", "change.rotation=co_living",
        "change.power=open_dialogue",
    )  # fmt: skip
    given = inputs(*settings)
    batch, model = Run(given, 2), WardModel(scenario(*settings), rng=2)
    batch.advance(9 * given.ticks_per_day)
    batch.own("par")["care_presence_norm"] = 0.9
    batch.advance(2 * given.ticks_per_day)
    for ticks in (1, 17, 1500):
        model.run_for(ticks)
    model.at(day=9, action=lambda ward: ward.parameters.update(care_presence_norm=0.9))
    model.run_until(day=11)
    assert differences(state(batch), state(model.run)) == []
    assert model.parameters["power_listening"] == given.after["par"]["power_listening"][0]
    assert given.after["par"]["care_presence_norm"][0] == scenario(*settings).after.care.presence_norm
