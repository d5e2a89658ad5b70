"""What makes two wards different: their difference split over the parts of their organisation.

The wards differ in some groups of settings (rotation, power, staffing, patients …).  Every mixture of them, each group
from the one or the other ward, is simulated with the same people and the same luck.  The share of a group is its Shapley
value (Shapley 1953): what it adds when it changes sides, averaged over all orders in which the groups can do so,

    share(g) = sum over mixtures S without g of |S|! (k - |S| - 1)! / k! (value(S and g) - value(S)),

replication by replication.  The shares add up to the whole difference, also where groups act together.

Groups that can't be told apart, because mixtures of them would be no ward that can work, are one block.

Which *mechanisms* carry the difference is asked in another way: each is switched off in both wards, and what is missing
from the difference then went through it.  These parts overlap and do not add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wardsim.experiment import executors
from wardsim.experiment.arms import sized_to
from wardsim.experiment.batch import Batch, open_batches
from wardsim.experiment.compare import roster_summary
from wardsim.experiment.load import problems_of_layers
from wardsim.experiment.paired import mean_interval
from wardsim.experiment.results import ordered
from wardsim.experiment.run import Progress, Say, check_scenarios, run_batches, to_standard_error
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

WORDS = ("name", "about", "choices", "notes")  # of a scenario; nothing follows from them
TOGETHER = {"change_on_day": "changeover", "after": "changeover"}  # neither is anything without the other
RUN = ("horizon_days", "warmup_days")
Block = tuple[str, ...]
Values = NDArray[np.float64]
PARTS = ("outcome", "unit", "part", "n", "share", "low", "high", "mean_first", "mean_second")
CARRIED = ("outcome", "unit", "mechanism", "n", "difference", "carried", "low", "high")
WHOLE = "whole difference"


@dataclass(frozen=True)
class Explanation:
    """A difference between two wards, split.

    Attributes
    ----------
    first, second
        The wards; differences are second − first.
    blocks
        The groups of settings in which they differ; those that can't be told apart stand together.
    parts
        A row for each outcome and block with its share and 95 % interval, and one for the whole difference.
    mechanisms
        A row for each outcome and mechanism: the difference, and how much of it is missing with the mechanism off.
    replications, seed
        How it was simulated.
    """

    first: Scenario
    second: Scenario
    blocks: tuple[Block, ...]
    parts: pd.DataFrame
    mechanisms: pd.DataFrame
    replications: int
    seed: int


def explain(
    first: Scenario,
    second: Scenario,
    *,
    replications: int = 20,
    workers: int | None = None,
    seed: int = 1,
    out: Path | None = None,
    progress: Progress | None = None,
    say: Say | None = None,
) -> Explanation:
    """Split the difference between two wards over the groups of settings in which they differ.

    Parameters
    ----------
    first, second
        The wards, from ``load_scenario``.
    replications
        How often each mixture is simulated.
    out
        Folder in which the runs of the mixtures are kept, so that nothing is run twice.
    workers, seed, progress, say
        As for ``simulate``.

    Raises
    ------
    ScenarioError
        The wards do not differ, are counted over different days, or the second can't be staffed with the first's budget.
    """
    check_scenarios(first, second)
    executors.check_counts(replications, workers, seed)
    second = sized_to(second, roster_summary(first))
    blocks = blocks_of(first, second)
    mixtures = {names: mixture(first, second, names) for names in _mixtures(blocks)}
    on, also_on = first.model.mechanisms, second.model.mechanisms
    mechanisms = [name for name in on if on[name] and also_on[name]]
    switched = {
        (name, which): without(ward, name)
        for name in mechanisms
        for which, ward in enumerate((first, second))
    }
    values = _simulate({**mixtures, **switched}, replications, workers, seed, out, progress, say)
    base, other = values[()], values[blocks]
    units = executors.load_engine().units()
    names = [name for name in ordered(units) if name in base and name in other]
    import pandas as pd

    parts = [row for name in names for row in _part_rows(name, units[name], blocks, values)]
    carried = [
        row
        for name in names
        for row in _carried_rows(name, units[name], mechanisms, values, other[name] - base[name])
    ]
    return Explanation(
        first, second, blocks, pd.DataFrame(parts, columns=list(PARTS)), pd.DataFrame(carried, columns=list(CARRIED)),
        replications, seed,
    )  # fmt: skip


# ------------------------------------------------------------------ mixtures
def groups_that_differ(first: Scenario, second: Scenario) -> tuple[str, ...]:
    """The groups of settings in which two wards differ."""
    found = [
        TOGETHER.get(name, name)
        for name in Scenario.model_fields
        if name not in (*WORDS, *RUN) and getattr(first, name) != getattr(second, name)
    ]
    return tuple(dict.fromkeys(found))


def mixture(first: Scenario, second: Scenario, blocks: Sequence[Block]) -> Scenario:
    """The first ward with these blocks of the second."""
    names = {name for block in blocks for name in block}
    fields = [name for name in Scenario.model_fields if TOGETHER.get(name, name) in names]
    taken = {name: getattr(second, name) for name in fields}
    named = " + ".join(sorted(names)) or "nothing"
    return first.model_copy(update={**taken, "name": f"{first.name} with {named} of {second.name}"})


def blocks_of(first: Scenario, second: Scenario) -> tuple[Block, ...]:
    """The groups in which two wards differ, those in one block that can't be told apart."""
    for name in RUN:
        if getattr(first, name) != getattr(second, name):
            what = f"must be the same in both; it is {getattr(first, name)} and {getattr(second, name)}"
            raise ScenarioError([Problem(name, None, what)])
    blocks: tuple[Block, ...] = tuple((name,) for name in groups_that_differ(first, second))
    if not blocks:
        raise ScenarioError(
            [Problem("explain", None, "the two wards are the same, so there is nothing to explain")]
        )
    while impossible := [s for s in _mixtures(blocks) if not is_a_ward(mixture(first, second, s))]:
        if () in impossible or blocks in impossible:
            raise ScenarioError(list(problems_of_layers(second if blocks in impossible else first)))
        one, two = max(
            combinations(blocks, 2),
            key=lambda pair: sum((pair[0] in s) != (pair[1] in s) for s in impossible),
        )
        blocks = tuple((*one, *two) if block == one else block for block in blocks if block != two)
    return blocks


def is_a_ward(scenario: Scenario) -> bool:
    """Whether a mixture of two wards can work: all its settings fit together, nights are covered, somebody decides."""
    try:
        whole = Scenario.model_validate(scenario.model_dump())
    except ValueError:
        return False
    return not problems_of_layers(whole)


def without(scenario: Scenario, mechanism: str) -> Scenario:
    """The scenario with a mechanism of the model switched off."""
    model = scenario.model
    off = model.model_copy(update={"mechanisms": {**model.mechanisms, mechanism: False}})
    after = scenario.after
    changes = {"model": off, "after": after and without(after, mechanism)}
    return scenario.model_copy(update={**changes, "name": f"{scenario.name} without {mechanism}"})


def _mixtures(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    """Every set of blocks, each in their order."""
    for n in range(len(blocks) + 1):
        yield from combinations(blocks, n)


def _simulate(
    scenarios: dict[Any, Scenario],
    replications: int,
    workers: int | None,
    seed: int,
    out: Path | None,
    progress: Progress | None,
    say: Say | None,
) -> dict[Any, dict[str, Values]]:
    """Values of every outcome by replication for every scenario; the same scenario is run once."""
    engine, wards = executors.load_engine(), list(scenarios.values())
    batches = open_batches(
        wards, lambda i: Batch(engine, wards[i], wards[i].name, seed=seed, root=out, tables=())
    )
    distinct = list(dict.fromkeys(batches))
    run_batches(distinct, replications, workers, None, progress, say or to_standard_error)
    return {name: batch.results().values() for name, batch in zip(scenarios, batches, strict=True)}


# -------------------------------------------------------------------- shares
def shapley(values: dict[tuple[Block, ...], Values], blocks: Sequence[Block]) -> dict[Block, Values]:
    """Shapley value of every block, replication by replication.

    Parameters
    ----------
    values
        For every set of blocks (each in their order) the values by replication.
    """
    k = len(blocks)
    shares: dict[Block, Values] = {}
    for block in blocks:
        rest = [b for b in blocks if b != block]
        total = np.zeros_like(values[()])
        for chosen in _mixtures(rest):
            weight = math.factorial(len(chosen)) * math.factorial(k - len(chosen) - 1) / math.factorial(k)
            with_it = tuple(b for b in blocks if b in chosen or b == block)
            total += weight * (values[with_it] - values[chosen])
        shares[block] = total
    return shares


def _part_rows(
    name: str, unit: str, blocks: tuple[Block, ...], values: dict[Any, dict[str, Values]]
) -> Iterator[tuple[Any, ...]]:
    """A row for each block, the largest share first, then one for the whole."""
    own = {chosen: values[chosen][name] for chosen in _mixtures(blocks)}
    defined = np.all([np.isfinite(v) for v in own.values()], axis=0)  # only where every mixture has a value
    own = {chosen: v[defined] for chosen, v in own.items()}
    if not defined.any():
        return
    means = (float(own[()].mean()), float(own[blocks].mean()))
    shares = shapley(own, blocks)
    for block in sorted(blocks, key=lambda b: -abs(shares[b].mean())):
        i = mean_interval(shares[block])
        yield name, unit, " + ".join(block), i.n, i.mean, i.low, i.high, *means
    i = mean_interval(own[blocks] - own[()])
    yield name, unit, WHOLE, i.n, i.mean, i.low, i.high, *means


def _carried_rows(
    name: str, unit: str, mechanisms: Sequence[str], values: dict[Any, dict[str, Values]], difference: Values
) -> Iterator[tuple[Any, ...]]:
    """A row for each mechanism, the one that carries most first."""
    whole = mean_interval(difference).mean
    rows = []
    for mechanism in mechanisms:
        first, second = (values[mechanism, which].get(name) for which in (0, 1))
        if first is None or second is None:
            continue
        i = mean_interval(difference - (second - first))
        if i.n > 0:
            rows.append((name, unit, mechanism, i.n, whole, i.mean, i.low, i.high))
    yield from sorted(rows, key=lambda row: -abs(row[5]))
