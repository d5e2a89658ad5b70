"""Page 1 of the report: what a board needs before it decides, on one sheet of A4."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from wardsim.report.markup import bullets, esc, paragraph, table
from wardsim.report.reading import (
    better_staffed,
    by_fewer_posts,
    display_names,
    findings,
    owner,
    sides,
    slightly_more_coercion,
    unsupported,
)
from wardsim.report.settings import NO_UNIT, choices_table, settings_frame, shown
from wardsim.report.tables import plain_number, sentences, sides_table
from wardsim.report.words import (
    Finding,
    catalogue,
    first_up,
    inside,
    interval_text,
    replications_text,
    together,
    unit_after,
)

if TYPE_CHECKING:
    import pandas as pd

    from wardsim.experiment.compare import Comparison

MOST_SENTENCES, MOST_BOUNDS, MOST_GROUPS, MOST_SETTINGS = 4, 3, 3, 4


def board(comparison: Comparison, found: Sequence[Finding], marks: dict[str, list[str]]) -> str:
    """The board page as HTML: question, decision, what differs, who gains and loses, doubts, limits.

    Across services it judges by the comparison with the same people: what differs there is organisation alone.
    """
    w = catalogue()["board"]
    judged = comparison.same_people or comparison
    if judged is not comparison:
        found, marks = findings(judged), unsupported(judged)
    head = f"<h1>{esc(heading(comparison))}</h1>{paragraph(meta(comparison), 'meta')}"
    limits = (
        f'<div class="limits-line"><h2>{esc(w["limits_title"])}</h2>'
        f"{paragraph(catalogue()['limits_line'])}</div>"
    )
    question = paragraph(w["question"].format(**_names(comparison)))
    first = [
        (w["question_title"], question + f"<h2>{esc(w['differs_title'])}</h2>{_differs(comparison)}"),
        (w["decision_title"], _decision(comparison)),
    ]
    parts = [
        (w["short_title"], _whose_people(comparison) + _short(judged, found, marks)),
        (w["sides_title"], table(sides_table(sides(judged, found), marks=marks), kind="sides")),
    ]
    last = [
        (w["sceptic_title"], _sceptic(comparison, found) + limits),
        (w["measure_title"], bullets(w["measure"])),
        (w["mind_title"], bullets(_mind(found))),
    ]
    body = "".join(f"<h2>{esc(title)}</h2>{text}" for title, text in parts)
    inner = head + _columns(first) + body + _columns(last)
    return f'<section id="board" aria-label="{esc(catalogue()["page"]["board"])}">{inner}</section>'


def _columns(parts: Sequence[tuple[str, str]]) -> str:
    inner = "".join(f"<div><h2>{esc(title)}</h2>{text}</div>" for title, text in parts)
    return f'<div class="columns n{len(parts)}">{inner}</div>'


def heading(comparison: Comparison) -> str:
    """The report's title: the ward and what was compared on it, or the services that have their own wards."""
    names = _names(comparison)
    others = together([inside(n) for n in display_names(comparison)[1:]])
    wards = list(dict.fromkeys(s.ward.label for s in comparison.scenarios))
    key = "title" if len(wards) == 1 else "title_own_wards"
    text: str = catalogue()["board"][key].format(
        ward=wards[0],
        baseline=names["baseline"],
        Baseline=display_names(comparison)[0],
        alternatives=others,
    )
    return text


def _names(comparison: Comparison) -> dict[str, Any]:
    baseline, *others = display_names(comparison)
    return {
        "baseline": inside(baseline),
        "alternatives": together([inside(n) for n in others], "or"),
    }


def meta(comparison: Comparison) -> str:
    """How many replications of how many days, on how many beds."""
    w, base = catalogue()["board"], comparison.scenarios[0]
    sizes = list(dict.fromkeys(str(s.ward.beds) for s in comparison.scenarios))
    beds = w["same_ward" if len(sizes) == 1 else "own_wards"].format(beds=", ".join(sizes))
    how_often = replications_text(replications(comparison))
    text = str(w["meta"].format(replications=how_often, days=base.horizon_days, beds=beds))
    other = comparison.same_people
    if other is not None and replications(other) < replications(comparison):
        text += " " + w["meta_same_people"].format(n=replications(other))
    return text


def replications(comparison: Comparison) -> int:
    """Replications that every outcome could use at most."""
    return int(comparison.table["n"].max()) if len(comparison.table) else 0


def _decision(comparison: Comparison) -> str:
    w = catalogue()["board"]
    names = display_names(comparison)
    others = names[1:]
    rows = []
    for name, roster in [
        *zip(others, comparison.rosters[1:], strict=True),
        (names[0], comparison.rosters[0]),
    ]:
        basis = roster.legal_basis
        rows.append(
            w[str(roster.legal_status)].format(
                label=name,
                basis=f" ({basis})" if basis else "",
                hint=f"; {roster.legal_hint}" if roster.legal_hint else "",
                shift=plain_number(float(roster.longest_shift_h)),
                rest=plain_number(float(roster.shortest_rest_h)),
            )
        )
    return paragraph(
        w["decision"].format(alternatives=together([inside(n) for n in others], "or"))
    ) + bullets(rows)


def _differs(comparison: Comparison) -> str:
    w = catalogue()["board"]
    options = choices_table(comparison).rows
    rows = [w["differs"].format(title=title, options=" · ".join(chosen)) for title, *chosen in options]
    if len(rows) > MOST_GROUPS:
        groups = [title if k == 0 else title.lower() for k, (title, *_) in enumerate(options)]
        rows = [w["differs_much"].format(groups=together(groups))]
    frame = settings_frame(comparison)
    rows += _single_settings(comparison, frame[frame["differs"]], {title for title, *_ in options})
    differs, assumed = frame["differs"], frame["grade"] == "D"
    if differs.any():
        d, m = int((assumed & differs).sum()), int((assumed & ~differs).sum())
        rows.append(w["differs_count"].format(k=int(differs.sum()), d=d, m=m))
    return bullets([*rows, *changes_on_a_day(comparison)])


def _single_settings(comparison: Comparison, differing: pd.DataFrame, told: Collection[str]) -> list[str]:
    """Settings that differ outside the options already told of, written out where they are few."""
    w, names, titles = catalogue()["board"], display_names(comparison), catalogue()["config_groups"]
    single = differing[[titles.get(group) not in told for group in differing["group"]]]
    if len(single) > MOST_SETTINGS:
        return []
    rows = []
    for row in single.to_dict("records"):
        unit = f" {row['unit']}" if row["unit"] not in NO_UNIT else ""
        values = " · ".join(shown(row[n]) for n in names)
        rows.append(w["differs_one"].format(label=first_up(row["label"]), values=values, unit=unit))
    return rows


def _whose_people(comparison: Comparison) -> str:
    if comparison.same_people is None:
        return ""
    return paragraph(catalogue()["board"]["same_people"].format(**_names(comparison)), "note")


def _short(comparison: Comparison, found: Sequence[Finding], marks: dict[str, list[str]]) -> str:
    w = catalogue()["board"]
    own = [f for f in found if f.outcome.primary and owner(f) == "patients" and f.is_compared]
    told = [f for f in own if f.matters and f.counted]
    withheld = [f for f in own if f.matters and not f.counted]
    if not told and not withheld:
        return paragraph(
            w["nothing"].format(replications=replications_text(replications(comparison))), "lead"
        )
    by_posts = [f for f in withheld if by_fewer_posts(f)]  # told with the reason why they are no gains
    lead = _spread_out([f for f in own if f in told or f in by_posts], MOST_SENTENCES)
    text = bullets(sentences(lead, marks), "lead") if lead else ""
    if more := len(told) + len(by_posts) - len(lead):
        text += paragraph(w["more_told"].format(k=more), "note")
    if any(d.path.startswith("power") for d in comparison.settings):
        text += paragraph(w["power_assumed"], "note")
    if withheld:
        causes = [w["fewer_posts"]] if by_posts else []
        causes += [w["more_coercion"]] if len(by_posts) < len(withheld) else []
        text += paragraph(
            w["withheld"].format(k=len(withheld), n=len(own), reasons=together(causes, "or")), "note"
        )
    if n_open := sum(not f.matters for f in own):
        text += paragraph(w["more_open"].format(k=n_open, n=len(own)), "note")
    beside = [*more_posts(comparison), *slightly_more_coercion(found)]
    text += "".join(paragraph(line, "note") for line in beside)
    short = catalogue()["page"]["not_supported_short"]
    for label, reasons in marks.items():
        text += paragraph(short.format(label=label, reasons="; ".join(reasons)), "note")
    return text


def changes_on_a_day(comparison: Comparison) -> list[str]:
    """A sentence for each scenario that changes on a day: which of its figures stand for what."""
    text = catalogue()["board"]["changes"]
    pairs = zip(display_names(comparison), comparison.scenarios, strict=True)
    return [
        text.format(
            label=name,
            day=scenario.change_on_day,
            percent=round(100 * (scenario.change_on_day or 0) / scenario.horizon_days),
        )
        for name, scenario in pairs
        if scenario.after is not None
    ]


def more_posts(comparison: Comparison) -> list[str]:
    """A sentence for each scenario that has more posts per place than the baseline."""
    text, baseline = catalogue()["board"]["better_staffed"], _names(comparison)["baseline"]
    return [
        text.format(label=label, percent=max(1, round(100 * share)), baseline=baseline)
        for label, share in better_staffed(comparison).items()
    ]


def _spread_out(told: Sequence[Finding], most: int) -> list[Finding]:
    """The largest loss of each alternative, its largest gain, then the largest of the groups not yet told of.

    Differences are measured, at the end of their interval that is nearer to none, by the smallest one that matters, so that
    what is sure to matter comes first; a page that has room for few of them still tells
    of every alternative.
    """

    def size(f: Finding) -> float:
        return min(abs(f.low), abs(f.high)) / (f.outcome.smallest_difference or math.inf)

    ranked = sorted(told, key=size, reverse=True)
    labels = list(dict.fromkeys(f.label for f in told))
    chosen: list[Finding] = []
    for sign in (-1, 1):
        for label in labels:
            chosen += [f for f in ranked if f.label == label and f.gain == sign][:1]
    for f in ranked:
        if (f.outcome.group, f.label) not in {(c.outcome.group, c.label) for c in chosen}:
            chosen.append(f)
    return [f for f in told if f in chosen[: max(most, len(labels))]]


def _sceptic(comparison: Comparison, found: Sequence[Finding]) -> str:
    w = catalogue()["board"]
    sceptical: Comparison | None = getattr(comparison, "sceptical", None)
    if all(scenario.choices.get("model") == "sceptical" for scenario in comparison.scenarios):
        return paragraph(w["sceptic_this"])
    if sceptical is None:
        command = esc(sceptic_command(comparison))
        return f"<p>{esc(w['sceptic_not_run']).replace('{command}', f'<code>{command}</code>')}</p>"
    sure = {(f.outcome.name, f.label, f.difference > 0) for f in findings(sceptical) if f.distinguishable}
    told = [f for f in found if f.outcome.primary and f.matters and f.counted]
    holds = [f for f in told if (f.outcome.name, f.label, f.difference > 0) in sure]
    falls = [f for f in told if f not in holds]
    return paragraph(w["sceptic_holds"].format(holds=_listed(holds), falls=_listed(falls)))


def _listed(found: Sequence[Finding]) -> str:
    return together([f"{f.outcome.noun} ({f.label})" for f in found]) or str(catalogue()["board"]["none"])


def sceptic_command(comparison: Comparison) -> str:
    """The command that made this comparison, with the sceptical model and another folder for its results."""
    words = [
        word for word in command(comparison).split(" ") if not word.startswith(("out=", "'out=", "model="))
    ]
    return " ".join([*words, "model=sceptical"])


def command(comparison: Comparison) -> str:
    """The command line as somebody would type it again, without the paths of this machine's Python."""
    given = [str(x) for x in comparison.manifest.get("command", [])]
    for k, word in enumerate(given):
        name = PurePath(word.replace("\\", "/")).name
        if name in ("wardsim", "wardsim.exe") or (name == "__main__.py" and "wardsim" in word):
            return " ".join(["wardsim", *(_quoted(x) for x in given[k + 1 :])])
    return "wardsim compare …"


def _quoted(word: str) -> str:
    return f"'{word}'" if any(c in word for c in " ()*[]{}") else word


def _mind(found: Sequence[Finding]) -> list[str]:
    w = catalogue()["board"]
    rows = []
    told = [f for f in found if f.outcome.primary and f.gain and f.matters and owner(f) != "service"]
    for f in _spread_out(told, MOST_BOUNDS):
        _, *ends = interval_text(f)
        nearest = min(ends, key=lambda x: abs(float(x.replace(",", "").replace("\N{MINUS SIGN}", "-"))))
        bound = nearest.lstrip("+\N{MINUS SIGN}") + unit_after(f)
        rows.append(
            w["mind_bound" if f.gain > 0 else "mind_loss"].format(
                label=f.label, noun=f.outcome.noun, bound=bound
            )
        )
    return [*rows, *w["mind_always"]]
