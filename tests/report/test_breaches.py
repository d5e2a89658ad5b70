"""Breaches of working-time rules in the report: told by article, so that hundreds of them can be read."""

from __future__ import annotations

from typing import Any

from wardsim.report.page import report_html
from wardsim.report.tables import breach_tables


def test_breaches_are_told_by_article_with_the_first_of_each(comparison: Any) -> None:
    """Hundreds of breaches of one article are one row: how often, on how many lines, and where they begin."""
    [found] = breach_tables(comparison)
    assert "Co-living (4 breaches" in found.caption
    articles = [(row[0].replace("\u00a0", " ").replace("\u2011", "-"), *row[1:]) for row in found.rows]
    assert articles == [
        (
            "AML § 10-4(1)", "3", "2",
            "2027-01-04, ward, milieu therapist 1: 14 h of work within 24 h; allowed 9 h",
        ),
        (
            "AML § 10-8(1)", "1", "1",
            "2027-01-04, ward, milieu therapist 1: 10 h of rest within 24 h; required 11 h",
        ),
    ]  # fmt: skip


def test_the_report_shows_them_beside_the_rota(comparison: Any) -> None:
    page = report_html(comparison)
    rota = page[page.index('id="rota"') : page.index('id="outcomes"')]
    assert "Working-time rules broken by the plan, Co-living (4 breaches" in rota
    assert (
        "Three-shift (" not in rota.split("Working-time rules broken by the plan,", 1)[1].split("</table>")[0]
    )
