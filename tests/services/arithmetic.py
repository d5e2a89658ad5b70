"""Sums that several tests of the presets need: hours, night posts, clock times, mean stays."""

from __future__ import annotations

import math


def milieu_hours(scenario):
    """Paid hours a week of everybody who works as a milieu therapist."""
    staffing = scenario.staffing
    fte = sum(n for role, n in staffing.fte.items() if staffing.roles[role].kind == "milieu_therapist")
    return fte * staffing.full_time_hours_per_week


def waking_at_night(scenario):
    """Waking night posts by unit, as the rule in staffing says."""
    cover = scenario.staffing.night_cover
    beds = [round(scenario.ward.beds * unit.share) for unit in scenario.ward.units]
    return [math.ceil(n / cover.beds_per_waking) if cover.waking is None else cover.waking for n in beds]


def hours_of(item):
    hour, minute = map(int, item.start.split(":"))
    return hour + minute / 60, hour + minute / 60 + item.minutes / 60


def mean_stay(patients):
    """Mean of a lognormal cut at the longest stay, in days."""
    mu, sigma, longest = math.log(patients.stay_median_days), patients.stay_sigma, patients.stay_max_days
    z = (math.log(longest) - mu) / sigma
    below = math.exp(mu + sigma**2 / 2) * phi(z - sigma)
    return below + longest * (1 - phi(z))


def phi(z):
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))
