"""Patterns that the model must reproduce, as ``patterns.yaml`` tells them, and the wards that show them.

The file is the one thing that says what is fitted to and what is only checked; nothing here knows a pattern or a
service by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, get_args

import yaml

from wardsim.experiment.load import load_scenario
from wardsim.scenario.options import Options
from wardsim.scenario.saved import as_tree, leaves
from wardsim.scenario.schema import Scenario

Use = Literal["calibrate", "check", "structural", "prediction"]
Direction = Literal["higher_in_second", "lower_in_second", "negative", "positive"]
#: Settings of a ward, in Hydra's grammar: what it takes to load it.
Ward = tuple[str, ...]

HORIZON_DAYS = 365
ANY = "any"
#: What the file calls a change, and the setting it stands for.
CHANGES = {
    "training": "staffing.training",
    "presence_norm": "care.presence_norm",
    "listening": "power.listening",
    "paid_milieu_hours": "staffing.fte.milieu_therapist",
    "peer_workers": "staffing.fte.peer_worker",
    "medication_free_share": "patients.medication_free_share",
    "power": "power",
}
WORDS = {"full": "1", "none": "0"}
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Pattern:
    """One pattern.

    Attributes
    ----------
    id
        Its name in the file.
    use
        ``calibrate`` (parameters may be fitted to it), ``check`` (must hold, never fitted to), ``structural``
        (follows from the inputs) or ``prediction`` (reported, never judged).
    outcome
        The outcome, or what is made of two of them (``…_ratio``, ``…_difference_in_baseline_sd``).
    source
        Who measured it.
    wards
        The ward or wards that show it; of two the first is what the second is compared with.  Where any ward
        shows it, all services.
    target
        What was measured; None for a direction.
    accept
        Interval in which the simulated value must lie; None for a direction.
    direction
        Which way the second ward, or the value itself, must lie; None for an interval.
    any_ward
        It holds for no ward in particular: the mean over all wards in which there is a value.
    """

    id: str
    use: Use
    outcome: str
    source: str
    wards: tuple[Ward, ...]
    target: float | None = None
    accept: tuple[float, float] | None = None
    direction: Direction | None = None
    any_ward: bool = False


def patterns_text() -> str:
    """The file as it ships with the package."""
    return resources.files("wardsim.experiment").joinpath("patterns.yaml").read_text(encoding="utf-8")


@cache
def load_patterns() -> tuple[Pattern, ...]:
    """All patterns in the order of the file."""
    return read_patterns(patterns_text())


def read_patterns(text: str) -> tuple[Pattern, ...]:
    """Read patterns from YAML.

    Every value is read as text first, for ``+0.2`` (more by so much) is not ``0.2`` (set to).

    Raises
    ------
    ValueError
        A pattern that says neither an interval nor a direction, or an unknown use or change.
    """
    rows = yaml.load(text, Loader=yaml.BaseLoader)
    return tuple(_pattern(row) for row in rows)


def _pattern(row: Mapping[str, object]) -> Pattern:
    name, use = str(row["id"]), str(row["use"])
    if use not in get_args(Use):
        raise ValueError(f"pattern {name}: unknown use {use!r}")
    accept, target = row.get("accept"), row.get("target")
    direction = row.get("direction")
    if direction is not None and direction not in get_args(Direction):
        raise ValueError(f"pattern {name}: unknown direction {direction!r}")
    if use != "prediction" and accept is None and direction is None:
        raise ValueError(f"pattern {name} has neither an interval nor a direction")
    low_high = tuple(float(str(end)) for end in accept) if isinstance(accept, list) else None
    return Pattern(
        id=name,
        use=use,  # type: ignore[arg-type]
        outcome=str(row["outcome"]),
        source=str(row["source"]),
        wards=_wards(row),
        target=None if target is None else float(str(target)),
        accept=low_high,  # type: ignore[arg-type]
        direction=direction,  # type: ignore[arg-type]
        any_ward=row.get("service") == ANY,
    )


def _wards(row: Mapping[str, object]) -> tuple[Ward, ...]:
    """Settings of the wards that a pattern asks for."""
    pair = row.get("compare")
    if isinstance(pair, list):
        return tuple(_ward(str(each)) for each in pair)
    if row["service"] == ANY:
        return tuple((f"service={name}",) for name in Options().names("service"))
    ward = _ward(str(row["service"]))
    change = row.get("change")
    if not isinstance(change, dict):
        return (ward,)
    return ward, (*ward, *changes(ward, change))


def _ward(words: str) -> Ward:
    """`recovery_institution rotation=three_shift` as settings."""
    service, *more = words.split()
    return (f"service={service}", *more)


def changes(ward: Ward, change: Mapping[str, str]) -> Ward:
    """The settings that make a change of a ward: ``full``, ``+0.2``, ``+10%``, ``+1.0 FTE`` or a value.

    Raises
    ------
    ValueError
        The change is not one of those that the file may ask for.
    """
    values = dict(leaves(as_tree(load_scenario(list(ward)))))
    found = []
    for what, asked in change.items():
        if what not in CHANGES:
            raise ValueError(f"unknown change {what!r}; known are {', '.join(CHANGES)}")
        amount = asked.split()[0]
        if amount == UNCHANGED:
            continue
        path = CHANGES[what]
        if amount.startswith(("+", "-")):
            before = float(values.get(path, 0.0))
            after = (
                before * (1 + float(amount[:-1]) / 100) if amount.endswith("%") else before + float(amount)
            )
            amount = f"{after:.10g}"
        found.append(f"{path}={WORDS.get(amount, amount)}")
    return tuple(found)


def wards_of(patterns: Iterable[Pattern]) -> list[Ward]:
    """Every ward that some of the patterns ask for, once."""
    return list(dict.fromkeys(ward for pattern in patterns for ward in pattern.wards))


def scenario_of(ward: Ward, *, horizon_days: int = HORIZON_DAYS) -> Scenario:
    """The ward as a scenario of the length that patterns are told by."""
    return load_scenario([*ward, f"horizon_days={horizon_days}"])
