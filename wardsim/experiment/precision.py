"""How many replications are enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from wardsim.experiment import executors
from wardsim.experiment.paired import Interval, mean_interval

CAP = 2_000


class Precision:
    """Adds replications until the primary outcomes are known well enough.

    Parameters
    ----------
    share
        Half-width of the 95 % interval as a share of the mean, for example 0.05.
    replications
        How many are run first.
    cap
        At most so many.
    """

    def __init__(self, share: float, replications: int, cap: int = CAP) -> None:
        if not 0 < share < 1:
            raise ValueError(f"precision={share:g}: give a share between 0 and 1, for example 0.05")
        self.share, self.used, self.cap = share, replications, max(cap, replications)
        self.reached: dict[str, float] = {}

    def next(self, values: Mapping[str, Mapping[str, Any]]) -> int | None:
        """How many replications are wanted in all, or None if there are enough (or the cap is reached).

        Parameters
        ----------
        values
            For each scenario the values of each outcome by replication.
        """
        self.reached = self._half_widths(values)
        worst = max(self.reached.values(), default=0.0)
        if worst <= self.share or self.used >= self.cap:
            return None
        needed = 1.1 * self.used * (worst / self.share) ** 2  # the half-width shrinks with the root of n
        step = min(max(needed, 1.25 * self.used), 3 * self.used)  # early guesses of it are rough
        self.used = min(self.cap, math.ceil(step))
        return self.used

    def _half_widths(self, values: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
        """The widest relative half-width of each primary outcome over the scenarios."""
        primary = [outcome.name for outcome in executors.load_engine().outcomes if outcome.primary]
        widths: dict[str, float] = {}
        for name in primary:
            for by_outcome in values.values():
                interval = mean_interval(by_outcome.get(name, ()))
                if (
                    interval.n > 0
                ):  # otherwise the ward has none of it: no number of replications would tell more
                    widths[name] = max(_relative_half_width(interval), widths.get(name, 0.0))
        return widths

    def sentence(self) -> str:
        """What was used and what it gave."""
        short = {name: width for name, width in self.reached.items() if width > self.share}
        start = f"{self.used} replications used"
        if not short:
            return f"{start}: every primary outcome is known to ±{_percent(self.share)} of its mean or better"
        listed = ", ".join(f"{name} {_width_in_words(width)}" for name, width in short.items())
        return f"{start} (the most allowed): ±{_percent(self.share)} of the mean was not reached for {listed}"

    def as_dict(self) -> dict[str, Any]:
        """For the manifest; a half-width that is not known is null there."""
        widths = {name: width if math.isfinite(width) else None for name, width in self.reached.items()}
        return {"asked": self.share, "replications": self.used, "cap": self.cap, "half_widths": widths}


def _relative_half_width(interval: Interval) -> float:
    """Half-width as a share of the mean: infinite where one replication has a value, or the mean is nought and the
    values are not."""
    if interval.n < 2:
        return math.inf
    if interval.mean == 0:
        return 0.0 if interval.sd == 0 else math.inf
    return interval.half_width / abs(interval.mean)


def _width_in_words(width: float) -> str:
    return f"±{_percent(width)}" if math.isfinite(width) else "(not known at all)"


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%"
