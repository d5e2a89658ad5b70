"""Tidy tables of outcomes, built as Arrow columns without pandas.

One row for each outcome of each replication: scenario, replication, outcome, value, unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

OUTCOME_COLUMNS = ("scenario", "replication", "outcome", "value", "unit")


def number_column(values: np.ndarray[Any, Any]) -> pa.Array:
    """Arrow column of a NumPy array; ``pa.array`` would import pandas."""
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(
        pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)]
    )  # fmt: skip


def text_column(values: Sequence[str]) -> pa.Array:
    """Arrow column of strings."""
    encoded = [value.encode() for value in values]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(e) for e in encoded], out=offsets[1:])
    return pa.Array.from_buffers(
        pa.string(), len(encoded), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    )


def outcome_rows(
    scenario: str, outcomes: Mapping[int, Mapping[str, float]], units: Mapping[str, str]
) -> pa.Table:
    """Tidy table of one scenario's outcomes, sorted by replication and outcome.

    Parameters
    ----------
    scenario
        Label of the scenario.
    outcomes
        For each replication the value of each outcome; not a number where it is undefined.
    units
        Unit of each outcome by name.
    """
    scenarios: list[str] = []
    replications: list[int] = []
    names: list[str] = []
    values: list[float] = []
    for replication in sorted(outcomes):
        row = outcomes[replication]
        for name in sorted(row):
            scenarios.append(scenario)
            replications.append(replication)
            names.append(name)
            values.append(float(row[name]))
    return pa.Table.from_arrays(
        [
            text_column(scenarios),
            number_column(np.asarray(replications, dtype=np.int32)),
            text_column(names),
            number_column(np.asarray(values, dtype=np.float64)),
            text_column([units.get(name, "") for name in names]),
        ],
        names=list(OUTCOME_COLUMNS),
    )


def with_scenario(table: pa.Table, label: str) -> pa.Table:
    """The same rows under another scenario label."""
    return table.set_column(0, "scenario", text_column([label] * table.num_rows))


def with_replication(table: pa.Table, replication: int) -> pa.Table:
    """A table of one replication, with the replication's number as its first column."""
    if "replication" in table.column_names:
        table = table.drop_columns(["replication"])
    column = number_column(np.full(table.num_rows, replication, dtype=np.int32))
    return table.add_column(0, "replication", column)


def keep_replications(table: pa.Table, wanted: set[int]) -> pa.Table:
    """Only the rows whose replication is among those wanted."""
    column = table.column("replication").to_numpy()
    keep = np.isin(column, np.fromiter(wanted, dtype=np.int64, count=len(wanted)))
    return table if bool(keep.all()) else table.take(number_column(np.flatnonzero(keep)))


def stack(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of several runs as one; whole numbers become decimals where other runs have these."""
    return pa.concat_tables(list(tables), promote_options="permissive")


def sort_replications(table: pa.Table) -> pa.Table:
    """The rows in the order of their replications; rows of one replication keep their order."""
    column = table.column("replication").to_numpy()
    if bool((np.diff(column) >= 0).all()):
        return table
    return table.take(number_column(np.argsort(column, kind="stable")))


def values_by_outcome(
    table: pa.Table, replications: Sequence[int]
) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """For each outcome its values in the order of the replications given (not a number where missing)."""
    place = {replication: i for i, replication in enumerate(replications)}
    values: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {}
    rows = zip(
        table.column("outcome").to_pylist(),
        table.column("replication").to_pylist(),
        table.column("value").to_pylist(),
    )
    for name, replication, value in rows:
        if name not in values:
            values[name] = np.full(len(place), np.nan)
        if replication in place:
            values[name][place[replication]] = value
    return values
