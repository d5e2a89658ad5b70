"""State variables: one table per entity, with type, unit and range; arrays are laid out from it.

One row of an array is one person staying, one member of staff, one unit, or one pair.  A person keeps the
row through every stay, so who returns is met by whoever remembers them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

F, I, B = "f8", "i8", "i8"


class Variable(NamedTuple):
    """A state variable: name, numpy type, unit, lowest and highest value, meaning on the ward."""

    name: str
    dtype: str
    unit: str
    low: float
    high: float
    meaning: str


def _table(*rows: tuple[str, str, str, float, float, str]) -> tuple[Variable, ...]:
    return tuple(Variable(*row) for row in rows)


INF = float("inf")

PERSON = _table(
    # looked at most often, so kept together: where the person is, how they are, and the hazards of crises
    ("number", I, "id", 0, INF, "keys the person's chances; the same person has it in every scenario"),
    ("unit", I, "row", 0, INF, "unit (team) that looks after the person"),
    ("setting", B, "code", 0, 7, "see SETTING"),
    ("activity", B, "code", 0, 9, "see DOING"),
    ("involuntary", B, "flag", 0, 1, "legal status"),
    ("being_with", B, "flag", 0, 1, "being-with agreed and wanted now"),
    ("with_staff", I, "row", -1, INF, "member of staff the person is with"),
    ("named", I, "row", -1, INF, "named worker"),
    ("until_min", F, "min", -INF, INF, "end of the activity"),
    ("alone_until_min", F, "min", -INF, INF, "wishes to be left alone until then"),
    ("slow", F, "sd", -INF, INF, "slow part of distress S"),
    ("fast", F, "sd", -INF, INF, "fast part of distress F"),
    ("need", F, "h", 0, 12, "unmet need for contact N"),
    ("reach", F, "ratio", 0, 1, "how readily the person reaches out"),
    ("agency", F, "share", 0, 1, "A, having a say"),
    ("medication", F, "share", 0, 1, "level of medication m"),
    ("admitted_min", F, "min", -INF, INF, "start of the stay"),
    ("crisis_until_min", F, "min", -INF, INF, "end of the present crisis"),
    ("crisis_rate", F, "ratio", 0, INF, "individual rate of aggression"),
    ("self_harm_rate", F, "ratio", 0, INF, "individual rate of self-harm"),
    ("leaving_rate", F, "ratio", 0, INF, "individual rate of leaving unannounced"),
    ("hazard_aggression", F, "1", 0, INF, "cumulated hazard"),
    ("hazard_self_harm", F, "1", 0, INF, "cumulated hazard"),
    ("hazard_leaving", F, "1", 0, INF, "cumulated hazard"),
    ("limit_aggression", F, "1", 0, INF, "threshold of the next event"),
    ("limit_self_harm", F, "1", 0, INF, "threshold of the next event"),
    ("limit_leaving", F, "1", 0, INF, "threshold of the next event"),
    ("hazard_measure", F, "1", 0, INF, "cumulated rate of coercive measures that follow no incident"),
    ("limit_measure", F, "1", 0, INF, "threshold of the next of them"),
    # traits, drawn once for each person
    ("need_rate", F, "h/day", 0, INF, "contact a person needs in a day"),
    ("baseline", F, "sd", 0, INF, "baseline distress b"),
    ("trust_start", F, "share", 0, 1, "trust in a member of staff not met before"),
    ("sociable", F, "share", 0, 1, "wish for company"),
    ("risk", F, "sd", -INF, INF, "risk seen at referral beyond distress"),
    ("wants_free", B, "flag", 0, 1, "wishes to be without medication"),
    # where the person is
    ("episode", I, "n", 0, INF, "number of this stay"),
    ("stay", I, "row", -1, INF, "row in the table of stays"),
    (
        "left_min",
        F,
        "min",
        -INF,
        INF,
        "until when what fades while away has faded: end of the last stay, or referral since",
    ),
    ("leave_until_min", F, "min", -INF, INF, "back from leave"),
    ("setting_since_min", F, "min", -INF, INF, "start of the present setting"),
    ("on_ward_since_min", F, "min", -INF, INF, "came to the ward, leave included; anew when brought back"),
    ("planned_days", F, "days", 0, INF, "planned length of the inpatient stay"),
    ("step_days", F, "days", 0, INF, "planned days in day clinic or at home after the ward"),
    (
        "discharge_asked_min",
        F,
        "min",
        -2,
        INF,
        "since when discharge waits for a decision; -1 not asked, -2 granted",
    ),
    ("discharge_from_min", F, "min", -INF, INF, "a refused discharge is not asked for again before then"),
    ("return_min", F, "min", 0, INF, "when the person comes back"),
    ("return_kind", B, "code", 0, 3, "see RETURN"),
    ("waiting_since_min", F, "min", -INF, INF, "since when the person waits for a place"),
    # how the person is
    ("comfort", F, "sd", 0, INF, "part of the slow distress that the last contact took away for a while"),
    ("medication_goal", F, "share", 0, 1, "agreed level"),
    ("withdrawal", F, "sd", 0, INF, "distress from tapering"),
    ("visited_day", I, "day", -1, INF, "day of the last home visit"),
    ("doctor_due_day", I, "day", 0, INF, "day from which a doctor's visit at home is due"),
    ("recovery", F, "share", 0, 1, "R"),
    ("own_plan", B, "flag", 0, 1, "joint crisis plan exists"),
    ("pending", I, "n", 0, INF, "matters waiting for a decision"),
    ("contact_day", F, "h", 0, INF, "trust-weighted contact, forgotten over 24 h: c"),
    ("company_day", F, "h", 0, INF, "company with others staying, forgotten over 24 h"),
    ("exposure", F, "sd", 0, INF, "relief gained by distress chosen as therapy"),
    ("unfamiliar", F, "share", 0, 1, "share of waking staff on duty the person does not know: u"),
    ("known_on_duty", B, "flag", 0, 1, "somebody known is on duty"),
    ("best_trust_on_duty", F, "share", 0, 1, "highest trust in anybody on duty"),
    # what the person does
    ("sessions_due", F, "n", 0, INF, "individual sessions owed"),
    ("session_no", I, "n", 0, INF, "individual sessions so far"),
    ("planning_due", F, "n", 0, INF, "planning conversations owed"),
    ("last_refusal_min", F, "min", -INF, INF, "last request refused or limit set"),
    ("last_contact_min", F, "min", -INF, INF, "end of the last contact"),
    ("distress_before", F, "sd", -INF, INF, "distress at the start of the last contact"),
    ("distress_start", F, "sd", -INF, INF, "distress at the start of the present contact"),
    ("trust_before", F, "share", -1, 1, "trust at the start of the last contact"),
    # being-with
    ("being_with_today_min", F, "min", 0, 1440, "being-with received today"),
    # what others carry over
    ("oral", F, "share", 0, 1, "oral part of the record O"),
    ("written", F, "share", 0, 1, "written part of the record"),
    # crises
    ("n_aggression", I, "n", 0, INF, "incidents so far"),
    ("n_self_harm", I, "n", 0, INF, "events so far"),
    ("n_leaving", I, "n", 0, INF, "events so far"),
    ("distressed_since_min", F, "min", -1, INF, "since when distress is high and nobody trusted has come"),
    ("n_measures", I, "n", 0, INF, "coercive measures so far"),
    # counts within the present week, for the weekly outcomes
    ("week_conversation_min", F, "min", 0, INF, "longest personal contact with milieu staff this week"),
    ("week_present_min", F, "min", 0, INF, "minutes present this week"),
)

STAFF = _table(
    # looked at most often, so kept together
    ("role", I, "row", 0, INF, "row in the table of roles"),
    ("unit", I, "row", -1, INF, "unit (team); -1: has left the ward"),
    ("who", I, "id", 0, INF, "the person holding the post now; a newcomer has another number"),
    ("on_site", B, "flag", 0, 1, "on a duty (awake or asleep)"),
    ("asleep", B, "flag", 0, 1, "asleep on site"),
    ("activity", B, "code", 0, 11, "see ACTIVITY"),
    ("is_temp", B, "flag", 0, 1, "the present duty is filled by somebody from outside"),
    ("kind", B, "code", 0, 9, "kind of the contact"),
    ("stance", B, "code", 0, 4, "stance of the contact"),
    ("trained", B, "flag", 0, 1, "trained in de-escalation and relational work"),
    ("start_min", F, "min", -INF, INF, "start of the activity"),
    ("until_min", F, "min", -INF, INF, "end of the activity"),
    ("duty_end_min", F, "min", -INF, INF, "end of the present duty"),
    ("partner", I, "row", -1, INF, "person they are with"),
    ("partner2", I, "row", -1, INF, "second person in the room, being-with"),
    ("work", B, "code", 0, 3, "whose the work in hand is: nobody's, own, the ward's, people's"),
    ("bound_for", I, "row", -1, INF, "person in home treatment they are on the way to"),
    ("duty", I, "row", -1, INF, "present duty"),
    ("backlog_min", F, "min", 0, INF, "own breaks, talks and other work due"),
    ("break_min", F, "min", 0, INF, "breaks due"),
    ("strain", F, "share", 0, 1, "strain"),
    ("quality", F, "ratio", 0, 1.2, "relational quality q"),
    ("skill", F, "ratio", 0, INF, "relational skill"),
    ("home_post", B, "flag", 0, 1, "belongs to this ward (not a guest from another)"),
    ("contract_h", F, "h/week", 0, 168, "hours of the contract"),
    ("previous_duty_min", F, "min", -INF, INF, "planned start of the duty before this one"),
    ("duty_start_min", F, "min", -INF, INF, "start of the present duty"),
    ("covering", B, "flag", 0, 1, "the present duty is overtime for a sick colleague"),
    ("sick_until_min", F, "min", -INF, INF, "end of the present or last spell of sickness"),
    ("pressure", F, "sleep units", 0, 20, "process S of the three-process model"),
    ("pressure_min", F, "min", -INF, INF, "when process S was last worked out"),
    ("resting", B, "flag", 0, 1, "asleep off duty"),
    ("bedtime", B, "flag", 0, 1, "the hours of sleep off duty run now"),
    ("lost_sleep_h", F, "h", 0, INF, "sleep lost on site"),
    ("awake_until_min", F, "min", -INF, INF, "woken on site, awake until then"),
    ("kss", F, "1-9", 1, 9, "sleepiness"),
    ("rho", F, "ratio", 0, INF, "staff-error index"),
    ("rho_sum", F, "ratio", 0, INF, "its sum over the hours of this duty"),
    ("rho_hours", F, "h", 0, INF, "hours of this duty so far"),
    ("run_nights", I, "n", 0, INF, "n-th night in a row"),
    ("quick_until_min", F, "min", -INF, INF, "raised risk after a quick return until then"),
    ("contact_min", F, "min", 0, INF, "contact minutes in this duty"),
    ("duty_min", F, "min", 0, INF, "minutes of other work in this duty"),
    ("load_min", F, "min", 0, INF, "crisis minutes in this duty"),
    ("named_for", I, "n", 0, INF, "people this member is named worker of"),
    ("seat", I, "code", -1, 5, "forum of the last meeting they had a seat in"),
    ("seat_min", F, "min", -INF, INF, "when that meeting began"),
    ("crisis_of", I, "row", -1, INF, "person whose crisis they were last called to"),
)

PAIR = _table(
    ("knowledge", F, "share", 0, 1, "K, staff knows the person"),
    ("trust", F, "share", -1, 1, "T, the person trusts the member of staff; -1: not met"),
    ("ceiling", F, "share", 0, 1, "M, the most this pair reaches"),
    ("minutes", F, "min", 0, INF, "cumulated one-to-one-equivalent minutes"),
    ("last_min", F, "min", -INF, INF, "when trust was last worked out"),
    ("who", I, "id", -1, INF, "which holder of the post this is about"),
)

UNIT = _table(
    ("beds", I, "n", 0, INF, "beds"),
    ("day_places", I, "n", 0, INF, "places in the day clinic"),
    ("home_places", I, "n", 0, INF, "places in home treatment"),
    ("n_in", I, "n", 0, INF, "inpatients, leave included"),
    ("n_day", I, "n", 0, INF, "people in the day clinic"),
    ("n_home", I, "n", 0, INF, "people in home treatment"),
    ("tension", F, "1", 0, 3, "W"),
    ("contagion", F, "ratio", 1, INF, "what tension makes of the hazards"),
    ("patient_backlog_min", F, "min", 0, INF, "patient-bound work waiting"),
    ("ward_backlog_min", F, "min", 0, INF, "ward-bound work waiting"),
    (
        "looked_after",
        F,
        "n",
        0,
        INF,
        "people whose work falls on the unit, those outside by their share of it",
    ),
    ("medication", F, "n", 0, INF, "the sum of their levels of medication"),
    ("n_awake", I, "n", 0, INF, "milieu staff awake on duty"),
    ("n_seen", I, "n", 0, INF, "people present"),
    ("familiarity", F, "share", 0, 1, "how well those on duty know each other"),
    ("closed_until_min", F, "min", 0, INF, "the unit is closed until then"),
)

#: Where a person is.
NOWHERE, INPATIENT, DAY, HOME, LEAVE, WAITING, LEFT, ABSENT = range(8)
SETTING = ("nowhere", "inpatient", "day", "home", "leave", "waiting", "left", "absent unannounced")
#: What a person does.
D_FREE, D_CONTACT, D_GROUP, D_MEAL, D_ASLEEP, D_AWAY, D_CRISIS, D_WITH = range(8)
DOING = ("free", "contact", "group", "meal", "asleep", "away", "crisis", "being-with")
#: What a member of staff does.
(A_FREE, A_OFFICE, A_DUTY, A_BREAK, A_HANDOVER, A_CONTACT, A_SHARED, A_MEETING, A_CRISIS, A_WITH, A_OFF,
A_ASLEEP) = range(12)  # fmt: skip
ACTIVITY = (
    "in the milieu", "office", "duty", "break", "handover", "contact", "shared activity", "meeting", "crisis",
    "being-with", "off", "asleep",
)  # fmt: skip
#: Whose the work in hand is.
NOBODYS, OWN, OF_WARD, OF_PEOPLE = range(4)
#: Kinds of contact.
(K_INFORMAL, K_CONVERSATION, K_SESSION, K_GROUP, K_MEAL, K_HOUSEHOLD, K_WITH, K_CRISIS, K_HOME) = range(9)
KIND = (
    "informal",
    "conversation",
    "session",
    "group",
    "meal",
    "household",
    "being_with",
    "crisis",
    "home_visit",
)
#: Stances of a contact.
COMPANION, TASK, PRESSURE, LIMIT = range(4)
STANCE = ("companion", "task", "pressure", "limit_setting")
#: Kinds of return.
R_NONE, R_CRISIS, R_PLANNED, R_CHOSEN = range(4)
RETURN = ("none", "crisis", "planned", "self_chosen")

TABLES = {"person": PERSON, "staff": STAFF, "pair": PAIR, "unit": UNIT}


def dtype_of(table: tuple[Variable, ...]) -> np.dtype[Any]:
    """Structured dtype of a table."""
    return np.dtype([(v.name, v.dtype) for v in table], align=True)


PERSON_DTYPE = dtype_of(PERSON)
STAFF_DTYPE = dtype_of(STAFF)
PAIR_DTYPE = dtype_of(PAIR)
UNIT_DTYPE = dtype_of(UNIT)
