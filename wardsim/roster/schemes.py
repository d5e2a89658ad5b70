"""Schemes: from the rows of a scheme to duties.

A *roll* is a group of people who pass through the same rows: everybody stands one row further in each period.
A *slot* is one duty of one row. Where a copy is staffed only in part, every slot belongs to a stream of equal
events, and an even share f of each stream is staffed:

- whole blocks of days (``team_of: copy``): event j is staffed where floor(j f + 1/2) makes a step
  (Bresenham's line), and the staffed blocks go to as many people as they fill, in turn;
- single duties (``team_of: whole_unit``), where people keep their rows: as in ``spread.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import DAY
from wardsim.roster.shift import OFF, Shift, is_closed_start
from wardsim.roster.sizing import Copy, UnitPlan
from wardsim.roster.spread import happens
from wardsim.scenario.schema import Rotation, Staffing

SLOT = np.dtype([
    ("row", "i4"), ("day", "i4"), ("start", "i8"), ("end", "i8"), ("shift", "i4"),
    ("share", "f8"),  # of the events of its stream that are staffed
    ("per_period", "i8"), ("rank", "i8"), ("lag", "i8"),  # place of the event among those of its stream
    ("phase", "f8"),
])  # fmt: skip


@dataclass(frozen=True, eq=False)
class Roll:
    """People who pass through the same rows in turn.

    Parameters
    ----------
    n_people
        How many people; as many as rows, or fewer where blocks are handed out in turn.
    period
        Days in a row.
    n_rows
        Rows, weeks that stay free included.
    slots
        Duties of the rows (`SLOT`).
    crew
        Crew of each person's first row.
    team
        Team of each person within the unit.
    is_weekend
        Small weekend positions.
    in_turn
        Staffed blocks go to the people in turn instead of by row.
    """

    n_people: int
    period: int
    n_rows: int
    slots: npt.NDArray[np.void]
    crew: tuple[int, ...]
    team: tuple[int, ...]
    is_weekend: bool = False
    in_turn: bool = False

    def weekly_hours(self, closed_every: int) -> float:
        """Mean weekly hours of one person; every how many weeks a weekend is closed (0: never)."""
        slots = self.slots
        open_share = np.ones(len(slots))
        if closed_every:
            weekday = (slots["day"][:, None] + self.period * np.arange(7)[None, :]) % 7
            closed = is_closed_start(weekday * DAY + slots["start"][:, None]).mean(axis=1)
            open_share -= closed / closed_every
        minutes = ((slots["end"] - slots["start"]) * slots["share"] * open_share).sum()
        return float(minutes) / 60 * 7 / self.period / self.n_people


@dataclass(frozen=True)
class _Row:
    text: str
    copy: int  # -1: a week that stays free
    share: float
    crew: int


def rolls(
    unit_plan: UnitPlan, rotation: Rotation, staffing: Staffing, shifts: dict[str, Shift]
) -> list[Roll]:
    """The rolls of one unit: the regular rows first, then the weekend rows."""
    if not unit_plan.copies:
        return []
    if rotation.team_of == "whole_unit":
        return _one_roll(unit_plan.copies, rotation, staffing, shifts)
    made: list[Roll] = []
    first_team: dict[tuple[int, tuple[str, ...]], int] = {}
    n_teams = 0
    for copy in unit_plan.copies:
        free = _free_rows([copy], rotation, staffing, shifts)
        rows = _regular_rows([copy], free)
        key = (copy.crew, copy.rows)
        if key not in first_team:
            first_team[key], n_teams = n_teams, n_teams + len(rows)
        made += _blockwise(copy, rows, first_team[key], shifts)
    for copy in unit_plan.copies:
        if copy.weekend_rows:
            rows = [_Row(text, 0, copy.share, copy.crew) for text in copy.weekend_rows]
            made += _blockwise(copy, rows, n_teams, shifts, is_weekend=True)
    return made


# ------------------------------------------------------------ duty by duty
def _one_roll(
    copies: Sequence[Copy], rotation: Rotation, staffing: Staffing, shifts: dict[str, Shift]
) -> list[Roll]:
    """One roll through all rows of the unit, and one through all its weekend rows."""
    rows = _regular_rows(copies, _free_rows(copies, rotation, staffing, shifts))
    weekend = [
        _Row(text, c, copy.share, copy.crew) for c, copy in enumerate(copies) for text in copy.weekend_rows
    ]
    order = list(shifts)
    found = []
    for group, is_weekend in ((rows, False), (weekend, True)):
        for r, row in enumerate(group):
            for day, token in enumerate(row.text):
                if token != OFF:
                    found.append((row.copy, order.index(token), day, is_weekend, r, row.share))
    found.sort()
    period = len(rows[0].text)
    slots: dict[bool, list[tuple[object, ...]]] = {False: [], True: []}
    rank: dict[tuple[int, int], int] = {}
    per_period: dict[tuple[int, int], int] = {}
    for copy, kind, *_ in found:
        per_period[copy, kind] = per_period.get((copy, kind), 0) + 1
    for copy, kind, day, is_weekend, r, share in found:
        shift = shifts[order[kind]]
        place = rank.get((copy, kind), 0)
        rank[copy, kind] = place + 1
        phase = kind / len(order)  # the kinds of duty of a part-staffed post don't fall on the same days
        slots[is_weekend].append((r, day, shift.start, shift.start + shift.length, kind, share,
                                  per_period[copy, kind], place, 0, phase))  # fmt: skip
    made = [_roll(rows, slots[False], period, [0] * len(rows))]
    if weekend:
        made.append(_roll(weekend, slots[True], period, [0] * len(weekend), is_weekend=True))
    return made


def _roll(
    rows: Sequence[_Row],
    slots: Iterable[tuple[object, ...]],
    period: int,
    team: list[int],
    *,
    is_weekend: bool = False,
) -> Roll:
    table = np.array(list(slots), dtype=SLOT)
    return Roll(len(rows), period, len(rows), table, tuple(row.crew for row in rows), tuple(team), is_weekend)


def _regular_rows(copies: Sequence[Copy], n_free: int) -> list[_Row]:
    """All rows in turn, free weeks spread over the seams between copies."""
    rows: list[_Row] = []
    for c, copy in enumerate(copies):
        rows += [_Row(text, c, copy.share, copy.crew) for text in copy.rows]
        here = (c + 1) * n_free // len(copies) - c * n_free // len(copies)
        rows += [_Row(OFF * len(copy.rows[0]), -1, 1.0, copy.crew)] * here
    return rows


def _free_rows(
    copies: Sequence[Copy], rotation: Rotation, staffing: Staffing, shifts: dict[str, Shift]
) -> int:
    """Weeks that stay free so that a line is no longer than a position."""
    if rotation.contract != "part_time":
        return 0
    hours = sum(
        copy.share * shifts[token].length / 60 * 7 / len(row)
        for copy in copies for row in copy.rows for token in row if token != OFF
    )  # fmt: skip
    heads = round(hours / (staffing.position_size * staffing.full_time_hours_per_week))
    return max(0, heads - sum(len(copy.rows) for copy in copies))


# ---------------------------------------------------------- block by block
def _blockwise(
    copy: Copy, rows: Sequence[_Row], first_team: int, shifts: dict[str, Shift], *, is_weekend: bool = False
) -> list[Roll]:
    """The roll of one copy; of one staffed in part whole blocks are left out, the others go round in turn."""
    period, n_rows = len(rows[0].text), len(rows)
    line = "".join(row.text for row in rows)
    starts = block_starts(line, period, shifts)
    begins = sorted((position % period, position // period, position) for position in starts)
    rank = {position: i for i, (_, _, position) in enumerate(begins)}
    order = list(shifts)
    slots = []
    for position, token in enumerate(line):
        if token == OFF:
            continue
        shift = shifts[token]
        first = max((s for s in starts if s <= position), default=starts[-1])
        days_in = (position - first) % len(line)
        row, day = divmod(position, period)
        lag = -((day - days_in) // period)
        slots.append((row, day, shift.start, shift.start + shift.length, order.index(token), copy.share,
                      len(starts), rank[first], lag, 0.0))  # fmt: skip
    n_people = n_rows if copy.share == 1 else min(n_rows, math.ceil(copy.share * n_rows - 1e-9))
    team = tuple(first_team + i for i in range(n_people))
    return [Roll(n_people, period, n_rows, np.array(slots, dtype=SLOT), (copy.crew,) * n_people, team,
                 is_weekend, in_turn=copy.share < 1)]  # fmt: skip


def block_starts(line: str, period: int, shifts: dict[str, Shift]) -> list[int]:
    """Days of a line's cycle on which a block begins (duties without a day off, over the cycle's end too).

    A line without any day off has one block to a period.
    """
    busy = [False] * len(line)
    for position, token in enumerate(line):
        for day in range(shifts[token].days if token != OFF else 0):
            busy[(position + day) % len(line)] = True
    starts = [i for i, here in enumerate(busy) if here and not busy[i - 1]]
    return starts or list(range(0, len(line), period))


# ------------------------------------------------------------------ duties
def expand_roll(roll: Roll, epoch: int, first_day: int, last_day: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Duties of a roll that start on days first_day .. last_day (both included).

    Parameters
    ----------
    roll
        Rows and people.
    epoch
        Day on which person 0 stands on row 0 (a Monday; may be negative).

    Returns
    -------
    tuple
        Person within the roll, start, end (minutes after midnight of day 0) and number of the shift.
    """
    slots = roll.slots
    k = np.arange((first_day - epoch) // roll.period, (last_day - epoch) // roll.period + 1)[:, None]
    day = epoch + k * roll.period + slots["day"][None, :]
    keep = (day >= first_day) & (day <= last_day)
    person = (slots["row"][None, :] - k) % roll.n_rows
    if roll.in_turn:
        event, share = _event(slots, k), slots["share"][None, :]
        number = np.floor(event * share + 0.5)
        keep &= np.floor((event + 1) * share + 0.5) > number
        person = number.astype(np.int64) % roll.n_people
    elif (slots["share"] < 1).any():
        keep &= happens(k, *(slots[name][None, :] for name in ("rank", "per_period", "share", "phase")))
    start = (day * DAY + slots["start"][None, :])[keep]
    end = (day * DAY + slots["end"][None, :])[keep]
    shift = np.broadcast_to(slots["shift"][None, :], keep.shape)[keep]
    return person[keep].astype(np.int64), start, end, shift.astype(np.int64)


def _event(slots: npt.NDArray[np.void], k: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Running number of the event of its stream that each slot belongs to in period k."""
    found: npt.NDArray[np.int64] = (k - slots["lag"][None, :]) * slots["per_period"][None, :] + slots["rank"][
        None, :
    ]
    return found
