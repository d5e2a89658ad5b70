"""Clock: the time of day, told once a tick, and what time leaves of things that fade."""

import math

from wardsim.model.access import clock_at, par_at
from wardsim.model.compiled import kernel

QUARTER_MIN = 15.0  # the step of what changes slowly enough
BEAT_MIN = 5.0  # the step of contact, whatever the tick: chances are keyed by the number of the beat
EIGHT_HOURS_MIN = 480.0  # studies of work tell minutes in a duty of eight hours
DAYTIME_FIRST_MIN, DAYTIME_LAST_MIN = 420.0, 1320.0  # 07 to 22, in which staff time is observed
DAYS_PER_WEEK, DAYS_PER_MONTH, DAYS_PER_YEAR = 7.0, 30.4, 365.0
MOMENT_MIN = 0.01  # whatever ends later than this was interrupted
NEVER = 1.0e12
LN_2 = math.log(2.0)


@kernel
def from_nought(minute):
    """A minute as a number from 0, by which draws are keyed: duties that run on day 0 began before it."""
    return int(minute) + 2 * 7 * 24 * 60


@kernel
def what_is_left(time, half_life):
    """Share that is left of something after some time, in the unit of its half-life."""
    return math.exp(-LN_2 * time / half_life)


@kernel
def set_pace(w):
    """The beats of a tick, what a quarter of an hour leaves of tension and of the fast part of distress, the noise
    that keeps its sd, and the chance that whoever is free in the milieu turns to somebody within a beat."""
    c = par_at(w)
    clock = clock_at(w)
    hours = QUARTER_MIN / 60.0
    clock.tension_keeps = what_is_left(hours, c.crises_contagion_half_life_h)
    clock.fast_keeps = what_is_left(hours, c.distress_fast_half_life_h)
    clock.fast_noise = c.distress_fast_sd * math.sqrt(1.0 - clock.fast_keeps * clock.fast_keeps)
    clock.beats = int(c.tick_min / BEAT_MIN)
    hours = BEAT_MIN / 60.0
    clock.approaches = 1.0 - math.exp(-c.contact_approach_per_h * hours)
    clock.peer_approaches = 1.0 - math.exp(-c.contact_approach_per_h * c.contact_peer_approach * hours)


@kernel
def next_tick(w):
    """The next tick begins."""
    clock = clock_at(w)
    clock.tick += 1
    clock.beat += clock.beats
    clock.slot += 1
    if clock.slot == w.slots_n:
        clock.slot = 0
        clock.day += 1
    clock.minute = clock.slot * par_at(w).tick_min
