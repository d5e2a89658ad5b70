"""What passes by the hour and by the day: slow changes that need no five-minute step."""

from wardsim.model.access import (
    clock_at,
    here_at,
    par_at,
    person_at,
    present_at,
    slot_at,
    staff_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import is_on
from wardsim.model.processes.clock import what_is_left
from wardsim.model.processes.contact import need_grows
from wardsim.model.processes.distress import slow_part
from wardsim.model.processes.duties import leave_undone
from wardsim.model.processes.fatigue import set_alertness
from wardsim.model.processes.programme import falls_due
from wardsim.model.processes.record import age_record
from wardsim.model.processes.recovery import recovery
from wardsim.model.processes.strain import rest
from wardsim.model.state import D_ASLEEP, INPATIENT


@kernel
def hour(w, now):
    """Once an hour: need, distress, medication, recovery, record; sleepiness of those on duty."""
    slot = slot_at(w, clock_at(w).slot)
    if slot.hour == 0:
        return
    awake = slot.people_awake == 1
    c = par_at(w)
    if c.on_need > 0.0:
        keeps = what_is_left(1.0, c.contact_need_half_life_h)
        for k in range(clock_at(w).n_here):
            i = here_at(w, k).person
            p = person_at(w, i)
            on_ward = p.setting == INPATIENT
            need_grows(w, i, 1.0, awake and on_ward and p.activity != D_ASLEEP, keeps)
    slow_part(w, now, 1.0)
    recovery(w, 1.0)
    age_record(w)
    falls_due(w, 1.0)
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        if is_on(staff_at(w, j)) and staff_at(w, j).is_temp == 0:
            set_alertness(w, j, now)


@kernel
def day(w, now):
    """Once a day at midnight."""
    if clock_at(w).slot != 0:
        return
    rest(w)
    leave_undone(w, now)
    for k in range(clock_at(w).n_here):
        person_at(w, here_at(w, k).person).being_with_today_min = 0.0
