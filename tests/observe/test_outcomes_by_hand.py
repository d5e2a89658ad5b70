"""Outcomes of a ledger written by hand: what counts, what doesn't, and by what it is divided.

Why: a wrong window or denominator would shift every comparison and look plausible.
"""

from __future__ import annotations

import math

import pytest

from tests.observe.by_hand import (
    END,
    HORIZON,
    START,
    contact,
    first_of,
    measured,
    milieu_staff,
    role_of,
    stay,
)
from wardsim.experiment.load import load_scenario
from wardsim.model import buffers
from wardsim.model.engine import run_replication
from wardsim.model.inputs import prepare
from wardsim.model.state import (
    DAY,
    K_CONVERSATION,
    K_CRISIS,
    K_GROUP,
    K_HOME,
    K_INFORMAL,
    K_MEAL,
    K_SESSION,
    LIMIT,
    TASK,
)
from wardsim.observe.tables import tables

A, B = milieu_staff(2)
PRESENT = {"in_min": 5 * 1440.0}  # five people there on each of the ten days: 50 patient-days


def test_contact_minutes_by_kind_role_and_window() -> None:
    rows = [
        contact(0, A, START - 1, 600.0, K_CONVERSATION),  # the warm-up doesn't count
        contact(0, A, START, 30.0, K_CONVERSATION),
        contact(0, B, START + 100, 10.0, K_INFORMAL, interrupted=1, stance=TASK),
        contact(0, A, START + 200, 60.0, K_MEAL),  # shared: counts 0.3
        contact(0, A, START + 300, 50.0, K_CRISIS),  # no contact in the ordinary sense
        contact(0, A, START + 400, 45.0, K_HOME),  # not on the ward
        contact(1, A, START + 450, 90.0, K_GROUP, setting=DAY),  # a guest of the day clinic
        contact(0, B, END - 1, 20.0, K_SESSION, stance=LIMIT),
        contact(0, B, END, 600.0, K_SESSION),  # after the end
    ]
    found = measured(PRESENT, contacts=rows, stays=[stay(0, 0.0, None), stay(1, 0.0, None)])
    assert found["contact_minutes_per_patient_day"] == pytest.approx((30 + 10 + 18 + 20) / 50)
    assert found["one_to_one_minutes_per_patient_day"] == pytest.approx(60 / 50)
    assert found["shared_minutes_per_patient_day"] == pytest.approx(60 / 50)
    assert found["minutes_crisis_per_patient_day"] == pytest.approx(1.0)
    assert found["minutes_with_milieu_therapist_per_patient_day"] == pytest.approx((78 + 50) / 50)
    assert found["minutes_with_doctor_per_patient_day"] == 0.0
    assert found["mean_minutes_informal_contact"] == 10.0
    assert found["interrupted_share"] == pytest.approx(1 / 4)
    assert found["companion_share"] == pytest.approx(2 / 4)
    assert found["pressure_or_limit_share"] == pytest.approx(1 / 4)


def test_continuity_of_one_stay() -> None:
    """Personal contacts A A A B B: UPC 3/5, COC (9 + 4 - 5)/20, SECON 3/4; the meal and the crisis don't count."""
    order = [A, A, A, B, B]
    rows = [contact(0, who, START + 100 * n, 10.0, K_INFORMAL) for n, who in enumerate(order)]
    rows += [contact(0, B, START + 1000, 30.0, K_MEAL), contact(0, B, START + 1100, 30.0, K_CRISIS)]
    rows += [contact(1, A, START + 50, 10.0, K_INFORMAL)] * 4  # another stay, too short to count
    found = measured(PRESENT, contacts=rows, stays=[stay(0, 0.0, None), stay(1, 0.0, None)])
    assert (found["upc"], found["coc"], found["secon"]) == pytest.approx((3 / 5, 8 / 20, 3 / 4))
    assert math.isnan(found["distinct_staff_per_week"]), "no week is full"


def test_faces_a_week_are_those_of_full_weeks() -> None:
    """A B in the full week of one stay, B in that of another, whatever comes in the days before and after."""
    day = 1440.0
    at = (
        (0, A, 1.0),
        (0, A, 3.0),
        (0, B, 4.0),
        (0, A, 5.0),
        (0, B, 9.5),
        (1, A, 0.5),
        (1, B, 4.0),
        (1, A, 8.5),
    )
    rows = [contact(who, staff, START + d * day, 10.0, K_INFORMAL) for who, staff, d in at]
    week = {"person": 0, "longest_conversation_min": 10.0}
    weeks = [
        {**week, "stay": 0, "time_min": START + 2 * day},  # begins before the window
        {**week, "stay": 0, "time_min": START + 9 * day},
        {**week, "stay": 1, "time_min": START + 8 * day},
    ]
    found = measured(PRESENT, contacts=rows, weeks=weeks, stays=[stay(0, 0.0, None), stay(1, 0.0, None)])
    assert found["distinct_staff_per_week"] == pytest.approx((2 + 1) / 2)


def test_crises_and_coercion_that_is_passed_on() -> None:
    rows = [
        {"stay": 0, "kind": buffers.C_VERBAL, "end": buffers.E_DEESCALATED, "start_min": START + 60.0},
        {
            "stay": 0,
            "kind": buffers.C_PHYSICAL,
            "end": buffers.E_COERCION,
            "start_min": START + 1440 + 1400.0,
        },
        {"stay": 1, "kind": buffers.C_VERBAL, "end": buffers.E_POLICE, "start_min": START + 2880 + 30.0},
        {"stay": 1, "kind": buffers.C_SELF_HARM, "end": buffers.E_PROLONGED, "start_min": START + 4000.0},
        {"stay": 0, "kind": buffers.C_VERBAL, "end": buffers.E_COERCION, "start_min": START - 10.0},
    ]
    stays = [
        stay(0, START, START + 5000, incidents=2, measures=2),
        stay(1, START, START + 3000, buffers.S_TRANSFER, incidents=1),
        stay(2, START, START + 6000, buffers.S_ELSEWHERE),
        stay(3, START, START + 7000),
    ]
    measures = [
        {"stay": 0, "start_min": START + 2900.0, "hours": 4.0},
        {"stay": 0, "start_min": START + 2901.0, "hours": 6.0},
    ]
    found = measured(PRESENT, crises=rows, stays=stays, measures=measures)
    assert found["incidents_per_100_patient_days"] == pytest.approx(100 * 3 / 50)
    assert found["physical_incidents_per_100_patient_days"] == pytest.approx(2.0)
    assert found["self_harm_per_100_patient_days"] == pytest.approx(2.0)
    assert found["share_incidents_deescalated"] == pytest.approx(1 / 3)
    assert found["share_incidents_ending_in_coercion"] == pytest.approx(1 / 3)
    assert found["coercive_measures_per_100_patient_days"] == pytest.approx(4.0)
    assert found["coercive_hours_per_100_stays"] == pytest.approx(100 * 10 / 4)
    assert found["share_stays_with_incident"] == pytest.approx(2 / 4)
    assert found["incidents_per_involved_stay"] == pytest.approx(3 / 2)
    # two measures, one crisis that ended with the police, one person referred elsewhere
    assert found["coercion_all_per_100_patient_days"] == pytest.approx(100 * 4 / 50)
    assert found["transfers_per_year"] == pytest.approx(365 / HORIZON)
    # 01:00, 23:20 and 00:30: the mean on the circle lies shortly after midnight, not at noon
    assert found["hour_of_peak_incidents"] == pytest.approx((60 - 40 + 30) / 3 / 60, abs=0.01)


def test_decisions_and_waiting() -> None:
    plan, everyday = 1, 0
    decided = {"state": buffers.M_DECIDED, "person": 0}
    rows = [
        {**decided, "matter": everyday, "asked_min": START, "decided_min": START + 60, "met": 1, "worked": 1},
        {
            **decided,
            "matter": everyday,
            "asked_min": START,
            "decided_min": START + 180,
            "met": 0,
            "worked": 0,
        },
        {
            **decided,
            "matter": plan,
            "asked_min": START - 600,
            "decided_min": START + 120,
            "met": 1,
            "worked": 0,
        },
        {
            **decided,
            "matter": plan,
            "asked_min": 0.0,
            "decided_min": START - 1,
            "met": 0,
            "worked": 0,
        },  # warm-up
        {"state": buffers.M_OPEN, "matter": everyday, "asked_min": START + 10, "decided_min": -1.0},
    ]
    found = measured(PRESENT, matters=rows)
    assert found["preference_met_share"] == pytest.approx(2 / 3)
    assert found["preference_met_larger_matters_share"] == 1.0
    assert found["worked_out_share"] == pytest.approx(1 / 3)
    assert found["waiting_h_per_matter"] == pytest.approx((1 + 3 + 12) / 3)
    assert found["requests_granted_share"] == pytest.approx(1 / 3)
    assert found["requests_refused_share"] == pytest.approx(1 / 3)
    assert found["requests_pending_share"] == pytest.approx(1 / 3)


def test_stays_count_in_the_window_where_they_end() -> None:
    rows = [
        stay(0, 0.0, START - 1, in_min=1440.0, recovery_end=0.9),  # ended in the warm-up
        stay(1, 0.0, START + 10, in_min=2880.0, recovery_end=0.2, return_days=20.0, return_kind=1),
        stay(
            2,
            START,
            END - 1,
            in_min=7200.0,
            leave_min=1440.0,
            recovery_end=0.4,
            return_days=200.0,
            return_kind=2,
        ),
        stay(3, START, None, recovery_end=0.0),
    ]
    found = measured(PRESENT, stays=rows)
    assert found["stays_per_year"] == pytest.approx(2 * 365 / HORIZON)
    assert found["mean_stay_days"] == pytest.approx((2 + 6) / 2)
    assert found["recovery_at_discharge"] == pytest.approx(0.3)
    assert found["readmission_30d"] == 0.5
    assert found["readmission_365d"] == 1.0
    assert found["readmission_365d_in_crisis"] == 0.5


def test_a_story_is_told_again_to_somebody_who_knows_little_in_whole_stays_only() -> None:
    """Of a stay that began in the warm-up the first meetings are not in the window: it counts on neither side."""
    a, b = milieu_staff(2)
    little, much = {"known_usable": 0.1}, {"known_usable": 0.5}
    rows = [
        contact(0, a, START + 10, 10.0, K_INFORMAL, **little),  # begun before the window
        contact(1, a, START + 20, 10.0, K_INFORMAL, **little),
        contact(1, a, START + 50, 10.0, K_INFORMAL, **little),  # the same member: told already
        contact(1, b, START + 80, 10.0, K_INFORMAL, **much),
        contact(2, a, START + 90, 10.0, K_INFORMAL, **little),  # not ended
    ]
    stays = [stay(0, 0.0, START + 500), stay(1, START, START + 900), stay(2, START, None)]
    assert measured(PRESENT, contacts=rows, stays=stays)["story_retold_per_stay"] == 1.0


def test_coercive_measures_by_kind_add_up_to_all() -> None:
    """Whether the stay has ended or not; those of the warm-up count nowhere."""
    rows = [{"kind": kind, "start_min": START + 60, "hours": 2.0, "stay": 0} for kind in (0, 1, 1, 4)]
    rows.append({"kind": 0, "start_min": START - 60, "hours": 9.0, "stay": 0})
    stays = [stay(0, 0.0, START + 700, measures=2), stay(1, START, START + 800)]
    found = measured(PRESENT, measures=rows, stays=stays)
    kinds = (
        "holding",
        "mechanical_restraint",
        "seclusion",
        "shielding",
        "rapid_tranquillisation",
        "forced_medication",
    )
    assert found["coercive_measures_per_100_stays"] == pytest.approx(200.0)
    assert sum(found[f"{kind}_per_100_stays"] for kind in kinds) == pytest.approx(200.0)
    assert found["coercive_hours_per_100_stays"] == pytest.approx(400.0)


def test_sums_by_day_leave_out_the_warm_up() -> None:
    found = measured({
        "in_min": 4 * 1440.0, "leave_min": 1440.0, "bed_min": 10 * 1440.0, "distress_min": 2 * 1440.0, "awake_min": 3840.0,
        "known_min": 960.0, "staff_awake_day_min": 1000.0, "contact_day_min": 300.0, "undone_min": 8.0, "planned_min": 1000.0,
        "sick_min": 90.0, "overtime_min": 60.0,
    })  # fmt: skip
    assert found["occupancy_share"] == pytest.approx(0.5)
    assert found["leave_share"] == pytest.approx(0.2)
    assert found["distress_mean"] == pytest.approx(0.5)
    assert found["share_waking_time_known_staff_present"] == pytest.approx(0.25)
    assert found["staff_share_direct_contact_07_22"] == pytest.approx(0.3)
    assert found["undone_min_per_patient_day"] == pytest.approx(2.0)
    assert found["staff_sickness_share"] == pytest.approx(0.09)
    assert found["overtime_h_per_week"] == pytest.approx(7.0)


def test_days_in_any_setting_carry_the_work_left_undone() -> None:
    """Four inpatients, two people in the day clinic and two at home: 80 patient-days for 160 minutes."""
    days = {"in_min": 4 * 1440.0, "day_min": 2 * 1440.0, "home_min": 2 * 1440.0, "undone_min": 16.0}
    assert measured(days)["undone_min_per_patient_day"] == pytest.approx(160 / 80)


def _duty(row: int, who: int, start: float, **minutes: float) -> dict[str, object]:
    return {
        "staff": row,
        "who": who,
        "role": role_of(row),
        "start_min": start,
        "state": buffers.F_WORKED,
        **minutes,
    }


def test_responsibility_is_counted_in_the_window_only() -> None:
    """All minutes of the window lie with a milieu therapist, so their share of responsibility is 1."""
    doctor = first_of("doctor")
    duties = [
        _duty(doctor, 9, START - 600.0, duty_min=9000.0),  # the warm-up doesn't count
        _duty(A, 1, START, contact_min=100.0, duty_min=40.0, crisis_min=20.0),
    ]
    found = measured(PRESENT, duties_done=duties)
    without = measured(PRESENT, duties_done=[_duty(doctor, 9, START, duty_min=1.0)])
    name = "power_responsibility_imbalance_milieu_therapist"
    assert found[name] - without[name] == pytest.approx(1.0)


def test_a_newcomer_is_another_holder_of_the_same_post() -> None:
    """Post A is held by 1 and then by 2, post B by 3: one newcomer in ten days; a temp is nobody's successor."""
    rows = [(A, 1, 0.0), (A, 2, 2880.0), (A, 2, 4320.0), (B, 3, 0.0), (A, 7, -1440.0)]
    duties = [_duty(row, who, START + later) for row, who, later in rows]
    duties.append({**_duty(B, 3, START + 1440.0), "state": buffers.F_TEMP})
    assert measured(PRESENT, duties_done=duties)["newcomers_per_year"] == pytest.approx(365 / HORIZON)


def test_incidents_by_what_came_before() -> None:
    kinds = [(buffers.C_VERBAL, buffers.T_REFUSAL), (buffers.C_VERBAL, buffers.T_NONE),
             (buffers.C_PHYSICAL, buffers.T_LIMIT), (buffers.C_VERBAL, buffers.T_MEDICATION),
             (buffers.C_SELF_HARM, buffers.T_REFUSAL)]  # fmt: skip
    rows = [
        {"kind": kind, "trigger": why, "start_min": START + 10.0 * n} for n, (kind, why) in enumerate(kinds)
    ]
    found = measured(PRESENT, crises=rows, stays=[stay(0, 0.0, None)])
    assert found["share_incidents_after_refusal"] == pytest.approx(1 / 4)
    assert found["share_incidents_at_medication_round"] == pytest.approx(1 / 4)


def test_a_run_in_which_nothing_happened_has_no_shares() -> None:
    found = measured()
    for name in (
        "preference_met_share",
        "upc",
        "share_incidents_deescalated",
        "contact_minutes_per_patient_day",
    ):
        assert math.isnan(found[name]), name


def test_tables_of_a_ward_whose_staff_changes_on_a_day() -> None:
    """Posts that end or begin at a changeover belong to no unit for a while, and still to their own in the tables."""
    given = load_scenario(
        [
            "service=community_centre",
            "change.on_day=4",
            "change.rotation=co_living",
            "horizon_days=8",
            "warmup_days=2",
        ]
    )
    inputs = prepare(given)
    found = tables(inputs, run_replication(inputs, 1, 0))
    assert set(found["staff"]["unit"].to_pylist()) == {unit.name for unit in given.ward.units}
