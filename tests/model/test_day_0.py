"""Day 0: the ward begins near the state it would come to, so that a short warm-up is enough."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.model.wards import finished, inputs
from wardsim.model.engine import Run
from wardsim.model.processes.start import FORMER
from wardsim.model.world import MILIEU


def _taken(*settings: str, runs: int) -> np.ndarray:
    given = inputs("horizon_days=1", *settings)
    return np.array([int(Run(given, 1, r).clock["n_here"]) for r in range(runs)])


def _erlang(load: float, beds: int) -> np.ndarray:
    """Chances of 0 ... beds taken, straight from the formula."""
    logs = np.array([n * math.log(load) - math.lgamma(n + 1) for n in range(beds + 1)])
    chances = np.exp(logs - logs.max())
    return chances / chances.sum()


@pytest.mark.parametrize(("beds", "demand"), [(10, 0.92), (10, 0.3), (6, 2.5), (30, 0.92)])
def test_beds_taken_follow_erlang(beds: int, demand: float) -> None:
    n = 2000
    taken = _taken("service=community_centre", f"ward.beds={beds}", f"patients.demand_ratio={demand}", runs=n)
    expected = n * _erlang(demand * beds, beds)
    seen = np.bincount(taken, minlength=beds + 1)
    often = expected >= 5
    chi2 = float((((seen - expected) ** 2) / expected)[often].sum())
    freedom = int(often.sum()) - 1
    assert chi2 < freedom + 4 * math.sqrt(2 * freedom), (
        f"chi squared {chi2:.1f} with {freedom} degrees of freedom"
    )
    assert seen[~often].sum() <= 5 + 2 * expected[~often].sum()


def test_beds_taken_at_the_ends() -> None:
    """Nobody where nobody is referred; nearly everybody where many more are than can come; no overflow."""
    large = ("service=community_centre", "ward.beds=200")
    assert _taken(*large, "patients.demand_ratio=0.05", runs=200).mean() == pytest.approx(10, abs=1)
    assert _taken(*large, "patients.demand_ratio=3", runs=20).min() >= 195


def test_people_in_mid_stay_have_recovered_and_know_the_staff_by_the_hours_they_had() -> None:
    given = inputs("service=community_centre", "horizon_days=1", "patients.demand_ratio=3")
    run = Run(given, 1, 0)
    c, staff, pair = given.read_only["par"][0], run.arrays["staff"], run.arrays["pair"]
    milieu = (given.roles["kind"][staff["role"]] == MILIEU) & (staff["unit"] == 0)
    hours_of = staff["contract_h"] / staff["contract_h"][milieu].sum()
    here = run.arrays["here"]["person"][: int(run.clock["n_here"])]
    per_day = c["recovery_base_day"] + 0.5 * (
        c["recovery_contact_day"] + c["recovery_participation_day"] + c["recovery_agency_day"]
    )
    for i in here:
        p = run.arrays["people"][i]
        days = -p["admitted_min"] / 1440.0
        assert 0 <= days <= p["planned_days"] * (1 + c["recovery_stay_gain"])
        assert p["recovery"] == pytest.approx(1 - math.exp(-per_day * days))
        with_each = days * c["relations_start_contact_h_per_day"] * hours_of[milieu]
        assert pair[i]["minutes"][milieu] == pytest.approx(60 * with_each)
        assert pair[i]["knowledge"][milieu] == pytest.approx(
            1 - np.exp(-with_each / c["relations_knowledge_h"])
        )
        assert (pair[i]["minutes"][~milieu] == 0).all()


def test_former_patients_knew_the_staff_and_trust_has_faded_since() -> None:
    given = inputs("service=community_centre", "horizon_days=400")
    run = Run(given, 1, 0)
    people, pair = run.arrays["people"], run.arrays["pair"]
    pool = np.flatnonzero((people["number"] >= FORMER) & (people["return_min"] < 400 * 1440))
    assert len(pool) > 20
    met = pair[pool]["minutes"].sum(axis=1)
    assert (met > 0).all()
    long_ago = people["left_min"][pool]
    assert (pair[pool]["last_min"].min(axis=1) == long_ago).any(), (
        "trust fades from the last day of that stay"
    )


def test_colleagues_know_each_other() -> None:
    run = Run(inputs("service=community_centre", "horizon_days=1"), 1, 0)
    hours = run.arrays["together"]["hours"]
    assert (np.diag(hours) == 0).all()
    assert set(hours[~np.eye(len(hours), dtype=bool)]) == {100.0}


def test_what_is_left_of_a_threshold_is_carried_into_the_next_stay() -> None:
    """A threshold that was not reached stands until it is.  Drawn again it would be the same draw, so that those
    who came through one stay in peace would be too calm in the next."""
    run = Run(inputs("service=conventional_acute", "horizon_days=300"), 1, 0)
    kinds = ("aggression", "self_harm", "leaving")
    before = run.arrays["people"].copy()
    for _ in range(300):
        run.advance(run.inputs.ticks_per_day)
        after = run.arrays["people"]
        for kind in kinds:
            unreached = (before[f"limit_{kind}"] > 0) & (before[f"n_{kind}"] == after[f"n_{kind}"])
            assert (before[f"limit_{kind}"][unreached] == after[f"limit_{kind}"][unreached]).all()
        before = after.copy()
    came_back = (before["episode"] > 1) & (before["hazard_leaving"] > 0)
    assert came_back.sum() > 30
    for kind in kinds:
        assert (before[f"limit_{kind}"][came_back] > 0).all(), "former patients have thresholds too"


def test_incidents_of_people_who_come_back_are_no_rarer_than_of_those_who_come_first() -> None:
    """Individual rates stay with a person, so whoever comes back has incidents as often as before."""
    rate = {}
    for which in ("first", "back"):
        days = incidents = 0.0
        for seed in range(4):
            run = finished("service=conventional_acute", "horizon_days=400", seed=seed)
            stays = run.written("stays")
            wanted = (stays["episode"] == 1) if which == "first" else (stays["episode"] > 1)
            days += stays["in_min"][wanted].sum() / 1440.0
            incidents += stays["incidents"][wanted].sum()
        rate[which] = incidents / days
    assert rate["back"] > 0.9 * rate["first"]
