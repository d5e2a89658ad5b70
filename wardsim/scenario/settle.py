"""Single settings put into composed options, and everything that is wrong with the result.

What is wrong is noted and put back to what the options say before the next look, so that no mistake hides
behind another one and the rest (roster, power structure) can still be checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from wardsim.scenario import register
from wardsim.scenario.overrides import Reading
from wardsim.scenario.problems import Problem
from wardsim.scenario.saved import Tree, leaves
from wardsim.scenario.schema import Scenario
from wardsim.scenario.tree import check_names, check_ranges, put, remove, repair
from wardsim.scenario.wording import problems_of

_ROUNDS = 12


def settle(
    start: Tree, base: Tree, chosen: Mapping[str, str], reading: Reading, other_names: Collection[str]
) -> tuple[Tree, list[Problem]]:
    """Put the settings of `reading` into `start` and check the whole.

    Parameters
    ----------
    start
        Where to begin: composed options, or the tree of a saved scenario.
    base
        The composed options: what a wrong setting is put back to.
    chosen
        The option chosen in each group.
    reading
        Settings to put in and entries to take out.
    other_names
        Names besides those of settings in which the nearest is looked for.

    Returns
    -------
    tree, problems
        A tree with whatever was wrong put back, and what was wrong.
    """
    base = {**base, "choices": dict(chosen)}
    base["name"] = base.get("name") or chosen.get("service") or "ward"
    tree = {**deepcopy(start), "choices": dict(chosen)}
    tree["name"] = tree.get("name") or base["name"]
    for settings in (base, tree):
        if isinstance(model := settings.get("model"), dict):
            settings["model"] = {**model, "parameters": _with_defaults(model.get("parameters"))}
    done = [put(tree, path, value) for path, value in reading.changes]
    done += [remove(tree, path) for path in reading.removals]
    problems = [problem for problem in done if problem is not None]
    known = [path for path, _ in leaves(base)] + list(other_names)
    return tree, problems + _check(tree, base, known)


def _with_defaults(given: Any) -> Any:
    """The model's parameters: the register's defaults, and over them what an option or a file sets."""
    if given is None:
        return register.model_defaults()
    if not isinstance(given, dict):
        return given
    filled: Tree = dict(register.model_defaults())
    for submodel, values in given.items():
        inner = filled.get(submodel, {})
        filled[submodel] = {**inner, **values} if isinstance(values, dict) else values
    return filled


def _check(tree: Tree, base: Tree, known: Collection[str]) -> list[Problem]:
    """Names, then numbers, then shape, until nothing more is found; mends the tree on the way."""
    problems: list[Problem] = []
    mended: list[str] = []
    for _ in range(_ROUNDS):
        found = check_names(tree, base, known) or check_ranges(tree) or _check_shape(tree)
        problems += [p for p in found if not _follows(p.path, mended)]
        if not found or any(not p.path for p in found):
            break
        for problem in found:
            repair(tree, base, problem.path)
            mended.append(problem.path)
    return problems


def _follows(path: str, mended: Iterable[str]) -> bool:
    """Whether a problem may only be there because something at, above or below it was put back."""
    return any(path == m or path.startswith(f"{m}.") or m.startswith(f"{path}.") for m in mended)


def _check_shape(tree: Tree) -> list[Problem]:
    try:
        name = Scenario.model_validate(tree).name
    except ValidationError as error:
        return problems_of(error, tree)
    if not name.strip() or len(name) > 120 or "/" in name or "\\" in name or not name.isprintable():
        return [
            Problem("name", name, "must be 1 to 120 printable characters without slashes: it names a folder")
        ]
    return []
