"""Continuity: relational, informational and management, after Haggerty et al. 2003 (BMJ 327:1219-1221)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wardsim.observe.indices import compact, distinct, grouped_indices, numbered, share
from wardsim.observe.window import Rows, Window

LEAST_CONTACTS = 5
WEEK_MIN = 10080.0
SPAN_MIN = 1e8  # longer than any run: keeps the weeks of stays apart on one axis


def continuity(w: Window) -> dict[str, float]:
    """Indices by person and by team, faces a week, known people on duty, knowledge over a handover."""
    rows = w.personal
    by_person = grouped_indices(rows["stay"].astype(np.int64), w.personal_provider, LEAST_CONTACTS)
    by_team = grouped_indices(rows["stay"].astype(np.int64), _team(w, rows), LEAST_CONTACTS)
    awake, in_min = w.sum("awake_min"), w.sum("in_min")
    h = w.handovers
    lost = np.maximum(0.0, h["before"] - h["after"])
    people = float(h["people"].sum())
    return {
        "upc": by_person[0], "coc": by_person[1], "secon": by_person[2],
        "upc_team": by_team[0], "coc_team": by_team[1], "secon_team": by_team[2],
        "distinct_staff_per_week": _faces_per_week(w),
        "distinct_staff_per_stay": _faces_per_stay(w),
        "share_new_staff_by_day": share(_first_meetings(w), float(_staff_days(w))),
        "share_waking_time_known_staff_present": share(w.sum("known_min"), awake),
        "share_staff_on_duty_known": share(w.sum("known_share_min"), awake),
        "best_trust_on_duty": share(w.sum("best_trust_min"), in_min),
        "usable_knowledge_before_handover": share(float(h["before"].sum()), people),
        "usable_knowledge_after_handover": share(float(h["after"].sum()), people),
        "knowledge_drop_per_handover": share(float(lost.sum()), people),
    }  # fmt: skip


def _team(w: Window, rows: Rows) -> NDArray[np.int64]:
    """Team of each contact: those who are on duty together by the scheme are one team; who has none stands
    alone."""
    people = w.inputs.roster.people
    alone = people["team"] < 0
    number = np.where(alone, 100_000 + people["id"], people["team"]).astype(np.int64)
    keys = people["unit"].astype(np.int64) * 1_000_000 + number
    team: NDArray[np.int64] = compact(keys)[rows["staff"]]
    return team


def _faces_per_week(w: Window) -> float:
    """Different members of staff that a person has a personal contact with in a full week of a stay.

    A week that begins or ends with the stay is left out: a service of short stays would show fewer faces.
    """
    weeks = w.weeks[w.weeks["time_min"] - WEEK_MIN >= w.inputs.warmup_min]
    if len(weeks) == 0:
        return math.nan
    rows = w.personal
    ends = np.sort(weeks["stay"] * SPAN_MIN + weeks["time_min"])
    of_contact = rows["stay"] * SPAN_MIN + rows["start_min"]
    week = np.minimum(np.searchsorted(ends, of_contact, side="right"), len(ends) - 1)
    inside = (of_contact < ends[week]) & (of_contact >= ends[week] - WEEK_MIN)
    return distinct(week[inside], w.personal_provider[inside]) / len(weeks)


def _faces_per_stay(w: Window) -> float:
    """Different members of staff in a whole stay (stays begun and ended in the window)."""
    whole = w.is_whole
    stay = w.personal["stay"].astype(np.int64)
    met = distinct(stay[whole[stay]], w.personal_provider[whole[stay]])
    return share(float(met), float(whole.sum()))


def _first_meetings(w: Window) -> float:
    """Pairs of person and member of staff that met for the first time in the window, whichever the stay."""
    rows = w.record.tables["contacts"]
    person, who = rows["person"].astype(np.int64), w.provider_of_all
    before = rows["start_min"] < w.inputs.warmup_min
    return float(distinct(person, who) - distinct(person[before], who[before]))


def _staff_days(w: Window) -> int:
    """Pairs of stay and member of staff with a contact on a day, all days of the window."""
    rows = w.contacts
    day = (rows["start_min"] / 1440.0).astype(np.int64)
    stay_days = numbered(rows["stay"].astype(np.int64) * 8192 + day)  # rows go by stay and time
    return distinct(stay_days, w.provider)
