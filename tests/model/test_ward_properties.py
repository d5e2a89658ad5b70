"""What must hold on any ward at any time, whatever the settings: with Hypothesis, and in all services."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model.wards import ROTATIONS, SERVICES, STRUCTURES, finished, inputs, overlaps
from wardsim.model import buffers
from wardsim.model.buffers import (
    ADMITTED,
    E_COERCION,
    E_POLICE,
    E_TRANSFER,
    F_OPEN,
    F_OVERTIME,
    FROM_THE_LIST,
    FULL_WAITS,
    LEFT_THE_LIST,
    M_DECIDED,
    M_OPEN,
    S_LEFT,
    S_OPEN,
    S_TRANSFER,
)
from wardsim.model.engine import STRETCH_DAYS, Run
from wardsim.model.state import (
    ABSENT,
    D_CRISIS,
    DAY,
    HOME,
    INPATIENT,
    K_GROUP,
    K_HOUSEHOLD,
    K_MEAL,
    K_WITH,
    LEAVE,
    TABLES,
    WAITING,
)

SHARED = (K_GROUP, K_MEAL, K_HOUSEHOLD)


@cache
def _short(service: str, rotation: str, power: str, levers: tuple[str, ...]) -> tuple[str, ...]:
    chosen = [f"rotation={rotation}"] if rotation != "own" else []
    chosen += [f"power={power}"] if power != "own" else []
    return (f"service={service}", "horizon_days=8", *chosen, *levers)


@st.composite
def short_runs(draw: st.DrawFn) -> Run:
    """Eight days of some ward, not yet begun."""
    service = draw(st.sampled_from(SERVICES))
    one_unit = service not in ("heidenheim", "soteria_berne", "bet_unit")
    levers = (
        f"care.presence_norm={draw(st.sampled_from((0.0, 0.4, 1.0)))}",
        f"patients.demand_ratio={draw(st.sampled_from((0.3, 1.0, 2.0)))}",
        f"power.flexibility={draw(st.sampled_from((0.0, 1.0)))}",
        f"model.parameters.crises.aggression_per_day={draw(st.sampled_from((0.0155, 0.2)))}",
        f"care.being_with={draw(st.sampled_from(('true', 'false')))}",
        f"care.household_shared={draw(st.sampled_from(('true', 'false')))}",
        f"model.tick_minutes={draw(st.sampled_from((5, 5, 15)))}",
    )
    rotation = draw(st.sampled_from(("own", *ROTATIONS))) if one_unit else "own"
    names = _short(service, rotation, draw(st.sampled_from(("own", *STRUCTURES))), levers)
    return Run(inputs(*names), draw(st.integers(0, 10**6)))


# ---------------------------------------------------------------------- laws
def nobody_in_two_places(run: Run) -> None:
    contacts = run.written("contacts")
    twice = overlaps(contacts, "person")
    assert len(twice) == 0, f"a person with two people at once: {twice[0]}"
    pairs = overlaps(contacts, "staff")
    one_round = np.isin(pairs["kind"], SHARED).all(axis=1) & (
        pairs["start_min"][:, 0] == pairs["start_min"][:, 1]
    )
    one_room = (pairs["kind"] == K_WITH).all(axis=1)
    assert (one_round | one_room).all(), f"a member in two places: {pairs[~(one_round | one_room)][0]}"
    two_at_most = np.unique(pairs[one_room]["start_min"], return_counts=True)[1]
    assert (two_at_most <= 2).all()


def contact_lies_within_duties(run: Run) -> None:
    """Also: the minutes in contact of a member are never more than those on duty."""
    contacts, done, staff = run.written("contacts"), run.written("duties_done"), run.arrays["staff"]
    par = run.arrays["par"][0]
    stays_on = float(par["rotation_handover_minutes"])
    worked = done[
        ~np.isin(done["state"], (F_OPEN, F_OVERTIME))
    ]  # overtime is the row of who was sick; F_COVERING that of who came
    spans = [
        (int(r["staff"]), float(r["start_min"]), float(r["start_min"] + 60 * r["hours"]) + stays_on)
        for r in worked
    ]
    spans += [
        (j, float(s["duty_start_min"]), float(s["duty_end_min"])) for j, s in enumerate(staff) if s["on_site"]
    ]
    for j in np.unique(contacts["staff"]):
        rows = contacts[contacts["staff"] == j]
        mine = np.array([(start, end) for k, start, end in spans if k == j])
        start, end = rows["start_min"][:, None], (rows["start_min"] + rows["minutes"])[:, None]
        inside = ((start >= mine[:, 0] - 1e-6) & (end <= mine[:, 1] + 1e-6)).any(axis=1)
        assert inside.all(), f"contact outside duty: {rows[~inside][0]}"
        moments = np.unique(np.concatenate([rows["start_min"], rows["start_min"] + rows["minutes"]]))
        middle = 0.5 * (moments[1:] + moments[:-1])
        busy = ((start <= middle) & (end >= middle)).any(axis=0)
        on_duty = (np.minimum(mine[:, 1], 1440.0 * run.inputs.days_total) - np.maximum(mine[:, 0], 0)).sum()
        assert (np.diff(moments) * busy).sum() <= on_duty + 1e-6


def minutes_of_staff_are_accounted_for(run: Run) -> None:
    """What milieu staff did adds up to their time awake on duty (sampled every quarter of an hour)."""
    daily = run.arrays["daily"]
    kinds = (
        "duty_min",
        "break_min",
        "handover_min",
        "contact_min",
        "meeting_min",
        "office_min",
        "milieu_min",
        "crisis_min",
    )
    did = sum(float(daily[name].sum()) for name in kinds)
    assert did == pytest.approx(float(daily["staff_awake_min"].sum()), rel=0.03)


def places_are_never_exceeded(run: Run) -> None:
    people, units = run.arrays["people"], run.arrays["unit"]
    rows = people[run.arrays["here"]["person"][: int(run.clock["n_here"])]]
    for u, unit in enumerate(units):
        mine = rows[rows["unit"] == u]["setting"]
        assert np.isin(mine, (INPATIENT, LEAVE, ABSENT)).sum() == unit["n_in"] <= unit["beds"]
        assert (mine == DAY).sum() == unit["n_day"] <= unit["day_places"]
        assert (mine == HOME).sum() == unit["n_home"] <= unit["home_places"]


def patients_are_conserved(run: Run) -> None:
    stays, people = run.written("stays"), run.arrays["people"]
    here = run.arrays["here"]["person"][: int(run.clock["n_here"])]
    assert len(set(here.tolist())) == len(here)
    is_open = np.flatnonzero(stays["end"] == S_OPEN)
    assert set(stays["person"][is_open].tolist()) == set(here.tolist())
    assert set(people["stay"][here].tolist()) == set(is_open.tolist())
    assert (stays["end_min"][stays["end"] != S_OPEN] >= stays["start_min"][stays["end"] != S_OPEN]).all()
    waiting = int((people["setting"] == WAITING).sum())
    assert waiting == run.clock["n_waiting"]
    reason = run.written("referrals")["reason"]
    from_the_list = (reason == FROM_THE_LIST).sum()
    assert (reason == ADMITTED).sum() + from_the_list == (stays["start_min"] >= 0).sum()
    assert (stays["waited_min"] > 0).sum() <= from_the_list
    came_to_wait = (reason == FULL_WAITS).sum() + int(run.arrays["par"]["list_size"][0])
    assert came_to_wait == waiting + (reason == LEFT_THE_LIST).sum() + from_the_list


def every_crisis_ends_once(run: Run) -> None:
    crises, measures, stays, people = (
        run.written("crises"),
        run.written("measures"),
        run.written("stays"),
        run.arrays["people"],
    )
    assert len(crises) == int(
        people["n_aggression"].sum() + people["n_self_harm"].sum() + people["n_leaving"].sum()
    )
    assert (crises["end"] < len(buffers.CRISIS_END)).all()
    counted = np.bincount(measures["crisis"][measures["crisis"] >= 0], minlength=len(crises))
    assert (counted == crises["n_measures"]).all()
    assert ((crises["n_measures"] > 0) == (crises["end"] == E_COERCION)).all()
    passed_on = crises[np.isin(crises["end"], (E_TRANSFER, E_POLICE))]
    assert (stays["end"][passed_on["stay"]] == S_TRANSFER).all()
    assert (stays["end_min"][passed_on["stay"]] == passed_on["start_min"]).all()
    now = run.tick * float(run.arrays["par"]["tick_min"][0])
    still = people[people["activity"] == D_CRISIS]
    assert (still["crisis_until_min"] > now - run.arrays["par"]["tick_min"][0]).all()
    for kind, column in ((2, "self_harm"), (3, "left")):
        assert (
            np.bincount(crises["stay"][crises["kind"] == kind], minlength=len(stays)) == stays[column]
        ).all()
    assert (stays["left"][stays["end"] == S_LEFT] > 0).all()


def every_matter_is_settled_once(run: Run) -> None:
    """A matter is open and on the list, or decided at one time, or has lapsed with its person's stay."""
    matters, people = run.written("matters"), run.arrays["people"]
    listed = run.arrays["open_matters"]["matter"][: int(run.clock["n_open"])]
    assert len(set(listed.tolist())) == len(listed)
    assert set(listed.tolist()) == set(np.flatnonzero(matters["state"] == M_OPEN).tolist())
    waiting = np.bincount(matters["person"][listed], minlength=len(people))
    here = run.arrays["here"]["person"][: int(run.clock["n_here"])]
    assert (people["pending"][here] == waiting[here]).all()
    assert waiting.sum() == waiting[here].sum(), "somebody who has gone still waits for a decision"
    decided = matters[matters["state"] == M_DECIDED]
    assert (decided["decided_min"] >= decided["asked_min"]).all()
    counted = run.arrays["daily"]["decided"].sum()
    assert counted == len(decided)


def state_variables_stay_in_range(run: Run) -> None:
    arrays = {"person": "people", "staff": "staff", "pair": "pair", "unit": "unit"}
    for table, variables in TABLES.items():
        for variable in variables:
            values = run.arrays[arrays[table]][variable.name]
            assert np.isfinite(values).all(), f"{table}.{variable.name}"
            assert values.min() >= variable.low - 1e-9, f"{table}.{variable.name} falls to {values.min()}"
            assert values.max() <= variable.high + 1e-9, f"{table}.{variable.name} rises to {values.max()}"


def shares_are_shares(run: Run) -> None:
    contacts, matters, crises = run.written("contacts"), run.written("matters"), run.written("crises")
    for values in (
        contacts["known_usable"],
        contacts["trust_last"][contacts["trust_last"] >= 0],
        matters["knowledge"],
        crises["best_trust"],
    ):
        assert ((values >= 0) & (values <= 1)).all()
    daily = run.arrays["daily"]
    assert (daily["known_share_min"] <= daily["awake_min"] + 1e-6).all()
    assert (daily["awake_min"] <= daily["in_min"] + 1e-6).all()
    assert (daily["contact_day_min"] <= daily["contact_min"] + 1e-6).all()


LAWS = (
    nobody_in_two_places, contact_lies_within_duties, places_are_never_exceeded, patients_are_conserved,
    every_crisis_ends_once, every_matter_is_settled_once, state_variables_stay_in_range, shares_are_shares,
)  # fmt: skip


@pytest.mark.parametrize("law", [*LAWS, minutes_of_staff_are_accounted_for], ids=lambda law: law.__name__)
def test_two_months_of_every_service_keep_the_law(two_months: Run, law) -> None:
    law(two_months)
    assert two_months.tick == two_months.inputs.days_total * two_months.inputs.ticks_per_day, (
        "the run went to its end"
    )


@settings(
    max_examples=16,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(short_runs())
def test_any_ward_keeps_the_laws(run: Run) -> None:
    """At the end of every quarter of a day for the state, at the end of the run for what was written."""
    for _ in range(4 * run.inputs.days_total):
        run.advance(run.inputs.ticks_per_day // 4)
        places_are_never_exceeded(run)
        state_variables_stay_in_range(run)
    for law in LAWS:
        law(run)
    assert run.tick == run.inputs.days_total * run.inputs.ticks_per_day


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(short_runs())
def test_tables_have_room_for_what_a_stretch_can_write(run: Run) -> None:
    """The compiled loop does not check: it must never come near the end of a table."""
    days = min(STRETCH_DAYS, run.inputs.days_total)
    for _ in range(run.inputs.days_total // days):
        bound = buffers.room_for(int(run.clock["n_here"]) + run.inputs.places, len(run.arrays["staff"]), days)
        before = {name: len(run.written(name)) for name in bound}
        run.advance(days * run.inputs.ticks_per_day)
        for name, most in bound.items():
            assert len(run.written(name)) - before[name] <= 0.5 * most, name
        assert int(run.clock["n_here"]) <= len(run.arrays["here"])
        assert int(run.clock["n_open"]) <= len(run.arrays["open_matters"]) - 32 * len(run.arrays["here"]) // 2


def test_the_laws_can_be_broken() -> None:
    """A law that no state can break shows nothing: each is broken here on purpose."""
    run = finished("service=soteria_berne", "horizon_days=20")
    contacts, people = run.arrays["contacts"], run.arrays["people"]
    here = int(run.arrays["here"]["person"][0])

    def broken(law, table: np.ndarray, row: int, field: str, value: float) -> None:
        before = table[field][row].copy()
        table[field][row] = value
        with pytest.raises(AssertionError):
            law(run)
        table[field][row] = before
        law(run)

    broken(nobody_in_two_places, contacts, 5, "minutes", 3000.0)
    broken(contact_lies_within_duties, contacts, 5, "start_min", -5000.0)
    broken(places_are_never_exceeded, run.arrays["unit"], 0, "n_in", 99)
    broken(patients_are_conserved, people, here, "stay", 0 if people["stay"][here] else 1)
    broken(every_crisis_ends_once, people, here, "n_aggression", 50)
    broken(every_matter_is_settled_once, run.arrays["matters"], 3, "decided_min", -50.0)
    broken(state_variables_stay_in_range, people, here, "recovery", 1.5)
    broken(shares_are_shares, contacts, 5, "known_usable", 1.2)
    broken(minutes_of_staff_are_accounted_for, run.arrays["daily"], (3, 0), "duty_min", 1e5)
