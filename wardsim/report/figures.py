"""Pictures of a comparison: pure functions from tidy tables to plotly figures.

Every figure has a title that says its finding, a subtitle with the number of replications and the kind of
interval, units on its axes, and in ``layout.meta["alt"]`` a sentence for those who do not see it. A scenario
is told apart by colour, dash and marker together; the baseline is black. Whoever shows a figure uses
``CHART_CONFIG`` and puts the table twin beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from wardsim.report.describe import outcome_words
from wardsim.report.panels import (
    BAND,
    CHART_CONFIG,
    INK,
    ROW_LINE,
    Style,
    axis,
    figure,
    panel_axes,
    plain,
    stack,
    styles,
    undressed,
)
from wardsim.report.words import Finding, axis_unit, catalogue, unit_words

__all__ = ["CHART_CONFIG", "cover", "day_bands", "forest", "level_dots", "undressed"]


# ------------------------------------------------------------------- forest
def forest(
    findings: Sequence[Finding], scenarios: Sequence[str], *, title: str, subtitle: str, alt: str
) -> go.Figure:
    """Paired differences, one panel for each outcome in its own unit.

    Parameters
    ----------
    findings
        Paired differences, the rows of one outcome together, in the order of the panels.
    scenarios
        Display names of all scenarios, the baseline first.
    """
    look = styles(scenarios)
    panels = _by_outcome([f for f in findings if f.difference == f.difference and f.low == f.low])
    data: list[dict[str, Any]] = []
    layout = stack(
        [
            (own[0].outcome.label, _direction(own[0].outcome.better), ROW_LINE * (len(own) + 0.6))
            for own in panels
        ]
    )
    listed: set[str] = set()
    for k, own in enumerate(panels):
        outcome, unit = own[0].outcome, unit_words(own[0].outcome.unit)
        for place, f in enumerate(own):
            data.append(
                _interval_trace(f, look[f.label], k, len(own) - place, f.label not in listed, unit.scale)
            )
            listed.add(f.label)
        span = _reach(own, unit.scale)
        panel_axes(layout, k, [-span, span], len(own), _difference_axis(outcome.unit))
        _zero_and_band(layout, k, outcome.smallest_difference, unit.scale)
    return figure(data, layout, title, subtitle, alt)


def _by_outcome(findings: Sequence[Finding]) -> list[list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for f in findings:
        groups.setdefault(f.outcome.name, []).append(f)
    return list(groups.values())


def _interval_trace(
    f: Finding, look: Style, panel: int, y: float, legend: bool, scale: float
) -> dict[str, Any]:
    d, low, high = f.difference * scale, f.low * scale, f.high * scale
    unit = unit_words(f.outcome.unit).difference
    hover = f"{plain(f.label)}: {d:+.3g}{unit}<br>95 % {low:.3g} to {high:.3g}, n = {f.n}<extra></extra>"
    return {
        "type": "scatter",
        "x": [low, d, high],
        "y": [y, y, y],
        "mode": "lines+markers",
        "name": plain(f.label),
        "legendgroup": f.label,
        "showlegend": legend,
        "xaxis": axis("x", panel),
        "yaxis": axis("y", panel),
        "line": {"color": look.colour, "width": 2, "dash": look.dash},
        "marker": {
            "color": look.colour,
            "symbol": ["line-ns", look.marker, "line-ns"],
            "size": [9, 11, 9],
            "opacity": 1,
            "line": {"color": look.colour, "width": 2},
        },
        "hovertemplate": hover,
    }


def _reach(findings: Sequence[Finding], scale: float) -> float:
    smallest = findings[0].outcome.smallest_difference or 0.0
    reach = max([abs(x) for f in findings for x in (f.low, f.high)] + [smallest]) * scale
    return reach * 1.12 if reach > 0 else 1.0


def _zero_and_band(layout: dict[str, Any], panel: int, smallest: float | None, scale: float) -> None:
    axes = {"xref": axis("x", panel), "yref": f"{axis('y', panel)} domain", "y0": 0, "y1": 1}
    if smallest:
        layout["shapes"].append(
            {
                "type": "rect",
                "x0": -smallest * scale,
                "x1": smallest * scale,
                "fillcolor": BAND,
                "line": {"width": 0},
                "layer": "below",
                **axes,
            }
        )
    layout["shapes"].append(
        {"type": "line", "x0": 0, "x1": 0, "line": {"color": INK, "width": 1.2}, "layer": "below", **axes}
    )


def _difference_axis(unit: str) -> str:
    u = unit_words(unit)
    name = axis_unit(unit) if " per " in f" {unit}" else u.difference.strip()
    text: str = catalogue()["axes"]["difference"].format(unit=name or axis_unit(unit))
    return text


def _direction(better: str) -> str:
    return str(catalogue()["axes"][f"better_{better}"])


# ------------------------------------------------------------------- levels
def level_dots(
    levels: pd.DataFrame,
    scenarios: Sequence[str],
    *,
    title: str,
    subtitle: str,
    alt: str,
    labels: Mapping[str, str] | None = None,
    one_scale: bool = False,
) -> go.Figure:
    """Medians with their spread over replications, one panel for each outcome, each axis from zero.

    ``levels`` holds scenario, outcome, unit, n, median, low50, high50, low95 and high95 (``spread.levels``);
    with ``one_scale`` all panels have the same axis, for parts of one quantity.
    """
    look, data = styles(scenarios), []
    panels = [(str(name), part) for name, part in levels.groupby("outcome", sort=False)]
    known = [outcome_words(name, str(part["unit"].iloc[0])) for name, part in panels]
    layout = stack(
        [
            ((labels or {}).get(o.name, o.label), "", ROW_LINE * (len(part) + 0.6))
            for o, (_, part) in zip(known, panels, strict=True)
        ]
    )
    listed: set[str] = set()
    for k, (_, part) in enumerate(panels):
        scale = unit_words(known[k].unit).scale
        for place, row in enumerate(part.to_dict("records")):
            own = str(row["scenario"])
            data += _spread_traces(row, look[own], k, len(part) - place, own not in listed, scale)
            listed.add(own)
        ends = (levels if one_scale else part)[["low95", "high95"]].to_numpy() * scale
        low, high = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
        pad = (high - low or 1.0) * 0.06
        panel_axes(
            layout, k, [low - (pad if low < 0 else 0), high + pad], len(part), axis_unit(known[k].unit)
        )
    return figure(data, layout, title, subtitle, alt)


def _spread_traces(
    row: Mapping[Any, Any], look: Style, panel: int, y: float, legend: bool, scale: float
) -> list[dict[str, Any]]:
    v = {k: float(row[k]) * scale for k in ("low95", "low50", "median", "high50", "high95")}
    name = str(row["scenario"])
    where = {"type": "scatter", "xaxis": axis("x", panel), "yaxis": axis("y", panel), "legendgroup": name}
    hover = (
        f"{plain(name)}: {v['median']:.3g}<br>middle half {v['low50']:.3g} to {v['high50']:.3g}, "
        f"middle 95 % {v['low95']:.3g} to {v['high95']:.3g}, n = {int(row['n'])}<extra></extra>"
    )
    lines = [
        {
            **where,
            "mode": "lines",
            "x": [v[low], v[high]],
            "y": [y, y],
            "showlegend": False,
            "hoverinfo": "skip",
            "line": {"color": look.colour, "width": width},
        }
        for low, high, width in (("low95", "high95", 1.5), ("low50", "high50", 5))
    ]
    point = {
        **where,
        "mode": "markers",
        "x": [v["median"]],
        "y": [y],
        "name": plain(name),
        "showlegend": legend,
        "hovertemplate": hover,
        "marker": {
            "color": look.colour,
            "symbol": look.marker,
            "size": 11,
            "line": {"color": look.colour if "open" in look.marker else "white", "width": 2},
        },
    }
    return [*lines, point]


# -------------------------------------------------------------------- cover
def cover(
    hours: pd.DataFrame, scenarios: Sequence[str], *, unit: str, title: str, subtitle: str, alt: str
) -> go.Figure:
    """Waking milieu staff on duty by hour of the day: scenario, days, hour, staff (in ``unit``)."""
    look, words = styles(scenarios), catalogue()["axes"]
    panels = list(hours.groupby("days", sort=False))
    layout = stack([(str(days), "", 170.0) for days, _ in panels])
    data = []
    top = float(hours["staff"].max()) * 1.1 or 1.0
    for k, (_, part) in enumerate(panels):
        for name in scenarios:
            own = part[part["scenario"] == name]
            if own.empty:
                continue
            s = look[name]
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [*own["hour"], 24],
                    "y": [*own["staff"], own["staff"].iloc[-1]],
                    "name": plain(name),
                    "legendgroup": name,
                    "showlegend": k == 0,
                    "xaxis": axis("x", k),
                    "yaxis": axis("y", k),
                    "line": {"color": s.colour, "width": 2.5, "dash": s.dash, "shape": "hv"},
                    "hovertemplate": f"{plain(name)}, %{{x}}:00: %{{y:.1f}}<extra></extra>",
                }
            )
        layout[axis("xaxis", k)] |= {
            "range": [0, 24],
            "tickvals": list(range(0, 25, 4)),
            "ticktext": [f"{h:02d}" for h in range(0, 25, 4)],
            "title": {"text": words["hour"], "font": {"size": 12}, "standoff": 4},
        }
        layout[axis("yaxis", k)] |= {
            "range": [0, top],
            "title": {"text": plain(unit), "font": {"size": 12}},
        }
    layout["margin"]["l"] = 50
    return figure(data, layout, title, subtitle, alt)


# -------------------------------------------------------------------- bands
def day_bands(
    bands: pd.DataFrame,
    scenarios: Sequence[str],
    *,
    unit: str,
    title: str,
    subtitle: str,
    alt: str,
    changes: Mapping[str, int] | None = None,
) -> go.Figure:
    """One quantity by day, a panel for each scenario, with the middle 50 and 95 % of the replications.

    ``bands`` holds scenario, day, n, median, low50, high50, low95, high95 in the quantity's own unit; ``changes``
    the day of a changeover by scenario, which is drawn as a line.
    """
    look, u, words = styles(scenarios), unit_words(unit), catalogue()["axes"]
    panels = [(s, bands[bands["scenario"] == s]) for s in scenarios if (bands["scenario"] == s).any()]
    layout = stack([(name, "", 140.0) for name, _ in panels])
    data: list[dict[str, Any]] = []
    values = bands[["low95", "high95"]].to_numpy() * u.scale
    for k, (name, part) in enumerate(panels):
        s = look[name]
        where = {"type": "scatter", "xaxis": axis("x", k), "yaxis": axis("y", k), "showlegend": False}
        days = [*part["day"], *part["day"][::-1]]
        for low, high, opacity in (("low95", "high95", 0.15), ("low50", "high50", 0.3)):
            edge = [*(part[high] * u.scale), *(part[low][::-1] * u.scale)]
            data.append(
                {
                    **where,
                    "mode": "lines",
                    "x": days,
                    "y": edge,
                    "fill": "toself",
                    "hoverinfo": "skip",
                    "fillcolor": _see_through(s.colour, opacity),
                    "line": {"width": 0},
                }
            )
        data.append(
            {
                **where,
                "mode": "lines",
                "x": list(part["day"]),
                "y": list(part["median"] * u.scale),
                "name": plain(name),
                "line": {"color": s.colour, "width": 2, "dash": s.dash},
                "hovertemplate": f"{plain(name)}, day %{{x}}: %{{y:.3g}}<extra></extra>",
            }
        )
        if changes and name in changes:
            at = {"x0": changes[name], "x1": changes[name], "y0": 0, "y1": 1}
            where_at = {"xref": axis("x", k), "yref": f"{axis('y', k)} domain"}
            layout["shapes"].append({"type": "line", "line": {"color": INK, "width": 1.2}, **at, **where_at})
        layout[axis("xaxis", k)] |= {"title": {"text": words["day"], "font": {"size": 12}, "standoff": 4}}
        layout[axis("yaxis", k)] |= {
            "title": {"text": axis_unit(unit), "font": {"size": 12}},
            "range": [min(0.0, float(values.min())), float(values.max()) * 1.05 or 1.0],
        }
    layout["margin"]["l"] = 54
    return figure(data, layout, title, subtitle, alt)


def _see_through(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
