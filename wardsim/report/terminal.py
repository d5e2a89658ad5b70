"""The comparison as text: rota and law first, then what differs, then the paired differences.

Nothing rests on colour; without a terminal the same text goes to the file or pipe.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from wardsim.report.board import changes_on_a_day, heading, meta, more_posts
from wardsim.report.describe import in_order, outcome_words
from wardsim.report.reading import (
    display_names,
    findings,
    slightly_more_coercion,
    unsupported,
    warning_findings,
)
from wardsim.report.settings import NO_UNIT, choices_table, settings_frame, shown
from wardsim.report.tables import Table, difference_lines, rota_table
from wardsim.report.unknown import intro, unknown_table, what_stands
from wardsim.report.words import (
    Finding,
    axis_unit,
    baseline_text,
    catalogue,
    first_up,
    level,
    replications_text,
)

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison
    from wardsim.experiment.results import Results

LABEL_WIDTH, BASELINE_WIDTH, CELL_WIDTH = 22, 11, 19
MOST_SETTINGS = 8
PLAIN = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{NO-BREAK SPACE}": " ", "·": "-", "§": "par. "}
)


def show_comparison(
    comparison: Comparison, console: Console | None = None, *, everything: bool = False
) -> None:
    """Print a comparison: rota and law, settings that differ, paired differences, limits.

    Parameters
    ----------
    comparison
        What ``compare`` returned.
    console
        Where to print; a new console on standard output if not given.
    everything
        All outcomes; otherwise the primary ones, and those that go with a mark.
    """
    out = console or Console(highlight=False)
    words = catalogue()["terminal"]
    found, marks = findings(comparison), unsupported(comparison)
    _say(out, heading(comparison), "bold")
    _say(out, meta(comparison))
    rota = rota_table(comparison)
    print_table(out, rota)
    if rota.note:
        _say(out, rota.note)
    _settings(out, comparison)
    for label, reasons in marks.items():
        _say(out, catalogue()["page"]["not_supported_short"].format(label=label, reasons="; ".join(reasons)))
    for line in [
        *more_posts(comparison), *slightly_more_coercion(found), *changes_on_a_day(comparison)
    ]:  # fmt: skip
        _say(out, line)
    if comparison.same_people is not None:
        _say(out, words["own_people"])
    _outcomes(out, comparison, words["differences"], everything)
    if comparison.same_people is not None:
        _outcomes(out, comparison.same_people, words["same_people"], everything)
    if comparison.unknown is not None:
        _say(out, intro(comparison))
        print_table(out, unknown_table(comparison))
        for line in what_stands(comparison):
            _say(out, line)
    hidden = len({f.outcome.name for f in found}) - len(_wanted(found, marks, everything))
    if hidden:
        _say(out, words["hidden"].format(n=hidden))
    _say(out, catalogue()["limits_line"])


def show_results(results: Results, console: Console | None = None, *, everything: bool = False) -> None:
    """Print the outcomes of one scenario: mean over the replications and its 95 % interval."""
    out = console or Console(highlight=False)
    words, t = catalogue()["terminal"], catalogue()["tables"]
    rows: list[tuple[str, ...]] = []
    group = ""
    summary = {str(row["outcome"]): row for row in results.summary().to_dict("records")}
    for name in in_order(summary):
        row = summary[name]
        known = outcome_words(name, str(row["unit"]))
        unit = known.unit.replace("money", results.scenario.cost.currency)
        if not (known.primary or everything):
            continue
        if known.group != group:
            group = known.group
            rows.append((catalogue()["groups"][group],))
        mean, low, high = (
            level(float(row[k]), known.unit, float(row["low"]), float(row["high"]))
            for k in ("mean", "low", "high")
        )
        interval = f"{low} {t['to']} {high}" if math.isfinite(float(row["low"])) else "–"
        rows.append((_with_unit(known.label, unit), mean, interval))
    n = int(max((row["n"] for row in summary.values()), default=0))
    caption = words["results"].format(label=results.label, replications=replications_text(n))
    print_table(out, Table(caption, (t["outcome"], t["mean"], words["interval"]), tuple(rows)))
    _say(out, catalogue()["limits_line"])


def _settings(out: Console, comparison: Comparison) -> None:
    words = catalogue()["terminal"]
    frame = settings_frame(comparison)
    differing = frame[frame["differs"]]
    names = display_names(comparison)
    _say(out, words["settings"], "bold")
    options = choices_table(comparison).rows
    for title, *texts in options:
        _say(out, f"  {title}: {' · '.join(texts)}")
    chosen = {g for g, title in catalogue()["config_groups"].items() if title in {row[0] for row in options}}
    single = differing[~differing["group"].isin(chosen)]
    for row in single.head(MOST_SETTINGS).to_dict("records"):
        unit = f" {row['unit']}" if row["unit"] not in NO_UNIT else ""
        values = " · ".join(_short(shown(row[n])) for n in names)
        _say(out, f"  {first_up(row['label'])}: {values}{unit}")
    if len(single) > MOST_SETTINGS:
        _say(out, "  " + words["more_settings"].format(n=len(single) - MOST_SETTINGS))
    if len(differing) > len(single):
        _say(out, "  " + words["inside_options"].format(n=len(differing) - len(single)))
    _say(out, "")


def _short(text: str, most: int = 24) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _wanted(found: Sequence[Finding], marks: Iterable[str], everything: bool) -> set[str]:
    beside = {f.outcome.name for label in marks for f in warning_findings(found, label)}
    return {f.outcome.name for f in found if everything or f.outcome.primary or f.outcome.name in beside}


def _outcomes(out: Console, comparison: Comparison, caption: str, everything: bool) -> None:
    """The paired table, in as many parts as the width of the console asks for."""
    found, marks = findings(comparison), unsupported(comparison)
    names = display_names(comparison)
    wanted = _wanted(found, marks, everything)
    n_text = replications_text(max(f.n for f in found))
    at_once = max(1, (out.width - LABEL_WIDTH - BASELINE_WIDTH - 2) // (CELL_WIDTH + 2))
    for k in range(0, len(names) - 1, at_once):
        part = names[1 + k : 1 + k + at_once]
        rows: list[tuple[str, ...]] = []
        group = ""
        for name in in_order(wanted, primary_first=True):
            own = {f.label: f for f in found if f.outcome.name == name}
            first = next(iter(own.values()))
            title = catalogue()["groups"][first.outcome.group]
            if not first.outcome.primary:
                title = catalogue()["terminal"]["further"].format(group=title)
            if title != group:
                group = title
                rows.append((title,))
            cells = [
                "\n".join(difference_lines(own[n], n in marks, brief=True)) if n in own else "–" for n in part
            ]
            label = _with_unit(first.outcome.label, first.outcome.unit)
            rows.append((label, baseline_text(first), *cells))
        head = (catalogue()["tables"]["outcome"], names[0], *part)
        print_table(
            out,
            Table(caption.format(baseline=names[0], replications=n_text), head, tuple(rows)),
        )


def _with_unit(label: str, unit: str) -> str:
    shown_unit = axis_unit(unit)
    return f"{first_up(label)} ({shown_unit})" if shown_unit else first_up(label)


def print_table(out: Console, t: Table) -> None:
    """Print a table of text."""
    _say(out, t.caption, "bold")
    grid = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for k, title in enumerate(t.head):
        grid.add_column(_text(out, title), min_width=LABEL_WIDTH if k == 0 else None, overflow="fold")
    for row in t.rows:
        if len(row) == 1:
            grid.add_row(_text(out, row[0], "bold"))
        else:
            grid.add_row(*(_text(out, cell) for cell in row))
    out.print(grid)
    out.print()


def _say(out: Console, text: str, style: str = "") -> None:
    out.print(_text(out, text, style))


def _text(out: Console, text: str, style: str = "") -> Text:
    """Text without markup, in signs that the console's encoding has."""
    try:
        text.encode(out.encoding)
    except (UnicodeEncodeError, LookupError):
        text = text.translate(PLAIN).encode("ascii", "replace").decode()
    return Text(text, style=style)
