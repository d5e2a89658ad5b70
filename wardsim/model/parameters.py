"""The parameter row of a run: every number of the register, the policies of the scenario, the switches.

Numbers of the register keep their name, ``model.<submodel>.<name>`` becoming the field
``<submodel>_<name>``; numbers of
a group become ``<group>_<name>``; a mechanism becomes ``on_<name>`` (1 on, 0 off).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from wardsim.scenario.register import model_defaults
from wardsim.scenario.schema import Care, Crisis, Patients, Power, Rotation, Scenario, Staffing, Ward

#: The switches of ``model.mechanisms``; each is tested to change a named outcome.
MECHANISMS = (
    "fatigue", "sickness", "turnover", "staff_rotation", "handover", "written_record", "duties",
    "household", "programme",
    "need", "company", "visits", "stance", "rule_friction", "being_with", "trust", "knowledge",
    "listening", "power", "waiting",
    "agency", "medication", "contagion", "circadian", "first_week", "crisis_plans", "trust_in_crises",
    "power_in_crises",
    "training", "coercion_aftermath", "recovery", "returns", "settings", "leave", "strain", "familiarity",
)  # fmt: skip
#: Groups whose plain numbers and yes/no are parameters of the engine.
GROUPS: dict[str, type[BaseModel]] = {
    "care": Care, "power": Power, "patients": Patients, "staffing": Staffing, "crisis": Crisis,
    "rotation": Rotation, "ward": Ward,
}  # fmt: skip
DERIVED = (
    "crisis_coerces_verbal", "crisis_coerces_physical", "crisis_passes_on_verbal",
    "crisis_passes_on_physical",
    "crisis_medical_care_only", "crisis_measures_without_incident", "record_keep", "ward_door_factor",
    "ward_locked",
    "tick_min", "decision_form", "referral_rate_per_min", "people_limit",
    "pool_size", "recovery_halfway_day", "longest_stay_share", "list_size",
)  # fmt: skip
DECISION_FORMS = ("geometric", "arithmetic", "minimum", "rights_only", "no_power_effect")
GEOMETRIC, ARITHMETIC, MINIMUM, RIGHTS_ONLY, NO_POWER_EFFECT = range(5)


def _group_fields() -> list[str]:
    """Plain numbers and yes/no of the groups, as field names."""
    return [
        f"{prefix}_{name}"
        for prefix, group in GROUPS.items()
        for name, field in group.model_fields.items()
        if field.annotation in (bool, int, float)
    ]


def _layout() -> np.dtype[Any]:
    numbers = [f"{submodel}_{name}" for submodel, names in model_defaults().items() for name in names]
    names = [*numbers, *(f"on_{name}" for name in MECHANISMS), *_group_fields(), *DERIVED]
    return np.dtype([(name, "f8") for name in names])


#: Layout of the parameter row: the same for every scenario.
PAR_DTYPE = _layout()


class Sizes(NamedTuple):
    """How many rows of people a run can need."""

    first_referrals: int
    people: int


def treated_places(units: NDArray[Any]) -> int:
    """Beds and places in day clinic and home treatment."""
    return int(units["beds"].sum() + units["day_places"].sum() + units["home_places"].sum())


def parameter_record(scenario: Scenario, units: NDArray[Any], days: int) -> tuple[NDArray[Any], Sizes]:
    """The one-row array of parameters, and the sizes that follow from the demand."""
    values: dict[str, float] = {}
    for submodel, numbers in scenario.model.parameters.items():
        values.update({f"{submodel}_{name}": float(value) for name, value in numbers.items()})
    for name in MECHANISMS:
        values[f"on_{name}"] = 1.0 if scenario.model.mechanisms[name] else 0.0
    values.update(_policies(scenario))
    values["tick_min"] = float(scenario.model.tick_minutes)
    values["decision_form"] = float(DECISION_FORMS.index(scenario.model.decision))
    sizes = _demand(scenario, units, days, values)
    record = np.zeros(1, PAR_DTYPE)
    for name in PAR_DTYPE.names or ():
        record[name] = values[name]
    return record, sizes


def _policies(scenario: Scenario) -> dict[str, float]:
    """Policies of the scenario as numbers."""
    crises, record = scenario.model.parameters["crises"], scenario.model.parameters["record"]
    values: dict[str, float] = {}
    for field in _group_fields():
        prefix, name = field.split("_", 1)
        values[field] = float(getattr(getattr(scenario, prefix), name))
    policy = scenario.crisis.policy
    key = "routine" if policy == "containment_routine" else policy
    for what in ("coerces_verbal", "coerces_physical", "passes_on_verbal", "passes_on_physical"):
        values[f"crisis_{what}"] = crises[f"{key}_{what}"]
    values["crisis_medical_care_only"] = 1.0 if policy == "under_regulation" else 0.0
    without = {"containment_routine": 1.0, "last_resort": crises["last_resort_without_incident"]}
    values["crisis_measures_without_incident"] = without.get(policy, 0.0)
    values["record_keep"] = record[f"keep_{scenario.care.record}"]
    door = scenario.ward.door
    values["ward_door_factor"] = 1.0 if door == "open" else crises[f"door_{door}"]
    locked = {"open": 0.0, "partly_locked": crises["partly_locked_share"], "locked": 1.0}
    values["ward_locked"] = locked[door]
    return values


def _demand(scenario: Scenario, units: NDArray[Any], days: int, values: dict[str, float]) -> Sizes:
    """Rate of first referrals, pool of former patients, and rows of people.

    All admissions a day = demand ratio x places / mean stay; the part that is not a return within the
    followed time is a first referral.
    """
    patients, numbers = scenario.patients, scenario.model.parameters
    mean_stay = mean_truncated_lognormal(
        patients.stay_median_days, patients.stay_sigma, patients.stay_max_days
    )
    beds = float(units["beds"].sum())
    outside = float(units["day_places"].sum() + units["home_places"].sum())
    recovered, mean_stay = _expected_at_discharge(scenario, mean_stay)
    mean_days = mean_stay + (
        numbers["settings"]["step_days"] * min(1.0, outside / max(beds, 1.0)) if outside else 0.0
    )
    all_per_day = patients.demand_ratio * (beds + outside) / mean_days
    window, returns = numbers["returns"]["window_days"], numbers["returns"]
    risk = 1.0 - returns["aftercare_effect"] * returns["aftercare_reference"]
    if scenario.model.mechanisms["recovery"]:
        risk *= math.exp(-returns["recovery_slope"] * (recovered - returns["recovery_reference"]))
    back = 1.0 - math.exp(-((window / returns["scale_days"]) ** returns["shape"]) * risk)
    first_per_day = all_per_day * (1.0 - back) / max(0.05, 1.0 - patients.excluded_share)
    expected = first_per_day * days
    first = int(expected + 8.0 * math.sqrt(expected + 1.0) + 20)
    pool = int(all_per_day * window + 0.5)
    values["referral_rate_per_min"] = max(first_per_day, 1e-9) / 1440.0
    values["people_limit"] = float(first)
    values["pool_size"] = float(pool)
    values["recovery_halfway_day"] = _halfway_recovery_day(scenario)
    values["longest_stay_share"] = _share_of_days_in_longest_stays(patients)
    waiting = int(patients.waiting_at_start_days * (beds + outside) / mean_days + 0.5)
    values["list_size"] = float(waiting)
    return Sizes(first_referrals=first, people=first + int(beds) + 2 + pool + waiting)


def _share_of_days_in_longest_stays(patients: Patients) -> float:
    """Part of all days on the ward that belongs to stays of the greatest length (lognormal stays are cut there)."""
    median, sigma, longest = patients.stay_median_days, patients.stay_sigma, patients.stay_max_days
    at_longest = longest * (1.0 - _normal_cdf(math.log(longest / median) / sigma))
    return at_longest / mean_truncated_lognormal(median, sigma, longest)


def _normal_cdf(z: float) -> float:
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def _expected_at_discharge(scenario: Scenario, mean_stay: float) -> tuple[float, float]:
    """Recovery that a stay of mean length brings halfway between no and full contact, participation and
    agency, and the mean stay that follows from it.

    Demand must not depend on what a ward achieves, so only the mix of people and the parameters enter.
    """
    recovery, returns = scenario.model.parameters["recovery"], scenario.model.parameters["returns"]
    reference = returns["recovery_reference"]
    if not scenario.model.mechanisms["recovery"]:
        return reference, mean_stay
    per_day = _halfway_recovery_day(scenario)
    days = mean_stay
    for _ in range(20):
        recovered = 1.0 - math.exp(-per_day * days)
        days = mean_stay * (1.0 - recovery["stay_gain"] * (recovered - reference))
    return recovered, days


def _halfway_recovery_day(scenario: Scenario) -> float:
    """Recovery in a day halfway between no and full contact, participation and agency."""
    if not scenario.model.mechanisms["recovery"]:
        return 0.0
    recovery = scenario.model.parameters["recovery"]
    halfway = 0.5 * (recovery["contact_day"] + recovery["participation_day"] + recovery["agency_day"])
    return float(recovery["base_day"] + halfway)


def mean_truncated_lognormal(median: float, sigma: float, most: float) -> float:
    """Mean of min(X, most) for a lognormal X (days)."""
    mu = math.log(median)
    z = (math.log(most) - mu) / sigma
    return math.exp(mu + 0.5 * sigma * sigma) * _normal_cdf(z - sigma) + most * (1 - _normal_cdf(z))
