"""Each preset is the service that its sources describe: beds, staff, cover, hours, programme and policies.

The numbers are typed here from the sources (S0: Beyene et al. 2026; S1: focus groups of milieu therapists;
S2: WHO 2021) and not read from the options, so that a changed option is noticed.  What a service achieved
stands in none of them.
"""

from __future__ import annotations

import pytest

from tests.services.arithmetic import hours_of, mean_stay, milieu_hours, waking_at_night

SEVEN = (
    "conventional_acute", "community_centre", "mixed_ward", "recovery_institution", "bet_unit", "heidenheim",
    "soteria_berne",
)  # fmt: skip
ALL = (*SEVEN, "recovery_institution_both")


# ------------------------------------------------------------- all of them
@pytest.mark.parametrize(
    ("name", "beds", "units", "door"),
    [
        ("conventional_acute", 18, 1, "locked"),
        ("community_centre", 10, 1, "open"),
        ("mixed_ward", 10, 1, "open"),
        ("recovery_institution", 30, 1, "open"),
        ("recovery_institution_both", 60, 2, "open"),
        ("bet_unit", 6, 1, "open"),
        ("heidenheim", 79, 4, "partly_locked"),
        ("soteria_berne", 10, 1, "open"),
    ],
)
def test_beds_units_and_door(service, name, beds, units, door):
    scenario = service(name)
    assert (scenario.ward.beds, len(scenario.ward.units), scenario.ward.door) == (beds, units, door)


@pytest.mark.parametrize(
    ("name", "hours_a_week"),
    [
        ("conventional_acute", 7 * 67.0),
        ("community_centre", 7 * 56.75),
        ("mixed_ward", 7 * 56.75),
        ("recovery_institution", 30 * 39.725),
        ("recovery_institution_both", 60 * 39.725),
        ("soteria_berne", 2 * 168.0),
        ("heidenheim", 49 * 38.5),
    ],
)
def test_paid_milieu_hours_a_week(service, name, hours_a_week):
    assert milieu_hours(service(name)) == pytest.approx(hours_a_week, rel=0.001)


@pytest.mark.parametrize(
    ("name", "waking"),
    [
        ("conventional_acute", [2]),
        ("community_centre", [1]),
        ("mixed_ward", [1]),
        ("recovery_institution", [2]),
        ("recovery_institution_both", [2, 2]),
        ("bet_unit", [1]),
        ("heidenheim", [2, 2, 2, 0]),
        ("soteria_berne", [1]),
    ],
)
def test_waking_night_posts_one_for_each_started_15_beds(service, name, waking):
    assert waking_at_night(service(name)) == waking


@pytest.mark.parametrize(
    ("name", "rotation", "size"),
    [
        ("conventional_acute", "three_shift", 0.75),
        ("community_centre", "three_shift", 0.75),
        ("mixed_ward", "three_shift", 0.75),
        ("recovery_institution", "co_living", 1.0),
        ("bet_unit", "five_day_programme", 1.0),
        ("heidenheim", "three_shift", 1.0),
        ("soteria_berne", "soteria_48_pure", 0.8),
    ],
)
def test_rotation_and_size_of_positions(service, name, rotation, size):
    scenario = service(name)
    assert (scenario.choices["rotation"], scenario.staffing.position_size) == (rotation, size)


@pytest.mark.parametrize(
    ("name", "policy", "refers_elsewhere"),
    [
        ("conventional_acute", "containment_routine", False),
        ("bet_unit", "under_regulation", False),
        ("heidenheim", "last_resort", False),
        ("soteria_berne", "never", True),
    ],
)
def test_policy_in_crises(service, name, policy, refers_elsewhere):
    crisis = service(name).crisis
    assert (crisis.policy, crisis.refers_elsewhere) == (policy, refers_elsewhere)


@pytest.mark.parametrize("name", ALL)
def test_nobody_is_without_a_stay_a_law_and_a_currency(service, name):
    scenario = service(name)
    law = {"heidenheim": "DE", "soteria_berne": "CH"}.get(name, "NO")
    currency = {"heidenheim": "EUR", "soteria_berne": "CHF"}.get(name, "NOK")
    assert (scenario.calendar.working_time_law, scenario.cost.currency) == (law, currency)
    assert scenario.calendar.start_date.weekday() == 0
    assert scenario.name == name
    assert scenario.about


@pytest.mark.parametrize("name", ALL)
def test_no_preset_starts_with_what_it_is_to_show(service, name):
    """Skill and turnover are the same everywhere: relations, recovery and staff who stay are results."""
    staffing = service(name).staffing
    assert {role.skill for n, role in staffing.roles.items() if n != "administrator"} == {1.0}
    assert staffing.turnover_per_year == 0.15


@pytest.mark.parametrize("name", ALL)
def test_peer_workers_never_replace_nursing_cover_and_do_not_document(service, name):
    peers = [role for role in service(name).staffing.roles.values() if role.kind == "peer_worker"]
    assert peers
    assert not any(role.counts_for_cover or role.documents for role in peers)


@pytest.mark.parametrize("name", ALL)
def test_sessions_are_promised_only_by_those_who_work_there(service, name):
    """A session owed by a role without hours would be owed for ever; each unit needs somebody of it."""
    scenario = service(name)
    for role, number in scenario.care.sessions_per_week.items():
        if number > 0:
            assert scenario.staffing.fte[role] > 0, role
            split = scenario.staffing.allocation.get(role, (1,) * len(scenario.ward.units))
            assert min(split) > 0, role


@pytest.mark.parametrize("name", ALL)
def test_groups_are_led_by_those_who_work_there_and_in_their_hours(service, name):
    scenario = service(name)
    for title, item in scenario.care.programme.items():
        if item.role == "any":
            continue
        role = scenario.staffing.roles[item.role]
        begin, end = hours_of(item)
        first = int(role.weekday_start[:2]) + int(role.weekday_start[3:]) / 60
        assert scenario.staffing.fte[item.role] > 0, title
        assert first <= begin
        assert end <= first + role.weekday_hours
        assert not {"sat", "sun"} & set(item.weekdays)


# ------------------------------------------------------- conventional_acute
def test_conventional_acute_has_coercion_at_hand(service):
    scenario = service("conventional_acute")
    kinds = ("mechanical_restraint", "seclusion", "shielding", "forced_medication")
    assert all(scenario.crisis.measures[kind] > 0 for kind in kinds)
    assert sum(scenario.crisis.measures.values()) == pytest.approx(1)
    assert scenario.choices["power"] == "hierarchical"


def test_conventional_acute_takes_the_people_of_the_incident_counts(service):
    patients = service("conventional_acute").patients
    assert (patients.stay_median_days, patients.stay_sigma, patients.stay_max_days) == (8, 1.25, 180)
    assert patients.involuntary_share == 0.35
    assert patients.demand_ratio == 0.95


@pytest.mark.parametrize(
    ("mix", "median", "sigma"),
    [("norway", 10, 1.55), ("norwegian_dps", 11, 1.37), ("switzerland", 26, 0.69)],
)
def test_national_mixes(service, mix, median, sigma):
    patients = service("conventional_acute", f"patients={mix}").patients
    assert (patients.stay_median_days, patients.stay_sigma) == (median, sigma)


def test_german_mix_has_a_mean_of_21_to_25_days(service):
    assert 21 <= mean_stay(service("conventional_acute", "patients=germany").patients) <= 25


# --------------------------------------------- community_centre, mixed_ward
def test_community_centre(service):
    scenario = service("community_centre")
    fte = scenario.staffing.fte
    assert all(fte[role] > 0 for role in ("doctor", "psychologist", "music_therapist", "sports_educator"))
    assert scenario.patients.involuntary_share == 0
    assert scenario.patients.self_referral_share == 0  # by general practitioner, specialist or other units
    assert scenario.power.weights["medication"]["doctor"] > 0.5  # others follow the doctors' decrees
    assert scenario.care.administration_load > 1
    assert scenario.rotation.shifts["N"].hours == 10.25


def test_mixed_ward_is_the_community_centre_with_other_people_and_the_same_power(service):
    mixed, centre = service("mixed_ward"), service("community_centre")
    assert mixed.staffing == centre.staffing
    assert mixed.rotation == centre.rotation
    assert mixed.ward == centre.ward
    assert mixed.power == centre.power
    assert mixed.patients.medication_free_share == 0.3
    assert mixed.care.presence_norm < centre.care.presence_norm
    assert service("mixed_ward", "patients.medication_free_share=0.5").patients.medication_free_share == 0.5


# ------------------------------------------------------ recovery_institution
def test_recovery_institution(service):
    scenario = service("recovery_institution")
    assert scenario.rotation.shifts["L"].hours == 14
    assert scenario.rotation.team_of == "copy"
    assert scenario.care.household_shared
    assert scenario.care.planning_conversations_per_week >= 1
    assert scenario.power.person_present
    assert "exercise" in scenario.care.programme


def test_same_hours_per_bed_as_the_community_centre(service):
    """Otherwise the comparison of the two would be one of staff numbers."""
    institution, centre = service("recovery_institution"), service("community_centre")
    for role, fte in centre.staffing.fte.items():
        assert institution.staffing.fte[role] == pytest.approx(3 * fte, rel=0.001), role


def test_both_departments_are_twice_one(service):
    both, one = service("recovery_institution_both"), service("recovery_institution")
    assert both.ward.beds == 60
    assert [unit.share for unit in both.ward.units] == [0.5, 0.5]
    assert all(both.staffing.fte[role] == pytest.approx(2 * n) for role, n in one.staffing.fte.items())
