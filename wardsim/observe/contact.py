"""Contact: minutes by kind and role, share of staff time, who goes without."""

from __future__ import annotations

from typing import Any

import numpy as np

from wardsim.model.state import (
    COMPANION,
    INPATIENT,
    K_CRISIS,
    K_GROUP,
    K_HOME,
    K_HOUSEHOLD,
    K_INFORMAL,
    K_MEAL,
    KIND,
    LIMIT,
    PRESSURE,
    STANCE,
)
from wardsim.model.world import MILIEU, ROLE_KIND
from wardsim.observe.indices import gini, share
from wardsim.observe.window import ONE_TO_ONE, Window

CONVERSATION_WORTH_THE_NAME_MIN = 15.0
SHARED = (K_GROUP, K_MEAL, K_HOUSEHOLD)
ONE_TO_ONE_KIND = np.isin(np.arange(len(KIND)), ONE_TO_ONE)


def contact(w: Window) -> dict[str, float]:
    """Contact outcomes; all minutes per patient-day as an inpatient."""
    days, c = w.patient_days, w.contacts
    role, kind, stance = w.inputs.roles["kind"][c["role"]], c["kind"], c["stance"]
    minutes, equivalent = c["minutes"], c["equivalent_min"]
    inpatient = c["setting"] == INPATIENT
    milieu = inpatient & (role == MILIEU)
    calm = milieu & (kind != K_CRISIS)
    by_kind = np.bincount(kind[milieu], weights=minutes[milieu], minlength=len(KIND))
    by_role = np.bincount(role[inpatient], weights=equivalent[inpatient], minlength=len(ROLE_KIND))
    in_stance = np.bincount(stance[calm], minlength=len(STANCE)).astype(float)
    one = calm & ONE_TO_ONE_KIND[kind]
    n_calm = float(in_stance.sum())
    by_day = w.sum("staff_awake_day_min")
    outcomes = {
        "contact_minutes_per_patient_day": share(float(equivalent[calm].sum()), days),
        "one_to_one_minutes_per_patient_day": share(float(by_kind[list(ONE_TO_ONE)].sum()), days),
        "shared_minutes_per_patient_day": share(float(by_kind[list(SHARED)].sum()), days),
        "staff_share_direct_contact_07_22": share(w.sum("contact_day_min"), by_day),
        "staff_share_one_to_one_conversation": share(w.sum("one_to_one_day_min"), by_day),
        "mean_minutes_informal_contact": share(
            float(by_kind[K_INFORMAL]), float((milieu & (kind == K_INFORMAL)).sum())
        ),
        "share_patient_weeks_without_conversation_over_15min": share(
            float((w.weeks["longest_conversation_min"] < CONVERSATION_WORTH_THE_NAME_MIN).sum()), len(w.weeks)
        ),
        "companion_share": share(float(in_stance[COMPANION]), n_calm),
        "pressure_or_limit_share": share(float(in_stance[PRESSURE] + in_stance[LIMIT]), n_calm),
        "gini_one_to_one": gini(_by_stay(w, c["stay"][one], minutes[one])),
        "unmet_need_h": share(w.sum("need_min"), w.sum("in_min")),
        "interrupted_share": share(float(c["interrupted"][calm].sum()), n_calm),
    }  # fmt: skip
    for number, name in enumerate(KIND):
        if number != K_HOME:
            outcomes[f"minutes_{name}_per_patient_day"] = share(float(by_kind[number]), days)
    for number, name in enumerate(ROLE_KIND):
        outcomes[f"minutes_with_{name}_per_patient_day"] = share(float(by_role[number]), days)
    return outcomes


def _by_stay(
    w: Window, stay: np.ndarray[Any, Any], one_to_one_min: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """One-to-one minutes per inpatient day of each stay in the window of at least two such days."""
    minutes = np.bincount(stay, weights=one_to_one_min, minlength=len(w.stays))
    whole = w.stays["start_min"] >= w.inputs.warmup_min
    days = w.stays["in_min"] / 1440.0
    keep = (w.stays["end"] > 0) & whole & (days >= 2.0)
    rates: np.ndarray[Any, Any] = minutes[keep] / days[keep]
    return rates
