"""What decisions, discharge, medication and contact do to people, against numbers worked out by hand.

Why: a flipped sign here would turn the message of every comparison round, and the ward would still look like one.
The register's numbers are read from the run: a new calibration breaks none of these tests, another form does.
"""

from __future__ import annotations

import math

import pytest

from tests.model import from_python
from tests.model.afternoon import LONG_AGO, afternoon, inpatients, kept, now, par, somebody, team, trusts
from wardsim.model import buffers
from wardsim.model.engine import Run
from wardsim.model.processes.decisions import GRANTED
from wardsim.model.state import A_MEETING, COMPANION, K_CONVERSATION, LIMIT, NOWHERE, PRESSURE
from wardsim.model.world import DISCHARGE, EVERYDAY, MEDICATION, PLAN


@pytest.fixture
def run() -> Run:
    return afternoon()


# ----------------------------------------------------------------- decisions
@pytest.mark.parametrize("matter", [PLAN, EVERYDAY])
def test_a_decision_with_the_person_gives_agency_and_one_against_them_takes_it(run: Run, matter: int) -> None:
    """Against: F jumps, whoever decided loses trust, nobody else does. Everyday matters count less."""
    c, (i, p), (decider, other, *_) = par(run), somebody(run), team(run)
    size = c["decisions_everyday_weight"] if matter == EVERYDAY else 1.0
    assert 0 < c["decisions_everyday_weight"] < 1
    pairs = trusts(run, i, {decider: 0.6, other: 0.6})
    p["agency"], p["fast"], p["slow"], p["recovery"], p["last_refusal_min"] = 0.3, 0.2, 1.0, 0.2, LONG_AGO
    run.act(from_python.act_on, i, matter, 1, 0, decider, now(run))
    assert p["agency"] == pytest.approx(0.3 + 0.7 * c["decisions_agency_met"] * size)
    assert (p["fast"], p["last_refusal_min"], pairs["trust"][decider]) == (0.2, LONG_AGO, 0.6)
    p["agency"] = 0.3
    run.act(from_python.act_on, i, matter, 0, 0, decider, now(run))
    assert p["agency"] == pytest.approx(0.3 - 0.3 * c["decisions_agency_against"] * size)
    assert p["fast"] == pytest.approx(0.2 + c["distress_against_jump"] * size)
    assert p["last_refusal_min"] == now(run)
    assert pairs["trust"][decider] == pytest.approx(0.6 * kept(run, c["relations_overruled_h"] * size))
    assert pairs["trust"][decider] < pairs["trust"][other] == 0.6
    assert (p["slow"], p["recovery"]) == (1.0, 0.2), "neither worked out"


@pytest.mark.parametrize("matter", [PLAN, EVERYDAY])
def test_what_works_out_relieves_and_helps_recovery(run: Run, matter: int) -> None:
    """Whether the wish was met or not: the two outcomes are never merged."""
    c, (i, p) = par(run), somebody(run)
    size = c["decisions_everyday_weight"] if matter == EVERYDAY else 1.0
    for met in (1, 0):
        p["slow"], p["recovery"] = 1.0, 0.2
        run.act(from_python.act_on, i, matter, met, 1, -1, now(run))
        assert p["slow"] == pytest.approx(1.0 - c["decisions_worked_relief"] * size)
        assert p["recovery"] == pytest.approx(0.2 + 0.8 * c["decisions_worked_recovery"] * size)


def test_who_sat_in_the_meeting_loses_trust_by_the_weight_of_their_role(run: Run) -> None:
    """Whoever had most say answers in full, half the say for half of it; the absent and the powerless not at all."""
    c, (i, _), rows = par(run), somebody(run), team(run)
    staff, weights = run.arrays["staff"], run.arrays["weights"]["weight"]
    most, half, absent, powerless = rows[:4]
    for role, j in enumerate((most, half, powerless)):
        staff["role"][j], staff["seat_min"][j] = role, now(run)
        staff["seat"][j] = run.arrays["forum_of"]["forum"][PLAN]
    staff["activity"][absent], staff["start_min"][absent] = A_MEETING, now(run)  # another one
    staff["role"][absent] = 0
    weights[PLAN] = 0.0
    weights[PLAN, 0], weights[PLAN, 1] = 0.5, 0.25
    pairs = trusts(run, i, dict.fromkeys(rows, 0.6))
    run.act(from_python.act_on, i, PLAN, 0, 0, -1, now(run))
    assert pairs["trust"][most] == pytest.approx(0.6 * kept(run, c["relations_overruled_h"]))
    assert pairs["trust"][half] == pytest.approx(0.6 * kept(run, 0.5 * c["relations_overruled_h"]))
    assert (pairs["trust"][absent], pairs["trust"][powerless]) == (0.6, 0.6)


@pytest.mark.parametrize(
    ("matter", "wants", "met", "goal"),
    [(MEDICATION, 1, 1, 0.0), (MEDICATION, 1, 0, 1.0), (MEDICATION, 0, 1, 1.0), (PLAN, 1, 1, 1.0)],
)
def test_a_wish_to_be_without_medication_that_is_met_sets_a_taper_going(
    run: Run, matter: int, wants: int, met: int, goal: float
) -> None:
    i, p = somebody(run)
    p["wants_free"], p["medication"], p["medication_goal"] = wants, 1.0, 1.0
    run.act(from_python.act_on, i, matter, met, 0, -1, now(run))
    assert (p["medication"], p["medication_goal"]) == (1.0, goal)


# ------------------------------------------------------------- stays and discharge
def test_recovery_shortens_the_stay(run: Run) -> None:
    c, (i, p) = par(run), somebody(run)
    p["planned_days"] = 20.0
    reference = c["returns_recovery_reference"]
    for recovered in (0.0, reference, reference + 0.4):
        p["recovery"] = recovered
        days = 20.0 * (1 - c["recovery_stay_gain"] * (recovered - reference))
        assert run.act(from_python.planned_stay, i) == pytest.approx(days)
    assert days < 20.0
    p["planned_days"] = 2 * c["patients_stay_max_days"]
    assert run.act(from_python.planned_stay, i) == c["patients_stay_max_days"]


def test_discharge_waits_for_the_planned_stay_and_for_the_decision(run: Run) -> None:
    """It is asked for some days before the planned stay is over, and nobody goes before both; refused, it is asked for
    again later."""
    c, (i, p) = par(run), somebody(run)
    c["on_settings"] = 0.0  # no day clinic to go on to
    day, opened = 1440.0, int(run.clock["n_open"])
    p["planned_days"], p["recovery"] = 10.0, float(c["returns_recovery_reference"])
    p["discharge_asked_min"], p["discharge_from_min"] = -1.0, 0.0
    p["on_ward_since_min"] = now(run) - (9.9 - c["admission_discharge_ahead_days"]) * day
    run.act(from_python.inpatient_day, i, now(run))
    assert (p["discharge_asked_min"], run.clock["n_open"]) == (-1.0, opened), "two hours too early"
    p["on_ward_since_min"] = now(run) - (10.1 - c["admission_discharge_ahead_days"]) * day
    run.act(from_python.inpatient_day, i, now(run))
    assert (p["discharge_asked_min"], run.clock["n_open"]) == (now(run), opened + 1)
    run.act(from_python.inpatient_day, i, now(run) + day)
    assert run.clock["n_open"] == opened + 1, "the question is still open and isn't asked twice"
    assert i in inpatients(run)
    run.act(from_python.act_on, i, DISCHARGE, 0, 0, -1, now(run) + day)
    again = now(run) + day + c["decisions_discharge_delay_days"] * day
    assert (p["discharge_asked_min"], p["discharge_from_min"]) == (-1.0, again)
    run.act(from_python.inpatient_day, i, again - 1.0)
    assert run.clock["n_open"] == opened + 1
    run.act(from_python.inpatient_day, i, again)
    assert run.clock["n_open"] == opened + 2
    run.act(from_python.act_on, i, DISCHARGE, 1, 0, -1, again)
    assert p["discharge_asked_min"] == GRANTED
    p["on_ward_since_min"] = again + day - 9.4 * day
    run.act(from_python.inpatient_day, i, again + day)
    assert i in inpatients(run), "the next round is nearer to the end of the planned stay"
    p["on_ward_since_min"] = again + day - 9.6 * day
    stay = run.arrays["stays"][p["stay"]]
    run.act(from_python.inpatient_day, i, again + day)
    assert i not in inpatients(run)
    assert (p["setting"], stay["end"], stay["end_min"]) == (NOWHERE, buffers.S_PLANNED, again + day)


# ---------------------------------------------------------------- medication
def test_tapering_lowers_the_level_and_withdrawal_comes_and_goes(run: Run) -> None:
    """At full speed withdrawal is drawn to its weight; once the goal is reached it fades towards nothing."""
    c, (i, p) = par(run), somebody(run)
    step, pull = c["medication_taper_per_day"] / 24, 1 - math.exp(-1 / (24 * c["medication_withdrawal_days"]))
    p["medication"], p["medication_goal"], p["withdrawal"] = 1.0, 0.0, 0.0
    run.act(from_python.medication, i, 1.0, pull)
    assert p["medication"] == pytest.approx(1.0 - step)
    assert p["withdrawal"] == pytest.approx(c["medication_withdrawal_weight"] * pull)
    assert p["withdrawal"] > 0
    p["medication"], p["withdrawal"] = 0.5 * step, 0.3
    run.act(from_python.medication, i, 1.0, pull)
    goal = 0.5 * c["medication_withdrawal_weight"]
    assert p["medication"] == pytest.approx(0.0, abs=1e-12)
    assert p["withdrawal"] == pytest.approx(0.3 + (goal - 0.3) * pull)
    p["withdrawal"] = 0.3
    for _ in range(24):
        run.act(from_python.medication, i, 1.0, pull)
    assert p["medication"] == pytest.approx(0.0, abs=1e-12)
    assert p["withdrawal"] == pytest.approx(0.3 * math.exp(-1 / c["medication_withdrawal_days"]))
    p["medication"] = p["medication_goal"] = 1.0
    run.act(from_python.medication, i, 1.0, pull)
    assert p["medication"] == 1.0, "nobody who has not asked is taken off anything"


def test_withdrawal_distresses_and_medication_calms(run: Run) -> None:
    c, (i, p) = par(run), somebody(run)
    p["medication"], p["withdrawal"] = 0.0, 0.0
    without = run.act(from_python.set_point, i)
    p["withdrawal"] = 0.2
    assert run.act(from_python.set_point, i) == pytest.approx(without + 0.2)
    p["withdrawal"], p["medication"] = 0.0, 0.8
    assert run.act(from_python.set_point, i) == pytest.approx(without - 0.8 * c["medication_calms"])
    assert c["medication_calms"] > 0


# ---------------------------------------------------------- what a contact leaves
@pytest.mark.parametrize("stance", [COMPANION, PRESSURE, LIMIT])
def test_what_half_an_hour_leaves(run: Run, stance: int) -> None:
    """Need falls in any case; only without pressure and limits does contact warm, calm and win trust."""
    c, (i, p), (j, *_) = par(run), somebody(run), team(run)
    run.arrays["staff"]["quality"][j] = 1.0
    p["need"], p["contact_day"], p["comfort"], p["slow"], p["medication"] = 3.0, 0.2, 0.0, 1.0, 1.0
    pairs = trusts(run, i, {j: 0.6})
    pairs["ceiling"][j] = 0.9 if stance == COMPANION else 0.6
    run.act(from_python.credit, i, j, K_CONVERSATION, stance, now(run) - 30.0, now(run))
    assert p["need"] == pytest.approx(
        3.0 - 0.5 * (c["contact_relief_base"] + c["contact_relief_trust"] * 0.6)
    )
    if stance == COMPANION:
        comfort = c["distress_comfort_weight"] * 0.6 * (1 - math.exp(-30 / c["distress_comfort_min"]))
        assert p["comfort"] == pytest.approx(comfort)
        assert p["slow"] == pytest.approx(1.0 - comfort)
        assert p["contact_day"] == pytest.approx(0.2 + 0.6 * 0.5 * (1 - c["medication_blunts_contact"]))
        assert pairs["trust"][j] > 0.6
    else:
        cost = c["relations_pressure_h" if stance == PRESSURE else "relations_limit_h"]
        assert (p["comfort"], p["slow"], p["contact_day"]) == (0.0, 1.0, 0.2)
        assert pairs["trust"][j] == pytest.approx(0.6 * kept(run, cost))


def test_whoever_gives_up_waiting_has_not_been_away_twice(run: Run) -> None:
    """Ten days after discharge a person is referred and gives up; thirty days later they are referred again: forty
    days of fading, not fifty."""
    c, (i, p) = par(run), somebody(run)
    p["episode"], p["left_min"] = 1, now(run) - 10 * 1440.0
    p["recovery"], p["written"] = 0.5, 0.6
    run.act(from_python.arrive, i, now(run))
    run.act(from_python.arrive, i, now(run) + 30 * 1440.0)
    assert p["recovery"] == pytest.approx(0.5 * 2 ** (-40 / c["recovery_kept_half_life_days"]))
    assert p["written"] == pytest.approx(0.6 * 2 ** (-40 / c["record_half_life_days"]))
