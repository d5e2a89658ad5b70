"""From a scenario to the arrays that a run reads: parameters, roster, calendar, programme, roles, power.

Everything here is worked out once per scenario and shared by all replications; a run never changes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wardsim.model import world as wd
from wardsim.model.parameters import Sizes, parameter_record, treated_places
from wardsim.model.processes.clock import QUARTER_MIN
from wardsim.model.state import STAFF_DTYPE, UNIT_DTYPE
from wardsim.power import effective_weights, in_the_room, problems
from wardsim.roster import Roster, expand
from wardsim.roster.clock import minute_of_day
from wardsim.roster.roster import CHANGE_MIN
from wardsim.scenario.schema import FORUMS, MATTERS, MEASURES, WEEKDAYS, Scenario, Weekday

MINUTES_PER_DAY = 1440

LATEST_HOME_MIN = 180.0  # after bedtime: whoever is on duty later than this has worked a night
LEAST_SLEEP_MIN = 30.0  # what is left between two duties and is shorter is no sleep
#: Rounds of medication.
ROUNDS = ("morning", "noon", "evening", "night")


@dataclass(frozen=True)
class Inputs:
    """What all replications of a scenario share.

    Attributes
    ----------
    scenario : Scenario
    roster : Roster
        Planned duties of everybody over warm-up and horizon.
    read_only : dict of str to structured array
        The tables that a run reads and never changes.
    staff, units, roles : structured arrays
        Rows as they stand on day 0.
    people_capacity : int
        Rows for people: first referrals, those already there, former patients.
    places : int
        Beds and places in day clinic and home treatment.
    change_tick, after, units_after
        When the ward changes (-1: never), and the tables and units that hold from then on.
    """

    scenario: Scenario
    roster: Roster
    read_only: dict[str, NDArray[Any]]
    staff: NDArray[Any]
    units: NDArray[Any]
    roles: NDArray[Any]
    role_names: tuple[str, ...]
    people_capacity: int
    places: int
    ticks_per_day: int
    days_total: int
    change_tick: int = -1
    after: dict[str, NDArray[Any]] = field(default_factory=dict)
    units_after: NDArray[Any] | None = None

    @property
    def tick_minutes(self) -> int:
        """Minutes of a tick."""
        return self.scenario.model.tick_minutes

    @property
    def ticks_total(self) -> int:
        """Ticks of warm-up and horizon."""
        return self.ticks_per_day * self.days_total

    @property
    def warmup_min(self) -> float:
        """Minute at which counting begins."""
        return float(MINUTES_PER_DAY * self.scenario.warmup_days)

    @property
    def end_min(self) -> float:
        """Minute at which counting ends."""
        return float(MINUTES_PER_DAY * self.days_total)


def prepare(scenario: Scenario) -> Inputs:
    """Arrays of a scenario, ready for any number of replications."""
    days = scenario.warmup_days + scenario.horizon_days
    roster = expand(scenario, days + 1)
    role_names = tuple(scenario.staffing.roles)
    units = _units(scenario)
    tables, sizes = _tables(scenario, units, days)
    people, change_tick = sizes.people, -1
    after: dict[str, NDArray[Any]] = {}
    units_after = None
    if scenario.after is not None and scenario.change_after_days is not None:
        minute = MINUTES_PER_DAY * scenario.change_after_days + CHANGE_MIN
        change_tick = minute // scenario.model.tick_minutes
        units_after = _units(scenario.after)
        after, later_sizes = _tables(scenario.after, units_after, days)
        people = max(people, later_sizes.people)
        after["par"]["people_limit"] = tables["par"]["people_limit"]
    read_only = {
        **tables, "duties": duty_rows(roster.duties), "sleeps": _sleeps(roster),
        "rests": _rests(roster, days, scenario.model.parameters["sleep"]),
        "days": _days(scenario, roster, days + 1),
    }  # fmt: skip
    places = max(treated_places(units), treated_places(units_after) if units_after is not None else 0)
    return Inputs(
        scenario=scenario, roster=roster, read_only=read_only, staff=_staff(scenario, roster, role_names),
        units=units,
        roles=read_only["roles"], role_names=role_names, people_capacity=people, places=places,
        ticks_per_day=MINUTES_PER_DAY // scenario.model.tick_minutes, days_total=days,
        change_tick=change_tick, after=after,
        units_after=units_after,
    )  # fmt: skip


def _tables(scenario: Scenario, units: NDArray[Any], days: int) -> tuple[dict[str, NDArray[Any]], Sizes]:
    """The read-only tables that follow from policies and not from the rota."""
    role_names = tuple(scenario.staffing.roles)
    par, sizes = parameter_record(scenario, units, days)
    items, forums = _items(scenario, role_names), _forums(scenario)
    tables = {
        "par": par, "slots": _slots(scenario, items, forums), "items": items,
        "roles": _roles(scenario, role_names), "forums": forums, "weights": _weights(scenario),
        "forum_of": _column(wd.FORUM_OF, np.array([FORUMS.index(scenario.power.forum_of(m)) for m in MATTERS])),
        "measure_mix": _column(wd.MIX, _measure_mix(scenario)),
    }  # fmt: skip
    return tables, sizes


def _weights(scenario: Scenario) -> NDArray[Any]:
    """For each matter what say each role and the person have, and which of them are in the room."""
    weights = effective_weights(scenario)
    rows = np.zeros(weights.shape, wd.WEIGHT)
    rows["weight"] = weights
    rows["there"] = [in_the_room(scenario, matter) for matter in MATTERS]
    return rows


def weights_with(scenario: Scenario, roles: Collection[str]) -> NDArray[Any]:
    """Say and seats of the scenario's structure where these roles, and no others, have somebody on the ward.

    Raises
    ------
    ValueError
        A matter would be settled by nobody; the message says which, and the way out.
    """
    fte = {name: 1.0 if name in roles else 0.0 for name in scenario.staffing.roles}
    staffing = scenario.staffing.model_copy(update={"fte": fte})
    changed = scenario.model_copy(update={"staffing": staffing})
    if found := problems(changed):
        raise ValueError("; ".join(str(problem) for problem in found))
    return _weights(changed)


def _column(layout: np.dtype[Any], values: NDArray[Any]) -> NDArray[Any]:
    """Plain numbers as a structured array with one field."""
    rows = np.zeros(values.shape, layout)
    rows[(layout.names or ("",))[0]] = values
    return rows


def _units(scenario: Scenario) -> NDArray[Any]:
    """Beds by unit (largest remainder), places in day clinic and at home."""
    ward = scenario.ward
    exact = np.array([u.share * ward.beds for u in ward.units])
    beds = np.floor(exact).astype(int)
    for k in np.argsort(-(exact - beds), kind="stable")[: ward.beds - int(beds.sum())]:
        beds[k] += 1
    rows = np.zeros(len(ward.units), UNIT_DTYPE)
    rows["beds"] = beds
    rows["day_places"] = [u.day_places for u in ward.units]
    rows["home_places"] = [u.home_places for u in ward.units]
    return rows


def _staff(scenario: Scenario, roster: Roster, role_names: tuple[str, ...]) -> NDArray[Any]:
    """One row for each member of staff; a share of the milieu posts is filled by guests from other wards."""
    people = roster.people
    rows = np.zeros(len(people), STAFF_DTYPE)
    role_of = [role_names.index(name) for name in roster.roles]
    rows["role"] = [role_of[r] for r in people["role"]]
    rows["unit"] = np.where(people["from_min"] > 0, -1, people["unit"])  # who comes at a changeover
    milieu = np.array(
        [scenario.staffing.roles[role_names[r]].kind == "milieu_therapist" for r in rows["role"]]
    )
    order = np.cumsum(milieu) * scenario.staffing.rotating_share
    guest = milieu & (np.floor(order) > np.floor(order - scenario.staffing.rotating_share))
    rows["home_post"] = ~guest
    rows["contract_h"] = people["contract_h_per_week"]
    return rows


def duty_rows(duties: NDArray[Any]) -> NDArray[Any]:
    """Duties of a roster as the engine reads them."""
    rows = np.zeros(len(duties), wd.DUTY)
    for name in ("staff", "start_min", "end_min", "paid_h", "is_night", "run"):
        rows[name] = duties[name]
    rows["is_quick"] = duties["is_quick_return"]
    return rows


def spans(staff: NDArray[Any], start: NDArray[Any], end: NDArray[Any]) -> NDArray[Any]:
    """Falling asleep and waking up as rows in order of time (waking first at the same minute)."""
    n = len(staff)
    rows = np.zeros(2 * n, wd.SPAN)
    rows["staff"] = np.concatenate([staff, staff])
    rows["time_min"] = np.concatenate([start, end])
    rows["asleep"] = np.concatenate([np.ones(n, np.uint8), np.zeros(n, np.uint8)])
    return rows[np.lexsort((rows["staff"], rows["asleep"], rows["time_min"]))]


def _sleeps(roster: Roster) -> NDArray[Any]:
    s = roster.sleeps
    return spans(s["staff"], s["start_min"], s["end_min"])


def _rests(roster: Roster, days: int, numbers: Mapping[str, float]) -> NDArray[Any]:
    """Sleep of everybody off duty."""
    duties = roster.duties
    found = [sleep_off_duty(duties[duties["staff"] == j], days, numbers) for j in range(len(roster.people))]
    staff = np.repeat(np.arange(len(found)), [len(start) for start, _ in found])
    return spans(staff, np.concatenate([s for s, _ in found]), np.concatenate([e for _, e in found]))


def sleep_off_duty(
    duties: NDArray[Any], days: int, numbers: Mapping[str, float]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """When somebody with these duties falls asleep and wakes.

    After nights from a while after the end for a short sleep, else from bedtime; in time for the next duty.
    `numbers` are those of ``model.sleep`` in the register.
    """
    nights = np.arange(-1, days + 1) * float(MINUTES_PER_DAY) + numbers["bedtime_min"]
    begin, finish = duties["start_min"].astype(float), duties["end_min"].astype(float)
    after = np.searchsorted(begin, nights, side="right")
    next_start = np.append(begin, np.inf)[after]
    last_end = np.insert(finish, 0, -np.inf)[after]
    free = last_end <= nights + LATEST_HOME_MIN
    start = np.maximum(nights, last_end + numbers["unwind_min"])[free]
    end = np.minimum(start + numbers["night_min"], next_start[free] - numbers["rise_before_min"])
    by_day = finish[duties["is_night"] == 1]
    following = np.append(begin, np.inf)[np.searchsorted(begin, by_day, side="left")]
    day_start = by_day + numbers["unwind_min"]
    day_end = np.minimum(day_start + numbers["day_min"], following - numbers["rise_before_min"])
    start, end = np.concatenate([start, day_start]), np.concatenate([end, day_end])
    keep = end > start + LEAST_SLEEP_MIN
    return start[keep], end[keep]


def _days(scenario: Scenario, roster: Roster, days: int) -> NDArray[Any]:
    """Weekday, days off, the beginning of weekend leave, and from when until when the ward is closed."""
    calendar = scenario.calendar
    start = calendar.start_date
    holidays = _public_holidays(calendar.public_holidays, start, days)
    rows = np.zeros(days, wd.DAY)
    for n in range(days):
        date = start + dt.timedelta(days=n)
        rows[n]["weekday"] = date.weekday()
        rows[n]["rest_day"] = date.weekday() >= 5 or date in holidays
        rows[n]["leave_starts"] = date.weekday() == 4
    for closure in roster.closed:
        first = int(closure["start_min"] // MINUTES_PER_DAY)
        if 0 <= first < days:
            rows[first]["closed_until_min"] = max(rows[first]["closed_until_min"], closure["end_min"])
    return rows


def _public_holidays(country: str | None, start: dt.date, days: int) -> set[dt.date]:
    if not country:
        return set()
    import holidays

    years = range(start.year, (start + dt.timedelta(days=days)).year + 1)
    return set(holidays.country_holidays(country, years=years))


def _slots(scenario: Scenario, items: NDArray[Any], forums: NDArray[Any]) -> NDArray[Any]:
    """What depends on the time of day only: rhythm of crises, body clock, work that falls due, who is
    awake, when (on some day of the week) an item of the programme begins or a forum meets."""
    tick, numbers = scenario.model.tick_minutes, scenario.model.parameters
    crises, duties = numbers["crises"], numbers["duties"]
    rows = np.zeros(MINUTES_PER_DAY // tick, wd.SLOT)
    minute = np.arange(len(rows)) * float(tick)
    hour = (minute + 0.5 * tick) / 60.0
    swing = crises["circadian_swing"] if scenario.model.mechanisms["circadian"] else 0.0
    rows["aggression"] = rows["leaving"] = 1.0 + swing * np.cos(
        2 * np.pi * (hour - crises["circadian_peak_h"]) / 24
    )
    rows["self_harm"] = 1.0 + swing * np.cos(2 * np.pi * (hour - crises["self_harm_peak_h"]) / 24)
    fatigue = numbers["fatigue"]
    day_wave = fatigue["day_swing"] * np.cos(2 * np.pi * (hour - fatigue["day_peak_h"]) / 24)
    half_day = fatigue["half_day_swing"] * np.cos(2 * np.pi * (hour - fatigue["half_day_peak_h"]) / 12)
    rows["body_clock"] = day_wave + fatigue["half_day_mean"] + half_day
    day, evening, night = duties["day_first_h"], duties["evening_first_h"], duties["night_first_h"]
    at_night = max(0.0, 1 - duties["day_share"] - duties["evening_share"])
    per_hour = np.where(
        (hour >= day) & (hour < evening),
        duties["day_share"] / (evening - day),
        np.where(
            (hour >= evening) & (hour < night),
            duties["evening_share"] / (night - evening),
            at_night / (24 - night + day),
        ),
    )
    rows["duty_share"] = per_hour * (QUARTER_MIN / 60.0)
    wake = numbers["contact"]["wake_h"]
    rows["people_awake"] = (hour >= wake) & (hour < wake + numbers["contact"]["waking_h"])
    for name, step in (("quarter", QUARTER_MIN), ("hour", 60), ("six_hours", 360)):
        rows[name] = minute % step < tick  # the tick in which one begins
    rows["medication_round"] = np.isin(
        np.floor(hour), [numbers["medication"][f"{part}_round_h"] for part in ROUNDS]
    )
    for name, planned in (("item_begins", items), ("forum_meets", forums)):
        begins = planned["start_min"][planned["weekdays"] > 0]
        rows[name][(begins // tick).astype(int)] = 1
    return rows


def _weekday_bits(weekdays: tuple[Weekday, ...]) -> int:
    return sum(1 << WEEKDAYS.index(day) for day in weekdays)


def _items(scenario: Scenario, role_names: tuple[str, ...]) -> NDArray[Any]:
    """The programme in order of the time of day (one empty row if there is none)."""
    programme = sorted(scenario.care.programme.items(), key=lambda item: (item[1].start, item[0]))
    rows = np.zeros(max(1, len(programme)), wd.ITEM)
    for row, (_, item) in zip(rows, programme, strict=False):
        row["kind"] = wd.ITEM_KIND.index(item.kind)
        row["weekdays"] = _weekday_bits(item.weekdays)
        row["start_min"] = minute_of_day(item.start)
        row["minutes"] = item.minutes
        row["role"] = -1 if item.role == "any" else role_names.index(item.role)
        row["n_staff"] = item.n_staff
        row["share"] = item.share
    return rows


def _roles(scenario: Scenario, role_names: tuple[str, ...]) -> NDArray[Any]:
    rows = np.zeros(len(role_names), wd.ROLE)
    hourly = scenario.cost.hourly
    for row, name in zip(rows, role_names, strict=True):
        role = scenario.staffing.roles[name]
        row["kind"] = wd.ROLE_KIND.index(role.kind)
        row["skill"] = role.skill
        row["means"] = role.means_knowledge
        row["documents"] = role.documents
        row["cover"] = role.counts_for_cover
        has_hours = scenario.staffing.fte.get(name, 0.0) > 0
        row["sessions_week"] = scenario.care.sessions_per_week.get(name, 0.0) if has_hours else 0.0
        row["hourly"] = hourly.get(name, hourly.get("other", 0.0))
    return rows


def _forums(scenario: Scenario) -> NDArray[Any]:
    rows = np.zeros(len(FORUMS), wd.FORUM)
    for name, forum in scenario.power.forums.items():
        row = rows[FORUMS.index(name)]
        row["weekdays"] = _weekday_bits(forum.weekdays)
        row["start_min"] = minute_of_day(forum.start)
        row["minutes"] = forum.minutes
    return rows


def _measure_mix(scenario: Scenario) -> NDArray[Any]:
    shares = np.array([scenario.crisis.measures.get(kind, 0.0) for kind in MEASURES])
    total = shares.sum()
    mix: NDArray[Any] = np.cumsum(shares / total if total > 0 else np.full(len(MEASURES), 1 / len(MEASURES)))
    return mix
