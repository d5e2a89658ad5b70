"""What pydantic finds, as problems in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from wardsim.scenario.problems import Problem
from wardsim.scenario.register import find
from wardsim.scenario.saved import Tree
from wardsim.scenario.tree import lookup, one_of

_WORDS = {
    "missing": "is missing",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must hold names with values",
    "model_type": "must hold names with values",
    "tuple_type": "must be a list, for example [a,b]",
    "list_type": "must be a list, for example [a,b]",
    "extra_forbidden": "there is no such setting",
    "recursion_loop": "is nested too deeply",
}


def problems_of(error: ValidationError, tree: Tree) -> list[Problem]:
    """Every error of a validation, with the path of the setting and what it must be."""
    found = []
    for detail in error.errors(include_url=False):
        path = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("["))
        found += _said(detail, path, tree) if detail["type"] == "value_error" else [_translate(detail, path)]
    return found


def _said(detail: Mapping[str, Any], path: str, tree: Tree) -> list[Problem]:
    """Messages of our own checks: one line per problem, which may begin with the path it is about."""
    found = []
    for line in str(detail["ctx"]["error"]).split("\n"):
        first, _, rest = line.partition(" ")
        place = f"{path}.{first}" if path else first
        if rest and ("." in first or lookup(tree, place) is not None):
            found.append(Problem(place, None, rest, _sum_hint(tree, place)))
        else:
            found.append(Problem(path, None, line))
    return found


def _sum_hint(tree: Tree, path: str) -> str:
    value = lookup(tree, path)
    if isinstance(value, dict) and value and all(isinstance(v, int | float) for v in value.values()):
        return "now: " + ", ".join(f"{name} {v:g}" for name, v in value.items())
    return ""


def _translate(detail: Mapping[str, Any], path: str) -> Problem:
    kind, value = str(detail["type"]), detail["input"]
    shown = None if isinstance(value, dict | list) or kind == "missing" else value
    if kind in ("literal_error", "enum"):
        names = re.findall(r"'([^']*)'|(\d+)", str(detail["ctx"]["expected"]))
        return one_of(path, value, ["".join(pair) for pair in names], "can't be chosen")
    if kind == "string_type":
        quotes = "put clock times and other texts in quotes" if isinstance(value, int | bool) else ""
        return Problem(path, shown, "must be a text", quotes)
    if kind == "string_pattern_mismatch":
        window = "-(" in str(detail["ctx"]["pattern"])
        return Problem(
            path, shown, f"must be a {'time window such as 23:00-07:00' if window else 'time such as 08:00'}"
        )
    if kind.startswith(("date", "time")):
        return Problem(path, shown, "must be a date such as 2026-01-05")
    message = _WORDS.get(kind) or str(detail["msg"])[0].lower() + str(detail["msg"])[1:]
    row = find(path)
    if row is not None and row.low is not None and row.high is not None and message.endswith("number"):
        message += f" from {row.low:g} to {row.high:g}"
    if shown is None and isinstance(value, list | dict) and kind.startswith(("int", "float")):
        message += ", not a list" if isinstance(value, list) else ", not a group of settings"
    return Problem(path, shown, message)
