"""Stays: time on site at a stretch, by line, as the working-time rules look at it.

Duties of a line with no more than four hours between them are one stay. Weeks run from Monday to Sunday and
only whole weeks of the horizon are looked at. A reference period may begin in any week; of periods that overlap
only the first in breach is told. A horizon shorter than the reference period is taken as the period.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import DAY, WEEK, Minutes
from wardsim.roster.duty import FOREVER, GOES_ON_MIN

if TYPE_CHECKING:
    from wardsim.roster.roster import Roster

# Shortest breaks that are no working time: (over this many hours, minutes). ArbZG § 4; ArG Art. 15.
BREAKS: dict[str, tuple[tuple[float, int], ...]] = {
    "DE": ((6.0, 30), (9.0, 45)),
    "CH": ((5.5, 15), (7.0, 30), (9.0, 60)),
}
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
SHORTEST_REST_MIN = 480  # no law here knows a shorter daily rest: after a shorter one the working day goes on
SUNDAY_MIN = 60  # minutes on a Sunday from which it counts as worked
NIGHT_LINE = 0.1  # share of night duties from which a line counts as night work; for other hours likewise


@dataclass(frozen=True, eq=False)
class Found:
    """Breaches of one rule: who, on which day, by what value (in the rule's unit).

    `weeks` is the length of the reference period, which a breach begins; 0 where the rule has none.
    """

    staff: Minutes
    day: Minutes
    value: Floats
    weeks: int = 0

    def where(self, keep: Bools) -> Found:
        """Only some of them."""
        return replace(self, staff=self.staff[keep], day=self.day[keep], value=self.value[keep])

    def of(self, who: Bools) -> Found:
        """Only those of some staff."""
        return self.where(who[self.staff])

    def apart(self) -> Found:
        """Of periods of the same line that overlap the first, and then the next that begins after its end."""
        if self.weeks == 0:
            return self
        keep = np.zeros(len(self.staff), dtype=bool)
        until: dict[int, int] = {}
        for k in np.lexsort((self.day, self.staff)).tolist():
            staff, day = int(self.staff[k]), int(self.day[k])
            if day >= until.get(staff, day):
                keep[k] = True
                until[staff] = day + 7 * self.weeks
        return self.where(keep)


@dataclass(frozen=True, eq=False)
class Stays:
    """Stays on site, sorted by (staff, start).

    Parameters
    ----------
    staff, start, end
        Who, and minutes after midnight of day 0.
    work
        Minutes of work in the whole stay, breaks off where the law does so.
    first_day
        The same in the 24 h from its start.
    is_night
        Holds a night duty.
    sleep_stay, sleep_start, sleep_end
        Stretches asleep on site.
    unit
        Unit of each line.
    days, first_monday
        Length of the roster; first Monday on or after day 0.
    """

    staff: Minutes
    start: Minutes
    end: Minutes
    work: Floats
    first_day: Floats
    is_night: Bools
    sleep_stay: Minutes
    sleep_start: Minutes
    sleep_end: Minutes
    unit: npt.NDArray[np.int32]
    days: int
    first_monday: int

    @property
    def n_staff(self) -> int:
        """Number of lines."""
        return len(self.unit)

    @cached_property
    def next_start(self) -> Minutes:
        """Start of the next stay of the same line, or never."""
        found = np.full(len(self.start), FOREVER, dtype=np.int64)
        same = self.staff[1:] == self.staff[:-1]
        found[:-1][same] = self.start[1:][same]
        return found

    @cached_property
    def rest(self) -> Minutes:
        """Longest stretch off site within the 24 h from the start of each stay, in minutes."""
        found = np.zeros(len(self.start), dtype=np.int64)
        until, at, left = self.start + DAY, np.arange(len(self.start)), np.arange(len(self.start))
        while len(left):
            gap = np.minimum(self.next_start[at], until[left]) - self.end[at]
            found[left] = np.maximum(found[left], gap)
            goes_on = self.next_start[at] < until[left]
            at, left = at[goes_on] + 1, left[goes_on]
        return found

    @cached_property
    def opens(self) -> Bools:
        """Stays that open a working day: the first after 8 h of rest, or 24 h after the working day before began."""
        found = np.ones(len(self.start), dtype=bool)
        close = np.zeros(len(self.start), dtype=bool)
        close[1:] = self.next_start[:-1] - self.end[:-1] < SHORTEST_REST_MIN
        for k in np.flatnonzero(close):  # in order: what the one before was is known
            first = k - 1 - int(np.argmax(found[:k][::-1]))
            found[k] = self.start[k] >= self.start[first] + DAY
        return found

    @cached_property
    def day_work(self) -> Floats:
        """Minutes of work in the 24 h from the start of a working day, at the stay that opens it; 0 at others."""
        opener = np.maximum.accumulate(np.where(self.opens, np.arange(len(self.start)), 0))
        later = ~self.opens
        inside = np.clip(self.start[opener] + DAY - self.start, 0, self.end - self.start)
        share = inside / np.maximum(self.end - self.start, 1)
        found: Floats = np.bincount(
            opener, np.where(later, self.work * share, self.first_day), len(self.start)
        )
        return found

    @cached_property
    def n_weeks(self) -> int:
        """Whole weeks within the horizon."""
        return max(0, (self.days - self.first_monday) // 7)

    def week_of(self, minute: Minutes) -> Minutes:
        """Number of the week, 0 for the first whole one."""
        found: Minutes = (minute - self.first_monday * DAY) // WEEK
        return found

    @cached_property
    def week_hours(self) -> Floats:
        """Hours of work by line and week."""
        found = np.zeros((self.n_staff, self.n_weeks + 2))
        first = self.week_of(self.start)
        scale = self.work / np.maximum(self.end - self.start, 1) / 60
        left = self.start
        for step in range(2 + int((self.end - self.start).max(initial=0)) // WEEK):
            edge = np.minimum(self.end, ((first + step + 1) * 7 + self.first_monday) * DAY)
            week = np.clip(first + step, -1, self.n_weeks)
            np.add.at(found, (self.staff, week), np.maximum(edge - left, 0) * scale)
            left = np.maximum(edge, left)
        return found[:, : self.n_weeks]

    @cached_property
    def sundays(self) -> Bools:
        """Sundays worked, by line and week."""
        minutes = np.zeros((self.n_staff, self.n_weeks + 2))
        first = self.week_of(self.start)
        for step in range(2 + int((self.end - self.start).max(initial=0)) // WEEK):
            sunday = ((first + step) * 7 + self.first_monday + 6) * DAY
            overlap = np.minimum(self.end, sunday + DAY) - np.maximum(self.start, sunday)
            np.add.at(minutes, (self.staff, np.clip(first + step, -1, self.n_weeks)), np.maximum(overlap, 0))
        found: Bools = minutes[:, : self.n_weeks] >= SUNDAY_MIN
        return found

    @cached_property
    def on_nights(self) -> Bools:
        """Lines that regularly work at night."""
        n = np.bincount(self.staff, minlength=self.n_staff)
        nights = np.bincount(self.staff, self.is_night, minlength=self.n_staff)
        found: Bools = nights > NIGHT_LINE * n
        return found

    @cached_property
    def not_night_crew(self) -> Bools:
        """Lines that regularly work by day too, or for a day and longer at a stretch."""
        n = np.bincount(self.staff, minlength=self.n_staff)
        others = ~self.is_night | (self.end - self.start >= DAY)
        by_day = np.bincount(self.staff, others, minlength=self.n_staff)
        found: Bools = by_day > NIGHT_LINE * n
        return found

    @cached_property
    def on_rota(self) -> Bools:
        """Lines that work nights or Sundays, those of a continuous rota left aside."""
        found: Bools = (self.on_nights | self.sundays.any(axis=1)) & ~self.on_continuous_rota
        return found

    @cached_property
    def on_continuous_rota(self) -> Bools:
        """Lines that rotate through all hours of the day, Sundays too, in a unit that is never empty."""
        rotates = self.sundays.any(axis=1) & self.all_hours
        found: Bools = rotates & np.isin(self.unit, self.never_empty)
        return found

    @cached_property
    def all_hours(self) -> Bools:
        """Lines that regularly are on site in each of the 24 hours of the day."""
        arrives = self.start % DAY
        leaves = np.minimum(arrives + self.end - self.start, 2 * DAY)
        change = np.zeros((self.n_staff, 49))
        np.add.at(change, (self.staff, arrives // 60), 1)
        np.add.at(change, (self.staff, -(-leaves // 60)), -1)
        stays = np.cumsum(change, axis=1)
        n = np.bincount(self.staff, minlength=self.n_staff)[:, None]
        found: Bools = (stays[:, :24] + stays[:, 24:48] > NIGHT_LINE * n).all(axis=1)
        return found

    @cached_property
    def never_empty(self) -> Minutes:
        """Units where somebody is on site at every minute of the whole weeks."""
        monday = self.first_monday * DAY
        sunday = monday + self.n_weeks * WEEK
        found = []
        for unit in np.unique(self.unit) if self.n_weeks else ():
            here = np.flatnonzero(self.unit[self.staff] == unit)
            here = here[np.argsort(self.start[here], kind="stable")]
            arrives = np.minimum(np.append(self.start[here], sunday), sunday)
            left = np.maximum.accumulate(np.insert(self.end[here], 0, monday))
            if not (arrives > left).any():
                found.append(int(unit))
        return np.array(found, dtype=np.int64)

    @cached_property
    def never_asleep(self) -> Bools:
        """Lines that never sleep on site."""
        found = np.ones(self.n_staff, dtype=bool)
        found[self.staff[self.sleep_stay]] = False
        return found

    def period_weeks(self, weeks: int) -> int:
        """Weeks of a reference period, no more than there are."""
        return min(weeks, self.n_weeks)

    def over_periods(self, by_week: Floats, weeks: int) -> Floats:
        """Sums of a number by line and week over the reference periods that begin in each week."""
        size = self.period_weeks(weeks)
        if size <= 0:
            return np.zeros((self.n_staff, 0))
        so_far = np.cumsum(np.pad(by_week, ((0, 0), (1, 0))), axis=1)
        found: Floats = so_far[:, size:] - so_far[:, :-size]
        return found


def stays_of(roster: Roster, law: str) -> Stays:
    """The stays of a roster, with breaks off as the law says."""
    duties = roster.duties
    order = np.lexsort((duties["start_min"], duties["staff"]))
    staff = duties["staff"][order].astype(np.int64)
    start, end = duties["start_min"][order], duties["end_min"][order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (staff[1:] != staff[:-1]) | (start[1:] - end[:-1] > GOES_ON_MIN)
    stay = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    n = len(first)
    last = np.append(first[1:], len(order)) - 1 if n else first
    begin = start[first]
    day_end = begin[stay] + DAY
    in_first_day = np.maximum(np.minimum(end, day_end) - start, 0)
    row = np.empty(len(order), dtype=np.int64)
    row[order] = stay
    sleeps = roster.sleeps
    return Stays(
        staff=staff[first], start=begin, end=end[last],
        work=_without_breaks(np.bincount(stay, end - start, n), law),
        first_day=_without_breaks(np.bincount(stay, in_first_day, n), law),
        is_night=np.bincount(stay, duties["is_night"][order], n) > 0,
        sleep_stay=row[sleeps["duty"]], sleep_start=sleeps["start_min"], sleep_end=sleeps["end_min"],
        unit=roster.people["unit"], days=roster.days, first_monday=-roster.first_weekday % 7,
    )  # fmt: skip


def _without_breaks(minutes: Floats, law: str) -> Floats:
    """Most work that so much time on site can be, with the shortest break that the law asks for with that much work.

    The law counts the hours of work, so 9 h 15 min on site with half an hour off are 8 h 45 min of work.
    """
    steps = BREAKS.get(law, ())
    if not steps:
        return minutes
    whole, rest = minutes // DAY, minutes % DAY
    ends = [hours * 60 for hours, _ in steps[1:]] + [float(DAY)]
    most = np.minimum(rest, steps[0][0] * 60)
    for (hours, length), end in zip(steps, ends, strict=True):
        work = np.minimum(rest - length, end)
        most = np.where(work > hours * 60, work, most)
    found: Floats = whole * (DAY - steps[-1][1]) + most
    return found
