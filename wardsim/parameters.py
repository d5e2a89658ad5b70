"""The command `parameters`: what every number means, what it may be, and where it comes from."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wardsim import screen
from wardsim.scenario.bibliography import load_bibliography, source_text
from wardsim.scenario.compose import compose
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.register import PARAMETERS, Parameter, load_register
from wardsim.scenario.saved import as_tree, leaves
from wardsim.scenario.tree import nearest
from wardsim.screen import say
from wardsim.services import in_words

if TYPE_CHECKING:
    pass

WIDE = 150  # characters that the table needs
COLUMNS = ("setting", "what it is", "value", "unit", "range", "drawn", "kind", "grade", "source")
ONLY_IN_CSV = ("drawn", "kind")
GRADES = "Grades: A measured on wards, B measured elsewhere, C derived, D assumption."


def show_parameters(words: Sequence[str], *, as_csv: bool = False, config_dir: str | None = None) -> int:
    """Print the rows of the register in which all `words` occur, and the sources behind them.

    Parameters
    ----------
    words
        Searched for in name, label, unit, kind, source and reference, in small or capital letters; a single
        letter is a grade of evidence. All rows if there are none.
    as_csv
        Comma-separated, for a spreadsheet.

    Raises
    ------
    ScenarioError
        No row holds all the words.
    """
    rows = [row for row in load_register() if _holds(row, words)]
    if not rows:
        raise ScenarioError([_nothing(words)])
    values = dict(leaves(as_tree(compose([], config_dir=config_dir))))
    if as_csv:
        write = csv.writer(sys.stdout, lineterminator="\n")
        write.writerow([*COLUMNS, "reference"])
        write.writerows([*_cells(row, values), source_text(row.source)] for row in rows)
        return 0
    _print(rows, values)
    return 0


def _holds(row: Parameter, words: Sequence[str]) -> bool:
    text = " ".join((setting(row), row.label, row.unit, row.source, source_text(row.source), row.kind))
    text = f"{text} grade".lower().replace("_", " ")
    return all(
        word.upper() == row.grade if len(word) == 1 else word.lower().replace("_", " ") in text
        for word in words
    )


def setting(row: Parameter) -> str:
    """The name by which a row is set on the command line and in files."""
    segments = row.name.split(".")
    is_model = segments[0] == "model" and len(segments) == 3 and row.default is not None
    return PARAMETERS + row.name.removeprefix("model.") if is_model else row.name


def _nothing(words: Sequence[str]) -> Problem:
    known = sorted({part for row in load_register() for part in row.name.replace(".", " ").split()})
    known += sorted({word.strip(",;:()") for row in load_register() for word in row.label.lower().split()})
    near = [nearest(word.lower().replace(" ", "_"), known) for word in words]
    meant = " ".join(n or w for n, w in zip(near, words, strict=True))
    other = meant.lower() != " ".join(words).lower().replace("_", " ")
    hint = f"did you mean {meant}?" if other and any(near) else "try a single, shorter word"
    together = (
        "stand in no row of the register together" if len(words) > 1 else "stands in no row of the register"
    )
    return Problem("", " ".join(words), together, hint)


def _cells(row: Parameter, values: Mapping[str, Any]) -> list[str]:
    """What is told of a row; the value is the model's default, or what the default ward has."""
    value = row.default if row.default is not None else values.get(row.name)
    by_option = value is None and "*" in row.name
    return [
        setting(row),
        row.label,
        "by option" if by_option else in_words(value),
        "" if row.unit in ("choice", "yes/no", "text") else row.unit,
        row.range_text.rpartition(" (")[0],
        row.distribution,
        row.kind,
        row.grade,
        row.source,
    ]


def _print(rows: Sequence[Parameter], values: Mapping[str, Any]) -> None:
    from rich.table import Table

    console = screen.console(WIDE)
    table = Table(box=None, padding=(0, 2, 0, 0))
    names = max(len(setting(row)) for row in rows)
    for heading in COLUMNS:
        if heading not in ONLY_IN_CSV:
            table.add_column(heading, overflow="fold", min_width=names if heading == "setting" else None)
    for row in rows:
        cells = zip(COLUMNS, _cells(row, values), strict=True)
        table.add_row(*(cell for heading, cell in cells if heading not in ONLY_IN_CSV))
    console.print(table)
    say(console, "")
    for key in dict.fromkeys(row.source for row in rows):
        say(console, f"{key}: {source_text(key)}")
    say(console, f"\n{len(rows)} of {len(load_register())} parameters. {GRADES}")
    say(
        console,
        f"Values are those of the default ward; the bibliography has {len(load_bibliography())} sources.",
    )
    say(
        console,
        "Next: wardsim parameters WORD, or --csv for a spreadsheet; wardsim run NAME=VALUE changes one",
    )
