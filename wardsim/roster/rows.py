"""Rows: what can be wrong with the rows of a scheme before anybody is put on them."""

from __future__ import annotations

from wardsim.roster.clock import DAY, clock_text
from wardsim.roster.shift import OFF, Shift, shifts_of
from wardsim.scenario.problems import Problem
from wardsim.scenario.schema import Crew, Rotation

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def row_problems(rotation: Rotation) -> list[Problem]:
    """Rows that can't be read, line by line; empty where the rows are sound."""
    if not rotation.crews:
        if rotation.duties:
            return []
        if rotation.file:
            return [Problem("rotation.file", rotation.file, "the rota file has not been read")]
        hint = "for example rotation=imported rotation.file=rota.csv"
        return [Problem("rotation.file", None, "names no rota file, and the rotation has no crews", hint)]
    problems = []
    if rotation.file or rotation.duties:
        message = "a rota file goes with rotation=imported only; this rotation has lines of its own"
        problems.append(Problem("rotation.file", rotation.file, message))
    for token in rotation.shifts:
        if len(token) != 1 or token == OFF:
            message = f"a shift is named by one character other than {OFF!r}"
            problems.append(Problem(f"rotation.shifts.{token}", None, message))
    for i, crew in enumerate(rotation.crews):
        problems += _crew_problems(f"rotation.crews.{i}", crew, rotation)
    if not problems:
        problems += _together(rotation)
    return problems


def _crew_problems(path: str, crew: Crew, rotation: Rotation) -> list[Problem]:
    problems = []
    if not crew.rows or not crew.rows[0]:
        return [Problem(f"{path}.rows", None, f"crew {crew.name} has no rows")]
    period = len(crew.rows[0])
    for name in ("rows", "weekend_rows", "part_rows"):
        for r, row in enumerate(getattr(crew, name)):
            here = f"{path}.{name}.{r}"
            if len(row) != period:
                problems.append(Problem(here, row, f"has {len(row)} days, but the first row has {period}"))
            unknown = sorted({t for t in row if t != OFF and t not in rotation.shifts})
            if unknown:
                known = ", ".join(rotation.shifts)
                message = f"holds {', '.join(unknown)}; known are {known} and {OFF} for a day off"
                problems.append(Problem(here, row, message))
    if not problems:
        shifts = shifts_of(rotation)
        problems += _overlaps(path, crew.rows, shifts)
        problems += _overlaps(path, crew.part_rows, shifts)
        problems += _overlaps(path, crew.weekend_rows, shifts)
        problems += _nights_in_part(path, crew, shifts)
    return problems


def _nights_in_part(path: str, crew: Crew, shifts: dict[str, Shift]) -> list[Problem]:
    """A post that is staffed only in part holds no night."""
    if crew.sized_by != "hours":
        return []
    name = "part_rows" if crew.part_rows else "rows"
    rows = crew.part_rows or crew.rows + crew.weekend_rows
    nights = sorted({t for row in rows for t in row if t != OFF and _over_night(shifts[t])})
    if not nights:
        return []
    message = (
        f"crew {crew.name} is sized by hours, so a post of it may be staffed in part, and "
        f"{', '.join(nights)} is a night"
    )
    return [
        Problem(
            f"{path}.{name}", None, message, "give part_rows without nights, or size the crew by night_waking"
        )
    ]


def _over_night(shift: Shift) -> bool:
    return shift.start + shift.length > DAY + 60 or shift.start < 4 * 60


def _overlaps(path: str, rows: tuple[str, ...], shifts: dict[str, Shift]) -> list[Problem]:
    """Duties of one line that run into each other, also from the last row to the first."""
    line = "".join(rows)
    period = len(rows[0]) if rows else 1
    problems = []
    for i, token in enumerate(line):
        if token == OFF:
            continue
        end = shifts[token].start + shifts[token].length
        for ahead in range(1, end // DAY + 1):
            after = line[(i + ahead) % len(line)]
            if after != OFF and ahead * DAY + shifts[after].start < end:
                day = _WEEKDAYS[i % 7] if period == 7 else f"day {i % period + 1}"
                message = (
                    f"row {i // period + 1}: {token} on {day} ends at {clock_text(end)}, "
                    f"after {after} begins at {clock_text(shifts[after].start)}"
                )
                problems.append(Problem(path, None, message, "nobody can be on two duties at once"))
                break
    return problems


def _together(rotation: Rotation) -> list[Problem]:
    problems = []
    periods = {len(crew.rows[0]) for crew in rotation.crews}
    if rotation.team_of == "whole_unit":
        if len(periods) > 1:
            message = "everybody rolls through the rows of all crews, so all rows must have the same length"
            problems.append(Problem("rotation.team_of", rotation.team_of, message))
        odd = [c for c in rotation.crews if c.part_rows]
        if odd:
            message = f"crew {odd[0].name} has part_rows, which only teams with their own rows can use"
            problems.append(Problem("rotation.team_of", rotation.team_of, message))
    if not any(crew.sized_by == "hours" for crew in rotation.crews):
        problems.append(
            Problem("rotation.crews", None, "no crew is sized by hours, so the hours can't be filled")
        )
    if not rotation.night_cover_from_rows and not any(c.sized_by == "night_waking" for c in rotation.crews):
        message = "no crew is sized by night_waking, and night_cover_from_rows is false"
        problems.append(Problem("rotation.crews", None, message))
    return problems
