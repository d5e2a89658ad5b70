"""The formulas of a comparison against numbers worked out by hand: all that a planner reads rests on them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wardsim.experiment.paired import (
    BELOW_SMALLEST,
    NOT_DISTINGUISHABLE,
    TOO_FEW,
    mean_interval,
    not_subtracted,
    paired_difference,
    within_reach,
)

NAN = math.nan


def test_mean_interval_by_hand() -> None:
    # 2, 4, 4, 6: mean 4, squares of deviations 4 + 0 + 0 + 4, sd = sqrt(8/3), t(3; 0.975) = 3.18245
    interval = mean_interval([2, 4, 4, 6])
    assert interval.n == 4
    assert interval.mean == 4
    assert interval.sd == pytest.approx(1.632993)
    assert interval.half_width == pytest.approx(3.182446 * 1.632993 / 2, rel=1e-6)
    assert interval.low == pytest.approx(4 - 2.598457, rel=1e-6)


def test_paired_difference_by_hand() -> None:
    # differences 1, 2, 0, 1: mean 1, sd = sqrt(2/3) = 0.816497; half-width 3.182446 * 0.816497 / 2 = 1.299228
    paired = paired_difference(np.array([1, 2, 3, 4]), np.array([2, 4, 3, 5]), better="higher")
    assert (paired.n, paired.mean_baseline, paired.mean_alternative, paired.difference) == (4, 2.5, 3.5, 1)
    assert paired.sd_difference == pytest.approx(0.816497, rel=1e-6)
    assert paired.low == pytest.approx(-0.299228, rel=1e-5)
    assert paired.high == pytest.approx(2.299228, rel=1e-6)
    assert paired.share_better == 3.5 / 4  # three better, one tie that counts half
    assert not paired.distinguishable
    assert paired.words == NOT_DISTINGUISHABLE


def test_better_follows_the_direction_of_the_outcome() -> None:
    base, other = np.array([5.0, 6, 7, 8]), np.array([4.0, 5.1, 5.9, 7])
    assert paired_difference(base, other, better="lower").share_better == 1
    assert paired_difference(base, other, better="lower").words == "better"
    assert paired_difference(base, other, better="higher").share_better == 0
    assert paired_difference(base, other, better="higher").words == "worse"
    neither = paired_difference(base, other, better="neither")
    assert math.isnan(neither.share_better)
    assert neither.words == "lower"


def test_a_certain_but_small_difference_is_not_sold_as_one() -> None:
    base = np.arange(30.0)
    other = base + 0.2 + 0.01 * (np.arange(30) % 2)
    assert paired_difference(base, other, better="higher", smallest=0.5).words == BELOW_SMALLEST
    assert paired_difference(base, other, better="higher", smallest=0.1).words == "better"


def test_only_replications_with_both_values_count() -> None:
    paired = paired_difference(np.array([1, NAN, 3, 4]), np.array([2, 9, NAN, 6]), better="higher")
    assert (paired.n, paired.mean_baseline, paired.mean_alternative) == (2, 2.5, 4)


def test_nothing_is_said_from_too_few() -> None:
    one = paired_difference(np.array([1.0]), np.array([2.0]), better="higher")
    assert (one.n, one.difference, one.words, one.distinguishable) == (1, 1, TOO_FEW, False)
    none = paired_difference(np.array([NAN]), np.array([2.0]))
    assert none.n == 0
    assert math.isnan(none.difference)
    assert none.words == TOO_FEW


def test_no_difference_at_all_is_not_distinguishable() -> None:
    # 0.1 has no exact double: a mean summed carelessly would differ from it and leave a "difference" of 1e-17
    same = paired_difference(np.full(100, 0.1), np.full(100, 0.1), better="higher")
    assert (same.difference, same.sd_difference, same.share_better, same.distinguishable) == (
        0,
        0,
        0.5,
        False,
    )
    assert same.mean_baseline == 0.1


def test_unpaired_values_are_refused() -> None:
    with pytest.raises(ValueError, match="not paired: 3 values in the baseline, 2"):
        paired_difference(np.zeros(3), np.zeros(2))


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(2000):
        luck = rng.normal(0, 5, 12)
        paired = paired_difference(luck + rng.normal(0, 1, 12), luck + rng.normal(0.7, 1, 12))
        covered += paired.low <= 0.7 <= paired.high
    assert covered / 2000 == pytest.approx(0.95, abs=0.015)


def test_amounts_in_two_currencies_are_not_subtracted() -> None:
    found = not_subtracted(paired_difference(np.array([1.0, 2.0]), np.array([10.0, 30.0])))
    assert (found.mean_baseline, found.mean_alternative, found.n) == (1.5, 20.0, 2)
    assert all(math.isnan(x) for x in (found.difference, found.low, found.high, found.share_better))
    assert not found.distinguishable
    assert "two currencies" in found.words


def test_what_a_ward_has_little_of_can_still_be_missed() -> None:
    """A ward with 0.16 measures loses all of them: that is no small thing, though 0.2 is what matters elsewhere."""
    base, none = np.array([0.15, 0.16, 0.17, 0.16]), np.zeros(4)
    gone = paired_difference(base, none, better="lower", smallest=0.2)
    assert gone.words != BELOW_SMALLEST
    more = paired_difference(base, base + 0.1, better="lower", smallest=0.2)
    assert more.words != BELOW_SMALLEST, "to have half as much again is no small thing either"
    assert within_reach(0.2, 0.16, "lower") == pytest.approx(0.08)
    assert within_reach(0.2, 0.41, "lower") == 0.2  # no jump where half of it is as much
    assert within_reach(0.2, 0.39, "lower") == pytest.approx(0.195)
    assert within_reach(0.2, 0.16, "higher") == 0.2
    assert within_reach(0.2, 0.0, "lower") == 0.2
    assert within_reach(None, 0.16, "lower") is None


def test_two_replications_that_agree_tell_nothing() -> None:
    """An interval without width is no certainty: with two or three replications it is chance."""
    assert paired_difference(np.array([1.0, 2]), np.array([2.0, 3]), better="higher").words == TOO_FEW
    assert not paired_difference(np.array([1.0, 2]), np.array([2.0, 3])).distinguishable
    same = paired_difference(np.arange(5.0), np.arange(5.0) + 1, better="higher")
    assert same.distinguishable
    assert same.words == "better"
    assert paired_difference(np.array([1.0, 2]), np.array([1.0, 2])).words == NOT_DISTINGUISHABLE


def test_the_order_of_adding_up_is_no_difference() -> None:
    base, other = np.full(5, 0.3), np.full(5, 0.1 + 0.1 + 0.1)
    assert other[0] != base[0]
    paired = paired_difference(base, other, better="lower", smallest=None)
    assert (paired.difference, paired.share_better) == (0, 0.5)
    assert paired.words == NOT_DISTINGUISHABLE
