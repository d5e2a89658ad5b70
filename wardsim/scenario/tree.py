"""Settings as a plain tree: put values in, take entries out, and say which names and numbers can't be right.

The tree is checked before pydantic sees it, so that a misspelt name is answered with the nearest known one
and a number with its allowed range.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from wardsim.scenario import register
from wardsim.scenario.problems import Problem
from wardsim.scenario.saved import Tree, leaves
from wardsim.scenario.schema import PERSON, Scenario

# Dictionaries whose keys are roles of this ward, with the names that are allowed besides.
ROLE_KEYED = {
    "staffing.fte": (),
    "staffing.allocation": (),
    "power.weights.*": (PERSON,),
    "care.sessions_per_week": (),
    "cost.hourly": ("other",),
}
# Dictionaries that take new entries.
OPEN = ("rotation.shifts", "staffing.roles", "care.programme")
# Dictionaries whose keys are those of the composed options (or of the register), no others.
CLOSED = ("model.mechanisms", "model.parameters", "model.parameters.*")


# ----------------------------------------------------------------- changing
def put(tree: Tree, path: str, value: Any) -> Problem | None:
    """Put a value at a dotted path; names in braces are merged into what stands there, as Hydra does."""
    *parents, last = path.split(".")
    node: Any = tree
    for depth, segment in enumerate(parents):
        if isinstance(node, dict):
            if node.get(segment) is None:
                node[segment] = {}
            node = node[segment]
        elif isinstance(node, list) and _is_index(segment, node):
            node = node[int(segment)]
        else:
            return _no_place(path, value, ".".join(parents[:depth]), node)
    if isinstance(node, dict):
        old = node.get(last)
        if isinstance(old, dict) and isinstance(value, dict):
            for name, inner in value.items():
                if problem := put(tree, f"{path}.{name}", inner):
                    return problem
        else:
            node[last] = deepcopy(value)
    elif isinstance(node, list) and _is_index(last, node):
        node[int(last)] = deepcopy(value)
    else:
        return _no_place(path, value, ".".join(parents), node)
    return None


def remove(tree: Tree, path: str) -> Problem | None:
    """Take an entry out of a dictionary that takes entries (an activity, a role's weight ...)."""
    parent, _, last = path.rpartition(".")
    node = lookup(tree, parent) if parent else None
    if not isinstance(node, dict) or last not in node:
        return Problem(
            path,
            None,
            "there is nothing here to take out",
            _hint(nearest(path, [p for p, _ in leaves(tree)])),
        )
    if not _is_dictionary(parent):
        return Problem(path, None, "can't be taken out; every scenario needs it")
    del node[last]
    return None


def lookup(tree: Any, path: str) -> Any:
    """What stands at a dotted path, or None."""
    node = tree
    for segment in path.split("."):
        if isinstance(node, dict) and segment in node:
            node = node[segment]
        elif isinstance(node, list) and _is_index(segment, node):
            node = node[int(segment)]
        else:
            return None
    return node


def repair(tree: Tree, base: Tree, path: str) -> None:
    """Put back what the options say at a path, or take out what they don't have, so that checking goes on."""
    node: Any = tree
    known: Any = base
    segments = path.split(".")
    for depth, segment in enumerate(segments, start=1):
        if not isinstance(known, dict) or segment not in known:
            node.pop(segment, None)
            return
        if depth == len(segments) or not isinstance(node.get(segment), dict):  # a list is put back as a whole
            node[segment] = deepcopy(known[segment])
            return
        node, known = node[segment], known[segment]


def _is_index(segment: str, node: list[Any]) -> bool:
    return segment.isdecimal() and int(segment) < len(node)


def _no_place(path: str, value: Any, parent: str, node: Any) -> Problem:
    if isinstance(node, list):
        return Problem(path, value, f"{parent} is a list of {len(node)}; count from 0 to {len(node) - 1}")
    return Problem(path, value, f"{parent} is a single value; nothing stands below it")


# ------------------------------------------------------------------ nearest
def nearest(path: str, known: Collection[str]) -> str:
    """The known dotted name that was most likely meant, or nothing."""
    parent, _, last = path.rpartition(".")
    siblings = {k.rpartition(".")[2]: k for k in known if k.rpartition(".")[0] == parent}
    if parent and (near := difflib.get_close_matches(last, siblings, n=1, cutoff=0.6)):
        return siblings[near[0]]
    if same := [k for k in known if k.rpartition(".")[2] == last]:
        return min(same, key=len)
    if near := difflib.get_close_matches(path, known, n=1, cutoff=0.65):
        return near[0]
    ends = {k.rpartition(".")[2]: k for k in known}
    near = difflib.get_close_matches(last, ends, n=1, cutoff=0.75)
    return ends[near[0]] if near else ""


def _hint(name: str) -> str:
    return f"did you mean {name}?" if name else ""


def one_of(path: str, value: object, names: Iterable[str], what: str) -> Problem:
    """The answer to a name that is not among `names`."""
    names = list(names)
    near = difflib.get_close_matches(str(value), names, n=1, cutoff=0.5)
    return Problem(path, value, f"{what}; there are: {', '.join(names)}", _hint(near[0] if near else ""))


# -------------------------------------------------------------------- names
@cache
def _shape(annotation: Any) -> tuple[str, Any]:
    """What a field holds: ("model", class), ("dict", (key, value)), ("list", item) or ("value", None)."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return next((s for a in get_args(annotation) if (s := _shape(a))[0] != "value"), ("value", None))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "model", annotation
    if origin is dict:
        return "dict", get_args(annotation)
    if origin is tuple:
        return "list", get_args(annotation)[0]
    return "value", None


def _pattern(path: str, patterns: Iterable[str]) -> str | None:
    segments = path.split(".")
    for pattern in patterns:
        parts = pattern.split(".")
        if len(parts) == len(segments) and all(p in ("*", s) for p, s in zip(parts, segments)):
            return pattern
    return None


def _is_dictionary(path: str) -> bool:
    return any(_pattern(path, patterns) is not None for patterns in (ROLE_KEYED, OPEN)) or path in (
        "power.forums", "crisis.measures",
    )  # fmt: skip


def roles_of(tree: Tree) -> list[str]:
    """The roles that the tree declares."""
    roles = lookup(tree, "staffing.roles")
    return list(roles) if isinstance(roles, dict) else []


def check_names(tree: Tree, base: Tree, known: Collection[str]) -> list[Problem]:
    """Every name that no scenario has, with the nearest one that it could have.

    Parameters
    ----------
    tree
        Settings to check.
    base
        The same options without single settings: says which entries are not new.
    known
        Dotted names to look for the nearest in.
    """
    return list(_walk(tree, Scenario, "", base, tree, known))


def _walk(
    node: Any, annotation: Any, path: str, base: Tree, tree: Tree, known: Collection[str]
) -> Iterator[Problem]:
    shape, inner = _shape(annotation)
    if shape == "model" and isinstance(node, dict):
        for name, value in node.items():
            here = f"{path}.{name}" if path else name
            if name in inner.model_fields:
                yield from _walk(value, inner.model_fields[name].annotation, here, base, tree, known)
            else:
                for leaf, single in leaves(value, here):
                    yield Problem(leaf, single, "there is no such setting", _hint(nearest(leaf, known)))
    elif shape == "dict" and isinstance(node, dict):
        key_type, value_type = inner
        for name, value in node.items():
            here = f"{path}.{name}"
            problem = _entry(path, name, value, key_type, value_type, base, tree)
            if problem:
                yield problem
            else:
                yield from _walk(value, value_type, here, base, tree, known)
    elif shape == "list" and isinstance(node, list):
        for i, value in enumerate(node):
            yield from _walk(value, inner, f"{path}.{i}", base, tree, known)


#: What wards call the roles, and what they are called here.
CALLED_HERE = {
    **dict.fromkeys(("nurse", "nurses", "nursing", "care_worker", "carer", "therapist"), "milieu_therapist"),
    **dict.fromkeys(("psychiatrist", "physician", "doctors"), "doctor"),
    **dict.fromkeys(("peer", "peers", "peer_support", "peer_support_worker"), "peer_worker"),
}


def _entry(
    path: str, name: str, value: Any, key_type: Any, value_type: Any, base: Tree, tree: Tree
) -> Problem | None:
    """What is wrong with the name of a dictionary's entry, if anything."""
    here = f"{path}.{name}"
    shown = None if isinstance(value, dict | list) else value
    if get_origin(key_type) is Literal and name not in get_args(key_type):
        return _not_among(here, name, shown, get_args(key_type), "there is no such entry")
    if pattern := _pattern(path, ROLE_KEYED):
        names = [*roles_of(tree), *ROLE_KEYED[pattern]]
        return (
            None
            if name in names
            else _not_among(here, name, shown, names, "there is no such role on this ward")
        )
    before = lookup(base, path)
    old = before if isinstance(before, dict) else {}
    if _pattern(path, CLOSED) and name not in old:
        return _not_among(here, name, shown, old, "there is no such entry")
    kind, cls = _shape(value_type)
    if path in OPEN and name not in old and kind == "model" and isinstance(value, dict):
        needed = [f for f, info in cls.model_fields.items() if info.is_required() and f not in value]
        if needed:
            near = difflib.get_close_matches(name, old, n=1)
            return Problem(
                here, shown, f"is new and needs {', '.join(needed)} too", _hint(near[0] if near else "")
            )
    return None


def _not_among(path: str, name: str, value: object, names: Iterable[str], what: str) -> Problem:
    names = list(names)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    meant = CALLED_HERE.get(name.lower())
    near = [meant] if meant in names else near
    hint = _hint(f"{path.rpartition('.')[0]}.{near[0]}") if near else ""
    return Problem(path, value, f"{what}; there are: {', '.join(names)}", hint)


# ------------------------------------------------------------------ numbers
def check_ranges(tree: Tree) -> list[Problem]:
    """Every number outside the range that the register allows, with value, range and unit."""
    problems = []
    for path, value in leaves(tree):
        items = (
            [(f"{path}.{i}", item) for i, item in enumerate(value)]
            if isinstance(value, list)
            else [(path, value)]
        )
        for name, item in items:
            if problem := check_range(name, item):
                problems.append(problem)
    return problems


def _as_number(text: str) -> str:
    """How a percentage or a decimal comma is written as a number here; empty for anything else."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*(%?)\s*", text)
    if found is None:
        return ""
    number = float(found[1].replace(",", "."))
    return f"write {number / 100 if found[2] else number:.10g}"


def check_range(path: str, value: Any) -> Problem | None:
    """What is wrong with one number, if the register has a range for it."""
    row = register.find(path)
    if value is None or row is None or not row.range_text:
        return None
    message = f"allowed: {row.range_text}"
    if isinstance(value, bool):
        return Problem(path, value, f"must be a number, {message}")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return Problem(path, value, f"must be a number, {message}", _as_number(str(value)))
    return None if row.allows(number) else Problem(path, value, f"is out of range, {message}")
