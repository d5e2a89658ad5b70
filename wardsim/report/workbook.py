"""The comparison as a workbook, for planners who want to calculate further with the numbers."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from wardsim.experiment.whole import write_whole
from wardsim.report.board import command, heading, meta
from wardsim.report.describe import in_order
from wardsim.report.reading import described, display_names, findings, unsupported
from wardsim.report.settings import choices_table, settings_frame, shown
from wardsim.report.spread import QUANTILES, levels
from wardsim.report.tables import rota_rows
from wardsim.report.words import Finding, catalogue, first_up, sentence, unit_words

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from wardsim.experiment.compare import Comparison

# Text stays text: nothing that somebody typed becomes a formula, a link or a number.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
NUMBER, PERCENT, WHOLE = "#,##0.00", "0.0%", "#,##0"


def write_workbook(comparison: Comparison, path: str | Path) -> Path:
    """Write the workbook of a comparison.

    Parameters
    ----------
    comparison
        What ``compare`` returned.
    path
        The ``.xlsx`` file; it appears whole or not at all.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ResultsError
        The file cannot be written; the message says why.
    """
    target, stream = Path(path), io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        sheets = _Sheets(book)
        found, marks = findings(comparison), unsupported(comparison)
        _read_me(sheets, comparison, marks)
        _settings_that_differ(sheets, comparison)
        _all_settings(sheets, comparison)
        _differences(sheets, comparison, found, marks)
        _outcomes(sheets, comparison)
        _breaches(sheets, comparison)
        _replications(sheets, comparison)
        _dictionary(sheets, comparison)
    write_whole(target, stream.getvalue())
    return target


class _Sheets:
    """Adds sheets in one style: bold frozen header, filter, widths, number formats."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"bold": True, "font_size": 14})
        self.formats = {
            f: book.add_format({"num_format": f, "valign": "top"}) for f in (NUMBER, PERCENT, WHOLE)
        }

    def add(self, key: str) -> Worksheet:
        """A new sheet with the name that the catalogue gives it, set to print on A4 across."""
        sheet = self.book.add_worksheet(catalogue()["workbook"]["sheets"][key])
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def table(
        self,
        key: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        widths: Sequence[float],
        frozen: int = 1,
    ) -> None:
        """A sheet that holds one table; a cell is a value, or (value, number format)."""
        sheet = self.add(key)
        sheet.freeze_panes(1, frozen)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, title in enumerate(head):
            sheet.write_string(0, column, title, self.head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                value, form = cell if isinstance(cell, tuple) else (cell, NUMBER)
                self.write(sheet, last, column, value, self.formats[form])
        sheet.autofilter(0, 0, max(last, 1), len(head) - 1)
        sheet.repeat_rows(0)

    def write(self, sheet: Worksheet, row: int, column: int, value: Any, form: Format) -> None:
        """A number as a number, everything else as text, nothing where there is no value."""
        if isinstance(value, bool):
            sheet.write_string(row, column, shown(value), self.wrap)
        elif isinstance(value, int | float):
            if math.isfinite(value):
                sheet.write_number(row, column, value, form)
        elif value not in (None, ""):
            sheet.write_string(row, column, str(value), self.wrap)


def _read_me(sheets: _Sheets, comparison: Comparison, marks: Mapping[str, Sequence[str]]) -> None:
    words, w = catalogue(), catalogue()["workbook"]
    sheet = sheets.add("read_me")
    sheet.set_column(0, 0, 110, sheets.wrap)
    sheet.freeze_panes(1, 0)
    sheet.write_string(0, 0, heading(comparison), sheets.bold)
    lines = [meta(comparison), ""]
    lines += [
        words["page"]["not_supported_short"].format(label=label, reasons="; ".join(reasons))
        for label, reasons in marks.items()
    ]
    lines += [*w["read_me"], "", *(f"{w['sheets'][key]}: {text}" for key, text in w["about"].items()), ""]
    lines += [words["page"]["limits"], *words["limits"], "", words["page"]["unknown"], *words["unknown"], ""]
    lines += [f"{words['page']['command']}: {command(comparison)}", words["review"]]
    for row, text in enumerate(lines, start=1):
        if text:
            sheet.write_string(row, 0, text, sheets.wrap)


def _settings_that_differ(sheets: _Sheets, comparison: Comparison) -> None:
    t, names = catalogue()["tables"], display_names(comparison)
    rows: list[list[Any]] = [
        [t["rota"], r.label, *r.values, r.unit, "", "", ""] for r in rota_rows(comparison)
    ]
    rows += [
        [t["choice"], title, *options, "", "", "", ""] for title, *options in choices_table(comparison).rows
    ]
    rows += _setting_rows(comparison, differing=True)
    _setting_sheet(sheets, "settings_that_differ", names, rows)


def _all_settings(sheets: _Sheets, comparison: Comparison) -> None:
    _setting_sheet(
        sheets, "all_settings", display_names(comparison), _setting_rows(comparison, differing=False)
    )


def _setting_sheet(sheets: _Sheets, key: str, names: Sequence[str], rows: list[list[Any]]) -> None:
    t = catalogue()["tables"]
    head = [t["part"], t["setting"], *names, t["unit"], t["source"], t["grade"], t["path"]]
    sheets.table(key, head, rows, [18, 44, *(22 for _ in names), 14, 26, 10, 44], frozen=2)


def _setting_rows(comparison: Comparison, *, differing: bool) -> list[list[Any]]:
    frame, words, names = settings_frame(comparison), catalogue(), display_names(comparison)
    rows = []
    for row in frame[frame["differs"]].to_dict("records") if differing else frame.to_dict("records"):
        group = words["config_groups"].get(row["group"], words["tables"]["run"])
        rows.append(
            [
                group,
                first_up(row["label"]),
                *(row[n] for n in names),
                row["unit"],
                row["source"],
                row["grade"],
                row["path"],
            ]
        )
    return rows


def _differences(
    sheets: _Sheets, comparison: Comparison, found: Sequence[Finding], marks: Mapping[str, Sequence[str]]
) -> None:
    w = catalogue()["workbook"]
    rows = [_difference_row(f, w["as_they_are"], marks) for f in found]
    if comparison.same_people is not None:
        own = unsupported(comparison.same_people)
        rows += [_difference_row(f, w["same_people"], own) for f in findings(comparison.same_people)]
    rows.sort(key=lambda row: (row[0] != w["as_they_are"], row[4] != shown(True)))
    widths = [14, 20, 42, 18, 9, 22, 22, 22, 8, 12, 12, 12, 12, 12, 12, 12, 15, 15, 24, 90, 40]
    sheets.table("differences", w["differences"], rows, widths, frozen=3)


def _difference_row(f: Finding, people: str, marks: Mapping[str, Sequence[str]]) -> list[Any]:
    words, o = catalogue(), f.outcome
    form = PERCENT if unit_words(o.unit).scale == 100 else NUMBER
    numbers = (f.mean_baseline, f.mean_alternative, f.difference, f.low, f.high)
    spread = (f.high - f.low) / 2 if math.isfinite(f.high - f.low) else math.nan
    mark = words["unsupported"] if f.label in marks else ""
    smallest = math.nan if o.smallest_difference is None else o.smallest_difference
    return [
        people,
        words["groups"][o.group],
        first_up(o.label),
        o.unit,
        shown(o.primary),
        words["better"][o.better],
        f.baseline,
        f.label,
        (f.n, WHOLE),
        *((x, form) for x in numbers),
        (spread, form),
        (f.share_better, PERCENT),
        shown(f.distinguishable),
        (smallest, form),
        mark,
        sentence(f),
        o.name,
    ]


def _outcomes(sheets: _Sheets, comparison: Comparison) -> None:
    w, words = catalogue()["workbook"], catalogue()
    names = in_order(comparison.outcomes["outcome"].unique())
    rows = []
    for row in levels(comparison, names).to_dict("records"):
        o = described(comparison, str(row["outcome"]), str(row["unit"]))
        form = PERCENT if unit_words(o.unit).scale == 100 else NUMBER
        rows.append(
            [
                row["scenario"],
                words["groups"][o.group],
                first_up(o.label),
                o.unit,
                shown(o.primary),
                (row["n"], WHOLE),
                *((row[k], form) for k in ("mean", *QUANTILES)),
                o.name,
            ]
        )
    sheets.table(
        "outcomes", w["outcomes"], rows, [24, 20, 42, 18, 9, 8, 12, 12, 12, 12, 12, 12, 40], frozen=3
    )


def _breaches(sheets: _Sheets, comparison: Comparison) -> None:
    """A row for each line and article with the first breach of it and how many there are."""
    rows: list[list[Any]] = []
    for name, found in zip(display_names(comparison), comparison.breaches, strict=True):
        n = Counter((b.unit, b.role, b.line, b.rule) for b in found)
        first = {(b.unit, b.role, b.line, b.rule): b for b in reversed(found)}
        rows += [
            [name, b.unit, b.role, (b.line, WHOLE), b.article, (n[at], WHOLE), b.date.isoformat(), b.text, b.value,
             b.limit, b.rule]
            for at, b in sorted(first.items())
        ]  # fmt: skip
    widths = [24, 16, 20, 8, 24, 10, 12, 56, 10, 10, 18]
    sheets.table("breaches", catalogue()["workbook"]["breaches"], rows, widths, frozen=1)


def _replications(sheets: _Sheets, comparison: Comparison) -> None:
    w = catalogue()["workbook"]
    names = in_order(comparison.outcomes["outcome"].unique())
    wide = comparison.outcomes.pivot(index=["scenario", "replication"], columns="outcome", values="value")[
        names
    ]
    shown_as = dict(zip(comparison.labels, display_names(comparison), strict=True))
    rows: list[list[Any]] = []
    for label, display in shown_as.items():
        own = wide.loc[label]
        rows += [
            [display, (int(r), WHOLE), *map(float, values)]
            for r, values in zip(own.index, own.to_numpy(), strict=True)
        ]
    sheets.table("replications", [*w["replications"], *names], rows, [24, 12, *(16 for _ in names)], frozen=2)


def _dictionary(sheets: _Sheets, comparison: Comparison) -> None:
    w, words = catalogue()["workbook"], catalogue()
    rows: list[list[Any]] = []
    for name in in_order(comparison.outcomes["outcome"].unique()):
        o = described(comparison, name)
        smallest = math.nan if o.smallest_difference is None else o.smallest_difference
        rows.append(
            [
                o.name,
                first_up(o.label),
                o.unit,
                words["groups"][o.group],
                words["better"][o.better],
                shown(o.primary),
                smallest,
                o.formula,
            ]
        )
    rows += [[column, text, "", "", "", "", math.nan, ""] for column, text in w["columns"].items()]
    sheets.table("dictionary", w["dictionary"], rows, [44, 44, 20, 20, 24, 10, 16, 90])
