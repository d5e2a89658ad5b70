"""Crises that meet each other, sleep and nobody, and measures without an incident, by hand.

Why: hardly any average shows these hours, and in them a person could be tied down and in the morning group at once,
or a crisis could be talked through by nobody.
"""

from __future__ import annotations

import pytest

from tests.model import from_python, groups_from_python, stays_from_python
from tests.model.afternoon import afternoon, inpatients, now, par, somebody, team, trusts
from wardsim.model import buffers
from wardsim.model.engine import Run
from wardsim.model.state import A_ASLEEP, A_CRISIS, D_CRISIS, D_GROUP


@pytest.fixture
def run() -> Run:
    return afternoon()


def test_a_measure_without_an_incident_binds_the_person_and_takes_staff(run: Run) -> None:
    """As after an incident: nobody is in a group meanwhile, somebody watches, and those who came lose most trust."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    c["crisis_measures_without_incident"], p["involuntary"] = 1.0, 1
    p["hazard_measure"] = p["limit_measure"] = 0.7
    pairs, staff, incidents = (
        trusts(run, i, dict.fromkeys(rows, 0.6)),
        run.arrays["staff"],
        run.clock["n_crises"],
    )
    run.act(stays_from_python.measure_without_incident, i, now(run))
    hours, minutes = run.written("measures")["hours"][-1], c["crises_minutes_median"]
    assert p["activity"] == D_CRISIS
    assert p["crisis_until_min"] == pytest.approx(now(run) + minutes + 60.0 * hours)
    came = [j for j in rows if staff["activity"][j] == A_CRISIS]
    assert len(came) == c["crises_hands_physical"]
    lead = staff[p["with_staff"]]
    watched = now(run) + minutes + c["crises_watch_min"]
    assert lead["until_min"] == pytest.approx(min(watched, lead["duty_end_min"]))
    stood_by = [j for j in rows if j not in came]
    assert pairs["trust"][came].max() < pairs["trust"][stood_by].min()
    assert p["limit_measure"] > p["hazard_measure"], "the next one is drawn"
    assert run.clock["n_crises"] == incidents, "it follows no incident, and is none"


def test_who_comes_to_a_crisis_is_summed_up_as_means_and_the_best_trust(run: Run) -> None:
    """Three come: one of them trained, two tired; whom the person trusts most leads."""
    (i, p), rows = somebody(run), team(run)
    staff, cover = run.arrays["staff"], run.arrays["roles"]["cover"][run.arrays["staff"]["role"]]
    three = [j for j in rows if cover[j]][:3]
    staff["unit"][[j for j in rows if j not in three]] = 1
    staff["unit"][three], staff["trained"][three], staff["rho"][three] = p["unit"], (1, 0, 0), (1.0, 1.4, 1.8)
    trusts(run, i, dict(zip(three, (0.2, 0.7, 0.4), strict=True)))
    hands, best, rho, trained = run.act(stays_from_python.call, i, 5, 20.0, now(run))
    assert (hands, p["with_staff"]) == (3, three[1])
    assert (best, rho, trained) == pytest.approx((0.7, 1.4, 1 / 3))


def test_after_coercion_whoever_led_watches_over_the_person(run: Run) -> None:
    c, (i, p), _ = par(run), somebody(run), team(run)
    c["crises_calm_base"], c["on_power_in_crises"], c["crises_extra_measures"] = 1e-9, 0.0, 0.0
    c["crisis_coerces_verbal"] = c["crisis_coerces_physical"] = 1.0
    run.act(from_python.incident, i, now(run))
    row, lead = run.written("crises")[-1], run.arrays["staff"][p["with_staff"]]
    assert row["end"] == buffers.E_COERCION
    watched = now(run) + row["minutes"] + c["crises_watch_min"]
    assert watched < lead["duty_end_min"], "otherwise the end of the duty would tell nothing"
    assert lead["until_min"] == pytest.approx(watched)
    hours = run.written("measures")["hours"][-1]
    assert p["crisis_until_min"] == pytest.approx(now(run) + row["minutes"] + 60.0 * hours)


def test_a_measure_waits_until_somebody_can_come(run: Run) -> None:
    """Meanwhile nobody takes the person out of whatever they do with others."""
    (i, p), rows = somebody(run), team(run)
    p["hazard_measure"], p["limit_measure"], p["activity"] = 0.7, 0.6, D_GROUP
    run.arrays["staff"]["activity"][rows] = A_CRISIS
    run.act(stays_from_python.measure_without_incident, i, now(run))
    assert (p["n_measures"], p["limit_measure"], p["activity"]) == (0, 0.6, D_GROUP)


@pytest.mark.parametrize("what", [from_python.incident, from_python.harm])
def test_a_crisis_to_which_nobody_can_come(run: Run, what: object) -> None:
    """All are at another crisis: nobody talks it through, nothing is decided, no force is used, no plan is made."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    staff, other = run.arrays["staff"], inpatients(run)[1]
    staff["activity"][rows], staff["crisis_of"][rows] = A_CRISIS, other
    c["crises_calm_base"], c["crisis_coerces_verbal"], c["crisis_coerces_physical"] = 0.5, 1.0, 1.0
    c["crisis_debriefing"], c["crises_plan_after"], p["own_plan"] = 1.0, 1.0, 0
    p["fast"], decided, measures = 1.0, int(run.clock["n_matters"]), int(run.clock["n_measures"])
    run.act(what, i, now(run))
    row = run.written("crises")[-1]
    assert (row["end"], row["responders"], row["plan_followed"]) == (buffers.E_UNMET, 0, 0)
    assert (int(run.clock["n_matters"]), int(run.clock["n_measures"])) == (decided, measures)
    assert (p["fast"], p["own_plan"], p["activity"]) == (1.0, 0, D_CRISIS)
    assert p["crisis_until_min"] == pytest.approx(now(run) + row["minutes"])


@pytest.mark.parametrize("known", [0.0, 1.0])
def test_an_own_plan_helps_where_whoever_leads_knows_it(run: Run, known: float) -> None:
    c, (i, p), rows = par(run), somebody(run), team(run)
    c["on_power_in_crises"] = 0.0
    pairs = trusts(run, i, dict.fromkeys(rows, 0.5))
    pairs["knowledge"][rows], p["own_plan"], p["oral"], p["written"] = known, 1, 0.0, 0.0
    run.act(from_python.incident, i, now(run))
    row = run.written("crises")[-1]
    assert (row["had_plan"], row["plan_followed"]) == (1, known)


def test_who_is_woken_for_a_crisis_is_awake_as_long_as_they_stay(run: Run) -> None:
    """Self-harm at night: the crisis and the time after it are sleep lost, and nobody sleeps beside the person."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    staff, one = run.arrays["staff"], rows[0]
    cover = run.arrays["roles"]["cover"][staff["role"]]
    staff["unit"][[j for j in rows if j != one]] = 1
    staff["asleep"][one], staff["activity"][one], staff["awake_until_min"][one] = 1, A_ASLEEP, -1e9
    staff["lost_sleep_h"][one], staff["duty_end_min"][one] = 0.0, now(run) + 1000.0
    assert cover[one]
    run.act(from_python.harm, i, now(run))
    minutes = run.written("crises")[-1]["minutes"]
    stays = c["fatigue_woken_answers_min"] + minutes + c["crises_prolonged_min"]
    assert p["with_staff"] == one
    assert staff["until_min"][one] == pytest.approx(now(run) + stays)
    assert staff["awake_until_min"][one] == pytest.approx(now(run) + stays)
    assert staff["lost_sleep_h"][one] == pytest.approx(stays / 60.0)


@pytest.mark.parametrize("is_temp", [0, 1])
def test_sleep_that_a_temp_loses_is_not_the_holders(run: Run, is_temp: int) -> None:
    staff, one = run.arrays["staff"], team(run)[0]
    staff["asleep"][one], staff["activity"][one], staff["is_temp"][one] = 1, A_ASLEEP, is_temp
    staff["lost_sleep_h"][one], staff["awake_until_min"][one] = 0.0, -1e9
    run.act(groups_from_python.wake, one, now(run), 60.0)
    assert staff["lost_sleep_h"][one] == pytest.approx(0.0 if is_temp else 1.0)
    assert staff["awake_until_min"][one] == now(run) + 60.0
