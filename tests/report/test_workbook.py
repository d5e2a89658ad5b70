"""The workbook is for people who calculate further: the numbers are numbers, and text stays text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from wardsim.experiment.whole import ResultsError
from wardsim.report.words import limits
from wardsim.report.workbook import write_workbook

SHEETS = [
    "Read me",
    "Settings that differ",
    "All settings",
    "Differences",
    "Outcomes",
    "Working time",
    "Replications",
    "Dictionary",
]


def book_of(comparison: Any, folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_workbook(comparison, folder / "workbook.xlsx"))


_made: dict[str, openpyxl.Workbook] = {}


@pytest.fixture
def book(comparison: Any, tmp_path: Path) -> openpyxl.Workbook:
    """The workbook of the made-up comparison, made once."""
    if not _made:
        _made["book"] = book_of(comparison, tmp_path)
    return _made["book"]


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_it_has_its_sheets_each_with_a_frozen_head(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS
    assert all(sheet.freeze_panes for sheet in book)
    assert all(sheet.auto_filter.ref for sheet in book.worksheets[1:])
    assert all(sheet.column_dimensions["A"].width > 8 for sheet in book)


def test_read_me_holds_the_limits_of_use(book: openpyxl.Workbook) -> None:
    text = [row[0] for row in book["Read me"].iter_rows(values_only=True)]
    assert set(limits()) <= set(text)


def test_differences_are_the_numbers_of_the_comparison(comparison: Any, book: openpyxl.Workbook) -> None:
    rows = rows_of(book["Differences"])
    assert len(rows) == len(comparison.table)
    assert [r["Primary"] for r in rows] == sorted((r["Primary"] for r in rows), reverse=True)
    own = next(r for r in rows if r["Name in files"] == "coc" and r["Alternative"] == "Co-living")
    table = comparison.table
    row = table[(table["outcome"] == "coc") & (table["scenario"] == "co_living")].iloc[0]
    assert own["Difference"] == pytest.approx(row["difference"])
    assert own["Low"] == pytest.approx(row["low"])
    assert own["n"] == 100
    assert own["In words"].startswith("Continuity of care by person (COC) is about")


def test_rota_and_law_stand_before_the_settings_that_differ(book: openpyxl.Workbook) -> None:
    rows = rows_of(book["Settings that differ"])
    assert rows[0]["Setting"] == "Legal status"
    assert rows[0]["Co-living"] == "not lawful as drawn (AML §10-12(4))"
    parts = list(dict.fromkeys(r["Part"] for r in rows))
    assert parts == ["Rota and law", "Choice", "Rotation"]
    assert rows[-1]["48-hour"] == 90


def test_breaches_stand_by_line_and_article_with_the_first_date(book: openpyxl.Workbook) -> None:
    rows = rows_of(book["Working time"])
    columns = ("Scenario", "Line", "Article", "Breaches", "First on", "Value")
    assert [tuple(r[c] for c in columns) for r in rows] == [
        ("Co-living", 1, "AML § 10-4(1)", 2, "2027-01-04", 14),
        ("Co-living", 1, "AML § 10-8(1)", 1, "2027-01-04", 10),
        ("Co-living", 2, "AML § 10-4(1)", 1, "2027-01-05", 15.5),
    ]


def test_replications_pair_up(comparison: Any, book: openpyxl.Workbook) -> None:
    rows = rows_of(book["Replications"])
    assert len(rows) == 300
    base, other = (
        {r["Replication"]: r["coc"] for r in rows if r["Scenario"] == s} for s in ("Three-shift", "Co-living")
    )
    mean = sum(other[r] - base[r] for r in base) / 100
    table = comparison.table
    row = table[(table["outcome"] == "coc") & (table["scenario"] == "co_living")].iloc[0]
    assert mean == pytest.approx(row["difference"])


def test_shares_are_shown_as_percentages(book: openpyxl.Workbook) -> None:
    sheet = book["Differences"]
    head = [cell.value for cell in sheet[1]]
    column = head.index("Difference") + 1
    shares = [sheet.cell(r, column) for r in range(2, sheet.max_row + 1) if sheet.cell(r, 4).value == "share"]
    assert shares
    assert {cell.number_format for cell in shares} == {"0.0%"}


def test_text_never_becomes_a_formula_or_a_link(comparison: Any, tmp_path: Path) -> None:
    """A label typed by somebody may begin with = or look like an address."""
    rotation = comparison.scenarios[0].rotation.model_copy(update={"label": '=HYPERLINK("http://x.example")'})
    first = comparison.scenarios[0].model_copy(update={"rotation": rotation})
    book = book_of(replace(comparison, scenarios=(first, *comparison.scenarios[1:])), tmp_path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert all(cell.hyperlink is None for cell in cells)


def test_an_undefined_number_is_an_empty_cell(comparison: Any, tmp_path: Path) -> None:
    outcomes = comparison.outcomes.copy()
    outcomes.loc[outcomes["outcome"] == "coc", "value"] = float("nan")
    rows = rows_of(book_of(replace(comparison, outcomes=outcomes), tmp_path)["Replications"])
    assert all(r["coc"] is None for r in rows)


def test_same_people_stand_below_and_are_told_apart(comparison: Any, tmp_path: Path) -> None:
    rows = rows_of(book_of(replace(comparison, same_people=comparison), tmp_path)["Differences"])
    assert len(rows) == 2 * len(comparison.table)
    assert list(dict.fromkeys(r["People"] for r in rows)) == ["as they are", "same people"]


def test_a_place_that_cannot_be_written_leaves_nothing_behind(comparison: Any, tmp_path: Path) -> None:
    with pytest.raises(ResultsError):
        write_workbook(comparison, tmp_path / "nowhere" / "workbook.xlsx")
    assert list(tmp_path.iterdir()) == []
