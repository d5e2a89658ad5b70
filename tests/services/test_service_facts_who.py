"""The three services of the WHO package (S2) are as it describes them: BET unit, Heidenheim, Soteria Berne.

Like test_service_facts.py: numbers typed from the source, so that a changed option is noticed.
"""

from __future__ import annotations

import pytest

from tests.services.arithmetic import hours_of, milieu_hours, waking_at_night


# ------------------------------------------------------------------ bet_unit
def test_bet_unit_staff(service):
    staffing = service("bet_unit").staffing
    assert sum(staffing.fte.values()) == 19.5
    assert (staffing.fte["doctor"], staffing.fte["psychologist"]) == (1, 2)
    assert staffing.fte["administrator"] > 0
    assert staffing.training == 1


def test_bet_unit_workday(service):
    programme = service("bet_unit").care.programme
    weekdays = {"mon", "tue", "wed", "thu", "fri"}
    day = [item for item in programme.values() if item.kind != "meal" and set(item.weekdays) & weekdays]
    assert min(hours_of(item)[0] for item in day) == 9
    assert max(hours_of(item)[1] for item in day) <= 16.5
    assert programme["walk"].minutes == 30
    focus = [item for name, item in programme.items() if name.startswith("focus_session")]
    assert len(focus) == 2
    assert all(10 <= item.minutes <= 15 and weekdays <= set(item.weekdays) for item in focus)
    assert len(programme["psychoeducation"].weekdays) == 1
    assert programme["process_meeting"].minutes == 30
    assert programme["exposure"].kind == "exposure"


def test_bet_unit_weekend_programme(service):
    programme = service("bet_unit").care.programme
    weekend = {
        name: item for name, item in programme.items() if "sun" in item.weekdays and item.kind != "meal"
    }
    assert set(weekend) == {"focus_session_morning", "weekend_session"}
    assert 20 <= weekend["weekend_session"].minutes <= 30


def test_bet_unit_sessions_weekends_and_supervision(service):
    scenario = service("bet_unit")
    sessions = scenario.care.sessions_per_week
    assert sessions["milieu_therapist"] + sessions["psychologist"] == 5  # one each weekday
    assert sessions["doctor"] == 1
    assert scenario.care.alternating_sessions
    assert scenario.rotation.closed_weekend_every_weeks == 4
    assert scenario.care.weekend_leave_share > 0.5
    assert scenario.care.supervision_per_month == pytest.approx(6 * 52 / 12)


def test_bet_unit_under_regulation(service):
    scenario = service("bet_unit")
    assert scenario.choices["power"] == "under_regulation"
    used = {kind for kind, share in scenario.crisis.measures.items() if share > 0}
    assert used == {"holding"}  # only to save a life
    assert not scenario.care.being_with
    assert not scenario.care.household_shared
    assert all(
        scenario.power.weights[matter]["patient"] > 0.5 for matter in ("everyday", "plan", "discharge")
    )


def test_bet_unit_people(service):
    patients = service("bet_unit").patients
    assert patients.demand_ratio > 1
    assert 8 * 30 <= patients.waiting_at_start_days <= 12 * 31  # a waiting list of 8-12 months


# ---------------------------------------------------------------- heidenheim
def test_heidenheim_teams(service):
    scenario = service("heidenheim")
    units = [(round(79 * u.share), u.day_places) for u in scenario.ward.units]
    assert units == [(26, 0), (26, 0), (27, 0), (0, 14)]
    split = scenario.staffing.allocation
    fte = scenario.staffing.fte

    def team(role, *columns):
        return fte[role] * sum(split[role][k] for k in columns) / sum(split[role])

    roles = (
        "doctor",
        "milieu_therapist",
        "psychologist",
        "social_worker",
        "occupational_therapist",
        "music_therapist",
    )
    for role, both, third, clinic in zip(roles, (6, 34, 2, 2, 2, 1), (3, 13, 1, 1, 1, 1), (2, 2, 1, 1, 2, 0)):
        assert team(role, 0, 1) == pytest.approx(both), role
        assert team(role, 2) == pytest.approx(third), role
        assert team(role, 3) == pytest.approx(clinic), role
    assert fte["peer_worker"] == 1  # two, half-time each
    assert split["peer_worker"][3] == 0


def test_heidenheim_people_across_settings(service):
    """Places times demand: 53 people with units 1 and 2, 27 with unit 3."""
    scenario = service("heidenheim")
    places = [79 * u.share + u.home_places for u in scenario.ward.units]
    demand = scenario.patients.demand_ratio
    assert round((places[0] + places[1]) * demand) == 53
    assert round(places[2] * demand) == 27


def test_heidenheim_policies(service):
    scenario = service("heidenheim")
    assert scenario.crisis.measures["seclusion"] == 0
    assert scenario.crisis.measures["rapid_tranquillisation"] == 0  # only on request: no coercive measure
    assert scenario.crisis.measures["mechanical_restraint"] > 0
    assert scenario.crisis.measures["forced_medication"] < 0.1
    assert sum(scenario.crisis.measures.values()) == pytest.approx(1)
    assert scenario.crisis.response_team == 3
    assert scenario.crisis.debriefing
    assert scenario.care.being_with
    assert scenario.care.supervision_per_month == 0.5
    assert scenario.staffing.rotating_share > 0
    assert "therapy_dogs" in scenario.care.programme
    assert scenario.care.programme["peer_session"].role == "peer_worker"


def test_heidenheim_people(service):
    patients = service("heidenheim").patients
    assert patients.involuntary_share == 0.02
    assert patients.excluded_share == 0  # obliged to admit


# ------------------------------------------------------------- soteria_berne
def test_soteria_team(service):
    staffing = service("soteria_berne").staffing
    hours_each = staffing.position_size * staffing.full_time_hours_per_week
    assert hours_each == pytest.approx(33.6)
    assert milieu_hours(service("soteria_berne")) / hours_each == pytest.approx(10)  # ten team members
    assert staffing.fte["peer_worker"] == 0.3
    assert staffing.training == 0  # no specific training in de-escalation
    assert 0 < staffing.fte["doctor"] < 2
    assert 0 < staffing.fte["psychologist"] <= 1


def test_soteria_rotation(service):
    rotation = service("soteria_berne").rotation
    assert rotation.shifts["S"].hours == 48
    assert rotation.night_cover_from_rows
    assert not any(crew.sized_by == "night_waking" for crew in rotation.crews)


def test_soteria_house(service):
    scenario = service("soteria_berne")
    assert scenario.ward.soft_room
    assert scenario.care.being_with
    assert scenario.care.household_shared
    kinds = [item.kind for item in scenario.care.programme.values()]
    assert kinds.count("household") == 2  # cooking and cleaning
    assert scenario.care.sessions_per_week["psychologist"] >= 1
    assert scenario.care.network_meetings_per_month == 0, "the person is not in the family meeting"
    family = scenario.care.programme["family_meeting"]
    assert family.share == 0
    assert len(family.weekdays) * 52 / 12 / scenario.ward.beds == pytest.approx(1, abs=0.2), (
        "monthly for each"
    )
    assert scenario.care.supervision_per_month == 1
    assert scenario.care.aftercare > 0.5


def test_soteria_power(service):
    power = service("soteria_berne").power
    assert power.forum["plan"] == power.forum["medication"] == "weekly_conference"
    assert power.forum["admission"] == "at_once"  # emergency admission day and night
    for matter in ("plan", "medication", "discharge"):
        assert power.weights[matter]["patient"] > 0.5  # the person's own preferences prevail


def test_soteria_people(service):
    scenario = service("soteria_berne")
    patients = scenario.patients
    assert patients.involuntary_share == 0
    assert patients.self_referral_share > 0
    assert patients.stay_max_days == 90  # how long people stay: test_stays_and_waiting.py
    assert sum(scenario.crisis.measures.values()) == 0


def test_soteria_with_another_rotation_has_somebody_awake_at_night(service):
    scenario = service("soteria_berne", "rotation=three_shift")
    assert any(crew.sized_by == "night_waking" for crew in scenario.rotation.crews)
    assert waking_at_night(scenario) == [1]
