"""Ledger: sums by unit and day of what people and staff did and how they were (every quarter of an hour)."""

from wardsim.model.access import (
    clock_at,
    here_at,
    par_at,
    person_at,
    present_at,
    role_at,
    slot_at,
    staff_at,
    sums_at,
    unit_at,
    week_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import day_of, day_row
from wardsim.model.processes.clock import DAYTIME_FIRST_MIN, DAYTIME_LAST_MIN, QUARTER_MIN
from wardsim.model.processes.relations import trust_in
from wardsim.model.state import (
    A_ASLEEP,
    ABSENT,
    D_ASLEEP,
    D_FREE,
    DAY,
    HOME,
    INPATIENT,
    LEAVE,
)
from wardsim.model.world import MILIEU


@kernel
def note_people(w, now, step):
    """Minutes and means of the people looked after."""
    c = par_at(w)
    slot, day = slot_at(w, clock_at(w).slot), day_of(w, now)
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        d = sums_at(w, day, p.unit)
        if p.setting == LEAVE or p.setting == ABSENT:
            d.leave_min += step
            continue
        if p.setting == DAY:
            d.day_min += step
            continue
        if p.setting == HOME:
            d.home_min += step
            continue
        if p.setting != INPATIENT:
            continue
        now_distress = p.slow + p.fast
        d.in_min += step
        d.distress_min += step * now_distress
        d.need_min += step * p.need
        d.agency_min += step * p.agency
        d.recovery_min += step * p.recovery
        d.wait_pending_min += step * p.pending
        d.medicated_min += step * p.medication
        d.best_trust_min += step * p.best_trust_on_duty
        if c.ward_locked > 0.0:
            d.locked_min += step * c.ward_locked
        p.week_present_min += step
        if slot.people_awake:
            d.awake_min += step
            d.known_min += step * p.known_on_duty
            d.known_share_min += step * (1.0 - p.unfamiliar)
            d.unfamiliar_min += step * p.unfamiliar
            if p.activity == D_FREE:
                d.undisturbed_min += step
        wait_for_trusted(w, i, d, now_distress, now, step)


@kernel
def wait_for_trusted(w, i, d, distress, now, step):
    """How long somebody in distress waits until a person they trust comes."""
    c = par_at(w)
    p = person_at(w, i)
    if distress < c.crises_high_distress or p.activity == D_ASLEEP:
        p.distressed_since_min = -1.0
        return
    if p.distressed_since_min < 0.0:
        p.distressed_since_min = now
    d.distressed_min += step
    if p.with_staff >= 0 and trust_in(w, i, p.with_staff, now) >= c.relations_trusted_from:
        p.distressed_since_min = now
    if p.best_trust_on_duty >= c.relations_trusted_from:
        d.trusted_near_min += step
    d.waited_trusted_sum += now - p.distressed_since_min if p.distressed_since_min >= 0.0 else 0.0


@kernel
def note_staff(w, now, step):
    """Waking minutes of milieu staff, by day and in all."""
    minute = clock_at(w).minute
    by_day = DAYTIME_FIRST_MIN <= minute < DAYTIME_LAST_MIN
    day = day_of(w, now)
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.activity == A_ASLEEP or role_at(w, s.role).kind != MILIEU:  # who is woken for a crisis is awake
            continue
        d = sums_at(w, day, s.unit)
        d.staff_awake_min += step
        if by_day:
            d.staff_awake_day_min += step


@kernel
def end_week(w, now):
    """Full weeks of each stay: the longest conversation in it (called once a day)."""
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        days = int((now - p.admitted_min) // 1440.0)
        if days > 0 and days % 7 == 0:
            if p.week_present_min >= 1440.0 * par_at(w).contact_week_least_days:
                row = week_at(w, clock_at(w).n_weeks)
                clock_at(w).n_weeks += 1
                row.person = i
                row.stay = p.stay
                row.time_min = now
                row.longest_conversation_min = p.week_conversation_min
            p.week_conversation_min = 0.0
            p.week_present_min = 0.0


@kernel
def ledger(w, now):
    """The process."""
    if slot_at(w, clock_at(w).slot).quarter == 1:
        note_people(w, now, QUARTER_MIN)
        note_staff(w, now, QUARTER_MIN)
    if clock_at(w).slot == 0:
        for u in range(w.unit_n):
            unit = unit_at(w, u)
            d = day_row(w, now, u)
            d.bed_min += 1440.0 * unit.beds
            d.tension_min += 1440.0 * unit.tension
        day_row(w, now, 0).waiting_people += clock_at(w).n_waiting
        end_week(w, now)
