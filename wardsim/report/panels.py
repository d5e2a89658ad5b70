"""How pictures look: a style for each scenario, panels one above the other, titles and legends.

Colours are told apart by people who see them differently, and never alone: each scenario has its own dash and
marker as well. ``CHART_CONFIG`` belongs to every chart that is shown anywhere.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from wardsim.report.words import first_up

CHART_CONFIG: dict[str, Any] = {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#882255")
BASELINE_COLOUR = "#000000"
DASHES = ("dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
BASELINE_MARKER = "circle-open"
GRID, BAND, INK = "#e3e3e3", "#ececec", "#222222"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
WRAP = 46
TITLE_LINE, NOTE_LINE, ROW_LINE, AXIS = 18, 15, 22, 54
TOP, BOTTOM = 96, 60


@dataclass(frozen=True)
class Style:
    """How one scenario is drawn, in every figure the same."""

    colour: str
    dash: str
    marker: str


def style(index: int) -> Style:
    """Style of the scenario at ``index`` of the comparison; 0 is the baseline."""
    if index == 0:
        return Style(BASELINE_COLOUR, "solid", BASELINE_MARKER)
    k = index - 1
    return Style(COLOURS[k % len(COLOURS)], DASHES[k % len(DASHES)], MARKERS[k % len(MARKERS)])


def styles(scenarios: Sequence[str]) -> dict[str, Style]:
    """Style of each scenario by its name, in the order of the comparison."""
    return {name: style(k) for k, name in enumerate(scenarios)}


def plain(text: str) -> str:
    """Text for plotly, which reads some HTML: everything that could be a tag is escaped."""
    return html.escape(text, quote=False)


def wrap(text: str, width: int = WRAP) -> str:
    """Text for plotly in lines of ``width`` characters."""
    return "<br>".join(plain(line) for line in textwrap.wrap(text, width)) or ""


# ------------------------------------------------------------------- layout
def axis(name: str, panel: int) -> str:
    """Plotly's name for an axis of a panel: x, x2, x3 ..."""
    return name if panel == 0 else f"{name}{panel + 1}"


def stack(panels: Sequence[tuple[str, str, float]]) -> dict[str, Any]:
    """Layout with panels one above the other, each (title, note, height of its plot in pixels)."""
    panels = [(first_up(text), note, height) for text, note, height in panels]
    titles = [
        TITLE_LINE * len(textwrap.wrap(text, WRAP)) + (NOTE_LINE if note else 0) for text, note, _ in panels
    ]
    inner = sum(titles) + sum(height + AXIS for _, _, height in panels)
    layout: dict[str, Any] = {
        "height": inner + TOP + BOTTOM,
        "margin": {"l": 12, "r": 16, "t": TOP, "b": BOTTOM},
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "shapes": [],
        "annotations": [],
        "hoverlabel": {"align": "left"},
        "dragmode": False,
        "modebar": {"remove": ["select2d", "lasso2d"]},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }
    top = 1.0
    for k, ((text, note, height), title) in enumerate(zip(panels, titles, strict=True)):
        high = top - title / inner
        low = high - height / inner
        layout[axis("xaxis", k)] = {
            "anchor": axis("y", k),
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
            "linecolor": "#767676",
            "ticks": "outside",
            "tickcolor": "#767676",
        }
        layout[axis("yaxis", k)] = {
            "anchor": axis("x", k),
            "domain": [max(0.0, low), high],
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        }
        _row_title(layout, high, text, note)
        top = low - AXIS / inner
    return layout


def panel_axes(layout: dict[str, Any], panel: int, span: list[float], n_rows: int, unit: str) -> None:
    """Range, unit and rows of one panel."""
    layout[axis("xaxis", panel)] |= {
        "range": span,
        "nticks": 7,
        "title": {"text": plain(unit), "font": {"size": 12}, "standoff": 2},
    }
    layout[axis("yaxis", panel)] |= {
        "range": [0.3, n_rows + 0.7],
        "showticklabels": False,
        "showgrid": False,
    }


def _row_title(layout: dict[str, Any], y: float, text: str, note: str) -> None:
    small = f"<br><span style='font-size:11px;color:#555'>{plain(note)}</span>" if note else ""
    layout["annotations"].append(
        {
            "text": f"<b>{wrap(text)}</b>{small}",
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": y,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 2,
            "showarrow": False,
            "align": "left",
        }
    )


def figure(
    data: list[dict[str, Any]], layout: dict[str, Any], title: str, subtitle: str, alt: str
) -> go.Figure:
    """The figure with its title, its subtitle and the sentence for those who do not see it."""
    layout["title"] = {
        "text": wrap(title, 70),
        "subtitle": {"text": wrap(subtitle, 100)},
        "x": 0,
        "xref": "paper",
    }
    layout["meta"] = {"title": title, "subtitle": subtitle, "alt": alt}
    return go.Figure(data=data, layout=layout)


def undressed(figure: go.Figure) -> dict[str, Any]:
    """The figure as plotly's JSON, without title and legend, for a page that sets them as its own text."""
    drawn: dict[str, Any] = figure.to_plotly_json()
    layout = drawn["layout"]
    layout.pop("title", None)
    layout["showlegend"] = False
    layout["height"] -= TOP - 10 + BOTTOM - 8
    layout["margin"] |= {"t": 10, "b": 8}
    return drawn
