"""What a Mesa user expects of WardModel; its agents are views and hold no copy of the state."""

from __future__ import annotations

import gc
import pickle

import mesa
import numpy as np
import pytest

from tests.model.wards import differences, scenario, state
from wardsim.model.agents import (
    Doctor,
    MilieuTherapist,
    OtherStaff,
    Patient,
    PeerWorker,
    Psychologist,
    StaffMember,
)
from wardsim.model.buffers import S_TRANSFER
from wardsim.model.ward import WardModel

HOUSE = ("service=soteria_berne", "horizon_days=60")
ACUTE = ("service=conventional_acute", "horizon_days=30")


def _model(*settings: str) -> WardModel:
    return WardModel(scenario(*(settings or HOUSE)), rng=1)


# ------------------------------------------------------------------------ time
def test_bare_numbers_are_ticks_and_days_are_days() -> None:
    model = _model()
    model.step()
    model.run_for(11)
    assert (model.run.tick, model.day, model.clock, model.minute) == (12, 0, "01:00", 60.0)
    model.run_for(days=1.5)
    assert (model.day, model.clock) == (1, "13:00")
    model.run_until(day=3)
    model.run_until(3 * 288 + 6)
    assert (model.run.tick, model.clock) == (870, "00:30")
    assert (
        model.now.date().isoformat() == "2026-01-08" or model.now.date() > model.scenario.calendar.start_date
    )
    assert model.time == model.run.tick == model.steps


def test_the_run_ends_with_the_horizon() -> None:
    """Past the last day there is no roster: refused before anything happens, and `running` turns false."""
    model = WardModel(scenario("service=soteria_berne", "horizon_days=2"), rng=1)
    with pytest.raises(ValueError, match="ends after 2 days"):
        model.run_for(days=3)
    with pytest.raises(ValueError, match="ends after 2 days"):
        model.at(day=2.5, action=print)
    assert model.run.tick == 0
    model.run_model()
    assert (model.running, model.day) == (False, 2)
    with pytest.raises(RuntimeError, match="longer horizon_days"):
        model.step()


@pytest.mark.parametrize("rng", [-1, 1.5, None, True, np.random.default_rng(1)])
def test_a_seed_is_a_whole_number(rng: object) -> None:
    with pytest.raises(TypeError, match="seed"):
        WardModel(scenario(*HOUSE), rng=rng)  # type: ignore[arg-type]


def test_run_for_needs_ticks_or_days() -> None:
    model = _model()
    for call in (model.run_for, model.run_until):
        with pytest.raises(TypeError, match="number of ticks"):
            call()


# --------------------------------------------------------------------- actions
def test_actions_happen_at_the_start_of_their_day_in_the_order_given() -> None:
    """Lambdas and local functions too: Mesa's own events would lose them."""
    model = _model()
    seen: list[tuple[str, int, str]] = []

    def note(ward: WardModel) -> None:
        seen.append(("local", ward.day, ward.clock))

    model.at(day=2, action=lambda ward: seen.append(("first", ward.day, ward.clock)))
    model.at(day=2, action=note)
    model.at(
        day=0,
        action=lambda ward: ward.at(day=0, action=lambda ward: seen.append(("nested", ward.day, ward.clock))),
    )
    model.at(day=1.25, action=lambda ward: seen.append(("early", ward.day, ward.clock)))
    del note
    gc.collect()
    for ticks in (1, 5, 300, 270, 200):
        model.run_for(ticks)
    assert seen == [
        ("nested", 0, "00:00"),
        ("early", 1, "06:00"),
        ("first", 2, "00:00"),
        ("local", 2, "00:00"),
    ]


def test_an_action_in_the_past_or_no_action_is_refused() -> None:
    model = _model()
    model.run_for(days=1)
    model.at(day=1, action=print)
    with pytest.raises(ValueError, match=r"day 0\.5 has passed"):
        model.at(day=0.5, action=print)
    with pytest.raises(TypeError, match="callable"):
        model.at(day=2, action="print")  # type: ignore[arg-type]


def test_mesas_own_events_work() -> None:
    model = _model()
    seen: list[float] = []

    def note() -> None:
        seen.append(model.time)

    model.schedule_event(note, at=10.0)
    model.run_for(20)
    assert seen == [10.0]


# ---------------------------------------------------------------------- agents
def test_everybody_here_is_an_agent_of_their_kind() -> None:
    model = WardModel(scenario("service=heidenheim", "horizon_days=20"), rng=1)
    model.run_for(days=15)
    staff, given = model.run.arrays["staff"], model.scenario.staffing.roles
    assert len(model.agents_by_type[Patient]) == int(model.run.clock["n_here"])
    for kind in (MilieuTherapist, Doctor, Psychologist, PeerWorker, OtherStaff):
        names = [
            n
            for n, role in given.items()
            if {"other": "OtherStaff"}.get(role.kind, role.kind.title().replace("_", "")) == kind.__name__
        ]
        rows = np.isin(staff["role"], [list(given).index(name) for name in names])
        assert len(model.agents_by_type[kind]) == rows.sum()
        assert all(agent.role in names for agent in model.agents_by_type[kind])
    assert {p.setting for p in model.agents_by_type[Patient]} >= {"inpatient", "day", "home"}


def test_a_kind_that_nobody_belongs_to_has_an_empty_set() -> None:
    model = _model()
    assert len(model.agents_by_type[OtherStaff]) == sum(isinstance(a, OtherStaff) for a in model.agents)
    for kind in (Patient, MilieuTherapist, Doctor, Psychologist, PeerWorker, OtherStaff):
        assert len(model.agents_by_type[kind]) >= 0


def test_agents_are_views_and_looking_changes_nothing() -> None:
    """Every property of every agent, read in the middle of a day; the run goes on as if nobody had looked."""
    model, undisturbed = _model(), _model()
    for each in (model, undisturbed):
        each.run_until(day=2.6)
    people = list(model.agents_by_type[Patient])
    staff = [a for a in model.agents if isinstance(a, StaffMember)]
    for agent in (*people, *staff):
        for name in dir(type(agent)):
            if not name.startswith("_") and name != "remove":
                getattr(agent, name)
    for patient in people:
        for member in staff:
            assert 0 <= patient.trusts(member) <= 1
            assert 0 <= member.knows(patient) <= 1
    assert differences(state(model.run), state(undisturbed.run)) == []
    row = model.run.arrays["people"][people[0].row]
    assert people[0].distress == row["slow"] + row["fast"]
    row["fast"] += 1.0
    assert people[0].distress == row["slow"] + row["fast"], "a view must not hold a copy"


def test_trust_and_knowledge_are_those_of_the_pair() -> None:
    """What the engine has just credited is what the agents tell."""
    model = _model()
    model.run_for(days=5)
    contacts = model.run.written("contacts")
    pair = model.run.arrays["pair"]
    people, staff = model.views.patients, model.views.staff
    met = [
        (int(r["person"]), int(r["staff"]))
        for r in contacts[-40:]
        if r["person"] in people and r["staff"] in staff
    ]
    assert met
    for i, j in met:
        if staff[j].is_temp:
            continue
        assert staff[j].knows(people[i]) == pair["knowledge"][i, j] > 0
        days_apart = (model.minute - pair["last_min"][i, j]) / 1440.0
        if days_apart <= 1:
            assert people[i].trusts(staff[j]) == pair["trust"][i, j]


def test_who_stays_keeps_the_agent_and_who_comes_gets_a_new_one() -> None:
    model = _model(*ACUTE)
    before = {agent.stay: (agent, agent.unique_id) for agent in model.agents_by_type[Patient]}
    seen = set(before)
    for _ in range(20):
        model.run_for(days=1)
        now = {agent.stay: (agent, agent.unique_id) for agent in model.agents_by_type[Patient]}
        for stay in now.keys() & before.keys():
            assert now[stay][0] is before[stay][0]
            assert now[stay][1] == before[stay][1]
        gone = before.keys() - now.keys()
        assert all(before[stay][0] not in model.agents for stay in gone)
        assert not (now.keys() - before.keys()) & seen, "a stay that has ended came back"
        seen |= now.keys()
        before = now
    stays = model.run.written("stays")
    assert set(before) == set(np.flatnonzero(stays["end"] == 0))
    assert len(seen) > len(before), "nobody left in twenty days"
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)


def test_a_post_that_changes_hands_gets_a_new_agent() -> None:
    """Turnover: the newcomer is another agent, and nobody knows them."""
    model = WardModel(
        scenario("service=community_centre", "horizon_days=90", "staffing.turnover_per_year=1"), rng=1
    )
    held = {row: (agent, agent.who) for row, agent in model.views.staff.items()}
    model.run_for(days=80)
    changed = [row for row, (agent, who) in held.items() if model.run.arrays["staff"]["who"][row] != who]
    assert changed
    assert all((model.views.staff[row] is held[row][0]) == (row not in changed) for row in held)
    assert all(held[row][0] not in model.agents for row in changed)


def test_what_follows_from_the_model_cannot_be_set() -> None:
    model = _model()
    patient, member = model.agents_by_type[Patient][0], model.agents_by_type[MilieuTherapist][0]
    for agent, name in (
        (patient, "slow"),
        (patient, "distress"),
        (member, "sleepiness"),
        (member, "on_duty"),
    ):
        with pytest.raises(AttributeError):
            setattr(agent, name, 1.0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        patient.medication_goal = 1.5
    patient.medication_goal = 0.25
    member.trained = True
    assert model.run.arrays["people"]["medication_goal"][patient.row] == 0.25
    assert model.run.arrays["staff"]["trained"][member.row] == 1


def test_remove_ends_the_stay_and_not_only_the_view() -> None:
    model = _model()
    model.run_until(day=1.5)
    patient = model.agents_by_type[Patient][0]
    stay, unit = patient.stay, model.run.arrays["unit"]
    n = int(unit["n_in"].sum())
    patient.remove()
    row = model.run.written("stays")[stay]
    assert (row["end"], row["end_min"]) == (S_TRANSFER, model.minute)
    assert patient not in model.agents
    assert patient.setting == "nowhere"
    assert int(unit["n_in"].sum()) == n - 1 == len(model.agents_by_type[Patient])
    patient.remove()  # again: nothing left to end
    assert int(unit["n_in"].sum()) == n - 1
    model.run_for(days=10)
    assert len(model.agents_by_type[Patient]) == int(model.run.clock["n_here"])


def test_a_member_who_is_removed_works_no_more_duties() -> None:
    model, others = _model(), _model()
    for each in (model, others):
        each.run_until(day=4.5)
    member = next(a for a in model.agents_by_type[MilieuTherapist] if a.on_duty)
    named = [p for p in model.agents_by_type[Patient] if p.named_worker is member]
    shared = model.run.inputs.read_only["duties"]
    planned = len(shared)
    member.remove()
    assert member not in model.agents
    assert not member.on_duty
    assert member.unit == "none"
    assert all(p.named_worker not in (None, member) for p in named)
    since = model.minute
    model.run_for(days=20)
    done = model.run.written("duties_done")
    assert not ((done["staff"] == member.row) & (done["start_min"] > since)).any()
    contacts = model.run.written("contacts")
    assert not ((contacts["staff"] == member.row) & (contacts["start_min"] > since)).any()
    assert len(shared) == planned, "the roster that replications share was changed"


# ------------------------------------------------------------------ Mesa's tools
def test_data_collector_and_agent_sets_work() -> None:
    model = _model()
    collector = mesa.DataCollector(
        model_reporters={
            "people": lambda m: len(m.agents_by_type[Patient]),
            "distress": lambda m: m.agents_by_type[Patient].agg("distress", np.mean),
            "day": "day",
        },
        agenttype_reporters={
            Patient: {"need": "need", "setting": "setting"},
            MilieuTherapist: {"on_duty": "on_duty"},
        },
    )
    for _ in range(5):
        model.run_for(days=1)
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert frame["day"].tolist() == [1, 2, 3, 4, 5]
    assert frame["distress"].between(-2, 5).all()
    rows = collector.get_agenttype_vars_dataframe(Patient)
    assert len(rows) == frame["people"].sum()
    asleep = model.agents.select(lambda a: isinstance(a, Patient) and a.activity == "asleep")
    assert len(asleep) > 0
    assert model.agents_by_type[Patient].groupby("setting").count()["inpatient"] > 0


def test_a_record_is_a_copy() -> None:
    model = _model()
    model.run_for(days=3)
    record = model.record()
    n, fast = len(record.tables["contacts"]), record.people["fast"].copy()
    model.run_for(days=3)
    assert len(record.tables["contacts"]) == n < len(model.record().tables["contacts"])
    assert np.array_equal(record.people["fast"], fast)


def test_a_run_can_be_copied_and_each_goes_its_way() -> None:
    """Compiled code works on addresses: a copy must have its own."""
    model = _model()
    model.run_for(days=2)
    twin = pickle.loads(pickle.dumps(model.run))
    before = state(model.run)
    twin.advance(288)
    assert differences(before, state(model.run)) == [], "the copy wrote into the original"
    model.run_for(days=1)
    assert differences(state(twin), state(model.run)) == []
