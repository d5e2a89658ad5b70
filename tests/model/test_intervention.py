"""An intervention in ten lines of Python: the example that README shows, and what it must and must not do."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import wardsim
from tests.model.wards import finished, inputs, scenario
from wardsim.experiment.load import load_scenario
from wardsim.model.agents import PeerWorker
from wardsim.model.engine import Run
from wardsim.model.interventions import BEFORE_DAY_0, Parameters
from wardsim.model.ward import WardModel


def test_an_extra_peer_worker_from_day_30() -> None:
    """The ten lines."""
    # README shows what stands between the two marks
    # [
    ward = load_scenario(["service=community_centre", "warmup_days=0", "horizon_days=60"])

    def hire(model: WardModel) -> None:
        peer = model.add_staff(
            role="peer_worker", weekdays=("mon", "tue", "wed", "thu", "fri"), start="09:00", hours=7.5
        )
        print(f"day {model.day}: {peer.role} {peer.unique_id} joins {peer.unit}")

    model = WardModel(ward, rng=1)
    model.at(day=30, action=hire)
    model.run_for(days=60)
    contacts = model.record().tables["contacts"]
    minutes = contacts["minutes"][contacts["role"] == 3].sum() / 60
    # ]
    assert minutes > 0
    new = max(model.agents_by_type[PeerWorker], key=lambda peer: peer.row)
    rows = contacts[contacts["staff"] == new.row]
    assert len(rows) > 30
    assert rows["start_min"].min() >= 30 * 1440 + 540
    clock = rows["start_min"] % 1440
    assert clock.min() >= 540
    assert (clock + rows["minutes"]).max() <= 990 + 1e-6
    before = finished("service=community_centre", "horizon_days=60").written("contacts")
    early = contacts["start_min"] + contacts["minutes"] < 30 * 1440
    assert contacts[early].tobytes() == before[: early.sum()].tobytes(), "the past was changed"
    assert len(new.model.run.inputs.staff) == new.row, "the newcomer has the last row"


def test_the_newcomer_sleeps_at_night() -> None:
    """Without sleep off duty the three-process model would have them asleep on their feet within days."""
    model = WardModel(scenario("service=community_centre", "horizon_days=30"), rng=1)
    peer = model.add_staff(role="peer_worker", start="09:00", hours=7.5)
    model.run_until(day=21.5)
    others = [a.sleepiness for a in model.agents if getattr(a, "on_duty", False) and a is not peer]
    assert peer.on_duty
    assert peer.sleepiness < max(5.0, max(others) + 0.5)


def test_public_holidays_are_off_and_a_night_is_a_night() -> None:
    model = WardModel(scenario("service=community_centre", "horizon_days=14"), rng=1)
    model.add_staff(role="milieu_therapist", weekdays=("mon", "tue", "wed"), start="22:00", hours=9.0)
    duties = model.run.arrays["duties"]
    mine = duties[duties["staff"] == len(model.run.arrays["staff"]) - 1]
    assert (mine["is_night"] == 1).all()
    assert mine["run"].tolist()[:3] in ([1, 2, 3], [1, 2, 1], [1, 1, 2])
    assert (np.diff(duties["start_min"]) >= 0).all(), "the table of duties is in order of time"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"role": "nurse"}, "no role 'nurse'"),
        ({"role": "peer_worker", "unit": "attic"}, "no unit 'attic'"),
        ({"role": "peer_worker", "unit": 7}, "no unit 7"),
        ({"role": "peer_worker", "start": "9"}, "time of day"),
        ({"role": "peer_worker", "start": "25:00"}, "time of day"),
        ({"role": "peer_worker", "hours": 0}, "up to 24 hours"),
        ({"role": "peer_worker", "weekdays": ("monday",)}, "days out of mon"),
        ({"role": "peer_worker", "weekdays": ()}, "days out of mon"),
    ],
)
def test_a_member_that_makes_no_sense_is_refused(arguments: dict[str, object], message: str) -> None:
    """And the run is left as it was."""
    model = WardModel(scenario("service=community_centre", "horizon_days=14"), rng=1)
    n = len(model.agents)
    with pytest.raises(ValueError, match=message):
        model.add_staff(**arguments)  # type: ignore[arg-type]
    assert len(model.agents) == n
    assert len(model.run.arrays["staff"]) == len(model.run.inputs.staff)


# ------------------------------------------------------------------ parameters
def test_parameters_are_those_of_the_run_and_can_be_set() -> None:
    model = WardModel(scenario("service=community_centre", "horizon_days=14"), rng=1)
    assert model.parameters["care_presence_norm"] == model.scenario.care.presence_norm
    model.parameters["care_presence_norm"] = 0.8
    model.parameters["on_fatigue"] = False
    assert (model.parameters["care_presence_norm"], model.parameters["on_fatigue"]) == (0.8, 0.0)
    other = WardModel(scenario("service=community_centre", "horizon_days=14"), rng=1)
    assert other.parameters["care_presence_norm"] == model.scenario.care.presence_norm
    assert len(model.parameters) == len(list(model.parameters)) > 300


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("care_presence_nrom", 0.8, KeyError, "did you mean 'care_presence_norm'"),
        ("care_presence_norm", 1.8, ValueError, "out of range"),
        ("relations_trust_h", -1.0, ValueError, "out of range"),
        ("on_fatigue", 0.5, ValueError, "switch"),
        ("crises_circadian_swing", 0.3, ValueError, "before day 0"),
        ("tick_min", 5.0, ValueError, "before day 0"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(
    name: str, value: float, error: type[Exception], message: str
) -> None:
    model = WardModel(scenario("service=community_centre", "horizon_days=14"), rng=1)
    with pytest.raises(error, match=message):
        model.parameters[name] = value
    with pytest.raises(TypeError):
        del model.parameters["care_presence_norm"]


def test_every_parameter_that_can_be_set_is_read_by_a_process() -> None:
    """To set one that nothing reads any more would silently do nothing."""
    folder = Path(wardsim.__file__).parent / "model" / "processes"
    read = {
        node.attr
        for path in folder.glob("*.py") if path.name != "start.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)
    }  # fmt: skip
    names = set(Parameters(Run(inputs("service=community_centre", "horizon_days=14"), 1)))
    assert names - read - BEFORE_DAY_0 == set()
    assert names >= BEFORE_DAY_0
    assert read & BEFORE_DAY_0 <= {"tick_min", "people_limit", "pool_size"}


def test_a_norm_raised_half_way_raises_contact() -> None:
    """What an intervention is for: the same ward, the same people, more presence from day 30 on."""
    usual = finished("service=conventional_acute", "horizon_days=90")
    model = WardModel(scenario("service=conventional_acute", "horizon_days=90"), rng=1)
    model.at(day=30, action=lambda ward: ward.parameters.update(care_presence_norm=1.0))
    model.run_for(days=90)
    before, after = (
        [table["contact_min"][days].sum() for table in (usual.arrays["daily"], model.run.arrays["daily"])]
        for days in (slice(0, 30), slice(30, 90))
    )
    assert before[0] == before[1]
    assert after[1] > 1.1 * after[0]
    assert (
        inputs("service=conventional_acute", "horizon_days=90").read_only["par"]["care_presence_norm"][0]
        < 1.0
    )


# ------------------------------------------------------------- say and training
def test_a_role_that_had_nobody_gets_its_say_and_its_seats_with_the_first_and_loses_them_with_the_last() -> (
    None
):
    """Whoever joins the ward belongs in its rooms as in a scenario that had them from the start."""
    ward = ("service=community_centre", "power=peer_shared", "horizon_days=14")
    model = WardModel(scenario(*ward), rng=1)
    without = model.run.arrays["weights"].copy()
    with_peers = inputs(*ward, "staffing.fte.peer_worker=1").read_only["weights"]
    peer = model.add_staff(role="peer_worker", start="09:00", hours=7.5)
    assert model.run.arrays["weights"].tobytes() == with_peers.tobytes()
    assert (with_peers["weight"] != without["weight"]).any()
    second = model.add_staff(role="peer_worker", start="09:00", hours=7.5)
    peer.remove()
    assert model.run.arrays["weights"].tobytes() == with_peers.tobytes()
    second.remove()
    assert model.run.arrays["weights"].tobytes() == without.tobytes()
    says = [
        weights.tobytes() for _, weights in model.record().say
    ]  # what was settled meanwhile counts with these
    assert says == [w["weight"].tobytes() for w in (without, with_peers, with_peers, with_peers, without)]
    assert inputs(*ward).read_only["weights"].tobytes() == without.tobytes(), "other runs share the table"


def test_the_last_who_could_settle_a_matter_can_not_be_removed() -> None:
    """As in a scenario: what only the next doctor decides would wait for ever."""
    model = WardModel(scenario("service=community_centre", "power=hierarchical", "horizon_days=14"), rng=1)
    doctors = [agent for agent in model.agents if getattr(agent, "role", "") == "doctor"]
    for doctor in doctors[:-1]:
        doctor.remove()
    with pytest.raises(ValueError, match=r"power\.forum\.\w+=next_doctor.*never be settled"):
        doctors[-1].remove()
    assert doctors[-1] in model.agents
    model.run_for(days=1)


def test_training_set_from_outside_trains_the_same_people_as_a_changeover() -> None:
    model = WardModel(scenario("service=community_centre", "horizon_days=14"), rng=1)
    before = int(model.run.arrays["staff"]["trained"].sum())
    model.parameters["staffing_training"] = 1.0
    assert model.run.arrays["staff"]["trained"].all()
    model.parameters["staffing_training"] = 0.0
    assert not model.run.arrays["staff"]["trained"].any()
    model.parameters["staffing_training"] = model.scenario.staffing.training
    assert 0 < int(model.run.arrays["staff"]["trained"].sum()) == before
