"""Sums that are known from the schemes' texts, the ways of sizing, and what a summary says."""

from __future__ import annotations

import datetime as dt
import time

import numpy as np
import pytest

from tests.roster.small_ward import SCHEMES, rotation, small_ward
from wardsim.roster import expand, problems
from wardsim.roster.clock import DAY, in_window, on_weekend, sleep_windows
from wardsim.roster.shift import shifts_of
from wardsim.roster.sizing import plan
from wardsim.roster.stays import stays_of
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.schema import NightCover, Unit


def posts_by_day(hours: float, beds: int) -> tuple[int, int, int, float]:
    """Posts by day, evening and night on a Tuesday of three shifts, and hours a day."""
    duties = expand(small_ward("three_shift", hours, beds=beds), 28).duties
    tuesday = duties[(duties["start_min"] // DAY == 8)]
    at = tuesday["start_min"] % DAY
    found = [int((at == minute).sum()) for minute in (420, 870, 1275)]
    return found[0], found[1], found[2], float(tuesday["working_h"].sum())


@pytest.mark.parametrize(
    ("hours", "beds", "expected"), [(397.25, 10, (3, 3, 1, 56.75)), (469.0, 18, (3, 3, 2, 67.0))]
)
def test_three_shift_posts_of_the_services(
    hours: float, beds: int, expected: tuple[int, int, int, float]
) -> None:
    """3/3/1 posts are 56.75 h a day and 3/3/2 are 67 h: the assumption behind two services."""
    assert posts_by_day(hours, beds) == expected


@pytest.mark.parametrize(
    ("scheme", "crew", "weekly"),
    [
        ("co_living", "living", 39.2), ("co_living_7_7", "living", 49.0),
        ("co_living_7_14", "living", 98 / 3), ("co_living_3747", "living", 56.0),
        ("soteria_48", "living", 33.6), ("soteria_48_pure", "living", 33.6),
        ("co_living", "night", 24.5),
    ],
)  # fmt: skip
def test_weekly_hours_of_a_line(scheme: str, crew: str, weekly: float) -> None:
    """Hours a week of each pattern: days on x hours x 7 / days of the cycle."""
    plan_of = rotation(scheme)
    number = [c.name for c in plan_of.crews].index(crew)
    hours = {"co_living": 269.5, "co_living_7_7": 171.5, "co_living_7_14": 171.5, "soteria_48_pure": 336.0}
    roster = expand(small_ward(scheme, hours.get(scheme, 241.5)), 7)
    lines = roster.people[roster.people["crew"] == number]
    assert lines["contract_h_per_week"] == pytest.approx(weekly)


def test_pure_soteria_house_is_ten_people_and_two_posts() -> None:
    """8 full-time equivalents of 42 h: two posts, ten people, 33.6 h a week, always two of them there."""
    roster = expand(small_ward("soteria_48_pure", 336.0, full_time=42.0, position_size=0.8), 728)
    summary = roster.summary
    assert summary.heads == 10
    assert summary.mean_weekly_hours == pytest.approx(33.6)
    assert summary.mean_position_size == pytest.approx(0.8)
    assert summary.paid_hours_per_week == pytest.approx(336.0)
    assert summary.longest_shift_h == 48
    assert summary.shortest_rest_h == 192
    assert summary.handovers_per_week == pytest.approx(3.5, abs=0.01)
    assert summary.cover_by_hour[:, 8:22].min() == 2.0
    assert summary.cover_by_hour[:, 0:6].max() == 0.0
    assert summary.waking_hours_07_22_per_week == pytest.approx(2 * 15 * 7)


def test_four_lines_of_48_hours_would_be_42_hours() -> None:
    """48 h every eight days is exactly a 42-hour week: the format says so too."""
    plan_of = rotation("soteria_48_pure")
    crew = plan_of.crews[0].model_copy(update={"rows": ("S-", "--", "--", "--")})
    roster = expand(small_ward(plan_of.model_copy(update={"crews": (crew,)}), 168.0, full_time=42.0), 7)
    assert roster.people["contract_h_per_week"] == pytest.approx(42.0)


def test_whole_unit_rolls_and_weekend_positions() -> None:
    """3/3/1 posts at 0.75: twelve regular lines and one free week, nine weekend positions."""
    summary = expand(small_ward("three_shift", 397.25), 7).summary
    assert (summary.heads, summary.weekend_positions) == (22, 9)
    assert summary.mean_position_size == pytest.approx(0.76, abs=0.01)
    assert summary.handovers_per_week == pytest.approx(21, abs=0.01)
    assert (summary.longest_shift_h, summary.shortest_rest_h) == (10.25, 13.75)
    assert summary.waking_hours_07_22_per_week == pytest.approx(3 * 7 * (8 + 7.5) + 7 * (0.75 + 0.5))


@pytest.mark.parametrize("scheme", [s for s in SCHEMES if s != "three_shift"])
@pytest.mark.parametrize(
    ("sizing", "measure"),
    [
        ("same_paid_hours", "paid_hours_per_week"), ("same_presence", "presence_hours_per_week"),
        ("same_cost", "cost_per_week"), ("same_cover", "waking_hours_07_22_per_week"),
    ],
)  # fmt: skip
def test_each_way_of_sizing_reaches_its_target(scheme: str, sizing: str, measure: str) -> None:
    """A scheme sized to the baseline's hours, presence, cost or cover has the same in that measure."""
    asleep = {"sleeping_paid_fraction": 0.5}
    target = getattr(expand(small_ward("three_shift", 620.0), 7).summary, measure)
    plan_of = rotation(scheme).model_copy(update=asleep)
    alternative = small_ward(plan_of, 620.0, sizing=sizing, sizing_target=target)
    assert problems(alternative) == []
    assert getattr(expand(alternative, 7).summary, measure) == pytest.approx(target, rel=0.006)


def test_without_a_target_sizing_falls_back_on_paid_hours() -> None:
    """The baseline of a comparison has no target yet; it is the one that gives the others theirs."""
    a = expand(small_ward("co_living", 400.0, sizing="same_cost"), 728).summary
    b = expand(small_ward("co_living", 400.0), 728).summary
    assert a.paid_hours_per_week == b.paid_hours_per_week == pytest.approx(400.0, rel=0.005)


def test_a_target_out_of_reach_is_named() -> None:
    """A target below night cover and one post by day can't be reached, and the message says so."""
    [problem] = problems(small_ward("co_living", 400.0, sizing="same_cover", sizing_target=50.0))
    assert problem.path == "staffing.sizing_target"
    assert "waking h a week between 07:00 and 22:00" in problem.message


def test_sleeping_hours_paid_in_part_buy_more_posts() -> None:
    """If an hour asleep is paid a quarter, the same money brings more people to the house."""
    full = small_ward("soteria_48_pure", 336.0)
    quarter = small_ward(
        rotation("soteria_48_pure").model_copy(update={"sleeping_paid_fraction": 0.25}), 336.0
    )
    a, b = expand(full, 728).summary, expand(quarter, 728).summary
    assert a.paid_hours_per_week == pytest.approx(b.paid_hours_per_week, rel=0.005)
    assert b.presence_hours_per_week > 1.2 * a.presence_hours_per_week
    assert b.working_hours_per_week == b.presence_hours_per_week


@pytest.mark.parametrize(("beds", "posts"), [(1, 1), (15, 1), (16, 2), (30, 2), (31, 3)])
def test_night_posts_for_each_started_fifteen_beds(beds: int, posts: int) -> None:
    """The same night cover in all schemes: one waking post for each started 15 beds of a unit."""
    for scheme in ("three_shift", "co_living", "soteria_48"):
        [unit] = plan(small_ward(scheme, 900.0, beds=beds))
        assert unit.waking_posts == posts
        cover = expand(small_ward(scheme, 900.0, beds=beds), 7).summary.cover_by_hour
        assert cover[:, 2] == pytest.approx(posts)


def test_a_set_number_of_night_posts_is_kept() -> None:
    """`night_cover.waking` overrides the rule for each unit."""
    scenario = small_ward("three_shift", 900.0, beds=10, night_cover=NightCover(waking=3))
    assert expand(scenario, 7).summary.cover_by_hour[:, 2] == pytest.approx(3)


def test_cover_by_hour_is_what_a_count_by_the_minute_gives() -> None:
    """Mean cover of a weekday and hour, counted in the simplest way."""
    scenario = small_ward("soteria_48", 300.0, start_date=dt.date(2027, 1, 7))
    summary = expand(scenario, 7).summary
    roster = expand(scenario, 728)
    total = np.zeros((7, 24))
    for hour in range(0, 728 * 24, 1):
        if (hour + 72) // 24 % 7 != 2:  # Wednesdays only: day 0 is a Thursday
            continue
        for minute in (0, 15, 30, 45):
            t = hour * 60 + minute
            there = (roster.duties["start_min"] <= t) & (t < roster.duties["end_min"])
            asleep = (roster.sleeps["start_min"] <= t) & (t < roster.sleeps["end_min"])
            total[2, hour % 24] += (int(there.sum()) - int(asleep.sum())) / 4 / 104
    assert summary.cover_by_hour[2] == pytest.approx(total[2])


def test_cost_of_a_duty_with_supplements() -> None:
    """A night from Saturday 21:15 to Sunday 07:30: weekend, 8.75 h of night; a Tuesday evening 4 h + 1 h."""
    duties = expand(small_ward("three_shift", 180.25), 14).duties
    [saturday] = duties[(duties["start_min"] == 5 * DAY + 21 * 60 + 15)]
    assert saturday["cost_h"] == pytest.approx(10.25 * 1.2 + 8.75 * 0.28)
    [evening] = duties[(duties["start_min"] == 1 * DAY + 14 * 60 + 30)]
    assert evening["cost_h"] == pytest.approx(7.5 + (4 + 1) * 0.28)


def test_nights_runs_rests_and_blocks() -> None:
    """Three nights in a row are 1, 2, 3; ten hours between two days are a short rest; a stay is a block."""
    duties = expand(small_ward("three_shift", 180.25), 14).duties
    line_5 = duties[duties["staff"] == 4]
    assert line_5["run"].tolist() == [0, 0, 1, 2, 3, 0, 0]
    assert line_5["is_night"].tolist() == [0, 0, 1, 1, 1, 0, 0]
    living = expand(small_ward("co_living", 269.5), 35).duties
    line_4 = living[living["staff"] == 3]
    assert line_4["is_quick_return"].tolist() == [0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    assert np.diff(line_4["block"]).astype(bool).sum() == 1
    stays = expand(small_ward("co_living_3747", 168.0, night_cover=NightCover(waking=0)), 42).duties
    assert not stays["is_quick_return"].any(), "a day on site that follows another is no return"
    sleeping = expand(small_ward("soteria_48_pure", 168.0), 30).duties
    assert not sleeping["is_night"].any()
    assert sleeping["waking_h"] == pytest.approx(32.0)


def test_first_days_have_their_history() -> None:
    """On the first morning the night before counts: who is there, and which night in a row it was."""
    duties = expand(small_ward("three_shift", 180.25), 3).duties
    assert duties["start_min"][0] == -165
    assert duties["run"][0] == 3


def test_public_holidays_are_off_for_weekday_staff_only() -> None:
    """17 May 2027 is a Monday: no doctor is in, the rota goes on."""
    fte = {"milieu_therapist": 397.25 / 35.5, "doctor": 1.0}
    start = dt.date(2027, 5, 10)
    roster = expand(small_ward(fte=fte, start_date=start, public_holidays="NO"), 14)
    doctor = roster.duties[~roster.is_milieu[roster.duties["staff"]]]
    assert sorted((doctor["start_min"] // DAY).tolist()) == [0, 1, 2, 3, 4, 8, 9, 10, 11]
    assert len(roster.duties[roster.duties["start_min"] // DAY == 7]) == 7


@pytest.mark.parametrize(("fte", "heads", "weekly"), [(0.3, 1, 11.25), (1.0, 1, 37.5), (2.5, 3, 93.75)])
def test_weekday_roles_by_their_posts(fte: float, heads: int, weekly: float) -> None:
    """As many people as started posts, with equal shares; 1 FTE is five duties a week."""
    scenario = small_ward(fte={"milieu_therapist": 12.0, "doctor": fte})
    roster = expand(scenario, 7 * 200)
    doctors = roster.people[~roster.is_milieu]
    assert len(doctors) == heads
    duties = roster.duties[~roster.is_milieu[roster.duties["staff"]]]
    assert duties["paid_h"].sum() / 200 == pytest.approx(weekly)
    assert np.ptp(np.bincount(duties["staff"])[doctors["id"]]) <= 1
    by_weekday = np.bincount(duties["start_min"] // DAY % 7, minlength=7)
    assert np.ptp(by_weekday[:5]) <= 4 * heads, "no weekday is favoured"
    assert by_weekday[5:].sum() == 0


def test_a_unit_without_beds_runs_on_weekdays() -> None:
    """A day clinic needs no nights: its milieu staff have weekday duties for their contracted hours."""
    units = (Unit(name="ward", share=1.0), Unit(name="day clinic", share=0.0, day_places=14))
    scenario = small_ward(hours=500.0, units=units, allocation={"milieu_therapist": (0.8, 0.2)})
    assert problems(scenario) == []
    roster = expand(scenario, 728)
    clinic = roster.people["unit"] == 1
    duties = roster.duties[clinic[roster.duties["staff"]]]
    assert duties["paid_h"].sum() / 104 == pytest.approx(100.0, rel=0.01)
    assert (duties["start_min"] // DAY % 7 < 5).all()
    assert roster.summary.paid_hours_per_week == pytest.approx(500.0, rel=0.005)
    assert roster.summary.handovers_per_week == pytest.approx(21, abs=0.01)


def test_closed_weekends_are_reported() -> None:
    """One weekend in four nobody is there from Friday 22:00 to Monday 07:00, and the roster says when."""
    roster = expand(small_ward("five_day_programme", 500.0), 112)
    spans = [(row["start_min"] / DAY, row["end_min"] / DAY) for row in roster.closed]
    first = (25 + 22 / 24, 28 + 7 / 24)
    assert spans == [pytest.approx((first[0] + 28 * i, first[1] + 28 * i)) for i in range(4)]


def test_tables_cannot_be_changed() -> None:
    """A roster is shared between runs, so nobody may write into it."""
    roster = expand(small_ward(), 7)
    with pytest.raises(ValueError, match="read-only"):
        roster.duties["staff"][0] = 1


def test_horizon_has_limits() -> None:
    """Up to eleven years; anything else is answered in words."""
    assert len(expand(small_ward(), 4018).duties) > 20_000
    for days in (0, 10_000):
        with pytest.raises(ScenarioError, match="between 1 and"):
            expand(small_ward(), days)


@pytest.mark.parametrize(
    ("start", "length", "window", "expected"),
    [
        (540, 2880, "23:00-07:00", [(840, 1320), (2280, 2760)]),
        (540, 1440, "23:00-07:00", [(840, 1320)]),
        (0, 600, "23:00-07:00", [(0, 420)]),
        (600, 300, "23:00-07:00", []),
        (480, 1440, "01:00-06:00", [(1020, 1320)]),
        (480, 600, None, []),
    ],
)
def test_sleep_windows(start: int, length: int, window: str | None, expected: list[tuple[int, int]]) -> None:
    """Sleep falls into the clock window, for as many nights as the duty has."""
    assert sleep_windows(start, length, window) == expected


def test_minutes_in_windows() -> None:
    """Windows over midnight, several days, weekends."""
    assert in_window(21 * 60, 31 * 60, (21 * 60, 6 * 60)) == 9 * 60
    assert in_window(0, 3 * DAY, (7 * 60, 22 * 60)) == 45 * 60
    assert in_window(-60, 60, (23 * 60, 6 * 60)) == 120
    assert on_weekend(4 * DAY + 1200, 5 * DAY + 120) == 120
    assert on_weekend(0, 14 * DAY) == 4 * DAY


def test_shift_days() -> None:
    """A duty of 48 h fills two days of a row."""
    assert shifts_of(rotation("soteria_48"))["S"].days == 2


@pytest.mark.performance
def test_a_year_is_expanded_quickly() -> None:
    """Thirty people for a year take tens of milliseconds; the bounds are ten times that."""
    begin = time.perf_counter()
    roster = expand(small_ward("three_shift", 640.123), 365)
    assert time.perf_counter() - begin < 0.5
    begin = time.perf_counter()
    stays_of(roster, "NO")
    assert len(roster.breaches) == 0
    assert time.perf_counter() - begin < 0.5
