"""Intervals for means and for paired differences.

Scenarios share their random numbers: replication r of one and replication r of another meet the same
people with the same luck.  What they are compared by is therefore the difference within each replication.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

LEAST_ALIKE = (
    5  # differences that are all the same show a difference of the wards only if they are not very few
)
ROUNDING = (
    1e-9  # values that differ by less than this share of them differ by the order they were added up in
)

Better = Literal["higher", "lower", "neither"]

NOT_DISTINGUISHABLE = "not distinguishable"
BELOW_SMALLEST = "distinguishable but below the smallest difference that matters"
TOO_FEW = "too few replications to say"
TWO_CURRENCIES = "in two currencies, so not subtracted"
DIRECTIONS = {
    ("higher", True): "better",
    ("higher", False): "worse",
    ("lower", True): "worse",
    ("lower", False): "better",
    ("neither", True): "higher",
    ("neither", False): "lower",
}


@dataclass(frozen=True)
class Interval:
    """Mean of the replications with its t interval.

    Attributes
    ----------
    n
        Replications in which the outcome is defined.
    mean, sd
        Mean and standard deviation over these replications.
    low, high
        Ends of the interval for the mean; not a number with fewer than two replications.
    """

    n: int
    mean: float
    sd: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class PairedDifference:
    """An alternative against the baseline in one outcome.

    Attributes
    ----------
    n
        Replications in which both have a value; only these count.
    mean_baseline, mean_alternative
        Means over these replications.
    difference, low, high, sd_difference
        Mean of alternative − baseline within replications, its interval, and its standard deviation.
    share_better
        Share of the replications in which the alternative was better; a tie counts half.  Not a number
        where neither direction is better.
    distinguishable
        The interval excludes zero; where all differences are the same, so that it has no width, in at least
        five replications.
    words
        What can be said about the difference, in plain words.
    """

    n: int
    mean_baseline: float
    mean_alternative: float
    difference: float
    low: float
    high: float
    sd_difference: float
    share_better: float
    distinguishable: bool
    words: str


def t_quantile(n: int, confidence: float = 0.95) -> float:
    """Factor of the standard error in a two-sided t interval from n values."""
    from scipy.special import stdtrit  # scipy.stats would cost half a second and isn't needed

    return float(stdtrit(n - 1, 0.5 + confidence / 2))


def mean_of(values: np.ndarray[Any, Any]) -> float:
    """Mean with an exact sum, so that equal values have exactly their own mean."""
    return math.fsum(values) / len(values)


def mean_interval(values: Iterable[float] | np.ndarray[Any, Any], confidence: float = 0.95) -> Interval:
    """Mean and t interval of the finite values."""
    array = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=np.float64)
    array = array[np.isfinite(array)]
    n = len(array)
    if n == 0:
        return Interval(0, math.nan, math.nan, math.nan, math.nan)
    mean = mean_of(array)
    if n == 1:
        return Interval(1, mean, math.nan, math.nan, math.nan)
    sd = math.sqrt(math.fsum((array - mean) ** 2) / (n - 1))
    half = t_quantile(n, confidence) * sd / math.sqrt(n)
    return Interval(n, mean, sd, mean - half, mean + half)


def paired_difference(
    baseline: np.ndarray[Any, Any],
    alternative: np.ndarray[Any, Any],
    *,
    better: Better = "neither",
    smallest: float | None = None,
    confidence: float = 0.95,
) -> PairedDifference:
    """Compare two scenarios in one outcome, replication by replication.

    Parameters
    ----------
    baseline, alternative
        Values by replication, in the same order; not a number where the outcome is undefined.
    better
        Which direction is better for the people concerned.
    smallest
        The smallest difference that matters, in the outcome's unit.
    confidence
        Level of the t interval.
    """
    base = np.asarray(baseline, dtype=np.float64)
    other = np.asarray(alternative, dtype=np.float64)
    if base.shape != other.shape:
        raise ValueError(f"not paired: {base.size} values in the baseline, {other.size} in the alternative")
    both = np.isfinite(base) & np.isfinite(other)
    base, other = base[both], other[both]
    differences = other - base
    differences[np.abs(differences) <= ROUNDING * np.maximum(np.abs(base), np.abs(other))] = 0.0
    interval = mean_interval(differences, confidence)
    if interval.n == 0:
        nan = math.nan
        return PairedDifference(0, nan, nan, nan, nan, nan, nan, nan, False, TOO_FEW)
    told = interval.n >= (LEAST_ALIKE if interval.sd == 0 else 2)
    distinguishable = told and bool(interval.low > 0 or interval.high < 0)
    return PairedDifference(
        n=interval.n,
        mean_baseline=mean_of(base),
        mean_alternative=mean_of(other),
        difference=interval.mean,
        low=interval.low,
        high=interval.high,
        sd_difference=interval.sd,
        share_better=_share_better(differences, better),
        distinguishable=distinguishable,
        words=_words(interval, told, distinguishable, better, within_reach(smallest, mean_of(base), better)),
    )


def within_reach(smallest: float | None, baseline: float, better: str) -> float | None:
    """The smallest difference that matters on this ward.

    Of something that is better when lower, a ward can lose no more than it has.  Where half of that is less than
    the smallest difference that matters elsewhere, half of it matters: to be rid of so much of it, or to have so
    much more, is no small thing.
    """
    if smallest is None or better != "lower" or baseline <= 0.0:
        return smallest
    return min(smallest, baseline / 2)


def not_subtracted(means: PairedDifference) -> PairedDifference:
    """The same means without a difference: amounts in two currencies can't be subtracted."""
    nan = math.nan
    return replace(
        means, difference=nan, low=nan, high=nan, sd_difference=nan, share_better=nan, distinguishable=False,
        words=TWO_CURRENCIES,
    )  # fmt: skip


def _share_better(differences: np.ndarray[Any, Any], better: Better) -> float:
    if better == "neither":
        return math.nan
    won = differences > 0 if better == "higher" else differences < 0
    return float((won.sum() + 0.5 * (differences == 0).sum()) / len(differences))


def _words(
    interval: Interval, told: bool, distinguishable: bool, better: Better, smallest: float | None
) -> str:
    if not told and (interval.n < 2 or interval.mean != 0):
        return TOO_FEW
    if not distinguishable:
        return NOT_DISTINGUISHABLE
    if smallest is not None and abs(interval.mean) < smallest:
        return BELOW_SMALLEST
    return DIRECTIONS[better, interval.mean > 0]
