"""Crises, each kind on its own and never summed without its parts; coercion, also what is passed on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wardsim.model.buffers import (
    C_LEAVING,
    C_PHYSICAL,
    C_SELF_HARM,
    C_VERBAL,
    CRISIS_END,
    E_COERCION,
    E_DEESCALATED,
    E_POLICE,
    E_TRANSFER,
    EXCLUDED,
    S_ELSEWHERE,
    S_TRANSFER,
    T_MEDICATION,
    T_REFUSAL,
)
from wardsim.model.inputs import Inputs
from wardsim.observe.indices import mean, share
from wardsim.observe.window import Window
from wardsim.scenario.schema import MEASURES

HOURS_AFTER = 8.0


def crises(w: Window) -> dict[str, float]:
    """Rates per 100 patient-days, ends, people involved, coercive measures, coercion_all, clustering."""
    per_100 = 100.0 / w.patient_days if w.patient_days > 0 else math.nan
    kind, end = w.crises["kind"], w.crises["end"]
    aggression = w.incidents
    ended = w.ended
    involved = ended[ended["incidents"] > 0]
    n_stays = len(ended)
    passed_on = int(np.isin(end, (E_TRANSFER, E_POLICE)).sum()) + int((ended["end"] == S_ELSEWHERE).sum())
    passed_on += int((w.referrals["reason"] == EXCLUDED).sum())
    years = w.days / 365.0
    found = {
        "incidents_per_100_patient_days": len(aggression) * per_100,
        "physical_incidents_per_100_patient_days": float((kind == C_PHYSICAL).sum()) * per_100,
        "verbal_incidents_per_100_patient_days": float((kind == C_VERBAL).sum()) * per_100,
        "self_harm_per_100_patient_days": float((kind == C_SELF_HARM).sum()) * per_100,
        "leaving_unannounced_per_100_patient_days": float((kind == C_LEAVING).sum()) * per_100,
        "share_stays_with_incident": share(float(len(involved)), n_stays),
        "incidents_per_involved_stay": share(float(involved["incidents"].sum()), len(involved)),
        "share_incidents_after_refusal": mean(aggression["trigger"] == T_REFUSAL),
        "share_incidents_at_medication_round": mean(aggression["trigger"] == T_MEDICATION),
        "share_incidents_deescalated": mean(aggression["end"] == E_DEESCALATED),
        "share_incidents_ending_in_coercion": mean(aggression["end"] == E_COERCION),
        "coercive_measures_per_100_patient_days": len(w.measures) * per_100,
        "coercive_measures_per_stay": share(float(ended["measures"].sum()), n_stays),
        "coercive_measures_per_100_stays": 100.0 * share(float(len(w.measures)), n_stays),
        "coercive_hours_per_100_stays": 100.0 * share(float(w.measures["hours"].sum()), n_stays),
        "share_stays_with_coercive_measure": share(float((ended["measures"] > 0).sum()), n_stays),
        "coercion_all_per_100_patient_days": (len(w.measures) + passed_on) * per_100,
        "transfers_per_year": share(float((ended["end"] == S_TRANSFER).sum()), years),
        "referred_elsewhere_per_year": share(float((ended["end"] == S_ELSEWHERE).sum()), years),
        "police_per_year": share(float((end == E_POLICE).sum()), years),
        "locked_door_h_per_patient_day": share(w.sum("locked_min") / 60.0, w.patient_days),
        "share_incidents_12_18": mean(_in_the_afternoon(aggression["start_min"])),
        "hour_of_peak_incidents": _circular_mean_hour(aggression["start_min"]),
        "rate_ratio_other_peoples_incidents_8h_after": others_after(w.inputs, w.record.tables["crises"],
        w.stays),
        "tension_mean": share(w.sum("tension_min"), 1440.0 * w.days * len(w.inputs.units)),
        "conflicts_per_100_patient_days": w.sum("conflicts") * per_100,
    }  # fmt: skip
    for number, name in enumerate(MEASURES):
        found[f"{name}_per_100_stays"] = 100.0 * share(float((w.measures["kind"] == number).sum()), n_stays)
    for number, end_name in enumerate(CRISIS_END):
        key = end_name.replace("-", "_").replace(" ", "_")
        found[f"crises_end_{key}_per_100_patient_days"] = float((end == number).sum()) * per_100
    return found


def _in_the_afternoon(start_min: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Whether each incident began between 12:00 and 18:00."""
    hour = start_min % 1440.0 / 60.0
    found: np.ndarray[Any, Any] = (hour >= 12.0) & (hour < 18.0)
    return found


def _circular_mean_hour(start_min: np.ndarray[Any, Any]) -> float:
    """Mean hour of the day on the circle (the peak of a sinusoid), 0-24."""
    if len(start_min) == 0:
        return math.nan
    angle = 2 * np.pi * (start_min % 1440.0) / 1440.0
    return float(np.arctan2(np.sin(angle).sum(), np.cos(angle).sum()) / (2 * np.pi) * 24 % 24)


def others_after(inputs: Inputs, crises: np.ndarray[Any, Any], stays: np.ndarray[Any, Any]) -> float:
    """Others' incidents within 8 h after an incident over those expected, given person and hour of the day.

    Given how many incidents a stay had, chance would spread them over the stay in proportion to the rhythm of
    the day; so what is expected in the eight hours is that share of the stay's own incidents.
    """
    rows = crises[crises["kind"] <= C_PHYSICAL]
    if len(rows) < 2:
        return math.nan
    slots = inputs.read_only["slots"]["aggression"]
    grid = np.concatenate([[0.0], np.cumsum(slots)])
    width = 1440.0 / len(slots)

    def rhythm(minute: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        days, rest = np.divmod(minute, 1440.0)
        weight: np.ndarray[Any, Any] = days * grid[-1] + np.interp(rest / width, np.arange(len(grid)), grid)
        return weight

    with_any, n = np.unique(rows["stay"], return_counts=True)
    start = np.maximum(0.0, stays["start_min"][with_any])
    finish = np.where(stays["end"][with_any] > 0, stays["end_min"][with_any], inputs.end_min)
    whole = np.maximum(rhythm(finish) - rhythm(start), 1e-9)
    times, unit_of = rows["start_min"], stays["unit"]
    low, high = times[:, None], times[:, None] + 60.0 * HOURS_AFTER
    by_other = (rows["stay"] != rows["stay"][:, None]) & (unit_of[rows["stay"]] == rows["unit"][:, None])
    observed = float(((times > low) & (times <= high) & by_other).sum())
    other = (with_any != rows["stay"][:, None]) & (unit_of[with_any] == rows["unit"][:, None])
    overlap = rhythm(np.minimum(high, finish)) - rhythm(np.clip(low, start, finish))
    expected = float((n * np.maximum(0.0, overlap) / whole)[other].sum())
    return share(observed, expected)
