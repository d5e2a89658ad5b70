"""Verdicts of patterns on made-up values: what holds, what falls short, and what too few replications can't say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from wardsim.experiment.patterns import Pattern
from wardsim.experiment.scoreboard import Scoreboard, ratio, score, simulate_wards, value_of

FIRST, SECOND, THIRD = ("service=a",), ("service=b",), ("service=c",)


def pattern(**more: Any) -> Pattern:
    given: dict[str, Any] = {
        "id": "p", "use": "check", "outcome": "upc", "source": "s", "wards": (FIRST,), "target": 2.0, "accept": (1.0, 3.0),
    }  # fmt: skip
    return Pattern(**{**given, **more})


def around(mean: float, sd: float, n: int = 100) -> np.ndarray:
    """n values with exactly this mean and standard deviation."""
    values = np.tile([-1.0, 1.0], n // 2)
    return mean + sd * values / values.std(ddof=1)


def verdict(p: Pattern, **by_ward: np.ndarray) -> str:
    wards = {"first": FIRST, "second": SECOND, "third": THIRD}
    simulated = {wards[name]: {"upc": values} for name, values in by_ward.items()}
    return score([p], simulated).scores[0].verdict


def test_an_interval_pattern_holds_inside_and_only_if_it_is_told_precisely() -> None:
    """The half-width may be a quarter of the interval's width: 0.5 here, 0.4960 with sd 2.5 and n 100."""
    assert verdict(pattern(), first=around(2.9, 1.0)) == "holds"
    assert verdict(pattern(), first=around(3.1, 1.0)) == "falls short"
    assert verdict(pattern(), first=around(2.0, 2.5)) == "holds"
    assert verdict(pattern(), first=around(2.0, 2.6)) == "too few replications"
    assert verdict(pattern(), first=np.full(100, np.nan)) == "falls short", "no value is no proof"
    assert verdict(pattern(), first=np.array([2.0])) == "too few replications"


def test_a_direction_must_be_clear_of_zero() -> None:
    p = pattern(wards=(FIRST, SECOND), accept=None, target=None, direction="higher_in_second")
    base = around(5.0, 1.0)
    assert verdict(p, first=base, second=base + around(0.5, 1.0)) == "holds"
    assert verdict(p, first=base, second=base + around(0.1, 1.0)) == "falls short"
    assert verdict(p, first=base, second=base - 1.0) == "falls short"
    below = pattern(wards=(FIRST, SECOND), accept=None, target=None, direction="negative")
    assert verdict(below, first=base, second=around(-0.5, 1.0)) == "holds"
    assert verdict(below, first=base, second=around(0.5, 1.0)) == "falls short"


def test_a_prediction_is_reported_and_never_judged() -> None:
    p = pattern(use="prediction", wards=(FIRST, SECOND), accept=None, target=None)
    assert verdict(p, first=around(1.0, 1.0), second=around(9.0, 1.0)) == "reported"


def test_a_ratio_is_one_of_pooled_means() -> None:
    """Not a mean of ratios: (1 + 1) / (1 + 3) is a half, though the ratios are 1 and 1/3. The interval by hand: residuals
    b - R a are 0.5 and -0.5, over the mean 2 of a: 0.25 and -0.25, sd 0.3536, se 0.25."""
    found = ratio(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    assert found.mean == 0.5
    assert found.high - found.mean == pytest.approx(12.7062 * 0.25, rel=1e-4)
    assert math.isnan(ratio(np.zeros(3), np.ones(3)).mean)


def test_a_difference_in_standard_deviations_uses_the_spread_between_stays_of_the_baseline() -> None:
    p = pattern(outcome="recovery_at_discharge_difference_in_baseline_sd", wards=(FIRST, SECOND))
    simulated = {
        FIRST: {
            "recovery_at_discharge": np.array([0.2, 0.3]),
            "recovery_at_discharge_sd": np.array([0.1, 0.3]),
        },
        SECOND: {
            "recovery_at_discharge": np.array([0.3, 0.4]),
            "recovery_at_discharge_sd": np.array([9.0, 9.0]),
        },
    }
    assert value_of(p, simulated).mean == pytest.approx(0.5)


def test_any_ward_is_the_mean_over_wards_in_which_there_is_a_value() -> None:
    p = pattern(wards=(FIRST, SECOND, THIRD), any_ward=True)
    simulated = {
        FIRST: {"upc": np.array([1.0, 1.2, 5.0])},  # has run once more, for another pattern
        SECOND: {"upc": np.array([2.0, 2.2])},
        THIRD: {"upc": np.full(2, np.nan)},
    }
    assert value_of(p, simulated).mean == pytest.approx(1.6)


def _board(fitted: int, of_fitted: int, checked: int, of_checked: int) -> Scoreboard:
    values = {FIRST: {"upc": around(2.0, 0.1)}, SECOND: {"upc": around(9.0, 0.1)}}
    patterns = [
        pattern(use=use, wards=(FIRST if k < holds else SECOND,))
        for use, holds, n in (
            ("calibrate", fitted, of_fitted),
            ("check", checked, of_checked),
            ("structural", 0, 3),
        )
        for k in range(n)
    ]
    return score(patterns, values)


def test_the_bar_is_all_that_were_fitted_and_nine_in_ten_of_the_others() -> None:
    assert _board(15, 15, 9, 10).passes
    assert not _board(14, 15, 10, 10).passes
    assert not _board(15, 15, 8, 10).passes
    assert _board(15, 15, 9, 10).count("check") == (9, 10)


def test_a_ward_runs_as_often_as_it_needs() -> None:
    wards = [("service=soteria_berne",), ("service=bet_unit",)]
    from wardsim.experiment.patterns import scenario_of

    found = simulate_wards(
        {ward: scenario_of(ward, horizon_days=14) for ward in wards},
        lambda ward: 2 if ward == wards[1] else 99,
        replications=3,
    )
    assert [len(found[ward]["upc"]) for ward in wards] == [3, 2]
