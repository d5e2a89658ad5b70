"""Doors to single functions on stays, places and company: compiled code can be called from Python only through an
entry."""

from __future__ import annotations

from wardsim.model.access import item_at
from wardsim.model.compiled import entry
from wardsim.model.processes import being_with, coercion, crisis, population, programme, stays


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
