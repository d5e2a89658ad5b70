"""Being-with: a member of the team stays with a person in acute distress, if the person wishes.

It starts when D > being_with.start_sd in the acute phase and ends below start_sd - gap_sd; at most most_min a
day, by day (at night the member sleeps nearby); one member serves at most two people in one room.  What was
agreed and could not be given is counted.
"""

from wardsim.model.access import (
    clock_at,
    here_at,
    par_at,
    person_at,
    present_at,
    role_at,
    slot_at,
    staff_at,
    stay_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import begin, end_activity, is_idle, lot
from wardsim.model.state import (
    A_DUTY,
    A_WITH,
    COMPANION,
    D_FREE,
    D_WITH,
    INPATIENT,
    K_WITH,
)
from wardsim.model.world import MILIEU


@kernel
def wants(w, i, now):
    """Whether being-with is agreed with person i and wanted now."""
    c = par_at(w)
    p = person_at(w, i)
    distress = p.slow + p.fast
    acute = now - p.admitted_min < c.being_with_acute_days * 1440.0
    if p.being_with == 1:
        return distress > c.being_with_start_sd - c.being_with_gap_sd
    return acute and distress > c.being_with_start_sd


@kernel
def companion_for(w, i):
    """A milieu member who is idle, else who sits already with one other person (only in a soft room), else at other
    work; among equals by lot; -1: nobody."""
    c = par_at(w)
    u = person_at(w, i).unit
    best = -1
    highest = -1.0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit != u or s.asleep == 1 or role_at(w, s.role).kind != MILIEU:
            continue
        drawn = lot(w, j, i)
        if is_idle(s):
            drawn += 2.0
        elif s.activity == A_WITH and s.partner2 < 0 and s.partner >= 0 and c.ward_soft_room > 0.0:
            drawn += 1.0
        elif s.activity != A_DUTY or unit_at(w, u).n_awake < c.staff_least_present:
            continue
        if drawn > highest:
            best = j
            highest = drawn
    return best


@kernel
def sit_down(w, j, i, now):
    """Member j sits with person i (or takes them in as the second person in the room)."""
    s = staff_at(w, j)
    first = -1
    if s.activity == A_WITH and s.partner >= 0:
        first = s.partner
        end_activity(w, j, now, 0)
        together(w, first, j)
    start = max(now, s.start_min) if first < 0 else now
    begin(w, j, A_WITH, start, start + par_at(w).being_with_turn_min)
    s.kind = K_WITH
    s.stance = COMPANION
    s.partner = first if first >= 0 else i
    s.partner2 = i if first >= 0 else -1
    together(w, i, j)


@kernel
def together(w, i, j):
    """Person i is with member j."""
    p = person_at(w, i)
    p.activity = D_WITH
    p.with_staff = j
    p.distress_start = p.slow + p.fast


@kernel
def take_turns(w, j, i, now):
    """A turn of member j is over: a colleague who is free takes the next one; if nobody is, j stays on."""
    c = par_at(w)
    s = staff_at(w, j)
    other = companion_for(w, i)
    if other >= 0 and is_idle(staff_at(w, other)):
        end_activity(w, j, now, 0)
        sit_down(w, other, i, now)
    elif s.duty_end_min <= now + c.tick_min:
        end_activity(w, j, now, 0)
    else:
        s.until_min = min(s.duty_end_min, s.until_min + c.being_with_turn_min)


@kernel
def being_with(w, now):
    """The process: who wishes it gets it while somebody can."""
    c = par_at(w)
    if c.care_being_with == 0.0 or c.on_being_with == 0.0:
        return
    awake = slot_at(w, clock_at(w).slot).people_awake == 1
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.setting != INPATIENT:
            continue
        wish = awake and wants(w, i, now)
        p.being_with = 1 if wish else 0
        if p.activity == D_WITH:
            p.being_with_today_min += c.tick_min
            stay_at(w, p.stay).bw_given_min += c.tick_min
            full = p.being_with_today_min >= c.being_with_most_min
            s = staff_at(w, p.with_staff)
            if not wish or full:
                end_activity(w, p.with_staff, now, 0)
            elif s.until_min < now + c.tick_min:
                take_turns(w, p.with_staff, i, now)
        elif wish and p.being_with_today_min < c.being_with_most_min and p.activity == D_FREE:
            j = companion_for(w, i)
            if j >= 0:
                sit_down(w, j, i, now)
            else:
                stay_at(w, p.stay).bw_missed_min += c.tick_min
