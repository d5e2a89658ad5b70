"""Duty: the tables of a roster, and what each duty is besides its times (nights, rests, blocks)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import DAY, DEEP_NIGHT, NIGHT_DUTY_MIN, Minutes, in_window
from wardsim.roster.shift import Pay

Table = npt.NDArray[np.void]
GOES_ON_MIN = 240  # a gap up to 4 h is a break in one stay on duty, not a rest
QUICK_RETURN_MIN = 660  # 11 h
FOREVER = 2**40

PEOPLE = np.dtype([
    ("id", "i4"), ("role", "i4"), ("unit", "i4"), ("line", "i4"), ("team", "i4"), ("crew", "i4"),
    ("is_weekend_position", "?"), ("contract_h_per_week", "f8"), ("from_min", "i8"), ("until_min", "i8"),
])  # fmt: skip
DUTIES = np.dtype([
    ("staff", "i4"), ("start_min", "i8"), ("end_min", "i8"), ("paid_h", "f8"), ("working_h", "f8"),
    ("waking_h", "f8"), ("cost_h", "f8"), ("is_night", "u1"), ("run", "i2"), ("is_quick_return", "u1"),
    ("block", "i4"),
])  # fmt: skip
SLEEPS = np.dtype([("duty", "i4"), ("staff", "i4"), ("start_min", "i8"), ("end_min", "i8")])


@dataclass(frozen=True, eq=False)
class Stretches:
    """Bare duties: who, from, until; and the stretches asleep within them (row of the duty, from, until)."""

    staff: npt.NDArray[np.int64]
    start: Minutes
    end: Minutes
    sleep_duty: npt.NDArray[np.int64]
    sleep_start: Minutes
    sleep_end: Minutes


NO_STRETCHES = Stretches(*(np.zeros(0, dtype=np.int64) for _ in range(6)))


def join(parts: list[Stretches]) -> Stretches:
    """All stretches in one."""
    if not parts:
        return NO_STRETCHES
    offsets = np.cumsum([0, *(len(p.staff) for p in parts)])
    return Stretches(
        np.concatenate([p.staff for p in parts]),
        np.concatenate([p.start for p in parts]),
        np.concatenate([p.end for p in parts]),
        np.concatenate([p.sleep_duty + n for p, n in zip(parts, offsets, strict=False)]),
        np.concatenate([p.sleep_start for p in parts]),
        np.concatenate([p.sleep_end for p in parts]),
    )


def select(s: Stretches, keep: npt.NDArray[np.bool_]) -> Stretches:
    """Only some of the duties, with their sleep."""
    row = np.cumsum(keep) - 1
    asleep = keep[s.sleep_duty]
    return Stretches(
        s.staff[keep], s.start[keep], s.end[keep],
        row[s.sleep_duty[asleep]], s.sleep_start[asleep], s.sleep_end[asleep],
    )  # fmt: skip


def clip(s: Stretches, low: int, high: int) -> Stretches:
    """Duties cut to the time between two minutes; what lies outside is dropped."""
    start, end = np.maximum(s.start, low), np.minimum(s.end, high)
    a, b = np.maximum(s.sleep_start, low), np.minimum(s.sleep_end, high)
    kept = b > a
    cut = Stretches(s.staff, start, end, s.sleep_duty[kept], a[kept], b[kept])
    return select(cut, end > start)


def tables(s: Stretches, horizon: tuple[int, int]) -> tuple[Table, Table]:
    """Duties and sleeps as tables, sorted by (start, staff); not yet priced.

    Parameters
    ----------
    s
        Bare duties, some from before the horizon, so that nights in a row and rests are right from its first
        day.
    horizon
        First and last minute; duties that don't touch it are left out.
    """
    order = np.lexsort((s.start, s.staff))
    staff, start, end = s.staff[order], s.start[order], s.end[order]
    sleep_duty = np.argsort(order, kind="stable")[s.sleep_duty]
    n = len(staff)
    duties = np.zeros(n, dtype=DUTIES)
    duties["staff"], duties["start_min"], duties["end_min"] = staff, start, end
    asleep = np.bincount(sleep_duty, s.sleep_end - s.sleep_start, n)
    duties["working_h"] = (end - start) / 60
    duties["waking_h"] = (end - start - asleep) / 60
    dark = in_window(s.sleep_start, s.sleep_end, DEEP_NIGHT)
    duties["is_night"] = (
        in_window(start, end, DEEP_NIGHT) - np.bincount(sleep_duty, dark, n) >= NIGHT_DUTY_MIN
    )
    _mark_sequences(duties)
    return _within(duties, s, sleep_duty, horizon)


def price(duties: Table, sleeps: Table, monday: int, pay: Pay, since: int) -> None:
    """Fill in paid hours and their cost for duties that start at or after a minute.

    Parameters
    ----------
    duties, sleeps
        The tables; `duties` is changed.
    monday
        Minute of some Monday's midnight (for weekend supplements).
    pay
        How hours become money.
    since
        First minute to which this pay applies.
    """
    n, row = len(duties), sleeps["duty"]
    unpaid = 1 - pay.sleeping
    asleep = np.bincount(row, sleeps["end_min"] - sleeps["start_min"], n)
    weighted = pay.minutes(sleeps["start_min"] - monday, sleeps["end_min"] - monday)
    start, end = duties["start_min"], duties["end_min"]
    cost = pay.minutes(start - monday, end - monday) - unpaid * np.bincount(row, weighted, n)
    here = start >= since
    duties["paid_h"][here] = ((end - start - unpaid * asleep) / 60)[here]
    duties["cost_h"][here] = (cost / 60)[here]


def _mark_sequences(duties: Table) -> None:
    """What a duty is by the one before it; the table is sorted by (staff, start)."""
    n = len(duties)
    if n == 0:
        return
    staff, start, end = duties["staff"], duties["start_min"], duties["end_min"]
    same = np.zeros(n, dtype=bool)
    same[1:] = staff[1:] == staff[:-1]
    rest = np.zeros(n, dtype=np.int64)
    rest[1:] = start[1:] - end[:-1]
    duties["is_quick_return"] = same & (rest > GOES_ON_MIN) & (rest <= QUICK_RETURN_MIN)
    night = duties["is_night"] == 1
    follows = np.zeros(n, dtype=bool)
    follows[1:] = same[1:] & night[1:] & night[:-1] & (start[1:] - start[:-1] <= DAY + DAY // 4)
    index = np.arange(n)
    first = np.maximum.accumulate(np.where(follows, 0, index))
    duties["run"] = np.where(night, index - first + 1, 0)
    days = -(-(end - start) // DAY)
    new = np.ones(n, dtype=bool)
    new[1:] = ~same[1:] | (start[1:] // DAY > start[:-1] // DAY + days[:-1])
    duties["block"] = np.cumsum(new) - 1


def _within(
    duties: Table, s: Stretches, sleep_duty: npt.NDArray[np.int64], horizon: tuple[int, int]
) -> tuple[Table, Table]:
    keep = (duties["end_min"] > horizon[0]) & (duties["start_min"] < horizon[1])
    order = np.lexsort((duties["staff"], duties["start_min"]))
    order = order[keep[order]]
    row = np.full(len(duties), -1)
    row[order] = np.arange(len(order))
    found = duties[order]
    if len(found):
        found["block"] = np.unique(found["block"], return_inverse=True)[1]
    here = row[sleep_duty] >= 0
    sleeps = np.zeros(int(here.sum()), dtype=SLEEPS)
    sleeps["duty"] = row[sleep_duty[here]]
    sleeps["start_min"], sleeps["end_min"] = s.sleep_start[here], s.sleep_end[here]
    sleeps["staff"] = found["staff"][sleeps["duty"]]
    return found, sleeps[np.lexsort((sleeps["staff"], sleeps["start_min"]))]
