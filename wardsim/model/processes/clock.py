"""Clock: the time of day, told once a tick, and what a quarter of an hour leaves of things that fade fast."""

import math

from wardsim.model.access import clock_at, par_at
from wardsim.model.compiled import kernel

QUARTER_MIN = 15.0  # the step of what changes slowly enough


@kernel
def set_pace(w):
    """What a quarter of an hour leaves of tension and of the fast part of distress, and the noise that keeps
    its sd."""
    c = par_at(w)
    clock = clock_at(w)
    hours = QUARTER_MIN / 60.0
    clock.tension_keeps = math.exp(-math.log(2.0) * hours / c.crises_contagion_half_life_h)
    clock.fast_keeps = math.exp(-math.log(2.0) * hours / c.distress_fast_half_life_h)
    clock.fast_noise = c.distress_fast_sd * math.sqrt(1.0 - clock.fast_keeps * clock.fast_keeps)


@kernel
def next_tick(w):
    """The next tick begins."""
    clock = clock_at(w)
    clock.tick += 1
    clock.slot = clock.tick % w.slots_n
    clock.day = clock.tick // w.slots_n
    clock.minute = clock.slot * par_at(w).tick_min
