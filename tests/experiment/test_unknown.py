"""Unknown parameters in a comparison: chance and parameters told apart, and the packaged set itself."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.experiment.made_up import MadeUpModel
from wardsim import load_results
from wardsim.experiment.accepted import AcceptedSet, load_accepted
from wardsim.experiment.calibration import Search, fitted_parameters, is_accepted, loss, moved
from wardsim.experiment.compare import compare
from wardsim.experiment.paired import t_quantile
from wardsim.experiment.patterns import load_patterns
from wardsim.experiment.run import simulate
from wardsim.experiment.unknown import apart, probability_better
from wardsim.scenario.register import load_register
from wardsim.scenario.schema import Scenario
from wardsim.scenario.uncertainty import drawn_parameters, with_parameters


def test_chance_and_parameters_by_hand() -> None:
    """Variance 4 by chance, 13 with drawn parameters: 9 is theirs. The mean varies by 9/4 + 4/4."""
    chance = np.array([-2.0, 2.0, -2.0, 2.0]) * math.sqrt(3) / 2
    both = 5.0 + np.array([-1.0, 1.0, -1.0, 1.0]) * math.sqrt(13 * 3) / 2
    n, mean, _, _, n_drawn, drawn, low, high, sd_chance, sd_parameters, better = apart(
        chance, both, "higher", 50
    )
    assert (n, n_drawn) == (4, 4)
    assert (mean, drawn) == pytest.approx((0.0, 5.0))
    assert (sd_chance, sd_parameters) == pytest.approx((2.0, 3.0))
    spread = math.sqrt(9 + 9 / 4 + 4 / 4)
    assert (high - low) / 2 == pytest.approx(t_quantile(4) * spread)
    assert better == pytest.approx(0.5 * math.erfc(-5 / spread / math.sqrt(2)))


def test_few_vectors_tell_no_more_for_many_replications() -> None:
    both = np.tile([0.0, 6.0], 50)
    chance = np.tile([2.9, 3.1], 50)
    few, many = apart(chance, both, "higher", 2), apart(chance, both, "higher", 100)
    assert few[7] - few[6] > many[7] - many[6]


def test_less_variance_with_drawn_parameters_is_no_negative_variance() -> None:
    found = apart(np.array([0.0, 2.0, 0.0, 2.0]), np.array([1.0, 1.1, 1.0, 1.1]), "lower", 4)
    assert found[9] == 0
    assert found[10] < 0.01


@pytest.mark.parametrize(
    ("mean", "spread", "better", "expected"),
    [(0.0, 1.0, "higher", 0.5), (1.959964, 1.0, "higher", 0.975), (1.959964, 1.0, "lower", 0.025),
     (0.0, 0.0, "higher", 0.5), (2.0, 0.0, "lower", 0.0)],
)  # fmt: skip
def test_probability_by_hand(mean: float, spread: float, better: Any, expected: float) -> None:
    assert probability_better(mean, spread, better) == pytest.approx(expected, abs=1e-6)


def test_no_direction_no_probability() -> None:
    assert math.isnan(probability_better(1.0, 1.0, "neither"))


NAME = "model.contact.seek_per_h"


@pytest.fixture
def drawn(model: MadeUpModel, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, float]]:
    """Who was run with which value of a parameter, replication by replication."""
    honest, met = model.run, list[tuple[str, int, float]]()

    def run(scenario: Scenario, seed: int, replication: int) -> dict[str, Any]:
        value = scenario.model.parameters.get("contact", {}).get("seek_per_h", 0.0)
        met.append((scenario.name, replication, value))
        found = honest(scenario, seed, replication)
        return {**found, "contact": found["contact"] * (1.0 + value)}

    monkeypatch.setattr(model, "run", run)
    return met


def _set(*values: float) -> AcceptedSet:
    return AcceptedSet(tuple({NAME: v} for v in values), {}, f"made up {values}")


def _wards(three: list[Scenario]) -> list[Scenario]:
    numbers = {"contact": {"seek_per_h": 0.0}}
    return [s.model_copy(update={"model": s.model.model_copy(update={"parameters": numbers})}) for s in three]


def test_a_replication_has_the_same_vector_in_every_ward(
    drawn: list[tuple[str, int, float]], three: list[Scenario], tmp_path: Path
) -> None:
    comparison = compare(
        _wards(three), replications=6, out=tmp_path, accepted=_set(1.0, 2.0, 3.0, 4.0), say=lambda line: None
    )
    with_vector = [(name, r, v) for name, r, v in drawn if v > 0]
    assert sorted(with_vector) == sorted((ward.name, r, 1.0 + r % 4) for ward in three for r in range(6))
    assert comparison.unknown is not None
    row = comparison.unknown.set_index(["outcome", "alternative"]).loc["contact", "two"]
    assert row["sd_parameters"] > row["sd_chance"], "the difference grows with the parameter"
    assert row["low_drawn"] < row["low"]
    assert row["probability_better"] > 0.5
    plain = compare(_wards(three), replications=6, say=lambda line: None)
    assert comparison.table.equals(plain.table), "chance alone is what it was"
    assert plain.unknown is None
    loaded = load_results(tmp_path)
    assert loaded.unknown.equals(comparison.unknown)  # type: ignore[union-attr]
    ran = len(drawn)
    compare(
        _wards(three), replications=6, out=tmp_path, accepted=_set(1.0, 2.0, 3.0, 4.0), say=lambda line: None
    )
    assert len(drawn) == ran, "what is there is not run again"
    compare(_wards(three), replications=6, out=tmp_path, accepted=_set(1.0, 2.0), say=lambda line: None)
    assert len(drawn) == ran + 18, "another set is another question"


# ------------------------------------------------------------ the packaged set
def test_the_packaged_set_is_about_todays_register() -> None:
    """Every drawn parameter has a column, every value is allowed, and the set was collected around today's defaults."""
    accepted, drawn = load_accepted(), drawn_parameters()
    assert len(accepted.vectors) >= 100
    assert len({tuple(v.values()) for v in accepted.vectors}) >= 60
    for vector in accepted.vectors:
        assert set(vector) == {p.name for p in drawn}
        for p in drawn:
            low = -math.inf if p.low is None else p.low
            high = math.inf if p.high is None else p.high
            assert low <= vector[p.name] <= high, p.name
    assert accepted.made_by["register"] == {p.name: p.default for p in drawn}


def test_the_packaged_set_tells_how_it_was_made() -> None:
    how = load_accepted().made_by
    assert how["goal"] == "collect"
    assert {
        "seed",
        "replications",
        "horizon_days",
        "model_version",
        "trials",
        "every",
        "after",
        "versions",
    } <= set(how)
    fitted = [[p.id, p.target, *p.accept] for p in load_patterns() if p.use == "calibrate" and p.accept]
    assert how["patterns"] == fitted, "the intervals it was accepted by are those of today"


def test_the_packaged_vectors_are_wider_than_chance_and_as_wide_as_their_grades() -> None:
    """A walk that never left the register would be no set: most parameters come near both ends of their width."""
    accepted = load_accepted()
    spread = []
    for p in drawn_parameters():
        values = np.array([v[p.name] for v in accepted.vectors])
        spread.append(values.max() / values.min())
    assert np.median(spread) > 1.5


def test_a_set_that_was_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accepted.csv").write_text("model.contact.seek_per_h\n0.5\n")
    (tmp_path / "accepted.json").write_text(json.dumps({"sha256": "0" * 64}))
    with pytest.raises(ValueError, match="is not what was written"):
        load_accepted(tmp_path)


def test_packaged_vectors_still_contradict_no_fitted_pattern(tmp_path: Path) -> None:
    """Simulated anew, with the luck they were accepted by: what was accepted is accepted."""
    accepted = load_accepted()
    how = accepted.made_by
    search = Search(
        load_patterns(), fitted_parameters(everything=True), tmp_path, goal="collect",
        replications=how["replications"], horizon_days=how["horizon_days"], seed=how["seed"],
    )  # fmt: skip
    for vector in (accepted.vectors[0], accepted.vectors[-1]):
        values = loss(search.targets, search.simulate(vector))[1]
        assert is_accepted(search.targets, values), values


def test_a_vector_reaches_the_model() -> None:
    """Contact rises with how often people seek it."""
    from wardsim import load_scenario

    ward = load_scenario(["service=community_centre", "horizon_days=14", "warmup_days=7"])
    (p,) = (p for p in load_register() if p.name == NAME)
    assert p.default is not None
    means = []
    for factor in (0.5, 2.0):
        changed = with_parameters(ward, {NAME: factor * p.default})
        values = simulate(changed, replications=4, say=lambda line: None).values()
        means.append(values["one_to_one_minutes_per_patient_day"].mean())
    assert means[1] > means[0]


# ------------------------------------------------------------------- the walk
def test_a_step_moves_few_positions_and_none_over_the_end() -> None:
    at = {f"p{i}": 0.95 for i in range(2000)}
    to = moved(at, seed=1, trial=1)
    changed = [v for name, v in to.items() if v != at[name]]
    assert 0.1 < len(changed) / len(at) < 0.2
    assert all(-1.0 <= v <= 1.0 for v in to.values())
    assert moved(at, 1, 1) == to != moved(at, 1, 2)


class Quick(Search):
    """A model with two parameters, accepted while their sum is near that of the register."""

    def simulate(self, values: Mapping[str, float]) -> Any:
        return {("service=conventional_acute",): {"upc": np.full(2, sum(values.values()))}}


def _walk(folder: Path) -> Quick:
    from wardsim.experiment.patterns import Pattern

    two = [p for p in fitted_parameters(everything=False) if p.distribution == "factor"][:2]
    wanted = sum(p.default or 0.0 for p in two)
    target = Pattern(
        "a", "calibrate", "upc", "s", (("service=conventional_acute",),), wanted, (0.8 * wanted, 1.2 * wanted)
    )
    return Quick([target], two, folder, goal="collect", seed=2)


def test_a_walk_stays_where_vectors_are_accepted_and_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    whole, halves = _walk(tmp_path / "whole"), _walk(tmp_path / "halves")
    whole.run(60)
    halves.run(25)
    _walk(tmp_path / "halves").run(60)
    places = whole.walked(every=2, after=10)
    assert places == _walk(tmp_path / "halves").walked(every=2, after=10)
    assert len(places) == 25
    wanted = whole.targets[0].target
    assert all(0.8 * wanted <= sum(place.values()) <= 1.2 * wanted for place in places)
    assert len({tuple(place.values()) for place in places}) >= 4


def test_a_search_does_not_go_on_in_the_folder_of_another(tmp_path: Path) -> None:
    from wardsim.experiment.store import ResultsError

    _walk(tmp_path).run(2)
    with pytest.raises(ResultsError, match="begun with other goal"):
        Search(load_patterns(), _walk(tmp_path).parameters, tmp_path)
