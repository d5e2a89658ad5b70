"""Small runs that the tests of mechanisms, of functions and of stored outcomes share."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wardsim.experiment.load import load_scenario
from wardsim.model.engine import Record, run_replication
from wardsim.model.inputs import Inputs, prepare
from wardsim.observe.outcomes import OUTCOMES, measure
from wardsim.scenario.schema import Scenario

Measured = dict[str, NDArray[np.float64]]
WORKERS = 2
SEED = 11


@cache
def scenario(*overrides: str) -> Scenario:
    """A scenario as the command line would compose it, kept for whoever asks again."""
    return load_scenario(list(overrides))


@cache
def inputs_of(*overrides: str) -> Inputs:
    """The prepared inputs of a scenario."""
    return prepare(scenario(*overrides))


@cache
def record_of(*overrides: str, replication: int = 0) -> Record:
    """The record of one replication."""
    return run_replication(inputs_of(*overrides), SEED, replication)


def run(given: Scenario, replications: Sequence[int], seed: int = SEED) -> Measured:
    """Every outcome of some replications, in two threads."""
    inputs = prepare(given)

    def one(number: int) -> dict[str, float]:
        return measure(inputs, run_replication(inputs, seed, number))

    with ThreadPoolExecutor(WORKERS) as pool:
        rows = list(pool.map(one, replications))
    return {outcome.name: np.array([row[outcome.name] for row in rows]) for outcome in OUTCOMES}


@cache
def outcomes(*overrides: str, replications: int, seed: int = SEED) -> Measured:
    """Outcomes of the first replications of a scenario, run once for all tests."""
    return run(scenario(*overrides), range(replications), seed)


def changed(given: Scenario, path: str, value: Any) -> Scenario:
    """The scenario with one setting replaced, validated again.

    A path names fields, dictionary keys, or the number of a list element: ``ward.units.0.home_places``.
    """
    tree = copy.deepcopy(given.model_dump())
    *way, leaf = path.split(".")
    here: Any = tree
    for step in way:
        here = here[int(step)] if isinstance(here, list | tuple) else here[step]
    here[leaf] = value
    return Scenario.model_validate(tree)


def settings(given: Any, prefix: str = "") -> dict[str, Any]:
    """All leaves of a group or a scenario by dotted path."""
    if hasattr(given, "model_dump"):
        given = given.model_dump()
    if isinstance(given, dict):
        found: dict[str, Any] = {}
        for name, value in given.items():
            found.update(settings(value, f"{prefix}{name}."))
        return found
    if isinstance(given, list | tuple) and given and isinstance(given[0], dict):
        found = {}
        for number, value in enumerate(given):
            found.update(settings(value, f"{prefix}{number}."))
        return found
    return {prefix[:-1]: given}
