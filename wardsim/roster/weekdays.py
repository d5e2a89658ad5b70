"""Weekdays: the rule for everybody who is not on the ward's rotation (doctors, peer workers ...).

A role with x full-time equivalents on a unit has ceil(x) people with equal shares. A share s means 5 s duties
a week, spread over Monday to Friday as in ``spread.py``; the phases of a unit's people are staggered, so that
they are not all away on the same day. Public holidays are off.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import DAY, minute_of_day
from wardsim.roster.sizing import has_nights, unit_fte
from wardsim.roster.spread import happens
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.schema import Calendar, Scenario


@dataclass(frozen=True)
class WeekdayPerson:
    """Somebody with weekday duties: share of the weekdays worked, start and length of a duty (minutes)."""

    role: str
    unit: int
    share: float
    phase: float
    start: int
    length: int

    def weekly_hours(self) -> float:
        """Mean weekly hours, public holidays left aside."""
        return 5 * self.share * self.length / 60


def weekday_people(scenario: Scenario, not_here: frozenset[str] = frozenset()) -> list[WeekdayPerson]:
    """Everybody with weekday duties, unit by unit.

    Milieu staff are among them only on units without beds, with their contracted hours.

    Parameters
    ----------
    scenario
        The ward.
    not_here
        Roles whose duties come from elsewhere (a rota file).
    """
    staffing = scenario.staffing
    people = []
    for role in sorted(r for r, fte in staffing.fte.items() if fte > 0 and r not in not_here):
        spec = staffing.roles[role]
        on_rota = spec.kind == "milieu_therapist"
        for u, fte in enumerate(unit_fte(scenario, role)):
            if fte <= 1e-9 or (on_rota and has_nights(scenario.ward, scenario.ward.units[u])):
                continue
            n = math.ceil(fte - 1e-9)
            length = spec.weekday_hours * 60
            share = fte / n
            if on_rota:  # hours are the budget of milieu staff, so 1 FTE is full time and not five duties
                share *= staffing.full_time_hours_per_week / (5 * spec.weekday_hours)
            if share > 1:
                length, share = length * share, 1.0
            people += [
                WeekdayPerson(role, u, share, i / n, minute_of_day(spec.weekday_start), round(length))
                for i in range(n)
            ]
    return sorted(people, key=lambda p: p.unit)


def expand_weekdays(
    people: list[WeekdayPerson], epoch: int, first_day: int, last_day: int, off: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], ...]:
    """Weekday duties on days first_day .. last_day: person, start, end; `off` are public holidays."""
    days = np.arange(first_day, last_day + 1)
    weekday = (days - epoch) % 7
    days = days[(weekday < 5) & ~np.isin(days, off)]
    week, place = ((days - epoch) // 7)[:, None], ((days - epoch) % 7)[:, None]
    share = np.array([p.share for p in people])[None, :]
    here = happens(week, place, 5, share, np.array([p.phase for p in people])[None, :])
    d, person = np.nonzero(here)
    start = days[d] * DAY + np.array([p.start for p in people], dtype=np.int64)[person]
    return (
        person.astype(np.int64),
        start,
        start + np.array([p.length for p in people], dtype=np.int64)[person],
    )


def public_holidays(calendar: Calendar, first_day: int, last_day: int) -> npt.NDArray[np.int64]:
    """Days after the start date that are public holidays of the calendar's country (``DE`` or ``DE-BW``)."""
    if not calendar.public_holidays:
        return np.zeros(0, dtype=np.int64)
    import holidays

    country, _, part = calendar.public_holidays.partition("-")
    known = holidays.list_supported_countries()
    if country not in known or (part and part not in known[country]):
        message = "no public holidays are known for this country"
        hint = "a code such as NO, DE, DE-BW or CH"
        raise ScenarioError([Problem("calendar.public_holidays", calendar.public_holidays, message, hint)])
    start = calendar.start_date
    years = range((start + dt.timedelta(first_day)).year, (start + dt.timedelta(last_day)).year + 1)
    dates = holidays.country_holidays(country, subdiv=part or None, years=years)
    found = sorted((day - start).days for day in dates)
    return np.array([d for d in found if first_day <= d <= last_day], dtype=np.int64)
