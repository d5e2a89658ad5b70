"""What makes the scenarios of a comparison comparable: labels, equal budgets, the same people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wardsim.scenario.schema import Patients, Scenario

# what a roster of the baseline gives as the target, for each way of sizing that needs one
TARGETS = {
    "same_presence": "presence_hours_per_week",
    "same_cost": "cost_per_week",
    "same_cover": "waking_hours_07_22_per_week",
}

# the same people leave less to chance, so half the replications are enough for them, but not fewer than this
LEAST_WITH_SAME_PEOPLE = 50


def with_same_people(replications: int) -> int:
    """How many replications the arms with the baseline's people get when so many are asked for."""
    return max(min(replications, LEAST_WITH_SAME_PEOPLE), replications // 2)


def unique_labels(scenarios: Sequence[Scenario], labels: Sequence[str] | None = None) -> tuple[str, ...]:
    """A different label for each scenario.

    Given labels and different names are kept.  Scenarios of the same name are told apart by the options in
    which they differ, and if that isn't enough by a number.
    """
    if labels is not None and len(labels) != len(scenarios):
        raise ValueError(f"{len(labels)} labels for {len(scenarios)} scenarios")
    found = list(labels) if labels is not None else [scenario.name for scenario in scenarios]
    if labels is None and len(set(found)) < len(found):
        groups = [
            group
            for group in dict.fromkeys(g for scenario in scenarios for g in scenario.choices)
            if len({scenario.choices.get(group) for scenario in scenarios}) > 1
        ]
        by_choice = [", ".join(scenario.choices.get(g, "none") for g in groups) for scenario in scenarios]
        if len(set(by_choice)) > len(set(found)):
            found = by_choice
    seen: Counter[str] = Counter()
    unique = []
    for label in found:
        seen[label] += 1
        unique.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(unique)


def sized_to(scenario: Scenario, baseline: Any) -> Scenario:
    """The scenario with the baseline's measured hours, cost or cover as the target of its sizing.

    Parameters
    ----------
    scenario
        An alternative.  Only one whose sizing needs a target that nobody has set is changed.
    baseline
        The roster summary of the baseline.
    """
    changes: dict[str, Any] = {}
    staffing = scenario.staffing
    measured = TARGETS.get(staffing.sizing)
    if measured is not None and staffing.sizing_target is None:
        target = float(getattr(baseline, measured))
        changes["staffing"] = staffing.model_copy(update={"sizing_target": target})
    if scenario.after is not None and (later := sized_to(scenario.after, baseline)) is not scenario.after:
        changes["after"] = later
    return scenario.model_copy(update=changes) if changes else scenario


def same_people(scenario: Scenario, baseline: Scenario) -> Scenario:
    """The scenario with the baseline's people and admission rules, before and after a changeover."""
    changes: dict[str, Any] = {"patients": baseline.patients}
    if scenario.after is not None:
        changes["after"] = scenario.after.model_copy(update={"patients": baseline.patients})
    return scenario.model_copy(update=changes)


def differ_in_people(scenarios: Sequence[Scenario]) -> bool:
    """Whether some alternative has other people or admission rules than the baseline."""
    baseline = _content(scenarios[0].patients)
    return any(
        _content(s.patients) != baseline or (s.after is not None and _content(s.after.patients) != baseline)
        for s in scenarios[1:]
    )


def _content(patients: Patients) -> dict[str, Any]:
    return patients.model_dump(exclude={"label"})
