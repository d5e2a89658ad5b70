"""Soundness: what is wrong with the rota of a scenario, said before anything is run."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import DAY, WEEK, clock_text
from wardsim.roster.crew import file_weeks
from wardsim.roster.duty import FOREVER
from wardsim.roster.roster import Roster, expand
from wardsim.roster.rows import row_problems
from wardsim.roster.sizing import has_nights, plan
from wardsim.roster.weekdays import public_holidays
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.schema import Scenario

CHECK_WEEKS = 26
MAX_GAPS = 3  # kinds of gap named in one message
ASLEEP_AT = 3 * 60  # those who sleep on site are counted at 03:00
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def problems(scenario: Scenario) -> list[Problem]:
    """Everything that has to be put right before this rota can be worked; empty if there is nothing.

    A breach of working-time rules is not a problem in this sense: it is listed in `Roster.breaches`.
    """
    found = list(_of_one(scenario.at_first))
    if scenario.after is not None:
        found += [replace(p, path=f"after.{p.path}") for p in problems(scenario.after)]
    return found


def _of_one(scenario: Scenario) -> Iterator[Problem]:
    broken = row_problems(scenario.rotation)
    broken += _file_problems(scenario)
    yield from broken
    try:
        public_holidays(scenario.calendar, 0, 1)
    except ScenarioError as error:
        broken += error.problems
        yield from error.problems
    yield from _cost_problems(scenario)
    if broken:
        return
    if scenario.rotation.duties is None:
        too_little = [p for unit_plan in plan(scenario) for p in unit_plan.problems]
        yield from too_little
        if too_little:
            return
    weeks = max(CHECK_WEEKS, 2 * file_weeks(scenario.rotation.duties) if scenario.rotation.duties else 0)
    roster = expand(scenario, weeks * 7)
    yield from _double_duties(roster)
    yield from _gaps(roster)
    yield from _too_few_asleep(roster)


def _file_problems(scenario: Scenario) -> Iterator[Problem]:
    """Roles and units that an imported rota names and the ward does not have."""
    duties = scenario.rotation.duties or ()
    units = [unit.name for unit in scenario.ward.units]
    for role in sorted({d.role for d in duties} - set(scenario.staffing.roles)):
        near = difflib.get_close_matches(role, scenario.staffing.roles, n=1)
        hint = f"did you mean {near[0]}?" if near else ""
        yield Problem("rotation.duties", role, "is no role of this ward", hint)
    for name in sorted({d.unit for d in duties if d.unit is not None} - set(units)):
        yield Problem("rotation.duties", name, f"is no unit of this ward; there are: {', '.join(units)}")


def _cost_problems(scenario: Scenario) -> Iterator[Problem]:
    hourly = scenario.cost.hourly
    for role, fte in scenario.staffing.fte.items():
        if fte > 0 and role not in hourly and "other" not in hourly:
            yield Problem(
                f"cost.hourly.{role}", None, "is missing, and there is no `other`", "set cost.hourly.other"
            )


def _double_duties(roster: Roster) -> Iterator[Problem]:
    duties = roster.duties
    order = np.lexsort((duties["start_min"], duties["staff"]))
    staff, start, end = duties["staff"][order], duties["start_min"][order], duties["end_min"][order]
    clash = np.flatnonzero((staff[1:] == staff[:-1]) & (start[1:] < end[:-1]))
    if len(clash):
        at = int(clash[0]) + 1
        row = roster.people[staff[at]]
        message = (
            f"line {row['line'] + 1} of unit {roster.units[row['unit']]} has two duties at once, first on "
            f"{_moment(int(start[at]), roster)}"
        )
        yield Problem(
            "rotation.duties" if roster.scenario.rotation.duties else "rotation.crews", None, message
        )


def _gaps(roster: Roster) -> Iterator[Problem]:
    """Times when nobody who counts for cover is on site, awake or asleep, though people sleep on the unit."""
    scenario = roster.scenario
    counts = np.array([scenario.staffing.roles[r].counts_for_cover for r in roster.roles]) & np.array(
        roster.milieu
    )
    for u, unit in enumerate(scenario.ward.units):
        if not has_nights(scenario.ward, unit):
            continue
        mine = counts[roster.people["role"]] & (roster.people["unit"] == u)
        empty = empty_times(roster, mine)
        closed = roster.closed[roster.closed["unit"] == u]
        empty = [
            (a, b) for a, b in empty if not ((closed["start_min"] <= a) & (closed["end_min"] >= b)).any()
        ]
        if empty:
            yield _gap_problem(roster, unit.name, empty)


def empty_times(roster: Roster, mine: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches (start_min, end_min) of the horizon during which none of these people is on site."""
    duties = roster.duties[mine[roster.duties["staff"]]]
    order = np.argsort(duties["start_min"], kind="stable")
    start = np.append(duties["start_min"][order], roster.days * DAY)
    end = np.maximum.accumulate(np.insert(duties["end_min"][order], 0, 0))
    found = np.flatnonzero(start > end)
    return [(int(end[i]), int(start[i])) for i in found]


def _gap_problem(roster: Roster, unit: str, empty: list[tuple[int, int]]) -> Problem:
    rotation = roster.scenario.rotation
    whole = [(a, b) for a, b in empty if a > 0 and b < roster.days * DAY] or empty
    kinds = Counter(_gap_text(a, b, roster) for a, b in whole)
    weeks = roster.days // 7
    named = [f"{text} ({n} times in {weeks} weeks)" for text, n in kinds.most_common(MAX_GAPS)]
    if len(kinds) > MAX_GAPS:
        named.append("and at other times")
    message = f"nobody is on site on unit {unit}, awake or asleep, {', '.join(named)}"
    waking = roster.scenario.staffing.night_cover.waking
    if rotation.duties:
        return Problem("rotation.duties", None, message, "add the missing stretches to the rota file")
    if waking == 0:
        return Problem("staffing.night_cover.waking", waking, message, "at least 1 with this rotation")
    return Problem("rotation.crews", None, message, "let a row or a crew cover these hours")


def _gap_text(start: int, end: int, roster: Roster) -> str:
    if end - start < DAY:
        return f"from {clock_text(start)} to {clock_text(end)}"
    return f"from {_moment(start, roster)} to {_moment(end, roster)}"


def _moment(minute: int, roster: Roster) -> str:
    since_monday = (minute + roster.first_weekday * DAY) % WEEK
    return f"{_WEEKDAYS[since_monday // DAY]} {clock_text(minute)}"


def _too_few_asleep(roster: Roster) -> Iterator[Problem]:
    scenario = roster.scenario
    wanted = scenario.staffing.night_cover.sleeping
    if wanted <= 0:
        return
    for u, unit in enumerate(scenario.ward.units):
        if not has_nights(scenario.ward, unit):
            continue
        sleeps = roster.sleeps[roster.people["unit"][roster.sleeps["staff"]] == u]
        at = np.arange(roster.days) * DAY + ASLEEP_AT
        begun = np.searchsorted(np.sort(sleeps["start_min"]), at, side="right")
        over = np.searchsorted(np.sort(sleeps["end_min"]), at, side="right")
        for row in roster.closed[roster.closed["unit"] == u]:
            begun = np.where((at >= row["start_min"]) & (at < row["end_min"]), FOREVER, begun)
        least = int((begun - over).min())
        if least < wanted:
            message = f"the rota brings {least} asleep on site on unit {unit.name} in some night"
            yield Problem(
                "staffing.night_cover.sleeping", wanted, message, "a rotation with sleeping nights, or 0"
            )
