"""Overrides sorted: choices of options, single settings, settings of the run, and the changeover."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.tree import one_of

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override

    from wardsim.scenario.options import Options

CHANGE = "change."
MAX_COMBINATIONS = 1000


@dataclass
class Reading:
    """What a list of overrides asks for.

    Parameters
    ----------
    choices
        Option by group.
    changes
        (path, value) of single settings, in order.
    removals
        Entries to take out.
    later
        What stood after ``change.``: the same, for the ward after the changeover.
    change_on_day
        Counted day of the changeover.
    problems
        What can't be read.
    """

    choices: dict[str, str] = field(default_factory=dict)
    changes: list[tuple[str, Any]] = field(default_factory=list)
    removals: list[str] = field(default_factory=list)
    later: Reading | None = None
    change_on_day: Any = None
    problems: list[Problem] = field(default_factory=list)

    def take(self, key: str, value: Any, options: Options) -> None:
        """Sort one name with its value: the name of a group chooses an option, any other is a setting."""
        if key == f"{CHANGE}on_day":
            self.change_on_day = value
        elif key in ("change_on_day", "after") or key.startswith("after."):
            way = f"write {CHANGE}on_day=60 and, for example, {CHANGE}rotation=co_living"
            self.problems.append(
                Problem(key, None, "is how a changeover is stored, not how it is asked for", way)
            )
        elif key.startswith(CHANGE):
            self.later = self.later or Reading()
            _take_later(self.later, key.removeprefix(CHANGE), value, options)
        elif key in options.groups:
            self._choose(key, value, options)
        elif (text := _interpolation(value)) is not None:
            self.problems.append(Problem(key, text, "interpolations (${...}) are not allowed"))
        else:
            self.changes.append((key, value))

    def add(self, more: Reading) -> None:
        """Put what another reading asks for after this one's."""
        self.choices.update(more.choices)
        self.changes += more.changes
        self.removals += more.removals
        self.problems += more.problems
        if more.change_on_day is not None:
            self.change_on_day = more.change_on_day
        if more.later is not None:
            self.later = self.later or Reading()
            self.later.add(more.later)

    def without(self, groups: Collection[str]) -> Reading:
        """A copy without the settings of some groups: choosing an option again replaces them."""
        copy = deepcopy(self)
        copy.changes = [(path, value) for path, value in self.changes if path.partition(".")[0] not in groups]
        copy.removals = [path for path in self.removals if path.partition(".")[0] not in groups]
        return copy

    def _choose(self, group: str, value: Any, options: Options) -> None:
        names = options.names(group)
        if isinstance(value, dict):
            example = f"{group}.{next(iter(value), 'name')}=..."
            self.problems.append(
                Problem(
                    group,
                    None,
                    f"is a group of settings; choose one of: {', '.join(names)}",
                    f"or give single settings, for example {example}",
                )
            )
        elif str(value) not in names:
            self.problems.append(one_of(group, value, names, "there is no such option"))
        else:
            self.choices[group] = str(value)


# What a changeover leaves as it is: the people, the places, the calendar, the prices and the model.
_STAYS = ("ward", "patients", "calendar", "cost", "model", "service")


def _take_later(later: Reading, key: str, value: Any, options: Options) -> None:
    head = key.partition(".")[0]
    if head in options.groups and head not in _STAYS:
        later.take(key, value, options)
        return
    free = ", ".join(group for group in options.groups if group not in _STAYS)
    later.problems.append(Problem(key, value, f"can't be changed on a day; what can: {free}"))


def _interpolation(value: Any) -> str | None:
    """The first text with ``${`` in a value, or None."""
    if isinstance(value, str):
        return value if "${" in value else None
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((text for item in inner if (text := _interpolation(item)) is not None), None)


def read_overrides(texts: Iterable[str], options: Options) -> Reading:
    """Sort the overrides of a command line, given in Hydra's grammar."""
    reading = Reading()
    for text in texts:
        try:
            override = options.parse(text)
        except ScenarioError as error:
            reading.problems += error.problems
            continue
        key = override.key_or_group.removeprefix("/")
        if override.package is not None:
            reading.problems.append(
                Problem(text, None, "a group keeps its place; leave out what stands after @")
            )
        elif override.is_sweep_override():
            reading.problems.append(_several(text, key))
        elif override.is_delete():
            later = key.startswith(CHANGE)
            if later:
                reading.later = reading.later or Reading()
            (reading.later if later and reading.later else reading).removals.append(key.removeprefix(CHANGE))
        else:
            reading.take(key, override.value(), options)
    return reading


def _several(text: str, key: str) -> Problem:
    given = text.partition("=")[2]
    way = f"wardsim compare '{text}', or a list in brackets if one is meant: {key}=[...]"
    if re.fullmatch(r"\d+,\d+", given):
        way = f"a decimal is written with a point: {key}={given.replace(',', '.')}; to compare two values: {way}"
    return Problem(key, given, "is more than one value; use compare", way)


def read_tree(tree: Mapping[str, Any], reading: Reading, options: Options, prefix: str = "") -> None:
    """Sort the entries of a hand-written file: options, settings (nested or dotted), a changeover."""
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if value is None and (name in options.groups or name == "notes"):
            continue  # all that stood below is commented out
        if isinstance(value, dict) and f"{key}." == CHANGE:
            read_tree(value, reading, options, CHANGE)
        elif isinstance(value, dict) and name in options.groups:
            for inner, item in value.items():
                reading.take(f"{key}.{inner}", item, options)
        else:
            reading.take(key, value, options)


def expand(texts: Iterable[str], options: Options) -> list[tuple[str, list[str]]]:
    """All combinations of overrides that hold several values, in Hydra's sweep grammar.

    Returns
    -------
    list of (label, overrides)
        The label is what was chosen, joined by ", "; empty if nothing is swept.  The last override changes
        fastest.

    Raises
    ------
    ScenarioError
        If an override can't be read, has no list of values, or there are more than 1,000 combinations.
    """
    problems: list[Problem] = []
    columns: list[list[tuple[str, str]]] = []
    for text in texts:
        try:
            columns.append(_values(options.parse(text), text, options.groups))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    rows = list(islice(product(*columns), MAX_COMBINATIONS + 1))
    if len(rows) > MAX_COMBINATIONS:
        raise ScenarioError([Problem("", None, f"more than {MAX_COMBINATIONS:,} combinations")])
    return [(", ".join(label for label, _ in row if label), [text for _, text in row]) for row in rows]


def swept(texts: Iterable[str], options: Options) -> list[str]:
    """Names of the overrides that hold several values; what can't be read is left out."""
    names = []
    for text in texts:
        try:
            override = options.parse(text)
        except ScenarioError:
            continue
        if override.is_sweep_override():
            names.append(override.key_or_group.removeprefix("/"))
    return names


def _values(override: Override, text: str, groups: Collection[str]) -> list[tuple[str, str]]:
    """(label, override) for each value of one override; the label of a single value is empty."""
    from hydra.errors import HydraException

    if not override.is_sweep_override():
        return [("", text)]
    name, _, given = text.partition("=")
    key = name.lstrip("+/")
    try:
        values = list(islice(_strings(override), MAX_COMBINATIONS + 1))
    except HydraException:
        raise ScenarioError(
            [Problem(key, given, "is no list of values; write a,b or range(0,1,0.5)")]
        ) from None
    if not values:
        raise ScenarioError([Problem(key, given, "matches nothing")])
    if len(set(values)) < len(values):
        raise ScenarioError([Problem(key, given, "names the same value twice")])
    return [(value if key in groups else f"{key}={value}", f"{name}={value}") for value in values]


def _strings(override: Override) -> Iterable[str]:
    strings: Callable[[], Iterable[str]] = override.sweep_string_iterator
    return strings()
