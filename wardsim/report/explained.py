"""A split difference as tables: the shares of the groups of settings, and the mechanisms that carry it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wardsim.experiment.explain import WHOLE
from wardsim.report.describe import OutcomeWords, in_order, outcome_words
from wardsim.report.tables import Table
from wardsim.report.words import axis_unit, catalogue, first_up, level, safe_step, signed, unit_words

if TYPE_CHECKING:
    import pandas as pd

    from wardsim.experiment.explain import Explanation

MOST_MECHANISMS = 3


def parts_table(found: Explanation, *, everything: bool = False) -> Table:
    """For each outcome the shares of the groups, the largest first, and the whole difference that they add up to."""
    w, rows = catalogue()["explain"], list[tuple[str, ...]]()
    for outcome, own in _by_outcome(found.parts, everything):
        whole = own[own["part"] == WHOLE].iloc[0]
        levels = [
            level(whole[k], outcome.unit, whole["low"], whole["high"]) for k in ("mean_first", "mean_second")
        ]
        rows.append((_heading(outcome, levels),))
        step = _step(outcome, whole)
        rows += [
            (_block(str(row["part"])), *_share(row, row["share"], outcome, step))
            for row in own.to_dict("records")
        ]
    caption = w["parts"].format(first=found.first.name, second=found.second.name, n=found.replications)
    return Table(
        caption,
        (w["part"], w["share"], w["interval"]),
        tuple(rows),
        w["size"] if _of_other_size(found) else "",
    )


def _of_other_size(found: Explanation) -> bool:
    """Whether places and posts change sides one by one, though neither is much without the other."""
    apart = ("ward",) in found.blocks and ("staffing",) in found.blocks
    return apart and found.first.ward.beds != found.second.ward.beds


def mechanisms_table(found: Explanation, *, everything: bool = False) -> Table:
    """For each outcome the mechanisms without which the difference would be another, the strongest first."""
    w, rows = catalogue()["explain"], list[tuple[str, ...]]()
    told = found.mechanisms[(found.mechanisms["low"] > 0) | (found.mechanisms["high"] < 0)]
    for outcome, own in _by_outcome(told, everything):
        rows.append(
            (first_up(outcome.label) + (f" ({axis_unit(outcome.unit)})" if axis_unit(outcome.unit) else ""),)
        )
        for row in own.head(MOST_MECHANISMS).to_dict("records"):
            label = str(row["mechanism"]).replace("_", " ")
            rows.append(
                (first_up(label), *_share(row, row["carried"], outcome, _step(outcome, row, "carried")))
            )
    return Table(w["mechanisms"], (w["mechanism"], w["carried"], w["interval"]), tuple(rows))


def _by_outcome(frame: pd.DataFrame, everything: bool) -> Iterator[tuple[OutcomeWords, pd.DataFrame]]:
    """Rows outcome by outcome in the order of reports; the primary ones in which anything differs, unless all are wanted."""
    for name in in_order(frame["outcome"].unique()):
        own = frame[frame["outcome"] == name]
        outcome = outcome_words(name, str(own["unit"].iloc[0]))
        differs = (own["low"] != 0).any() or (own["high"] != 0).any()
        if everything or (outcome.primary and differs):
            yield outcome, own


def _heading(outcome: OutcomeWords, levels: list[str]) -> str:
    unit = axis_unit(outcome.unit)
    return f"{first_up(outcome.label)}: {levels[0]} → {levels[1]}{f' {unit}' if unit else ''}"


def _block(part: str) -> str:
    """Plain words for a group of settings, or for several that can't be told apart."""
    w = catalogue()["explain"]
    if part == WHOLE:
        return str(w["whole"])
    names = {**catalogue()["config_groups"], "changeover": w["changeover"]}
    return first_up(" + ".join(str(names.get(name, name)).lower() for name in part.split(" + ")))


def _step(outcome: OutcomeWords, row: Any, value: str = "share") -> float:
    """One step for all rows of an outcome, so that the shares still add up as they are printed."""
    scale = unit_words(outcome.unit).scale
    return safe_step(row[value] * scale, row["low"] * scale, row["high"] * scale)


def _share(row: Any, value: float, outcome: OutcomeWords, step: float) -> tuple[str, str]:
    scale, to = unit_words(outcome.unit).scale, catalogue()["tables"]["to"]
    low, high = (signed(row[name] * scale, step) for name in ("low", "high"))
    return signed(value * scale, step), f"{low} {to} {high}" if math.isfinite(row["low"]) else "–"
