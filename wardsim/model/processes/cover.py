"""Cover: who is sick at the start of a duty, and who could come instead.

Sickness is a process of two states in time, well and sick: it does not matter how a rota cuts the hours.
A colleague who steps in must be rested before and after; a duty that would leave the unit nearly empty is not
left open.
"""

import math

from wardsim.model.access import clock_at, duty_at, par_at, role_at, staff_at
from wardsim.model.compiled import kernel
from wardsim.model.processes.clock import from_nought
from wardsim.model.randomness import STREAMS, exponential, uniform
from wardsim.model.world import MILIEU

_ONSET = STREAMS["sickness_onset"]
_LENGTH = STREAMS["sickness_length"]
_CHOICE = STREAMS["cover_choice"]


@kernel
def moment(w, d):
    """Start of duty d as a number from 0. Draws are keyed by it: duties added elsewhere move none of them."""
    return from_nought(duty_at(w, d).start_min)


@kernel
def is_sick(w, j, d, gap_days):
    """Whether the duty is lost to sickness: a spell still lasts, or one has begun in the days since the planned
    duty before and lasts (a process of two states, so that it does not matter how the hours are cut)."""
    c = par_at(w)
    s = staff_at(w, j)
    start = duty_at(w, d).start_min
    if c.on_sickness == 0.0:
        return False
    if s.sick_until_min > start:
        return True
    onset = c.sickness_onset_per_day * (1.0 + c.sickness_strain_weight * (s.strain - c.strain_start))
    onset *= 1.0 + c.sickness_error_weight * (s.rho - 1.0)
    both = onset + 1.0 / c.sickness_mean_days
    odds = onset / both * (1.0 - math.exp(-both * gap_days))
    if uniform(clock_at(w).key, _ONSET, j, moment(w, d), 0) >= odds:
        return False
    left_days = c.sickness_mean_days * exponential(clock_at(w).key, _LENGTH, j, moment(w, d), 0)
    s.sick_until_min = start + 1440.0 * left_days
    return True


@kernel
def colleague_for(w, j, d):
    """An off-duty colleague of the same role and unit who is rested, or -1."""
    c = par_at(w)
    duty = duty_at(w, d)
    s = staff_at(w, j)
    best = -1
    highest = -1.0
    for k in range(w.staff_n):
        o = staff_at(w, k)
        if (
            k == j
            or o.on_site == 1
            or o.unit != s.unit
            or o.role != s.role
            or o.sick_until_min > duty.start_min
        ):
            continue
        if (
            duty.start_min - o.duty_end_min < c.sickness_cover_rest_h * 60.0
            or next_start(w, k, d) - duty.end_min < c.sickness_cover_rest_h * 60.0
        ):
            continue
        drawn = uniform(clock_at(w).key, _CHOICE, k, moment(w, d), j)
        if drawn > highest:
            best = k
            highest = drawn
    return best


@kernel
def next_start(w, k, d):
    """Start of the next planned duty of staff k after row d (looks two days beyond its end)."""
    limit = duty_at(w, d).end_min + 2.0 * 1440.0
    for e in range(d, w.duties_n):
        if duty_at(w, e).start_min > limit:
            break
        if duty_at(w, e).staff == k:
            return duty_at(w, e).start_min
    return limit


@kernel
def leaves_empty(w, u, d):
    """Whether leaving duty d open would leave the unit with too few milieu staff once the shift before
    has gone home (then a temp comes).  Those who are due within the hour are taken to come."""
    duty = duty_at(w, d)
    if role_at(w, staff_at(w, duty.staff).role).kind != MILIEU:
        return False
    settled = duty.start_min + 60.0
    n = 0
    for k in range(w.staff_n):
        o = staff_at(w, k)
        if o.on_site == 1 and o.duty_end_min > settled and o.unit == u and role_at(w, o.role).kind == MILIEU:
            n += 1
    for e in range(d + 1, w.duties_n):
        if duty_at(w, e).start_min > settled:
            break
        o = staff_at(w, duty_at(w, e).staff)
        if o.on_site == 0 and o.unit == u and role_at(w, o.role).kind == MILIEU:
            n += 1
    return n < par_at(w).staff_least_present
