"""What holds for every scheme and any number of posts (Hypothesis draws the wards)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.roster.small_ward import SCHEMES, rotation, small_ward
from wardsim.roster import Roster, expand, problems
from wardsim.roster.clock import DAY
from wardsim.roster.soundness import empty_times
from wardsim.scenario.schema import NightCover, Scenario, Unit

LONG = 520 * 7
TOLERANCE = 0.005

HOURS = st.floats(180, 2500)
schemes = st.sampled_from(SCHEMES)


def ward(scheme: str, hours: float, **more: object) -> Scenario:
    scenario = small_ward(scheme, hours, **more)  # type: ignore[arg-type]
    assume(not problems(scenario))
    return scenario


def milieu_duties(roster: Roster) -> np.ndarray:
    return roster.duties[roster.is_milieu[roster.duties["staff"]]]


def by_line(roster: Roster) -> list[np.ndarray]:
    duties = milieu_duties(roster)
    return [duties[duties["staff"] == i] for i in np.flatnonzero(roster.is_milieu)]


@given(
    schemes, HOURS, st.integers(3, 60), st.sampled_from([0.25, 0.5, 1.0]), st.sampled_from([0.5, 0.75, 1.0])
)
@settings(max_examples=25, deadline=None)
def test_paid_hours_are_those_of_the_posts(
    scheme: str, hours: float, beds: int, paid_asleep: float, position: float
) -> None:
    """Schemes are compared at equal paid hours, so each has to reach them within half a per cent."""
    plan = rotation(scheme).model_copy(update={"sleeping_paid_fraction": paid_asleep})
    scenario = small_ward(plan, hours, beds=beds, position_size=position)
    assume(not problems(scenario))
    roster = expand(scenario, LONG)
    duties = milieu_duties(roster)
    paid = duties["paid_h"][duties["start_min"] >= 0].sum() / 520
    assert paid == pytest.approx(hours, rel=TOLERANCE)


@given(schemes, HOURS, st.integers(3, 60))
@settings(max_examples=25, deadline=None)
def test_a_ward_without_problems_is_never_empty(scheme: str, hours: float, beds: int) -> None:
    """People sleep on the ward, so somebody has to be there at every minute it is open."""
    roster = expand(ward(scheme, hours, beds=beds), 400)
    for start, end in empty_times(roster, roster.is_milieu):
        assert any(row["start_min"] <= start and end <= row["end_min"] for row in roster.closed)


@given(schemes, HOURS, st.integers(3, 60))
@settings(max_examples=25, deadline=None)
def test_nobody_is_in_two_places(scheme: str, hours: float, beds: int) -> None:
    """Two duties of one person never overlap, and sleep on site lies within a duty."""
    roster = expand(
        ward(scheme, hours, beds=beds, fte={"milieu_therapist": hours / 35.5, "doctor": 2.5}), 400
    )
    for staff in range(len(roster.people)):
        mine = roster.duties[roster.duties["staff"] == staff]
        assert (mine["start_min"][1:] >= mine["end_min"][:-1]).all()
    at = roster.duties[roster.sleeps["duty"]]
    assert (at["staff"] == roster.sleeps["staff"]).all()
    assert (roster.sleeps["start_min"] >= at["start_min"]).all()
    assert (roster.sleeps["end_min"] <= at["end_min"]).all()


@given(st.floats(185, 1500), st.floats(0.4, 1.0), st.integers(3, 45))
@settings(max_examples=20, deadline=None)
def test_three_shifts_keep_to_their_limits(hours: float, position: float, beds: int) -> None:
    """At most three nights in a row, at most every third weekend, 11 h of rest, 35 h free in every week."""
    scenario = ward("three_shift", hours, position_size=position, beds=beds, law="EU", legal_basis="statute")
    roster = expand(scenario, 364)
    assert roster.duties["run"].max() <= 3
    assert not roster.duties["is_quick_return"].any()
    assert not [b for b in roster.breaches if b.rule in ("daily_rest", "weekly_rest")]
    for duties in by_line(roster):
        day = duties["start_min"] // DAY
        weekends = np.unique(day[day % 7 >= 5] // 7)
        assert (np.diff(weekends) >= 3).all()


@given(st.integers(1, 3), st.integers(0, 4))
@settings(max_examples=15, deadline=None)
def test_every_third_weekend_without_free_weeks(nights: int, more: int) -> None:
    """Where no free week is put in, every line works every third weekend, across the cycle's end too."""
    hours = nights * 180.25 + more * 108.5
    scenario = ward("three_shift", hours, position_size=1.0, night_cover=NightCover(waking=nights))
    roster = expand(scenario, 364 * 2)
    assert int((~roster.people["is_weekend_position"]).sum()) == 6 * nights + 3 * more
    for duties in by_line(roster):
        day = duties["start_min"] // DAY
        weekends = np.unique(day[(day % 7 >= 5) & (day >= 0)] // 7)
        assert (np.diff(weekends) == 3).all()


@given(st.floats(0.05, 0.95))
@settings(max_examples=20, deadline=None)
def test_part_staffed_duties_are_spread_evenly(share: float) -> None:
    """A post by day and evening that is staffed on a share: even over weeks, weekdays and people."""
    hours = 180.25 + 108.5 * share
    roster = expand(ward("three_shift", hours, position_size=1.0), LONG)
    duties = milieu_duties(roster)
    duties = duties[duties["start_min"] >= 0]
    at = duties["start_min"] % DAY
    for start in (7 * 60, 14 * 60 + 30):
        day = duties["start_min"][at == start] // DAY
        extra = np.bincount(day, minlength=LONG) - 1  # one of each is the round-the-clock crew's
        assert set(np.unique(extra)) <= {0, 1}
        by_weekday = extra.reshape(520, 7).mean(axis=0)
        assert np.allclose(by_weekday, share, atol=0.02)
        four_weeks = extra.reshape(130, 28).sum(axis=1)
        assert abs(four_weeks - 28 * share).max() <= 2.5
    worked = np.array([d["working_h"].sum() for d in by_line(roster)])
    regular = worked[~roster.people["is_weekend_position"]]
    assert np.ptp(regular) <= 0.08 * regular.mean()  # over ten years; seen up to 0.06


@given(st.floats(0.5, 0.97))
@settings(max_examples=20, deadline=None)
def test_part_staffed_blocks_are_spread_evenly(share: float) -> None:
    """Blocks of co-living staffed on a share: never off the line by a block, and fair to those who work."""
    roster = expand(ward("co_living", 73.5 + 196 * share), LONG)
    living = roster.people["id"][roster.people["crew"] == 1]
    duties = roster.duties[np.isin(roster.duties["staff"], living) & (roster.duties["start_min"] >= 0)]
    assert len(living) == int(np.ceil(share * 5 - 1e-9))
    worked = np.cumsum(np.bincount(duties["start_min"] // DAY, minlength=LONG))
    line = 2 * share * np.arange(1, LONG + 1)
    assert abs(worked - line).max() <= 14
    per_person = np.bincount(duties["staff"], minlength=len(roster.people))[living]
    assert np.ptp(per_person) <= 21
    for staff in living:
        mine = duties[duties["staff"] == staff]
        first = mine["start_min"][1:][np.diff(mine["block"]) != 0]
        assert (np.diff(first) >= 14 * DAY).all(), "seven days on, then at least seven off"


@given(
    schemes,
    HOURS,
    st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)),
    st.integers(1, 90),
    st.integers(1, 90),
)
@settings(max_examples=20, deadline=None)
def test_a_longer_horizon_changes_nothing_before(
    scheme: str, hours: float, start: dt.date, days: int, more: int
) -> None:
    """The rota of the first days must not depend on how long the run is."""
    scenario = ward(scheme, hours, start_date=start)
    short, long = expand(scenario, days), expand(scenario, days + more)
    kept = long.duties[long.duties["start_min"] < days * DAY]
    for name in ("staff", "start_min", "end_min", "paid_h", "cost_h", "is_night", "run", "is_quick_return"):
        assert (kept[name] == short.duties[name]).all()
    assert (long.people == short.people).all()


@given(schemes, HOURS, st.integers(0, 6))
@settings(max_examples=20, deadline=None)
def test_rota_stands_on_mondays(scheme: str, hours: float, weekday: int) -> None:
    """Day 0 may be any weekday; the rota is the same from the Monday of its week on."""
    monday = ward(scheme, hours)
    later = small_ward(scheme, hours, start_date=dt.date(2027, 1, 4) + dt.timedelta(weekday))
    a, b = expand(monday, 60).duties, expand(later, 60 - weekday).duties
    a = a[a["end_min"] > weekday * DAY]
    assert (a["start_min"] - weekday * DAY == b["start_min"]).all()
    assert (a["staff"] == b["staff"]).all()


@given(st.floats(400, 1500), st.floats(0.1, 0.9))
@settings(max_examples=20, deadline=None)
def test_roles_share_the_rota_by_their_posts(hours: float, share: float) -> None:
    """With several roles on the rota each has its share of the hours, to the nearest line."""
    fte = {"milieu_therapist": hours / 35.5 * share, "nurse": hours / 35.5 * (1 - share)}
    roster = expand(ward("three_shift", hours, fte=fte), 7)
    contract = roster.people["contract_h_per_week"]
    mine = contract[roster.people["role"] == roster.roles.index("milieu_therapist")].sum()
    assert abs(mine - share * contract.sum()) <= 40
    assert contract.sum() == pytest.approx(hours, rel=TOLERANCE)


@given(st.lists(st.floats(0.2, 1.0), min_size=2, max_size=4), schemes)
@settings(max_examples=20, deadline=None)
def test_units_share_the_hours_by_their_places(parts: list[float], scheme: str) -> None:
    """Each unit has its own night cover and its share of the hours; no line works on two units."""
    units = tuple(Unit(name=f"unit {i}", share=p / sum(parts)) for i, p in enumerate(parts))
    scenario = ward(scheme, 1200.0 * len(parts), beds=20 * len(parts), units=units)
    roster = expand(scenario, 728)
    for u, unit in enumerate(units):
        assert roster.summary.units[u].paid_hours_per_week == pytest.approx(
            1200.0 * len(parts) * unit.share, rel=0.01
        )
        mine = roster.people["unit"] == u
        closed = roster.closed[roster.closed["unit"] == u]
        for start, end in empty_times(roster, mine):
            assert ((closed["start_min"] <= start) & (end <= closed["end_min"])).any()
