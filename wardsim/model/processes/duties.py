"""Duties: work that competes with contact for the minutes of staff.

Patient-bound minutes per patient-day: medication (x share medicated), indirect care, documentation (x
administration load).  Ward-bound minutes per bed and day.  Staff-bound minutes per 8 waking duty hours:
breaks, communication, other.  All but breaks x ``duties.scale``.  Most of it accrues by day, little at night.
Work nobody did within about a day is left undone and counted.
"""

from wardsim.model.access import (
    clock_at,
    here_at,
    par_at,
    person_at,
    present_at,
    role_at,
    slot_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import begin, day_row, is_on
from wardsim.model.processes.clock import EIGHT_HOURS_MIN, QUARTER_MIN
from wardsim.model.randomness import STREAMS, uniform
from wardsim.model.state import A_BREAK, A_DUTY, DAY, HOME, INPATIENT, OF_PEOPLE, OF_WARD, OWN
from wardsim.model.world import MILIEU

_KIND = STREAMS["duty_kind"]
_WHOM = STREAMS["document_whom"]


@kernel
def accrue(w, now):
    """Work that falls due in this quarter of an hour."""
    c = par_at(w)
    slot = slot_at(w, clock_at(w).slot)
    if slot.quarter == 0:
        return
    per_patient = c.duties_indirect_min + c.duties_documentation_min * c.care_administration_load
    for u in range(w.unit_n):
        unit_at(w, u).n_seen = 0
        unit_at(w, u).medication = 0.0
        unit_at(w, u).looked_after = 0.0
    for k in range(clock_at(w).n_here):
        p = person_at(w, here_at(w, k).person)
        unit = unit_at(w, p.unit)
        part = 0.0
        if p.setting == INPATIENT:
            part = 1.0
            unit.n_seen += 1
        elif p.setting == DAY or p.setting == HOME:
            part = c.duties_outpatient_share
        unit.looked_after += part
        unit.medication += part * p.medication
        if c.on_duties > 0.0:
            minutes = per_patient + c.duties_medication_min * p.medication
            unit.patient_backlog_min += part * minutes * c.duties_scale * slot.duty_share
    if c.on_duties == 0.0:
        return
    for u in range(w.unit_n):
        unit = unit_at(w, u)
        work = c.duties_ward_min_per_bed * (unit.beds + unit.day_places) * c.duties_scale * slot.duty_share
        if c.care_household_shared > 0.0 and c.on_household > 0.0:
            work *= 1.0 - c.duties_household_share
        unit.ward_backlog_min += work
    staff_bound = (
        (c.duties_communication_min + c.duties_other_min) * c.duties_scale * QUARTER_MIN / EIGHT_HOURS_MIN
    )
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if is_on(s):
            s.backlog_min += staff_bound
            s.break_min += c.duties_break_min * QUARTER_MIN / EIGHT_HOURS_MIN


@kernel
def pressure_of_work(w, j):
    """Minutes waiting for staff j: their own, and their part of the unit's."""
    s = staff_at(w, j)
    waiting = s.backlog_min
    if role_at(w, s.role).documents and role_at(w, s.role).kind == MILIEU:
        unit = unit_at(w, s.unit)
        waiting += (unit.patient_backlog_min + unit.ward_backlog_min) / max(1, unit.n_awake)
    return waiting


@kernel
def take_duty(w, j, start):
    """Staff j takes a block of work that is waiting, if there is any; returns whether they did."""
    c = par_at(w)
    s = staff_at(w, j)
    beat = clock_at(w).beat
    if s.break_min >= c.duties_break_block_min:
        s.break_min -= c.duties_break_block_min
        begin(w, j, A_BREAK, start, start + c.duties_break_block_min)
        return True
    waiting = pressure_of_work(w, j)
    if waiting < c.duties_least_block_min:
        return False
    if uniform(clock_at(w).key, _KIND, j, beat, 0) * (waiting + c.duties_pull_min) >= waiting:
        return False
    share = uniform(clock_at(w).key, _KIND, j, beat, 1)
    unit = unit_at(w, s.unit)
    if (
        s.backlog_min >= c.duties_other_block_min
        or not role_at(w, s.role).documents
        or role_at(w, s.role).kind != MILIEU
    ):
        minutes = min(c.duties_other_block_min, s.backlog_min)
        s.backlog_min -= minutes
        begin(w, j, A_DUTY, start, start + minutes)
        s.work = OWN
        return True
    total = unit.patient_backlog_min + unit.ward_backlog_min
    if total <= 0.0:
        return False
    if share * total < unit.ward_backlog_min:
        minutes = min(c.duties_ward_block_min, unit.ward_backlog_min)
        unit.ward_backlog_min -= minutes
        begin(w, j, A_DUTY, start, start + minutes)
        s.work = OF_WARD
        return True
    block, whom = patient_block(w, j, beat)
    minutes = min(block, unit.patient_backlog_min)
    unit.patient_backlog_min -= minutes
    begin(w, j, A_DUTY, start, start + minutes)
    s.work = OF_PEOPLE
    s.partner = whom
    return True


@kernel
def patient_block(w, j, beat):
    """Length of a block of patient-bound work, by what of it falls due for the people looked after, and the person
    whose record it goes into (-1: none)."""
    c = par_at(w)
    unit = unit_at(w, staff_at(w, j).unit)
    document = c.duties_documentation_min * c.care_administration_load * unit.looked_after
    indirect = c.duties_indirect_min * unit.looked_after
    total = document + indirect + c.duties_medication_min * unit.medication
    x = uniform(clock_at(w).key, _KIND, j, beat, 2) * total
    if x < document:
        return c.duties_documentation_block_min, somebody(w, staff_at(w, j).unit, j, beat)
    if x < document + indirect:
        return c.duties_indirect_block_min, -1
    return c.duties_medication_block_min, -1


@kernel
def somebody(w, u, j, beat):
    """Somebody looked after by unit u, each with the same chance, or -1."""
    unit = unit_at(w, u)
    n = int(unit.n_in + unit.n_day + unit.n_home)
    if n == 0:
        return -1
    nth = int(uniform(clock_at(w).key, _WHOM, j, beat, 0) * n)
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        if person_at(w, i).unit == u:
            if nth == 0:
                return i
            nth -= 1
    return -1


@kernel
def leave_undone(w, now):
    """Once a day: the part of the waiting work that is older than a day is left undone."""
    c = par_at(w)
    for u in range(w.unit_n):
        unit = unit_at(w, u)
        d = day_row(w, now - 1.0, u)
        d.undone_min += c.duties_undone_per_day * (unit.patient_backlog_min + unit.ward_backlog_min)
        unit.patient_backlog_min *= 1.0 - c.duties_undone_per_day
        unit.ward_backlog_min *= 1.0 - c.duties_undone_per_day
