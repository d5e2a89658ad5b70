"""Turning one lever moves what it should move, in the direction that theory says.

Why: a model that runs may still answer a planner's question with the wrong sign. Each row is one change at
default parameters with paired replications; the 95 % interval of the difference must lie on the expected
side of zero.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.mechanisms.runs import SEED, changed, outcomes, run, scenario
from wardsim.experiment.paired import paired_difference
from wardsim.model.engine import run_replication
from wardsim.model.inputs import prepare
from wardsim.model.world import EVERYDAY
from wardsim.observe.window import window
from wardsim.scenario.schema import MATTERS, Scenario

DAYS = ("horizon_days=90", "warmup_days=30")


class Lever(NamedTuple):
    """A setting, its other value, and what that should do to some outcomes (+ up, - down)."""

    service: str
    setting: str
    value: Any
    expected: str
    replications: int = 12


COMMUNITY, ACUTE, SOTERIA = "community_centre", "conventional_acute", "soteria_berne"
LEVERS = (
    # the same staff for more people; more staff for the same people
    Lever(COMMUNITY, "ward.beds", 18, "-contact_minutes_per_patient_day +undone_min_per_patient_day"),
    Lever(COMMUNITY, "staffing.fte.milieu_therapist", 14.0,
        "+contact_minutes_per_patient_day +cost_per_patient_day"),
    Lever(COMMUNITY, "staffing.fte.peer_worker", 1.0, "+minutes_with_peer_worker_per_patient_day"),
    Lever(COMMUNITY, "staffing.turnover_per_year", 1.5, "+share_new_staff_by_day -share_staff_on_duty_known"),
    Lever(ACUTE, "staffing.training", 1.0,
        "-coercive_measures_per_100_patient_days -pressure_or_limit_share", 40),
    # what staff do with their time
    Lever(COMMUNITY, "care.presence_norm", 0.8, "+contact_minutes_per_patient_day -staff_share_office"),
    Lever(COMMUNITY, "care.administration_load", 3.0, "-contact_minutes_per_patient_day +staff_share_duties"),
    Lever(COMMUNITY, "care.household_shared", True,
        "+minutes_meal_per_patient_day +contact_minutes_per_patient_day"),
    Lever(COMMUNITY, "care.being_with", True, "+minutes_being_with_per_patient_day"),
    Lever(COMMUNITY, "care.sessions_per_week.milieu_therapist", 3.0, "+minutes_session_per_patient_day"),
    Lever(COMMUNITY, "care.record", "written", "+usable_knowledge_after_handover"),
    Lever(COMMUNITY, "care.joint_crisis_plans", 0.9, "+own_plan_share"),
    Lever(COMMUNITY, "care.weekend_leave_share", 0.8, "+leave_share"),
    Lever(COMMUNITY, "care.supervision_per_month", 4.0, "-staff_strain_mean"),
    Lever(COMMUNITY, "care.aftercare", 1.0, "-readmission_365d", 36),
    Lever(COMMUNITY, "rotation.handover_minutes", 45.0,
        "-knowledge_drop_per_handover +staff_share_handover -one_to_one_minutes_per_patient_day"),
    Lever(COMMUNITY, "rotation.handover_minutes", 0.0,
        "+knowledge_drop_per_handover -staff_share_handover +one_to_one_minutes_per_patient_day"),
    # who decides
    Lever(COMMUNITY, "power.flexibility", 0.9, "-requests_refused_share +preference_met_share +agency_mean"),
    Lever(COMMUNITY, "power.listening", 0.9, "+knowledge_reaching_decider +worked_out_share +staff_share_meetings"),
    Lever(COMMUNITY, "the person's weight", 0.6,
        "+preference_met_larger_matters_share +voice_of_person +agency_mean"),
    Lever(COMMUNITY, "power.person_present", True,
        "+asked_before_decided_share +knowledge_reaching_decider +worked_out_share +staff_share_meetings"),
    # who comes
    Lever(COMMUNITY, "patients.demand_ratio", 1.5,
        "+occupancy_share +waiting_list_people -admitted_at_once_share"),
    Lever(COMMUNITY, "patients.stay_median_days", 30.0,
        "-stays_per_year +mean_stay_days +share_staff_on_duty_known"),
    Lever(COMMUNITY, "patients.excluded_share", 0.5, "+not_admitted_excluded_share"),
    Lever(COMMUNITY, "patients.baseline_distress", 1.6, "+distress_mean +incidents_per_100_patient_days", 24),
    Lever(COMMUNITY, "patients.crisis_rate", 3.0,
        "+incidents_per_100_patient_days +self_harm_per_100_patient_days"),
    # what follows a crisis
    Lever(ACUTE, "crisis.policy", "never",
        "-coercive_measures_per_100_patient_days +coercion_all_minus_measures"),
    Lever(ACUTE, "crisis.response_team", 3, "+share_incidents_deescalated", 40),
    Lever(ACUTE, "ward.door", "open",
        "+leaving_unannounced_per_100_patient_days -locked_door_h_per_patient_day", 40),
)  # fmt: skip


def _with(given: Scenario, lever: Lever) -> Scenario:
    if lever.setting != "the person's weight":
        return changed(given, lever.setting, lever.value)
    for matter in MATTERS:
        weights = given.power.weights[matter]
        rest = (1 - lever.value) / (1 - weights["patient"])
        new = {role: lever.value if role == "patient" else rest * weight for role, weight in weights.items()}
        given = changed(given, f"power.weights.{matter}", new)
    return given


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: f"{lever.setting}={lever.value}")
def test_a_lever_moves_what_it_should(lever: Lever) -> None:
    settings = (f"service={lever.service}", *DAYS)
    most = max(other.replications for other in LEVERS if other.service == lever.service)
    before = outcomes(*settings, replications=most)
    after = run(_with(scenario(*settings), lever), range(lever.replications))
    wrong = []
    for text in lever.expected.split():
        sign, name = text[0], text[1:]
        if name == "coercion_all_minus_measures":  # what is passed on to others
            whole, part = "coercion_all_per_100_patient_days", "coercive_measures_per_100_patient_days"
            a, b = before[whole] - before[part], after[whole] - after[part]
        else:
            a, b = before[name], after[name]
        found = paired_difference(a[: lever.replications], b)
        if not (found.low > 0 if sign == "+" else found.high < 0):
            wrong.append(
                f"{text}: {found.mean_baseline:.4g} {found.difference:+.3g} ({found.low:+.3g} to {found.high:+.3g})"
            )
    assert not wrong, f"{lever.setting}={lever.value} in {lever.service}: {wrong}"


def _compare(one: str, two: str, replications: int = 12) -> dict[str, Any]:
    before, after = (outcomes(*text.split(), *DAYS, replications=replications) for text in (one, two))
    return {name: paired_difference(before[name], after[name]) for name in before}


def test_the_rotation_alone_changes_contact_and_continuity() -> None:
    """Soteria Berne, 48-hour duties against three shifts: fewer faces, more of them known, fewer handovers."""
    found = _compare("service=soteria_berne rotation=three_shift", "service=soteria_berne")
    assert found["distinct_staff_per_week"].high < 0
    assert found["share_waking_time_known_staff_present"].low > 0
    assert found["coc"].low > 0
    assert found["staff_share_handover"].high < 0
    assert found["contact_minutes_per_patient_day"].distinguishable
    assert found["mean_weekly_hours_team_member"].distinguishable


def test_power_alone_changes_decisions() -> None:
    """The community centre, hierarchy against Open Dialogue: the person is asked, heard, and waits otherwise."""
    found = _compare(
        "service=community_centre power=hierarchical", "service=community_centre power=open_dialogue"
    )
    for name in ("preference_met_share", "asked_before_decided_share", "voice_of_person", "agency_mean",
                 "requests_granted_share", "power_contact_alignment"):  # fmt: skip
        assert found[name].low > 0, name
    assert found["worked_out_share"].distinguishable
    assert found["staff_strain_mean"].high < 0
    assert found["mean_weekly_hours_team_member"].difference == 0  # nobody's rota has changed


def test_with_more_flexibility_everyday_requests_wait_less() -> None:
    """Measured on everyday requests alone: the mean over all matters is made by meetings that take place once a day."""

    def waits(given: Scenario) -> np.ndarray:
        inputs = prepare(given)
        found = []
        for number in range(8):
            rows = window(inputs, run_replication(inputs, SEED, number)).matters
            rows = rows[rows["matter"] == EVERYDAY]
            found.append((rows["decided_min"] - rows["asked_min"]).mean())
        return np.array(found)

    given = scenario("service=community_centre", *DAYS)
    assert paired_difference(waits(given), waits(changed(given, "power.flexibility", 0.9))).high < 0


def test_luck_in_common_makes_comparisons_sharp() -> None:
    """With common random numbers a paired difference scatters at most half as much as with luck of its own."""
    name = "one_to_one_minutes_per_patient_day"
    days = ("horizon_days=120", "warmup_days=30")
    one = scenario("service=community_centre", "power=hierarchical", *days)
    two = scenario("service=community_centre", "power=open_dialogue", *days)
    first, second, other = (
        run(one, range(40))[name],
        run(two, range(40))[name],
        run(two, range(40), seed=99)[name],
    )
    assert (second - first).std(ddof=1) <= 0.5 * (other - first).std(ddof=1)


@pytest.mark.parametrize("service", ["community_centre", "soteria_berne"])
def test_the_length_of_the_tick_is_no_lever(service: str) -> None:
    """Ticks of fifteen minutes lose a few per cent of contact and at most a tenth of continuity, not a quarter."""
    found = _compare(f"service={service}", f"service={service} model.tick_minutes=15")
    for name in ("one_to_one_minutes_per_patient_day", "contact_minutes_per_patient_day", "coc",
                 "distinct_staff_per_week", "preference_met_share", "staff_share_duties"):  # fmt: skip
        most = 0.12 if name == "coc" else 0.06  # of few stays, so the noisiest
        assert abs(found[name].difference) < most * found[name].mean_baseline, name


def test_sickness_does_not_depend_on_how_the_hours_are_cut() -> None:
    """A process in time: duties of 48 hours are as often lost as those of eight."""
    found = _compare(
        "service=soteria_berne model.mechanisms.strain=false model.mechanisms.fatigue=false rotation=three_shift",
        "service=soteria_berne model.mechanisms.strain=false model.mechanisms.fatigue=false",
        replications=40,
    )["staff_sickness_share"]
    assert abs(found.difference) < 0.02, found
    numbers = scenario("service=soteria_berne", *DAYS).model.parameters["sickness"]
    expected = 1.0 / (1.0 + 1.0 / (numbers["onset_per_day"] * numbers["mean_days"]))
    assert found.mean_baseline == pytest.approx(expected, rel=0.15)


def test_contact_saturates_where_nobody_wants_more_of_it() -> None:
    """On a ward with posts to spare, twice as many are far less than twice the contact, though their free time
    more than doubles; and people who need more contact get more of it."""
    name = "one_to_one_minutes_per_patient_day"
    centre = "service=community_centre"
    posts = _compare(
        f"{centre} staffing.fte.milieu_therapist=44", f"{centre} staffing.fte.milieu_therapist=88"
    )[name]
    assert posts.low > 0
    assert posts.mean_alternative < 1.7 * posts.mean_baseline
    little, much = (f"{centre} model.parameters.contact.need_h_day={h}" for h in (0.2, 2.0))
    need = _compare(little, much)[name]
    assert need.mean_alternative > 1.25 * need.mean_baseline
