"""Stays: a person is created, admitted, and goes again; when they come back is drawn at discharge.

S(t) = exp(-(t / 800 d)^0.55 e^(-beta (R - R_ref)) (1 - a aftercare))      all returns
Who returns keeps the row, so relationships are remembered on both sides.
"""

import math

from wardsim.model.access import (
    clock_at,
    here_at,
    pair_at,
    par_at,
    person_at,
    role_at,
    staff_at,
    stay_at,
    unit_at,
)
from wardsim.model.buffers import S_OPEN
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import pull_away
from wardsim.model.processes.clock import NEVER, what_is_left
from wardsim.model.processes.decisions import lapse, lapse_discharge
from wardsim.model.processes.relations import first_trust, trust_in
from wardsim.model.randomness import (
    STREAMS,
    exponential,
    gamma_unit_mean,
    lognormal,
    normal,
    uniform,
)
from wardsim.model.state import (
    D_FREE,
    DAY,
    HOME,
    INPATIENT,
    NOWHERE,
    R_CHOSEN,
    R_CRISIS,
    R_NONE,
    R_PLANNED,
)
from wardsim.model.world import MILIEU

_NEED = STREAMS["trait_need"]
_CRISIS = STREAMS["trait_crisis"]
_CRISIS_B = STREAMS["trait_crisis_boost"]
_HARM = STREAMS["trait_self_harm"]
_HARM_B = STREAMS["trait_self_harm_boost"]
_LEAVING = STREAMS["trait_leaving"]
_BASE = STREAMS["trait_baseline"]
_MEDICATED = STREAMS["trait_medicated"]
_FREE = STREAMS["trait_medication_free"]
_COMPANY = STREAMS["trait_company"]
_REACH = STREAMS["trait_reach"]
_RISK = STREAMS["trait_risk"]
_LENGTH = STREAMS["stay_length"]
_LEGAL = STREAMS["legal_status"]
_STATE = STREAMS["admission_state"]
_RETURN = STREAMS["return_time"]
_RETURN_KIND = STREAMS["return_kind"]
_OWN_PLAN = STREAMS["own_plan"]


@kernel
def create(w, i, number):
    """Traits of person i, drawn once: the n-th referral is the same person in every scenario."""
    c = par_at(w)
    key = clock_at(w).key
    p = person_at(w, i)
    p.number = number
    sigma = math.sqrt(math.log(1.0 + c.contact_need_cv * c.contact_need_cv))
    p.need_rate = lognormal(
        key, _NEED, number, 0, 0, c.contact_need_h_day * math.exp(-sigma * sigma / 2.0), sigma
    )
    p.crisis_rate = c.patients_crisis_rate * gamma_unit_mean(key, _CRISIS, _CRISIS_B, number, c.crises_shape)
    p.self_harm_rate = c.patients_crisis_rate * gamma_unit_mean(key, _HARM, _HARM_B, number, c.crises_shape)
    p.leaving_rate = lognormal(key, _LEAVING, number, 0, 0, 1.0, c.crises_leaving_sigma)
    p.baseline = max(
        0.0, c.patients_baseline_distress + c.distress_baseline_sd * normal(key, _BASE, number, 0, 0)
    )
    p.trust_start = first_trust(key, number, c.relations_start_mean, c.relations_start_sd)
    p.wants_free = 1 if uniform(key, _FREE, number, 0, 0) < c.patients_medication_free_share else 0
    medicated = uniform(key, _MEDICATED, number, 0, 0) < c.patients_medicated_share
    p.medication = 1.0 if medicated else 0.0
    p.medication_goal = p.medication
    p.sociable = uniform(key, _COMPANY, number, 0, 0)
    p.reach = 1.0
    if uniform(key, _REACH, number, 0, 0) < c.contact_rarely_share:
        p.reach = c.contact_rarely_factor
    p.risk = c.patients_risk_sd * normal(key, _RISK, number, 0, 0)
    p.agency = c.decisions_agency_start
    p.setting = NOWHERE
    p.unit = 0
    p.stay = -1
    p.named = -1
    p.with_staff = -1
    p.visited_day = -1
    p.doctor_due_day = 0
    p.trust_before = -1.0
    p.distressed_since_min = -1.0
    p.discharge_asked_min = -1.0
    p.waiting_since_min = -1.0
    p.return_min = NEVER
    p.last_refusal_min = -NEVER
    p.last_contact_min = -NEVER


@kernel
def age_what_was_left(w, i, now):
    """What fades while a person is away, for changes are hard to keep: recovery, the record, withdrawal, relief by
    exposure, agency gained or lost."""
    c = par_at(w)
    p = person_at(w, i)
    if p.episode == 0 or now <= p.left_min:
        return
    days = (now - p.left_min) / 1440.0
    p.recovery *= what_is_left(now - p.left_min, 1440.0 * c.recovery_kept_half_life_days)
    p.written *= what_is_left(days, c.record_half_life_days)
    p.oral = 0.0  # whoever is on duty now has been told nothing of them lately
    p.exposure *= math.exp(-c.distress_exposure_fades * days)
    p.withdrawal *= math.exp(-days / c.medication_withdrawal_days)
    p.agency += (c.decisions_agency_start - p.agency) * (1.0 - math.exp(-days / c.decisions_agency_days))
    p.left_min = now  # whoever gives up waiting and is referred again has faded until here


@kernel
def arrive(w, i, now):
    """State in which a person arrives: distress above baseline, need for contact built up."""
    c = par_at(w)
    p = person_at(w, i)
    age_what_was_left(w, i, now)
    p.episode += 1
    p.fast = 0.0
    p.comfort = 0.0
    extra = c.admission_distress_mean + c.admission_distress_sd * normal(
        clock_at(w).key, _STATE, p.number, p.episode, 0
    )
    p.slow = p.baseline * (1.0 - p.recovery) + max(0.0, extra)
    p.involuntary = (
        1 if uniform(clock_at(w).key, _LEGAL, p.number, p.episode, 0) < c.patients_involuntary_share else 0
    )
    if p.return_kind == R_CHOSEN:
        p.involuntary = 0
    p.planned_days = min(
        c.patients_stay_max_days,
        lognormal(
            clock_at(w).key,
            _LENGTH,
            p.number,
            p.episode,
            0,
            c.patients_stay_median_days,
            c.patients_stay_sigma,
        ),
    )


@kernel
def admit(w, i, u, setting, now, waited_min):
    """Person i is taken in by unit u in the given setting."""
    c = par_at(w)
    p = person_at(w, i)
    n = clock_at(w).n_stays
    clock_at(w).n_stays += 1
    p.stay = n
    p.unit = u
    p.setting = setting
    p.admitted_min = now
    p.on_ward_since_min = now
    p.setting_since_min = now
    p.waiting_since_min = -1.0
    p.activity = D_FREE
    p.until_min = now
    p.with_staff = -1
    p.need = c.contact_need_start_h if c.on_need > 0.0 else 0.0
    p.contact_day = 0.0
    p.company_day = 0.0
    p.sessions_due = 1.0
    p.planning_due = 0.0
    p.being_with = 0
    p.pending = 0
    p.discharge_asked_min = -1.0
    p.discharge_from_min = now
    p.week_conversation_min = 0.0
    p.week_present_min = 0.0
    p.own_plan = p.own_plan if c.on_crisis_plans > 0.0 else 0
    if (
        uniform(clock_at(w).key, _OWN_PLAN, p.number, p.episode, 0) < c.care_joint_crisis_plans
        and c.on_crisis_plans > 0.0
    ):
        p.own_plan = 1
    here_at(w, clock_at(w).n_here).person = i
    clock_at(w).n_here += 1
    change_count(w, i, setting, 1)
    name_worker(w, i)
    row = stay_at(w, n)
    row.person = i
    row.episode = p.episode
    row.unit = u
    row.start_min = now
    row.end_min = -1.0
    row.in_min = 0.0
    row.day_min = 0.0
    row.home_min = 0.0
    row.leave_min = 0.0
    row.involuntary = p.involuntary
    row.wants_free = p.wants_free
    row.planned_days = p.planned_days
    row.waited_min = waited_min
    row.recovery_start = p.recovery
    row.distress_start = p.slow + p.fast
    row.incidents = 0
    row.physical = 0
    row.self_harm = 0
    row.left = 0
    row.measures = 0
    row.end = S_OPEN
    row.return_days = -1.0
    row.return_kind = R_NONE
    row.return_of = p.return_kind
    row.bw_given_min = 0.0
    row.bw_missed_min = 0.0
    p.return_min = NEVER


@kernel
def change_count(w, i, setting, step):
    """Places in use."""
    unit = unit_at(w, person_at(w, i).unit)
    if setting == DAY:
        unit.n_day += step
    elif setting == HOME:
        unit.n_home += step
    else:
        unit.n_in += step


@kernel
def name_worker(w, i):
    """The named worker: whoever was it before, else the milieu member with the fewest people."""
    p = person_at(w, i)
    if p.named >= 0 and staff_at(w, p.named).unit == p.unit:
        staff_at(w, p.named).named_for += 1
        return
    best = -1
    for j in range(w.staff_n):
        s = staff_at(w, j)
        if (
            s.unit == p.unit
            and role_at(w, s.role).kind == MILIEU
            and (best < 0 or s.named_for < staff_at(w, best).named_for)
        ):
            best = j
    p.named = best
    if best >= 0:
        staff_at(w, best).named_for += 1


@kernel
def count_setting_time(w, i, now):
    """Minutes in the setting that ends now go to the stay."""
    p = person_at(w, i)
    minutes = now - p.setting_since_min
    row = stay_at(w, p.stay)
    if p.setting == INPATIENT:
        row.in_min += minutes
    elif p.setting == DAY:
        row.day_min += minutes
    elif p.setting == HOME:
        row.home_min += minutes
    else:
        row.leave_min += minutes
    p.setting_since_min = now


@kernel
def move(w, i, u, setting, now):
    """Person i changes the setting and keeps the team, if it is the team of unit u; a discharge that was asked
    for has come about or is asked for anew."""
    p = person_at(w, i)
    lapse_discharge(w, i)
    pull_away(w, i, now)
    count_setting_time(w, i, now)
    change_count(w, i, p.setting, -1)
    p.setting = setting
    if setting == INPATIENT:
        p.on_ward_since_min = now
    p.activity = D_FREE
    p.until_min = now
    if p.unit != u:
        if p.named >= 0:
            staff_at(w, p.named).named_for -= 1
        p.unit = u
        name_worker(w, i)
    change_count(w, i, setting, 1)


@kernel
def best_trust(w, i, now):
    """Highest trust of person i in anybody of their team."""
    best = 0.0
    p = person_at(w, i)
    for j in range(w.staff_n):
        s = staff_at(w, j)
        has_met = pair_at(w, i, j).trust >= 0.0 and pair_at(w, i, j).who == s.who
        if s.unit == p.unit and has_met:
            best = max(best, trust_in(w, i, j, now))
    return best


@kernel
def close_stay(w, i, how, now):
    """The stay of person i ends; a return is drawn."""
    p = person_at(w, i)
    pull_away(w, i, now)
    lapse(w, i, -1)
    count_setting_time(w, i, now)
    change_count(w, i, p.setting, -1)
    row = stay_at(w, p.stay)
    row.end_min = now
    row.end = how
    row.recovery_end = p.recovery
    row.agency_end = p.agency
    row.distress_end = p.slow + p.fast
    row.trust_best = best_trust(w, i, now)
    row.own_plan = p.own_plan
    row.involuntary = max(row.involuntary, p.involuntary)
    draw_return(w, i, now)
    row.return_days = (p.return_min - now) / 1440.0 if p.return_min < NEVER else -1.0
    row.return_kind = p.return_kind
    p.setting = NOWHERE
    p.left_min = now
    p.activity = D_FREE
    p.pending = 0
    p.being_with = 0
    p.stay = -1
    if p.named >= 0:
        staff_at(w, p.named).named_for -= 1
    last = clock_at(w).n_here - 1
    at = 0
    while here_at(w, at).person != i:
        at += 1
    for k in range(at, last):
        here_at(w, k).person = here_at(w, k + 1).person
    clock_at(w).n_here = last


@kernel
def return_days(c, e, recovery):
    """Days until a return, for a unit-exponential draw `e`."""
    risk = math.exp(-c.returns_recovery_slope * (recovery - c.returns_recovery_reference))
    risk *= 1.0 - c.returns_aftercare_effect * c.care_aftercare
    if risk <= 0.0:
        return NEVER
    return c.returns_scale_days * math.exp(math.log(e / risk) / c.returns_shape)


@kernel
def draw_return(w, i, now):
    """When and how person i comes back, if within the time that this ward's people are followed."""
    c = par_at(w)
    p = person_at(w, i)
    p.return_kind = R_NONE
    p.return_min = NEVER
    if c.on_returns == 0.0:
        return
    days = return_days(c, exponential(clock_at(w).key, _RETURN, p.number, p.episode, 0), p.recovery)
    if days > c.returns_window_days:
        return
    p.return_min = now + 1440.0 * days
    clock_at(w).next_return_min = min(clock_at(w).next_return_min, p.return_min)
    p.return_kind = kind_of_return(w, i)


@kernel
def kind_of_return(w, i):
    """Whether person i comes back of their own choice, as planned, or in a crisis."""
    c = par_at(w)
    p = person_at(w, i)
    u = uniform(clock_at(w).key, _RETURN_KIND, p.number, p.episode, 0)
    chosen = c.patients_self_referral_share
    if u < chosen:
        return R_CHOSEN
    return R_PLANNED if u < chosen + (1.0 - chosen) * c.returns_planned_share else R_CRISIS
