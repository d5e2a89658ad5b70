"""Away: weekend leave and coming back from it, and visits to people in home treatment."""

from wardsim.model.access import (
    clock_at,
    day_at,
    here_at,
    par_at,
    person_at,
    present_at,
    role_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import begin, is_idle, pull_away, wins
from wardsim.model.processes.stays import count_setting_time
from wardsim.model.randomness import STREAMS, uniform
from wardsim.model.state import (
    A_DUTY,
    ABSENT,
    D_AWAY,
    D_FREE,
    HOME,
    INPATIENT,
    LEAVE,
)
from wardsim.model.world import DOCTOR, MILIEU

_LEAVE = STREAMS["leave"]


@kernel
def leave(w, day, now):
    """Weekend leave begins; on a weekend when the unit is closed everybody goes home."""
    c = par_at(w)
    d = day_at(w, day)
    closes = d.closed_until_min > 0.0
    if c.on_leave == 0.0 and not closes:
        return
    if closes:
        for u in range(w.unit_n):
            unit_at(w, u).closed_until_min = d.closed_until_min
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.setting != INPATIENT:
            continue
        settled = now - p.admitted_min > c.settings_leave_after_days * 1440.0
        goes = closes or (
            settled and uniform(clock_at(w).key, _LEAVE, p.number, day, 0) < c.care_weekend_leave_share
        )
        if goes:
            pull_away(w, i, now)
            count_setting_time(w, i, now)
            p.setting = LEAVE
            p.activity = D_AWAY
            p.leave_until_min = d.closed_until_min if closes else now + c.settings_leave_h * 60.0


@kernel
def come_back(w, now):
    """Back from leave, or from an absence that was not announced."""
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if (p.setting == LEAVE or p.setting == ABSENT) and p.leave_until_min <= now:
            count_setting_time(w, i, now)
            p.setting = INPATIENT
            p.activity = D_FREE
            p.until_min = now


@kernel
def home_visits(w, now):
    """Everybody in home treatment is visited once a day by the team, and by a doctor every so many days."""
    day = clock_at(w).day
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.setting != HOME:
            continue
        if p.visited_day != day and sets_out(w, i, MILIEU, now):
            p.visited_day = day
        if p.doctor_due_day <= day and sets_out(w, i, DOCTOR, now):
            p.doctor_due_day = day + int(par_at(w).settings_doctor_visit_days)


@kernel
def sets_out(w, i, kind, now):
    """Whether somebody of the team who is free, the named worker first, sets out to person i; travel is work,
    not contact."""
    p = person_at(w, i)
    best = -1
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit == p.unit and role_at(w, s.role).kind == kind and is_idle(s):
            if best < 0 or j == p.named or (best != p.named and wins(w, j, best, i)):
                best = j
    if best < 0 or (kind == MILIEU and unit_at(w, p.unit).n_awake < par_at(w).staff_least_present):
        return False
    begin(w, best, A_DUTY, now, now + par_at(w).settings_travel_min)
    staff_at(w, best).bound_for = i
    return True
