"""What is left of a difference when the numbers that nobody knows exactly are drawn too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wardsim.report.markup import bullets, paragraph, section, table
from wardsim.report.reading import display_names, findings
from wardsim.report.tables import Table
from wardsim.report.words import Finding, axis_unit, catalogue, first_up, interval_text

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison


def unknown_section(comparison: Comparison) -> str:
    """The section of the report; nothing where the comparison was run with the register's parameters alone."""
    if comparison.unknown is None:
        return ""
    w = catalogue()["unknown_parameters"]
    body = paragraph(intro(comparison)) + bullets(what_stands(comparison)) + table(unknown_table(comparison))
    return section("unknown-parameters", w["title"], body)


def intro(comparison: Comparison) -> str:
    """What was done, and which interval is which."""
    text: str = catalogue()["unknown_parameters"]["intro"].format(
        n=comparison.manifest["accepted"]["vectors"]
    )
    return text


def unknown_table(comparison: Comparison) -> Table:
    """For each alternative and primary outcome both intervals, and the probability that it is better."""
    w = catalogue()["unknown_parameters"]
    rows: list[tuple[str, ...]] = []
    several = len(comparison.labels) > 2
    for label in display_names(comparison)[1:]:
        if several:
            rows.append((label,))
        rows += [_row(f, drawn) for f, drawn in _pairs(comparison) if f.label == label]
    baseline = display_names(comparison)[0]
    head = (catalogue()["tables"]["outcome"], w["chance"], w["both"], w["probability"])
    return Table(w["caption"].format(baseline=baseline), head, tuple(rows))


def what_stands(comparison: Comparison) -> list[str]:
    """For each alternative a sentence: which differences stand when the parameters are drawn, which do not."""
    w, said = catalogue()["unknown_parameters"], []
    for label in display_names(comparison)[1:]:
        told = [(f, d) for f, d in _pairs(comparison) if f.label == label and f.matters]
        stands = [f.outcome.label for f, d in told if d["low_drawn"] > 0 or d["high_drawn"] < 0]
        open_now = [f.outcome.label for f, _ in told if f.outcome.label not in stands]
        if told:
            said.append(
                w["stands"].format(
                    label=label, stands="; ".join(stands) or w["none"], open="; ".join(open_now) or w["none"]
                )
            )
    return said


def _pairs(comparison: Comparison) -> list[tuple[Finding, Mapping[Any, Any]]]:
    """The primary findings that compare something, each with its row of the table about unknown parameters."""
    assert comparison.unknown is not None
    names = dict(zip(comparison.labels, display_names(comparison), strict=True))
    rows: dict[tuple[str, str], Mapping[Any, Any]] = {
        (r["outcome"], names[r["alternative"]]): r for r in comparison.unknown.to_dict("records")
    }
    found = [(f, rows.get((f.outcome.name, f.label))) for f in findings(comparison)]
    return [
        (f, row)
        for f, row in found
        if row is not None
        and f.outcome.primary
        and f.is_compared
        and not f.difference == f.low == f.high == row["difference_drawn"] == 0
    ]


def _row(f: Finding, drawn: Mapping[Any, Any]) -> tuple[str, ...]:
    w, unit = catalogue()["unknown_parameters"], axis_unit(f.outcome.unit)
    label = first_up(f.outcome.label)
    both = replace(f, difference=drawn["difference_drawn"], low=drawn["low_drawn"], high=drawn["high_drawn"])
    probability = drawn["probability_better"]
    return (
        f"{label} ({unit})" if unit else label,
        _interval(f),
        _interval(both),
        w["neither"] if math.isnan(probability) else _percent(probability),
    )


def _interval(f: Finding) -> str:
    difference, low, high = interval_text(f)
    to = catalogue()["tables"]["to"]
    return f"{difference} ({low} {to} {high})" if math.isfinite(f.low) else difference


def _percent(share: float) -> str:
    """A probability that never claims certainty."""
    if share > 0.99:
        return "> 99 %"
    return "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"
