"""Other values that a setting could have, and wards on which its effect should show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wardsim.scenario.register import Parameter
from wardsim.scenario.schema import FORUMS, Scenario

_MANY_CRISES = ("horizon_days=40", "warmup_days=2", "patients.crisis_rate=8")
#: Wards that between them use everything there is to set; many crises, so that rare ends occur in a short run.
STAGES: dict[str, tuple[str, ...]] = {
    name: (f"service={name}", *_MANY_CRISES)
    for name in (
        "community_centre", "conventional_acute", "soteria_berne", "bet_unit", "heidenheim", "recovery_institution",
    )
}  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "ward.door": ("open", "partly_locked", "locked"),
    "care.record": ("verbal", "notes", "written"),
    "crisis.policy": ("containment_routine", "last_resort", "never", "under_regulation"),
    "power.forum.*": FORUMS,
    "staffing.roles.*.kind": ("milieu_therapist", "doctor", "psychologist", "peer_worker", "other"),
    "staffing.sizing": ("same_paid_hours", "same_presence", "same_cost", "same_cover"),
    "care.programme.*.kind": ("group", "meal", "household", "meeting", "exposure"),
    "care.programme.*.role": ("any", "doctor", "psychologist"),
}


def alternatives(row: Parameter, path: str, value: Any, given: Scenario) -> list[tuple[str, Any]]:
    """Settings to put in the place of one: each a path and what shall stand there, all of them allowed."""
    if row.name in CHOICES:
        return [(path, choice) for choice in CHOICES[row.name] if choice != value]
    if row.name in ("power.weights.*.*", "crisis.measures.*"):
        return _moved(path, given)
    if row.name == "ward.units.*.share":
        units = [unit.model_dump() for unit in given.ward.units]
        if len(units) > 1:
            units[0]["share"], units[1]["share"] = units[0]["share"] - 0.1, units[1]["share"] + 0.1
        return [("ward.units", units)]
    if row.name.startswith("staffing.allocation."):
        rest = given.staffing.allocation[path.split(".")[2]]
        return [(path.rpartition(".")[0], tuple(reversed(rest)))]
    if isinstance(value, bool):
        return [(path, not value)]
    if row.unit == "time":
        return [(path, f"{(int(value[:2]) + 2) % 24:02}{value[2:]}")]
    if isinstance(value, dt.date):
        return [(path, value + dt.timedelta(days=3))]
    return [(path, number) for number in _numbers(row, value)]


def _moved(path: str, given: Scenario) -> list[tuple[str, Any]]:
    """Half of one weight goes to another."""
    group, _, table = path.rpartition(".")[0].partition(".")
    here: Any = getattr(given, group)
    for step in table.split("."):
        here = here[step] if isinstance(here, dict) else getattr(here, step)
    name = path.rpartition(".")[2]
    half = here[name] / 2
    table = path.rpartition(".")[0]
    others = [other for other in here if other != name and half > 0]
    return [(table, {**here, name: half, other: here[other] + half}) for other in others[:2]]


def _numbers(row: Parameter, value: float | int | None) -> list[float | int]:
    """A larger and a smaller number within the range."""
    low = -1e9 if row.low is None else row.low
    high = 1e9 if row.high is None else row.high
    if value is None:
        return [2]
    found: list[float | int] = []
    for other in (1.5 * value + 0.02, 0.5 * value, value + 1):
        number = min(high, max(low, round(other) if isinstance(value, int) else other))
        number = int(number) if isinstance(value, int) else float(number)
        if number != value and number not in found:
            found.append(number)
    return found
