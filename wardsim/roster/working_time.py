"""Working time: the rules of the law, checked line by line; breaches are listed, never repaired.

The rules stand in ``working_time.csv``: law, rule, basis, limit, weeks of reference, who (all lines, those of
a continuous rota, others with nights or Sundays, those with nights, all but crews of nights alone, those who
never sleep on site), article, and how well the figure was seen (S primary text, S2 second-hand, M+ general
knowledge, to be checked before use). For each rule the row of the rota's legal basis applies, else the
statute's; an empty limit means that on this basis the rule does not apply. Only the plan is checked: no
overtime, no breaks, no on-call duty at home. All time on site is working time, asleep or not (live-in regulation
§ 3; SIMAP, Jaeger); where the law says that breaks are not (DE, CH), the shortest lawful break is taken off.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from wardsim.roster.limits import CHECKS, weeks_needed
from wardsim.roster.stays import Found, Stays, stays_of
from wardsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from wardsim.roster.roster import Roster

STATUTE = "statute"
# Which row applies for a basis that a rule has no row of its own for.
FALL_BACK = {
    "none": (STATUTE,),
    STATUTE: (STATUTE,),
    "union_agreement": ("union_agreement", STATUTE),
    "national_agreement": ("national_agreement", "union_agreement", STATUTE),
    "live_in_regulation": ("live_in_regulation", STATUTE),
}
SCOPE = "scope"  # a row without a limit: for whom the rules of a basis are made
LADDER = (STATUTE, "union_agreement", "national_agreement", "live_in_regulation")
IN_WORDS = {
    STATUTE: "the statute alone", "union_agreement": "an agreement with the local union",
    "national_agreement": "an agreement with a national union",
    "live_in_regulation": "the rules for staff who live in",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A limit: `limit` in the unit of the rule (None: does not apply), over `weeks` of reference."""

    law: str
    rule: str
    basis: str
    limit: float | None
    weeks: int
    who: str
    article: str
    seen: str
    note: str


@dataclass(frozen=True)
class Breach:
    """A rule that a line of the rota breaks.

    Parameters
    ----------
    date
        Start of the duty, or Monday of the first week of the reference period; of periods in breach that overlap the
        first is told.
    unit, role, line
        Line of the rota; lines of a role are counted from 1 within the unit.
    rule, article
        Name of the rule and where it stands.
    value, limit
        What the rota has and what is allowed, in the rule's unit.
    text
        The same in words.
    """

    date: dt.date
    unit: str
    role: str
    line: int
    rule: str
    article: str
    value: float
    limit: float
    text: str


@dataclass(frozen=True)
class LegalStatus:
    """Where a rota stands: `status` (lawful, needs_agreement, not_lawful), and why."""

    status: str
    articles: str
    hint: str
    n_breaches: int


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """All rules of all laws, from the table."""
    text = files("wardsim.roster").joinpath("working_time.csv").read_text(encoding="utf-8")
    return tuple(
        Rule(
            row["law"], row["rule"], row["basis"], float(row["limit"]) if row["limit"] else None,
            int(row["weeks"] or 0), row["who"], row["article"], row["seen"], row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


def rules_for(law: str, basis: str) -> dict[str, Rule]:
    """The row of each rule that applies under a law and a legal basis."""
    found: dict[str, Rule] = {}
    for wanted in reversed(FALL_BACK[basis]):
        for rule in load_rules():
            if rule.law == law and rule.basis == wanted:
                found[rule.rule] = rule
    return found


TEXTS = {
    "daily_hours": "{value:g} h of work within 24 h; allowed {limit:g} h",
    "night_hours": "a night of {value:g} h of work; allowed {limit:g} h (10 h within 12 h: three nights in seven at most, "
    "or asleep for a part of it)",
    "night_span": "a night of {value:g} h, breaks included; allowed {limit:g} h (12 h with 10 h of work: three nights in "
    "seven at most, or asleep for a part of it)",
    "span": "{value:g} h on site at a stretch; allowed {limit:g} h",
    "daily_rest": "{value:g} h of rest within 24 h; required {limit:g} h",
    "rest_after_long": "{value:g} h of rest after more than 12 h of work; required {limit:g} h",
    "mean_rest": "{value:g} h of daily rest on average over {weeks} weeks; required {limit:g} h",
    "live_in_rest": "{value:g} h of rest in 24 h, on site or at home; required {limit:g} h, 8 h in a row",
    "live_in_night": "{value:g} h of rest at a stretch between 22:00 and 08:00; required {limit:g} h",
    "weekly_rest": "{value:g} h of rest at a stretch in the week; required {limit:g} h",
    "rest_without_sunday": "{value:g} h of rest at a stretch in a week without a free Sunday; required {limit:g} h",
    "fortnight_rest": "{value:g} h of rest at a stretch in the week, and neither a double one nor two in the week before "
    "or after to make up for it; required {limit:g} h",
    "week_or_two": "{value:g} h in one week; allowed {limit:g} h (seven days in a row: on average over two weeks)",
    "any_week": "{value:g} h in one week; allowed {limit:g} h",
    "total_hours": "{value:g} h of work planned within 24 h; allowed {limit:g} h, overtime included",
    "total_week": "{value:g} h planned in one week; allowed {limit:g} h, overtime included",
    "normal_week": "{value:g} h a week on average over {weeks} weeks; allowed {limit:g} h",
    "continuous_week": "{value:g} h a week on average over {weeks} weeks, round the clock; allowed {limit:g} h",
    "mean_week": "{value:g} h a week on average over {weeks} weeks; allowed {limit:g} h",
    "night_mean": "nights: {value:g} h a working day on average over {weeks} weeks; allowed {limit:g} h",
    "sundays_in_row": "{value:g} Sundays worked in a row; allowed {limit:g}",
    "sunday_share": "{value:.0%} of the Sundays worked over {weeks} weeks; allowed {limit:.0%}",
    "free_sundays": "{value:g} free Sundays in {weeks} weeks; required {limit:g}",
    "seven_days": "{value:g} h on one of seven days of work in a row; allowed {limit:g} h",
    "rest_after_seven": "{value:g} h of rest after seven days of work in a row; required {limit:g} h",
}
# Whom a rule is for, beside all lines: the property of `Stays` that says so.
WHO = {
    "rota": "on_rota", "continuous": "on_continuous_rota", "night": "on_nights", "never_asleep": "never_asleep",
    "not_night_crew": "not_night_crew",
}  # fmt: skip


def breaches(roster: Roster) -> tuple[Breach, ...]:
    """Every breach of the calendar's law on the rota's legal basis, by date and line.

    Before and after a changeover the basis and law of the scenario in force hold.
    """
    found = []
    for scenario, first, last in _in_force(roster):
        law, basis = scenario.calendar.working_time_law, scenario.rotation.legal_basis
        stays = stays_of(roster, law)
        for rule, everywhere in _check(stays, law, basis):
            broken = everywhere.where((everywhere.day >= first) & (everywhere.day < last)).apart()
            rows = zip(broken.staff.tolist(), broken.day.tolist(), broken.value.tolist(), strict=True)
            found += [_breach(roster, rule, s, d, v) for s, d, v in rows]
    return tuple(sorted(found, key=lambda b: (b.date, b.unit, b.role, b.line, b.rule)))


def _in_force(roster: Roster) -> Iterator[tuple[Scenario, int, int]]:
    at: Scenario | None = roster.scenario
    first = 0
    while at is not None:
        last = (
            at.change_after_days if at.after is not None and at.change_after_days is not None else roster.days
        )
        yield at, first, min(last, roster.days)
        first, at = last, at.after


def rules_not_checked(law: str, basis: str, whole_weeks: int) -> tuple[Rule, ...]:
    """Rules that apply but that no rota can be seen to break in so few whole weeks, Monday to Sunday."""
    return tuple(
        rule
        for rule in rules_for(law, basis).values()
        if rule.limit is not None and weeks_needed(rule.rule, rule.limit, rule.weeks) > whole_weeks
    )


def legal_status(roster: Roster) -> LegalStatus:
    """Where the rota stands under the calendar's law: by statute, on the basis it names, or not at all."""
    law, basis = roster.scenario.calendar.working_time_law, roster.scenario.rotation.legal_basis
    stays = stays_of(roster, law)
    by_statute = {rule.rule: rule for rule, _ in _check(stays, law, STATUTE)}
    broken = [(rule, len(found.apart().staff)) for rule, found in _check(stays, law, basis)]
    n = sum(count for _, count in broken)
    if not by_statute and not broken:
        return LegalStatus("lawful", "", "", 0)
    if not broken:
        rows = rules_for(law, basis)
        used = [rows[name].article for name in by_statute]
        notes = [rows[name].note for name in (SCOPE, *by_statute) if name in rows and rows[name].note]
        return LegalStatus("needs_agreement", _list(used), _list(notes), 0)
    enough = [b for b in LADDER if b != basis and not list(_check(stays, law, b))]
    hint = (
        f"would need {IN_WORDS[enough[0]]}{_scope(law, enough[0])}"
        if enough
        else "no legal basis known to this program would be enough"
    )
    if scope := _scope(law, basis):
        hint += f"; what is claimed here are {IN_WORDS[basis]}{scope}"
    return LegalStatus("not_lawful", _list([rule.article for rule, _ in broken]), hint, n)


def _scope(law: str, basis: str) -> str:
    """For whom the rules of a basis are made, where the table says so."""
    row = rules_for(law, basis).get(SCOPE)
    return f" ({row.note}, {row.article})" if row and row.note else ""


def _list(parts: list[str]) -> str:
    return ", ".join(dict.fromkeys(parts))


def _check(stays: Stays, law: str, basis: str) -> Iterator[tuple[Rule, Found]]:
    """Rules that are broken, with who, on which day and by what value."""
    for rule in rules_for(law, basis).values():
        if rule.limit is None:
            continue
        found = CHECKS[rule.rule](stays, rule.limit, rule.weeks)
        if rule.who in WHO:
            found = found.of(getattr(stays, WHO[rule.who]))
        if len(found.staff):
            yield rule, found


def _breach(roster: Roster, rule: Rule, staff: int, day: int, value: float) -> Breach:
    row = roster.people[staff]
    assert rule.limit is not None
    value = round(value, 2)
    text = TEXTS[rule.rule].format(value=value, limit=rule.limit, weeks=rule.weeks)
    date, unit, role = (
        roster.start_date + dt.timedelta(day),
        roster.units[row["unit"]],
        roster.roles[row["role"]],
    )
    return Breach(date, unit, role, int(row["line"]) + 1, rule.rule, rule.article, value, rule.limit, text)
