"""What is known of each outcome and each setting: label, unit, group, direction, source, grade.

The register of outcomes and the register of parameters are the sources; a name that they do not know still
gets a readable label, so that a report never fails on an outcome that somebody added in a study.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wardsim.report.words import catalogue

GROUP_ORDER = ("say", "contact", "continuity", "crises", "power", "staff", "service", "other")


@dataclass(frozen=True)
class OutcomeWords:
    """An outcome as a reader meets it.

    ``noun`` and ``form`` say how it stands in a sentence (see ``words.sentence``); ``smallest_difference`` is
    the smallest difference that matters, in the outcome's own unit, or None where nobody has set one.
    """

    name: str
    unit: str
    group: str
    label: str
    formula: str
    better: str
    primary: bool
    smallest_difference: float | None
    rank: int
    form: str
    noun: str


@dataclass(frozen=True)
class SettingWords:
    """A setting as a reader meets it: label, unit, source and grade of evidence (A to D, or empty)."""

    path: str
    label: str
    unit: str
    source: str
    grade: str
    kind: str


@lru_cache(maxsize=1)
def _registered() -> Mapping[str, tuple[int, Any]]:
    from wardsim.observe.outcomes import OUTCOMES

    return {o.name: (rank, o) for rank, o in enumerate(OUTCOMES)}


def plain_name(name: str) -> str:
    """A name of the code as words: underscores become spaces, the first letter a capital."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1024)
def outcome_words(name: str, unit: str = "", lang: str = "en") -> OutcomeWords:
    """Describe the outcome ``name``; ``unit`` is used only where the register does not know it."""
    rank, entry = _registered().get(name, (10_000, None))
    phrase = catalogue(lang)["outcomes"].get(name, {})
    label = entry.label if entry else plain_name(name)
    group = entry.group if entry else "other"
    return OutcomeWords(
        name=name,
        unit=phrase.get("unit", entry.unit if entry else unit),
        group=group if group in GROUP_ORDER else "other",
        label=label,
        formula=entry.formula if entry else "",
        better=entry.better if entry else "neither",
        primary=bool(entry.primary) if entry else False,
        smallest_difference=entry.smallest_difference if entry else None,
        rank=rank,
        form=phrase.get("form", "plain"),
        noun=phrase.get("noun", label),
    )


def in_order(names: Iterable[str], *, primary_first: bool = False) -> list[str]:
    """Names by group, within a group in the order of the register; unknown ones last, by name."""

    def key(name: str) -> tuple[int, int, int, str]:
        known = outcome_words(name)
        return (int(primary_first and not known.primary), GROUP_ORDER.index(known.group), known.rank, name)

    return sorted(dict.fromkeys(names), key=key)


def role_in(name: str, roles: Iterable[str]) -> str | None:
    """The role whose name stands in an outcome's name, the longest first, or None."""
    for role in sorted(roles, key=len, reverse=True):
        if re.search(rf"(^|_){re.escape(role)}s?(_|$)", name):
            return role
    return None


def setting_words(path: str, lang: str = "en") -> SettingWords:
    """Describe the setting at ``path`` (dotted), in plain words.

    Numbers are described by the parameter register; other settings by the catalogue, else by their name.
    """
    from wardsim.scenario.register import find

    entry = find(path)
    if entry is not None:
        return SettingWords(
            path, _with_star(entry.label, entry.name, path), entry.unit, entry.source, entry.grade, entry.kind
        )
    words = catalogue(lang)
    for pattern, label in words["settings"].items():
        if _fits(pattern, path):
            return SettingWords(path, _with_star(label, pattern, path), "", "", "", "lever")
    group, _, rest = path.partition(".")
    start = words["config_groups"].get(group, plain_name(group))
    label = f"{start}: {rest.replace('.', ', ').replace('_', ' ')}" if rest else start
    return SettingWords(path, label, "", "", "", "lever")


def _fits(pattern: str, path: str) -> bool:
    parts, own = pattern.split("."), path.split(".")
    return len(parts) == len(own) and all(p in ("*", x) for p, x in zip(parts, own, strict=True))


def _with_star(label: str, name: str, path: str) -> str:
    """A register row for many paths (`staffing.fte.*`): say which one is meant."""
    free = [p for n, p in zip(name.split("."), path.split("."), strict=False) if n == "*"]
    free = [str(int(word) + 1) if word.isdigit() else word for word in free]
    known = label.lower().replace(",", " ").split()
    named = [word.replace("_", " ") for word in free if not set(word.lower().split("_")) <= set(known)]
    return f"{label} ({', '.join(named)})" if named else label
