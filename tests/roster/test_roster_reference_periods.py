"""Reference periods, breaks and exceptions of working-time law, by rotas worked out by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.roster.small_ward import small_ward
from tests.roster.test_roster_working_time import H, breaches_of, days_at, named
from wardsim import load_scenario
from wardsim.roster import expand, summarise
from wardsim.roster.stays import _without_breaks
from wardsim.roster.working_time import legal_status

WEEK_H = 7 * 24


def weeks_of(first: int, after: int, hours: float, *days: int) -> list[tuple[float, float]]:
    """So many hours from 08:00 on these days of the weeks from one to before another."""
    return [
        (w * WEEK_H + a, w * WEEK_H + b) for w in range(first, after) for a, b in days_at(8, hours, *days)
    ]


SIX = range(6)
FIRST_MONDAY = dt.date(2027, 1, 4)


def test_a_reference_period_may_begin_in_any_week() -> None:
    """60 h a week in the last 16 of 33 weeks: the first 17 weeks in breach are those that hold 14 of them, 49.4 h on average."""
    [breach] = breaches_of(weeks_of(17, 33, 10, *SIX), law="UK", weeks=33)
    assert (breach.rule, breach.value, breach.limit) == ("mean_week", round(14 * 60 / 17, 2), 48)
    assert breach.date == FIRST_MONDAY + dt.timedelta(weeks=14)


def test_the_first_period_in_breach_is_told_and_then_the_next_that_does_not_overlap_it() -> None:
    """60 h in every week: a line is in breach from each week on, and told of once in 17 weeks."""
    found = breaches_of(weeks_of(0, 40, 10, *SIX), law="UK", weeks=40)
    assert [b.value for b in found] == [60.0, 60.0]
    assert (found[1].date - found[0].date).days == 17 * 7


def test_overwork_across_two_blocks_is_seen() -> None:
    """54 h in weeks 4 to 11 of 16, the Norwegian limit over 8 weeks is 48: neither half of the 16 weeks is over it."""
    found = breaches_of(weeks_of(4, 12, 9, *SIX), law="NO", basis="union_agreement", weeks=16)
    means = [b for b in found if b.rule == "mean_week"]
    assert [b.value for b in means] == [54.0]
    assert means[0].date == FIRST_MONDAY + dt.timedelta(weeks=4)


def test_free_sundays_that_cannot_be_reached_any_more_are_seen_before_the_year_is_over() -> None:
    """15 free Sundays of 52: whoever has worked 38 in a row has at most 14 left; whoever has worked 37 has 15."""
    assert breaches_of(weeks_of(0, 37, 7, 6), law="DE", weeks=37) == []
    [breach] = breaches_of(weeks_of(0, 38, 7, 6), law="DE", weeks=38)
    assert (breach.rule, breach.value, breach.limit) == ("free_sundays", 14, 15)


@pytest.mark.parametrize(
    ("law", "on_site_h", "work_h"),
    [
        ("DE", 6.0, 6.0), ("DE", 6.25, 6.0), ("DE", 6.5, 6.0), ("DE", 6.75, 6.25), ("DE", 9.5, 9.0),
        ("DE", 9.6, 9.0), ("DE", 10.0, 9.25),
        ("CH", 5.5, 5.5), ("CH", 5.6, 5.5), ("CH", 7.25, 7.0), ("CH", 7.5, 7.0), ("CH", 9.25, 8.75),
        ("CH", 9.75, 9.0), ("CH", 10.0, 9.0), ("CH", 10.5, 9.5),
        ("NO", 9.25, 9.25),
    ],
)  # fmt: skip
def test_the_shortest_lawful_break_goes_by_hours_of_work(law: str, on_site_h: float, work_h: float) -> None:
    """9 h 15 min on site with half an hour off are 8 h 45 min of work, for which half an hour is enough."""
    assert _without_breaks(np.array([on_site_h * H]), law) == pytest.approx([work_h * H])


def test_a_swiss_week_of_nine_and_a_quarter_hours_a_day_is_too_long() -> None:
    """6 x 8.75 h of work are 52.5 h, over 50."""
    [breach] = breaches_of(days_at(8, 9.25, *SIX), law="CH")
    assert (breach.rule, breach.value) == ("week_or_two", 52.5)


def test_seven_swiss_days_in_a_row_are_judged_by_two_weeks() -> None:
    """7 x 8.5 h, then a week off: 59.5 h less breaks in one week, half of it on average."""
    seven = days_at(8, 8.5, *range(7))
    assert breaches_of(seven, law="CH", weeks=2, days=56) == []
    twice = [*seven, *[(WEEK_H + a, WEEK_H + b) for a, b in days_at(8, 9, 3, 4, 5, 6)]]
    assert "week_or_two" not in named(breaches_of(seven + twice[7:8], law="CH", weeks=3, days=63))
    full = [*seven, *[(WEEK_H + a, WEEK_H + b) for a, b in days_at(8, 10, 1, 2, 3, 4, 5)]]
    assert "week_or_two" in named(breaches_of(full, law="CH", weeks=2, days=56)), (
        "52 and 45 h: 50.5 on average"
    )
    six = days_at(8, 9.25, *SIX)
    assert "week_or_two" in named(breaches_of(six, law="CH", weeks=2, days=56)), "six days are no seven"


def test_uk_regulations() -> None:
    """11 h a day, 24 h a week, 48 h on average over 17 weeks."""
    assert named(breaches_of([(14.5, 22), (31, 39)], law="UK")) == ["daily_rest"]
    assert set(named(breaches_of(days_at(8, 5, *range(7)), law="UK", days=14))) == {"fortnight_rest"}
    assert named(breaches_of(days_at(8, 10, 0, 1, 2, 3, 4), law="UK", days=17 * 7)) == ["mean_week"]


def test_two_days_off_in_a_fortnight_are_enough_in_the_uk() -> None:
    """Twelve days on and two off: no 24 h in the first week, 48 h and more in the second."""
    assert breaches_of(days_at(8, 5, *range(12)), law="UK", weeks=2, days=56) == []
    one_off = breaches_of(days_at(8, 5, *range(13)), law="UK", weeks=2, days=56)
    assert set(named(one_off)) == {"fortnight_rest"}


def test_for_whom_the_rules_of_staff_who_live_in_are_made_is_said() -> None:
    """The Norwegian regulation does not name ordinary adult psychiatric wards, the German one asks for one household."""
    ward = load_scenario(
        ["service=conventional_acute", "rotation=co_living", "rotation.legal_basis=live_in_regulation"]
    )
    assert "does not name ordinary adult psychiatric wards" in summarise(ward).legal_hint
    broken = legal_status(expand(small_ward("co_living_3747", legal_basis="live_in_regulation"), 364))
    assert broken.status == "not_lawful"
    assert "does not name ordinary adult psychiatric wards" in broken.hint, (
        "though it would not be enough either"
    )
    german = legal_status(expand(small_ward("co_living", law="DE"), 364))
    assert "would need the rules for staff who live in (only for staff who share a household" in german.hint
