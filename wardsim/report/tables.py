"""The tables of a comparison: rota and law first, then the outcomes, then cover.

A ``Table`` holds text that is ready to be read, for the page and the terminal. The functions that end in
``_frame`` return the numbers behind it, for the workbook and the figures.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wardsim.report.describe import outcome_words
from wardsim.report.reading import Side, cover, display_names, of_group, posts
from wardsim.report.words import (
    Finding,
    axis_unit,
    baseline_text,
    better_in,
    catalogue,
    first_up,
    interval_text,
    law_text,
    level,
    number,
    sentence,
    together,
    unit_after,
    unit_words,
)

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison
    from wardsim.roster import Breach
    from wardsim.scenario.schema import Scenario

WEEKDAYS, WEEKEND = slice(0, 5), slice(5, 7)


@dataclass(frozen=True)
class Table:
    """A table as text: the first cell of a row is its header; a row of one cell heads the rows below it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


# -------------------------------------------------------------- rota and law
@dataclass(frozen=True)
class RotaRow:
    """One of the first rows of every comparison: its label, its unit, and a value for each scenario."""

    label: str
    unit: str
    values: tuple[Any, ...]
    shown: tuple[str, ...]


def rota_rows(comparison: Comparison) -> list[RotaRow]:
    """Legal status, shifts, rest, hours, heads, the four sums, cost and handovers of each scenario's rota; where
    something changes on a day, from when on the rota is in force."""
    rows = []
    pairs = list(zip(comparison.scenarios, comparison.rosters, strict=True))
    changing = any(scenario.after is not None for scenario in comparison.scenarios)
    for key, text in catalogue()["rota"].items():
        if key == "in_force" and not changing:
            continue
        values = tuple(_rota_value(key, scenario, roster) for scenario, roster in pairs)
        shown = [v if isinstance(v, str) else plain_number(float(v), text.get("decimals", 0)) for v in values]
        if key == "cost_per_week":
            shown = [f"{v} {s.cost.currency}" for v, s in zip(shown, comparison.scenarios, strict=True)]
        rows.append(RotaRow(text["label"], text["unit"], values, tuple(shown)))
    return rows


def plain_number(value: float, decimals: int = 2) -> str:
    """A number that is not an estimate: at most so many decimals, no zeros at the end."""
    text = number(value, 10.0**-decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rota_value(key: str, scenario: Scenario, roster: Any) -> Any:
    words = catalogue()
    if key == "in_force":
        return _in_force(scenario)
    if key == "legal":
        return law_text(roster)
    if key == "basis":
        return str(words["legal_bases"][scenario.in_the_end.rotation.legal_basis])
    if key == "working_time_law":
        return str(words["laws"][roster.working_time_law])
    if key == "fte":
        return posts(scenario, roster)
    if key == "night_hours_per_place":
        return cover(scenario, roster).night_hours
    if key == "paid_hours_per_bed":
        return float(roster.paid_hours_per_week) / scenario.ward.beds
    return getattr(roster, key)


def _in_force(scenario: Scenario) -> str:
    """From when on the rota of a summary is in force: that of a ward after its last change."""
    if scenario.after is None:
        return str(catalogue()["tables"]["all_days"])
    while scenario.after is not None and scenario.after.after is not None:
        scenario = scenario.after
    return str(catalogue()["tables"]["from_counted_day"].format(day=scenario.change_on_day))


def rota_table(comparison: Comparison) -> Table:
    """The first rows of every comparison, one column for each scenario."""
    rows = rota_rows(comparison)
    head = (catalogue()["tables"]["rota"], *display_names(comparison))
    body = tuple((f"{r.label} ({r.unit})" if r.unit else r.label, *r.shown) for r in rows)
    return Table(catalogue()["tables"]["rota_caption"], head, body, _other_bases(comparison))


def _other_bases(comparison: Comparison) -> str:
    """A sentence where the rotas are checked on different bases in law and some break rules."""
    bases = {s.in_the_end.rotation.legal_basis for s in comparison.scenarios}
    breaks = any(roster.breaches_per_year > 0 for roster in comparison.rosters)
    return str(catalogue()["tables"]["other_bases"]) if len(bases) > 1 and breaks else ""


def unbroken(article: str) -> str:
    """An article of law as it stays on one line: § 10-4(1)."""
    return article.replace(" ", "\N{NO-BREAK SPACE}").replace("-", "\N{NON-BREAKING HYPHEN}")


def _breaches_note(scenario: Scenario) -> str:
    t = catalogue()["tables"]
    note: str = t["breaches_note"]
    if scenario.in_the_end.rotation.duties:
        start = scenario.calendar.start_date
        note += t["breaches_of_file"].format(date=start - dt.timedelta(start.weekday()))
    return note


def breach_tables(comparison: Comparison) -> list[Table]:
    """For each scenario that breaks working-time rules a row for each article: how often, whose, the first."""
    t, tables = catalogue()["tables"], []
    pairs = zip(comparison.scenarios, comparison.breaches, strict=True)
    for name, (scenario, found) in zip(display_names(comparison), pairs, strict=True):
        by_article: dict[tuple[str, str], list[Breach]] = {}
        for breach in found:
            by_article.setdefault((breach.article, breach.rule), []).append(breach)
        rows = []
        for (article, _), own in sorted(by_article.items(), key=lambda item: -len(item[1])):
            lines, first = {(b.unit, b.role, b.line) for b in own}, own[0]
            when = f"{first.date:%Y-%m-%d}, {first.unit}, {first.role.replace('_', ' ')} {first.line}"
            rows.append(
                (unbroken(article), plain_number(len(own), 0), str(len(lines)), f"{when}: {first.text}")
            )
        if rows:
            caption = t["breaches_caption"].format(label=name, n=plain_number(len(found), 0))
            tables.append(Table(caption, tuple(t["breaches"]), tuple(rows), _breaches_note(scenario)))
    return tables


# ------------------------------------------------------------------ outcomes
def difference_table(found: Sequence[Finding], caption: str, marks: Iterable[str] = ()) -> Table:
    """Outcome, the baseline's mean, and for each alternative the difference and its interval."""
    words, marked = catalogue(), set(marks)
    names = list(dict.fromkeys(f.label for f in found))
    by_outcome: dict[str, dict[str, Finding]] = {}
    for f in found:
        by_outcome.setdefault(f.outcome.name, {})[f.label] = f
    rows = []
    for own in by_outcome.values():
        first = next(iter(own.values()))
        cells = ["; ".join(difference_lines(own[n], n in marked)) if n in own else "–" for n in names]
        unit = axis_unit(first.outcome.unit)
        label = first_up(first.outcome.label)
        rows.append((f"{label} ({unit})" if unit else label, baseline_text(first), *cells))
    baseline = found[0].baseline if found else ""
    head = (
        words["tables"]["outcome"],
        f"{baseline} ({words['tables']['mean']})",
        *(f"{n} ({words['unsupported']})" if n in marked else n for n in names),
    )
    return Table(caption, head, tuple(rows), words["tables"]["difference_note"])


def difference_lines(f: Finding, marked: bool, *, brief: bool = False) -> list[str]:
    """A paired difference in a cell: number and interval, how often better, what is to be said of it."""
    words = catalogue()["tables"]
    mark = [catalogue()["unsupported"]] if marked else []
    if not math.isfinite(f.difference):
        return [f.note or words["no_figure"], *mark]
    if f.difference == f.low == f.high == 0:
        return [words["same"], *mark]
    if not math.isfinite(f.low):
        return [interval_text(f)[0], words["one_replication"], *mark]
    lines = [_with_interval(f)]
    if f.is_small:  # in how many replications says nothing then
        lines.append(words["too_small" if f.distinguishable else "equivalent"])
    else:
        if chance := better_in(f, brief=brief):
            lines.append(chance)
        if not f.distinguishable:
            lines.append(words["not_distinguishable"])
    return [*lines, *([f.note] if f.note else []), *mark]


def _with_interval(f: Finding, unit: str = "") -> str:
    d, low, high = interval_text(f)
    return f"{d}{unit} ({low.lstrip('+')} {catalogue()['tables']['to']} {high.lstrip('+')})"


def levels_table(levels: pd.DataFrame, caption: str, labels: Mapping[str, str] | None = None) -> Table:
    """Median and the middle 95 % of the replications, one column for each scenario."""
    names = list(dict.fromkeys(levels["scenario"]))
    rows = []
    for name, part in levels.groupby("outcome", sort=False):
        known = outcome_words(str(name), str(part["unit"].iloc[0]))
        by = {r["scenario"]: r for r in part.to_dict("records")}
        cells = [_spread(by[n], known.unit) if n in by else "–" for n in names]
        label = first_up((labels or {}).get(str(name), known.label))
        unit = axis_unit(known.unit)
        rows.append((f"{label} ({unit})" if unit else label, *cells))
    t = catalogue()["tables"]
    return Table(caption, (t["outcome"], *names), tuple(rows), t["levels_note"])


def _spread(row: Mapping[Any, Any], unit: str) -> str:
    low, high = float(row["low95"]), float(row["high95"])
    median, *ends = (level(float(row[k]), unit, low, high) for k in ("median", "low95", "high95"))
    return f"{median} ({ends[0]} {catalogue()['tables']['to']} {ends[1]})"


def sides_table(found: Sequence[Side], most: int = 2, marks: Iterable[str] = ()) -> Table:
    """Who gains and who loses: a row for each group of people, a column for each alternative.

    Alternatives in ``marks`` carry "not supported by evidence" in their column's head.
    """
    words = catalogue()["tables"]
    names = list(dict.fromkeys(s.label for s in found))
    rows = []
    for who in dict.fromkeys(s.who for s in found):
        own = {s.label: s for s in found if s.who == who}
        rows.append((who, *(_side_cell(own[n], most) for n in names)))
    rows = _joined(rows)
    mark, marked = catalogue()["unsupported"], set(marks)
    head = (words["who"], *(f"{n} ({mark})" if n in marked else n for n in names))
    return Table(words["sides_caption"], head, tuple(rows), words["sides_note"])


def _joined(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Groups of which the same is said stand in one row."""
    said: dict[tuple[str, ...], list[str]] = {}
    for who, *cells in rows:
        said.setdefault(tuple(cells), []).append(who)
    return [
        (first_up(together([w if k == 0 else w.lower() for k, w in enumerate(who)])), *cells)
        for cells, who in said.items()
    ]


def _side_cell(s: Side, most: int) -> str:
    words = catalogue()["tables"]
    if not s.n_all and not s.not_compared:
        return str(words["nothing_measured"])
    parts = []
    for key, items in (("gains", s.gains), ("losses", s.losses), ("changes", s.changes)):
        if items:
            listed = "; ".join(_brief(f) for f in items[:most])
            more = words["and_more"].format(n=len(items) - most) if len(items) > most else ""
            parts.append(f"{words[key]}: {listed}{more}.")
    if s.withheld:
        parts.append(words["withheld"].format(k=len(s.withheld), n=s.n_all, names=_names(s.withheld, most)))
    if s.n_open:
        parts.append(words["open"].format(k=s.n_open, n=s.n_all))
    if s.not_compared:
        listed = "; ".join(_both_levels(f) for f in s.not_compared)
        parts.append(words["not_compared"].format(names=listed))
    return "\n".join(parts)


def _names(items: Sequence[Finding], most: int) -> str:
    more = catalogue()["tables"]["and_more"].format(n=len(items) - most) if len(items) > most else ""
    return "; ".join(f.outcome.noun for f in items[:most]) + more


def _both_levels(f: Finding) -> str:
    """What the two wards have where no difference can be told: overtime a week (17 and 41)."""
    if not (math.isfinite(f.mean_baseline) and math.isfinite(f.mean_alternative)):
        return f.outcome.noun
    scale, values = unit_words(f.outcome.unit).scale, (f.mean_baseline, f.mean_alternative)
    both = " and ".join(number(v * scale, 1.0 if abs(v * scale) >= 10 else 0.1) for v in values)
    return f"{f.outcome.noun} ({both})"


def _brief(f: Finding) -> str:
    return f"{f.outcome.noun} {_with_interval(f, unit_after(f))}"


def sentences(found: Sequence[Finding], marks: Mapping[str, Sequence[str]]) -> list[str]:
    """One sentence for each finding, marked where the scenario is below the baseline's posts or cover."""
    mark = catalogue()["unsupported"]
    return [f"{sentence(f)} [{mark}]" if f.label in marks else sentence(f) for f in found]


# --------------------------------------------------------------------- cover
def per_beds(comparison: Comparison) -> bool:
    """Wards of different sizes: cover is told per 10 beds."""
    return len({s.ward.beds for s in comparison.scenarios}) > 1


def cover_frame(comparison: Comparison) -> pd.DataFrame:
    """Waking milieu staff on duty by hour: scenario, days (weekdays or weekend), hour, mean number.

    Where the wards are of different sizes, the number is per 10 beds.
    """
    words, rows = catalogue()["tables"], []
    names, scaled = display_names(comparison), per_beds(comparison)
    for name, scenario, roster in zip(names, comparison.scenarios, comparison.rosters, strict=True):
        week = np.asarray(roster.cover_by_hour, dtype=float) * (10 / scenario.ward.beds if scaled else 1)
        for days, part in ((words["weekdays"], week[WEEKDAYS]), (words["weekend"], week[WEEKEND])):
            mean = part.mean(axis=0)
            rows += [{"scenario": name, "days": days, "hour": h, "staff": float(mean[h])} for h in range(24)]
    return pd.DataFrame(rows)


def cover_table(frame: pd.DataFrame, caption: str) -> Table:
    """Cover by hour as a table, a column for each scenario, weekdays above the weekend."""
    names = list(dict.fromkeys(frame["scenario"]))
    rows: list[tuple[str, ...]] = []
    for days, part in frame.groupby("days", sort=False):
        rows.append((str(days),))
        wide = part.pivot(index="hour", columns="scenario", values="staff")
        for hour, own in zip(wide.index, wide[names].to_numpy(), strict=True):
            rows.append((f"{int(hour):02d}:00", *(number(float(v), 0.1) for v in own)))
    return Table(caption, (catalogue()["tables"]["hour"], *names), tuple(rows))


def outcome_tables(found: Sequence[Finding], marks: Iterable[str] = ()) -> list[tuple[str, Table]]:
    """Differences by group of outcomes, in the order Say and being heard … Service."""
    groups: Callable[[str], list[Finding]] = lambda g: of_group(found, g)  # noqa: E731
    titles = catalogue()["groups"]
    return [(title, difference_table(groups(g), title, marks)) for g, title in titles.items() if groups(g)]
