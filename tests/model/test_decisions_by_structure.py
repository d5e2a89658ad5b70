"""Decisions: no structure may win by construction, and no weight may make a decision certain.

The same person asks many times on the same ward; only the power structure, and what staff know, are changed.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest

from tests.model import from_python
from tests.model.afternoon import meet
from tests.model.wards import STRUCTURES, inputs
from wardsim.model.engine import Run
from wardsim.model.world import DOCTOR, MEDICATION, MILIEU, PLAN

N = 8000
NOON = 2 * 288 + 132  # 11:00 on the third day
#: Who knows the person how well, and how much of a say the person feels to have.
REGIMES = {
    "nobody knows the person, who is strong": {"agency": 0.95},
    "nobody knows the person, who has given up": {"agency": 0.02},
    "the milieu team knows the person": {MILIEU: 0.9, "agency": 0.2},
    "the doctor knows the person": {DOCTOR: 0.9, "agency": 0.2},
    "everybody knows the person": {MILIEU: 0.8, DOCTOR: 0.8, "agency": 0.5},
}


def _ward(structure: str, *more: str) -> Run:
    run = Run(inputs("service=community_centre", "horizon_days=8", f"power={structure}", *more), 1)
    run.advance(NOON)
    return run


def _know(run: Run, regime: dict[object, float], matter: int = PLAN) -> int:
    """Set what staff know of the first person, and let all sit there; returns the person's row."""
    i = int(run.arrays["here"]["person"][0])
    people, pair, staff = run.arrays["people"], run.arrays["pair"], run.arrays["staff"]
    people["agency"][i] = regime["agency"]
    people["oral"][i] = people["written"][i] = 0.0
    people["wants_free"][i] = 0
    pair["who"][i] = staff["who"]
    pair["trust"][i], pair["last_min"][i] = 0.3, 5.0 * run.tick
    kind = run.inputs.roles["kind"][staff["role"]]
    pair["knowledge"][i] = [regime.get(int(k), 0.02) for k in kind]
    staff["is_temp"] = 0
    meet(run, matter)
    return i


@cache
def _shares(structure: str, regime: str, matter: int) -> tuple[float, float]:
    """Share of decisions as the person wished, and of those that worked out."""
    run = _ward(structure)
    i = _know(run, REGIMES[regime], matter)
    out = np.zeros((N, 3))
    run.act(from_python.decide_often, i, matter, 5.0 * run.tick, out)
    return float(out[:, 0].mean()), float(out[:, 1].mean())


@pytest.mark.parametrize("structure", STRUCTURES)
def test_no_structure_wins_by_construction(structure: str) -> None:
    """Somewhere among plausible wards, another structure does better on at least one of the two outcomes."""
    beaten = set()
    for regime, matter, other in product(REGIMES, (PLAN, MEDICATION), STRUCTURES):
        own, theirs = _shares(structure, regime, matter), _shares(other, regime, matter)
        if theirs[0] > own[0] + 0.01 or theirs[1] > own[1] + 0.01:
            beaten.add(regime)
    assert len(beaten) > 1, f"{structure} does best on both outcomes, but for {sorted(beaten)}"


def test_who_does_best_depends_on_who_knows_the_person() -> None:
    best = {regime: max(STRUCTURES, key=lambda s: _shares(s, regime, PLAN)[1]) for regime in REGIMES}
    assert len(set(best.values())) > 1, f"one structure works out best everywhere: {best}"


def test_power_makes_a_difference() -> None:
    """Structures must not be mere names."""
    met = [_shares(s, "nobody knows the person, who is strong", PLAN)[0] for s in STRUCTURES]
    assert max(met) - min(met) > 0.05


def test_a_full_say_of_the_person_makes_nothing_certain() -> None:
    """All weight with the person, full agency and information, everybody listening, everybody knowing."""
    run = _ward("open_dialogue", "care.information=1")
    weights = run.own("weights")
    weights["weight"] = 0.0
    weights["weight"][:, -1] = 1.0
    run.own("par")["power_listening"] = 1.0
    i = _know(run, {MILIEU: 1.0, DOCTOR: 1.0, "agency": 1.0})
    knowledge, means = run.act(from_python.judgement, i, PLAN, True, -1, 5.0 * run.tick)
    assert knowledge == 1.0
    assert means < 1.0
    assert run.act(from_python.mix, knowledge, means) < 1.0
    out = np.zeros((N, 3))
    run.act(from_python.decide_often, i, PLAN, 5.0 * run.tick, out)
    for column in (0, 1):
        assert 0.5 < out[:, column].mean() < 0.995
        assert out[out[:, 2] == 1, column].mean() < 0.995


def test_mixing_knowledge_of_the_person_and_of_means() -> None:
    """The structural alternatives of the register of forms, by hand."""
    forms = {"geometric": 0.36**0.5, "arithmetic": 0.65, "minimum": 0.4}
    for form, value in forms.items():
        run = _ward("multidisciplinary", f"model.decision={form}")
        assert run.act(from_python.mix, 0.4, 0.9) == pytest.approx(value)
    for form in ("rights_only", "no_power_effect"):
        run = _ward("multidisciplinary", f"model.decision={form}")
        assert run.act(from_python.mix, 0.4, 0.9) == run.act(from_python.mix, 0.9, 0.1)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_listening_never_takes_knowledge_away(structure: str) -> None:
    """X* = X + listening (X_best - X)+ lies between the deciders' own and the best on duty."""
    run = _ward(structure)
    i = _know(run, {MILIEU: 0.9, DOCTOR: 0.3, "agency": 0.4})
    found = []
    for listening in (0.0, 0.5, 1.0):
        run.own("par")["power_listening"] = listening
        found.append(run.act(from_python.judgement, i, PLAN, True, -1, 5.0 * run.tick))
    for k in (0, 1):
        low, half, full = (values[k] for values in found)
        assert low <= half <= full
        assert half == pytest.approx(0.5 * (low + full))
        assert low >= 0
        assert full <= 1
