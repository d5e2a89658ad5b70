"""The world of one run: layouts of the tables that are not state variables, and the names of their codes.

Read-only tables come from ``inputs.py`` and are shared by all replications; the others belong to one run.
How a process reaches a row stands in ``access.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _layout(*fields: tuple[str, str]) -> np.dtype[Any]:
    return np.dtype(list(fields), align=True)


#: Where the run stands: one row.
CLOCK = _layout(
    ("key", "u8"), ("tick", "i8"), ("beat", "i8"), ("beats", "i8"), ("slot", "i8"), ("day", "i8"), ("minute", "f8"),
    ("next_duty", "i8"), ("next_sleep", "i8"), ("next_rest", "i8"), ("n_people", "i8"), ("n_here", "i8"), ("n_present", "i8"),
    ("n_free", "i8"), ("n_in_crisis", "i8"), ("next_end_min", "f8"), ("n_open", "i8"), ("next_who", "i8"),
    ("n_referred", "i8"), ("n_waiting", "i8"), ("next_referral_min", "f8"), ("next_return_min", "f8"),
    ("n_contacts", "i8"),
    ("n_crises", "i8"), ("n_measures", "i8"), ("n_matters", "i8"), ("n_stays", "i8"),
    ("n_referrals", "i8"), ("n_handovers", "i8"), ("n_duties_done", "i8"), ("n_weeks", "i8"),
    ("tension_keeps", "f8"), ("fast_keeps", "f8"), ("fast_noise", "f8"),
    ("approaches", "f8"), ("peer_approaches", "f8"),
)  # fmt: skip
DUTY = _layout(
    ("staff", "i8"), ("start_min", "f8"), ("end_min", "f8"), ("paid_h", "f8"), ("is_night", "i8"),
    ("run", "i8"),
    ("is_quick", "i8"),
)  # fmt: skip
#: Somebody falls asleep or wakes.
SPAN = _layout(("staff", "i8"), ("time_min", "f8"), ("asleep", "i8"))
DAY = _layout(
    ("weekday", "i8"),
    ("rest_day", "i8"),
    ("leave_starts", "i8"),
    ("closed_until_min", "f8"),
)
#: One tick of the day.
SLOT = _layout(
    ("aggression", "f8"), ("self_harm", "f8"), ("leaving", "f8"), ("body_clock", "f8"),
    ("duty_share", "f8"),
    ("people_awake", "i8"), ("medication_round", "i8"),
    ("quarter", "i8"), ("hour", "i8"), ("six_hours", "i8"), ("item_begins", "i8"), ("forum_meets", "i8"),
)  # fmt: skip
#: An item of the programme.
ITEM = _layout(
    ("kind", "i8"),
    ("weekdays", "i8"),
    ("start_min", "f8"),
    ("minutes", "f8"),
    ("role", "i8"),
    ("n_staff", "i8"),
    ("share", "f8"),
)
ROLE = _layout(
    ("kind", "i8"), ("skill", "f8"), ("means", "f8"), ("documents", "i8"), ("cover", "i8"),
    ("sessions_week", "f8"),
    ("hourly", "f8"),
)  # fmt: skip
FORUM = _layout(("weekdays", "i8"), ("start_min", "f8"), ("minutes", "f8"))
FORUM_OF = _layout(("forum", "i8"))
WEIGHT = _layout(("weight", "f8"), ("there", "i8"))
MIX = _layout(("share", "f8"))
TOGETHER = _layout(("hours", "f8"))
HERE = _layout(("person", "i8"))
FREE = _layout(("person", "i8"))
QUEUE = _layout(("person", "i8"), ("until_min", "f8"))
CANDIDATE = _layout(("row", "i8"), ("up_to", "f8"))
PRESENT = _layout(("staff", "i8"))
OPEN = _layout(("matter", "i8"))

#: Programme items.
#: Kinds of coercive measure, in the order of the schema.
HOLDING, RESTRAINT, SECLUSION, SHIELDING, RAPID, FORCED = range(6)
I_GROUP, I_MEAL, I_HOUSEHOLD, I_MEETING, I_EXPOSURE = range(5)
ITEM_KIND = ("group", "meal", "household", "meeting", "exposure")
#: Kinds of role.
MILIEU, DOCTOR, PSYCHOLOGIST, PEER, OTHER = range(5)
ROLE_KIND = ("milieu_therapist", "doctor", "psychologist", "peer_worker", "other")
#: Forums, in the order of the schema.
AT_ONCE, SHIFT_LEADER, NEXT_DOCTOR, WARD_ROUND, CONFERENCE, NETWORK = range(6)
#: Matters, in the order of the schema.
EVERYDAY, PLAN, MEDICATION, IN_CRISIS, ADMISSION, DISCHARGE = range(6)
