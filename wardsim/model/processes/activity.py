"""Activities of staff: their start, their end, and what an ended one leaves behind.

Durations are real minutes: an activity may end inside a tick, and the next begins there.  A contact is
credited when it ends, with the minutes that really took place, so an interrupted one counts what there was.
"""

import math

from wardsim.model.access import (
    clock_at,
    contact_at,
    here_at,
    par_at,
    person_at,
    role_at,
    role_sum_at,
    staff_at,
    sums_at,
    unit_at,
)
from wardsim.model.compiled import inlined, kernel
from wardsim.model.processes.clock import DAYTIME_FIRST_MIN, DAYTIME_LAST_MIN, MOMENT_MIN
from wardsim.model.processes.record import usable, write_down
from wardsim.model.processes.relations import grow, lose_trust, trust_in
from wardsim.model.randomness import STREAMS, uniform
from wardsim.model.state import (
    A_BREAK,
    A_CONTACT,
    A_CRISIS,
    A_DUTY,
    A_FREE,
    A_HANDOVER,
    A_MEETING,
    A_OFF,
    A_OFFICE,
    A_SHARED,
    A_WITH,
    D_CONTACT,
    D_FREE,
    D_GROUP,
    D_MEAL,
    D_WITH,
    K_CONVERSATION,
    K_CRISIS,
    K_GROUP,
    K_HOUSEHOLD,
    K_INFORMAL,
    K_MEAL,
    K_SESSION,
    K_WITH,
    LIMIT,
    NOBODYS,
    OF_PEOPLE,
    OF_WARD,
    OWN,
    PRESSURE,
)
from wardsim.model.world import DOCTOR, MILIEU

_LOT = STREAMS["lot"]
TEMP_WHO = 1_000_000  # numbers from here on stand for temps, a new one in every duty


@kernel
def day_of(w, minute):
    """The day of the daily sums that a minute belongs to; what is after the last counts there."""
    return min(int(max(0.0, minute) / 1440.0), w.daily_n - 1)


@kernel
def day_row(w, minute, u):
    """The row of daily sums that a minute belongs to."""
    return sums_at(w, day_of(w, minute), u)


@kernel
def minutes_by_day(start, end):
    """Minutes of [start, end) between 07:00 and 22:00 (a span of at most a day)."""
    total = 0.0
    first = math.floor(start / 1440.0)
    for k in range(2):
        low = max(start, (first + k) * 1440.0 + DAYTIME_FIRST_MIN)
        high = min(end, (first + k) * 1440.0 + DAYTIME_LAST_MIN)
        if high > low:
            total += high - low
    return total


@kernel
def shared_weight(w, kind):
    """One-to-one equivalent of a minute of this kind."""
    if kind == K_GROUP or kind == K_MEAL or kind == K_HOUSEHOLD:
        return par_at(w).contact_shared_weight
    return 1.0


@kernel
def credit(w, i, j, kind, stance, start, end, interrupted):
    """Write a contact of person i with staff j into the ledger and let it act on both."""
    minutes = end - start
    if minutes <= 0.0:
        return
    c = par_at(w)
    p = person_at(w, i)
    s = staff_at(w, j)
    weight = shared_weight(w, kind)
    hours = weight * minutes / 60.0
    trust = trust_in(w, i, j, start)
    row = contact_at(w, clock_at(w).n_contacts)
    clock_at(w).n_contacts += 1
    row.person = i
    row.stay = p.stay
    row.who = TEMP_WHO + s.duty if s.is_temp else s.who
    row.staff = j
    row.role = s.role
    row.unit = s.unit
    row.setting = p.setting
    row.kind = kind
    row.stance = stance
    row.interrupted = interrupted
    row.start_min = start
    row.minutes = minutes
    row.equivalent_min = weight * minutes
    row.distress = p.distress_start
    row.distress_last = p.distress_before
    row.trust_last = p.trust_before
    row.known_usable = usable(w, i, j, start)
    p.distress_before = row.distress
    p.trust_before = trust
    p.last_contact_min = end
    if p.distressed_since_min >= 0.0 and trust >= c.relations_trusted_from:
        p.distressed_since_min = max(p.distressed_since_min, end)  # somebody trusted was there until now
    # what contact does: need, relationship, calm
    if c.on_need > 0.0:
        p.need = max(0.0, p.need - (c.contact_relief_base + c.contact_relief_trust * trust) * hours)
    benefit = hours
    if c.on_medication > 0.0:
        benefit *= 1.0 - c.medication_blunts_contact * p.medication
    acting = trust
    if stance >= PRESSURE and c.on_stance > 0.0:
        acting = 0.0
    p.contact_day += acting * benefit
    grow(w, i, j, hours, weight * minutes, stance if c.on_stance > 0.0 else 0, end)
    if c.on_stance > 0.0 and stance == PRESSURE:
        lose_trust(w, i, j, c.relations_pressure_h, end)
    if c.on_stance > 0.0 and stance == LIMIT:
        lose_trust(w, i, j, c.relations_limit_h, end)
    comfort(w, i, acting, weight * minutes)
    personal = kind == K_CONVERSATION or kind == K_SESSION or kind == K_WITH or kind == K_INFORMAL
    if personal and is_milieu(w, s) and minutes > p.week_conversation_min:
        p.week_conversation_min = minutes


@kernel
def comfort(w, i, trust, minutes):
    """Somebody trusted was there: distress is lower for some hours, in proportion to trust (the alliance
    effect)."""
    c = par_at(w)
    p = person_at(w, i)
    gained = c.distress_comfort_weight * trust * (1.0 - math.exp(-minutes / c.distress_comfort_min))
    p.slow += p.comfort - gained
    p.comfort = gained


@kernel
def release(w, i, now):
    """The person is free again."""
    p = person_at(w, i)
    if p.activity in (D_CONTACT, D_GROUP, D_MEAL, D_WITH):
        p.activity = D_FREE
        p.until_min = now
    p.with_staff = -1


@kernel
def is_milieu(w, s):
    """Whether this member of staff is milieu staff."""
    return role_at(w, s.role).kind == MILIEU


@inlined
def count_minutes(w, s, a, since, end):
    """Minutes of milieu staff by what they did, in the daily sums."""
    d = day_row(w, s.start_min, s.unit)
    minutes = end - since
    if a == A_CONTACT or a == A_SHARED or a == A_WITH:
        by_day = minutes_by_day(since, end)
        d.contact_min += minutes
        d.contact_day_min += by_day
        if a == A_CONTACT and (s.kind == K_CONVERSATION or s.kind == K_SESSION):
            d.one_to_one_day_min += by_day
        if a == A_SHARED:
            d.shared_min += minutes
    elif a == A_DUTY:
        d.duty_min += minutes
    elif a == A_BREAK:
        d.break_min += minutes
    elif a == A_HANDOVER:
        d.handover_min += minutes
    elif a == A_MEETING:
        d.meeting_min += minutes
    elif a == A_OFFICE:
        d.office_min += minutes
    elif a == A_FREE:
        d.milieu_min += minutes
    elif a == A_CRISIS:
        d.crisis_min += minutes


@kernel
def put_back(w, s, minutes):
    """What is left of interrupted work waits again where it came from."""
    if minutes <= 0.0:
        return
    if s.work == OWN:
        s.backlog_min += minutes
    elif s.work == OF_WARD:
        unit_at(w, s.unit).ward_backlog_min += minutes
    elif s.work == OF_PEOPLE:
        unit_at(w, s.unit).patient_backlog_min += minutes


@kernel
def end_activity(w, j, end, interrupted):
    """End what staff j is doing at minute `end`; credit contacts and count the minutes."""
    s = staff_at(w, j)
    since = max(s.start_min, 0.0)  # what was before day 0 is not counted
    minutes = end - since
    a = s.activity
    kind = role_sum_at(w, s.role)
    if minutes > 0.0:
        if a == A_CONTACT or a == A_SHARED or a == A_WITH:
            kind.contact_min += minutes
            s.contact_min += minutes
        elif a == A_DUTY:
            kind.duty_min += minutes
            s.duty_min += minutes
        elif a == A_CRISIS:
            kind.crisis_min += minutes
            s.load_min += minutes
        if is_milieu(w, s):
            count_minutes(w, s, a, since, end)
    if a == A_CONTACT or a == A_WITH or a == A_CRISIS:
        if s.partner >= 0:
            end_with(w, s.partner, j, s.kind if a != A_CRISIS else K_CRISIS, end, interrupted)
        if s.partner2 >= 0:
            end_with(w, s.partner2, j, s.kind, end, interrupted)
    elif a == A_SHARED:
        for k in range(clock_at(w).n_here):
            i = here_at(w, k).person
            if person_at(w, i).with_staff == j:
                end_with(w, i, j, s.kind, end, interrupted)
    elif a == A_DUTY:
        if s.partner >= 0 and minutes > 0.0:
            write_down(w, s.partner, j, minutes, end)
        put_back(w, s, s.until_min - end)
    elif a == A_BREAK:
        s.break_min += max(0.0, s.until_min - end)
    s.activity = A_FREE
    s.work = NOBODYS
    s.start_min = end
    s.until_min = end
    s.partner = -1
    s.partner2 = -1


@kernel
def end_with(w, i, j, kind, end, interrupted):
    """The contact of person i with staff j ends: credit it and set the person free."""
    if person_at(w, i).with_staff != j:  # the person has gone already
        return
    s = staff_at(w, j)
    credit(w, i, j, kind, s.stance, s.start_min, end, interrupted)
    release(w, i, end)


@kernel
def call_off(w, j):
    """Staff j is called away from the road to somebody's home: the visit is still to be made."""
    s = staff_at(w, j)
    if s.bound_for >= 0:
        if role_at(w, s.role).kind == DOCTOR:
            person_at(w, s.bound_for).doctor_due_day = 0
        else:
            person_at(w, s.bound_for).visited_day = -1
        s.bound_for = -1


@kernel
def begin(w, j, activity, start, end):
    """Staff j begins something; whatever they were doing ends first (and counts as interrupted if
    unfinished)."""
    s = staff_at(w, j)
    if s.activity == A_OFF:
        return
    end_activity(w, j, start, 1 if s.until_min > start + MOMENT_MIN else 0)
    call_off(w, j)
    s.activity = activity
    s.start_min = start
    s.until_min = end


@kernel
def begin_contact(w, j, i, kind, stance, start, end):
    """Staff j and person i are together from `start` to `end`, as far as nothing interrupts them."""
    p = person_at(w, i)
    if p.activity == D_FREE and p.until_min > start:  # free only later in this tick
        end += p.until_min - start
        start = p.until_min
    begin(w, j, A_CONTACT, start, end)
    s = staff_at(w, j)
    s.partner = i
    s.kind = kind
    s.stance = stance
    p.activity = D_CONTACT
    p.until_min = end
    p.with_staff = j
    p.distress_start = p.slow + p.fast


@kernel
def lot(w, j, what):
    """A number drawn for staff j in this beat, by which one is chosen of several who could all do the same: a place
    in the rota is no advantage and no burden.  `what` tells apart what is shared out in one beat."""
    return uniform(clock_at(w).key, _LOT, j, clock_at(w).beat, what)


@kernel
def wins(w, j, k, what):
    """Whether staff j is chosen before staff k by lot (k = -1: nobody is chosen yet)."""
    return k < 0 or lot(w, j, what) > lot(w, k, what)


@kernel
def is_on(s):
    """Awake on duty."""
    return s.on_site == 1 and s.asleep == 0


@kernel
def is_idle(s):
    """Not bound to anything: in the milieu or in the office."""
    return s.on_site == 1 and s.asleep == 0 and (s.activity == A_FREE or s.activity == A_OFFICE)


@kernel
def available_for_programme(s):
    """Awake on duty and not with somebody, in a crisis, a handover or a meeting: what is planned comes
    before duties."""
    return is_idle(s) or (s.on_site == 1 and s.asleep == 0 and s.activity == A_DUTY)


@kernel
def came_to(s, i):
    """Whether this member of staff is at the crisis of person i now, not at somebody else's."""
    return s.activity == A_CRISIS and s.crisis_of == i


@kernel
def pull_away(w, i, now):
    """A person is taken out of whatever they do with staff (crisis, leave, discharge)."""
    p = person_at(w, i)
    j = p.with_staff
    if j >= 0:
        s = staff_at(w, j)
        if s.activity == A_SHARED:
            end_with(w, i, j, s.kind, now, 1)
        elif s.partner == i or s.partner2 == i:
            end_activity(w, j, now, 1)
    p.with_staff = -1
