"""Roster: duties begin and end, people sleep on site, somebody is sick, a colleague or a temp steps in.

A sick duty is covered by a colleague (overtime), by a temp who knows nobody, or stays open. Spells of
sickness begin and last by the day.  A post whose holder leaves gets a newcomer.
"""

from wardsim.model.access import (
    clock_at,
    done_at,
    duty_at,
    par_at,
    present_at,
    rest_at,
    role_at,
    sleep_at,
    slot_at,
    staff_at,
    together_at,
    unit_at,
)
from wardsim.model.buffers import (
    F_COVERING,
    F_OPEN,
    F_OVERTIME,
    F_TEMP,
    F_WORKED,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import call_off, day_row, end_activity, is_on
from wardsim.model.processes.clock import DAYS_PER_MONTH, DAYS_PER_YEAR, MOMENT_MIN, NEVER
from wardsim.model.processes.cover import colleague_for, is_sick, leaves_empty, moment
from wardsim.model.processes.fatigue import bring_up_to_date, disturbed, get_up, set_alertness, wake
from wardsim.model.processes.handover import handover_round, meet_colleagues, set_familiarity
from wardsim.model.processes.strain import after_duty
from wardsim.model.randomness import STREAMS, normal, uniform
from wardsim.model.state import A_ASLEEP, A_CRISIS, A_FREE, A_OFF
from wardsim.model.world import MILIEU

_COVER = STREAMS["sickness_cover"]
_LEAVER = STREAMS["leaver"]
_GUEST = STREAMS["guest"]
_SKILL = STREAMS["staff_skill"]
_TRAINED = STREAMS["staff_trained"]


@kernel
def is_trained(w, who):
    """Whether this member of staff is among the trained: the same people first, whatever the share."""
    return 1 if uniform(clock_at(w).key, _TRAINED, who, 0, 0) < par_at(w).staffing_training else 0


@kernel
def retrain(w):
    """After a change in training."""
    for j in range(w.staff_n):
        staff_at(w, j).trained = is_trained(w, staff_at(w, j).who)


@kernel
def new_holder(w, j, now):
    """Somebody new takes the post: nobody knows them, and they know nobody."""
    c = par_at(w)
    s = staff_at(w, j)
    s.who = clock_at(w).next_who
    clock_at(w).next_who += 1
    role = role_at(w, s.role)
    s.skill = max(
        c.staff_skill_least,
        role.skill * (1.0 + c.staff_skill_sd * normal(clock_at(w).key, _SKILL, s.who, 0, 0)),
    )
    s.trained = is_trained(w, s.who)
    s.strain = c.strain_start
    s.sick_until_min = -1.0
    for k in range(w.staff_n):
        together_at(w, j, k).hours = 0.0
        together_at(w, k, j).hours = 0.0


@kernel
def start_duty(w, j, d, start, end, covering):
    """Staff j comes on duty d (a row of the roster) from `start` to `end`."""
    s = staff_at(w, j)
    bring_up_to_date(w, j, start)
    duty = duty_at(w, d)
    s.on_site = 1
    s.asleep = 0
    s.resting = 0
    s.activity = A_FREE
    s.start_min = start
    s.until_min = start
    s.partner = -1
    s.partner2 = -1
    s.bound_for = -1
    s.duty = d
    s.duty_start_min = start
    s.duty_end_min = end
    s.covering = covering
    s.contact_min = 0.0
    s.duty_min = 0.0
    s.load_min = 0.0
    s.rho_sum = 0.0
    s.rho_hours = 0.0
    s.backlog_min = 0.0
    s.break_min = 0.0
    if covering == 0:
        s.run_nights = duty.run if duty.is_night else 0
        if duty.is_quick:
            s.quick_until_min = start + par_at(w).fatigue_quick_days * 1440.0
    set_alertness(w, j, start)


@kernel
def start_as_temp(w, j, d):
    """Somebody from outside stands in on duty d; the holder of the post stays at home and rests."""
    s = staff_at(w, j)
    bring_up_to_date(w, j, duty_at(w, d).start_min)
    resting, nights, quick = s.resting, s.run_nights, s.quick_until_min
    start_duty(w, j, d, duty_at(w, d).start_min, duty_at(w, d).end_min, 0)
    s.resting, s.run_nights, s.quick_until_min = resting, nights, quick
    s.is_temp = 1
    s.kss = par_at(w).fatigue_reference_kss
    s.rho = 1.0
    s.quality = role_at(w, s.role).skill


@kernel
def end_duty(w, j, now):
    """Staff j goes home: the duty is written down and leaves its strain."""
    s = staff_at(w, j)
    end_activity(w, j, now, 1 if s.until_min > now + MOMENT_MIN else 0)
    call_off(w, j)
    if s.asleep == 1:
        get_up(s, now)
    meet_colleagues(w, j, now)
    note_duty(w, j, s.duty, F_COVERING if s.covering else (F_TEMP if s.is_temp else F_WORKED), now)
    if s.is_temp == 0:
        after_duty(w, j, now)
    bring_up_to_date(w, j, now)
    s.resting = s.bedtime
    s.on_site = 0
    s.asleep = 0
    s.activity = A_OFF
    s.is_temp = 0
    s.covering = 0
    s.duty = -1


@kernel
def note_duty(w, j, d, state, now):
    """One row in the table of duties done or left open."""
    s = staff_at(w, j)
    duty = duty_at(w, d)
    row = done_at(w, clock_at(w).n_duties_done)
    clock_at(w).n_duties_done += 1
    row.staff = j
    row.who = s.who
    row.role = s.role
    row.duty = d
    row.start_min = duty.start_min
    row.hours = (duty.end_min - duty.start_min) / 60.0
    row.state = state
    row.is_night = duty.is_night
    row.quick = 1 if s.duty_start_min < s.quick_until_min else 0
    row.run = duty.run
    row.strain = s.strain
    came = state != F_OVERTIME and state != F_OPEN  # who stays at home has done nothing on this duty
    row.rho = (s.rho_sum / s.rho_hours if s.rho_hours > 0.0 else s.rho) if came else 0.0
    row.kss = s.kss if came else 0.0
    row.contact_min = s.contact_min if came else 0.0
    row.duty_min = s.duty_min if came else 0.0
    row.crisis_min = s.load_min if came else 0.0
    if state == F_OVERTIME or state == F_OPEN or state == F_TEMP:
        day_row(w, duty.start_min, s.unit).sick_min += row.hours * 60.0
    if state == F_OPEN:
        day_row(w, duty.start_min, s.unit).open_duty_min += row.hours * 60.0
    elif state == F_TEMP:
        day_row(w, duty.start_min, s.unit).temp_min += row.hours * 60.0
    elif state == F_COVERING:
        day_row(w, duty.start_min, s.unit).overtime_min += row.hours * 60.0
    if state != F_COVERING:
        day_row(w, duty.start_min, s.unit).planned_min += row.hours * 60.0


@kernel
def fill_duty(w, d, now):
    """Somebody comes on duty d: the holder, a colleague, a temp, or nobody."""
    c = par_at(w)
    duty = duty_at(w, d)
    j = duty.staff
    s = staff_at(w, j)
    if s.on_site == 1:  # an extra duty, or the one before it, ends where the planned one begins
        end_duty(w, j, now)
    gap_days = (duty.start_min - s.previous_duty_min) / 1440.0
    s.previous_duty_min = duty.start_min
    if (
        c.on_turnover > 0.0
        and uniform(clock_at(w).key, _LEAVER, j, moment(w, d), 0)
        < c.staffing_turnover_per_year * gap_days / DAYS_PER_YEAR
    ):
        new_holder(w, j, now)
    if (
        s.home_post == 0
        and c.on_staff_rotation > 0.0
        and uniform(clock_at(w).key, _GUEST, j, moment(w, d), 0)
        < c.staff_guest_change_per_month * gap_days / DAYS_PER_MONTH
    ):
        new_holder(w, j, now)
    if not is_sick(w, j, d, gap_days):
        start_duty(w, j, d, duty.start_min, duty.end_min, 0)
        return
    u = uniform(clock_at(w).key, _COVER, j, moment(w, d), 0)
    if u < c.sickness_overtime_share:
        k = colleague_for(w, j, d)
        if k >= 0:
            note_duty(w, j, d, F_OVERTIME, now)
            start_duty(w, k, d, duty.start_min, duty.end_min, 1)
            return
    if u < c.sickness_overtime_share + c.sickness_temp_share or leaves_empty(w, s.unit, d):
        start_as_temp(w, j, d)
        return
    note_duty(w, j, d, F_OPEN, now)


@kernel
def list_present(w):
    """Who is on site, in the order of rows, for everybody who looks for somebody."""
    n = 0
    clock_at(w).next_end_min = NEVER
    for j in range(w.staff_n):
        s = staff_at(w, j)
        if s.on_site == 1:
            present_at(w, n).staff = j
            clock_at(w).next_end_min = min(clock_at(w).next_end_min, s.duty_end_min)
            n += 1
    clock_at(w).n_present = n


@kernel
def go_home_or_wake(w, now, quarter):
    """Whose duty is over goes home; every quarter of an hour somebody asleep on site may be woken. Returns
    whether anybody has gone."""
    gone = 0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.duty_end_min <= now:
            end_duty(w, j, s.duty_end_min)
            gone = 1
        elif quarter and s.asleep == 1 and disturbed(w, j, clock_at(w).beat):
            wake(w, j, now, 0.0)
    return gone


@kernel
def get_up_in_time(w, now):
    """Who gets up now is awake for those who come; returns whether anybody has got up."""
    up = 0
    while clock_at(w).next_sleep < w.sleeps_n:
        row = sleep_at(w, clock_at(w).next_sleep)
        if row.time_min > now or row.asleep == 1:
            break
        fall_asleep_or_wake(w, row, now)
        clock_at(w).next_sleep += 1
        up = 1
    return up


@kernel
def roster(w, now):
    """The process: who gets up, who comes, who goes, who goes to bed, in this tick."""
    up = get_up_in_time(w, now)
    changed = 0
    while clock_at(w).next_duty < w.duties_n and duty_at(w, clock_at(w).next_duty).start_min <= now:
        fill_duty(w, clock_at(w).next_duty, now)
        changed = 1
        clock_at(w).next_duty += 1
    if changed == 1:
        list_present(w)
        for u in range(w.unit_n):
            set_familiarity(w, u)
            handover_round(w, u, now)
    gone = 0
    quarter = slot_at(w, clock_at(w).slot).quarter == 1
    if quarter or clock_at(w).next_end_min <= now:
        gone = go_home_or_wake(w, now, quarter)
    if gone == 1:
        list_present(w)
    while clock_at(w).next_rest < w.rests_n and rest_at(w, clock_at(w).next_rest).time_min <= now:
        row = rest_at(w, clock_at(w).next_rest)
        bring_up_to_date(w, row.staff, row.time_min)
        staff_at(w, row.staff).bedtime = row.asleep
        o = staff_at(w, row.staff)
        if o.on_site == 0 or o.is_temp == 1:
            o.resting = row.asleep
        else:
            o.resting = 0
        clock_at(w).next_rest += 1
    while clock_at(w).next_sleep < w.sleeps_n and sleep_at(w, clock_at(w).next_sleep).time_min <= now:
        fall_asleep_or_wake(w, sleep_at(w, clock_at(w).next_sleep), now)
        clock_at(w).next_sleep += 1
        changed = 1
    if changed == 1 or gone == 1 or up == 1:
        count_awake(w)


@kernel
def fall_asleep_or_wake(w, row, now):
    """Somebody on a duty with sleeping hours goes to bed on site, or gets up."""
    s = staff_at(w, row.staff)
    if s.on_site == 0:
        return
    bring_up_to_date(w, row.staff, row.time_min)
    if row.asleep == 1 and s.asleep == 0:
        s.asleep = 1
        if s.activity == A_CRISIS:  # goes to bed when it is over
            wake(w, row.staff, row.time_min, s.until_min - row.time_min)
        else:
            end_activity(w, row.staff, row.time_min, 1 if s.until_min > row.time_min + MOMENT_MIN else 0)
            call_off(w, row.staff)
            s.activity = A_ASLEEP
            s.until_min = row.time_min
    elif row.asleep == 0 and s.asleep == 1:
        get_up(s, row.time_min)
        if s.activity == A_ASLEEP:  # whoever was woken for a crisis stays with it
            end_activity(w, row.staff, row.time_min, 0)
        s.asleep = 0
    if s.is_temp == 0:
        set_alertness(w, row.staff, now)


@kernel
def count_awake(w):
    """How many milieu staff are awake on each unit."""
    for u in range(w.unit_n):
        unit_at(w, u).n_awake = 0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if is_on(s) and role_at(w, s.role).kind == MILIEU:
            unit_at(w, s.unit).n_awake += 1
