"""Limits: one function for each kind of rule, from stays to its breaches. See ``working_time.csv``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wardsim.roster.clock import DAY, DEEP_NIGHT, WEEK, Minutes
from wardsim.roster.duty import FOREVER
from wardsim.roster.stays import Bools, Floats, Found, Stays

EPS = 1e-6
NIGHT_BLOCK_H = 8  # of the rest of staff who live in, this much at a stretch, between 22:00 and 08:00; FOR-2005-06-24-686 § 3(1)
NIGHT_BLOCK_FROM, NIGHT_BLOCK_MIN = 22 * 60, 10 * 60
SHORT_REST_H = 11  # the Swiss mean applies to lines with a rest below this
LONG_WORK_H = 12
WORKING_DAYS = 6  # a week has six working days; the average night limit is one for 24 h
# Nights that may be longer in Switzerland: ArG Art. 17a (few nights), ArGV 2 Art. 10(2) (asleep for a part of it).
LONG_NIGHT_SPAN_H, LONG_NIGHT_WORK_H, FEW_NIGHTS = 12, 10, 3
LONG_NIGHT_AWAKE_H, LONG_NIGHT_REST_H = 8, 12

Check = Callable[[Stays, float, int], Found]


def _stays(s: Stays, which: Bools, value: Floats | Minutes) -> Found:
    return Found(s.staff[which], s.start[which] // DAY, value[which] / 60)


def daily_hours(s: Stays, limit: float, weeks: int) -> Found:
    """Hours of work in the 24 h from the start of a working day, which may have two parts."""
    return _stays(s, s.day_work > limit * 60 + EPS, s.day_work)


def night_hours(s: Stays, limit: float, weeks: int) -> Found:
    """Hours of work in a stay with a night duty that may not be longer."""
    return _stays(s, s.is_night & (s.work > limit * 60 + EPS) & ~may_be_longer(s), s.work)


def night_span(s: Stays, limit: float, weeks: int) -> Found:
    """Hours on site, breaks included, in a stay with a night duty that may not be longer."""
    length = s.end - s.start
    return _stays(s, s.is_night & (length > limit * 60) & ~may_be_longer(s), length)


def may_be_longer(s: Stays) -> Bools:
    """Nights within 12 h: of 10 h of work if they are few, or asleep for a part of it and 12 h of rest after it."""
    length = s.end - s.start
    asleep = np.bincount(s.sleep_stay, s.sleep_end - s.sleep_start, len(s.start))
    few = (s.work <= LONG_NIGHT_WORK_H * 60 + EPS) & (nights_in_seven(s) <= FEW_NIGHTS)
    lies_down = (asleep > 0) & (length - asleep <= LONG_NIGHT_AWAKE_H * 60)
    rested = s.next_start - s.end >= LONG_NIGHT_REST_H * 60
    found: Bools = (length <= LONG_NIGHT_SPAN_H * 60) & (few | (lies_down & rested))
    return found


def nights_in_seven(s: Stays) -> Minutes:
    """For each stay with a night duty, the most nights worked in seven in a row of which its first night is one."""
    from_minute, until_minute = DEEP_NIGHT[0], DEEP_NIGHT[1] + DAY
    first, last = (s.start - until_minute) // DAY + 1, (s.end - from_minute - 1) // DAY
    before = 6 - int(first.min(initial=0))
    worked = np.zeros((s.n_staff, before + int(last.max(initial=0)) + 8), dtype=np.int64)
    for step in range(int((last - first).max(initial=0)) + 1):
        here = s.is_night & (first + step <= last)
        worked[s.staff[here], before + first[here] + step] = 1
    in_seven = sliding_window_view(worked, 7, axis=1).sum(axis=2)
    most = sliding_window_view(in_seven, 7, axis=1).max(axis=2)
    found: Minutes = most[s.staff, before + first - 6]
    return found


def span(s: Stays, limit: float, weeks: int) -> Found:
    """Hours from the first minute on site to the last."""
    return _stays(s, s.end - s.start > limit * 60, s.end - s.start)


def daily_rest(s: Stays, limit: float, weeks: int) -> Found:
    """Longest rest off site within the 24 h from the start of a stay."""
    return _stays(s, s.rest < limit * 60, s.rest)


def rest_after_long(s: Stays, limit: float, weeks: int) -> Found:
    """Rest right after more than 12 h of work."""
    gap = s.next_start - s.end
    return _stays(s, (s.work > LONG_WORK_H * 60) & (gap < limit * 60), gap)


def mean_rest(s: Stays, limit: float, weeks: int) -> Found:
    """Mean daily rest in a reference period that holds a rest below 11 h."""
    week = s.week_of(s.start)
    here = (week >= 0) & (week < s.n_weeks)
    shape = (s.n_staff, s.n_weeks)
    by_week = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for found, value in zip(
        by_week, (s.rest / 60, np.ones(len(week)), s.rest < SHORT_REST_H * 60), strict=True
    ):
        np.add.at(found, (s.staff[here], week[here]), value[here])
    total, count, short = (s.over_periods(found, weeks) for found in by_week)
    mean = total / np.maximum(count, 1)
    return _periods(s, (short > 0) & (mean < limit - EPS), mean, weeks)


def live_in_rest(s: Stays, limit: float, weeks: int) -> Found:
    """Rest on site or at home in each 24 h of a stay; 8 h of it at a stretch."""
    rests = LiveInRests.of(s)
    which = (rests.total < limit * 60) | (rests.longest < NIGHT_BLOCK_H * 60)
    return Found(s.staff[rests.stay[which]], rests.since[which] // DAY, rests.total[which] / 60)


def live_in_night(s: Stays, limit: float, weeks: int) -> Found:
    """Longest rest in the night in those 24 h of a stay that have a rest of this length, but at other hours."""
    rests = LiveInRests.of(s)
    which = (rests.longest >= limit * 60) & (rests.at_night < limit * 60)
    return Found(s.staff[rests.stay[which]], rests.since[which] // DAY, rests.at_night[which] / 60)


@dataclass(frozen=True, eq=False)
class LiveInRests:
    """Rests on site and at home in each 24 h of each stay (minutes): all, the longest, the longest in the night."""

    stay: Minutes
    since: Minutes
    total: Floats
    longest: Minutes
    at_night: Minutes

    @classmethod
    def of(cls, s: Stays) -> LiveInRests:
        """The rests of these stays; a rest on site counts to the 24 h in which it begins."""
        n_windows = -(-(s.end - s.start) // DAY)
        stay = np.repeat(np.arange(len(s.start)), n_windows)
        first = np.cumsum(n_windows) - n_windows
        since = s.start[stay] + (np.arange(len(stay)) - first[stay]) * DAY
        left, back = np.maximum(s.end[stay], since), s.next_start[stay]
        home = np.maximum(np.minimum(since + DAY, back) - left, 0)
        at = s.sleep_stay
        window = first[at] + np.clip((s.sleep_start - s.start[at]) // DAY, 0, n_windows[at] - 1)
        length = s.sleep_end - s.sleep_start
        longest, at_night = home.copy(), _at_night(left, back, since + DAY)
        np.maximum.at(longest, window, length)
        np.maximum.at(at_night, window, _at_night(s.sleep_start, s.sleep_end, s.sleep_end))
        return cls(stay, since, home + np.bincount(window, length, len(stay)), longest, at_night)


def _at_night(start: Minutes, end: Minutes, until: Minutes) -> Minutes:
    """Most minutes of a rest in one night from 22:00 to 08:00, if it begins that night before a moment."""
    found = np.zeros(len(start), dtype=np.int64)
    for day in (-1, 0, 1):
        night = (start // DAY + day) * DAY + NIGHT_BLOCK_FROM
        begin = np.maximum(start, night)
        here = np.where(begin < until, np.minimum(end, night + NIGHT_BLOCK_MIN) - begin, 0)
        found = np.maximum(found, here)
    return found


def weekly_rest(s: Stays, limit: float, weeks: int) -> Found:
    """Longest rest of each week; see ``longest_rest``."""
    longest = longest_rest(s, limit)
    return _weeks(s, longest < limit - EPS, longest)


def rest_without_sunday(s: Stays, limit: float, weeks: int) -> Found:
    """Longest rest of each week with work on Sunday; for seven days of work in a row there are other rules."""
    longest = longest_rest(s, limit)
    return _weeks(s, s.sundays & ~_weeks_of_sevens(s) & (longest < limit - EPS), longest)


def fortnight_rest(s: Stays, limit: float, weeks: int) -> Found:
    """Longest rest of each week; a rest of twice the length, or two, in the week before or after make up for one.

    They make up for one week only. What rest follows after the horizon is not known and taken to be long enough.
    """
    longest = longest_rest(s, limit)
    short = longest < limit - EPS
    double = (longest >= 2 * limit - EPS) | (_rests_of(s, limit) >= 2)
    spare = np.pad(double, ((0, 0), (0, 1)), constant_values=True)
    before = np.zeros(s.n_staff, dtype=bool)
    for week in range(s.n_weeks):
        short[:, week] &= ~before
        from_next = short[:, week] & spare[:, week + 1]
        short[:, week] &= ~from_next
        spare[:, week + 1] &= ~from_next
        before = spare[:, week]
    return _weeks(s, short, longest)


def _rests_of(s: Stays, limit: float) -> Floats:
    """Number of rests of that length between two stays by line and week, counted where most of each lies."""
    found = np.zeros((s.n_staff, s.n_weeks + 2))
    long = (s.next_start != FOREVER) & (s.next_start - s.end >= limit * 60)
    middle = s.week_of((s.end[long] + s.next_start[long]) // 2)
    np.add.at(found, (s.staff[long], np.clip(middle, -1, s.n_weeks)), 1)
    return found[:, : s.n_weeks]


def longest_rest(s: Stays, limit: float) -> Floats:
    """Longest rest by line and week in hours; one over the turn of the week counts whole where most of it lies.

    How long the rests before the first and after the last stay of the horizon are is not known: where half
    the required rest is seen, the rest is taken to be long enough.
    """
    longest = np.where(s.week_hours > 0, 0.0, WEEK / 60)
    first = np.ones(len(s.staff), dtype=bool)
    first[1:] = s.staff[1:] != s.staff[:-1]
    last = s.next_start == FOREVER
    low, high = s.end[~last], s.next_start[~last]
    middle = s.week_of((low + high) // 2)
    for week in (s.week_of(low), s.week_of(high - 1), middle):
        monday = (week * 7 + s.first_monday) * DAY
        inside = np.minimum(high, monday + WEEK) - np.maximum(low, monday)
        _raise_to(longest, s.staff[~last], week, np.where(week == middle, high - low, inside) / 60)
    for edge, at in ((first, s.start[first] - 1), (last, s.end[last])):
        week = s.week_of(at)
        monday = (week * 7 + s.first_monday) * DAY
        seen = (at - monday if edge is first else monday + WEEK - at) / 60
        _raise_to(longest, s.staff[edge], week, np.where(seen >= limit / 2, WEEK / 60, seen))
    return longest


def _raise_to(longest: Floats, staff: Minutes, week: Minutes, hours: Floats) -> None:
    here = (week >= 0) & (week < longest.shape[1])
    np.maximum.at(longest, (staff[here], week[here]), hours[here])


def any_week(s: Stays, limit: float, weeks: int) -> Found:
    """Hours of any one week."""
    return _weeks(s, s.week_hours > limit + EPS, s.week_hours)


def week_or_two(s: Stays, limit: float, weeks: int) -> Found:
    """Hours of any one week; where seven days are worked in a row, the mean of two weeks of which it is one."""
    too_long = s.week_hours > limit + EPS
    two = np.pad(s.over_periods(s.week_hours, 2) / 2, ((0, 0), (1, 1)), constant_values=np.inf)
    best = np.minimum(two[:, :-1], two[:, 1:]) if s.n_weeks > 1 else s.week_hours
    return _weeks(s, too_long & ~(_weeks_of_sevens(s) & (best <= limit + EPS)), s.week_hours)


def mean_week(s: Stays, limit: float, weeks: int) -> Found:
    """Mean weekly hours of each reference period."""
    mean = _means(s, s.week_hours, weeks)
    return _periods(s, mean > limit + EPS, mean, weeks)


def night_mean(s: Stays, limit: float, weeks: int) -> Found:
    """Mean hours per working day of each reference period (meant for lines with nights)."""
    mean = _means(s, s.week_hours / WORKING_DAYS, weeks)
    return _periods(s, mean > limit + EPS, mean, weeks)


def sundays_in_row(s: Stays, limit: float, weeks: int) -> Found:
    """Sundays worked one after the other."""
    run = np.zeros(s.sundays.shape)
    for week in range(s.n_weeks):
        run[:, week] = np.where(s.sundays[:, week], (run[:, week - 1] if week else 0) + 1, 0)
    found = _weeks(s, run > limit, run)
    return replace(found, day=found.day + 6)


def sunday_share(s: Stays, limit: float, weeks: int) -> Found:
    """Share of the Sundays worked in each reference period."""
    mean = _means(s, s.sundays.astype(float), weeks)
    return _periods(s, mean > limit + EPS, mean, weeks)


def free_sundays(s: Stays, limit: float, weeks: int) -> Found:
    """Free Sundays in each reference period (a year); in a shorter horizon, how many there can still be at most."""
    worked = s.over_periods(s.sundays.astype(float), weeks)
    return _periods(s, weeks - worked < limit - EPS, weeks - worked, weeks)


def seven_days(s: Stays, limit: float, weeks: int) -> Found:
    """Longest day in the first seven of a run of seven or more days of work."""
    hours, _ = _by_day(s)
    staff, day = _sevens(s, hours)
    most = np.stack([hours[staff, day + step] for step in range(7)]).max(axis=0)
    return _some(staff, day, most, most > limit + EPS)


def rest_after_seven(s: Stays, limit: float, weeks: int) -> Found:
    """Rest after the seventh day of a run of seven or more days of work, told on that day."""
    hours, rest = _by_day(s)
    staff, day = _sevens(s, hours)
    after = rest[staff, day + 6]
    return _some(staff, day + 6, after, after < limit - EPS)


def _by_day(s: Stays) -> tuple[Floats, Floats]:
    """Hours of work by line and day, 24 h from the start of a stay a day, and hours of rest after that day."""
    longest = int((s.end - s.start).max(initial=0)) // DAY + 1
    shape = (s.n_staff, s.days + longest + 1)
    hours, rest = np.zeros(shape), np.zeros(shape)
    for step in reversed(range(longest)):  # the stay that starts last on a day says what rest follows
        day, over = s.start // DAY + step, s.start + (step + 1) * DAY
        here = (day >= 0) & (s.end > over - DAY)
        value = s.first_day if step == 0 else np.minimum(s.end - s.start - step * DAY, DAY)
        at = (s.staff[here], day[here])
        np.maximum.at(hours, at, value[here] / 60)
        rest[at] = np.where(s.end > over, 0, s.next_start - s.end)[here] / 60
    return hours, rest


def _sevens(s: Stays, hours: Floats) -> tuple[Minutes, Minutes]:
    """Who works seven days in a row or more, and the first day of it."""
    worked = hours[:, : s.days] > 0
    n = max(0, s.days - 6)
    begins = np.ones((s.n_staff, n), dtype=bool)
    for step in range(7):
        begins &= worked[:, step : step + n]
    begins[:, 1:] &= ~worked[:, : max(0, n - 1)]
    staff, day = np.nonzero(begins)
    return staff, day


def _weeks_of_sevens(s: Stays) -> Bools:
    """Weeks in which the first seven days of a run of seven or more days of work begin or end, by line."""
    staff, day = _sevens(s, _by_day(s)[0])
    found = np.zeros((s.n_staff, s.n_weeks + 2), dtype=bool)
    for at in (day, day + 6):
        found[staff, np.clip(s.week_of(at * DAY), -1, s.n_weeks)] = True
    return found[:, : s.n_weeks]


def _some(staff: Minutes, day: Minutes, value: Floats, which: Bools) -> Found:
    return Found(staff[which], day[which], value[which])


def _means(s: Stays, by_week: Floats, weeks: int) -> Floats:
    found: Floats = s.over_periods(by_week, weeks) / max(1, s.period_weeks(weeks))
    return found


def _weeks(s: Stays, which: Bools, value: Floats) -> Found:
    """Breaches on the first day of single weeks."""
    staff, week = np.nonzero(which)
    return Found(staff, s.first_monday + week * 7, value[staff, week])


def _periods(s: Stays, which: Bools, value: Floats, weeks: int) -> Found:
    """Breaches on the first day of reference periods that begin in each week."""
    return replace(_weeks(s, which, value), weeks=s.period_weeks(weeks))


CHECKS: dict[str, Check] = {
    "daily_hours": daily_hours, "night_hours": night_hours, "night_span": night_span, "span": span,
    "daily_rest": daily_rest, "rest_without_sunday": rest_without_sunday,
    "rest_after_long": rest_after_long, "mean_rest": mean_rest, "live_in_rest": live_in_rest,
    "live_in_night": live_in_night,
    "weekly_rest": weekly_rest, "any_week": any_week, "total_hours": daily_hours, "total_week": any_week,
    "normal_week": mean_week, "continuous_week": mean_week, "mean_week": mean_week, "night_mean": night_mean,
    "sundays_in_row": sundays_in_row, "sunday_share": sunday_share, "free_sundays": free_sundays,
    "fortnight_rest": fortnight_rest, "week_or_two": week_or_two, "seven_days": seven_days, "rest_after_seven": rest_after_seven,
}  # fmt: skip
# Rules of single stays or days; all others look at whole weeks.
BY_DAY = {
    "daily_hours", "night_hours", "night_span", "span", "daily_rest", "rest_after_long", "live_in_rest",
    "live_in_night", "total_hours", "seven_days", "rest_after_seven",
}  # fmt: skip


def weeks_needed(rule: str, limit: float, weeks: int) -> int:
    """Whole weeks in which a rule can be seen to be broken at the earliest; 0 for rules of single days."""
    if rule == "free_sundays":
        return weeks - math.ceil(limit) + 1
    if rule == "sundays_in_row":
        return math.floor(limit) + 1
    if rule == "fortnight_rest":
        return 2
    return 0 if rule in BY_DAY else 1
