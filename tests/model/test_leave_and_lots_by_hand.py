"""Leave, who is chosen among equals, and rules of the day, against what was worked out by hand.

Why: each of these rules could be turned round without any average showing it: a clock that stands still on leave
makes weekends at home look like the last conversation before them, and whoever stands first in the rota would lead
every group.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.model import from_python, groups_from_python, stays_from_python
from tests.model.afternoon import afternoon, inpatients, now, par, somebody, team, trusts
from wardsim.model import buffers
from wardsim.model.buffers import F_COVERING, F_OPEN, F_OVERTIME, F_TEMP, F_WORKED
from wardsim.model.engine import Run
from wardsim.model.state import (
    A_ASLEEP,
    A_CRISIS,
    A_HANDOVER,
    ABSENT,
    D_FREE,
    HOME,
    INPATIENT,
    LEAVE,
    LIMIT,
)
from wardsim.model.world import AT_ONCE, DOCTOR, MILIEU, NEXT_DOCTOR, PLAN, SHIFT_LEADER

HOURS = 48


@pytest.fixture
def run() -> Run:
    return afternoon()


# --------------------------------------------------------------------- leave
@pytest.mark.parametrize("setting", [INPATIENT, LEAVE, ABSENT])
def test_what_a_day_forgets_is_forgotten_on_leave_too(run: Run, setting: int) -> None:
    """Contact and company of a weekend at home are not those of Friday; a taper goes on, and so does withdrawal."""
    c, (_, p) = par(run), somebody(run)
    p["setting"], p["contact_day"], p["company_day"], p["exposure"] = setting, 1.0, 0.8, 0.4
    p["medication"], p["medication_goal"], p["withdrawal"], p["comfort"] = 0.6, 0.0, 0.0, 0.3
    for _ in range(HOURS):
        run.act(from_python.slow_part, now(run), 1.0)
    assert p["contact_day"] == pytest.approx(math.exp(-2.0))
    assert p["company_day"] == pytest.approx(0.8 * math.exp(-2.0))
    assert p["exposure"] == pytest.approx(0.4 * (1 - c["distress_exposure_fades"] / 24) ** HOURS)
    assert p["medication"] == pytest.approx(0.6 - 2 * c["medication_taper_per_day"])
    pull = 1 - math.exp(-2.0 / c["medication_withdrawal_days"])
    assert p["withdrawal"] == pytest.approx(c["medication_withdrawal_weight"] * pull)
    assert p["comfort"] == pytest.approx(0.3 * 2 ** (-HOURS / c["distress_comfort_half_life_h"]))


def test_on_leave_distress_goes_where_no_ward_reaches_it(run: Run) -> None:
    """Neither need of contact nor strange faces nor tension, but waiting for a decision, and nobody's company."""
    c, (_, p) = par(run), somebody(run)
    p["setting"], p["contact_day"], p["company_day"], p["exposure"], p["comfort"] = LEAVE, 0.0, 0.0, 0.0, 0.0
    p["need"], p["unfamiliar"], p["pending"], p["recovery"], p["baseline"] = 12.0, 1.0, 3, 0.25, 1.2
    p["medication"] = p["medication_goal"] = p["withdrawal"] = 0.0
    run.arrays["unit"]["tension"] = 3.0
    p["slow"] = 0.0
    run.act(from_python.slow_part, now(run), 1.0)
    goal = (
        1.2 * 0.75
        + c["distress_waiting_weight"] * min(3, c["distress_pending_limit"]) / c["distress_pending_limit"]
    )
    assert p["slow"] == pytest.approx(goal * (1 - math.exp(-1.0 / c["distress_slow_h"])))


@pytest.mark.parametrize("setting", [INPATIENT, LEAVE, ABSENT])
def test_need_of_contact_grows_on_the_ward_and_fades_everywhere(run: Run, setting: int) -> None:
    c, (_, p) = par(run), somebody(run)
    p["setting"], p["need"], p["slow"], p["fast"], run.clock["slot"] = setting, 1.0, 0.0, 0.0, 180
    assert run.arrays["slots"]["hour"][180] == 1
    run.act(groups_from_python.each_hour, now(run))
    grown = p["need_rate"] / c["contact_waking_h"] if setting == INPATIENT else 0.0
    assert p["need"] == pytest.approx((1.0 + grown) * 2 ** (-1 / c["contact_need_half_life_h"]))


def test_weekend_leave_lasts_as_the_register_says(run: Run) -> None:
    """For those settled enough; who is new stays."""
    c, (_, p) = par(run), somebody(run)
    new = inpatients(run)[1]
    c["care_weekend_leave_share"] = 1.0
    p["admitted_min"] = now(run) - 1440.0 * (c["settings_leave_after_days"] + 1)
    run.arrays["people"]["admitted_min"][new] = now(run) - 60.0
    run.act(groups_from_python.weekend_leave, 2, now(run))
    assert (p["setting"], p["leave_until_min"]) == (LEAVE, now(run) + 60.0 * c["settings_leave_h"])
    assert run.arrays["people"]["setting"][new] == INPATIENT


def test_who_left_unannounced_is_away_for_hours(run: Run) -> None:
    """Lognormal hours with the register's median, not minutes and not days."""
    c, (i, p) = par(run), somebody(run)
    c["crises_absence_sigma"], c["crises_leaving_for_good"] = 1e-9, 0.0
    run.act(stays_from_python.leave_unannounced, i, now(run))
    assert p["setting"] == ABSENT
    assert p["leave_until_min"] == pytest.approx(now(run) + 60.0 * c["crises_absence_median_h"])
    assert run.written("crises")[-1]["end"] == buffers.E_GONE, "nobody calmed down who had gone"


# ---------------------------------------------------------------------- lots
def _milieu(run: Run) -> list[int]:
    """All on duty become milieu staff of one unit."""
    rows, staff = team(run), run.arrays["staff"]
    staff["role"][rows] = int(np.flatnonzero(run.arrays["roles"]["kind"] == MILIEU)[0])
    staff["unit"][rows] = 0
    return rows


def _by_beat(run: Run, *call: object, beats: int = 400) -> dict[int, int]:
    """How often each is chosen over so many beats."""
    found: dict[int, int] = {}
    for beat in range(beats):
        run.clock["beat"] = beat
        chosen = int(run.act(*call))
        found[chosen] = found.get(chosen, 0) + 1
    return found


@pytest.mark.parametrize(
    "call",
    [
        pytest.param((groups_from_python.leader, 0, -1), id="leads a group"),
        pytest.param((groups_from_python.decider, 0, AT_ONCE), id="decides at once"),
        pytest.param((groups_from_python.decider, 0, NEXT_DOCTOR), id="the next doctor"),
        pytest.param((from_python.granter, 0, 3), id="grants a request"),
    ],
)
def test_whoever_could_do_it_is_chosen_equally_often(run: Run, call: tuple[object, ...]) -> None:
    """400 lots among n: each about 400 / n, four standard errors at most apart."""
    rows = _milieu(run)
    if call[-1] == NEXT_DOCTOR:
        run.arrays["staff"]["role"][rows] = int(np.flatnonzero(run.arrays["roles"]["kind"] == DOCTOR)[0])
    found, share = _by_beat(run, *call), 1.0 / len(rows)
    assert set(found) == set(rows)
    assert max(abs(n - 400 * share) for n in found.values()) < 4.0 * math.sqrt(400 * share * (1 - share))


def test_seats_of_a_meeting_go_by_lot(run: Run) -> None:
    rows, staff = _milieu(run), run.arrays["staff"]
    run.arrays["weights"]["there"][PLAN] = 1
    forum = int(run.arrays["forum_of"]["forum"][PLAN])
    found = _by_beat(run, groups_from_python.next_seat, 0, int(staff["role"][rows[0]]), forum)
    assert set(found) == set(rows)


def test_a_shift_keeps_its_leader(run: Run) -> None:
    """Who came first leads, of those who came together one by lot, in every beat the same; nobody else decides."""
    rows, staff = _milieu(run), run.arrays["staff"]
    staff["duty_start_min"][rows] = now(run) - 60.0
    early = rows[:3]
    staff["duty_start_min"][early] = now(run) - 480.0
    [(leads, n)] = _by_beat(run, groups_from_python.decider, 0, SHIFT_LEADER).items()
    assert n == 400
    assert leads in early, "a colleague who comes later doesn't take over"
    staff["activity"][leads] = A_CRISIS
    assert run.act(groups_from_python.decider, 0, SHIFT_LEADER) == -1
    staff["activity"][leads] = 0
    seen = set()
    for shift in range(60):
        staff["duty_start_min"][early] = now(run) - 1440.0 * (shift + 1)
        seen.add(int(run.act(groups_from_python.decider, 0, SHIFT_LEADER)))
    assert seen == set(early)
    staff["duty"][rows] += 1000
    assert int(run.act(groups_from_python.decider, 0, SHIFT_LEADER)) in early
    staff["is_temp"][rows] = 1
    assert run.act(groups_from_python.decider, 0, SHIFT_LEADER) == -1, "no temp leads a shift"


def test_the_leader_is_the_same_where_duties_have_other_numbers(run: Run) -> None:
    """A post more, and all rows of the table of duties move: lots of who is there already must not."""
    rows, staff = _milieu(run), run.arrays["staff"]
    staff["duty_start_min"][rows] = now(run) - 480.0
    leads = run.act(groups_from_python.decider, 0, SHIFT_LEADER)
    staff["duty"][rows] += np.arange(len(rows)) * 7 + 3
    assert run.act(groups_from_python.decider, 0, SHIFT_LEADER) == leads


# -------------------------------------------------------------- rules of a day
def test_who_leaves_first_hands_over(run: Run) -> None:
    """One arrives now; of the others the one whose duty ends first sits down with them, and nobody else."""
    c, rows, staff = par(run), _milieu(run), run.arrays["staff"]
    arrives, last, first, busy = rows[:4]
    staff["duty_start_min"][rows], staff["duty_end_min"][rows] = now(run) - 300.0, now(run) + 400.0
    staff["duty_start_min"][arrives] = now(run)
    staff["duty_end_min"][first], staff["duty_end_min"][busy] = now(run) + 30.0, now(run) + 10.0
    staff["activity"][busy] = A_CRISIS
    run.act(groups_from_python.handover_round, 0, now(run))
    sits = {j for j in rows if staff["activity"][j] == A_HANDOVER}
    assert sits == {arrives, first}
    assert c["rotation_handover_minutes"] > 0
    assert last not in sits


def test_sessions_with_ones_own_therapist_or_the_least_known(run: Run) -> None:
    c, (i, p), rows = par(run), somebody(run), _milieu(run)
    p["unit"] = 0
    role = int(run.arrays["staff"]["role"][rows[0]])
    knowledge = trusts(run, i, dict.fromkeys(rows, 0.5))["knowledge"]
    knowledge[rows] = np.linspace(0.1, 0.9, len(rows))
    c["care_alternating_sessions"] = 0.0
    assert run.act(groups_from_python.therapist_for, i, role, now(run)) == rows[-1]
    c["care_alternating_sessions"] = 1.0
    assert run.act(groups_from_python.therapist_for, i, role, now(run)) == rows[0]
    knowledge[rows], chosen = 0.0, set()
    for other in inpatients(run):
        pairs = trusts(run, other, dict.fromkeys(rows, 0.5))
        pairs["knowledge"][rows] = 0.0
        run.arrays["people"]["unit"][other] = 0
        chosen.add(int(run.act(groups_from_python.therapist_for, other, role, now(run))))
    assert len(chosen) > 1, "who is known to nobody is shared out by lot"


@pytest.mark.parametrize("named_worker", [1.0, 0.0])
def test_a_planning_conversation_is_with_the_named_worker(run: Run, named_worker: float) -> None:
    c, (i, p), rows = par(run), somebody(run), _milieu(run)
    c["care_named_worker"], p["unit"], p["planning_due"] = named_worker, 0, 1.0
    chosen = set()
    for beat in range(12):
        run.clock["beat"] = beat
        p["named"], p["planning_due"], p["activity"], p["with_staff"] = rows[2], 1.0, D_FREE, -1
        team(run)
        run.act(groups_from_python.plan_together, i, now(run))
        chosen.add(int(p["with_staff"]))
        assert p["planning_due"] == 0.0
    assert (chosen == {rows[2]}) == bool(named_worker)


def test_what_is_noted_as_trigger(run: Run) -> None:
    """A refusal first, then a limit, then waiting; nothing of it, nothing noted."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    p["last_refusal_min"], p["pending"], p["medication"] = -1e9, 0, 0.0
    run.arrays["unit"]["n_in"] = 0
    assert run.act(groups_from_python.trigger, i, now(run)) == buffers.T_NONE
    p["pending"] = 1
    assert run.act(groups_from_python.trigger, i, now(run)) == buffers.T_WAITING
    p["with_staff"], run.arrays["staff"]["stance"][rows[0]] = rows[0], LIMIT
    assert run.act(groups_from_python.trigger, i, now(run)) == buffers.T_LIMIT
    p["last_refusal_min"] = now(run) - c["crises_trigger_window_min"] + 1.0
    assert run.act(groups_from_python.trigger, i, now(run)) == buffers.T_REFUSAL


def test_the_being_with_of_a_day_starts_anew_at_midnight(run: Run) -> None:
    _, p = somebody(run)
    p["being_with_today_min"] = 90.0
    run.act(groups_from_python.midnight, now(run))
    assert p["being_with_today_min"] == 90.0, "not in the afternoon"
    run.clock["slot"] = 0
    run.act(groups_from_python.midnight, now(run))
    assert p["being_with_today_min"] == 0.0


@pytest.mark.parametrize("trust", [0.9, 0.1])
def test_the_wait_for_somebody_trusted_ends_with_them_however_short_they_stay(run: Run, trust: float) -> None:
    """Seven minutes between two quarters of an hour count; seven minutes of somebody not trusted don't."""
    (i, p), rows = somebody(run), team(run)
    trusts(run, i, {rows[0]: trust})
    p["slow"], p["fast"], p["distressed_since_min"] = 5.0, 0.0, now(run) - 100.0
    run.act(groups_from_python.talk, i, rows[0], now(run) + 3.0, now(run) + 10.0)
    run.act(groups_from_python.note_people, now(run) + 15.0)
    came = trust >= par(run)["relations_trusted_from"]
    assert p["distressed_since_min"] == now(run) + (10.0 if came else -100.0)


# ----------------------------------------------------------- duties and their end
def test_who_is_brought_back_to_the_ward_stays_a_planned_stay(run: Run) -> None:
    """Days at home are none of the ward: the planned stay counts from the day they come back, leave included."""
    c, (i, p) = par(run), somebody(run)
    c["crisis_refers_elsewhere"], c["on_settings"] = 0.0, 0.0
    ahead = c["admission_discharge_ahead_days"]
    p["planned_days"], p["recovery"] = 5.0 + ahead, float(c["returns_recovery_reference"])
    p["admitted_min"], p["setting"], p["setting_since_min"] = (
        now(run) - 30 * 1440.0,
        HOME,
        now(run) - 20 * 1440.0,
    )
    run.act(groups_from_python.move, i, int(p["unit"]), INPATIENT, now(run))
    for days, asks in ((0.5, False), (4.9, False), (5.1, True)):
        p["discharge_asked_min"] = -1.0
        run.act(groups_from_python.daily_round, now(run) + 1440.0 * days)
        assert (p["discharge_asked_min"] != -1.0) == asks
    p["discharge_asked_min"], p["planned_days"] = -1.0, 9.0
    p["setting"] = LEAVE
    p["leave_until_min"] = now(run)
    assert p["on_ward_since_min"] == now(run), "leave begins no new stay"


def test_a_duty_that_nobody_came_to_carries_no_minutes(run: Run) -> None:
    """The holder is ill at home: what they did on the duty before is not done twice."""
    staff, one = run.arrays["staff"], team(run)[0]
    staff["contact_min"][one], staff["duty_min"][one], staff["load_min"][one] = 110.0, 220.0, 30.0
    d = int(staff["duty"][one])
    for state, share in ((F_OPEN, 0.0), (F_OVERTIME, 0.0), (F_WORKED, 1.0), (F_COVERING, 1.0), (F_TEMP, 1.0)):
        run.act(groups_from_python.note_duty, one, d, state, now(run))
        row = run.written("duties_done")[-1]
        found = (row["contact_min"], row["duty_min"], row["crisis_min"])
        assert found == (110.0 * share, 220.0 * share, 30.0 * share)


def test_own_work_that_is_left_at_the_end_of_a_duty_lapses(run: Run) -> None:
    """Talks with colleagues and the like wait for nobody; what is left undone is work for people and ward."""
    staff, one = run.arrays["staff"], team(run)[0]
    staff["unit"][one], staff["backlog_min"][one] = 0, 37.0
    before = run.arrays["daily"]["undone_min"].sum(), run.arrays["unit"]["patient_backlog_min"][0]
    run.act(groups_from_python.end_duty, one, now(run))
    assert (run.arrays["daily"]["undone_min"].sum(), run.arrays["unit"]["patient_backlog_min"][0]) == before


def _bedtime(run: Run, one: int, asleep: int) -> None:
    nights = np.zeros(1, run.arrays["sleeps"].dtype)  # this ward has none of its own
    nights["staff"], nights["asleep"], nights["time_min"] = one, asleep, now(run)
    run.arrays["sleeps"] = nights
    run.bind()
    run.act(groups_from_python.goes_to_bed_or_gets_up, 0, now(run))


def test_whoever_is_with_somebody_in_a_crisis_goes_to_bed_when_it_is_over(run: Run) -> None:
    """At bedtime they stay, awake and with their sleep lost; a conversation ends."""
    (i, p), rows, staff = somebody(run), team(run), run.arrays["staff"]
    one, other = rows[:2]
    staff["activity"][one], staff["partner"][one], staff["until_min"][one] = A_CRISIS, i, now(run) + 45.0
    staff["lost_sleep_h"][one], staff["awake_until_min"][one], p["with_staff"] = 0.0, -1e9, one
    _bedtime(run, one, 1)
    assert (staff["asleep"][one], staff["activity"][one], p["with_staff"]) == (1, A_CRISIS, one)
    assert (staff["awake_until_min"][one], staff["lost_sleep_h"][one]) == (now(run) + 45.0, 0.75)
    _bedtime(run, one, 0)
    assert staff["lost_sleep_h"][one] == 0.0, "who gets up has lost no more sleep"
    _bedtime(run, other, 1)
    assert staff["activity"][other] == A_ASLEEP
