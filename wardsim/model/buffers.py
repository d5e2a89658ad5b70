"""What a run writes down: the contact ledger, the event tables, and daily sums.

Every table is a structured array with a count of rows in use.  The engine never writes past the end: the
runner enlarges a table that has too little room left before it goes on (``ensure_room``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

CONTACT = np.dtype([
    ("person", "i4"), ("stay", "i4"), ("who", "i4"), ("staff", "i4"), ("role", "i4"), ("unit", "i4"),
    ("setting", "u1"), ("kind", "u1"), ("stance", "u1"), ("interrupted", "u1"), ("start_min", "f8"), ("minutes", "f8"),
    ("equivalent_min", "f8"), ("distress", "f8"), ("distress_last", "f8"), ("trust_last", "f8"),
    ("known_usable", "f8"),
], align=True)  # fmt: skip
CRISIS = np.dtype([
    ("person", "i4"), ("stay", "i4"), ("unit", "i4"), ("kind", "u1"), ("trigger", "u1"), ("end", "u1"),
    ("start_min", "f8"), ("minutes", "f8"), ("best_trust", "f8"), ("responders", "i4"),
    ("n_measures", "i4"), ("had_plan", "u1"), ("plan_followed", "u1"),
    ("rho", "f8"), ("expected", "f8"), ("n_present", "i4"),
], align=True)  # fmt: skip
MEASURE = np.dtype([
    ("person", "i4"), ("stay", "i4"), ("unit", "i4"), ("crisis", "i4"), ("kind", "u1"),
    ("start_min", "f8"), ("hours", "f8"),
], align=True)  # fmt: skip
MATTER = np.dtype([
    ("person", "i4"), ("stay", "i4"), ("unit", "i4"), ("matter", "u1"), ("asked_min", "f8"),
    ("decided_min", "f8"), ("state", "u1"), ("met", "u1"), ("worked", "u1"), ("asked_before", "u1"),
    ("knowledge", "f8"), ("agency", "f8"), ("fits", "u1"), ("wants_free", "u1"), ("number", "i4"), ("granted_by", "i4"),
], align=True)  # fmt: skip
STAY = np.dtype([
    ("person", "i4"), ("episode", "i4"), ("unit", "i4"), ("start_min", "f8"), ("end_min", "f8"),
    ("in_min", "f8"), ("day_min", "f8"), ("home_min", "f8"), ("leave_min", "f8"), ("involuntary", "u1"),
    ("wants_free", "u1"), ("planned_days", "f8"), ("waited_min", "f8"), ("recovery_start", "f8"),
    ("recovery_end", "f8"), ("agency_end", "f8"), ("distress_start", "f8"), ("distress_end", "f8"),
    ("trust_best", "f8"), ("incidents", "i4"), ("physical", "i4"), ("self_harm", "i4"), ("left", "i4"),
    ("measures", "i4"), ("end", "u1"), ("return_days", "f8"), ("return_kind", "u1"), ("own_plan", "u1"),
    ("return_of", "u1"), ("bw_given_min", "f8"), ("bw_missed_min", "f8"),
], align=True)  # fmt: skip
REFERRAL = np.dtype([
    ("person", "i4"), ("time_min", "f8"), ("reason", "u1"), ("returning", "u1"), ("kind", "u1"),
], align=True)  # fmt: skip
HANDOVER = np.dtype([
    ("unit", "i4"), ("time_min", "f8"), ("before", "f8"), ("after", "f8"), ("people", "i4"),
], align=True)  # fmt: skip
DUTY_DONE = np.dtype([
    ("staff", "i4"), ("who", "i4"), ("role", "i4"), ("duty", "i4"), ("start_min", "f8"), ("hours", "f8"),
    ("state", "u1"), ("is_night", "u1"), ("quick", "u1"), ("run", "i4"), ("rho", "f8"), ("kss", "f8"),
    ("strain", "f8"), ("contact_min", "f8"), ("duty_min", "f8"), ("crisis_min", "f8"),
], align=True)  # fmt: skip
WEEK = np.dtype([
    ("person", "i4"), ("stay", "i4"), ("time_min", "f8"), ("longest_conversation_min", "f8"),
], align=True)  # fmt: skip

_DAILY = (
    "waited_trusted_sum", "awake_min", "in_min", "leave_min", "day_min", "home_min", "bed_min",
    "waiting_people", "distress_min", "tension_min", "need_min", "known_min", "undisturbed_min",
    "unfamiliar_min", "known_share_min", "staff_awake_min", "staff_awake_day_min", "duty_min",
    "break_min", "handover_min", "contact_min", "contact_day_min", "one_to_one_day_min", "shared_min",
    "meeting_min", "office_min", "milieu_min", "crisis_min", "undone_min", "overtime_min", "temp_min",
    "open_duty_min", "decided", "requests_granted", "requests_refused", "conflicts", "company_min",
    "wait_pending_min", "best_trust_min", "trusted_near_min", "distressed_min", "medicated_min",
    "agency_min", "recovery_min", "locked_min", "sick_min", "planned_min", "bed_wanted",
)  # fmt: skip
DAILY = np.dtype([(name, "f8") for name in _DAILY])
ROLE_SUM = np.dtype(
    [(name, "f8") for name in ("contact_min", "crisis_min", "duty_min", "authority", "known_decisions")]
)

#: Reasons why somebody was not admitted.
ADMITTED, FULL_WAITS, EXCLUDED, LEFT_THE_LIST, FROM_THE_LIST = range(5)
REASON = (
    "admitted",
    "waits",
    "excluded by the rules",
    "left the waiting list",
    "admitted from the waiting list",
)
#: How a crisis ends.
E_DEESCALATED, E_PROLONGED, E_COERCION, E_TRANSFER, E_POLICE, E_CARE, E_UNMET, E_GONE = range(8)
CRISIS_END = (
    "de-escalated",
    "prolonged one-to-one",
    "coercive measure",
    "transfer",
    "police",
    "medical care",
    "nobody came",
    "gone",
)
#: Kinds of crisis.
C_VERBAL, C_PHYSICAL, C_SELF_HARM, C_LEAVING = range(4)
CRISIS_KIND = ("verbal aggression", "physical aggression", "self-harm", "leaving unannounced")
#: What came just before.
T_NONE, T_REFUSAL, T_WAITING, T_LIMIT, T_MEDICATION, T_CROWDING = range(6)
TRIGGER = ("none", "refusal", "waiting", "limit", "medication round", "crowding")
#: How a stay ends.
S_OPEN, S_PLANNED, S_ELSEWHERE, S_TRANSFER, S_LEFT = range(5)
STAY_END = ("still here", "discharged", "referred elsewhere", "transferred", "left unannounced")
#: State of a matter.
M_OPEN, M_DECIDED, M_LAPSED = range(3)
#: How a planned duty was filled.
F_WORKED, F_OPEN, F_OVERTIME, F_TEMP, F_COVERING = range(5)

TABLE_DTYPES: tuple[tuple[str, np.dtype[Any]], ...] = (
    ("contacts", CONTACT), ("crises", CRISIS), ("measures", MEASURE), ("matters", MATTER),
    ("stays", STAY), ("referrals", REFERRAL),
    ("handovers", HANDOVER), ("duties_done", DUTY_DONE), ("weeks", WEEK),
)  # fmt: skip


def room_for(n_people: int, n_staff: int, days: float) -> dict[str, int]:
    """Rows that `days` days can fill at the very most, by table (a generous bound, checked by a test)."""
    person_days, staff_days = n_people * days, n_staff * days
    return {
        "contacts": int(200 * person_days + 60 * staff_days) + 500, "crises": int(20 * person_days) + 200,
        "measures": int(60 * person_days) + 400, "matters": int(30 * person_days) + 300,
        "stays": int(3 * person_days) + 100,
        "referrals": int(6 * person_days) + 200, "handovers": int(30 * staff_days) + 100,
        "duties_done": int(6 * staff_days) + 100,
        "weeks": int(2 * person_days) + 100,
    }  # fmt: skip
