"""Strain of staff: what a duty leaves behind, and what days off take away again.

At the end of a duty:
strain += (1 - strain) (a crisis hours + (b unfinished work + g imbalance+) hours / 8
                        + n hours of sleep lost on site)
Supervision slows the rise; strain decays toward its start value with a half-life in days.
Imbalance is the role's share of contact, crisis and duty minutes minus its share of authority weighted by
the decisions taken: responsibility without power wears people down.
"""

from wardsim.model.access import (
    par_at,
    role_sum_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.clock import EIGHT_HOURS_MIN, what_is_left


@kernel
def imbalance(w, role):
    """Power-responsibility imbalance of a role so far, between -1 and 1."""
    c = par_at(w)
    work = 0.0
    authority = 0.0
    for r in range(w.roles_n):
        row = role_sum_at(w, r)
        work += row.contact_min + row.crisis_min + row.duty_min
        authority += row.authority
    if work <= 0.0 or authority <= 0.0 or c.on_power == 0.0:
        return 0.0
    row = role_sum_at(w, role)
    return (row.contact_min + row.crisis_min + row.duty_min) / work - row.authority / authority


@kernel
def after_duty(w, j, now):
    """Strain of staff j at the end of a duty."""
    c = par_at(w)
    s = staff_at(w, j)
    if c.on_strain == 0.0:
        return
    unit = unit_at(w, s.unit)
    people = max(1.0, unit.n_in + c.duties_outpatient_share * (unit.n_day + unit.n_home))
    waiting = (unit.patient_backlog_min + unit.ward_backlog_min) / 60.0 / people
    load = c.strain_crisis_per_h * s.load_min / 60.0
    # a long duty counts for as many of eight hours as it has
    duties = (now - s.duty_start_min) / EIGHT_HOURS_MIN
    load += duties * c.strain_unfinished * min(1.0, waiting + s.backlog_min / 60.0)
    load += duties * c.strain_imbalance * max(0.0, imbalance(w, s.role))
    load += c.strain_lost_sleep_per_h * s.lost_sleep_h
    load *= 1.0 - c.strain_supervision_relief * min(
        1.0, c.care_supervision_per_month / c.strain_supervision_full_per_month
    )
    s.strain += (1.0 - s.strain) * min(1.0, load)
    s.lost_sleep_h = 0.0


@kernel
def rest(w):
    """A day passes (called once a day): strain falls toward its start value; averages forget slowly."""
    c = par_at(w)
    keep = what_is_left(1.0, c.strain_half_life_days)
    for j in range(w.staff_n):
        s = staff_at(w, j)
        s.strain = c.strain_start + (s.strain - c.strain_start) * keep
    for r in range(w.role_sum_n):
        row = role_sum_at(w, r)
        row.contact_min *= c.strain_memory_per_day
        row.crisis_min *= c.strain_memory_per_day
        row.duty_min *= c.strain_memory_per_day
        row.authority *= c.strain_memory_per_day
