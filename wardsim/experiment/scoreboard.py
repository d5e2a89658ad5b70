"""Hold the model against its patterns: for each the simulated value with its interval, and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wardsim.experiment import executors
from wardsim.experiment.batch import Batch
from wardsim.experiment.paired import Interval, mean_interval
from wardsim.experiment.patterns import Pattern, Use, Ward, scenario_of, wards_of
from wardsim.experiment.run import Progress, run_batches
from wardsim.scenario.schema import Scenario

Verdict = Literal["holds", "falls short", "too few replications", "reported"]
#: Values of every outcome by replication, for each ward.
Simulated = Mapping[Ward, Mapping[str, NDArray[np.float64]]]

#: Ratios of two wards' pooled means, by the name that patterns have for them: the outcome.
RATIOS = {
    "incidents_ratio": "incidents_per_100_patient_days",
    "coercive_measures_ratio": "coercive_measures_per_100_patient_days",
}
IN_SD, SD = (
    "_difference_in_baseline_sd",
    "_sd",
)  # a difference in the spread between stays that a second outcome tells
PRECISE = 0.25  # a half-width of at most this part of the accepted interval's width
CHECKS_THAT_MUST_HOLD = 0.9


@dataclass(frozen=True)
class Score:
    """One pattern held against the model.

    Attributes
    ----------
    pattern
        The pattern.
    found
        Mean, interval and number of replications of the simulated value.
    verdict
        ``holds``, ``falls short``, ``too few replications`` (the interval is too wide to say) or ``reported``
        (a prediction, never judged).
    """

    pattern: Pattern
    found: Interval
    verdict: Verdict

    @property
    def holds(self) -> bool:
        return self.verdict == "holds"


@dataclass(frozen=True)
class Scoreboard:
    """All patterns held against the model."""

    scores: tuple[Score, ...]

    def count(self, use: Use) -> tuple[int, int]:
        """How many patterns of a use hold, and how many there are."""
        own = [score for score in self.scores if score.pattern.use == use]
        return sum(score.holds for score in own), len(own)

    @property
    def passes(self) -> bool:
        """Every fitted pattern holds, and nine in ten of those that are only checked."""
        (fitted, to_fit), (checked, to_check) = self.count("calibrate"), self.count("check")
        return fitted == to_fit and checked >= CHECKS_THAT_MUST_HOLD * to_check


def score(patterns: Sequence[Pattern], simulated: Simulated) -> Scoreboard:
    """Hold patterns against what was simulated."""
    return Scoreboard(tuple(_score(pattern, simulated) for pattern in patterns))


def _score(pattern: Pattern, simulated: Simulated) -> Score:
    found = value_of(pattern, simulated)
    return Score(pattern, found, _verdict(pattern, found))


def _verdict(pattern: Pattern, found: Interval) -> Verdict:
    if pattern.use == "prediction":
        return "reported"
    if found.n == 0 or math.isnan(found.mean):
        return "falls short"
    if pattern.accept is None:
        above = pattern.direction in ("higher_in_second", "positive")
        return "holds" if (found.low > 0 if above else found.high < 0) else "falls short"
    low, high = pattern.accept
    if math.isnan(found.half_width) or found.half_width > PRECISE * (high - low):
        return "too few replications"
    return "holds" if low <= found.mean <= high else "falls short"


def value_of(pattern: Pattern, simulated: Simulated) -> Interval:
    """The simulated value that a pattern is about, with its 95 % interval.

    One ward: the mean over replications.  Two wards: the mean of the paired differences, the ratio of the pooled
    means, or the difference in standard deviations between stays on the first.  Any ward: the mean of the wards'
    means.
    """
    if pattern.any_ward:
        return _any_ward([simulated[ward][pattern.outcome] for ward in pattern.wards])
    last = simulated[pattern.wards[-1]]
    if len(pattern.wards) == 1 or pattern.direction in ("negative", "positive"):
        return mean_interval(last[pattern.outcome])
    first = simulated[pattern.wards[0]]
    if pattern.outcome in RATIOS:
        return ratio(first[RATIOS[pattern.outcome]], last[RATIOS[pattern.outcome]])
    if pattern.outcome.endswith(IN_SD):
        outcome = pattern.outcome.removesuffix(IN_SD)
        spread = mean_interval(first[outcome + SD]).mean
        return mean_interval((last[outcome] - first[outcome]) / spread)
    return mean_interval(last[pattern.outcome] - first[pattern.outcome])


def ratio(first: NDArray[np.float64], second: NDArray[np.float64]) -> Interval:
    """Ratio of the pooled means of two wards that share their replications, with the interval of the delta method."""
    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both], second[both]
    if len(first) == 0 or first.mean() == 0.0:
        return mean_interval(())
    value = float(second.mean() / first.mean())
    rest = mean_interval(
        (second - value * first) / first.mean()
    )  # its mean is none; it scatters as the ratio does
    return replace(rest, mean=value, low=value - rest.half_width, high=value + rest.half_width)


def _any_ward(values: Sequence[NDArray[np.float64]]) -> Interval:
    """Mean over the wards in which there is a value; the interval is that of replications, for the wards are given."""
    shortest = min(len(v) for v in values)  # some wards may have run more often, for other patterns
    defined = np.array([v[:shortest] for v in values if np.isfinite(v[:shortest]).any()])
    if len(defined) == 0:
        return mean_interval(())
    return mean_interval(np.nanmean(defined, axis=0))


# ------------------------------------------------------------------ simulating
def simulate_wards(
    scenarios: Mapping[Ward, Scenario],
    replications_of: Callable[[Ward], int],
    *,
    replications: int,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Run every ward, with the same luck in all of them.

    Parameters
    ----------
    scenarios
        The wards as scenarios.
    replications_of
        How many of the replications a ward needs.
    """
    engine = executors.load_engine()

    def batch_of(ward: Ward, scenario: Scenario) -> Batch:
        return Batch(
            engine,
            scenario,
            " ".join(ward),
            seed=seed,
            root=None,
            tables=(),
            share=lambda wanted: min(wanted, replications_of(ward)),
        )

    batches = {ward: batch_of(ward, scenario) for ward, scenario in scenarios.items()}
    run_batches(list(batches.values()), replications, workers, None, progress, lambda line: None)
    return {ward: batch.results().values() for ward, batch in batches.items()}


def needed(patterns: Sequence[Pattern], replications: int) -> Callable[[Ward], int]:
    """How many replications each ward needs: a tenth where it only stands for any ward, since what such patterns tell
    of follows from the rota."""
    sampled = {ward for pattern in patterns if not pattern.any_ward for ward in pattern.wards}
    return lambda ward: replications if ward in sampled else min(replications, max(2, replications // 10))


def validate(
    patterns: Sequence[Pattern],
    *,
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Scoreboard:
    """Simulate every ward that the patterns ask for, and hold them against it."""
    simulated = simulate_wards(
        {ward: scenario_of(ward) for ward in wards_of(patterns)},
        needed(patterns, replications),
        replications=replications,
        seed=seed,
        workers=workers,
        progress=progress,
    )
    return score(patterns, simulated)
