"""A number that shapes a ward has a name, a unit, a range and a source in the register, and none hides in a process.

Why: whoever reads a report must be able to ask of every number where it comes from.  What may stand in the code are
counts and codes, units of time, and the few technical numbers listed here with their reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import wardsim

PROCESSES = sorted((Path(wardsim.__file__).parent / "model" / "processes").glob("*.py"))
UNITS = {7.0, 24.0, 60.0, 168.0, 1440.0}  # days, hours and minutes of a week, a day and an hour
FORMULA = {0.0, 1.0, 2.0}  # nothing, all, twice
COUNTS_UP_TO = 4  # kinds, codes, turns, how many nights in a row
#: (module, name): numbers that change no ward, and why they stand in the code
TECHNICAL = {
    ("clock", "QUARTER_MIN"): "step of the slow processes; its size is checked by comparing ticks",
    ("clock", "BEAT_MIN"): "step of contact, likewise",
    ("clock", "EIGHT_HOURS_MIN"): "the unit of the register's minutes in eight hours of duty",
    ("clock", "DAYTIME_FIRST_MIN"): "07 to 22, which the outcome is named after",
    ("clock", "DAYTIME_LAST_MIN"): "the same",
    ("clock", "DAYS_PER_WEEK"): "unit",
    ("clock", "DAYS_PER_MONTH"): "unit",
    ("clock", "DAYS_PER_YEAR"): "unit",
    ("clock", "MOMENT_MIN"): "two times closer than this are the same",
    ("clock", "NEVER"): "later than any run",
    ("activity", "TEMP_WHO"): "numbers of temps",
    ("crisis", "AFTER_SELF_HARM"): "numbers of draws",
    ("fatigue", "KSS_LEAST"): "the scale",
    ("fatigue", "KSS_MOST"): "the scale",
    ("population", "HALF_A_DAY"): "the daily round nearest to a time",
    ("start", "RESIDENT"): "numbers of people",
    ("start", "RESIDENTS_PER_UNIT"): "numbers of people",
    ("start", "FORMER"): "numbers of people",
    ("start", "WAITS"): "numbers of people",
    ("start", "FAR"): "standard deviations beyond which nothing is met",
    ("start", "DRAWS"): "tries of a draw",
}


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names of the module that stand for numbers, with their values."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from zip((ast.unparse(t) for t in target.elts), node.value.elts, strict=True)
                else:
                    yield ast.unparse(target), node.value


def _is_plain(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) <= COUNTS_UP_TO or value in (7, 24, 60)
    return not isinstance(value, float) or value in UNITS | FORMULA


def _numbers(tree: ast.Module, module: str = "") -> list[str]:
    """Numbers of a module that are neither counts nor units nor part of a formula nor technical, with their lines."""
    technical = {
        id(node)
        for name, value in _constants(tree)
        if (module, name) in TECHNICAL
        for node in ast.walk(value)
    }
    return [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in technical and not _is_plain(node.value)
    ]


@pytest.mark.parametrize("module", PROCESSES, ids=lambda path: path.stem)
def test_no_number_hides_in_a_process(module: Path) -> None:
    found = _numbers(ast.parse(module.read_text(encoding="utf-8")), module.stem)
    assert not found, f"{module.name}: put these into the register as parameters"


def test_the_list_of_technical_numbers_is_no_longer_than_needed() -> None:
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in PROCESSES}
    there = {(module, name): value for module, tree in trees.items() for name, value in _constants(tree)}
    for place in TECHNICAL:
        assert place in there, f"{place} is gone: take it off the list"


def test_a_number_that_hides_is_found() -> None:
    """The check itself: a rate, a threshold and a time of day are seen; a turn, a code and a unit are not."""
    hides = "x = need / 36.0\nif hour >= 7.5: pass\nrate = 3.0 * 0.5\n"
    assert len(_numbers(ast.parse(hides))) == 4
    assert not _numbers(ast.parse("for turn in range(2): y = 1440.0 * (1.0 - x) / 60.0 + kind * 3"))
