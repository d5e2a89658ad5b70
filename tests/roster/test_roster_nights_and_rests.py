"""Swiss nights and Sundays, British fortnights, nights of those who live in, by rotas worked out by hand.

The figures come from the evidence on working-time law: ArG Art. 17a, ArGV 2 Art. 10(2) and 12(2), WTR reg. 11,
FOR-2005-06-24-686 § 3(1). Times are hours after the first Monday, midnight.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.roster.test_roster_working_time import breaches_of, days_at, named
from wardsim.roster import Breach, rules_not_checked
from wardsim.roster.limits import BY_DAY, CHECKS

Stretches = list[tuple[float, float]]


def swiss(stretches: Stretches, *, asleep: Stretches | None = None, weeks: int = 2) -> list[Breach]:
    return breaches_of(stretches, law="CH", asleep=tuple(asleep or ()), weeks=weeks, days=7 * weeks)


def values(found: list[Breach], rule: str) -> list[float]:
    return [b.value for b in found if b.rule == rule]


# ------------------------------------------------------------- Swiss nights
def test_four_swiss_nights_in_seven_have_nine_hours_within_ten() -> None:
    """22:00-08:00 are 9 h of work within 10 h; 20:30-07:30 are 10 h within 11 h."""
    assert swiss(days_at(22, 10, 0, 1, 2, 3)) == []
    long = swiss(days_at(20.5, 11, 0, 1, 2, 3))
    assert values(long, "night_hours") == [10.0] * 4
    assert values(long, "night_span") == [11.0] * 4
    assert {b.article for b in long} == {"ArG Art. 17a; ArGV 2 Art. 10(2)"}
    assert len(long) == 8


def test_three_swiss_nights_in_seven_have_ten_hours_within_twelve() -> None:
    """20:30-07:30 is lawful on three nights; 20:00-07:30 is not, with 10.5 h of work."""
    assert swiss(days_at(20.5, 11, 0, 1, 2)) == []
    assert named(swiss(days_at(20, 11.5, 0))) == ["night_hours", "night_span"]
    parts = [(20.0, 23.0), (25.0, 32.5)]  # 10.5 h less an hour of breaks, within 12.5 h
    assert values(swiss(parts), "night_span") == [12.5]


def test_a_swiss_night_in_two_parts_is_judged_from_its_first_minute_to_its_last() -> None:
    """21:00-24:00 and 02:00-08:30 are 9 h of work, but within 11.5 h; on four nights in seven that is too long."""
    parts = [
        part for d in range(4) for part in ((24 * d + 21.0, 24 * d + 24.0), (24 * d + 26.0, 24 * d + 32.5))
    ]
    assert named(swiss(parts)) == ["night_span"] * 4
    assert swiss(parts[:6]) == []


def test_seven_swiss_nights_begin_with_any_night() -> None:
    """Friday, Saturday, Monday and Tuesday are four nights in five, though two in each week; a week later two in seven."""
    near = swiss(days_at(20.5, 11, 4, 5, 7, 8), weeks=3)
    assert values(near, "night_hours") == [10.0] * 4
    assert swiss(days_at(20.5, 11, 4, 5, 11, 12), weeks=3) == []


def night_with_sleep(wakes: float, *days: int) -> tuple[Stretches, Stretches]:
    """On site 20:00-08:00 on these nights, asleep from 02:00 to some hour."""
    awake = [part for d in days for part in ((24 * d + 20.0, 24 * d + 26.0), (24 * d + wakes, 24 * d + 32.0))]
    return awake, [(24 * d + 26.0, 24 * d + wakes) for d in days]


def test_a_swiss_night_of_twelve_hours_with_a_place_to_lie_down() -> None:
    """8 h awake of 12 h and 12 h of rest: lawful on four nights in a row; with 8.5 h awake, or 11.5 h of rest, not."""
    awake, asleep = night_with_sleep(30, 0, 1, 2, 3)
    assert swiss(awake, asleep=asleep) == []
    awake, asleep = night_with_sleep(29.5, 0, 1, 2, 3)
    assert values(swiss(awake, asleep=asleep), "night_span") == [12.0] * 4
    awake, asleep = night_with_sleep(30, 0)
    assert named(swiss([*awake, (43.5, 47.5)], asleep=asleep)) == ["night_hours", "night_span"]


# ------------------------------------------------------------- weekly rests
def test_swiss_weeks_without_a_free_sunday_have_36_hours_of_rest() -> None:
    """Tuesday 22:00 to Thursday 07:00 are 33 h, to 10:00 they are 36 h; who has Sunday off needs neither."""

    def week(thursday: float, sunday: bool) -> Stretches:
        days = [(9.0, 17.0), (38.0, 46.0), (72 + thursday, 87.0), (105.0, 113.0), (129.0, 137.0)]
        return [*days, (153.0, 161.0)] if sunday else days

    [breach] = swiss(week(7, sunday=True))
    assert (breach.rule, breach.value, breach.limit) == ("rest_without_sunday", 33.0, 36.0)
    assert (breach.date, breach.article) == (dt.date(2027, 1, 4), "ArGV 2 Art. 12(2)")
    assert swiss(week(10, sunday=True)) == []
    assert swiss(week(7, sunday=False)) == []


def test_seven_swiss_days_in_a_row_have_their_own_rest() -> None:
    """After seven days 83 h off are asked for, not 36 h within them; the second week of fourteen days is told."""
    assert swiss(days_at(8, 5, *range(7))) == []
    found = swiss(days_at(8, 5, *range(14)), weeks=4)
    assert [(b.rule, b.date.day, b.value) for b in found] == [
        ("rest_after_seven", 10, 19.0), ("rest_without_sunday", 11, 19.0),
    ]  # fmt: skip


def british(stretches: Stretches, weeks: int, days: int) -> list[Breach]:
    return breaches_of(stretches, law="UK", weeks=weeks, days=days)


def test_two_rests_of_a_day_in_a_fortnight_are_enough_in_the_uk() -> None:
    """Seven days on, then two rests of 43 h in the second week; with one of them the first week is told."""
    assert british(days_at(8, 5, *range(7), 7, 9, 11, 12, 13), 2, 28) == []
    one = british(days_at(8, 5, *range(7), 7, 9, 10, 11, 12, 13), 2, 28)
    assert [(b.rule, b.date.day, b.value) for b in one] == [
        ("fortnight_rest", 4, 19.0),
        ("fortnight_rest", 18, 19.0),
    ]


def test_a_british_rest_makes_up_for_one_week_only() -> None:
    """A rest of 67 h in the second of three weeks is for the first or for the third, not for both."""
    found = british(days_at(8, 5, *range(9), *range(11, 21)), 3, 42)
    assert [(b.rule, b.date, b.value) for b in found] == [("fortnight_rest", dt.date(2027, 1, 18), 19.0)]


# ---------------------------------------------------------- staff who live in
def live_in(stretches: Stretches, asleep: Stretches) -> list[Breach]:
    return breaches_of(stretches, law="NO", basis="live_in_regulation", asleep=tuple(asleep), days=7)


def test_the_longer_rest_of_those_who_live_in_lies_in_the_night() -> None:
    """8 h asleep from 09:00 and 2 h from 22:00 are 10 h of rest, but only 2 h of them in a row by night."""
    by_day = live_in([(0, 9), (17, 22), (24, 33), (41, 46)], [(9, 17), (22, 24), (33, 41), (46, 48)])
    assert [(b.rule, b.value, b.limit) for b in by_day] == [("live_in_night", 2.0, 8.0)] * 2
    assert by_day[0].text == "2 h of rest at a stretch between 22:00 and 08:00; required 8 h"


@pytest.mark.parametrize(("to_bed", "at_night"), [(21.0, 7.0), (22.0, 8.0), (24.0, 8.0), (25.0, 7.0)])
def test_the_night_of_those_who_live_in_is_from_22_to_8(to_bed: float, at_night: float) -> None:
    """8 h from 21:00 or from 01:00 are 7 h between 22:00 and 08:00."""
    found = live_in([(9, 13), (15, to_bed), (to_bed + 8, 33)], [(13, 15), (to_bed, to_bed + 8)])
    assert values(found, "live_in_night") == ([] if at_night == 8 else [at_night])
    assert len(found) == (at_night < 8)


def test_rest_at_home_by_day_is_no_night_but_a_crew_of_nights_does_not_live_in() -> None:
    """07:00-21:00 at home has one hour of the night; whoever works nights alone is in no live-in scheme."""
    night = days_at(21, 10, 2)
    assert [(b.rule, b.value) for b in live_in([*days_at(8, 8, 0, 1), *night], [])] == [
        ("live_in_night", 1.0)
    ]
    assert live_in(night, []) == []
    assert live_in(days_at(8, 14, 0, 1, 2), []) == [], "at home from 22:00 to 08:00"


# ------------------------------------------------------- rules not looked at
@pytest.mark.parametrize(
    ("law", "weeks", "rules"),
    [
        ("DE", 29, {"free_sundays"}), ("DE", 37, {"free_sundays"}), ("DE", 38, set()),
        ("CH", 40, {"free_sundays"}), ("CH", 41, set()),
        ("NO", 1, {"sundays_in_row"}), ("NO", 2, set()),
        ("UK", 1, {"fortnight_rest"}), ("UK", 0, {"fortnight_rest", "mean_week", "night_mean"}),
    ],
)  # fmt: skip
def test_rules_that_a_short_run_cannot_check_are_named(law: str, weeks: int, rules: set[str]) -> None:
    """15 of 52 Sundays free: 38 worked ones are needed to see that they are out of reach; 12 free ones: 41."""
    assert {rule.rule for rule in rules_not_checked(law, "statute", weeks)} == rules


def test_a_lifted_rule_is_not_named() -> None:
    assert rules_not_checked("DE", "live_in_regulation", 0) == ()
    [rule] = rules_not_checked("DE", "statute", 29)
    assert rule.article == "ArbZG § 11(1)"


@pytest.mark.parametrize("law", ["EU", "NO", "DE", "CH", "UK"])
@pytest.mark.parametrize("basis", ["statute", "union_agreement", "live_in_regulation"])
def test_without_a_whole_week_only_rules_of_days_are_broken(law: str, basis: str) -> None:
    """Six days of 16 h with nights: whatever is told comes from a rule that needs no week."""
    assert set(CHECKS) >= BY_DAY
    found = breaches_of([(24 * d + 14, 24 * d + 30) for d in range(6)], law=law, basis=basis, days=6)
    assert set(named(found)) <= BY_DAY
