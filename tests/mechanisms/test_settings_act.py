"""Every setting acts: another value of any row of the register changes at least one outcome somewhere.

Why: a setting that changes nothing misleads whoever sets it. One short run with many crises is enough,
since with common random numbers the same seed gives the same outcomes bit by bit unless something acts. How
far and in which direction is for other tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.mechanisms.alternatives import STAGES, alternatives
from tests.mechanisms.runs import changed, outcomes, run, scenario, settings
from wardsim.scenario.register import Parameter, load_register
from wardsim.scenario.schema import Scenario

GROUPS = ("ward.", "power.", "staffing.", "patients.", "care.", "crisis.")
#: Settings that are no cause of anything on a ward, or that other tests vary; each with the reason.
ELSEWHERE = {
    "staffing.night_cover.sleeping": "a demand on the rota, which is an error where it is not met (tests/roster)",
    "staffing.sizing": "says what a target means; acts together with one (tests/roster)",
    "model.tick_minutes": "the step of the calculation, not a setting of the ward (tests/config)",
}
#: Settings that wait for another one: what must be chosen with them.
WITH: dict[str, dict[str, Any]] = {
    "model.record.keep_verbal": {"care.record": "verbal"},
    "model.decisions.reference_weight": {"model.decision": "no_power_effect"},
    **{
        f"model.crises.{policy}_{what}_{kind}": {"crisis.policy": name, "patients.crisis_rate": 20}
        for policy, name in (("under_regulation", "under_regulation"), ("routine", "containment_routine"))
        for what in ("coerces", "passes_on")
        for kind in ("verbal", "physical")
    },
    "model.crises.last_resort_without_incident": {
        "crisis.policy": "last_resort",
        "patients.involuntary_share": 1.0,
    },
    "model.contact.need_limit_h": {"model.parameters.contact.need_h_day": 4},
    "model.crises.hours_seclusion": {"patients.crisis_rate": 20},
    "model.crises.trigger_window_min": {"patients.crisis_rate": 20},
    "model.decisions.reference_flexibility": {"model.decision": "no_power_effect"},
    "model.contact.reference_wish": {"model.mechanisms.need": False},
    **{
        f"model.medication.{part}_round_h": {"patients.crisis_rate": 20}
        for part in ("morning", "noon", "evening", "night")
    },
    "model.fatigue.fourth_night": {"rotation.crews": "four nights in a row"},
}
#: Where to look first, so that the test is quick: beginnings of names, the longest that fits counts.
FIRST = {
    "model.settings.": "heidenheim", "patients.patience": "heidenheim", "model.staff.guest": "heidenheim",
    "model.duties.outpatient": "heidenheim", "staffing.allocation": "heidenheim", "ward.units": "heidenheim",
    "staffing.rotating_share": "heidenheim", "patients.risk_sd": "heidenheim", "model.crises.door_partly": "heidenheim",
    "model.being_with.": "soteria_berne", "model.fatigue.woken": "soteria_berne", "model.strain.lost": "soteria_berne",
    "model.crises.never": "soteria_berne", "model.crises.calm_soft": "soteria_berne", "care.information": "soteria_berne",
    "model.admission.alliance": "soteria_berne", "model.record.keep_written": "soteria_berne",
    "model.decisions.information": "soteria_berne", "model.contact.peer": "soteria_berne",
    "model.duties.household": "soteria_berne",
    "model.distress.exposure": "bet_unit", "model.crises.under_regulation": "bet_unit",
    "model.crises.hours": "conventional_acute", "model.crises.routine": "conventional_acute",
    "model.crises.measures": "conventional_acute",
    "model.crises.last_resort_without": "conventional_acute", "model.crises.door_locked": "conventional_acute",
    "model.sickness": "conventional_acute", "model.admission.involuntary": "conventional_acute",
    "model.fatigue.quick": "recovery_institution",
}  # fmt: skip


def _rows() -> list[Parameter]:
    of_the_model = (row for row in load_register() if row.default is not None)
    of_the_ward = (row for row in load_register() if row.default is None and row.name.startswith(GROUPS))
    return [row for row in (*of_the_ward, *of_the_model) if row.name not in ELSEWHERE]


def _fits(pattern: str, path: str) -> bool:
    steps, found = pattern.split("."), path.split(".")
    return len(steps) == len(found) and all(s in ("*", f) for s, f in zip(steps, found, strict=True))


def _paths(row: Parameter, given: Scenario) -> dict[str, Any]:
    """Where the row's setting stands in a scenario, and its value."""
    if row.default is not None:
        name = row.name.removeprefix("model.")
        submodel, leaf = name.split(".")
        return {f"model.parameters.{name}": given.model.parameters[submodel][leaf]}
    found = {path: value for path, value in settings(given).items() if _fits(row.name, path)}
    found.pop("staffing.roles.milieu_therapist.kind", None)  # without any there is no ward
    for role, weights in given.staffing.allocation.items():
        if row.name.startswith("staffing.allocation.") and len(set(weights)) > 1:
            found[f"staffing.allocation.{role}.0"] = weights[0]
    return dict(list(found.items())[:24])


def _order(row: Parameter) -> list[str]:
    hints = [start for start in FIRST if row.name.startswith(start)]
    first = FIRST[max(hints, key=len)] if hints else "community_centre"
    return [first, *(name for name in STAGES if name != first)]


def _four_nights(given: Scenario) -> Scenario:
    """The ward's night crew works four nights in a row."""
    crews = [crew.model_dump() for crew in given.rotation.crews]
    for crew in crews:
        for kind in ("rows", "weekend_rows", "part_rows"):
            crew[kind] = tuple(row.replace("NN---", "NNNN-") for row in crew[kind])
    return changed(given, "rotation.crews", crews)


def _prepared(row: Parameter, given: Scenario) -> Scenario:
    for path, value in WITH.get(row.name, {}).items():
        given = _four_nights(given) if path == "rotation.crews" else changed(given, path, value)
    return given


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row.name)
def test_another_value_changes_an_outcome(row: Parameter) -> None:
    tried = []
    for name in _order(row):
        given = _prepared(row, scenario(*STAGES[name]))
        before = run(given, [0]) if row.name in WITH else outcomes(*STAGES[name], replications=1)
        for path, value in _paths(row, given).items():
            for place, other in alternatives(row, path, value, given):
                after = run(changed(given, place, other), [0])
                tried.append((name, path, value, other))
                if any(not np.array_equal(after[o], before[o], equal_nan=True) for o in before):
                    return
    pytest.fail(f"{row.name} ({row.label}) changes no outcome; tried {tried}")


def test_what_is_left_out_is_still_in_the_register() -> None:
    names = {row.name for row in load_register()}
    assert set(WITH) <= names
    assert set(ELSEWHERE) <= names
