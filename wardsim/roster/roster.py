"""Roster: who is on duty when, for a whole scenario and any horizon.

Times are minutes after midnight of day 0 (`calendar.start_date`), local clock time without daylight saving.
The rota is anchored at the Monday of the week that holds day 0.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import DAY, WEEK
from wardsim.roster.crew import Staff, staff_of
from wardsim.roster.duty import FOREVER, PEOPLE, Stretches, Table, clip, join, price, select, tables
from wardsim.roster.shift import is_closed_start, pay_of
from wardsim.roster.weekdays import expand_weekdays, public_holidays
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from wardsim.roster.summary import RosterSummary
    from wardsim.roster.working_time import Breach

MAX_DAYS = 11 * 366
MARGIN_DAYS = 10  # how far before day 0 duties are worked out, so that the first nights and rests are right
AHEAD_DAYS = 4  # how far beyond the horizon a closed weekend may end
CHANGE_MIN = (
    7 * 60
)  # a changeover takes effect at 07:00: who is on duty by the old rota goes, who is by the new comes


@dataclass(frozen=True, eq=False)
class Roster:
    """Who is on duty when.

    Parameters
    ----------
    days
        Horizon.
    start_date
        Date of day 0.
    roles, units
        Names behind the numbers in `people`.
    milieu
        For each role whether it is on the ward's rotation.
    people
        One row per member of staff: id, role, unit, line (number within the unit), team (within the unit; -1:
        none), crew (number in the rotation; -1: none), is_weekend_position, contract_h_per_week, from_min,
        until_min (on the ward between these minutes; they matter only where a changeover brings or takes
        people).
    duties
        Sorted by (start_min, staff); those that began before day 0 and reach into it have negative starts.
        staff, start_min, end_min, paid_h, working_h (presence: on site counts in full), waking_h, cost_h
        (paid h weighted with supplements), is_night (3 h awake between 23:00 and 06:00), run (n-th night in a
        row), is_quick_return (11 h of rest or less before it), block (duties of a line without a day off
        between).
    sleeps
        Stretches asleep on site: duty (row in `duties`), staff, start_min, end_min.
    closed
        From when until when a unit is closed (start_min, end_min, unit), where the rota closes weekends.
    """

    days: int
    start_date: dt.date
    roles: tuple[str, ...]
    units: tuple[str, ...]
    milieu: tuple[bool, ...]
    people: Table
    duties: Table
    sleeps: Table
    closed: Table
    scenario: Scenario

    @property
    def first_weekday(self) -> int:
        """Weekday of day 0 (0 = Monday)."""
        return self.start_date.weekday()

    @cached_property
    def is_milieu(self) -> npt.NDArray[np.bool_]:
        """For each member of staff whether they are on the ward's rotation."""
        found: npt.NDArray[np.bool_] = np.array(self.milieu, dtype=bool)[self.people["role"]]
        return found

    @cached_property
    def summary(self) -> RosterSummary:
        """Hours, heads, cover and legal status of the rota in force at the end, over two full years."""
        from wardsim.roster.summary import summarise

        return summarise(self.scenario)

    @cached_property
    def summary_before(self) -> RosterSummary:
        """The same of the rota in force at the beginning, before anything changes."""
        from wardsim.roster.summary import summarise

        return summarise(self.scenario.at_first)

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """Every breach of working-time rules within the horizon; listed, never repaired."""
        from wardsim.roster.working_time import breaches

        return breaches(self)


def breaches_of(scenario: Scenario) -> tuple[Breach, ...]:
    """Every breach of working-time rules in the days that a run of the scenario covers, warm-up included."""
    return expand(scenario, scenario.warmup_days + scenario.horizon_days).breaches


def expand(scenario: Scenario, days: int) -> Roster:
    """The roster of a scenario for `days` days, up to eleven years.

    Raises
    ------
    ScenarioError
        If the rows of the scheme can't be read, or a rota file has not been read yet.
    """
    if not 1 <= days <= MAX_DAYS:
        raise ScenarioError([Problem("horizon_days", days, f"a roster has between 1 and {MAX_DAYS} days")])
    return _expand(_Key(scenario), days)


class _Key:
    """A scenario, equal to another if everything that a roster depends on is equal."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        parts = []
        at: Scenario | None = scenario
        while at is not None:
            parts += [
                group.model_dump_json() for group in (at.ward, at.rotation, at.staffing, at.calendar, at.cost)
            ]
            parts.append(str(at.change_after_days))
            at = at.after
        self.text = "\n".join(parts)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.text == other.text


@lru_cache(maxsize=32)
def _expand(key: _Key, days: int) -> Roster:
    scenario = key.scenario
    chain = [scenario]
    while chain[-1].after is not None:
        chain.append(chain[-1].after)
    roles = tuple(sorted({role for at in chain for role in _roles(at)}))
    people, bare, closed = _with_changes(scenario, roles, days)
    start = scenario.calendar.start_date
    duties, sleeps = tables(bare, (0, days * DAY))
    since = -FOREVER
    for at in chain:
        price(duties, sleeps, -start.weekday() * DAY, pay_of(at.rotation, at.cost), since)
        since = (at.change_after_days or 0) * DAY + CHANGE_MIN
    for table in (people, duties, sleeps, closed):
        table.setflags(write=False)
    kinds = {role: spec.kind for at in chain for role, spec in at.staffing.roles.items()}
    return Roster(
        days=days, start_date=start, roles=roles, units=tuple(u.name for u in scenario.ward.units),
        milieu=tuple(kinds[role] == "milieu_therapist" for role in roles),
        people=people, duties=duties, sleeps=sleeps, closed=closed, scenario=scenario,
    )  # fmt: skip


def _roles(scenario: Scenario) -> set[str]:
    from_file = {duty.role for duty in scenario.rotation.duties or ()}
    return {role for role, fte in scenario.staffing.fte.items() if fte > 0} | from_file


# ------------------------------------------------------------------- one rota
def _plain(scenario: Scenario, roles: tuple[str, ...], days: int) -> tuple[Table, Stretches, Table]:
    """People, bare duties and closed weekends of a scenario, a change left aside."""
    staff = staff_of(scenario)
    first, last = -MARGIN_DAYS, days - 1
    epoch = -scenario.calendar.start_date.weekday()
    weekend = scenario.rotation.closed_weekend_every_weeks
    parts = [staff.milieu(epoch, first, last + AHEAD_DAYS if weekend else last)]
    closed = np.zeros(0, dtype=CLOSED)
    if weekend:
        whole = parts[0]
        parts[0] = select(whole, ~_is_closed(whole.start, epoch, weekend))
        closed = _closed(staff, parts[0], epoch, weekend, days)
    if staff.weekday:
        off = public_holidays(scenario.calendar, first, last)
        person, start, end = expand_weekdays(staff.weekday, epoch, first, last, off)
        none = np.zeros(0, dtype=np.int64)
        parts.append(Stretches(person + staff.first_weekday_id, start, end, none, none, none))
    people = np.zeros(len(staff.rows), dtype=PEOPLE)
    for i, row in enumerate(staff.rows):
        number = (i, roles.index(row.role), row.unit, row.line, row.team, row.crew)
        people[i] = (*number, row.is_weekend, row.hours, -FOREVER, FOREVER)
    return people, join(parts), closed


CLOSED = np.dtype([("unit", "i4"), ("start_min", "i8"), ("end_min", "i8")])


def _is_closed(start: npt.NDArray[np.int64], epoch: int, every: int) -> npt.NDArray[np.bool_]:
    """Whether a duty that starts then belongs to a closed weekend: the last one of every `every` weeks.

    The weekend before the first week is open, so that no run begins on a closed unit.
    """
    since = start - epoch * DAY
    week = since // WEEK
    found: npt.NDArray[np.bool_] = is_closed_start(since % WEEK) & (week % every == every - 1) & (week >= 0)
    return found


def _closed(staff: Staff, left: Stretches, epoch: int, every: int, days: int) -> Table:
    """When each unit is closed: from the last duty before a closed weekend to the first after it."""
    rows = []
    n_weeks = (days - epoch) // 7 + 1
    unit_of = np.array([row.unit for row in staff.rows], dtype=np.int64)[left.staff]
    for unit in np.unique(unit_of):
        start, end = left.start[unit_of == unit], left.end[unit_of == unit]
        for week in range(every - 1, n_weeks, every):
            inside = (epoch + week * 7 + 5) * DAY  # the Saturday
            before, after = end[start < inside], start[start >= inside]
            from_min = int(before.max()) if len(before) else inside
            rows.append((unit, from_min, int(after.min()) if len(after) else inside + 2 * DAY))
    return np.array([row for row in rows if row[1] < days * DAY], dtype=CLOSED)


# ----------------------------------------------------------------- changeover
def _with_changes(scenario: Scenario, roles: tuple[str, ...], days: int) -> tuple[Table, Stretches, Table]:
    """The rota up to the change and the one after it; posts are handed on, so whoever holds one stays.

    Posts of the same unit, role and kind (regular or weekend position) follow each other in the order of
    their lines. Posts that the new rota does not have end, and new ones begin, at 07:00 of the day of the
    change.
    """
    people, bare, closed = _plain(scenario, roles, days)
    if scenario.after is None or scenario.change_after_days is None or scenario.change_after_days >= days:
        return people, bare, closed
    at = scenario.change_after_days * DAY + CHANGE_MIN
    later, bare_later, closed_later = _with_changes(scenario.after, roles, days)
    new_id = _hand_on(people, later)
    n = max(len(people), int(new_id.max(initial=-1)) + 1)
    joined = np.zeros(n, dtype=PEOPLE)
    joined[: len(people)] = people
    stays = np.zeros(n, dtype=bool)
    for old, new in enumerate(new_id):
        stays[new] = True
        row = later[old].copy()
        row["id"], row["from_min"] = (
            new,
            people["from_min"][new] if new < len(people) else max(at, row["from_min"]),
        )
        joined[new] = row
    joined["until_min"][: len(people)] = np.where(
        stays[: len(people)], joined["until_min"][: len(people)], at
    )
    before, after = clip(bare, -FOREVER, at), clip(bare_later, at, FOREVER)
    after = Stretches(
        new_id[after.staff], after.start, after.end, after.sleep_duty, after.sleep_start, after.sleep_end
    )
    kept = [closed[closed["start_min"] < at], closed_later[closed_later["end_min"] > at]]
    return joined, join([before, after]), np.concatenate(kept)


def _hand_on(people: Table, later: Table) -> npt.NDArray[np.int64]:
    """For each post of the later rota the id it has in both: that of a post before, or a new one."""
    waiting: dict[tuple[int, int, bool], deque[int]] = {}
    for row in people:
        waiting.setdefault(_kind(row), deque()).append(int(row["id"]))
    found, n = [], len(people)
    for row in later:
        if line := waiting.get(_kind(row)):
            found.append(line.popleft())
        else:
            found.append(n)
            n += 1
    return np.array(found, dtype=np.int64)


def _kind(row: np.void) -> tuple[int, int, bool]:
    return int(row["unit"]), int(row["role"]), bool(row["is_weekend_position"])
