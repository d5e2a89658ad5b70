"""Contact: minutes by kind and role, share of staff time, who goes without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
    days, sums, kinds = w.patient_days, w.contact_sums, w.inputs.roles["kind"]
    with_milieu = kinds == MILIEU
    by_kind = sums.minutes[INPATIENT][with_milieu].sum(axis=(0, 2))
    by_role = np.bincount(
        kinds, weights=sums.equivalent_min[INPATIENT].sum(axis=(1, 2)), minlength=len(ROLE_KIND)
    )
    calm = np.zeros_like(sums.n, bool)
    calm[INPATIENT, with_milieu] = True
    calm[:, :, K_CRISIS] = False
    one_to_one = calm & ONE_TO_ONE_KIND[:, None]
    in_stance = np.where(calm, sums.n, 0.0).sum(axis=(0, 1, 2))
    n_informal = float(sums.n[INPATIENT][with_milieu][:, K_INFORMAL].sum())
    n_calm = float(in_stance.sum())
    by_day = w.sum("staff_awake_day_min")
    outcomes = {
        "contact_minutes_per_patient_day": share(float(sums.equivalent_min[calm].sum()), days),
        "one_to_one_minutes_per_patient_day": share(float(by_kind[list(ONE_TO_ONE)].sum()), days),
        "shared_minutes_per_patient_day": share(float(by_kind[list(SHARED)].sum()), days),
        "staff_share_direct_contact_07_22": share(w.sum("contact_day_min"), by_day),
        "staff_share_one_to_one_conversation": share(w.sum("one_to_one_day_min"), by_day),
        "mean_minutes_informal_contact": share(float(by_kind[K_INFORMAL]), n_informal),
        "share_patient_weeks_without_conversation_over_15min": share(
            float((w.weeks["longest_conversation_min"] < CONVERSATION_WORTH_THE_NAME_MIN).sum()), len(w.weeks)
        ),
        "companion_share": share(float(in_stance[COMPANION]), n_calm),
        "pressure_or_limit_share": share(float(in_stance[PRESSURE] + in_stance[LIMIT]), n_calm),
        "gini_one_to_one": gini(_by_stay(w, one_to_one.ravel()[sums.cell])),
        "unmet_need_h": share(w.sum("need_min"), w.sum("in_min")),
        "interrupted_share": share(float(sums.interrupted[calm].sum()), n_calm),
    }  # fmt: skip
    for number, name in enumerate(KIND):
        if number != K_HOME:
            outcomes[f"minutes_{name}_per_patient_day"] = share(float(by_kind[number]), days)
    by_stance = sums.minutes[INPATIENT][with_milieu].sum(axis=(0, 1))
    for number, name in enumerate(STANCE):
        outcomes[f"minutes_in_stance_{name}_per_patient_day"] = share(float(by_stance[number]), days)
    for number, name in enumerate(ROLE_KIND):
        outcomes[f"minutes_with_{name}_per_patient_day"] = share(float(by_role[number]), days)
    return outcomes


def _by_stay(w: Window, one_to_one: NDArray[np.bool_]) -> NDArray[np.float64]:
    """One-to-one minutes per inpatient day of each stay in the window of at least two such days."""
    rows, stay, length = np.flatnonzero(one_to_one), w.contacts["stay"], w.contacts["minutes"]
    minutes = np.bincount(stay[rows], weights=length[rows], minlength=len(w.stays))
    whole = w.stays["start_min"] >= w.inputs.warmup_min
    days = w.stays["in_min"] / 1440.0
    keep = (w.stays["end"] > 0) & whole & (days >= 2.0)
    rates: NDArray[np.float64] = minutes[keep] / days[keep]
    return rates
