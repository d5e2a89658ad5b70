"""Forums: where matters are settled, and when.

Everyday requests that nobody granted at once, and all larger matters, wait for the forum that the power
structure names: a single member (at once, shift leader, next doctor on duty) or a meeting at set times.  A
meeting lasts as long as there is something to settle, at most its timetable, and longer where people listen and
the person is there; its minutes are missing elsewhere.
"""

from wardsim.model.access import (
    clock_at,
    day_at,
    forum_at,
    forum_of_at,
    matter_at,
    open_at,
    par_at,
    present_at,
    role_at,
    slot_at,
    staff_at,
    weight_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.parameters import NO_POWER_EFFECT
from wardsim.model.processes.activity import available_for_programme, begin, is_on, wins
from wardsim.model.processes.clock import NEVER, from_nought
from wardsim.model.processes.decisions import close, is_there, requests, settle
from wardsim.model.randomness import STREAMS, uniform
from wardsim.model.state import A_MEETING
from wardsim.model.world import (
    DOCTOR,
    MILIEU,
    NEXT_DOCTOR,
    SHIFT_LEADER,
    WARD_ROUND,
)

_SHIFT = STREAMS["shift_leader"]


@kernel
def shift_leader(w, u):
    """Who leads the shift on unit u: of the milieu staff awake on duty who came first, to the end of their duty, and of
    those who came together one by lot; no temp; -1: nobody."""
    best = -1
    since = NEVER
    highest = -1.0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit != u or not is_on(s) or s.is_temp == 1 or role_at(w, s.role).kind != MILIEU:
            continue
        if s.duty_start_min > since:
            continue
        drawn = uniform(clock_at(w).key, _SHIFT, j, from_nought(s.duty_start_min), 0)
        if s.duty_start_min < since or drawn > highest:
            best = j
            since = s.duty_start_min
            highest = drawn
    return best


@kernel
def decider(w, u, forum):
    """Somebody on duty who can settle a single matter in this forum, or -1; among equals by lot.

    Who leads the shift decides once free or at other work; the others don't meanwhile.
    """
    if forum == SHIFT_LEADER:
        leads = shift_leader(w, u)
        return leads if leads >= 0 and available_for_programme(staff_at(w, leads)) else -1
    wanted = DOCTOR if forum == NEXT_DOCTOR else MILIEU
    best = -1
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        could = s.unit == u and role_at(w, s.role).kind == wanted and available_for_programme(s)
        if could and wins(w, j, best, u):
            best = j
    return best


@kernel
def minutes_of(w, row):
    """Minutes that a matter takes: longer where people listen to each other, and where the person is there."""
    c = par_at(w)
    if c.on_power == 0.0 or c.decision_form == NO_POWER_EFFECT:
        return c.decisions_min_per_matter
    listening = c.power_listening if c.on_listening > 0.0 else 0.0
    adds = c.decisions_listening_adds * listening
    if is_there(w, int(row.person), int(row.matter)):
        adds += c.decisions_presence_adds
    return c.decisions_min_per_matter * (1.0 + adds)


@kernel
def one_by_one(w, now):
    """Matters that do not wait for a meeting: at once, the shift leader, the next doctor on duty."""
    k = 0
    # where the last search found nobody: nobody gets free while this goes on
    nobody_unit, nobody_forum = -1, -1
    while k < clock_at(w).n_open:
        n = open_at(w, k).matter
        row = matter_at(w, n)
        u, forum = int(row.unit), forum_of_at(w, row.matter).forum
        if forum < WARD_ROUND and (u != nobody_unit or forum != nobody_forum):
            j = decider(w, u, forum)
            if j >= 0:
                begin(w, j, A_MEETING, now, now + minutes_of(w, row))
                settle(w, n, now, False, j)
                close(w, k)
                continue
            nobody_unit, nobody_forum = u, forum
        k += 1


@kernel
def sits_in(w, j, forum):
    """Whether the role of staff j is in the room for a matter that this forum settles."""
    for m in range(w.forum_of_n):
        if forum_of_at(w, m).forum == forum and weight_at(w, m, staff_at(w, j).role).there == 1:
            return True
    return False


@kernel
def can_sit_in(w, j, u, r, forum):
    """Whether staff j of role r has a place in a meeting of this forum on unit u and is free to come."""
    s = staff_at(w, j)
    return s.role == r and s.unit == u and sits_in(w, j, forum) and available_for_programme(s)


@kernel
def can_decide(w, u, forum):
    """Whether somebody of the staff can come, and anybody who has a say in a matter of this forum: a member of
    staff, or the person staying."""
    someone = False
    own_say = False
    for m in range(w.forum_of_n):
        if forum_of_at(w, m).forum != forum:
            continue
        own_say = own_say or weight_at(w, m, w.roles_n).weight > 0.0
        for n_th in range(clock_at(w).n_present):
            j = present_at(w, n_th).staff
            r = staff_at(w, j).role
            if can_sit_in(w, j, u, r, forum):
                if weight_at(w, m, r).weight > 0.0:
                    return True
                someone = True
    return someone and own_say


@kernel
def next_seat(w, u, r, forum):
    """Who of role r takes the next seat in a meeting of this forum on unit u, by lot; -1: nobody else can come."""
    best = -1
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        if can_sit_in(w, j, u, r, forum) and wins(w, j, best, forum):
            best = j
    return best


@kernel
def meet(w, u, forum, now):
    """One meeting of a forum on unit u, as long as there is something to settle; oldest matters first."""
    c = par_at(w)
    room = int(forum_at(w, forum).minutes / c.decisions_min_per_matter)
    minutes = 0.0
    waiting = 0
    for k in range(clock_at(w).n_open):
        row = matter_at(w, open_at(w, k).matter)
        if waiting < room and row.unit == u and forum_of_at(w, row.matter).forum == forum:
            waiting += 1
            minutes += minutes_of(w, row)
    if waiting == 0 or not can_decide(w, u, forum):
        return
    for r in range(w.roles_n):
        for _ in range(int(c.decisions_seats_per_role)):
            j = next_seat(w, u, r, forum)
            if j < 0:
                break
            begin(w, j, A_MEETING, now, now + minutes)
            staff_at(w, j).seat = forum
            staff_at(w, j).seat_min = now
    k = 0
    while k < clock_at(w).n_open and waiting > 0:
        n = open_at(w, k).matter
        row = matter_at(w, n)
        if row.unit == u and forum_of_at(w, row.matter).forum == forum:
            settle(w, n, now, False, -1)
            close(w, k)
            waiting -= 1
        else:
            k += 1


@kernel
def decisions(w, now):
    """The process: requests by the hour, single decisions every quarter of an hour, forums at their times."""
    c = par_at(w)
    slot = slot_at(w, clock_at(w).slot)
    minute = clock_at(w).minute
    if slot.people_awake == 1 and slot.hour == 1:
        requests(w, now)
    if slot.people_awake == 1 and slot.quarter == 1:
        one_by_one(w, now)
    if slot.forum_meets == 0:
        return
    bit = 1 << day_at(w, clock_at(w).day).weekday
    for forum in range(WARD_ROUND, w.forums_n):
        f = forum_at(w, forum)
        if (f.weekdays & bit) != 0 and minute <= f.start_min < minute + c.tick_min:
            for u in range(w.unit_n):
                meet(w, u, forum, now)
