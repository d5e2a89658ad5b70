"""Options of one's own, in a folder: read as plain data, and checked before Hydra composes them.

An option may inherit from another of its group; a service chooses options of the other groups.  Both are said in
the option's defaults list, in Hydra's way, and every name in it is looked up here, so that all that is wrong is
said at once, with its file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from wardsim.scenario.problems import Problem
from wardsim.scenario.saved import MAX_BYTES, foul_play
from wardsim.scenario.tree import one_of

SERVICE = "service"  # the group whose options choose options of the others
_SERVICE_KEYS = frozenset({"defaults", "name", "about"})
_GLOBAL = "# @package _global_"


class Names(Protocol):
    """What is known of options: the groups, and the options of each."""

    @property
    def groups(self) -> Sequence[str]:
        """The names of the groups."""

    def names(self, group: str) -> list[str]:
        """The options of a group."""


def check_option_file(path: Path, group: str, known: Names) -> list[Problem]:
    """Everything that is wrong with one option file of a group."""
    import yaml

    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            return [Problem(str(path), None, "is over 1 MB, so it is not an option")]
        text = raw.decode("utf-8-sig")
        faults = foul_play(text)
        tree = None if faults else yaml.safe_load(text)
    except UnicodeDecodeError:
        return [Problem(str(path), None, "is not a text file in UTF-8")]
    except (OSError, yaml.YAMLError) as error:
        return [Problem(str(path), None, f"can't be read: {' '.join(str(error).split())}")]
    if faults:
        return [Problem(str(path), None, fault) for fault in faults]
    if not isinstance(tree, dict):
        return [Problem(str(path), None, "holds no settings")]
    problems = _service(path, text, tree) if group == SERVICE else []
    return problems + _defaults(path, group, tree.get("defaults", []), known)


def _service(path: Path, text: str, tree: dict[str, Any]) -> list[Problem]:
    """A service chooses options, and says in its first line that these are those of the whole ward."""
    problems = []
    if extra := sorted(set(map(str, tree)) - _SERVICE_KEYS):
        what = f"a service only chooses options (defaults), name and about, not {', '.join(extra)}"
        way = "give each group an option of its own, such as power/ours.yaml, and choose that"
        problems.append(Problem(str(path), None, what, way))
    if not re.search(rf"^{_GLOBAL}\s*$", text, re.MULTILINE):
        what = "a service chooses options of other groups, so its first line must say so"
        problems.append(Problem(str(path), None, what, f"write {_GLOBAL}"))
    return problems


def _defaults(path: Path, group: str, entries: object, known: Names) -> list[Problem]:
    """Every name in a defaults list: options to inherit from and, in a service, options chosen."""
    place = f"{path}, defaults"
    if not isinstance(entries, list):
        return [Problem(place, None, "must be a list", f"for example - {known.names(group)[0]}")]
    problems = []
    for entry in entries:
        if isinstance(entry, str):
            if entry != "_self_" and entry not in known.names(group):
                problems.append(one_of(place, entry, known.names(group), f"there is no such {group}"))
            continue
        key, value = (
            next(iter(entry.items())) if isinstance(entry, dict) and len(entry) == 1 else (None, None)
        )
        chosen = re.fullmatch(r"override /(\w+)", str(key))
        if group != SERVICE or chosen is None:
            way = "- override /power: soteria" if group == SERVICE else f"- {known.names(group)[0]}"
            text = f"{key}: {value}" if key is not None else str(entry)
            problems.append(Problem(place, text, "is not understood", f"write for example {way}"))
        elif chosen[1] not in known.groups:
            problems.append(one_of(place, chosen[1], known.groups, "there is no such group"))
        elif str(value) not in known.names(chosen[1]):
            problems.append(
                one_of(f"{place}, {key}", value, known.names(chosen[1]), "there is no such option")
            )
    return problems
