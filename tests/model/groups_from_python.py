"""Doors to single functions on leave, handovers, sessions and who is chosen: compiled code can be called from Python
only through an entry."""

from __future__ import annotations

from wardsim.model.access import sleep_at
from wardsim.model.compiled import entry
from wardsim.model.processes import (
    activity,
    away,
    crisis,
    fatigue,
    forums,
    handover,
    hour,
    ledger,
    population,
    programme,
    roster,
    stays,
)


@entry
def weekend_leave(header, day, now):
    away.leave(header[0], day, now)


@entry
def leader(header, u, role):
    return programme.leader(header[0], u, role)


@entry
def decider(header, u, forum):
    return forums.decider(header[0], u, forum)


@entry
def next_seat(header, u, r, forum):
    return forums.next_seat(header[0], u, r, forum)


@entry
def handover_round(header, u, now):
    handover.handover_round(header[0], u, now)


@entry
def therapist_for(header, i, role, now):
    return programme.therapist_for(header[0], i, role, now)


@entry
def plan_together(header, i, now):
    programme.plan_together(header[0], i, now)


@entry
def trigger(header, i, now):
    return crisis.trigger(header[0], i, now)


@entry
def midnight(header, now):
    hour.day(header[0], now)


@entry
def each_hour(header, now):
    hour.hour(header[0], now)


@entry
def note_people(header, now):
    ledger.note_people(header[0], now, 15.0)


@entry
def talk(header, i, j, start, end):
    activity.begin_contact(header[0], j, i, 0, 0, start, end)
    activity.end_activity(header[0], j, end, 0)


@entry
def wake(header, j, now, minutes):
    fatigue.wake(header[0], j, now, minutes)


@entry
def move(header, i, u, setting, now):
    stays.move(header[0], i, u, setting, now)


@entry
def daily_round(header, now):
    population.daily_round(header[0], now)


@entry
def goes_to_bed_or_gets_up(header, n, now):
    roster.fall_asleep_or_wake(header[0], sleep_at(header[0], n), now)


@entry
def end_duty(header, j, now):
    roster.end_duty(header[0], j, now)


@entry
def note_duty(header, j, d, state, now):
    roster.note_duty(header[0], j, d, state, now)
