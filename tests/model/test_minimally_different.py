"""Common random numbers: two wards differ only by what their organisation does.

If a change of the rota brought other people to the door, a comparison would measure the people.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.model.wards import ROTATIONS, STRUCTURES, differences, finished, inputs, state
from wardsim.model import interventions
from wardsim.model.buffers import F_OPEN, F_OVERTIME, F_TEMP
from wardsim.model.engine import Run, run_replication
from wardsim.model.processes import from_outside

TRAITS = (
    "need_rate", "crisis_rate", "self_harm_rate", "leaving_rate", "baseline", "trust_start", "reach",
    "sociable", "risk", "wants_free",
)  # fmt: skip


def _referred(run: Run) -> dict[int, tuple[float, ...]]:
    """Traits and day of referral of everybody referred for the first time, by number."""
    rows = run.written("referrals")
    first = rows[rows["person"] < run.clock["n_people"]]
    times: dict[int, float] = {}
    for row in first:
        times.setdefault(int(row["person"]), float(row["time_min"]))
    people = run.arrays["people"]
    return {i: (times[i], *(float(people[name][i]) for name in TRAITS)) for i in times}


@pytest.mark.parametrize("group", ["rotation", "power"])
def test_the_nth_referral_is_the_same_person_everywhere(group: str) -> None:
    options = ROTATIONS if group == "rotation" else STRUCTURES
    seen = [
        _referred(finished("service=community_centre", "horizon_days=90", f"{group}={option}"))
        for option in options
    ]
    assert len(seen[0]) > 10
    for other in seen[1:]:
        assert other == seen[0]


def test_another_demand_brings_the_same_people_at_other_times() -> None:
    """First referrals are one stream of people, faster or slower."""
    one = _referred(finished("service=community_centre", "horizon_days=90"))
    more = _referred(finished("service=community_centre", "horizon_days=90", "patients.demand_ratio=1.4"))
    assert len(more) > len(one)
    for i in one:
        assert more[i][1:] == one[i][1:]
        assert more[i][0] < one[i][0] + 10


def test_one_patient_less_leaves_the_others_as_they_are() -> None:
    """Traits, referral times, planned stays and thresholds of everybody else are the same numbers."""
    settings = ("service=conventional_acute", "horizon_days=40")
    full, less = Run(inputs(*settings), 4), Run(inputs(*settings), 4)
    gone = int(less.arrays["here"]["person"][0])
    less.act(from_outside.transfer, gone, 0.0)
    limits = ["limit_aggression", "limit_self_harm", "limit_leaving", "planned_days", "involuntary", "slow"]
    others = np.arange(len(full.arrays["people"])) != gone
    for name in limits:
        assert full.arrays["people"][name][others].tobytes() == less.arrays["people"][name][others].tobytes()
    for run in (full, less):
        run.advance(run.inputs.ticks_total)
    one, other = _referred(full), _referred(less)
    assert one == other
    assert len(one) > 10


def test_one_more_member_moves_nobody_elses_draws() -> None:
    """Sick duties of all the others are the same, and who covers them; only what the newcomer does is new."""
    settings = (
        "service=recovery_institution", "horizon_days=60", "model.mechanisms.strain=false",
        "model.mechanisms.fatigue=false",
    )  # fmt: skip
    usual, more = Run(inputs(*settings), 2), Run(inputs(*settings), 2)
    j = interventions.add_staff(more, "peer_worker", 0, ("mon", "tue", "wed"), "09:00", 6.0)
    for run in (usual, more):
        run.advance(run.inputs.ticks_total)
    kept = ["staff", "who", "start_min", "hours", "state"]
    tables = []
    for run in (usual, more):
        done = run.written("duties_done")
        rows = done[done["staff"] != j]
        tables.append(rows[np.lexsort((rows["state"], rows["start_min"], rows["staff"]))][kept].tolist())
    assert tables[0] == tables[1]
    missed = usual.written("duties_done")["state"]
    assert np.isin(missed, (F_OPEN, F_OVERTIME, F_TEMP)).sum() > 10
    assert (more.written("contacts")["staff"] == j).any()


def test_draws_of_a_newcomer_depend_on_nobody() -> None:
    """Skill and training of whoever is added are the same on another day."""
    settings = ("service=community_centre", "horizon_days=60")
    found = []
    for day in (0, 20):
        run = Run(inputs(*settings), 2)
        run.advance(day * run.inputs.ticks_per_day)
        j = interventions.add_staff(run, "peer_worker", 0, ("mon",), "09:00", 6.0)
        found.append(tuple(run.arrays["staff"][name][j] for name in ("who", "skill", "trained")))
    assert found[0] == found[1]


def test_results_do_not_depend_on_the_order_of_replications() -> None:
    """Nothing is carried from one replication to the next."""
    given = inputs("service=soteria_berne", "horizon_days=20")
    forward = {n: run_replication(given, 7, n) for n in (0, 1, 2)}
    backward = {n: run_replication(given, 7, n) for n in (2, 0, 1)}
    for n, record in forward.items():
        for name, table in record.tables.items():
            assert table.tobytes() == backward[n].tables[name].tobytes()
        assert record.people.tobytes() == backward[n].people.tobytes()
    assert forward[0].people.tobytes() != forward[1].people.tobytes()


def test_shared_inputs_stay_as_they_were() -> None:
    given = inputs("service=soteria_berne", "horizon_days=20")
    before = {name: table.tobytes() for name, table in given.read_only.items()}
    finished("service=soteria_berne", "horizon_days=20")
    assert before == {name: table.tobytes() for name, table in given.read_only.items()}


def test_the_seed_is_the_whole_entropy() -> None:
    """Same seed, same state; the next replication is another."""
    settings = ("service=soteria_berne", "horizon_days=10")
    assert differences(state(finished(*settings, seed=8)), state(finished(*settings, seed=8))) == []
    assert (
        differences(state(finished(*settings, seed=8)), state(finished(*settings, seed=8, replication=1)))
        != []
    )
