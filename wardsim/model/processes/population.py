"""Population: referral, admission, legal status, leave, settings, discharge, return.

First referrals are a unit-rate Poisson stream divided by the scenario's rate, so the n-th is the same person
everywhere; returns are keyed by person and stay and never touch that stream.  Acuity a = D + risk: inpatient
above a2, otherwise the least intensive setting with a free place, else the next more intensive.
"""

from wardsim.model.access import (
    clock_at,
    day_at,
    here_at,
    par_at,
    person_at,
    queue_at,
    referral_at,
    slot_at,
    stay_at,
    unit_at,
)
from wardsim.model.buffers import (
    ADMITTED,
    EXCLUDED,
    FROM_THE_LIST,
    FULL_WAITS,
    LEFT_THE_LIST,
    S_ELSEWHERE,
    S_PLANNED,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import day_row
from wardsim.model.processes.away import come_back, home_visits, leave
from wardsim.model.processes.clock import NEVER
from wardsim.model.processes.crisis import set_limits
from wardsim.model.processes.decisions import GRANTED, ask
from wardsim.model.processes.stays import (
    admit,
    age_what_was_left,
    arrive,
    best_trust,
    close_stay,
    create,
    draw_return,
    move,
)
from wardsim.model.randomness import STREAMS, exponential, uniform
from wardsim.model.state import (
    DAY,
    HOME,
    INPATIENT,
    NOWHERE,
    WAITING,
)
from wardsim.model.world import (
    ADMISSION,
    DISCHARGE,
)

_GAP = STREAMS["referral_gap"]
_EXCLUDED = STREAMS["excluded"]
_PATIENCE = STREAMS["patience"]
_ENDS = STREAMS["involuntary_ends"]
HALF_A_DAY = 0.5  # the round is once a day


@kernel
def acuity(w, i):
    """a = D + risk."""
    p = person_at(w, i)
    return p.slow + p.fast + p.risk


@kernel
def note_referral(w, i, reason, returning, now):
    """A row in the table of referrals."""
    row = referral_at(w, clock_at(w).n_referrals)
    clock_at(w).n_referrals += 1
    row.person = i
    row.time_min = now
    row.reason = reason
    row.returning = returning
    row.kind = person_at(w, i).return_kind


@kernel
def refer(w, i, now, returning):
    """Person i is referred (or comes back): excluded by the rules, admitted, or waiting."""
    c = par_at(w)
    p = person_at(w, i)
    arrive(w, i, now)
    if (
        returning == 0
        and uniform(clock_at(w).key, _EXCLUDED, p.number, p.episode, 0) < c.patients_excluded_share
    ):
        note_referral(w, i, EXCLUDED, returning, now)
        p.setting = NOWHERE
        return
    waiting_list(w, now)  # who waits comes first
    if not place(w, i, now, 0.0):
        wait(w, i, now)
        note_referral(w, i, FULL_WAITS, returning, now)
    else:
        note_referral(w, i, ADMITTED, returning, now)


@kernel
def place(w, i, now, waited_min):
    """Find a place for person i by acuity; returns whether there was one."""
    c = par_at(w)
    out = acuity(w, i) < c.settings_inpatient_above and c.on_settings > 0.0
    for step in range(3):
        setting = HOME if step == 0 else (DAY if step == 1 else INPATIENT)
        if setting != INPATIENT and not out:
            continue
        u = free_unit(w, i, setting)
        if u >= 0:
            take_in(w, i, u, setting, now, waited_min)
            return True
    return False


@kernel
def take_in(w, i, u, setting, now, waited_min):
    """Admission: the stay begins, and the decision about it is taken with or over the person."""
    c = par_at(w)
    p = person_at(w, i)
    if waited_min > 0.0:
        kept = p.recovery
        age_what_was_left(w, i, now)
        p.slow += p.baseline * (kept - p.recovery)
    admit(w, i, u, setting, now, waited_min)
    p.step_days = c.settings_step_days
    ask(w, i, ADMISSION, now)


@kernel
def free_places(w, u, setting):
    """Free places of unit u in a setting."""
    unit = unit_at(w, u)
    if setting == DAY:
        return unit.day_places - unit.n_day
    if setting == HOME:
        return unit.home_places - unit.n_home
    if unit.closed_until_min > clock_at(w).tick * par_at(w).tick_min:
        return 0
    return unit.beds - unit.n_in


@kernel
def free_unit(w, i, setting):
    """The person's team if it has a place, else the team that took them in, else the unit with most free places;
    -1: none."""
    p = person_at(w, i)
    has_a_team = p.episode > 1 or p.stay >= 0
    if has_a_team and free_places(w, p.unit, setting) > 0:
        return p.unit
    if p.stay >= 0:  # from the day clinic back to the ward where the stay began
        first = int(stay_at(w, p.stay).unit)
        if free_places(w, first, setting) > 0:
            return first
    best = -1
    most = 0
    for u in range(w.unit_n):
        n = free_places(w, u, setting)
        if n > most:
            most = n
            best = u
    return best


@kernel
def referrals(w, now):
    """First referrals due by now."""
    c = par_at(w)
    while clock_at(w).next_referral_min <= now and clock_at(w).n_people < c.people_limit:
        i = int(clock_at(w).n_people)
        clock_at(w).n_people += 1
        create(w, i, i)
        set_limits(w, i)
        refer(w, i, now, 0)
        clock_at(w).n_referred += 1
        gap = exponential(clock_at(w).key, _GAP, clock_at(w).n_referred, 0, 0)
        clock_at(w).next_referral_min += gap / c.referral_rate_per_min


@kernel
def returns(w, now):
    """People whose time to come back has come (called four times a day)."""
    clock = clock_at(w)
    if now < clock.next_return_min:
        return
    clock.next_return_min = NEVER  # until somebody else's is found
    for i in range(w.people_n):
        p = person_at(w, i)
        if p.need_rate == 0.0:  # a row for somebody who has not come up to now
            continue
        if p.setting == NOWHERE and p.return_min <= now:
            p.return_min = NEVER
            refer(w, i, now, 1)
        clock.next_return_min = min(clock.next_return_min, p.return_min)


@kernel
def wait(w, i, now):
    """Person i joins the waiting list, and leaves it when patience ends."""
    p = person_at(w, i)
    p.setting = WAITING
    p.waiting_since_min = now
    patience = exponential(clock_at(w).key, _PATIENCE, p.number, p.episode, 0)
    row = queue_at(w, clock_at(w).n_waiting)
    row.person = i
    row.until_min = now + 1440.0 * par_at(w).patients_patience_days * patience
    clock_at(w).n_waiting += 1


@kernel
def leave_queue(w, at):
    """The place `at` of the waiting list is free; the rest move up."""
    clock_at(w).n_waiting -= 1
    for k in range(at, clock_at(w).n_waiting):
        queue_at(w, k).person = queue_at(w, k + 1).person
        queue_at(w, k).until_min = queue_at(w, k + 1).until_min


@kernel
def waiting_list(w, now):
    """Some give up; then everybody for whom there is a place comes in, who waits longest first (called once an
    hour, after the daily round, and before anybody new is placed)."""
    k = 0
    while k < clock_at(w).n_waiting:
        if now > queue_at(w, k).until_min:
            i = queue_at(w, k).person
            returning = 1 if person_at(w, i).episode > 1 else 0
            person_at(w, i).setting = NOWHERE
            person_at(w, i).waiting_since_min = -1.0
            note_referral(w, i, LEFT_THE_LIST, returning, now)
            if returning:  # whoever was here before may need the ward again
                draw_return(w, i, now)
            leave_queue(w, k)
        else:
            k += 1
    k = 0
    while k < clock_at(w).n_waiting:
        i = queue_at(w, k).person
        if place(w, i, now, now - person_at(w, i).waiting_since_min):
            leave_queue(w, k)
            note_referral(w, i, FROM_THE_LIST, 1 if person_at(w, i).episode > 1 else 0, now)
        else:
            k += 1


@kernel
def planned_stay(w, i):
    """Planned inpatient days, shorter with more recovery."""
    c = par_at(w)
    p = person_at(w, i)
    days = p.planned_days
    if c.on_recovery > 0.0:
        days *= 1.0 - c.recovery_stay_gain * (p.recovery - c.returns_recovery_reference)
    return min(days, c.patients_stay_max_days)


@kernel
def daily_round(w, now):
    """Once a day: discharge, steps between settings, legal status, no alliance."""
    c = par_at(w)
    k = 0
    while k < clock_at(w).n_here:
        i = here_at(w, k).person
        n = clock_at(w).n_here
        p = person_at(w, i)
        if (
            p.involuntary
            and uniform(clock_at(w).key, _ENDS, p.number, clock_at(w).day, 0)
            < c.admission_involuntary_ends_day
        ):
            p.involuntary = 0
        if p.setting == INPATIENT:
            inpatient_day(w, i, now)
        elif p.setting == DAY or p.setting == HOME:
            outpatient_day(w, i, now)
        if clock_at(w).n_here == n:
            k += 1


@kernel
def inpatient_day(w, i, now):
    """One inpatient: may go, steps down, stays, or is referred elsewhere; days count from when they came to the ward."""
    c = par_at(w)
    p = person_at(w, i)
    days = (now - p.on_ward_since_min) / 1440.0
    planned = planned_stay(w, i)
    over = days + HALF_A_DAY >= planned  # at the daily round that is nearest to it
    if days >= c.patients_stay_max_days or (over and p.discharge_asked_min == GRANTED):
        leave_ward(w, i, now)
        return
    in_treatment = now - p.admitted_min > 1440.0 * c.admission_alliance_days
    if c.crisis_refers_elsewhere > 0.0 and c.on_trust > 0.0 and in_treatment:
        if best_trust(w, i, now) < c.admission_alliance_least:
            close_stay(w, i, S_ELSEWHERE, now)
            return
    soon = days + c.admission_discharge_ahead_days >= planned
    if soon and p.discharge_asked_min == -1.0 and now >= p.discharge_from_min:
        p.discharge_asked_min = now
        ask(w, i, DISCHARGE, now)
        return
    if c.on_settings > 0.0 and days > c.settings_least_days and acuity(w, i) < c.settings_out_below:
        step_out(w, i, now)


@kernel
def step_out(w, i, now):
    """To home treatment with the same team, or to a day clinic, if there is a place; returns whether there
    was."""
    u = person_at(w, i).unit
    if free_places(w, u, HOME) > 0:
        move(w, i, u, HOME, now)
        return True
    for step in range(w.unit_n):
        v = (u + step) % w.unit_n
        if free_places(w, v, DAY) > 0:
            move(w, i, v, DAY, now)
            return True
    return False


@kernel
def leave_ward(w, i, now):
    """The inpatient stay is over: on to day clinic or home treatment, or discharge."""
    c = par_at(w)
    person_at(w, i).discharge_asked_min = -1.0
    if c.on_settings == 0.0 or not step_out(w, i, now):
        close_stay(w, i, S_PLANNED, now)


@kernel
def outpatient_day(w, i, now):
    """One person in day clinic or home treatment: ends, goes on, or comes in."""
    c = par_at(w)
    p = person_at(w, i)
    if now - p.setting_since_min >= p.step_days * 1440.0:
        close_stay(w, i, S_PLANNED, now)
    elif acuity(w, i) > c.settings_inpatient_above:
        u = free_unit(w, i, INPATIENT)
        if u >= 0:
            move(w, i, u, INPATIENT, now)
        else:  # no bed is free: the person goes on as before, and the day counts
            day_row(w, now, p.unit).bed_wanted += 1.0


@kernel
def population(w, now):
    """The process: referrals in every tick; the rest by the hour or at its time of day."""
    c = par_at(w)
    day = clock_at(w).day
    minute = clock_at(w).minute
    slot = slot_at(w, clock_at(w).slot)
    referrals(w, now)
    if slot.six_hours == 1:
        returns(w, now)
    if slot.hour == 1:
        waiting_list(w, now)
        come_back(w, now)
    if c.settings_round_min <= minute < c.settings_round_min + c.tick_min:
        daily_round(w, now)
        waiting_list(w, now)
    weekend = day_at(w, day).leave_starts or day_at(w, day).closed_until_min > 0.0
    if weekend and c.settings_leave_min <= minute < c.settings_leave_min + c.tick_min:
        leave(w, day, now)
    if c.on_settings > 0.0 and c.programme_first_min <= minute < c.programme_last_min:
        home_visits(w, now)
