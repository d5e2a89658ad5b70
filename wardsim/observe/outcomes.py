"""The register of outcomes, and the one function that measures them all."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from importlib import resources

from wardsim.model.engine import Record
from wardsim.model.inputs import Inputs
from wardsim.observe.contact import contact
from wardsim.observe.continuity import continuity
from wardsim.observe.crises import crises
from wardsim.observe.say import say
from wardsim.observe.service import power, service, staff
from wardsim.observe.window import window

GROUPS = ("say", "contact", "continuity", "crises", "power", "staff", "service")


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    Attributes
    ----------
    name, unit, label : str
        Name in tables; unit; plain words for people.
    group : str
        One of ``GROUPS``.
    formula : str
        Numerator, denominator and what is left out, in words.
    better : str
        ``higher``, ``lower`` or ``neither``.
    primary : bool
        Shown first in a comparison.
    smallest_difference : float or None
        The smallest difference that matters, in the outcome's unit (assumption); None where none is set.
    signed : bool
        Whether it can lie below nought.
    """

    name: str
    unit: str
    group: str
    label: str
    formula: str
    better: str
    primary: bool
    smallest_difference: float | None
    signed: bool = False

    @property
    def range(self) -> tuple[float, float]:
        """Between which values it lies: nothing is counted below nought, and no share is above the whole."""
        least, most = (-math.inf if self.signed else 0.0), (1.0 if self.unit == "share" else math.inf)
        return least, most


def _load() -> tuple[Outcome, ...]:
    text = resources.files("wardsim.observe").joinpath("outcomes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Outcome(
            name=row["name"], unit=row["unit"], group=row["group"], label=row["label"],
            formula=row["formula"], better=row["better"],
            primary=row["primary"] == "yes",
            smallest_difference=float(row["smallest_difference"]) if row["smallest_difference"] else None,
            signed=row["signed"] == "yes",
        )
        for row in rows
    )  # fmt: skip


OUTCOMES: tuple[Outcome, ...] = _load()


def measure(inputs: Inputs, record: Record) -> dict[str, float]:
    """Every outcome of one replication, in the order of the register; NaN where it is not defined."""
    w = window(inputs, record)
    found: dict[str, float] = {}
    for part in (say, contact, continuity, crises, power, staff, service):
        found.update(part(w))
    return {outcome.name: found.get(outcome.name, math.nan) for outcome in OUTCOMES}
