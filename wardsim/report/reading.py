"""What a comparison says, before it is written anywhere: findings, marks, who gains and who loses.

Page, workbook and terminal all read the comparison through this module, so that the rules of honesty
(no gain by coercion, no support for fewer staff) hold in every one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from wardsim.experiment.paired import within_reach
from wardsim.report.describe import OutcomeWords, in_order, outcome_words, role_in, setting_words
from wardsim.report.words import Finding, catalogue, first_up, inside, interval_text
from wardsim.scenario.schema import MEASURES

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison
    from wardsim.scenario.schema import Scenario

TOLERANCE = 0.005  # the tolerance of sizing at the same paid hours
WHOLE_WARD = ("per year", "people/year", "stays/year", "h/week")  # units of sums over the whole ward
NO_GAIN_BY_COERCION = ("crises", "staff", "service")


def display_names(comparison: Comparison) -> tuple[str, ...]:
    """Names of the scenarios for readers: the labels of the options that were compared.

    A scenario's label is made of the chosen options (`three_shift, hierarchical`); each that is the option of
    a group gets that group's label up to its first comma, or all of it where the names would not differ.
    """
    pairs = list(zip(comparison.scenarios, comparison.labels, strict=True))
    for whole in (False, True):
        names = tuple(_display_name(scenario, label, whole) for scenario, label in pairs)
        if len(set(names)) == len(names):
            return names
    return comparison.labels


def _display_name(scenario: Scenario, label: str, whole: bool) -> str:
    parts = label.split(", ")
    days = [part for part in parts if part.startswith("change.on_day=")]
    changes = [part for part in parts if part.startswith("change.") and part not in days]
    names = [_display_part(scenario, part, whole) for part in parts if not (changes and part in days)]
    if changes and days:
        names[-1] += str(catalogue()["changeover"]["day"]).format(day=days[0].partition("=")[2])
    return first_up(" + ".join(names))


def _display_part(scenario: Scenario, part: str, whole: bool) -> str:
    path, _, option = part.rpartition("=")
    if path.startswith("change.") and scenario.after is not None:
        later = part.removeprefix("change.")
        words = catalogue()["changeover"]
        if later.startswith("on_day="):
            return str(words["on_day"].format(day=option))
        return str(words["to"].format(option=inside(_display_part(scenario.after, later, whole))))
    if path == "rotation.file":
        return option.rpartition("/")[2]
    if "." in path:
        return f"{setting_words(path).label} {option.replace('_', ' ')}"
    groups = [path] if path else [g for g, chosen in scenario.choices.items() if chosen == option]
    if not groups or "service" in groups:
        return option_name(option)
    label = str(getattr(getattr(scenario, groups[0], None), "label", ""))
    return (label if whole else label.split(",")[0]) or option_name(option)


def option_name(option: str) -> str:
    """The name of an option in words; proper names keep their capitals."""
    proper = {name.lower(): name for name in catalogue()["proper_names"]}
    return " ".join(proper.get(word, word) for word in option.split("_"))


# ----------------------------------------------------------------- findings
def findings(comparison: Comparison) -> list[Finding]:
    """Every paired difference, by group and outcome; what comes with more coercion or fewer posts is no gain."""
    names = dict(zip(comparison.labels, display_names(comparison), strict=True))
    equal = _ties(comparison)
    rows: dict[tuple[str, str], Finding] = {}
    for row in comparison.table.to_dict("records"):
        outcome = described(comparison, str(row["outcome"]), str(row["unit"]))
        small = within_reach(outcome.smallest_difference, float(row["mean_baseline"]), outcome.better)
        outcome = replace(outcome, smallest_difference=small)
        rows[str(row["outcome"]), str(row["scenario"])] = Finding(
            outcome=outcome,
            label=names[row["scenario"]],
            baseline=names[comparison.labels[0]],
            n=int(row["n"]),
            mean_baseline=float(row["mean_baseline"]),
            mean_alternative=float(row["mean_alternative"]),
            difference=float(row["difference"]),
            low=float(row["low"]),
            high=float(row["high"]),
            share_better=float(row["share_better"]),
            distinguishable=bool(row["distinguishable"]),
            n_equal=equal.get((str(row["outcome"]), str(row["scenario"])), 0),
        )
    order = in_order(name for name, _ in rows)
    found = [rows[name, label] for name in order for label in comparison.labels[1:] if (name, label) in rows]
    return _without_gain_by_fewer_posts(
        _without_gain_by_coercion(_of_one_size(_in_one_currency(found, comparison), comparison)), comparison
    )


def _ties(comparison: Comparison) -> dict[tuple[str, str], int]:
    """In how many replications an alternative had the same as the baseline, by outcome and scenario."""
    values = comparison.outcomes.pivot(index=["outcome", "replication"], columns="scenario", values="value")
    base, *others = comparison.labels
    same = values[others].eq(values[base], axis=0).groupby(level="outcome").sum()
    return {(str(name), label): int(n) for label in others for name, n in same[label].items()}


def described(comparison: Comparison, name: str, unit: str = "") -> OutcomeWords:
    """The outcome in words; money in the baseline's currency."""
    known = outcome_words(name, unit)
    return replace(known, unit=known.unit.replace("money", comparison.scenarios[0].cost.currency))


def _in_one_currency(found: list[Finding], comparison: Comparison) -> list[Finding]:
    """Costs in another currency than the baseline's are not compared."""
    base, *others = (s.cost.currency for s in comparison.scenarios)
    other = {n: c for n, c in zip(display_names(comparison)[1:], others, strict=True) if c != base}
    words = catalogue()["sentences"]["currency"]
    return [
        _not_compared(f, words.format(label=inside(f.label), currency=other[f.label]))
        if f.label in other and _is_cost(f)
        else f
        for f in found
    ]


def _of_one_size(found: list[Finding], comparison: Comparison) -> list[Finding]:
    """Sums over a whole ward are not compared with those of a ward of another size."""
    base, *others = (_places(scenario) for scenario in comparison.scenarios)
    other = {n: k for n, k in zip(display_names(comparison)[1:], others, strict=True) if k != base}
    words = catalogue()["sentences"]["whole_ward"]
    return [
        _not_compared(f, words.format(label=inside(f.label), places=f"{other[f.label]:g}", base=f"{base:g}"))
        if f.label in other and is_whole_ward(f)
        else f
        for f in found
    ]


def is_whole_ward(f: Finding) -> bool:
    """Whether an outcome is a sum over the whole ward, so that a larger ward has more of it."""
    return f.outcome.unit in WHOLE_WARD and not f.outcome.name.startswith("mean_")


def _not_compared(f: Finding, why: str) -> Finding:
    nan = math.nan
    return replace(
        f, difference=nan, low=nan, high=nan, share_better=nan, distinguishable=False, counted=False, note=why
    )


def _is_cost(f: Finding) -> bool:
    return f.outcome.name.startswith("cost") or "_cost" in f.outcome.name


def _is_coercion(f: Finding) -> bool:
    return "coerc" in f.outcome.name or f.outcome.name.removesuffix("_per_100_stays") in MEASURES


def _more_coercion(found: Sequence[Finding]) -> dict[str, Finding]:
    """For each scenario with more coercion the rise; one that may matter before others."""
    risen = [f for f in found if _is_coercion(f) and f.outcome.primary and f.gain < 0]
    return {f.label: f for f in sorted(risen, key=lambda f: f.matters)}


def _rise(f: Finding) -> dict[str, str]:
    return {"label": inside(f.label), "noun": f.outcome.noun, "rise": interval_text(f)[0]}


def slightly_more_coercion(found: Sequence[Finding]) -> list[str]:
    """A sentence for each scenario in which coercion rises by less than matters, to be read beside all its gains."""
    text = catalogue()["sentences"]["coercion_slight"]
    return [first_up(text.format(**_rise(f))) for f in _more_coercion(found).values() if not f.matters]


def _without_gain_by_coercion(found: list[Finding]) -> list[Finding]:
    """Coercion that rises by what may matter takes gains in crises, for staff and for the service away."""
    s = catalogue()["sentences"]
    more = {label: f for label, f in _more_coercion(found).items() if f.matters}
    truly_less = {f.label for f in found if f.outcome.name.startswith("coercion_all") and f.gain > 0}
    counted_all = {f.label for f in found if f.outcome.name.startswith("coercion_all")}

    def judged(f: Finding) -> Finding:
        if f.gain <= 0:
            return f
        if f.label in more and f.outcome.group in NO_GAIN_BY_COERCION:
            return replace(f, note=s["coercion"].format(**_rise(more[f.label])), counted=False)
        if _is_coercion(f) and f.label in counted_all - truly_less:
            return replace(f, note=s["exported"], counted=False)
        return f

    return [judged(f) for f in found]


def _without_gain_by_fewer_posts(found: list[Finding], comparison: Comparison) -> list[Finding]:
    """A ward with fewer posts than the baseline, place by place, has no gains: nothing here supports a cut."""
    pairs = zip(comparison.scenarios, comparison.rosters, strict=True)
    base, *others = (_lowest_posts(scenario, roster) / _places(scenario) for scenario, roster in pairs)
    names = display_names(comparison)[1:]
    fewer = {name for name, own in zip(names, others, strict=True) if own < base * (1 - TOLERANCE)}
    note = catalogue()["sentences"]["fewer_posts"]
    return [
        replace(f, note=note.format(label=inside(f.label)), counted=False)
        if f.label in fewer and f.gain > 0
        else f
        for f in found
    ]


def by_fewer_posts(f: Finding) -> bool:
    """Whether it is for want of posts that a gain is not counted."""
    return not f.counted and f.note == catalogue()["sentences"]["fewer_posts"].format(label=inside(f.label))


def of_group(found: Iterable[Finding], group: str, *, primary: bool = False) -> list[Finding]:
    """The findings of one group of outcomes, only the primary ones if asked for."""
    return [f for f in found if f.outcome.group == group and (f.outcome.primary or not primary)]


# --------------------------------------------------------------------- marks
@dataclass(frozen=True)
class Cover:
    """What is there to do the work, per place: posts, waking milieu staff-hours a week by day and night."""

    fte: float
    day_hours: float
    night_hours: float


def cover(scenario: Scenario, roster: Any) -> Cover:
    """Posts and cover per place, as staffed by the rota before sickness."""
    places = _places(scenario)
    week = np.asarray(roster.cover_by_hour, dtype=float)
    day = float(week[:, 7:22].sum())
    return Cover(_lowest_posts(scenario, roster) / places, day / places, float(week.sum() - day) / places)


def _places(scenario: Scenario) -> float:
    return scenario.ward.beds + sum(u.day_places + u.home_places for u in scenario.ward.units)


def posts(scenario: Scenario, roster: Any) -> float:
    """Full-time equivalents of all roles; milieu staff whose duties a rota file brings count by its paid hours."""
    staffing = scenario.staffing
    from_file = {duty.role for duty in scenario.rotation.duties or ()}
    from_file = {role for role in from_file if staffing.roles[role].kind == "milieu_therapist"}
    in_file = roster.paid_hours_per_week / staffing.full_time_hours_per_week if from_file else 0.0
    return float(sum(fte for role, fte in staffing.fte.items() if role not in from_file) + in_file)


def _lowest_posts(scenario: Scenario, roster: Any) -> float:
    now = posts(scenario, roster)
    return min(now, _lowest_posts(scenario.after, roster)) if scenario.after is not None else now


def unsupported(comparison: Comparison) -> dict[str, list[str]]:
    """Scenarios below the baseline's posts or cover, with what is lower; every result carries a mark."""
    base = cover(comparison.scenarios[0], comparison.rosters[0])
    parts = catalogue()["cover"]
    marked: dict[str, list[str]] = {}
    names = display_names(comparison)
    for name, scenario, roster in zip(
        names[1:], comparison.scenarios[1:], comparison.rosters[1:], strict=True
    ):
        own = cover(scenario, roster)
        lower = [
            parts[key].format(percent=max(1, round(100 * (1 - getattr(own, key) / getattr(base, key)))))
            for key in ("fte", "day_hours", "night_hours")
            if getattr(base, key) > 0 and getattr(own, key) < getattr(base, key) * (1 - TOLERANCE)
        ]
        if lower:
            marked[name] = lower
    return marked


def better_staffed(comparison: Comparison) -> dict[str, float]:
    """Share of posts per place that a scenario has above the baseline's: what it gains is not only organisation."""
    pairs = zip(comparison.scenarios, comparison.rosters, strict=True)
    base, *others = (posts(scenario, roster) / _places(scenario) for scenario, roster in pairs)
    more = {n: own / base - 1 for n, own in zip(display_names(comparison)[1:], others, strict=True)}
    return {name: share for name, share in more.items() if share > TOLERANCE}


def warning_findings(found: Sequence[Finding], name: str) -> list[Finding]:
    """The rows beside a mark: contact lost, people without a conversation, overtime, breaches."""
    wanted = catalogue()["cover"]["rows"]
    return [f for f in found if f.label == name and any(key in f.outcome.name for key in wanted)]


# ---------------------------------------------------- who gains, who loses
@dataclass(frozen=True)
class Side:
    """What one group of people gains and loses with one alternative; changes are neither."""

    who: str
    label: str
    gains: tuple[Finding, ...]
    losses: tuple[Finding, ...]
    changes: tuple[Finding, ...]
    n_open: int
    not_compared: tuple[Finding, ...]
    withheld: tuple[Finding, ...]
    n_all: int


def sides(comparison: Comparison, found: Sequence[Finding]) -> list[Side]:
    """Gains and losses of the people staying here, of each staff group, and of the service.

    An outcome belongs to the role that it names; the others belong to the people staying here, to all staff
    or to the service by their group. Gains count only where they can be told from chance and may matter.
    """
    words = catalogue()
    roles = list(
        dict.fromkeys(r for s in comparison.scenarios for r, fte in s.staffing.fte.items() if fte > 0)
    )
    result = []
    for who in ("patients", "all_staff", *roles, "service"):
        name = words["who"].get(who) or first_up(words["roles"].get(who, who.replace("_", " ")))
        for label in display_names(comparison)[1:]:
            own = [f for f in found if f.label == label and owner(f, roles) == who and _counts(f, who)]
            compared = [f for f in own if f.is_compared]
            told = [f for f in compared if f.matters]
            result.append(
                Side(
                    who=name,
                    label=label,
                    gains=_strongest(f for f in told if f.gain > 0),
                    losses=_strongest(f for f in told if f.gain < 0),
                    changes=_strongest(f for f in told if f.outcome.better == "neither"),
                    n_open=sum(not f.matters for f in compared),
                    not_compared=tuple(f for f in own if not f.is_compared),
                    withheld=_strongest(f for f in told if not f.counted),
                    n_all=len(compared),
                )
            )
    return result


def owner(f: Finding, roles: Sequence[str] = ()) -> str:
    """Whom an outcome is about: a role, ``all_staff``, ``service``, or ``patients`` (people staying here)."""
    group, name = f.outcome.group, f.outcome.name
    role = role_in(name, roles)
    if role is not None and group in ("power", "staff", "other"):
        return role
    if group == "service":
        return "patients" if name.startswith(tuple(catalogue()["for_people"])) else "service"
    return "all_staff" if group == "staff" else "patients"


def _counts(f: Finding, who: str) -> bool:
    if who == "service" and f.outcome.name in catalogue()["service_rows"]:
        return True
    if f.outcome.better == "neither":  # of a role everything is told: whom power moves to and from
        return who not in ("patients", "all_staff", "service")
    beside = any(row in f.outcome.name for row in catalogue()["cover"]["rows"])
    return f.outcome.primary or who not in ("patients", "all_staff") or (who == "all_staff" and beside)


def _strongest(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Primary outcomes first, then by how far the difference stands out from chance."""

    def strength(f: Finding) -> tuple[bool, float]:
        half = abs(f.high - f.low) / 2
        return (not f.outcome.primary, -abs(f.difference) / half if half else -math.inf)

    return tuple(sorted(found, key=strength))
