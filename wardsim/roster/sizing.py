"""Sizing: how many copies of each crew the hours of a unit pay for.

Night posts are set first and are the same lever in every scheme; the rest of the hours buys copies of the
crews that are sized by hours: whole ones, and one that is staffed only in part.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from wardsim.roster.shift import Shift, Worth, pay_of, shifts_of, weekly_worth
from wardsim.scenario.problems import Problem
from wardsim.scenario.schema import Crew, Scenario, Staffing, Unit, Ward

Rows = tuple[str, ...]
ValueOf = Callable[[Rows, Rows], float]
MEASURES = {
    "same_paid_hours": "paid",
    "same_presence": "presence",
    "same_cost": "cost",
    "same_cover": "cover",
}
_IN_WORDS = {
    "paid": "paid h a week", "presence": "h of presence a week", "cost": "of money a week",
    "cover": "waking h a week between 07:00 and 22:00",
}  # fmt: skip
SNAP = 0.0025  # a remainder below this share of the hours buys no part-staffed post (0.005 is tolerated)


@dataclass(frozen=True)
class Copy:
    """One copy of a crew: its rows, and the share of its duties that is staffed (1 = all)."""

    crew: int
    rows: tuple[str, ...]
    weekend_rows: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class UnitPlan:
    """What the rota of one unit consists of, and by which target it was sized."""

    unit: int
    copies: tuple[Copy, ...]
    waking_posts: int
    problems: tuple[Problem, ...] = ()


def beds_of(ward: Ward, unit: Unit) -> float:
    """Beds of a unit."""
    return unit.share * ward.beds


def has_nights(ward: Ward, unit: Unit) -> bool:
    """Whether people sleep on the unit; a unit without beds runs on weekdays."""
    return beds_of(ward, unit) > 1e-6


def milieu_roles(staffing: Staffing) -> list[str]:
    """Roles on the ward's rotation that have any posts, sorted."""
    return sorted(
        r for r, fte in staffing.fte.items() if fte > 0 and staffing.roles[r].kind == "milieu_therapist"
    )


def unit_fte(scenario: Scenario, role: str) -> list[float]:
    """Full-time equivalents of a role by unit: by the weights of `allocation`, else by places."""
    ward, staffing = scenario.ward, scenario.staffing
    weights = list(staffing.allocation.get(role, ()))
    if not weights:
        weights = [beds_of(ward, u) + u.day_places + u.home_places for u in ward.units]
    total = sum(weights)
    if total <= 0:
        weights, total = [1.0] * len(ward.units), float(len(ward.units))
    return [staffing.fte.get(role, 0.0) * w / total for w in weights]


def milieu_hours(scenario: Scenario) -> list[float]:
    """Weekly hours of the milieu staff by unit: posts x full-time hours."""
    hours = scenario.staffing.full_time_hours_per_week
    split = [unit_fte(scenario, role) for role in milieu_roles(scenario.staffing)]
    return [hours * sum(fte[u] for fte in split) for u in range(len(scenario.ward.units))]


def hourly_cost(scenario: Scenario, role: str) -> float:
    """Cost of an hour of a role, without supplements."""
    hourly = scenario.cost.hourly
    return hourly.get(role, hourly.get("other", 0.0))


def milieu_hourly_cost(scenario: Scenario) -> float:
    """Mean cost of an hour of the milieu staff, by posts."""
    staffing = scenario.staffing
    roles = milieu_roles(staffing)
    total = sum(staffing.fte[r] for r in roles)
    return sum(staffing.fte[r] * hourly_cost(scenario, r) for r in roles) / total


def night_posts(scenario: Scenario, unit: Unit) -> int:
    """Waking night posts of a unit: as set, else one for each started `beds_per_waking` beds."""
    cover = scenario.staffing.night_cover
    if not has_nights(scenario.ward, unit):
        return 0
    if cover.waking is not None:
        return cover.waking
    return math.ceil(beds_of(scenario.ward, unit) / cover.beds_per_waking - 1e-6)


def plan(scenario: Scenario) -> tuple[UnitPlan, ...]:
    """Copies of every crew, unit by unit; a unit without beds has none (its staff work weekdays)."""
    made = []
    for u, (unit, target, measure) in enumerate(_targets(scenario)):
        if has_nights(scenario.ward, unit):
            made.append(_plan_unit(scenario, u, target, measure))
        else:
            made.append(UnitPlan(u, (), 0))
    return tuple(made)


def _targets(scenario: Scenario) -> list[tuple[Unit, float, str]]:
    """(unit, what its rota has to reach in a week, in which measure).

    Without a target every way of sizing falls back on the paid hours: that scenario is then the one from
    which the others take their target.
    """
    ward, staffing = scenario.ward, scenario.staffing
    hours = milieu_hours(scenario)
    if staffing.sizing_target is None:
        return [(unit, h, "paid") for unit, h in zip(ward.units, hours, strict=True)]
    measure = MEASURES[staffing.sizing]
    with_beds = sum(h for unit, h in zip(ward.units, hours, strict=True) if has_nights(ward, unit))
    left = staffing.sizing_target - (sum(hours) - with_beds) * _weekday_worth(scenario, measure)
    share = left / with_beds if with_beds else 0.0
    return [(unit, share * h, measure) for unit, h in zip(ward.units, hours, strict=True)]


def _weekday_worth(scenario: Scenario, measure: str) -> float:
    """What an hour on weekdays by day counts in a measure (milieu staff of units without beds)."""
    return milieu_hourly_cost(scenario) if measure == "cost" else 1.0


def _plan_unit(scenario: Scenario, u: int, target: float, measure: str) -> UnitPlan:
    rotation, unit = scenario.rotation, scenario.ward.units[u]
    shifts, pay = shifts_of(rotation), pay_of(rotation, scenario.cost)
    factor = milieu_hourly_cost(scenario) if measure == "cost" else 1.0

    def value(rows: Rows, weekend_rows: Rows) -> float:
        found: Worth = weekly_worth(rows + weekend_rows, shifts, pay, rotation.closed_weekend_every_weeks)
        return float(getattr(found, measure)) * factor

    posts = night_posts(scenario, unit)
    copies = [
        Copy(c, crew.rows, crew.weekend_rows, 1.0)
        for c, crew in enumerate(rotation.crews) if crew.sized_by == "night_waking" for _ in range(posts)
    ]  # fmt: skip
    nights = sum(value(copy.rows, copy.weekend_rows) for copy in copies)
    by_hours = [(c, crew) for c, crew in enumerate(rotation.crews) if crew.sized_by == "hours"]
    if not by_hours:
        return UnitPlan(u, tuple(copies), posts)
    one_post = 0.0
    if not _has_day(copies, shifts):
        one_post = min(value(crew.rows, crew.weekend_rows) / crew.posts for _, crew in by_hours)
    if target < (nights + one_post) * (1 - SNAP):
        return UnitPlan(
            u, tuple(copies), posts, (_too_little(scenario, unit, target, nights, one_post, measure),)
        )
    weight = sum(crew.posts for _, crew in by_hours)
    for c, crew in by_hours:
        copies += _copies(c, crew, (target - nights) * crew.posts / weight, target * SNAP, value)
    return UnitPlan(u, tuple(copies), posts)


def _copies(c: int, crew: Crew, left: float, tolerance: float, value: ValueOf) -> list[Copy]:
    """Whole copies of a crew, then copies of its part rows, the last of them staffed in part."""
    full = value(crew.rows, crew.weekend_rows)
    if full <= 0:
        return []
    n = math.floor((left + tolerance) / full)
    copies = [Copy(c, crew.rows, crew.weekend_rows, 1.0)] * n
    left -= n * full
    rows, weekend_rows = (crew.part_rows, ()) if crew.part_rows else (crew.rows, crew.weekend_rows)
    part = value(rows, weekend_rows)
    if part <= 0 or left <= tolerance:
        return copies
    whole = math.floor((left + tolerance) / part)
    copies += [Copy(c, rows, weekend_rows, 1.0)] * whole
    left -= whole * part
    if left > tolerance:
        copies.append(Copy(c, rows, weekend_rows, left / part))
    return copies


def _has_day(copies: list[Copy], shifts: dict[str, Shift]) -> bool:
    """Whether the night crews bring somebody by day too (13:00 is taken as day)."""
    tokens = {t for copy in copies for row in copy.rows for t in row if t in shifts}
    return any(shifts[t].start <= 13 * 60 < shifts[t].start + shifts[t].length for t in tokens)


def _too_little(
    scenario: Scenario, unit: Unit, target: float, nights: float, post: float, measure: str
) -> Problem:
    words, least = _IN_WORDS[measure], nights + post
    if post:
        needs = f"night cover takes {nights:.4g} and one post by day {post:.4g}, together {least:.4g}"
    else:
        needs = f"night cover with the posts by day that go with it takes {least:.4g}"
    message = f"unit {unit.name} has {target:.4g} {words}, but {needs}"
    staffing = scenario.staffing
    if staffing.sizing_target is not None:
        return Problem(
            "staffing.sizing_target", staffing.sizing_target, message, "sizing cannot reach this target"
        )
    role = milieu_roles(staffing)[0]
    fte = staffing.fte[role] * (1 + (least - target) / max(target, 1e-9))
    return Problem(
        f"staffing.fte.{role}", staffing.fte[role], message, f"for example {math.ceil(fte * 100) / 100:g}"
    )
