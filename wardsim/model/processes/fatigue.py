"""Fatigue: the three-process model of Akerstedt and Folkard, and what sleepiness does to work.

awake:  S = 2.4 + (S - 2.4) e^(-0.0353 h)
asleep: below 12.2 linear with slope -0.3813 (12.2 - 14.3) per hour, above 12.2 S = 14.3 - (14.3 - S)
e^(-0.3813 h)
KSS = 10.6 - 0.6 (S + C + U); C + U depends on the clock only and is tabulated
rho = e^(b (KSS - 4)) * quick return * run of nights;  q = skill (1 - phi max(0, KSS - 5) / 4)
Source: Akerstedt, Folkard and Portin 2004; constants as in the FIPS package.
"""

import math

from wardsim.model.access import (
    clock_at,
    par_at,
    slot_at,
    staff_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.randomness import STREAMS, uniform

_WOKEN = STREAMS["woken"]
LOW, HIGH, BREAK = 2.4, 14.3, 12.2
AWAKE_PER_H = -0.0353
ASLEEP_PER_H = -0.3813


@kernel
def after_awake(pressure, hours):
    """Process S after hours awake."""
    return LOW + (pressure - LOW) * math.exp(AWAKE_PER_H * hours)


@kernel
def after_asleep(pressure, hours):
    """Process S after hours asleep."""
    if pressure < BREAK:
        slope = ASLEEP_PER_H * (BREAK - HIGH)
        to_break = (BREAK - pressure) / slope
        if hours <= to_break:
            return pressure + slope * hours
        pressure = BREAK
        hours -= to_break
    return HIGH - (HIGH - pressure) * math.exp(ASLEEP_PER_H * hours)


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
    s.pressure = after_asleep(after_awake(s.pressure, awake_h), hours - awake_h)
    s.pressure_min = now


@kernel
def sleepiness(pressure, body_clock):
    """KSS, 1 (very alert) to 9 (fighting sleep)."""
    return min(9.0, max(1.0, 10.6 - 0.6 * (pressure + body_clock)))


@kernel
def error_index(c, kss, quick, run_nights):
    """Staff-error index rho; 1 at KSS 4."""
    rho = math.exp(c.fatigue_error_slope * (kss - 4.0))
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
        s.kss = 4.0
        s.rho = 1.0
        s.quality = min(c.fatigue_quality_limit, s.skill)
        s.rho_sum += s.rho
        s.rho_hours += 1.0
        return
    s.kss = sleepiness(s.pressure, slot.body_clock)
    s.rho = error_index(c, s.kss, now < s.quick_until_min, s.run_nights)
    s.rho_sum += s.rho
    s.rho_hours += 1.0
    lost = (
        c.fatigue_quality_loss
        * max(0.0, s.kss - c.fatigue_quality_from_kss)
        / (9.0 - c.fatigue_quality_from_kss)
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
    return uniform(clock_at(w).key, _WOKEN, j, tick, 0) < c.fatigue_woken_per_h / 4.0
