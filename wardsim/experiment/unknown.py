"""How much of a difference rests on numbers that nobody knows exactly.

Every scenario is run once more, replication r with vector r of the accepted set, the same in all scenarios.  The paired
differences then vary for two reasons: chance, as in the first runs, and parameters.  Their variances add up, so

    var(parameters) = var(differences with drawn parameters) - var(differences with the register's), at least 0

and where the difference may lie, chance and unknown parameters together, is its mean
± t sqrt(var(parameters) + var(of the mean)).  How probable it is that an alternative is better follows from the same
two, with the normal distribution.  Chance is taken to be as large whatever the parameters are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment import executors
from wardsim.experiment.batch import Batch, open_batches
from wardsim.experiment.comparison_files import is_two_currencies
from wardsim.experiment.paired import Better, mean_interval, t_quantile
from wardsim.experiment.results import Results, ordered

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from wardsim.experiment.accepted import AcceptedSet
    from wardsim.scenario.schema import Scenario

FOLDER = "unknown_parameters"
COLUMNS = (
    "outcome", "unit", "baseline", "alternative", "n", "difference", "low", "high", "n_drawn", "difference_drawn",
    "low_drawn", "high_drawn", "sd_chance", "sd_parameters", "probability_better",
)  # fmt: skip


def open_drawn(
    arms: Sequence[tuple[str, Scenario]], accepted: AcceptedSet, *, seed: int, root: Path | None
) -> list[Batch]:
    """One batch for each scenario, whose replications draw their parameters; saved in a folder of their own."""
    engine, folder = executors.load_engine(), None if root is None else root / FOLDER

    def open_one(i: int) -> Batch:
        label, scenario = arms[i]
        named = f"{label}, unknown parameters"
        return Batch(engine, scenario, named, seed=seed, root=folder, tables=(), accepted=accepted)

    return open_batches([scenario for _, scenario in arms], open_one)


def describe(accepted: AcceptedSet) -> dict[str, Any]:
    """Which set it was, for the manifest."""
    return {"vectors": len(accepted.vectors), "sha256": accepted.checksum}


def unknown_table(plain: Sequence[Results], drawn: Sequence[Results], n_vectors: int) -> pd.DataFrame:
    """A row for each outcome and alternative, primary outcomes first.

    Parameters
    ----------
    plain, drawn
        Results with the register's parameters and with drawn ones, the baseline first in both.
    n_vectors
        How many different vectors there are.
    """
    import pandas as pd

    register = {outcome.name: outcome for outcome in executors.load_engine().outcomes}
    units = {name: unit for result in plain for name, unit in result.units().items()}
    values, others = [r.values() for r in plain], [r.values() for r in drawn]
    rows = []
    for name in ordered(units):
        better: Better = register[name].better if name in register else "neither"
        for k in range(1, len(plain)):
            if (
                name not in values[0]
                or name not in values[k]
                or is_two_currencies(units[name], plain[0], plain[k])
            ):
                continue
            found = apart(
                _differences(values[0][name], values[k][name]),
                _differences(others[0][name], others[k][name]),
                better, n_vectors,
            )  # fmt: skip
            named = (name, units[name], plain[0].label, plain[k].label)
            rows.append(dict(zip(COLUMNS, (*named, *found), strict=True)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _differences(base: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    import numpy as np

    n = min(len(base), len(other))
    found: np.ndarray[Any, Any] = other[:n] - base[:n]
    return found[np.isfinite(found)]


def apart(
    chance: np.ndarray[Any, Any], both: np.ndarray[Any, Any], better: Better, n_vectors: int
) -> tuple[float, ...]:
    """Chance and parameters told apart: what ``COLUMNS`` names from ``n`` on.

    Parameters
    ----------
    chance, both
        Paired differences with the register's parameters, and with drawn ones.
    n_vectors
        How many different vectors there are: with fewer than replications, more of these tell no more about them.
    """
    first, second = mean_interval(chance), mean_interval(both)
    if second.n < 2 or first.n < 2:
        nan = math.nan
        return first.n, first.mean, first.low, first.high, second.n, second.mean, nan, nan, first.sd, nan, nan
    of_parameters = max(0.0, second.sd**2 - first.sd**2)
    of_mean = of_parameters / min(second.n, n_vectors) + (second.sd**2 - of_parameters) / second.n
    spread = math.sqrt(of_parameters + of_mean)
    half = t_quantile(second.n) * spread
    return (
        first.n, first.mean, first.low, first.high, second.n, second.mean, second.mean - half, second.mean + half,
        first.sd, math.sqrt(of_parameters), probability_better(second.mean, spread, better),
    )  # fmt: skip


def probability_better(mean: float, spread: float, better: Better) -> float:
    """How probable it is that the difference is on the better side of nought."""
    if better == "neither":
        return math.nan
    gain = mean if better == "higher" else -mean
    if spread == 0.0:
        return 0.5 if gain == 0.0 else float(gain > 0.0)
    return 0.5 * math.erfc(-gain / spread / math.sqrt(2.0))
