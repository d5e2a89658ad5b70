"""The order of processes in one tick, as data: printable, and held to ODD.md and to the engine by a test."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One process: name, module and function in ``processes``, how often it acts, what it does."""

    name: str
    module: str
    function: str
    when: str
    does: str


SCHEDULE: tuple[Step, ...] = (
    Step(
        "roster",
        "roster",
        "roster",
        "every tick",
        "duties start and end, sleep on site, sickness, replacement, handover",
    ),
    Step(
        "population",
        "population",
        "population",
        "every tick",
        "referral, return, admission, legal status, leave, setting, discharge",
    ),
    Step(
        "crisis",
        "crisis",
        "crisis",
        "every quarter of an hour",
        "hazards, onset, response, measures, aftermath",
    ),
    Step(
        "programme",
        "programme",
        "programme",
        "every tick",
        "groups, meals, household, sessions, planning, visits, company",
    ),
    Step(
        "being-with",
        "being_with",
        "being_with",
        "every tick",
        "a member stays with a person in acute distress",
    ),
    Step("decisions", "forums", "decisions", "every tick", "requests arise; forums settle them"),
    Step(
        "contact",
        "contact",
        "contact",
        "every five minutes",
        "people seek, staff take work, go into the milieu, approach",
    ),
    Step(
        "duties",
        "duties",
        "accrue",
        "every quarter of an hour",
        "work falls due; what nobody did in a day is left undone",
    ),
    Step(
        "distress",
        "distress",
        "distress",
        "every quarter of an hour",
        "the fast part of distress; people fall asleep and wake",
    ),
    Step(
        "hour",
        "hour",
        "hour",
        "every hour",
        "need, slow distress, medication, recovery, record, alertness of staff",
    ),
    Step(
        "day",
        "hour",
        "day",
        "every day at midnight",
        "strain rests, work left undone, sessions and being-with start anew",
    ),
    Step("ledger", "ledger", "ledger", "every quarter of an hour", "daily sums; full weeks"),
)


def as_text() -> str:
    """The schedule as a table for people."""
    width = max(len(step.name) for step in SCHEDULE)
    return "\n".join(f"{n:2}. {s.name:<{width}}  {s.when:<24}  {s.does}" for n, s in enumerate(SCHEDULE, 1))
