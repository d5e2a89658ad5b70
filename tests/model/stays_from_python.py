"""Doors to single functions on stays, places and company: compiled code can be called from Python only through an
entry."""

from __future__ import annotations

from wardsim.model.access import clock_at, item_at, slot_at
from wardsim.model.compiled import entry
from wardsim.model.processes import (
    being_with,
    coercion,
    crisis,
    distress,
    duties,
    population,
    programme,
    response,
    stays,
)


@entry
def wants_company(header, i, now):
    return being_with.wants(header[0], i, now)


@entry
def hold(header, u, n, now):
    programme.hold(header[0], u, item_at(header[0], n), now)


@entry
def free_unit(header, i, setting):
    return population.free_unit(header[0], i, setting)


@entry
def leave_unannounced(header, i, now):
    crisis.leave_unannounced(header[0], i, now)


@entry
def measure_without_incident(header, i, now):
    coercion.measure_without_incident(header[0], i, now)


@entry
def name_worker(header, i):
    stays.name_worker(header[0], i)


@entry
def place(header, i, now):
    return population.place(header[0], i, now, 0.0)


@entry
def outpatient_day(header, i, now):
    population.outpatient_day(header[0], i, now)


@entry
def call(header, i, wanted, minutes, now):
    return response.call(header[0], i, wanted, minutes, now)


@entry
def companion_for(header, i):
    return being_with.companion_for(header[0], i)


@entry
def look_around(header, i, now):
    distress.look_around(header[0], i, now)


@entry
def work_falls_due(header, now):
    """The quarter of an hour that holds `now`, whatever the hour of the day."""
    slot_at(header[0], clock_at(header[0]).slot).quarter = 1
    duties.accrue(header[0], now)


@entry
def patient_blocks(header, j, found):
    """Length of the next block of patient-bound work of staff j, in as many beats as `found` has places."""
    for beat in range(len(found)):
        found[beat] = duties.patient_block(header[0], j, beat)[0]


@entry
def give_sessions(header, now):
    programme.give_sessions(header[0], now)
