"""Scenarios as text: YAML files read as data only, written so that they run again, hashed and compared."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from wardsim.scenario import register
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.schema import Scenario

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_DIGITS = 300
_NOT_CONTENT = ("name", "about", "choices", "notes")
_TEXTS = ("about", "label")  # words about an option; not what it does

Tree = dict[str, Any]


# ------------------------------------------------------------------ reading
class _PlainLoader(yaml.SafeLoader):
    """Safe loader that reads ``14:30``, ``2026-01-05``, ``NO`` and ``on`` as the text that stands there."""


_PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("float", r"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", "-+."),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _mapping(loader: _PlainLoader, node: yaml.MappingNode) -> Tree:
    tree: Tree = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, list | dict):
            raise yaml.MarkedYAMLError(
                problem="a name is missing before the colon", problem_mark=key_node.start_mark
            )
        if key in tree:
            raise yaml.MarkedYAMLError(problem=f"{key} stands twice", problem_mark=key_node.start_mark)
        tree[key] = loader.construct_object(value_node, deep=True)
    return tree


_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _whole(loader: _PlainLoader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    if len(text) > MAX_DIGITS:
        raise yaml.MarkedYAMLError(problem="a number is too long", problem_mark=node.start_mark)
    return int(text)  # never octal


_PlainLoader.add_constructor("tag:yaml.org,2002:int", _whole)


def read_yaml(path: Path) -> Tree:
    """Read a YAML file that may come from anybody: plain data, no more.

    Raises
    ------
    ScenarioError
        If the file is missing, unreadable, over 1 MB, no mapping, or holds ``${...}``, anchors, aliases, tags
        or settings of Hydra.
    """
    where = str(path)

    def refuse(message: str, hint: str = "") -> ScenarioError:
        return ScenarioError([Problem(where, None, message, hint)])

    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refuse("there is no such file", _nearby(path)) from None
    except OSError as error:
        raise refuse(f"can't be read: {error.strerror or error}") from None
    if len(raw) > MAX_BYTES:
        raise refuse("is over 1 MB, so it is not a scenario")
    try:
        text = raw.decode("utf-8-sig")
        faults = foul_play(text)
        tree = None if faults else yaml.load(text, Loader=_PlainLoader)
    except UnicodeDecodeError:
        raise refuse("is not a text file in UTF-8") from None
    except yaml.YAMLError as error:
        raise refuse(f"is not valid YAML: {_yaml_words(error)}") from None
    if faults:
        raise ScenarioError([Problem(where, None, fault) for fault in faults])
    if not isinstance(tree, dict) or not tree:
        raise refuse("holds no settings; expected names with values, for example `service: community_centre`")
    if repeated := _not_text(tree):
        raise refuse(f"{repeated} is not a name")
    return tree


def foul_play(text: str) -> list[str]:
    """What a YAML text from outside may not hold, in words; empty where there is nothing."""
    faults: list[str] = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        faults += [f"line {line}: {fault}" for fault in _faults(event)]
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            faults.append(f"line {line}: is nested too deeply")
            break
    return list(dict.fromkeys(faults))


def _faults(event: yaml.Event) -> list[str]:
    faults = []
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        faults.append("anchors and aliases (&name, *name) are not allowed")
    if getattr(event, "tag", None) and not getattr(event, "implicit", True):
        faults.append("tags (!name) are not allowed")
    if isinstance(event, yaml.ScalarEvent):
        if "${" in event.value:
            faults.append("interpolations (${...}) are not allowed")
        if re.match(r"(override\s+)?/?hydra([./@]|$)", event.value) or event.value == "_target_":
            faults.append(f"{event.value!r} is a setting of Hydra, which may not stand here")
    return faults


def _nearby(path: Path) -> str:
    import difflib

    names = [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean {path.parent / near[0]}?" if near else ""


#: What the YAML reader says, and what its author can look for.
_YAML_WORDS = {
    "expected <block end>": "it doesn't line up with the lines above; names of one level begin in the same column",
    "mapping values are not allowed": "a second colon, or a line that begins too far to the right",
    "could not find expected ':'": "a name needs a colon and a blank after it, here or in the line above",
    "found character": "a tab, or a sign that needs quotes around the text",
    "expected ',' or": "a bracket isn't closed, or a comma is missing",
    "found unexpected end": "a quote isn't closed",
}


def _yaml_words(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or "it can't be parsed"
    what = next((words for start, words in _YAML_WORDS.items() if said.startswith(start)), said)
    return f"line {mark.line + 1}: {what}" if mark else str(what)


def _not_text(tree: Any) -> str:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if not isinstance(key, str):
                return repr(key)
            if inner := _not_text(value):
                return inner
    elif isinstance(tree, list):
        return next((inner for item in tree if (inner := _not_text(item))), "")
    return ""


# ------------------------------------------------------------------ writing
class _PlainDumper(yaml.SafeDumper):
    """Block style, short lists of plain values on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    flat = (
        all(not isinstance(item, list | dict) for item in data) and sum(len(str(item)) for item in data) < 90
    )
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flat)


_PlainDumper.add_representer(list, _list)


def as_tree(scenario: Scenario) -> Tree:
    """The scenario as plain dictionaries, lists, texts and numbers."""
    tree: Tree = scenario.model_dump(mode="json")
    return tree


def to_yaml(scenario: Scenario, *, replications: int | None = None, seed: int | None = None) -> str:
    """The whole scenario as YAML that ``wardsim run FILE.yaml`` runs again, with the same hash.

    With ``replications`` and ``seed`` it runs as often and with the same chance, too.
    """
    tree = as_tree(scenario)
    if scenario.after is None:
        tree.pop("after")
        tree.pop("change_on_day")
    if not tree["notes"]:
        tree.pop("notes")
    body = yaml.dump(tree, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=110)
    run = {name: n for name, n in (("replications", replications), ("seed", seed)) if n is not None}
    how = "".join(f"{name}: {n}\n" for name, n in run.items())
    return f"# A complete scenario, nothing left to defaults. Run it: wardsim run FILE.yaml\n{body}{how}"


def scenario_hash(scenario: Scenario) -> str:
    """sha256 over what is simulated: everything but name, description, chosen options and notes."""

    def content(tree: Tree) -> Tree:
        kept = {key: value for key, value in tree.items() if key not in _NOT_CONTENT}
        if kept.get("after"):
            kept["after"] = content(kept["after"])
        return kept

    text = json.dumps(content(as_tree(scenario)), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


# ---------------------------------------------------------------- comparing
@dataclass(frozen=True)
class Difference:
    """A setting that is not the same in all scenarios.

    Parameters
    ----------
    path
        Dotted name of the setting, or of the group where another option was chosen.
    label
        Plain words, from the register where it knows the setting.
    unit
        Unit of the values; ``choice`` for options and other names.
    values
        One per scenario, in their order; None where a scenario does not have the setting.
    source, grade, kind
        From the register; empty where it does not know the setting.
    """

    path: str
    label: str
    unit: str
    values: tuple[Any, ...]
    source: str = ""
    grade: str = ""
    kind: str = ""


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All settings of a tree as (dotted path, value); lists of plain values are one setting."""
    if isinstance(tree, Mapping) and tree:
        for key, value in tree.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list) and any(isinstance(item, dict | list) for item in tree):
        for i, value in enumerate(tree):
            yield from leaves(value, f"{path}.{i}")
    else:
        yield path, tree


def diff(*scenarios: Scenario) -> list[Difference]:
    """What differs between scenarios: first the options chosen, then the single settings.

    Descriptions (`label`, `about`, names, notes) are left out; a list of several parts (the lines of a rota,
    the units) is compared part by part.
    """
    trees = [as_tree(scenario) for scenario in scenarios]
    chosen = [tree.pop("choices") for tree in trees]
    for tree in trees:
        for name in ("name", "about", "notes"):
            tree.pop(name)
    found = []
    for group in dict.fromkeys(group for choices in chosen for group in choices):
        values = tuple(choices.get(group) for choices in chosen)
        if len(set(values)) > 1:
            found.append(Difference(group, group.replace("_", " "), "choice", values))
    rows = [dict(leaves(tree)) for tree in trees]
    for path in dict.fromkeys(path for row in rows for path in row):
        if path.rsplit(".", 1)[-1] in _TEXTS:
            continue
        values = tuple(row.get(path) for row in rows)
        if any(value != values[0] for value in values[1:]):
            found.append(_difference(path, values))
    return found


def _difference(path: str, values: tuple[Any, ...]) -> Difference:
    row = register.find(path.removeprefix("after."))
    if row is None:
        label = path.replace("_", " ").replace(".", ": ", 1).replace(".", ", ")
        return Difference(path, label, "choice", values)
    free = [s for p, s in zip(row.name.split("."), path.removeprefix("after.").split(".")) if p == "*"]
    label = f"{row.label} ({', '.join(free).replace('_', ' ')})" if free else row.label
    return Difference(path, label, row.unit, values, row.source, row.grade, row.kind)
