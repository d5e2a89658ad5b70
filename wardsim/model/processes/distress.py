"""Distress: D = S + F in SD units, and medication that damps its swings.

dF = -theta F dt + sigma (1 - gamma m) sqrt(2 theta) dB, theta = ln2 / half-life; jumps come from events
dS/dt = (S* - S) / time constant
S* = b (1 - R) + a_N N/(N + N_half) + a_w min(pending, 3)/3 + a_W min(W, 2) + a_u u - a_c c - company
     + withdrawal - calming by medication - exposure
The comfort of the last contact (weight x trust) is taken off S for some hours and comes back with its
half-life.
c = min(1, trust-weighted contact hours in 24 h); u = share of waking staff on duty whom the person does
not know
"""

import math

from wardsim.model.access import (
    clock_at,
    here_at,
    pair_at,
    par_at,
    person_at,
    present_at,
    role_at,
    slot_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.clock import what_is_left
from wardsim.model.processes.relations import trust_in
from wardsim.model.randomness import STREAMS, bump
from wardsim.model.state import D_ASLEEP, D_FREE, INPATIENT
from wardsim.model.world import MILIEU

_MOOD = STREAMS["mood"]


@kernel
def warm_contact(w, i):
    """c: trust-weighted contact of the last 24 h, at most 1."""
    return min(1.0, person_at(w, i).contact_day)


@kernel
def set_point(w, i):
    """S*: where the slow part of distress is drawn to."""
    c = par_at(w)
    p = person_at(w, i)
    goal = p.baseline
    if c.on_recovery > 0.0:
        goal *= 1.0 - p.recovery
    on_ward = p.setting == INPATIENT
    if c.on_need > 0.0 and on_ward:
        goal += c.distress_need_weight * p.need / (p.need + c.distress_need_half_h)
    if c.on_waiting > 0.0:
        goal += (
            c.distress_waiting_weight * min(p.pending, c.distress_pending_limit) / c.distress_pending_limit
        )
    if on_ward:  # tension and strange faces reach nobody at home or in the day clinic
        goal += c.distress_tension_weight * min(unit_at(w, p.unit).tension, c.distress_tension_limit)
        goal += c.distress_unfamiliar_weight * p.unfamiliar
    goal -= c.distress_contact_weight * warm_contact(w, i)
    if c.on_company > 0.0:
        goal -= c.distress_company_weight * min(1.0, p.company_day)
    if c.on_medication > 0.0:
        goal += p.withdrawal - c.medication_calms * p.medication
    return goal - p.exposure


@kernel
def look_around(w, i, now):
    """Who is on duty, seen by person i: share not known, somebody known, best trust (once an hour)."""
    c = par_at(w)
    p = person_at(w, i)
    n = 0
    strangers = 0
    best = 0.0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.asleep == 1 or s.unit != p.unit or role_at(w, s.role).kind != MILIEU:
            continue
        n += 1
        r = pair_at(w, i, j)
        if s.is_temp or r.who != s.who or r.minutes < c.relations_known_min:
            strangers += 1
        best = max(best, trust_in(w, i, j, now))
    p.unfamiliar = strangers / n if n > 0 else 1.0
    p.known_on_duty = 1 if n > strangers else 0
    p.best_trust_on_duty = best


@kernel
def medication(w, i, hours, pull):
    """Level, tapering, and withdrawal that is drawn to its goal by a share `pull` (once an hour)."""
    c = par_at(w)
    p = person_at(w, i)
    if c.on_medication == 0.0:
        return
    goal = 0.0
    if p.medication > p.medication_goal:
        step = min(p.medication - p.medication_goal, c.medication_taper_per_day * hours / 24.0)
        p.medication -= step
        goal = c.medication_withdrawal_weight * step * 24.0 / hours / c.medication_taper_per_day
    p.withdrawal += (goal - p.withdrawal) * pull


@kernel
def slow_part(w, now, hours):
    """The slow part of everybody's distress, and what is forgotten over a day (once an hour), on leave too."""
    c = par_at(w)
    pull = 1.0 - math.exp(-hours / c.distress_slow_h)
    forget = math.exp(-hours / 24.0)
    withdrawal_pull = 1.0 - math.exp(-hours / (24.0 * c.medication_withdrawal_days))
    comfort_keeps = what_is_left(hours, c.distress_comfort_half_life_h)
    exposure_keeps = 1.0 - c.distress_exposure_fades * hours / 24.0
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.setting == INPATIENT and p.activity != D_ASLEEP:
            look_around(w, i, now)
        medication(w, i, hours, withdrawal_pull)
        fading = p.comfort * (1.0 - comfort_keeps)
        p.comfort -= fading
        p.slow += fading
        p.slow += (set_point(w, i) - p.slow - p.comfort) * pull  # slow + comfort: S without the comfort
        p.contact_day *= forget
        p.company_day *= forget
        p.exposure *= exposure_keeps


@kernel
def distress(w, now):
    """The process: the fast part every quarter of an hour; people fall asleep and wake."""
    c = par_at(w)
    slot = slot_at(w, clock_at(w).slot)
    if slot.quarter == 0:
        return
    beat = clock_at(w).beat
    key = clock_at(w).key
    keep = clock_at(w).fast_keeps
    noise = clock_at(w).fast_noise
    damp = c.medication_damps if c.on_medication > 0.0 else 0.0
    awake = slot.people_awake
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        swing = noise * (1.0 - damp * p.medication)
        p.fast = p.fast * keep + swing * bump(key, _MOOD, p.number, beat)
        if awake == 0 and p.activity == D_FREE:
            p.activity = D_ASLEEP
        elif awake == 1 and p.activity == D_ASLEEP:
            p.activity = D_FREE
