"""Programme: groups, meals, household work, meetings, exposure, individual sessions, planning, company.

The programme comes before spontaneous contact.  A group that nobody can lead does not take place; a meal
takes place anyway, shared with staff only where the household is shared.
"""

import math

from wardsim.model.access import (
    candidate_at,
    clock_at,
    day_at,
    here_at,
    item_at,
    par_at,
    person_at,
    present_at,
    role_at,
    slot_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import available_for_programme, begin, begin_contact, day_row, wins
from wardsim.model.processes.clock import DAYS_PER_MONTH
from wardsim.model.processes.relations import known_by
from wardsim.model.processes.tension import raise_tension
from wardsim.model.randomness import STREAMS, uniform
from wardsim.model.state import (
    A_MEETING,
    A_SHARED,
    COMPANION,
    D_AWAY,
    D_FREE,
    D_GROUP,
    D_MEAL,
    DAY,
    HOME,
    INPATIENT,
    K_GROUP,
    K_HOUSEHOLD,
    K_MEAL,
    K_SESSION,
)
from wardsim.model.world import (
    I_EXPOSURE,
    I_GROUP,
    I_HOUSEHOLD,
    I_MEAL,
    I_MEETING,
    MILIEU,
)

_NETWORK = STREAMS["network"]
_MEAL = STREAMS["meal_part"]
_GROUP = STREAMS["group_part"]
_SESSION = STREAMS["session_due"]
_VISIT = STREAMS["visit"]
_COMPANY = STREAMS["company"]
_CONFLICT = STREAMS["conflict"]


@kernel
def leader(w, u, role):
    """Somebody who can lead an item on unit u: of the role asked for, or any milieu member; -1: nobody."""
    best = -1
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        fits = s.role == role or (role < 0 and role_at(w, s.role).kind == MILIEU)
        if s.unit == u and fits and available_for_programme(s) and wins(w, j, best, 0):
            best = j
    return best


@kernel
def is_in_house(w, p):
    """On the ward, or in the day clinic on a working day while it is open."""
    if p.setting != DAY:
        return p.setting == INPATIENT
    minute = clock_at(w).minute
    works = day_at(w, clock_at(w).day).rest_day == 0
    return works and par_at(w).settings_day_first_min <= minute < par_at(w).settings_day_last_min


@kernel
def takes_part(w, i, item, beat):
    """Whether person i takes part this time."""
    p = person_at(w, i)
    if p.activity != D_FREE or not is_in_house(w, p):
        return False
    stream = _MEAL if item.kind == I_MEAL else _GROUP
    chance = item.share
    if item.kind != I_MEAL:
        chance *= par_at(w).programme_part_base + (2.0 - 2.0 * par_at(w).programme_part_base) * p.sociable
    return uniform(clock_at(w).key, stream, p.number, beat, int(item.start_min)) < chance


@kernel
def hold(w, u, item, now):
    """One item of the programme on unit u; where nobody staying takes part it is a meeting of staff."""
    c = par_at(w)
    household = c.care_household_shared > 0.0 and c.on_household > 0.0
    shared = item.kind == I_GROUP or item.kind == I_MEETING or item.kind == I_EXPOSURE or household
    if item.kind == I_HOUSEHOLD and not household:
        return
    start = max(now, clock_at(w).day * 1440.0 + item.start_min)
    end = start + item.minutes
    kind = K_GROUP
    if item.kind == I_MEAL:
        kind = K_MEAL
    elif item.kind == I_HOUSEHOLD:
        kind = K_HOUSEHOLD
    leaders = 0
    if shared:
        for _ in range(item.n_staff):
            j = leader(w, u, item.role)
            if j < 0:
                break
            begin(w, j, A_SHARED if item.share > 0.0 else A_MEETING, start, end)
            staff_at(w, j).kind = kind
            staff_at(w, j).stance = COMPANION
            candidate_at(w, leaders).row = j
            leaders += 1
    if leaders == 0 and item.kind != I_MEAL:
        return
    gather(w, u, item, leaders, start, end)


@kernel
def gather(w, u, item, leaders, start, end):
    """People join the item, in turn with the first and the second leader."""
    c = par_at(w)
    beat = clock_at(w).beat
    turn = 0
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.unit != u or not takes_part(w, i, item, beat):
            continue
        p.activity = D_MEAL if item.kind == I_MEAL else D_GROUP
        p.until_min = end
        p.distress_start = p.slow + p.fast
        p.with_staff = candidate_at(w, turn % leaders).row if leaders > 0 else -1
        turn += 1
        p.company_day += c.programme_company_share * (end - start) / 60.0
        if item.kind == I_EXPOSURE:
            p.fast += c.distress_exposure_jump
            p.exposure += (c.distress_exposure_most - p.exposure) * c.distress_exposure_gain


@kernel
def session_role(w, i):
    """Role that owes person i the next individual session, by the shares that the service sets; -1: none."""
    total = 0.0
    for r in range(w.roles_n):
        total += role_at(w, r).sessions_week
    if total <= 0.0:
        return -1
    x = uniform(clock_at(w).key, _SESSION, person_at(w, i).number, person_at(w, i).session_no, 0) * total
    for r in range(w.roles_n):
        x -= role_at(w, r).sessions_week
        if x < 0.0:
            return r
    return -1


@kernel
def role_serves(w, role, u):
    """Whether anybody of the role belongs to unit u."""
    for j in range(w.staff_n):
        if staff_at(w, j).role == role and staff_at(w, j).unit == u:
            return True
    return False


@kernel
def therapist_for(w, i, role, now):
    """An available member of the role: one's own (who knows the person best), or the least used when they
    alternate; among equals by lot."""
    c = par_at(w)
    best = -1
    best_score = -1.0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit != person_at(w, i).unit or s.role != role or not available_for_programme(s):
            continue
        score = known_by(w, i, j, now)
        if c.care_alternating_sessions > 0.0:
            score = 1.0 - score
        if score > best_score or (score == best_score and wins(w, j, best, i)):
            best = j
            best_score = score
    return best


@kernel
def give_sessions(w, now):
    """Individual sessions and planning conversations that are owed, in working hours."""
    c = par_at(w)
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.activity != D_FREE or not is_in_house(w, p):
            continue
        role = session_role(w, i) if p.sessions_due >= 1.0 else -1
        if role >= 0:
            j = therapist_for(w, i, role, now)
            if j < 0 and not role_serves(w, role, p.unit):
                p.session_no += 1  # nobody of that role is of this unit: the next one
            if j >= 0:
                p.sessions_due -= 1.0
                p.session_no += 1
                start = max(now, staff_at(w, j).start_min) if staff_at(w, j).until_min <= now else now
                begin_contact(w, j, i, K_SESSION, COMPANION, start, start + c.care_session_minutes)
                continue
        if p.planning_due >= 1.0:
            plan_together(w, i, now)


@kernel
def plan_together(w, i, now):
    """A planning conversation with the named worker (or another milieu member): goals set and reviewed
    together."""
    c = par_at(w)
    p = person_at(w, i)
    j = p.named
    if c.care_named_worker == 0.0 or j < 0 or not available_for_programme(staff_at(w, j)):
        j = leader(w, p.unit, -1)
    if j < 0:
        return
    p.planning_due -= 1.0
    begin_contact(w, j, i, K_SESSION, COMPANION, now, now + c.programme_planning_min)
    if c.on_agency > 0.0:
        p.agency += (1.0 - p.agency) * c.decisions_agency_planning


@kernel
def falls_due(w, hours):
    """Sessions and planning conversations fall due by the hour (`most_due` of each wait at most)."""
    c = par_at(w)
    total = 0.0
    for r in range(w.roles_n):
        total += role_at(w, r).sessions_week
    for k in range(clock_at(w).n_here):
        p = person_at(w, here_at(w, k).person)
        if p.setting == INPATIENT or p.setting == DAY:
            p.sessions_due = min(c.programme_most_due, p.sessions_due + total * hours / 168.0)
            planned = c.care_planning_conversations_per_week * hours / 168.0
            p.planning_due = min(c.programme_most_due, p.planning_due + planned)


@kernel
def company(w, now):
    """Company with others staying, conflict between them, and visits (called once an hour by day)."""
    c = par_at(w)
    minute = clock_at(w).minute
    beat = clock_at(w).beat
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.activity != D_FREE or p.setting != INPATIENT:
            continue
        unit = unit_at(w, p.unit)
        hosts = (
            c.programme_visit_first_min
            <= minute
            < c.programme_visit_first_min + 60.0 * c.programme_visit_hours
        )
        if (
            c.on_visits > 0.0
            and hosts
            and uniform(clock_at(w).key, _VISIT, p.number, beat, 0)
            < c.care_visits_per_week / (7.0 * c.programme_visit_hours)
        ):
            p.activity = D_AWAY
            p.until_min = now + c.programme_visit_min
            p.company_day += c.programme_visit_weight * c.programme_visit_min / 60.0
            continue
        if c.on_company == 0.0 or unit.n_seen < 2:
            continue
        meets = c.programme_company_per_h * p.sociable
        if uniform(clock_at(w).key, _COMPANY, p.number, beat, 0) < meets:
            p.company_day += c.programme_company_share
            day_row(w, now, p.unit).company_min += 60.0 * c.programme_company_share
        crowd = unit.n_in / max(1.0, float(unit.beds))
        odds = (
            c.programme_conflict_per_h
            * crowd
            * math.exp(c.programme_conflict_slope * max(0.0, p.slow + p.fast - c.programme_conflict_from))
        )
        if uniform(clock_at(w).key, _CONFLICT, p.number, beat, 0) < odds:
            raise_tension(w, p.unit, c.programme_conflict_tension)
            p.fast += c.programme_conflict_tension
            day_row(w, now, p.unit).conflicts += 1.0


@kernel
def network_meetings(w, now):
    """Network meetings: the person, their own people and members of the team; the person sets the
    agenda."""
    c = par_at(w)
    beat = clock_at(w).beat
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if not (is_in_house(w, p) or p.setting == HOME) or p.activity != D_FREE:
            continue
        if (
            uniform(clock_at(w).key, _NETWORK, p.number, beat, 0)
            >= c.care_network_meetings_per_month / DAYS_PER_MONTH
        ):
            continue
        came = 0
        for turn in range(int(c.programme_network_members)):
            j = leader(w, p.unit, -1)
            if j < 0:
                break
            if turn == 0:
                begin_contact(w, j, i, K_SESSION, COMPANION, now, now + c.programme_network_min)
            else:
                begin(w, j, A_MEETING, now, now + c.programme_network_min)
            came += 1
        if came > 0:
            p.company_day += c.programme_visit_weight * c.programme_network_min / 60.0
            if c.on_agency > 0.0:
                p.agency += (1.0 - p.agency) * c.decisions_agency_planning


@kernel
def programme(w, now):
    """The process: items that begin in this tick, then sessions, planning, company and visits."""
    c = par_at(w)
    slot = slot_at(w, clock_at(w).slot)
    minute = clock_at(w).minute
    if c.on_programme > 0.0:
        if slot.item_begins == 1:
            bit = 1 << day_at(w, clock_at(w).day).weekday
            for n in range(w.items_n):
                item = item_at(w, n)
                if minute <= item.start_min < minute + c.tick_min and (item.weekdays & bit) != 0:
                    for u in range(w.unit_n):
                        hold(w, u, item, now)
        if c.programme_first_min <= minute < c.programme_last_min and slot.quarter == 1:
            give_sessions(w, now)
        if c.programme_network_hour * 60.0 <= minute < c.programme_network_hour * 60.0 + c.tick_min:
            network_meetings(w, now)
    if slot.people_awake == 1 and slot.hour == 1:
        company(w, now)
