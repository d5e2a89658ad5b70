"""Wards for the tests of the model: inputs made once, full states to compare, overlaps in the ledger."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wardsim.model.buffers import TABLE_DTYPES
from wardsim.model.engine import Run
from wardsim.model.inputs import Inputs, prepare
from wardsim.scenario.compose import compose
from wardsim.scenario.schema import Scenario

SERVICES = (
    "conventional_acute", "community_centre", "mixed_ward", "recovery_institution", "bet_unit", "heidenheim",
    "soteria_berne",
)  # fmt: skip
STRUCTURES = ("hierarchical", "multidisciplinary", "open_dialogue", "under_regulation", "peer_shared")
ROTATIONS = ("three_shift", "twelve_hour", "co_living", "co_living_3747", "soteria_48")


@cache
def scenario(*overrides: str) -> Scenario:
    """A scenario without warm-up, unless the overrides say otherwise."""
    own = [] if any(text.startswith("warmup_days") for text in overrides) else ["warmup_days=0"]
    return compose([*own, *overrides])


@cache
def inputs(*overrides: str) -> Inputs:
    """Prepared inputs of such a scenario; shared, as in a batch."""
    return prepare(scenario(*overrides))


def finished(*overrides: str, seed: int = 1, replication: int = 0) -> Run:
    """A run that has come to its end."""
    run = Run(inputs(*overrides), seed, replication)
    run.advance(run.inputs.ticks_total)
    return run


def state(run: Run) -> dict[str, NDArray[Any]]:
    """Everything a run has changed or written so far, copied."""
    found = {
        name: run.arrays[name].copy()
        for name in ("clock", "people", "staff", "pair", "unit", "together", "role_sum", "daily", "par")
    }
    found["here"] = run.arrays["here"][: int(run.clock["n_here"])].copy()
    found["open_matters"] = run.arrays["open_matters"][: int(run.clock["n_open"])].copy()
    found.update({name: run.written(name).copy() for name, _ in TABLE_DTYPES})
    return found


def differences(one: dict[str, NDArray[Any]], other: dict[str, NDArray[Any]]) -> list[str]:
    """Tables and fields in which two states are not the same, bit by bit."""
    found = []
    for name, table in one.items():
        if table.shape != other[name].shape:
            found.append(f"{name}: {table.shape} and {other[name].shape} rows")
            continue
        fields = table.dtype.names or ()
        found += [f"{name}.{f}" for f in fields if table[f].tobytes() != other[name][f].tobytes()]
    return found


def overlaps(contacts: NDArray[Any], by: str) -> NDArray[Any]:
    """Rows of the contact ledger of the same person or member of staff that overlap in time: shape (n, 2)."""
    rows = contacts[np.lexsort((contacts["start_min"], contacts[by]))]
    first, second = rows[:-1], rows[1:]
    same = first[by] == second[by]
    late = first["start_min"] + first["minutes"] > second["start_min"] + 1e-6
    return np.stack([first[same & late], second[same & late]], axis=1)
