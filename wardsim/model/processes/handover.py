"""Handover: who sits together at a change of shift, and how well those on duty know each other."""

import math

from wardsim.model.access import (
    par_at,
    role_at,
    staff_at,
    together_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import begin, wins
from wardsim.model.processes.record import hand_over
from wardsim.model.state import A_CRISIS, A_HANDOVER
from wardsim.model.world import MILIEU


@kernel
def meet_colleagues(w, j, now):
    """Hours on duty together make staff familiar with each other."""
    s = staff_at(w, j)
    if s.is_temp:
        return
    for k in range(w.staff_n):
        o = staff_at(w, k)
        if k != j and o.on_site == 1 and o.unit == s.unit and o.is_temp == 0:
            hours = (now - max(s.duty_start_min, o.duty_start_min)) / 60.0
            together_at(w, j, k).hours += hours
            together_at(w, k, j).hours += hours


@kernel
def set_familiarity(w, u):
    """Mean familiarity of the pairs on duty on unit u (saturating in co-duty hours)."""
    c = par_at(w)
    total = 0.0
    pairs = 0
    for j in range(w.staff_n):
        if staff_at(w, j).on_site == 0 or staff_at(w, j).unit != u:
            continue
        for k in range(j):
            if staff_at(w, k).on_site == 1 and staff_at(w, k).unit == u:
                if staff_at(w, j).is_temp == 0 and staff_at(w, k).is_temp == 0:
                    total += 1.0 - math.exp(-together_at(w, j, k).hours / c.record_familiarity_h)
                pairs += 1
    unit_at(w, u).familiarity = total / pairs if pairs > 0 else 0.0


@kernel
def goes_before(w, j, k):
    """Whether staff j leaves before staff k; by lot where both leave at the same minute."""
    first, other = staff_at(w, j).duty_end_min, staff_at(w, k).duty_end_min
    return first < other or (first == other and wins(w, j, k, 0))


@kernel
def handover_round(w, u, now):
    """Those who arrive and one who leaves sit together; everybody else goes on."""
    c = par_at(w)
    receivers = 0
    giver = -1
    for j in range(w.staff_n):
        s = staff_at(w, j)
        if s.unit != u or s.on_site == 0 or role_at(w, s.role).kind != MILIEU:
            continue
        if s.duty_start_min > now - par_at(w).tick_min:
            receivers += 1
        elif s.activity == A_CRISIS or s.asleep == 1:
            continue  # whoever is with somebody in a crisis stays there, and nobody is woken for it
        elif giver < 0 or goes_before(w, j, giver):
            giver = j
    if receivers == 0 or giver < 0:
        return
    hand_over(w, u, now)
    if c.rotation_handover_minutes <= 0.0 or c.on_handover == 0.0:
        return
    for j in range(w.staff_n):
        s = staff_at(w, j)
        arrives = (
            s.unit == u
            and s.on_site == 1
            and role_at(w, s.role).kind == MILIEU
            and s.duty_start_min > now - par_at(w).tick_min
        )
        if arrives or j == giver:
            begin(w, j, A_HANDOVER, now, now + c.rotation_handover_minutes)
            s.duty_end_min = max(s.duty_end_min, now + c.rotation_handover_minutes)
