"""Extremes and structures: what must fail fails clearly, what must be empty is empty, every service runs.

Why: mistakes in a rota or in a policy show at the edges long before they show in a mean.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.runs import SEED, changed, inputs_of, record_of, run, scenario
from wardsim.experiment.load import load_scenario
from wardsim.model import buffers
from wardsim.model.engine import run_replication
from wardsim.model.inputs import prepare
from wardsim.model.state import K_HOME, K_MEAL
from wardsim.observe.outcomes import OUTCOMES, measure
from wardsim.observe.window import window
from wardsim.roster import problems
from wardsim.scenario.problems import ScenarioError

SERVICES = (
    "conventional_acute", "community_centre", "mixed_ward", "recovery_institution", "bet_unit", "heidenheim",
    "soteria_berne",
)  # fmt: skip
MONTH = ("horizon_days=30", "warmup_days=10")
#: Primary outcomes that need an event which may not come in a month on a small ward.
MAY_BE_EMPTY = {"coc"}


def test_a_ward_without_staff_for_its_nights_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(["service=community_centre", "staffing.fte.milieu_therapist=2"])
    said = str(caught.value)
    assert "staffing.fte" in said
    assert "night" in said
    poor = changed(scenario("service=community_centre", *MONTH), "staffing.fte.milieu_therapist", 2.0)
    assert [problem for problem in problems(poor) if problem.path.startswith("staffing.")]


def test_nobody_referred_leaves_an_empty_ward() -> None:
    given = changed(scenario("service=community_centre", *MONTH), "patients.demand_ratio", 0.0)
    given = changed(given, "model.mechanisms.returns", False)
    found = run(given, [0])
    assert found["occupancy_share"][0] == 0
    assert found["stays_per_year"][0] == 0
    assert np.isnan(found["contact_minutes_per_patient_day"][0])


def test_where_coercion_is_never_used_only_what_is_passed_on_counts() -> None:
    inputs = prepare(load_scenario(
        ["service=conventional_acute", "crisis=never", "patients.crisis_rate=4", "horizon_days=90", "warmup_days=20"]
    ))  # fmt: skip
    record = run_replication(inputs, SEED, 0)
    found = measure(inputs, record)
    assert len(record.tables["measures"]) == 0
    for outcome in OUTCOMES:
        if "coercive" in outcome.name or outcome.name.endswith("_per_100_stays"):
            assert found[outcome.name] == 0, outcome.name
    w = window(inputs, record)
    passed_on = np.isin(w.crises["end"], (buffers.E_POLICE, buffers.E_TRANSFER)).sum()
    passed_on += (w.ended["end"] == buffers.S_ELSEWHERE).sum()
    passed_on += (w.referrals["reason"] == buffers.EXCLUDED).sum()
    assert passed_on > 0
    assert found["coercion_all_per_100_patient_days"] == pytest.approx(100 * passed_on / w.patient_days)


def test_meals_are_shared_only_where_the_household_is() -> None:
    for name, shared in (("community_centre", False), ("soteria_berne", True)):
        contacts = record_of(f"service={name}", *MONTH).tables["contacts"]
        assert (contacts["kind"] == K_MEAL).any() == shared


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_runs_a_month(name: str) -> None:
    inputs = inputs_of(f"service={name}", *MONTH)
    record = record_of(f"service={name}", *MONTH)
    found = measure(inputs, record)
    undefined = [o.name for o in OUTCOMES if o.primary and not np.isfinite(found[o.name])]
    assert set(undefined) <= MAY_BE_EMPTY
    assert found["contact_minutes_per_patient_day"] > 0
    assert 0 < found["occupancy_share"] <= 1


@pytest.mark.parametrize("name", SERVICES)
def test_places_are_never_exceeded(name: str) -> None:
    inputs, daily = inputs_of(f"service={name}", *MONTH), record_of(f"service={name}", *MONTH).daily
    day = 1440.0 + 1e-6
    assert (daily["in_min"] + daily["leave_min"] <= day * inputs.units["beds"]).all()
    assert (daily["day_min"] <= day * inputs.units["day_places"]).all()
    assert (daily["home_min"] <= day * inputs.units["home_places"]).all()


def test_heidenheim_treats_people_in_three_settings_and_they_change() -> None:
    settings = ("service=heidenheim", "horizon_days=60", "warmup_days=30")
    record = record_of(*settings)
    found = measure(inputs_of(*settings), record)
    assert found["people_in_day_clinic"] > 1
    assert found["people_at_home"] > 1
    stays = record.tables["stays"]
    stays = stays[stays["end"] > 0]
    outside = stays["day_min"] + stays["home_min"]
    assert ((stays["in_min"] > 0) & (outside > 0)).any()  # from the ward to day clinic or home
    contacts = record.tables["contacts"]
    assert (contacts["kind"] == K_HOME).any()


def test_the_bet_unit_is_empty_when_it_is_closed() -> None:
    settings = ("service=bet_unit", "horizon_days=60", "warmup_days=10")
    inputs, record = inputs_of(*settings), record_of(*settings)
    closed = [
        (span["start_min"], span["end_min"])
        for span in inputs.roster.closed
        if span["end_min"] <= inputs.end_min
    ]
    assert len(closed) >= 2  # one weekend in four
    starts, duties = record.tables["contacts"]["start_min"], inputs.roster.duties
    milieu = np.isin(duties["staff"], np.flatnonzero(inputs.roles["kind"][inputs.staff["role"]] == 0))
    for start, end in closed:
        assert not ((starts >= start + 30) & (starts < end)).any()
        inside = milieu & (duties["start_min"] < end - 1) & (duties["end_min"] > start + 60)
        assert not inside.any()
        days = range(int(np.ceil(start / 1440)), int(end // 1440))
        assert len(days) >= 1
        assert record.daily["in_min"][list(days)].sum() == 0
    assert record.daily["in_min"].sum() > 0
