"""Fatigue: the three-process model of Akerstedt and Folkard, and what sleepiness does to work.

awake:  S = low + (S - low) e^(-a h)
asleep: up to the break linear with slope b (high - break) per hour, above it S = high - (high - S) e^(-b h)
KSS = k0 - k1 (S + C + U); C + U depends on the clock only and is tabulated
rho = e^(slope (KSS - reference)) * quick return * run of nights;  q = skill (1 - loss (KSS - from)+ / (9 - from))
Source: Akerstedt, Folkard and Portin 2004; all numbers stand in the register under ``model.fatigue``.
"""

import math

from wardsim.model.access import (
    clock_at,
    par_at,
    slot_at,
    staff_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.clock import QUARTER_MIN
from wardsim.model.randomness import STREAMS, uniform

_WOKEN = STREAMS["woken"]
KSS_LEAST, KSS_MOST = 1.0, 9.0  # the scale


@kernel
def after_awake(c, pressure, hours):
    """Process S after hours awake."""
    return c.fatigue_low + (pressure - c.fatigue_low) * math.exp(-c.fatigue_awake_per_h * hours)


@kernel
def after_asleep(c, pressure, hours):
    """Process S after hours asleep."""
    high, turn = c.fatigue_high, c.fatigue_break
    if pressure < turn:
        slope = -c.fatigue_asleep_per_h * (turn - high)
        to_turn = (turn - pressure) / slope
        if hours <= to_turn:
            return pressure + slope * hours
        pressure = turn
        hours -= to_turn
    return high - (high - pressure) * math.exp(-c.fatigue_asleep_per_h * hours)


@kernel
def bring_up_to_date(w, j, now):
    """Work out process S of staff j for this minute; whoever was woken on site was awake for part of the time."""
    s = staff_at(w, j)
    hours = (now - s.pressure_min) / 60.0
    if hours <= 0.0:
        return
    awake_h = hours
    if s.resting == 1:
        awake_h = 0.0
    elif s.asleep == 1:
        awake_h = min(hours, max(0.0, (s.awake_until_min - s.pressure_min) / 60.0))
    c = par_at(w)
    s.pressure = after_asleep(c, after_awake(c, s.pressure, awake_h), hours - awake_h)
    s.pressure_min = now


@kernel
def sleepiness(c, pressure, body_clock):
    """KSS, 1 (very alert) to 9 (fighting sleep)."""
    alertness = pressure + body_clock
    return min(KSS_MOST, max(KSS_LEAST, c.fatigue_kss_at_zero - c.fatigue_kss_per_unit * alertness))


@kernel
def error_index(c, kss, quick, run_nights):
    """Staff-error index rho; 1 at the reference."""
    rho = math.exp(c.fatigue_error_slope * (kss - c.fatigue_reference_kss))
    if quick:
        rho *= c.fatigue_quick_return
    if run_nights == 2:
        rho *= c.fatigue_second_night
    elif run_nights == 3:
        rho *= c.fatigue_third_night
    elif run_nights > 3:
        rho *= c.fatigue_fourth_night
    return rho


@kernel
def set_alertness(w, j, now):
    """Sleepiness, error index and relational quality of staff j (at the start of a duty and every hour)."""
    c = par_at(w)
    s = staff_at(w, j)
    bring_up_to_date(w, j, now)
    slot = slot_at(w, clock_at(w).slot)
    if c.on_fatigue == 0.0:
        s.kss = c.fatigue_reference_kss
        s.rho = 1.0
        s.quality = min(c.fatigue_quality_limit, s.skill)
        s.rho_sum += s.rho
        s.rho_hours += 1.0
        return
    s.kss = sleepiness(c, s.pressure, slot.body_clock)
    s.rho = error_index(c, s.kss, now < s.quick_until_min, s.run_nights)
    s.rho_sum += s.rho
    s.rho_hours += 1.0
    lost = (
        c.fatigue_quality_loss
        * max(0.0, s.kss - c.fatigue_quality_from_kss)
        / (KSS_MOST - c.fatigue_quality_from_kss)
    )
    s.quality = min(c.fatigue_quality_limit, s.skill * (1.0 - lost))


@kernel
def wake(w, j, now, minutes):
    """Somebody asleep on site is woken for so many minutes, awake for a while at least, and the sleep is lost."""
    s = staff_at(w, j)
    if s.asleep == 0 or (minutes <= 0.0 and now < s.awake_until_min):
        return
    bring_up_to_date(w, j, now)
    since = max(now, s.awake_until_min)
    until = max(since, now + max(par_at(w).fatigue_woken_awake_min, minutes))
    s.awake_until_min = until
    if s.is_temp == 0:  # whose sleep a temp loses is not that of the post's holder
        s.lost_sleep_h += (until - since) / 60.0
        set_alertness(w, j, now)


@kernel
def get_up(s, now):
    """The night on site is over: what somebody who was woken is awake beyond it is no sleep lost."""
    if s.is_temp == 0:
        s.lost_sleep_h -= max(0.0, s.awake_until_min - now) / 60.0
    s.awake_until_min = min(s.awake_until_min, now)


@kernel
def disturbed(w, j, tick):
    """Whether somebody asleep on site is woken by an ordinary need in this quarter of an hour."""
    c = par_at(w)
    return uniform(clock_at(w).key, _WOKEN, j, tick, 0) < c.fatigue_woken_per_h * QUARTER_MIN / 60.0
