"""Rota file: a rota of one's own, read from CSV.

Columns: person, role, start, end, kind (waking or sleeping), and unit where the ward has several. Names are
needed only to tell people apart; they become role and line number while reading and are kept nowhere: not in
the scenario, its hash, a message or a result. Lines are numbered by their duties, so the order of the rows
does not matter.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from wardsim.roster.clock import WEEK
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.schema import ImportedDuty, Role, Scenario

COLUMNS = ("person", "role", "start", "end", "kind")
UNIT = "unit"
KINDS = ("waking", "sleeping")
MAX_BYTES = 5_000_000
MAX_STRETCH_H = 72
MAX_WEEKS = 53
MAX_LISTED = 30
_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")
_EXAMPLE = "for example 2026-01-05 07:00"


@dataclass(frozen=True)
class _Stretch:
    row: int
    person: str
    role: str
    unit: str | None
    start: dt.datetime
    end: dt.datetime
    kind: str


def fill_rota(scenario: Scenario) -> Scenario:
    """The scenario with its rota file read in, also for what the ward becomes after a changeover.

    The path is dropped: the duties stand in the scenario, so that it can be run again without the file.

    Raises
    ------
    ScenarioError
        With everything that is wrong with the file.
    """
    changes: dict[str, object] = {}
    rotation = scenario.rotation
    if rotation.file is not None and not rotation.crews:
        units = [unit.name for unit in scenario.ward.units]
        duties = read_rota(Path(rotation.file), scenario.staffing.roles, units)
        changes["rotation"] = rotation.model_copy(update={"duties": duties, "file": None})
    if scenario.after is not None:
        changes["after"] = fill_rota(scenario.after)
    return scenario.model_copy(update=changes) if changes else scenario


def read_rota(
    path: str | Path, roles: Mapping[str, Role], units: Sequence[str] = ()
) -> tuple[ImportedDuty, ...]:
    """Read a rota file.

    Parameters
    ----------
    path
        The CSV file, UTF-8, separated by commas, semicolons or tabs.
    roles
        Roles of the ward; those of milieu therapists have to cover day and night.
    units
        Names of the ward's units; with more than one the file needs the column unit.

    Returns
    -------
    tuple of ImportedDuty
        Stretches in minutes since the Monday of the file's first week.

    Raises
    ------
    ScenarioError
        With everything that is wrong, by row of the file (the heading is row 1).
    """
    path = Path(path)
    heading, rows = _table(path)
    problems: list[Problem] = []
    stretches = _stretches(heading, rows, roles, units, problems)
    _find_overlaps(stretches, problems)
    if not problems and stretches:
        monday = _monday(stretches)
        _find_length(stretches, monday, problems)
        if not problems:
            _find_seam(stretches, monday, problems)
            _find_gaps(stretches, monday, roles, problems)
    if problems:
        shown = [Problem("rotation.file", str(path), p.message, p.hint) for p in problems[:MAX_LISTED]]
        if len(problems) > MAX_LISTED:
            shown.append(Problem("rotation.file", str(path), f"and {len(problems) - MAX_LISTED} more"))
        raise ScenarioError(shown)
    return _duties(stretches, _monday(stretches))


# ------------------------------------------------------------------ reading
def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Heading (lower case) and numbered rows of the file."""

    def refuse(message: str, hint: str = "") -> ScenarioError:
        return ScenarioError([Problem("rotation.file", str(path), message, hint)])

    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refuse("there is no such file") from None
    except OSError as error:
        raise refuse(f"can't be read: {error.strerror or 'unknown reason'}") from None
    if len(raw) > MAX_BYTES:
        raise refuse(f"is over {MAX_BYTES // 1_000_000} MB, so it is not a rota")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise refuse(f"row {row}: is not text in UTF-8", "save it as CSV UTF-8") from None
    if not text.strip():
        raise refuse("is empty", f"expected the columns {', '.join(COLUMNS)}")
    first = text.splitlines()[0]
    separator = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        table = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error:
        raise refuse(
            "is not a table: a quotation mark is not closed, or a row holds what no CSV may hold"
        ) from None
    heading = [cell.lower() for cell in table[0][1]]
    missing = [name for name in COLUMNS if name not in heading]
    if missing:
        near = {name: difflib.get_close_matches(name, heading, n=1) for name in missing}
        hints = [f"is {found[0]} meant to be {name}?" for name, found in near.items() if found]
        message = f"row 1: the column {', '.join(missing)} is missing; expected {', '.join(COLUMNS)}"
        raise refuse(message, " ".join(hints))
    twice = [name for name in (*COLUMNS, UNIT) if heading.count(name) > 1]
    if twice:
        raise refuse(f"row 1: the column {', '.join(twice)} stands twice")
    rows = [(number, cells) for number, cells in table[1:] if any(cells)]
    if not rows:
        raise refuse("has a heading but no rows")
    return heading, rows


def _stretches(
    heading: list[str],
    rows: Iterable[tuple[int, list[str]]],
    roles: Mapping[str, Role],
    units: Sequence[str],
    problems: list[Problem],
) -> list[_Stretch]:
    if len(units) > 1 and UNIT not in heading:
        problems.append(
            _problem(1, f"the ward has several units, so the column {UNIT} is needed: {', '.join(units)}")
        )
    found = []
    for number, cells in rows:
        if len(cells) != len(heading):
            problems.append(_problem(number, f"has {len(cells)} cells, but the heading has {len(heading)}"))
            continue
        row = dict(zip(heading, cells, strict=True))
        faults = len(problems)
        if not row["person"]:
            problems.append(_problem(number, "person is empty", "any name or number that tells people apart"))
        _among(number, "role", row["role"], roles, problems)
        _among(number, "kind", row["kind"].lower(), KINDS, problems)
        unit = row.get(UNIT) if len(units) > 1 else None
        if unit is not None:
            _among(number, UNIT, unit, units, problems)
        start, end = (
            _time(number, "start", row["start"], problems),
            _time(number, "end", row["end"], problems),
        )
        if start is not None and end is not None:
            if end <= start:
                problems.append(
                    _problem(
                        number,
                        "ends before it starts",
                        "end is later than start; a night ends on the next date",
                    )
                )
            elif end - start > dt.timedelta(hours=MAX_STRETCH_H):
                problems.append(_problem(number, f"is longer than {MAX_STRETCH_H} h"))
            elif len(problems) == faults:
                found.append(
                    _Stretch(number, row["person"], row["role"], unit, start, end, row["kind"].lower())
                )
    return found


def _problem(row: int, message: str, hint: str = "") -> Problem:
    return Problem("rotation.file", None, f"row {row}: {message}", hint)


def _among(row: int, column: str, value: str, known: Iterable[str], problems: list[Problem]) -> None:
    names = list(known)
    if value in names:
        return
    if not value:
        problems.append(_problem(row, f"{column} is empty; there are: {', '.join(names)}"))
        return
    near = difflib.get_close_matches(value, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
    problems.append(_problem(row, f"{column} is not a known one", hint))  # not quoted: it may be a name


def _time(row: int, column: str, text: str, problems: list[Problem]) -> dt.datetime | None:
    plain = text.replace("T", " ", 1)
    for pattern in _FORMATS:
        try:
            return dt.datetime.strptime(plain, pattern)
        except ValueError:
            continue
    shown = f" {text!r}" if re.fullmatch(r"[\d .:/T+-]+", text) else ""  # anything else may be a name
    what = f"{column}{shown} is not a date and time" if text else f"{column} is empty"
    problems.append(_problem(row, what, _EXAMPLE))
    return None


# ----------------------------------------------------------------- checking
def _find_overlaps(stretches: list[_Stretch], problems: list[Problem]) -> None:
    """A person in two places."""
    by_person: dict[str, list[_Stretch]] = defaultdict(list)
    for stretch in stretches:
        by_person[stretch.person].append(stretch)
    for mine in by_person.values():
        mine.sort(key=lambda s: (s.start, s.end))
        for one, other in pairwise(mine):
            if other.start < one.end:
                a, b = sorted((one.row, other.row))
                problems.append(_problem(b, f"overlaps with row {a}: the same person twice at the same time"))


def _monday(stretches: list[_Stretch]) -> dt.datetime:
    first = min(s.start for s in stretches)
    return dt.datetime.combine(first.date() - dt.timedelta(first.weekday()), dt.time())


def _minutes(moment: dt.datetime, monday: dt.datetime) -> int:
    return int((moment - monday).total_seconds()) // 60


def _weeks(stretches: list[_Stretch], monday: dt.datetime) -> int:
    """Weeks up to the one in which the last duty begins; stretches without a gap are one duty."""
    ends = {(s.person, s.end) for s in stretches}
    return max(_minutes(s.start, monday) for s in stretches if (s.person, s.start) not in ends) // WEEK + 1


def _find_length(stretches: list[_Stretch], monday: dt.datetime, problems: list[Problem]) -> None:
    weeks = _weeks(stretches, monday)
    if weeks > MAX_WEEKS:
        last = max(stretches, key=lambda s: s.start)
        first = min(stretches, key=lambda s: s.start)
        message = f"begins {weeks} weeks after row {first.row}; a rota has at most {MAX_WEEKS} weeks"
        problems.append(_problem(last.row, message, "is a year mistyped?"))


def _find_seam(stretches: list[_Stretch], monday: dt.datetime, problems: list[Problem]) -> None:
    """A person whose last stretch runs into the first when the rota begins again."""
    length = _weeks(stretches, monday) * WEEK
    by_person: dict[str, list[_Stretch]] = defaultdict(list)
    for stretch in stretches:
        by_person[stretch.person].append(stretch)
    for mine in by_person.values():
        first, last = min(mine, key=lambda s: s.start), max(mine, key=lambda s: s.end)
        if _minutes(last.end, monday) > length + _minutes(first.start, monday):
            again = f"when the rota begins again after {length // WEEK} weeks"
            message = f"runs into row {first.row} of the same person {again}"
            problems.append(_problem(last.row, message))


def _find_gaps(
    stretches: list[_Stretch], monday: dt.datetime, roles: Mapping[str, Role], problems: list[Problem]
) -> None:
    """Times when no milieu staff who count for cover are on site on a unit, its next round included."""
    length = _weeks(stretches, monday) * WEEK
    for unit in dict.fromkeys(s.unit for s in stretches):
        covering = [
            (_minutes(s.start, monday), _minutes(s.end, monday)) for s in stretches
            if s.unit == unit and roles[s.role].kind == "milieu_therapist" and roles[s.role].counts_for_cover
        ]  # fmt: skip
        turns = sorted((a + shift, b + shift) for a, b in covering for shift in (-length, 0, length))
        reached = 0
        for start, end in [*turns, (length, length)]:
            if end <= 0 or reached >= length:
                continue
            if start > reached:
                a, b = (monday + dt.timedelta(minutes=m) for m in (reached, min(start, length)))
                where = f" on unit {unit}" if unit is not None else ""
                times = f"from {a:%Y-%m-%d %H:%M} to {b:%Y-%m-%d %H:%M}"
                message = f"no milieu staff are on site{where}, awake or asleep, {times}"
                problems.append(Problem("rotation.file", None, message, "add the missing rows"))
            reached = max(reached, end)


# ------------------------------------------------------------------ writing
def _duties(stretches: list[_Stretch], monday: dt.datetime) -> tuple[ImportedDuty, ...]:
    """Stretches with a line number in place of the name; lines are numbered by what they work."""
    lines: dict[tuple[str | None, str, str], list[tuple[int, int, str]]] = defaultdict(list)
    for s in stretches:
        lines[s.unit, s.role, s.person].append((_minutes(s.start, monday), _minutes(s.end, monday), s.kind))
    by_role: dict[tuple[str, str], list[list[tuple[int, int, str]]]] = defaultdict(list)
    for (unit, role, _), mine in lines.items():
        by_role[unit or "", role].append(sorted(mine))
    made = []
    for (unit, role), group in sorted(by_role.items()):
        for line, mine in enumerate(sorted(group)):
            made += [
                ImportedDuty(
                    role=role,
                    line=line,
                    start_min=a,
                    end_min=b,
                    kind="sleeping" if kind == KINDS[1] else "waking",
                    unit=unit or None,
                )
                for a, b, kind in mine
            ]
    return tuple(made)
