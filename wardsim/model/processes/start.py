"""Day 0: the staff, the people already on the ward, and a stationary pool of former patients.

Beds are filled to the demand ratio with people in the middle of their stay (planned lengths biased by length,
as who is met on a given day is); former patients with a return still to come are spread over the past.
"""

import math

from wardsim.model.access import (
    clock_at,
    par_at,
    person_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.crisis import set_limits
from wardsim.model.processes.roster import new_holder
from wardsim.model.processes.stays import admit, arrive, create, return_days
from wardsim.model.randomness import STREAMS, exponential, uniform
from wardsim.model.state import A_OFF, INPATIENT

#: Numbers of people who were there before the first referral: the n-th of a unit, the k-th of the pool.
RESIDENT, RESIDENTS_PER_UNIT, FORMER = 1_000_000, 10_000, 1_000_000_000

_GAP = STREAMS["referral_gap"]
_SINCE = STREAMS["pool_discharged"]
_BACK = STREAMS["pool_return"]


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
    s.duty_end_min = -10000.0
    s.pressure = c.fatigue_start_pressure
    s.rho = 1.0
    s.kss = 4.0
    s.quality = 1.0


@kernel
def start(w):
    """Set up day 0."""
    c = par_at(w)
    clock_at(w).next_who = 1
    for j in range(w.staff_n):
        take_post(w, j)
        new_holder(w, j, 0.0)
    clock_at(w).next_referral_min = exponential(clock_at(w).key, _GAP, 0, 0, 0) / c.referral_rate_per_min
    clock_at(w).n_people = 0
    i = int(c.people_limit)
    for u in range(w.unit_n):
        unit = unit_at(w, u)
        for n in range(int(unit.beds * min(1.0, c.patients_demand_ratio) + 0.5)):
            already_here(w, i, u, n)
            i += 1
    former_patients(w, i)


@kernel
def already_here(w, i, u, n):
    """The n-th person of unit u in the middle of a stay on day 0."""
    c = par_at(w)
    create(w, i, RESIDENT + RESIDENTS_PER_UNIT * u + n)
    p = person_at(w, i)
    arrive(w, i, 0.0)
    p.planned_days = min(
        c.patients_stay_max_days, p.planned_days * math.exp(c.patients_stay_sigma * c.patients_stay_sigma)
    )
    p.slow = p.baseline
    elapsed = uniform(clock_at(w).key, _SINCE, p.number, 0, 0) * p.planned_days
    admit(w, i, u, INPATIENT, -1440.0 * elapsed, 0.0)
    p.setting_since_min = 0.0
    p.until_min = 0.0
    p.step_days = c.settings_step_days
    set_limits(w, i)


@kernel
def former_patients(w, i):
    """People discharged in the past who will still come back within the window."""
    c = par_at(w)
    if c.on_returns == 0.0:
        return
    for k in range(int(c.pool_size)):
        if i >= w.people_n:
            return
        since = uniform(clock_at(w).key, _SINCE, k, 1, 0) * c.returns_window_days
        days = return_days(c, exponential(clock_at(w).key, _BACK, k, 0, 0), c.returns_recovery_reference)
        if since < days < c.returns_window_days:
            create(w, i, FORMER + k)
            p = person_at(w, i)
            p.return_min = 1440.0 * (days - since)
            p.return_kind = 1
            p.recovery = c.returns_recovery_reference
            p.episode = 1
            p.left_min = -1440.0 * since
            i += 1
