"""The search for parameters: what it may look at, that it goes on where it ended, and what it accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wardsim.experiment.calibration import Search, fitted_parameters, is_accepted, loss, targets
from wardsim.experiment.patterns import Pattern, load_patterns
from wardsim.experiment.scoreboard import RATIOS
from wardsim.scenario.register import load_register

WARD = ("service=conventional_acute",)
NAME = "model.contact.seek_per_h"


def made_up(patterns: tuple[Pattern, ...]) -> dict[Any, dict[str, np.ndarray]]:
    """Some value of every outcome that patterns ask for, on every ward."""
    names = {name for p in patterns for name in (p.outcome, *RATIOS.values(), "recovery_at_discharge")}
    draw = np.random.default_rng(1)
    wards = {ward for p in patterns for ward in p.wards}
    return {ward: {name: 1.0 + draw.random(5) for name in sorted(names)} for ward in sorted(wards)}


def test_patterns_that_are_only_checked_play_no_part() -> None:
    """Whatever their targets were, the search would end in the same place."""
    patterns = load_patterns()
    moved = tuple(
        p
        if p.use == "calibrate"
        else replace(p, target=99.0, accept=(98.0, 100.0), direction=None if p.accept else p.direction)
        for p in patterns
    )
    assert moved != patterns
    simulated = made_up(patterns)
    assert loss(targets(moved), simulated) == loss(targets(patterns), simulated)
    refitted = tuple(replace(p, target=99.0) if p.use == "calibrate" and p.target else p for p in patterns)
    assert loss(targets(refitted), simulated) != loss(targets(patterns), simulated), "the others do"


def test_the_loss_by_hand() -> None:
    """Half way to the upper end and at the lower end: (1/16 + 1) / 2."""
    a = Pattern("a", "calibrate", "upc", "s", (WARD,), 2.0, (1.0, 4.0))
    b = Pattern("b", "calibrate", "coc", "s", (WARD,), 2.0, (1.0, 4.0))
    fitted = targets([a, b])
    found, values = loss(fitted, {WARD: {"upc": np.full(3, 3.0), "coc": np.full(3, 1.0)}})
    assert found == pytest.approx(0.53125)
    assert values == {"a": 3.0, "b": 1.0}
    assert is_accepted(fitted, values)
    assert not is_accepted(fitted, {"a": 3.0, "b": 0.9})


class Quick(Search):
    """A search on a model with one parameter, whose outcome is that parameter."""

    def simulate(self, values: Mapping[str, float]) -> Any:
        return {WARD: {"upc": np.full(2, values[NAME])}}


def _search(folder: Path, **more: Any) -> Quick:
    (parameter,) = (p for p in load_register() if p.name == NAME)
    assert parameter.default is not None
    wanted = 1.2 * parameter.default
    target = Pattern("a", "calibrate", "upc", "s", (WARD,), wanted, (0.98 * wanted, 1.02 * wanted))
    return Quick([target], [parameter], folder, **more)


def test_a_search_begins_with_the_register_finds_the_target_and_says_what_it_accepts(tmp_path: Path) -> None:
    search, heard = _search(tmp_path), []
    search.run(40, lambda number, found, best: heard.append((number, found, best)))
    register = search.parameters[0].default
    first = search.study.get_trials()[0].user_attrs["parameters"]
    assert first[NAME] == register
    assert search.best()[NAME] == pytest.approx(1.2 * register, rel=0.02)
    assert search.accepted()
    for vector in search.accepted():
        assert 0.98 * 1.2 <= vector[NAME] / register <= 1.02 * 1.2
    assert [number for number, *_ in heard] == list(range(1, 41))


def test_a_search_goes_on_where_it_ended_and_ends_when_it_is_done(tmp_path: Path) -> None:
    _search(tmp_path).run(6)
    again = _search(tmp_path)
    assert again.done == 6
    again.run(9)
    assert again.done == 9
    again.run(9)
    assert _search(tmp_path).done == 9


def test_the_same_seed_makes_the_same_search(tmp_path: Path) -> None:
    vectors = []
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        search = _search(tmp_path / folder, seed=seed)
        search.run(5)
        vectors.append([trial.user_attrs["parameters"][NAME] for trial in search.study.get_trials()])
    assert vectors[0] == vectors[1] != vectors[2]


def test_what_is_fitted_and_what_is_drawn() -> None:
    """Fitted are the parameters whose source says so; drawn are all that nobody knows exactly."""
    fitted, drawn = fitted_parameters(everything=False), fitted_parameters(everything=True)
    assert {p.source for p in fitted} == {"calibrated"}
    assert set(fitted) < set(drawn)
    assert {p.kind for p in drawn} == {"uncertainty"}
