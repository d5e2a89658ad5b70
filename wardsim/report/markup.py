"""Pieces of the page: escaped text, tables with headers that a screen reader finds, a chart with its twin."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly

from wardsim.report.panels import CHART_CONFIG, Style, styles, undressed
from wardsim.report.tables import Table
from wardsim.report.words import catalogue

# Lines of the legend, in the dash patterns of plotly; markers as paths in a 12 × 12 box.
DASHARRAY = {
    "solid": "",
    "dash": "6 4",
    "dot": "2 3",
    "dashdot": "6 3 2 3",
    "longdash": "10 4",
    "longdashdot": "10 3 2 3",
}
MARKER_PATH = {
    "circle-open": "M6 1.5a4.5 4.5 0 1 0 .01 0z",
    "circle": "M6 1.5a4.5 4.5 0 1 0 .01 0z",
    "square": "M2 2h8v8h-8z",
    "diamond": "M6 0l6 6-6 6-6-6z",
    "triangle-up": "M6 1l5.5 10h-11z",
    "cross": "M4 0h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
    "star": "M6 0l1.5 4h4.3l-3.4 2.700 1.300 4.300-3.700-2.500-3.700 2.500 1.300-4.300L.2 4h4.300z",
}


def esc(text: object) -> str:
    """Text as it may stand anywhere in the page."""
    return html.escape(str(text), quote=True)


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph, with a CSS class if given."""
    return f'<p class="{esc(kind)}">{esc(text)}</p>' if kind else f"<p>{esc(text)}</p>"


def bullets(items: Sequence[str], kind: str = "") -> str:
    """A list of sentences; nothing where there are none."""
    if not items:
        return ""
    rows = "".join(f"<li>{esc(item)}</li>" for item in items)
    return f'<ul class="{esc(kind)}">{rows}</ul>' if kind else f"<ul>{rows}</ul>"


def section(name: str, title: str, body: str, level: int = 2) -> str:
    """A section with its heading, named by it."""
    return (
        f'<section id="{esc(name)}" aria-labelledby="{esc(name)}-title"><h{level} id="{esc(name)}-title">'
        f"{esc(title)}</h{level}>{body}</section>"
    )


def fold(title: str, body: str, *, printed: bool = False) -> str:
    """A part that is closed until opened; paper shows those that stand open and all ``printed`` ones."""
    return f"<details{' data-print' if printed else ''}><summary>{esc(title)}</summary>{body}</details>"


def table(t: Table, *, kind: str = "") -> str:
    """A table in a box that scrolls by itself, with caption, column headers and row headers."""
    width = len(t.head)
    head = "".join(f'<th scope="col">{esc(h)}</th>' for h in t.head)
    rows = []
    for row in t.rows:
        if len(row) == 1:
            rows.append(f'<tr class="part"><th scope="rowgroup" colspan="{width}">{esc(row[0])}</th></tr>')
        else:
            cells = "".join(f"<td>{esc(c).replace(chr(10), '<br>')}</td>" for c in row[1:])
            rows.append(f'<tr><th scope="row">{esc(row[0])}</th>{cells}</tr>')
    note = f'<p class="note">{esc(t.note)}</p>' if t.note else ""
    return (
        f'<div class="scroll" role="group" tabindex="0" aria-label="{esc(t.caption)}">'
        f'<table class="{esc(kind)}"><caption>{esc(t.caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>{note}"
    )


def swatch(s: Style) -> str:
    """Line and marker of a scenario as a small picture for the legend."""
    dash = f' stroke-dasharray="{DASHARRAY[s.dash]}"' if DASHARRAY[s.dash] else ""
    fill = "#ffffff" if "open" in s.marker else s.colour
    return (
        f'<svg width="44" height="14" viewBox="0 0 44 14" aria-hidden="true" focusable="false">'
        f'<line x1="1" y1="7" x2="43" y2="7" stroke="{s.colour}" stroke-width="2.5"{dash}/>'
        f'<path transform="translate(16 1)" d="{MARKER_PATH[s.marker]}" fill="{fill}" stroke="{s.colour}" '
        f'stroke-width="1.5"/></svg>'
    )


def legend(scenarios: Sequence[str], shown: Sequence[str]) -> str:
    """Names of the scenarios in a chart, each with its line and marker."""
    look = styles(scenarios)
    items = "".join(f"<li>{swatch(look[name])} {esc(name)}</li>" for name in scenarios if name in shown)
    return f'<ul class="legend">{items}</ul>'


@dataclass
class Charts:
    """The charts of one page: each is written as a place in the page and as data at its end."""

    scenarios: Sequence[str]
    drawn: list[dict[str, Any]] = field(default_factory=list)

    def block(self, figure: go.Figure, twin: Table, sentences: Sequence[str] = (), topic: str = "") -> str:
        """A chart with its topic, its title as a heading, its legend, its sentences and its table twin."""
        words, meta = catalogue()["page"], figure.layout.meta
        name = f"chart-{len(self.drawn) + 1}"
        drawn = undressed(figure)
        self.drawn.append(
            {
                "id": name,
                "data": drawn["data"],
                "layout": drawn["layout"],
                "config": {**CHART_CONFIG, "responsive": True},
            }
        )
        names = [s for s in self.scenarios if any(t.get("legendgroup") == s for t in drawn["data"])]
        said = bullets(sentences, "sentences")
        over = paragraph(topic, "topic") if topic else ""
        return (
            f'<figure class="chart" aria-labelledby="{name}-title" aria-describedby="{name}-alt">'
            f'<figcaption>{over}<h3 id="{name}-title">'
            f'{esc(meta["title"])}</h3><p class="sub">{esc(meta["subtitle"])}</p></figcaption>'
            f"{legend(self.scenarios, names) if len(names) > 0 else ''}"
            f'<p class="unseen" id="{name}-alt">{esc(meta["alt"])}</p>'
            f'<div id="{name}" class="plot" style="height:{drawn["layout"]["height"]:.0f}px"></div>'
            f"{said}{fold(words['twin'], table(twin))}</figure>"
        )

    def data(self) -> str:
        """All charts as JSON that cannot end the script element it stands in."""
        text: str = to_json_plotly(self.drawn)
        return text.replace("</", "<\\/")
