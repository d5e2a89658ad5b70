"""After de-escalation has failed: what the policy allows, what a coercive measure costs, what is passed on.

A contained incident yields 1 + Poisson(extra) measures.  A measure costs trust in everybody who took part (and
some in those on duty awake who stood by), agency and recovery, and leaves tension.  What is passed on (transfer, police) is
no coercion of this ward, but it counts in coercion_all, so a ban cannot look good by exporting it.
"""

from wardsim.model.access import (
    clock_at,
    crisis_at,
    here_at,
    measure_at,
    mix_at,
    par_at,
    person_at,
    present_at,
    staff_at,
    stay_at,
)
from wardsim.model.buffers import (
    E_CARE,
    E_COERCION,
    E_POLICE,
    E_PROLONGED,
    E_TRANSFER,
    S_TRANSFER,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import came_to, pull_away
from wardsim.model.processes.fatigue import wake
from wardsim.model.processes.relations import lose_trust
from wardsim.model.processes.response import call, whom_to_call
from wardsim.model.processes.stays import close_stay
from wardsim.model.processes.tension import raise_tension
from wardsim.model.randomness import STREAMS, exponential, lognormal, poisson_small, uniform
from wardsim.model.state import D_CRISIS, INPATIENT
from wardsim.model.world import RESTRAINT, SECLUSION, SHIELDING

_LIMIT_M = STREAMS["threshold_measure"]
_AFTER = STREAMS["after_failure"]
_NUMBER = STREAMS["measure_number"]
_KIND = STREAMS["measure_kind"]
_HOURS = STREAMS["measure_length"]
_PLAN = STREAMS["plan_after"]


@kernel
def after_failure(w, i, n, number, physical, now):
    """De-escalation has failed: what the policy allows, or somebody stays, or the crisis is passed on."""
    c = par_at(w)
    p = person_at(w, i)
    u = uniform(clock_at(w).key, _AFTER, p.number, number, 0)
    coercion = c.crisis_coerces_physical if physical else c.crisis_coerces_verbal
    onward = c.crisis_passes_on_physical if physical else c.crisis_passes_on_verbal
    if u < coercion:
        crisis_at(w, n).end = E_COERCION
        extra = poisson_small(clock_at(w).key, _NUMBER, p.number, number, c.crises_extra_measures)
        longest = 0.0
        for _ in range(1 + extra):
            longest = max(longest, take_measure(w, i, n, now))
        crisis_at(w, n).n_measures = 1 + extra
        p.crisis_until_min += 60.0 * longest
        stay_longer(w, i, c.crises_watch_min, now)
        return
    if u < coercion + onward:
        police = uniform(clock_at(w).key, _AFTER, p.number, number, 1) < c.crises_police_share
        crisis_at(w, n).end = E_POLICE if police else E_TRANSFER
        lead = p.with_staff
        if lead >= 0:  # whoever was with the person sees to it, as long as the crisis takes
            staff_at(w, lead).partner = -1
            p.with_staff = -1
        close_stay(w, i, S_TRANSFER, now)
        return
    crisis_at(w, n).end = E_CARE if c.crisis_medical_care_only > 0.0 else E_PROLONGED
    p.crisis_until_min += c.crises_prolonged_min
    stay_longer(w, i, c.crises_prolonged_min, now)


@kernel
def stay_longer(w, i, minutes, now):
    """The lead responder stays with the person."""
    j = person_at(w, i).with_staff
    if j >= 0 and came_to(staff_at(w, j), i):
        s = staff_at(w, j)
        s.until_min = min(s.until_min + minutes, s.duty_end_min)
        wake(w, j, now, s.until_min - now)  # who was asleep stays awake as long


@kernel
def take_measure(w, i, crisis_row, now):
    """One coercive measure: kind, hours, and what it costs in trust, agency and recovery. Returns hours."""
    c = par_at(w)
    p = person_at(w, i)
    number = p.n_measures
    p.n_measures += 1
    x = uniform(clock_at(w).key, _KIND, p.number, number, 0)
    kind = 0
    while kind < w.measure_mix_n - 1 and x >= mix_at(w, kind).share:
        kind += 1
    median = c.crises_hours_holding
    if kind == RESTRAINT:
        median = c.crises_hours_restraint
    elif kind == SECLUSION:
        median = c.crises_hours_seclusion
    elif kind == SHIELDING:
        median = c.crises_hours_shielding
    elif kind > SHIELDING:
        median = c.crises_hours_medication
    hours = lognormal(clock_at(w).key, _HOURS, p.number, number, 0, median, c.crises_hours_sigma)
    row = measure_at(w, clock_at(w).n_measures)
    clock_at(w).n_measures += 1
    row.person = i
    row.stay = p.stay
    row.unit = p.unit
    row.crisis = crisis_row
    row.kind = kind
    row.start_min = now
    row.hours = hours
    stay_at(w, p.stay).measures += 1
    if c.on_coercion_aftermath > 0.0:
        suffer(w, i, now)
    return hours


@kernel
def suffer(w, i, now):
    """Aftermath of coercion: trust in those who took part, agency, recovery, tension; debriefing leaves
    a part of the loss of trust."""
    c = par_at(w)
    p = person_at(w, i)
    cost = c.relations_coercion_h
    if c.crisis_debriefing > 0.0:
        cost *= c.crises_debriefing_keeps
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit != p.unit:
            continue
        if came_to(s, i):
            lose_trust(w, i, j, cost, now)
        elif s.asleep == 0 or now < s.awake_until_min:
            lose_trust(w, i, j, cost * c.relations_bystander_share, now)
    if c.on_agency > 0.0:
        p.agency -= p.agency * c.decisions_agency_coercion
    if c.on_recovery > 0.0:
        p.recovery = max(0.0, p.recovery - c.recovery_lost_per_measure)
    p.fast += c.distress_coercion_jump
    raise_tension(w, p.unit, c.crises_measure_tension)


@kernel
def set_measure_limit(w, i):
    """The threshold of the next coercive measure of person i that follows no incident."""
    p = person_at(w, i)
    p.limit_measure = p.hazard_measure + exponential(clock_at(w).key, _LIMIT_M, p.number, p.n_measures, 0)


@kernel
def measure_without_incident(w, i, now):
    """A coercive measure that follows no incident: it binds the person and takes staff like one after an incident;
    while nobody can come it waits."""
    c = par_at(w)
    p = person_at(w, i)
    if whom_to_call(w, i, now) < 0:
        return
    pull_away(w, i, now)
    minutes = c.crises_minutes_median
    call(w, i, int(c.crises_hands_physical), minutes, now)
    hours = take_measure(w, i, -1, now)
    set_measure_limit(w, i)
    p.activity = D_CRISIS
    p.crisis_until_min = now + minutes + 60.0 * hours
    stay_longer(w, i, c.crises_watch_min, now)


@kernel
def others_shaken(w, i, now):
    """Everybody else on the unit is shaken a little."""
    c = par_at(w)
    u = person_at(w, i).unit
    for k in range(clock_at(w).n_here):
        o = person_at(w, here_at(w, k).person)
        if o.unit == u and o.setting == INPATIENT and here_at(w, k).person != i:
            o.fast += c.distress_others_jump


@kernel
def make_plan(w, i, number, now):
    """After a crisis that was talked over, an own crisis plan may be written."""
    c = par_at(w)
    p = person_at(w, i)
    if c.on_crisis_plans > 0.0 and c.crisis_debriefing > 0.0 and p.own_plan == 0:
        if uniform(clock_at(w).key, _PLAN, p.number, clock_at(w).day, 1 + number) < c.crises_plan_after:
            p.own_plan = 1
