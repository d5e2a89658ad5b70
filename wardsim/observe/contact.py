"""Contact: minutes by kind and role, share of staff time, who goes without."""

from __future__ import annotations

from typing import Any

import numpy as np

from wardsim.model.state import (
    COMPANION,
    K_CRISIS,
    K_GROUP,
    K_HOME,
    K_HOUSEHOLD,
    K_INFORMAL,
    K_MEAL,
    KIND,
    LIMIT,
    PRESSURE,
)
from wardsim.model.world import MILIEU, ROLE_KIND
from wardsim.observe.indices import gini, share
from wardsim.observe.window import ONE_TO_ONE, Window

CONVERSATION_WORTH_THE_NAME_MIN = 15.0
SHARED = (K_GROUP, K_MEAL, K_HOUSEHOLD)


def contact(w: Window) -> dict[str, float]:
    """Contact outcomes; all minutes per patient-day as an inpatient."""
    days = w.patient_days
    all_rows = w.contacts[w.contacts["kind"] != K_HOME]
    rows = w.of_role(all_rows, MILIEU)
    calm = rows[rows["kind"] != K_CRISIS]
    one = calm[np.isin(calm["kind"], ONE_TO_ONE)]
    by_day = w.sum("staff_awake_day_min")
    informal = rows[rows["kind"] == K_INFORMAL]
    outcomes = {
        "contact_minutes_per_patient_day": share(float(calm["equivalent_min"].sum()), days),
        "one_to_one_minutes_per_patient_day": share(float(one["minutes"].sum()), days),
        "shared_minutes_per_patient_day": share(float(calm["minutes"][np.isin(calm["kind"],
        SHARED)].sum()), days),
        "staff_share_direct_contact_07_22": share(w.sum("contact_day_min"), by_day),
        "staff_share_one_to_one_conversation": share(w.sum("one_to_one_day_min"), by_day),
        "mean_minutes_informal_contact": share(float(informal["minutes"].sum()), len(informal)),
        "share_patient_weeks_without_conversation_over_15min": share(
            float((w.weeks["longest_conversation_min"] < CONVERSATION_WORTH_THE_NAME_MIN).sum()), len(w.weeks)
        ),
        "companion_share": share(float((calm["stance"] == COMPANION).sum()), len(calm)),
        "pressure_or_limit_share": share(float(np.isin(calm["stance"], (PRESSURE, LIMIT)).sum()), len(calm)),
        "gini_one_to_one": gini(_by_stay(w, one)),
        "unmet_need_h": share(w.sum("need_min"), w.sum("in_min")),
        "interrupted_share": share(float(calm["interrupted"].sum()), len(calm)),
    }  # fmt: skip
    for number, name in enumerate(KIND):
        if number != K_HOME:
            minutes = float(rows["minutes"][rows["kind"] == number].sum())
            outcomes[f"minutes_{name}_per_patient_day"] = share(minutes, days)
    for number, name in enumerate(ROLE_KIND):
        minutes = float(w.of_role(all_rows, number)["equivalent_min"].sum())
        outcomes[f"minutes_with_{name}_per_patient_day"] = share(minutes, days)
    return outcomes


def _by_stay(w: Window, rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """One-to-one minutes per inpatient day of each ended stay of at least two days."""
    minutes = np.bincount(rows["stay"], weights=rows["minutes"], minlength=len(w.stays))
    start = np.maximum(w.stays["start_min"], w.inputs.warmup_min)
    days = (w.stays["end_min"] - start) / 1440.0
    keep = (w.stays["end"] > 0) & (days >= 2.0)
    rates: np.ndarray[Any, Any] = minutes[keep] / days[keep]
    return rates
