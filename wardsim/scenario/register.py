"""The parameter register: what every number of a scenario means, what it may be and where it comes from.

``register.csv`` has one row per parameter.  A row is named by the dotted path of the setting; ``*`` stands
for one free segment (``staffing.fte.*``).  The numbers of the model have the row ``model.<submodel>.<name>``
and are set as ``model.parameters.<submodel>.<name>``; their defaults stand here and nowhere else.  All other
values stand in the option files of ``configs/``, so their rows have no default.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

COLUMNS = ("name", "default", "unit", "low", "high", "distribution", "kind", "source", "grade", "label")
DISTRIBUTIONS = ("", "factor", "odds")
KINDS = ("lever", "uncertainty", "constant")
GRADES = ("A", "B", "C", "D")  # measured on wards, measured elsewhere, derived, assumption
PARAMETERS = "model.parameters."
_NOT_SUBMODELS = ("mechanisms", "parameters")


class RegisterError(ValueError):
    """The register itself is wrong: says the row and what is wrong with it."""


@dataclass(frozen=True)
class Parameter:
    """One row of the register.

    Parameters
    ----------
    name
        Dotted path, with ``*`` for a free segment.
    default
        Only for the numbers of the model; otherwise None.
    unit
        Unit of the value; ``choice`` or ``yes/no`` where it is not a number.
    low, high
        Allowed range, both ends included; None where there is none.
    distribution
        How an uncertain value is drawn (``uncertainty.py``): ``odds`` or ``factor``; empty where it is not.
    kind
        ``lever`` (a planner can choose it), ``uncertainty`` (nobody can) or ``constant``.
    source
        Where the value comes from, or ``assumption``.
    grade
        A measured on wards, B measured elsewhere, C derived, D assumption.
    label
        Plain words for screens and reports.
    """

    name: str
    default: float | None
    unit: str
    low: float | None
    high: float | None
    distribution: str
    kind: str
    source: str
    grade: str
    label: str

    def allows(self, value: float) -> bool:
        """Whether `value` is a number within the range."""
        if not math.isfinite(value):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def range_text(self) -> str:
        """The range in words, unit included; empty where there is none."""
        if self.low is not None and self.high is not None:
            text = f"{_number(self.low)} to {_number(self.high)}"
        elif self.low is not None:
            text = f"at least {_number(self.low)}"
        elif self.high is not None:
            text = f"at most {_number(self.high)}"
        else:
            return ""
        return f"{text} ({self.unit})"


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:g}"


def read_register(lines: Iterable[str]) -> tuple[Parameter, ...]:
    """Read and check the rows of a register.

    Raises
    ------
    RegisterError
        With every row that is wrong and why.
    """
    reader = csv.DictReader(lines, strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise RegisterError(f"the columns must be {', '.join(COLUMNS)}")
    rows: dict[str, Parameter] = {}
    wrong: list[str] = []
    for row in reader:
        where = f"line {reader.line_num} ({row['name']})"
        if None in row or None in row.values():
            wrong.append(f"{where}: {len(COLUMNS)} columns expected")
            continue
        try:
            parameter = _parameter(row)
        except ValueError as error:
            wrong.append(f"{where}: {error}")
            continue
        wrong += [f"{where}: {text}" for text in _faults(parameter)]
        if parameter.name in rows:
            wrong.append(f"{where}: named twice")
        rows[parameter.name] = parameter
    if wrong:
        raise RegisterError("register: " + "; ".join(wrong))
    return tuple(rows.values())


def _parameter(row: dict[str, str]) -> Parameter:
    def number(column: str) -> float | None:
        text = row[column].strip()
        return float(text) if text else None

    texts = {column: row[column].strip() for column in COLUMNS}
    return Parameter(
        name=texts["name"],
        default=number("default"),
        unit=texts["unit"],
        low=number("low"),
        high=number("high"),
        distribution=texts["distribution"],
        kind=texts["kind"],
        source=texts["source"],
        grade=texts["grade"],
        label=texts["label"],
    )


def _faults(p: Parameter) -> list[str]:
    faults = []
    if not p.name or any(not segment for segment in p.name.split(".")):
        faults.append("the name is not a dotted path")
    if p.kind not in KINDS:
        faults.append(f"kind {p.kind!r} is none of {', '.join(KINDS)}")
    if p.grade not in GRADES:
        faults.append(f"grade {p.grade!r} is none of {', '.join(GRADES)}")
    if p.distribution not in DISTRIBUTIONS:
        faults.append(f"distribution {p.distribution!r} is none of {', '.join(DISTRIBUTIONS[1:])}")
    if p.distribution == "odds" and not (p.default is not None and 0.0 < p.default < 1.0):
        faults.append("odds need a default between 0 and 1")
    faults += [f"{column} is empty" for column in ("unit", "source", "label") if not getattr(p, column)]
    if any(x is not None and not math.isfinite(x) for x in (p.default, p.low, p.high)):
        faults.append("default, low and high must be finite")
    elif p.low is not None and p.high is not None and p.low > p.high:
        faults.append("low is above high")
    elif p.default is not None and not p.allows(p.default):
        faults.append(f"default {p.default:g} is outside {p.range_text}")
    if _submodel(p.name) and p.default is None:
        faults.append("a parameter of the model needs a default")
    return faults


def _submodel(name: str) -> tuple[str, str] | None:
    """(submodel, parameter) for a row ``model.<submodel>.<name>``, else None."""
    segments = name.split(".")
    if len(segments) == 3 and segments[0] == "model" and segments[1] not in _NOT_SUBMODELS:
        return segments[1], segments[2]
    return None


@cache
def load_register() -> tuple[Parameter, ...]:
    """Every row of the packaged register, in the order of the file."""
    text = resources.files("wardsim.scenario").joinpath("register.csv").read_text(encoding="utf-8")
    return read_register(text.splitlines())


@cache
def _index() -> tuple[dict[str, Parameter], tuple[tuple[tuple[str, ...], Parameter], ...]]:
    exact = {p.name: p for p in load_register() if "*" not in p.name}
    patterns = tuple((tuple(p.name.split(".")), p) for p in load_register() if "*" in p.name)
    return exact, patterns


@cache
def find(path: str) -> Parameter | None:
    """The row for a setting, given as the path that is used in overrides and files; None if there is none."""
    if path.startswith(PARAMETERS):
        path = f"model.{path.removeprefix(PARAMETERS)}"
    exact, patterns = _index()
    if path in exact:
        return exact[path]
    segments = path.split(".")
    for pattern, parameter in patterns:
        if len(pattern) == len(segments) and all(p in ("*", s) for p, s in zip(pattern, segments)):
            return parameter
    return None


def model_defaults() -> dict[str, dict[str, float]]:
    """Defaults of the model's parameters: submodel -> name -> value (a new dict at every call)."""
    defaults: dict[str, dict[str, float]] = {}
    for parameter in load_register():
        place = _submodel(parameter.name)
        if place and parameter.default is not None:
            defaults.setdefault(place[0], {})[place[1]] = parameter.default
    return defaults
