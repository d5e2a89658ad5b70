"""Chance and unknown parameters, and a split difference, as a reader meets them."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from tests.report.conftest import MadeUpComparison
from wardsim.experiment.explain import CARRIED, PARTS, WHOLE, Explanation
from wardsim.experiment.unknown import COLUMNS
from wardsim.report.explained import mechanisms_table, parts_table
from wardsim.report.page import report_html
from wardsim.report.terminal import show_comparison
from wardsim.report.unknown import unknown_table, what_stands

CONTACT = "one_to_one_minutes_per_patient_day"
WISHES = "preference_met_share"


def _row(
    outcome: str, unit: str, alternative: str, low: float, high: float, better: float
) -> tuple[Any, ...]:
    middle = (low + high) / 2
    return (
        outcome, unit, "three_shift", alternative, 100, middle, middle - 0.1, middle + 0.1, 100, middle, low, high,
        1.0, 2.0, better,
    )  # fmt: skip


@pytest.fixture
def drawn(comparison: MadeUpComparison) -> MadeUpComparison:
    """Contact of co-living stands with unknown parameters; what people wished does not."""
    rows = [
        _row(CONTACT, "min", "co_living", 2.0, 10.0, 0.999),
        _row(CONTACT, "min", "soteria_48", -5.0, 6.0, 0.55),
        _row(WISHES, "share", "co_living", -0.02, 0.08, 0.9),
        _row("distinct_staff_per_week", "people", "co_living", -5.0, 1.0, math.nan),
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    manifest = {**comparison.manifest, "accepted": {"vectors": 123}}
    return replace(comparison, unknown=frame, manifest=manifest)


def test_both_intervals_stand_beside_each_other(drawn: MadeUpComparison) -> None:
    table = unknown_table(drawn)  # type: ignore[arg-type]
    rows = {row[0]: row for row in table.rows[: table.rows.index(("48-hour",))] if len(row) > 1}
    assert table.rows[0] == ("Co-living",)
    contact = next(row for label, row in rows.items() if label.startswith("One-to-one"))
    assert contact[2] == "+6 (+2 to +10)"
    assert contact[3] == "> 99 %"
    wishes = next(row for label, row in rows.items() if "wished" in label)
    assert wishes[2] == "+3 (−2 to +8)"
    assert wishes[3] == "90 %"


def test_what_stands_is_told_apart_from_what_does_not(drawn: MadeUpComparison) -> None:
    said = " ".join(what_stands(drawn))  # type: ignore[arg-type]
    stands, _, open_now = said.partition("No longer:")
    assert "one-to-one contact" in stands
    assert "different staff met in a week" in open_now
    assert "different staff met in a week" not in stands


def test_the_report_has_the_section_only_if_it_was_asked_for(
    drawn: MadeUpComparison, comparison: MadeUpComparison
) -> None:
    assert 'id="unknown-parameters"' not in report_html(comparison)  # type: ignore[arg-type]
    page = report_html(drawn)  # type: ignore[arg-type]
    assert 'id="unknown-parameters"' in page
    assert "with 123 sets of them" in page
    assert '<a href="#unknown-parameters">Chance and unknown parameters</a>' in page


def test_the_terminal_shows_it_too(drawn: MadeUpComparison) -> None:
    console = Console(width=110, record=True, file=io.StringIO())
    show_comparison(drawn, console)  # type: ignore[arg-type]
    text = " ".join(console.export_text().split())
    assert "with 123 sets of them" in text
    assert "+6 (+2 to +10)" in text


# ------------------------------------------------------------------ explained
def _explanation() -> Explanation:
    parts = [
        (WISHES, "share", "power", 20, 0.151, 0.14, 0.162, 0.52, 0.667),
        (WISHES, "share", "ward + staffing", 20, -0.004, -0.008, 0.0, 0.52, 0.667),
        (WISHES, "share", WHOLE, 20, 0.147, 0.135, 0.159, 0.52, 0.667),
        ("coc", "index", "power", 20, 0.0, 0.0, 0.0, 0.2, 0.2),
        ("coc", "index", WHOLE, 20, 0.0, 0.0, 0.0, 0.2, 0.2),
    ]
    mechanisms = [
        (WISHES, "share", "power", 20, 0.147, 0.11, 0.10, 0.12),
        (WISHES, "share", "written_record", 20, 0.147, 0.01, -0.01, 0.03),
    ]
    frames = (pd.DataFrame(parts, columns=list(PARTS)), pd.DataFrame(mechanisms, columns=list(CARRIED)))
    ward: Any = type("Ward", (), {"name": "one"})()
    return Explanation(ward, ward, (("power",), ("ward", "staffing")), *frames, replications=20, seed=1)


def test_parts_as_printed_add_up_to_the_whole() -> None:
    rows = [row for row in parts_table(_explanation()).rows if len(row) > 1]
    assert [row[0] for row in rows] == [
        "Power structure",
        "Ward + staffing",
        "Together, the whole difference",
    ]
    numbers = [float(row[1].replace("−", "-").replace("+", "")) for row in rows]
    assert numbers == [15.1, -0.4, 14.7]


def test_places_and_posts_of_wards_of_other_size_are_read_together() -> None:
    found = _explanation()
    assert parts_table(found).note == ""
    small, large = (type("Ward", (), {"name": "w", "ward": type("W", (), {"beds": n})()})() for n in (8, 24))
    apart = replace(found, first=small, second=large, blocks=(("ward",), ("staffing",)))
    assert "belong together" in parts_table(apart).note
    assert parts_table(replace(apart, second=small)).note == ""


def test_where_nothing_differs_nothing_is_told() -> None:
    headings = [row[0] for row in parts_table(_explanation()).rows if len(row) == 1]
    assert len(headings) == 1
    assert headings[0].endswith("52.0 → 66.7 %")


def test_only_mechanisms_whose_interval_leaves_out_nought_are_named() -> None:
    rows = [row for row in mechanisms_table(_explanation()).rows if len(row) > 1]
    assert [row[0] for row in rows] == ["Power"]
