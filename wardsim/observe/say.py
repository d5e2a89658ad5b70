"""Say and being heard: proxies for what a person staying would notice, not their experience."""

from __future__ import annotations

from typing import Any

import numpy as np

from wardsim.model.buffers import M_OPEN
from wardsim.model.world import EVERYDAY
from wardsim.observe.indices import first_of_each, mean, share, worst_tenth
from wardsim.observe.window import Window

LITTLE_KNOWN = 0.2


def say(w: Window) -> dict[str, float]:
    """Preferences met, requests, waiting, agency, knowledge that reaches deciders, trusted people, own
    plan."""
    m = w.matters
    everyday = m[m["matter"] == EVERYDAY]
    larger = m[m["matter"] != EVERYDAY]
    met_by_person = _by_person(m, m["met"])
    free, other = m[m["wants_free"] == 1], m[m["wants_free"] == 0]
    hours = (m["decided_min"] - m["asked_min"]) / 60.0
    in_min, awake = w.sum("in_min"), w.sum("awake_min")
    still_open = w.record.tables["matters"]
    still_open = still_open[
        (still_open["state"] == M_OPEN) & (still_open["asked_min"] >= w.inputs.warmup_min)
    ]
    asked = len(everyday) + int((still_open["matter"] == EVERYDAY).sum())
    distressed = w.sum("distressed_min")
    trusted_from = w.inputs.scenario.model.parameters["relations"]["trusted_from"]
    with_plan = w.incidents[w.incidents["had_plan"] == 1]
    return {
        "preference_met_share": mean(m["met"]),
        "preference_met_share_worst_tenth": worst_tenth(met_by_person),
        "requests_granted_share_worst_tenth": worst_tenth(_by_person(everyday, everyday["met"])),
        "asked_before_decided_share_worst_tenth": worst_tenth(_by_person(m, m["asked_before"])),
        "waiting_h_per_matter_worst_tenth": -worst_tenth(-_by_person(m, hours)),
        "agency_at_discharge_worst_tenth": worst_tenth(w.ended["agency_end"]),
        "preference_met_larger_matters_share": mean(larger["met"]),
        "preference_met_medication_free_minus_other": mean(free["met"]) - mean(other["met"]),
        "worked_out_share": mean(m["worked"]),
        "asked_before_decided_share": mean(m["asked_before"]),
        "requests_granted_share": share(float(everyday["met"].sum()), asked),
        "requests_refused_share": share(float((everyday["met"] == 0).sum()), asked),
        "requests_pending_share": share(float(asked - len(everyday)), asked),
        "waiting_h_per_matter": mean(hours),
        "waiting_h_per_matter_slowest_tenth": -worst_tenth(-hours),
        "pending_matters": share(w.sum("wait_pending_min"), in_min),
        "agency_mean": share(w.sum("agency_min"), in_min),
        "agency_at_discharge": mean(w.ended["agency_end"]),
        "knowledge_reaching_decider": mean(m["knowledge"]),
        "story_retold_per_stay": share(float(_retold(w)), float(w.is_whole.sum())),
        "minutes_until_trusted_in_distress": 15.0 * share(w.sum("waited_trusted_sum"), distressed),
        "share_distressed_time_trusted_on_duty": share(w.sum("trusted_near_min"), distressed),
        "share_crises_met_by_trusted": mean(w.crises["best_trust"] >= trusted_from),
        "undisturbed_h_per_patient_day": share(w.sum("undisturbed_min") / 60.0, w.patient_days),
        "share_awake_undisturbed": share(w.sum("undisturbed_min"), awake),
        "own_plan_share": mean(w.ended["own_plan"]),
        "own_plan_followed_share": mean(with_plan["plan_followed"]),
        "being_with_missed_share": share(
            float(w.ended["bw_missed_min"].sum()),
            float((w.ended["bw_missed_min"] + w.ended["bw_given_min"]).sum())
        ),
    }  # fmt: skip


def _by_person(rows: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Mean by person of a value for each row."""
    if len(rows) == 0:
        return np.zeros(0)
    n = np.bincount(rows["person"])
    total = np.bincount(rows["person"], weights=values)
    means: np.ndarray[Any, Any] = total[n > 0] / n[n > 0]
    return means


def _retold(w: Window) -> int:
    """First personal contacts of whole stays with somebody who could know almost nothing of the person."""
    stay = w.contacts["stay"].astype(np.int64)
    wanted = np.flatnonzero(w.is_personal & w.is_whole[stay])
    first = wanted[first_of_each(stay[wanted], w.provider[wanted])]
    return int((w.contacts["known_usable"][first] < LITTLE_KNOWN).sum())
