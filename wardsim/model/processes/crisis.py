"""Crises: aggression, self-harm and leaving unannounced; how they are met, and what stays behind.

h = h0 individual e^(eta (D - D0)) circadian first-week training, each kind with its own h0 and rhythm; those
of aggression and self-harm times 1 + kappa W places / people present, that of leaving times the door.  An event
happens when the cumulated hazard passes a unit-exponential threshold drawn for it.
Who comes and whether the person calms down stands in ``response.py``; if it fails, the policy says what is
allowed; what is passed on (transfer, police) counts in coercion_all.
"""

import math

from wardsim.model.access import (
    clock_at,
    crisis_at,
    here_at,
    par_at,
    person_at,
    slot_at,
    staff_at,
    stay_at,
    unit_at,
)
from wardsim.model.buffers import (
    C_LEAVING,
    C_PHYSICAL,
    C_SELF_HARM,
    C_VERBAL,
    E_CARE,
    E_DEESCALATED,
    E_GONE,
    E_PROLONGED,
    E_UNMET,
    S_LEFT,
    T_CROWDING,
    T_LIMIT,
    T_MEDICATION,
    T_NONE,
    T_REFUSAL,
    T_WAITING,
)
from wardsim.model.compiled import inlined, kernel
from wardsim.model.processes.activity import pull_away
from wardsim.model.processes.clock import DAYS_PER_WEEK, QUARTER_MIN
from wardsim.model.processes.coercion import (
    after_failure,
    make_plan,
    measure_without_incident,
    others_shaken,
    set_measure_limit,
    stay_longer,
)
from wardsim.model.processes.response import calm_odds, respond
from wardsim.model.processes.stays import close_stay, count_setting_time
from wardsim.model.processes.tension import contagion, raise_tension
from wardsim.model.randomness import STREAMS, exponential, lognormal, uniform
from wardsim.model.state import ABSENT, D_CRISIS, D_FREE, INPATIENT, NOWHERE, PRESSURE

_LIMIT_A = STREAMS["threshold_aggression"]
_LIMIT_S = STREAMS["threshold_self_harm"]
_LIMIT_L = STREAMS["threshold_leaving"]
_SEVERITY = STREAMS["severity"]
_LENGTH = STREAMS["crisis_length"]
_CALM = STREAMS["deescalation"]
_ABSENCE = STREAMS["absence_length"]
AFTER_SELF_HARM = 100  # draws about a plan: those after aggression are numbered below


@kernel
def set_limits(w, i):
    """Thresholds of person i's first events; after that each event draws the next, in whichever stay it comes."""
    for kind in range(3):
        set_limits_after(w, i, kind)
    set_measure_limit(w, i)


@kernel
def crisis(w, now):
    """The process: crises end at their minute; hazards grow, and what passes its threshold begins, every
    quarter of an hour."""
    if clock_at(w).n_in_crisis > 0:
        end_crises(w, now)
    if slot_at(w, clock_at(w).slot).quarter == 0:
        return
    contagion(w)
    in_crisis = 0
    k = 0
    while k < clock_at(w).n_here:
        i = here_at(w, k).person
        n = clock_at(w).n_here
        p = person_at(w, i)
        if p.setting == INPATIENT and p.activity != D_CRISIS:
            hazards(w, i, now)
        if clock_at(w).n_here == n:  # otherwise the person has gone, and the next one has moved up
            in_crisis += 1 if p.activity == D_CRISIS else 0
            k += 1
    clock_at(w).n_in_crisis = in_crisis


@kernel
def end_crises(w, now):
    """Whose crisis is over is free again, and so is whoever stayed with the person."""
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.activity == D_CRISIS and p.crisis_until_min <= now:
            pull_away(w, i, now)
            p.activity = D_FREE
            p.until_min = now


@inlined
def hazards(w, i, now):
    """The hazards of one person grow by a quarter of an hour; what passes its threshold begins."""
    c = par_at(w)
    p = person_at(w, i)
    slot = slot_at(w, clock_at(w).slot)
    base = math.exp(c.crises_distress_slope * (p.slow + p.fast - c.crises_reference_distress))
    if c.on_first_week > 0.0 and now - p.admitted_min < 1440.0 * DAYS_PER_WEEK:
        base *= c.crises_first_week
    if c.on_training > 0.0:
        base *= 1.0 - c.crises_training_prevents * c.staffing_training
    grown = base * (QUARTER_MIN / 1440.0)
    spread = grown * unit_at(w, p.unit).contagion
    p.hazard_aggression += c.crises_aggression_per_day * p.crisis_rate * slot.aggression * spread
    p.hazard_self_harm += c.crises_self_harm_per_day * p.self_harm_rate * slot.self_harm * spread
    if p.involuntary:
        p.hazard_measure += (
            c.crises_measures_without_incident_per_day
            * c.crisis_measures_without_incident
            * (QUARTER_MIN / 1440.0)
        )
    p.hazard_leaving += c.crises_leaving_per_day * p.leaving_rate * slot.leaving * grown * c.ward_door_factor
    if p.hazard_aggression >= p.limit_aggression:
        aggression(w, i, now, base * slot.aggression * p.crisis_rate)
    elif p.hazard_self_harm >= p.limit_self_harm:
        self_harm(w, i, now)
    elif p.hazard_leaving >= p.limit_leaving:
        leave_unannounced(w, i, now)
    elif p.hazard_measure >= p.limit_measure and p.involuntary:
        measure_without_incident(w, i, now)


@kernel
def trigger(w, i, now):
    """What came just before, as staff would note it."""
    c = par_at(w)
    p = person_at(w, i)
    unit = unit_at(w, p.unit)
    if now - p.last_refusal_min < c.crises_trigger_window_min:
        return T_REFUSAL
    if p.with_staff >= 0 and staff_at(w, p.with_staff).stance >= PRESSURE:
        return T_LIMIT
    if p.pending > 0:
        return T_WAITING
    if slot_at(w, clock_at(w).slot).medication_round and p.medication > 0.0:
        return T_MEDICATION
    if unit.n_in >= unit.beds:
        return T_CROWDING
    return T_NONE


@kernel
def note_crisis(w, i, kind, now):
    """Open a row in the table of crises; returns its number."""
    n = clock_at(w).n_crises
    clock_at(w).n_crises += 1
    p = person_at(w, i)
    row = crisis_at(w, n)
    row.person = i
    row.stay = p.stay
    row.unit = p.unit
    row.kind = kind
    row.trigger = trigger(w, i, now)
    row.end = E_UNMET
    row.start_min = now
    row.minutes = 0.0
    row.best_trust = 0.0
    row.responders = 0
    row.n_measures = 0
    row.had_plan = p.own_plan
    row.plan_followed = 0
    row.rho = 1.0
    row.expected = 0.0
    row.n_present = unit_at(w, p.unit).n_seen
    return n


@kernel
def aggression(w, i, now, expected):
    """An incident of aggression: onset, response, end and aftermath."""
    c = par_at(w)
    p = person_at(w, i)
    number = p.n_aggression
    physical = uniform(clock_at(w).key, _SEVERITY, p.number, number, 0) < c.crises_physical_share
    n = note_crisis(w, i, C_PHYSICAL if physical else C_VERBAL, now)
    crisis_at(w, n).expected = expected
    p.n_aggression += 1
    set_limits_after(w, i, 0)
    pull_away(w, i, now)
    minutes = lognormal(
        clock_at(w).key, _LENGTH, p.number, number, 0, c.crises_minutes_median, c.crises_minutes_sigma
    )
    wanted = int(c.crises_hands_physical) if physical else int(c.crises_hands_verbal)
    hands, best, rho, trained = respond(w, i, n, wanted, minutes, now)
    p.activity = D_CRISIS
    p.crisis_until_min = now + minutes
    stay = stay_at(w, p.stay)
    stay.incidents += 1
    stay.physical += 1 if physical else 0
    raise_tension(w, p.unit, 1.0)
    others_shaken(w, i, now)
    if hands > 0:  # otherwise all are bound elsewhere: nobody to talk to, to decide, or to use force
        odds = calm_odds(w, i, n, hands, wanted, best, rho, trained, 1.0 if physical else 0.0, now)
        if uniform(clock_at(w).key, _CALM, p.number, number, 0) < odds:
            crisis_at(w, n).end = E_DEESCALATED
            p.fast -= c.distress_calm_relief
        else:
            after_failure(w, i, n, number, physical, now)
            if p.setting == NOWHERE:  # passed on: the stay is over
                return
        make_plan(w, i, number, now)
    p.alone_until_min = p.crisis_until_min + c.contact_alone_min


@kernel
def set_limits_after(w, i, kind):
    """The threshold of the next event of one kind."""
    p = person_at(w, i)
    if kind == 0:
        p.limit_aggression = p.hazard_aggression + exponential(
            clock_at(w).key, _LIMIT_A, p.number, p.n_aggression, 0
        )
    elif kind == 1:
        p.limit_self_harm = p.hazard_self_harm + exponential(
            clock_at(w).key, _LIMIT_S, p.number, p.n_self_harm, 0
        )
    else:
        p.limit_leaving = p.hazard_leaving + exponential(clock_at(w).key, _LIMIT_L, p.number, p.n_leaving, 0)


@kernel
def self_harm(w, i, now):
    """Self-harm: somebody comes and stays; never met with force by the model's rules."""
    c = par_at(w)
    p = person_at(w, i)
    n = note_crisis(w, i, C_SELF_HARM, now)
    number = p.n_self_harm
    p.n_self_harm += 1
    set_limits_after(w, i, 1)
    pull_away(w, i, now)
    minutes = lognormal(
        clock_at(w).key, _LENGTH, p.number, number, 1, c.crises_minutes_median, c.crises_minutes_sigma
    )
    hands = respond(w, i, n, int(c.crises_hands_self_harm), minutes, now)[0]
    p.activity = D_CRISIS
    p.crisis_until_min = now + minutes
    stay_at(w, p.stay).self_harm += 1
    raise_tension(w, p.unit, c.crises_self_harm_tension)
    if hands == 0:
        return
    crisis_at(w, n).end = E_CARE if c.crisis_medical_care_only > 0.0 else E_PROLONGED
    if c.crisis_medical_care_only == 0.0:
        p.crisis_until_min += c.crises_prolonged_min
        stay_longer(w, i, c.crises_prolonged_min, now)
    p.fast -= c.distress_calm_relief
    make_plan(w, i, AFTER_SELF_HARM + number, now)


@kernel
def leave_unannounced(w, i, now):
    """Somebody is gone; most come back within a day, some do not."""
    c = par_at(w)
    p = person_at(w, i)
    n = note_crisis(w, i, C_LEAVING, now)
    number = p.n_leaving
    p.n_leaving += 1
    set_limits_after(w, i, 2)
    pull_away(w, i, now)
    respond(w, i, n, 1, c.crises_search_min, now)
    crisis_at(w, n).end = E_GONE
    if p.with_staff >= 0:  # they search; nobody is with the person
        staff_at(w, p.with_staff).partner = -1
        p.with_staff = -1
    stay = stay_at(w, p.stay)
    stay.left += 1
    if (
        uniform(clock_at(w).key, _ABSENCE, p.number, number, 1) < c.crises_leaving_for_good
        and p.involuntary == 0
    ):
        close_stay(w, i, S_LEFT, now)
        return
    hours = lognormal(
        clock_at(w).key, _ABSENCE, p.number, number, 0, c.crises_absence_median_h, c.crises_absence_sigma
    )
    count_setting_time(w, i, now)
    p.setting = ABSENT
    p.activity = D_FREE
    p.leave_until_min = now + 60.0 * hours
