"""Crew: the people of a roster, and the duties of those on the ward's rotation weekends not yet closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wardsim.roster.clock import DAY, WEEK
from wardsim.roster.duty import NO_STRETCHES, Stretches, join
from wardsim.roster.rows import row_problems
from wardsim.roster.schemes import Roll, expand_roll, rolls
from wardsim.roster.shift import Shift, shifts_of
from wardsim.roster.sizing import milieu_roles, plan, unit_fte
from wardsim.roster.weekdays import WeekdayPerson, weekday_people
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.schema import ImportedDuty, Scenario


@dataclass(frozen=True)
class StaffRow:
    """A member of staff: a line of the rota, or a weekday post."""

    role: str
    unit: int
    line: int
    team: int
    crew: int
    is_weekend: bool
    hours: float


@dataclass(frozen=True)
class Staff:
    """Everybody, in the order of their ids: milieu staff unit by unit, then those with weekday duties.

    `rolls` holds (id of the first person, roll); `imported` holds (id, duty) of a rota file and its length in
    weeks.
    """

    rows: tuple[StaffRow, ...]
    shifts: dict[str, Shift]
    rolls: tuple[tuple[int, Roll], ...]
    imported: tuple[tuple[int, ImportedDuty], ...]
    weeks: int
    weekday: list[WeekdayPerson]
    first_weekday_id: int

    def milieu(self, epoch: int, first_day: int, last_day: int) -> Stretches:
        """Duties that start on these days; on day `epoch`, a Monday, everybody stands on their own row."""
        if self.imported:
            return _repeat(self.imported, self.weeks, epoch, first_day, last_day)
        parts = []
        by_number = list(self.shifts.values())
        for first_id, roll in self.rolls:
            person, start, end, shift = expand_roll(roll, epoch, first_day, last_day)
            parts.append(_with_sleep(person + first_id, start, end, shift, by_number))
        return join(parts)


def staff_of(scenario: Scenario) -> Staff:
    """Everybody on the ward.

    Raises
    ------
    ScenarioError
        If the rows of the scheme can't be read.
    """
    problems = row_problems(scenario.rotation)
    if problems:
        raise ScenarioError(problems)
    rows: list[StaffRow] = []
    placed: list[tuple[int, Roll]] = []
    imported: list[tuple[int, ImportedDuty]] = []
    shifts = shifts_of(scenario.rotation)
    weeks = 1
    if scenario.rotation.duties:
        rows, imported, weeks = _from_file(scenario, scenario.rotation.duties)
    else:
        for unit_plan in plan(scenario):
            unit_rows: list[StaffRow] = []
            for roll in rolls(unit_plan, scenario.rotation, scenario.staffing, shifts):
                placed.append((len(rows) + len(unit_rows), roll))
                closed = scenario.rotation.closed_weekend_every_weeks
                unit_rows += _lines(roll, unit_plan.unit, len(unit_rows), closed)
            rows += _with_roles(unit_rows, scenario)
    from_file = frozenset(duty.role for _, duty in imported)
    weekday = weekday_people(scenario, from_file)
    n_on_unit = [sum(row.unit == u for row in rows) for u in range(len(scenario.ward.units))]
    first = len(rows)
    for person in weekday:
        rows.append(
            StaffRow(person.role, person.unit, n_on_unit[person.unit], -1, -1, False, person.weekly_hours())
        )
        n_on_unit[person.unit] += 1
    return Staff(tuple(rows), shifts, tuple(placed), tuple(imported), weeks, weekday, first)


def _lines(roll: Roll, unit: int, first_line: int, closed_every: int) -> Iterator[StaffRow]:
    hours = roll.weekly_hours(closed_every)
    for i in range(roll.n_people):
        yield StaffRow("", unit, first_line + i, roll.team[i], roll.crew[i], roll.is_weekend, hours)


def _with_roles(rows: list[StaffRow], scenario: Scenario) -> list[StaffRow]:
    """Lines of one unit given to its milieu roles in proportion to their posts, whoever is behind first."""
    roles = milieu_roles(scenario.staffing)
    if not rows:
        return []
    fte = [unit_fte(scenario, role)[rows[0].unit] for role in roles]
    given = [0.0] * len(roles)
    made, so_far = [], 0.0
    for row in rows:
        so_far += row.hours
        behind = [so_far * f / sum(fte) - g for f, g in zip(fte, given, strict=True)]
        r = behind.index(max(behind))
        given[r] += row.hours
        made.append(StaffRow(roles[r], row.unit, row.line, row.team, row.crew, row.is_weekend, row.hours))
    return made


def _with_sleep(
    staff: np.ndarray, start: np.ndarray, end: np.ndarray, shift: np.ndarray, shifts: list[Shift]
) -> Stretches:
    rows, begins, ends = [], [], []
    for number, spec in enumerate(shifts):
        for a, b in spec.sleeps:
            here = np.flatnonzero(shift == number)
            rows.append(here)
            begins.append(start[here] + a)
            ends.append(start[here] + b)
    none = [np.zeros(0, dtype=np.int64)]
    return Stretches(staff, start, end, *(np.concatenate(part or none) for part in (rows, begins, ends)))


# ----------------------------------------------------------------- rota file
def _from_file(
    scenario: Scenario, duties: tuple[ImportedDuty, ...]
) -> tuple[list[StaffRow], list[tuple[int, ImportedDuty]], int]:
    names = [unit.name for unit in scenario.ward.units]
    weeks = file_weeks(duties)
    lines = sorted({(names.index(d.unit) if d.unit else 0, d.role, d.line) for d in duties})
    number = {line: i for i, line in enumerate(lines)}
    minutes = [0] * len(lines)
    imported = []
    for duty in duties:
        i = number[names.index(duty.unit) if duty.unit else 0, duty.role, duty.line]
        minutes[i] += duty.end_min - duty.start_min
        imported.append((i, duty))
    rows: list[StaffRow] = []
    for i, (unit, role, _) in enumerate(lines):
        line = sum(row.unit == unit for row in rows)
        rows.append(StaffRow(role, unit, line, -1, -1, False, minutes[i] / 60 / weeks))
    return rows, imported, weeks


def file_weeks(duties: tuple[ImportedDuty, ...]) -> int:
    """Length of an imported rota in whole weeks: up to the week in which the last duty begins."""
    ends = {(duty.unit, duty.role, duty.line, duty.end_min) for duty in duties}
    begin = [d.start_min for d in duties if (d.unit, d.role, d.line, d.start_min) not in ends]
    return max(begin, default=0) // WEEK + 1


def _repeat(
    imported: tuple[tuple[int, ImportedDuty], ...], weeks: int, epoch: int, first_day: int, last_day: int
) -> Stretches:
    """The stretches of a rota file joined to duties and repeated; stretches without a gap are one duty."""
    length = weeks * 7
    runs = range((first_day - epoch) // length - 1, (last_day - epoch) // length + 1)
    shift = np.array([(epoch + run * length) * DAY for run in runs])
    staff = np.array([i for i, _ in imported])
    begin = np.array([d.start_min for _, d in imported])
    finish = np.array([d.end_min for _, d in imported])
    asleep = np.array([d.kind == "sleeping" for _, d in imported])
    staff = np.tile(staff, len(runs))
    start = (shift[:, None] + begin[None, :]).ravel()
    end = (shift[:, None] + finish[None, :]).ravel()
    asleep = np.tile(asleep, len(runs))
    order = np.lexsort((start, staff))
    staff, start, end, asleep = staff[order], start[order], end[order], asleep[order]
    new = np.ones(len(staff), dtype=bool)
    new[1:] = (staff[1:] != staff[:-1]) | (start[1:] != end[:-1])
    duty = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(staff)) - 1
    whole = Stretches(staff[first], start[first], end[last], duty[asleep], start[asleep], end[asleep])
    return whole if len(staff) else NO_STRETCHES
