"""The report: one HTML file that works without a network, on screen, on a telephone and on paper."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from plotly.offline import get_plotlyjs

from wardsim.experiment.whole import write_whole
from wardsim.report import sections
from wardsim.report.board import board, heading
from wardsim.report.markup import Charts, esc, paragraph
from wardsim.report.reading import display_names, findings, unsupported
from wardsim.report.unknown import unknown_section
from wardsim.report.words import catalogue

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison

LANGUAGE = "en"


def write_report(comparison: Comparison, path: str | Path) -> Path:
    """Write the report of a comparison.

    Parameters
    ----------
    comparison
        What ``compare`` returned.
    path
        The HTML file; it appears whole or not at all.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ResultsError
        The file cannot be written; the message says why.
    """
    target = Path(path)
    write_whole(target, report_html(comparison).encode())
    return target


def report_html(comparison: Comparison) -> str:
    """The whole report as text: nothing in it is fetched from anywhere."""
    found, marks = findings(comparison), unsupported(comparison)
    charts = Charts(display_names(comparison))
    words = catalogue(LANGUAGE)
    intro = words["page"]["crises_intro"]
    parts = [
        board(comparison, found, marks),
        sections.settings(comparison),
        sections.rota(comparison, charts),
        sections.outcomes(comparison, found, charts, marks),
        sections.contact(comparison, found, charts, marks),
        sections.group_dots(comparison, "continuity", found, charts, marks),
        sections.group_dots(comparison, "crises", found, charts, marks, intro),
        sections.same_people(comparison, charts),
        sections.bands(comparison, charts),
        unknown_section(comparison),
        sections.unknown(),
        sections.limits(),
        sections.annex(comparison, found, marks),
    ]
    return _document(heading(comparison), [part for part in parts if part], charts)


def _document(title: str, parts: list[str], charts: Charts) -> str:
    w = catalogue(LANGUAGE)["page"]
    plotly, script = get_plotlyjs(), _resource("page.js")
    policy = (
        f"default-src 'none'; script-src {_hash(plotly)} {_hash(script)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="{LANGUAGE}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{esc(title)}</title>
<link rel="icon" href="data:,">
<style>{_resource("page.css")}</style>
</head>
<body>
<header><a class="skip" href="#board">{esc(w["skip"])}</a>{_contents(parts)}</header>
<main>
{"".join(parts)}
</main>
<footer>
{paragraph(catalogue(LANGUAGE)["limits_line"], "note")}
<noscript>{paragraph(w["no_script"])}</noscript>
</footer>
<script type="application/json" id="charts">{charts.data()}</script>
<script>{plotly}</script>
<script>{script}</script>
</body>
</html>
"""


def _contents(parts: list[str]) -> str:
    w, groups = catalogue(LANGUAGE)["page"], catalogue(LANGUAGE)["groups"]
    items = []
    for part in parts:
        name = part.split('id="', 1)[1].split('"', 1)[0]
        key = {"contact": "pattern", "same-people": "same_people"}.get(name, name)
        items.append(f'<li><a href="#{esc(name)}">{esc(w.get(key) or groups[key])}</a></li>')
    return f'<nav aria-label="{esc(w["contents"])}"><ul>{"".join(items)}</ul></nav>'


@lru_cache(maxsize=4)
def _resource(name: str) -> str:
    return resources.files("wardsim.report").joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def _hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
