"""Summary: what a rota amounts to in a mean week: hours, cost, heads, cover, handovers, legal status."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import DAY, WAKING_WINDOW, WEEK, in_window
from wardsim.roster.crew import file_weeks
from wardsim.roster.duty import Table
from wardsim.roster.roster import Roster, expand
from wardsim.roster.sizing import has_nights, hourly_cost
from wardsim.roster.stays import SHORTEST_REST_MIN, Stays, stays_of
from wardsim.roster.working_time import legal_status
from wardsim.scenario.schema import Scenario

SUMMARY_DAYS = 728  # 104 weeks: two years of whole weeks, and of whole rounds of closed weekends
ONE_HANDOVER_MIN = 60  # who comes and who goes within this time is one handover

Hours = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class UnitSummary:
    """One unit in a mean week, milieu staff only; `cover_by_hour` as in `RosterSummary`."""

    name: str
    paid_hours_per_week: float
    waking_hours_07_22_per_week: float
    heads: int
    handovers_per_week: float
    cover_by_hour: Hours


@dataclass(frozen=True, eq=False)
class RosterSummary:
    """A rota in a mean week. Hours, heads and cost are those of the milieu staff, the whole ward together.

    Parameters
    ----------
    label
        Name of the scheme.
    working_time_law
        Law the rota is checked against.
    legal_status
        ``lawful``, ``needs_agreement`` (lawful on the basis that the scheme names) or ``not_lawful``.
    legal_basis
        The articles that make it lawful, or that it breaks; empty where the statute is enough.
    legal_hint
        Conditions, or what it would need.
    longest_shift_h, shortest_rest_h
        Longest time on site at a stretch, and shortest time at home between two stays (h).
    mean_weekly_hours
        Mean of the regular lines, weekend positions left aside (h).
    mean_position_size
        The same as a share of full time.
    heads, weekend_positions
        People, and how many of them hold a small weekend position.
    presence_hours_per_week, working_hours_per_week, paid_hours_per_week, cost_per_week
        On site; by law (asleep on site counts in full); paid; money with supplements.
    waking_hours_07_22_per_week
        Awake on duty between 07:00 and 22:00.
    handovers_per_week
        Mean of the units: how often those on duty change (within an hour counts once).
    breaches_per_year
        Breaches of the rules on the basis that the scheme names, per 52 weeks, all lines.
    cover_by_hour
        7 x 24: mean number awake on duty by weekday (0 = Monday) and hour, all units together.
    units
        The same by unit.
    """

    label: str
    working_time_law: str
    legal_status: str
    legal_basis: str
    legal_hint: str
    longest_shift_h: float
    shortest_rest_h: float
    mean_weekly_hours: float
    mean_position_size: float
    heads: int
    weekend_positions: int
    presence_hours_per_week: float
    working_hours_per_week: float
    paid_hours_per_week: float
    cost_per_week: float
    waking_hours_07_22_per_week: float
    handovers_per_week: float
    breaches_per_year: float
    cover_by_hour: Hours
    units: tuple[UnitSummary, ...]

    @property
    def legal_text(self) -> str:
        """Legal status in words, for example ``needs agreement (AML § 10-5(2))``."""
        words = self.legal_status.replace("_", " ")
        return f"{words} ({self.legal_basis})" if self.legal_basis else words


def summary_days(scenario: Scenario) -> int:
    """Days over which a rota is summed up: whole rounds of a rota file, whatever its length."""
    round_days = 7 * file_weeks(scenario.rotation.duties) if scenario.rotation.duties else 7
    return -(-SUMMARY_DAYS // round_days) * round_days


def summarise(scenario: Scenario) -> RosterSummary:
    """The summary of the rota that is in force in the end (after a changeover, the one after it)."""
    scenario = scenario.in_the_end
    roster = expand(scenario, summary_days(scenario))
    weeks = roster.days / 7
    milieu = roster.is_milieu
    duties = roster.duties[milieu[roster.duties["staff"]] & (roster.duties["start_min"] >= 0)]
    hourly = np.array([hourly_cost(scenario, role) for role in roster.roles])[roster.people["role"]]
    lines = roster.people[milieu & ~roster.people["is_weekend_position"]]
    mean_hours = float(lines["contract_h_per_week"].mean()) if len(lines) else 0.0
    stays = stays_of(roster, scenario.calendar.working_time_law)
    longest, shortest = _extremes(stays, milieu)
    legal = legal_status(roster)
    units = tuple(_unit(roster, stays, u) for u in range(len(roster.units)))
    changing = [
        s for s, unit in zip(units, scenario.ward.units, strict=True) if has_nights(scenario.ward, unit)
    ]
    return RosterSummary(
        label=scenario.rotation.label,
        working_time_law=scenario.calendar.working_time_law,
        legal_status=legal.status, legal_basis=legal.articles, legal_hint=legal.hint,
        longest_shift_h=longest, shortest_rest_h=shortest,
        mean_weekly_hours=mean_hours,
        mean_position_size=mean_hours / scenario.staffing.full_time_hours_per_week,
        heads=int(milieu.sum()), weekend_positions=int(roster.people["is_weekend_position"].sum()),
        presence_hours_per_week=float((duties["end_min"] - duties["start_min"]).sum()) / 60 / weeks,
        working_hours_per_week=float(duties["working_h"].sum()) / weeks,
        paid_hours_per_week=float(duties["paid_h"].sum()) / weeks,
        cost_per_week=float((duties["cost_h"] * hourly[duties["staff"]]).sum()) / weeks,
        waking_hours_07_22_per_week=sum(u.waking_hours_07_22_per_week for u in units),
        handovers_per_week=sum(u.handovers_per_week for u in changing) / max(1, len(changing)),
        breaches_per_year=legal.n_breaches / weeks * 52,
        cover_by_hour=np.sum([u.cover_by_hour for u in units], axis=0),
        units=units,
    )  # fmt: skip


def posts_of_file(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """For each role whose duties a rota file brings: the posts that are set, and those that the file holds."""
    if not scenario.rotation.duties:
        return {}
    roster = expand(scenario, summary_days(scenario))
    duties = roster.duties[roster.duties["start_min"] >= 0]
    role_of = roster.people["role"][duties["staff"]]
    full_time = scenario.staffing.full_time_hours_per_week * roster.days / 7
    found = {}
    for role in {duty.role for duty in scenario.rotation.duties}:
        paid_h = float(duties["paid_h"][role_of == roster.roles.index(role)].sum())
        found[role] = (scenario.staffing.fte.get(role, 0.0), paid_h / full_time)
    return found


def _extremes(stays: Stays, milieu: npt.NDArray[np.bool_]) -> tuple[float, float]:
    here = milieu[stays.staff]
    gap = stays.next_start - stays.end
    # between two parts of a working day
    splits = (gap < SHORTEST_REST_MIN) & (stays.rest >= SHORTEST_REST_MIN)
    rests = gap[here & ~splits]
    rests = rests[rests < stays.days * DAY]
    longest = (stays.end - stays.start)[here].max(initial=0)
    return float(longest) / 60, float(rests.min()) / 60 if len(rests) else float("nan")


def _unit(roster: Roster, stays: Stays, unit: int) -> UnitSummary:
    weeks = roster.days / 7
    mine = roster.is_milieu & (roster.people["unit"] == unit)
    duties = roster.duties[mine[roster.duties["staff"]]]
    sleeps = roster.sleeps[mine[roster.sleeps["staff"]]]
    started = duties[duties["start_min"] >= 0]
    horizon = (0, roster.days * DAY)
    awake = sum(
        sign * int(in_window(*_clipped(table, horizon), WAKING_WINDOW).sum())
        for sign, table in ((1, duties), (-1, sleeps))
    )
    monday = -roster.first_weekday * DAY
    per_minute = _by_minute(duties, horizon, monday) - _by_minute(sleeps, horizon, monday)
    cover = per_minute.reshape(7, 24, 60).mean(axis=2) / weeks
    here = mine[stays.staff]
    times = np.sort(np.concatenate([stays.start[here], stays.end[here]]))
    times = times[(times >= 0) & (times < horizon[1])]
    n_handovers = int((np.diff(times, prepend=-DAY) > ONE_HANDOVER_MIN).sum())
    return UnitSummary(
        name=roster.units[unit], paid_hours_per_week=float(started["paid_h"].sum()) / weeks,
        waking_hours_07_22_per_week=awake / 60 / weeks, heads=int(mine.sum()),
        handovers_per_week=n_handovers / weeks, cover_by_hour=cover,
    )  # fmt: skip


def _clipped(table: Table, horizon: tuple[int, int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    low, high = horizon
    return np.clip(table["start_min"], low, high), np.clip(table["end_min"], low, high)


def _by_minute(table: Table, horizon: tuple[int, int], monday: int) -> Hours:
    """How many stretches lie over each minute of the week, all weeks together."""
    start, end = (t - monday for t in _clipped(table, horizon))
    change = np.bincount(start % WEEK, minlength=WEEK) - np.bincount(end % WEEK, minlength=WEEK)
    over_sunday = int((end // WEEK - start // WEEK).sum())
    found: Hours = (np.cumsum(change) + over_sunday).astype(np.float64)
    return found
