"""What makes a power structure impossible on a ward: matters that nobody there could ever settle."""

from __future__ import annotations

from collections.abc import Iterator

from wardsim.power.network import CONFERENCES
from wardsim.power.weights import actors, present
from wardsim.scenario.problems import Problem
from wardsim.scenario.schema import MATTERS, Forum, Scenario

MINUTES_PER_MATTER = 10.0  # a forum settles one matter in this time


def problems(scenario: Scenario) -> list[Problem]:
    """Everything that is wrong between the power structure and the ward it is to work on.

    Whether weights sum to 1 and names are known is checked when the scenario is built; ranges of single
    numbers stand in the register.  What is left concerns power and staff together.
    """
    return [*_nobody_decides(scenario), *_nobody_to_ask(scenario), *_timetables(scenario)]


def _nobody_decides(scenario: Scenario) -> Iterator[Problem]:
    names = [name for name, is_here in zip(actors(scenario), present(scenario), strict=True) if is_here]
    for matter in MATTERS:
        weights = scenario.power.weights[matter]
        for name, weight in weights.items():
            if weight < 0:
                yield Problem(f"power.weights.{matter}.{name}", weight, "a weight can't be negative")
        if all(weights.get(name, 0.0) <= 0 for name in names):
            holders = ", ".join(name for name, weight in weights.items() if weight > 0)
            yield Problem(
                f"power.weights.{matter}",
                None,
                f"all weight lies with roles that have no hours here: {holders}",
                f"give a weight to one of {', '.join(names)}, or hours in staffing.fte",
            )


def _nobody_to_ask(scenario: Scenario) -> Iterator[Problem]:
    fte = scenario.staffing.fte
    kinds = {role.kind for name, role in scenario.staffing.roles.items() if fte.get(name, 0.0) > 0}
    if "doctor" in kinds:
        return
    for matter, forum in scenario.power.forum.items():
        if forum == "next_doctor":
            yield Problem(
                f"power.forum.{matter}",
                forum,
                "no role of kind doctor has any hours: this matter would never be settled",
                "give a doctor hours in staffing.fte, or choose another forum",
            )


def _timetables(scenario: Scenario) -> Iterator[Problem]:
    power = scenario.power
    for name, timetable in power.forums.items():
        path = f"power.forums.{name}"
        if name not in CONFERENCES:
            yield Problem(
                path,
                None,
                "this forum meets whenever it is asked, so a timetable has no effect",
                f"only {', '.join(CONFERENCES)} meet at set times",
            )
        elif name in power.forum.values():
            yield from _timetable(path, timetable)


def _timetable(path: str, timetable: Forum) -> Iterator[Problem]:
    if not timetable.weekdays:
        yield Problem(f"{path}.weekdays", None, "never meets, but matters are left to it")
    minutes = timetable.minutes
    if minutes < MINUTES_PER_MATTER:
        text = f"too short to settle anything: one matter takes {MINUTES_PER_MATTER:g} min"
        yield Problem(f"{path}.minutes", minutes, text)
    hour, minute = map(int, timetable.start.split(":"))
    if hour * 60 + minute + minutes > 24 * 60:
        yield Problem(f"{path}.minutes", minutes, f"begins at {timetable.start} and would last past midnight")
