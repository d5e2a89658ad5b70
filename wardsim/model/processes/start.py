"""Day 0: the staff, the people already on the ward, and a stationary pool of former patients.

As many beds are taken as on any day of a ward that turns people away when it is full: with probability
proportional to a^n / n! for n of its beds, a = demand ratio x beds (Erlang's loss formula).  Whoever lies in
them is in the middle of a stay (planned lengths biased by length, as who is met on a given day is) and has had
the recovery and the hours with staff that go with it; former patients with a return still to come are spread
over the past.
"""

import math

from wardsim.model.access import (
    clock_at,
    par_at,
    person_at,
    role_at,
    staff_at,
    together_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.clock import NEVER
from wardsim.model.processes.crisis import set_limits
from wardsim.model.processes.population import planned_stay, wait
from wardsim.model.processes.relations import grow
from wardsim.model.processes.roster import new_holder
from wardsim.model.processes.stays import admit, arrive, create, kind_of_return, return_days
from wardsim.model.randomness import STREAMS, exponential, lognormal, uniform
from wardsim.model.state import A_OFF, COMPANION, INPATIENT
from wardsim.model.world import MILIEU

#: Numbers of people who were there before the first referral: the n-th of a unit, the k-th of the pool.
RESIDENT, RESIDENTS_PER_UNIT, FORMER = 1_000_000, 10_000, 1_000_000_000
WAITS = 2_000_000  # the k-th on the waiting list
FAR = 12  # standard deviations beyond which nothing is met
DRAWS = 64  # a stay below the longest is hardly ever drawn so often in vain

_BEDS = STREAMS["beds_taken"]
_GAP = STREAMS["referral_gap"]
_SINCE = STREAMS["pool_discharged"]
_BACK = STREAMS["pool_return"]
_STAYED = STREAMS["pool_stayed"]
_RESIDES = STREAMS["resident_stay"]


@kernel
def take_post(w, j):
    """The row of a member of staff before their first duty."""
    c = par_at(w)
    s = staff_at(w, j)
    s.activity = A_OFF
    s.partner = -1
    s.partner2 = -1
    s.bound_for = -1
    s.duty = -1
    s.duty_end_min = -NEVER
    s.pressure = c.fatigue_start_pressure
    s.rho = 1.0
    s.kss = par_at(w).fatigue_reference_kss
    s.quality = 1.0


@kernel
def start(w):
    """Set up day 0."""
    c = par_at(w)
    clock_at(w).next_who = 1
    for j in range(w.staff_n):
        take_post(w, j)
        new_holder(w, j, 0.0)
        staff_at(w, j).strain = c.strain_on_day_0
    know_each_other(w)
    clock_at(w).next_referral_min = exponential(clock_at(w).key, _GAP, 0, 0, 0) / c.referral_rate_per_min
    clock_at(w).n_people = 0
    i = int(c.people_limit)
    for u in range(w.unit_n):
        for n in range(beds_taken(w, u)):
            already_here(w, i, u, n)
            i += 1
    i = former_patients(w, i)
    already_waiting(w, i)


@kernel
def know_each_other(w):
    """Colleagues of a unit have been on duty together before."""
    for j in range(w.staff_n):
        for k in range(w.staff_n):
            if k != j and staff_at(w, j).unit == staff_at(w, k).unit:
                together_at(w, j, k).hours = par_at(w).record_start_together_h


@kernel
def beds_taken(w, u):
    """How many beds of unit u are taken on day 0, drawn from Erlang's loss formula."""
    load = par_at(w).patients_demand_ratio * unit_at(w, u).beds
    if load <= 0.0:
        return 0
    most = min(unit_at(w, u).beds, int(load + FAR * math.sqrt(load)) + FAR)  # more are as good as never taken
    full = 1.0  # chance that all of n beds are taken, Erlang's B
    for n in range(1, most + 1):
        full = load * full / (n + load * full)
    n = most
    while n > 0 and uniform(clock_at(w).key, _BEDS, u, n, 0) >= full:
        # not all of n are taken: then it is as in a ward of n - 1
        full = n * full / (load * (1.0 - full))
        n -= 1
    return n


@kernel
def already_here(w, i, u, n):
    """The n-th person of unit u in the middle of a stay on day 0."""
    c = par_at(w)
    create(w, i, RESIDENT + RESIDENTS_PER_UNIT * u + n)
    p = person_at(w, i)
    arrive(w, i, 0.0)
    p.planned_days = stay_of_a_resident(w, p.number)
    p.recovery = 1.0 - math.exp(-c.recovery_halfway_day * p.planned_days)  # at its end: it shortens the stay
    elapsed = uniform(clock_at(w).key, _SINCE, p.number, 0, 0) * planned_stay(w, i)
    p.recovery = 0.0  # at its beginning
    admit(w, i, u, INPATIENT, -1440.0 * elapsed, 0.0)
    p.recovery = 1.0 - math.exp(-c.recovery_halfway_day * elapsed)
    p.slow = p.baseline * (1.0 - p.recovery)
    p.setting_since_min = 0.0
    p.until_min = 0.0
    p.step_days = c.settings_step_days
    set_limits(w, i)
    met_so_far(w, i, u, elapsed * c.relations_start_contact_h_per_day, 0.0)


@kernel
def stay_of_a_resident(w, number):
    """Planned stay of whoever is met on a given day, which is biased by length: the longest stay with the share that
    such stays have of all days, otherwise lognormal below it with the median times e^(sigma^2)."""
    c = par_at(w)
    longest, sigma = c.patients_stay_max_days, c.patients_stay_sigma
    if uniform(clock_at(w).key, _RESIDES, number, 0, 0) < c.longest_stay_share:
        return longest
    median = c.patients_stay_median_days * math.exp(sigma * sigma)
    days = longest
    for attempt in range(DRAWS):
        days = lognormal(clock_at(w).key, _RESIDES, number, 1 + attempt, 0, median, sigma)
        if days < longest:
            return days
    return longest


@kernel
def met_so_far(w, i, u, hours, until):
    """Up to minute `until`, person i has spent some hours with the milieu staff of unit u, by their contracts."""
    total = 0.0
    for j in range(w.staff_n):
        if staff_at(w, j).unit == u and role_at(w, staff_at(w, j).role).kind == MILIEU:
            total += staff_at(w, j).contract_h
    if total <= 0.0:
        return
    for j in range(w.staff_n):
        if staff_at(w, j).unit == u and role_at(w, staff_at(w, j).role).kind == MILIEU:
            share = hours * staff_at(w, j).contract_h / total
            grow(w, i, j, share, 60.0 * share, COMPANION, until)


@kernel
def former_patients(w, i):
    """People discharged in the past who will still come back within the window; returns the next free row."""
    c = par_at(w)
    if c.on_returns == 0.0:
        return i
    for k in range(int(c.pool_size)):
        if i >= w.people_n:
            return i
        since = uniform(clock_at(w).key, _SINCE, k, 1, 0) * c.returns_window_days
        days = return_days(c, exponential(clock_at(w).key, _BACK, k, 0, 0), c.returns_recovery_reference)
        if since < days < c.returns_window_days:
            create(w, i, FORMER + k)
            p = person_at(w, i)
            p.return_min = 1440.0 * (days - since)
            p.recovery = c.returns_recovery_reference
            p.episode = 1
            p.return_kind = kind_of_return(w, i)
            p.left_min = -1440.0 * since
            set_limits(w, i)
            if p.return_min < 1440.0 * w.days_n:  # the others don't come back in this run
                p.unit = unit_with_beds(w, k)
                met_so_far(
                    w, i, p.unit, past_stay_days(w, k) * c.relations_start_contact_h_per_day, p.left_min
                )
            i += 1
    return i


@kernel
def unit_with_beds(w, k):
    """The k-th unit of those that have beds, round and round."""
    n = 0
    for u in range(w.unit_n):
        n += 1 if unit_at(w, u).beds > 0 else 0
    nth = k % max(1, n)
    for u in range(w.unit_n):
        if unit_at(w, u).beds > 0:
            if nth == 0:
                return u
            nth -= 1
    return 0


@kernel
def already_waiting(w, i):
    """Who is on the waiting list on day 0, who has waited longest first."""
    c = par_at(w)
    n = int(c.list_size)
    for k in range(n):
        if i >= w.people_n:
            return
        create(w, i, WAITS + k)
        arrive(w, i, 0.0)
        set_limits(w, i)
        wait(w, i, 0.0)
        person_at(w, i).waiting_since_min = -1440.0 * c.patients_waiting_at_start_days * (n - k) / n
        i += 1


@kernel
def past_stay_days(w, k):
    """Length of the stay before of the k-th former patient."""
    c = par_at(w)
    drawn = lognormal(clock_at(w).key, _STAYED, k, 0, 0, c.patients_stay_median_days, c.patients_stay_sigma)
    return min(c.patients_stay_max_days, drawn)
