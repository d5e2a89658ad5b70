"""The parts of the report after page 1: settings, rota, outcomes, doubts, limits, annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wardsim.report import figures
from wardsim.report.board import command, replications
from wardsim.report.describe import in_order
from wardsim.report.markup import Charts, bullets, esc, fold, paragraph, section, table
from wardsim.report.reading import (
    described,
    display_names,
    findings,
    of_group,
    unsupported,
    warning_findings,
)
from wardsim.report.settings import choices_table, settings_tables
from wardsim.report.spread import day_bands, levels
from wardsim.report.tables import (
    Table,
    breach_tables,
    cover_frame,
    cover_table,
    difference_table,
    levels_table,
    outcome_tables,
    per_beds,
    rota_table,
    sentences,
)
from wardsim.report.words import Finding, axis_unit, catalogue, inside, number, title, unit_words

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison

Marks = Mapping[str, Sequence[str]]


def settings(comparison: Comparison) -> str:
    """What differs between the scenarios, before any outcome."""
    w = catalogue()["page"]
    choices, single = choices_table(comparison), settings_tables(comparison)
    if not choices.rows and not single:
        return section("settings", w["settings"], paragraph(w["settings_same"]))
    body = paragraph(w["settings_intro"]) + (table(choices) if choices.rows else "")
    short = sum(len(t.rows) for _, t in single) <= 30
    for name, t in single:
        body += table(t) if short else fold(f"{name} ({len(t.rows)})", table(t), printed=True)
    return section("settings", w["settings"], body)


def rota(comparison: Comparison, charts: Charts) -> str:
    """Law, shifts, hours and cost, and who is on duty at which hour."""
    words, frame, names = catalogue(), cover_frame(comparison), display_names(comparison)
    said = [_cover_sentence(comparison, frame, n) for n in names]
    heading = _cover_title(comparison, frame)
    figure = figures.cover(
        frame,
        names,
        unit=words["axes"]["staff_per_beds" if per_beds(comparison) else "staff"],
        title=heading,
        subtitle=words["subtitles"]["cover"],
        alt=words["alt"]["cover"].format(scenarios=", ".join(names), sentences=" ".join(said)),
    )
    body = table(rota_table(comparison))
    body += "".join(table(t) for t in breach_tables(comparison))
    body += charts.block(figure, cover_table(frame, heading), said)
    return section("rota", words["page"]["rota"], body)


def _cover_title(comparison: Comparison, frame: pd.DataFrame) -> str:
    w, names = catalogue()["page"], display_names(comparison)
    days = {catalogue()["tables"]["weekdays"]: 5, catalogue()["tables"]["weekend"]: 2}
    waking = frame[(frame["hour"] >= 7) & (frame["hour"] < 22)]
    hours = (waking["staff"] * waking["days"].map(days)).groupby(waking["scenario"]).sum()
    base = float(hours[names[0]])
    far = max(names, key=lambda n: abs(float(hours[n]) - base))
    if abs(float(hours[far]) - base) < 0.5:
        shapes = [frame.loc[frame["scenario"] == n, "staff"].to_numpy() for n in names]
        alike = all(np.allclose(own, shapes[0], atol=0.05) for own in shapes)
        return str(w["cover_same" if alike else "cover_same_sum"])
    text: str = w["cover_title"].format(
        label=far,
        n=number(float(hours[far]), 1.0),
        per=w["per_beds"] if per_beds(comparison) else "",
        baseline=inside(names[0]),
        m=number(base, 1.0),
    )
    return text


def _cover_sentence(comparison: Comparison, frame: pd.DataFrame, name: str) -> str:
    w = catalogue()["page"]
    own = frame[frame["scenario"] == name].groupby("hour")["staff"]
    mean = (own.first() * 5 + own.last() * 2) / 7
    day, evening, night = (number(float(mean[h]), 0.1) for h in (10, 20, 3))
    per = w["per_beds"] if per_beds(comparison) else ""
    text: str = w["cover_sentence"].format(label=name, day=day, evening=evening, night=night, per=per)
    return text


def outcomes(comparison: Comparison, found: Sequence[Finding], charts: Charts, marks: Marks) -> str:
    """A forest plot for each group of outcomes: the primary ones, in words and as a table."""
    w = catalogue()["page"]
    body = paragraph(w["outcomes_intro"]) + warnings(found, marks)
    for group, name in catalogue()["groups"].items():
        own = of_group(found, group, primary=True)
        if own:
            body += forest(own, name, comparison, charts, marks)
    return section("outcomes", w["outcomes"], body)


def forest(own: Sequence[Finding], group: str, comparison: Comparison, charts: Charts, marks: Marks) -> str:
    """One forest plot with a sentence for each row and its table twin."""
    words, names = catalogue(), display_names(comparison)
    said = sentences(own, marks)
    n = max((f.n for f in own), default=0)
    figure = figures.forest(
        own,
        names,
        title=title(own, group),
        subtitle=words["subtitles"]["forest"].format(baseline=inside(names[0]), n=n),
        alt=words["alt"]["forest"].format(
            k=len({f.outcome.name for f in own}), baseline=names[0], sentences=" ".join(said[:2])
        ),
    )
    return charts.block(figure, difference_table(own, group, marks), said, group)


def warnings(found: Sequence[Finding], marks: Marks) -> str:
    """A box for each scenario below the baseline's posts or cover, with what that costs."""
    w, body = catalogue()["page"], ""
    for label, reasons in marks.items():
        text = w["not_supported"].format(label=label, reasons="; ".join(reasons))
        rows = sentences(warning_findings(found, label), {})
        body += f'<div class="unsupported" role="note">{paragraph(text)}{bullets(rows)}</div>'
    return body


def dots(
    comparison: Comparison,
    names: Sequence[str],
    heading: str,
    found: Sequence[Finding],
    charts: Charts,
    marks: Marks,
    labels: Mapping[str, str] | None = None,
) -> str:
    """Levels and spread of several outcomes in all scenarios; the title is the finding of their differences.

    With ``labels`` the outcomes are parts of one quantity: they share a scale, and have sentences.
    """
    words, shown = catalogue(), display_names(comparison)
    spread = levels(comparison, names)
    spread = spread[spread.groupby("outcome")["high95"].transform("max") > 0]
    if spread.empty:
        return ""
    names = list(dict.fromkeys(spread["outcome"]))
    own = [f for f in found if f.outcome.name in set(names)]
    said = sentences(own, marks)
    figure = figures.level_dots(
        spread,
        shown,
        title=title(own, heading),
        labels=labels,
        one_scale=labels is not None,
        subtitle=words["subtitles"]["levels"].format(n=int(spread["n"].max())),
        alt=words["alt"]["levels"].format(
            k=spread["outcome"].nunique(),
            scenarios=", ".join(shown),
            n=int(spread["n"].max()),
            sentences=" ".join(said[:2]),
        ),
    )
    twin = levels_table(spread, heading, labels)
    return charts.block(figure, twin, said, heading) if labels else charts.block(figure, twin)


def contact(comparison: Comparison, found: Sequence[Finding], charts: Charts, marks: Marks) -> str:
    """Minutes of contact by kind and by role, with their spread."""
    w = catalogue()["page"]
    body = ""
    for key, heading in (("kinds", w["pattern_kind"]), ("roles", w["pattern_role"])):
        labels = contact_names(comparison, key)
        body += dots(comparison, list(labels), heading, found, charts, marks, labels)
    return section("contact", w["pattern"], body) if body else ""


def contact_names(comparison: Comparison, key: str) -> dict[str, str]:
    """Outcomes that split contact minutes by ``kinds`` or ``roles``: name -> words for the part."""
    there = set(comparison.outcomes["outcome"].unique())
    parts = dict(catalogue()[key])
    if key == "roles":
        parts |= {
            r: r.replace("_", " ") for s in comparison.scenarios for r in s.staffing.roles if r not in parts
        }
    pattern = catalogue()["contact_outcomes"][key]
    named = {pattern.format(part=part): text[:1].upper() + text[1:] for part, text in parts.items()}
    return {name: text for name, text in named.items() if name in there}


def group_dots(
    comparison: Comparison,
    group: str,
    found: Sequence[Finding],
    charts: Charts,
    marks: Marks,
    intro: str = "",
) -> str:
    """Levels of the primary outcomes of one group, and all its differences as a table."""
    words = catalogue()
    heading = words["groups"][group]
    own = of_group(found, group)
    if not own:
        return ""
    names = in_order(f.outcome.name for f in own if f.outcome.primary)
    body = (paragraph(intro) if intro else "") + dots(comparison, names, heading, found, charts, marks)
    body += fold(
        words["page"]["all_of_group"].format(group=heading), table(difference_table(own, heading, marks))
    )
    return section(group, words["page"].get(group, heading), body)


def same_people(comparison: Comparison, charts: Charts) -> str:
    """The second comparison: every alternative with the baseline's people and admission rules."""
    other = comparison.same_people
    if other is None:
        return ""
    w, found, marks = catalogue()["page"], findings(other), unsupported(other)
    primary = [f for f in found if f.outcome.primary]
    body = paragraph(w["same_people_intro"]) + warnings(found, marks)
    for group, name in catalogue()["groups"].items():
        own = of_group(primary, group)
        if own:
            body += forest(own, f"{name} ({w['same_people'].lower()})", other, charts, marks)
    return section("same-people", w["same_people"], body)


def bands(comparison: Comparison, charts: Charts) -> str:
    """The course over the days with bands for the replications, where daily tables were kept."""
    words, names, body = catalogue(), display_names(comparison), ""
    days_of_change = zip(names, (s.change_on_day for s in comparison.scenarios), strict=True)
    changes = {name: day for name, day in days_of_change if day is not None}
    for key, text in words["daily"].items():
        days = day_bands(comparison, key)
        if days.empty:
            continue
        n = int(days["n"].max())
        figure = figures.day_bands(
            days,
            names,
            unit=text["unit"],
            title=_bands_title(days, text, names),
            subtitle=words["subtitles"]["bands"].format(n=n)
            + (words["subtitles"]["change"] if changes else ""),
            alt=words["alt"]["bands"].format(noun=text["label"], scenarios=", ".join(names), n=n),
            changes=changes,
        )
        body += charts.block(figure, _bands_table(days, text, names))
    return section("bands", words["page"]["bands"], body) if body else ""


def _bands_title(days: pd.DataFrame, text: Mapping[str, Any], names: Sequence[str]) -> str:
    u = unit_words(text["unit"])
    means = days.groupby("scenario")["median"].mean() * u.scale
    parts = [f"{number(float(means[n]), text['step'])}{u.after} ({n})" for n in names if n in means.index]
    return str(catalogue()["findings"]["levels"].format(group=text["label"], parts=", ".join(parts)))


def _bands_table(days: pd.DataFrame, text: Mapping[str, Any], names: Sequence[str]) -> Table:
    t, u = catalogue()["tables"], unit_words(text["unit"])
    weekly = days.assign(week=(days["day"] // 7) * 7).groupby(["week", "scenario"], sort=True)
    mean = weekly[["median", "low95", "high95"]].mean() * u.scale

    means: Mapping[Any, Any] = mean.to_dict("index")

    def cell(week: int, name: str) -> str:
        row = means.get((week, name))
        if row is None:
            return "–"
        median, low, high = (number(row[k], text["step"]) for k in ("median", "low95", "high95"))
        return f"{median} ({low} {t['to']} {high})"

    weeks = sorted(int(w) for w in mean.index.get_level_values(0).unique())
    rows = tuple((t["from_day"].format(day=w), *(cell(w, n) for n in names)) for w in weeks)
    return Table(f"{text['label']} ({axis_unit(text['unit'])})", (t["week"], *names), rows, t["bands_note"])


def unknown() -> str:
    """What the model does not know."""
    return section("unknown", catalogue()["page"]["unknown"], bullets(catalogue()["unknown"]))


def limits() -> str:
    """The limits of use, in full."""
    words = catalogue()
    return section(
        "limits", words["page"]["limits"], bullets(words["limits"]) + paragraph(words["review"], "note")
    )


def annex(comparison: Comparison, found: Sequence[Finding], marks: Marks) -> str:
    """All outcomes, all settings and assumptions, definitions, and how the report was made."""
    w = catalogue()["page"]
    everything = "".join(table(t) for _, t in outcome_tables(found, marks))
    assumptions = "".join(table(t) for _, t in settings_tables(comparison, differing=False))
    body = paragraph(w["annex_on_paper"], "note on-paper")
    body += fold(w["annex_outcomes"], everything)
    body += fold(w["annex_words"], table(definitions(comparison, found)))
    body += fold(w["annex_settings"], assumptions)
    notes = {q: a for s in comparison.scenarios for q, a in getattr(s, "notes", {}).items()}
    if notes:
        rows = tuple((q.replace("_", " "), a) for q, a in notes.items())
        body += fold(
            w["annex_notes"], table(Table(w["annex_notes"], (w["question"], w["answer"]), rows)), printed=True
        )
    body += fold(w["annex_how"], how(comparison), printed=True)
    return section("annex", w["annex"], body)


def definitions(comparison: Comparison, found: Sequence[Finding]) -> Table:
    """Every outcome: unit, group, which direction is better, smallest difference that matters, formula."""
    w, words = catalogue()["page"], catalogue()
    rows = []
    for name in in_order(f.outcome.name for f in found):
        o = described(comparison, name)
        smallest = (
            "–" if o.smallest_difference is None else number(o.smallest_difference * unit_words(o.unit).scale)
        )
        rows.append(
            (
                o.label,
                axis_unit(o.unit),
                words["groups"][o.group],
                words["better"][o.better],
                smallest,
                o.formula or "–",
            )
        )
    head = (
        words["tables"]["outcome"],
        words["tables"]["unit"],
        w["group"],
        w["direction"],
        w["smallest"],
        w["formula"],
    )
    return Table(w["annex_words"], head, tuple(rows))


def how(comparison: Comparison) -> str:
    """Version, seed, replications, command, and runs that failed."""
    w, manifest, base = catalogue()["page"], comparison.manifest, comparison.scenarios[0]
    versions = manifest.get("versions", {})
    text = w["how"].format(
        version=versions.get("wardsim", "?"),
        seed=manifest.get("seed", "?"),
        n=replications(comparison),
        days=base.horizon_days,
        warmup=base.warmup_days,
    )
    body = paragraph(text) + f"<p>{esc(w['command'])}: <code>{esc(command(comparison))}</code></p>"
    failed = manifest.get("failures", [])
    return body + (paragraph(w["failed"].format(n=len(failed))) if failed else "")
