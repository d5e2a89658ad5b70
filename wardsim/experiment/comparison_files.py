"""The rows of a comparison and the files they are kept in."""

from __future__ import annotations

import contextlib
import csv
import io
import math
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment import executors
from wardsim.experiment.manifest import file_entry, read_checked, read_manifest, write_manifest
from wardsim.experiment.paired import not_subtracted, paired_difference
from wardsim.experiment.results import Results, ordered
from wardsim.experiment.store import csv_table, parquet_bytes
from wardsim.experiment.whole import FolderLock, ResultsError, make_folder, write_whole

if TYPE_CHECKING:
    import pandas as pd

    from wardsim.experiment.compare import Comparison

CSV_COLUMNS = (
    "outcome", "unit", "baseline", "alternative", "n", "mean_baseline", "mean_alternative", "difference",
    "low", "high", "sd_difference", "share_better", "distinguishable",
)  # fmt: skip
SAME_PEOPLE = "_same_people"
UNKNOWN = "unknown_parameters.csv"
COUNTS = ("n", "n_drawn")


def comparison_rows(results: Sequence[Results]) -> list[dict[str, Any]]:
    """Paired differences of every alternative with the first result, primary outcomes first."""
    import numpy as np

    register = {outcome.name: outcome for outcome in executors.load_engine().outcomes}
    values = [result.values() for result in results]
    units = {name: unit for result in results for name, unit in result.units().items()}
    pairs = min(result.manifest["replications"] for result in results)
    nothing = np.full(pairs, np.nan)
    rows = []
    for name in ordered(units):
        known = register.get(name)
        for result, alternative in zip(results[1:], values[1:]):
            paired = paired_difference(
                values[0].get(name, nothing)[:pairs],
                alternative.get(name, nothing)[:pairs],
                better=known.better if known else "neither",
                smallest=known.smallest_difference if known else None,
            )
            if is_two_currencies(units[name], results[0], result):
                paired = not_subtracted(paired)
            rows.append(
                {
                    "scenario": result.label,
                    "outcome": name,
                    "unit": units[name],
                    "baseline": results[0].label,
                    "alternative": result.label,
                    **vars(paired),
                }
            )
    return rows


def is_two_currencies(unit: str, one: Results, other: Results) -> bool:
    """Whether amounts of the two can't be subtracted."""
    return "money" in unit and one.scenario.cost.currency != other.scenario.cost.currency


def csv_bytes(comparison: Comparison) -> bytes:
    """``comparison.csv``: numbers in full, empty where undefined, true or false for distinguishable."""
    rows = comparison.table.to_dict("records")
    return csv_table(CSV_COLUMNS, ([_cell(row[name]) for name in CSV_COLUMNS] for row in rows))


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if value != value:
        return ""
    return repr(value) if isinstance(value, float) else str(int(value))


def _files(comparison: Comparison, suffix: str = "") -> dict[str, bytes]:
    import pyarrow as pa

    rows = pa.concat_tables([r.outcome_rows() for r in sorted(comparison.results, key=lambda r: r.label)])
    files = {
        f"outcomes{suffix}.parquet": parquet_bytes(
            rows.combine_chunks()
        ),  # in how many parts it lay must not show
        f"comparison{suffix}.csv": csv_bytes(comparison),
    }
    if comparison.same_people is not None:
        files |= _files(comparison.same_people, SAME_PEOPLE)
    if comparison.unknown is not None:
        rows = comparison.unknown.to_dict("records")
        files[UNKNOWN] = csv_table(
            list(comparison.unknown.columns), ([_cell(v) for v in row.values()] for row in rows)
        )
    return files


def write_comparison_files(comparison: Comparison, folder: Path) -> None:
    """Write the tables of a comparison, then the manifest that lists them.

    The second table, with the baseline's people in every alternative, goes to files of the same names with
    ``_same_people`` added.
    """
    files = _files(comparison)
    _remove_earlier(folder, keep=files)
    for name, data in files.items():
        write_whole(folder / name, data)
    comparison.manifest["files"] = {name: file_entry(data) for name, data in files.items()}
    write_manifest(folder, comparison.manifest)


def _remove_earlier(folder: Path, keep: Container[str]) -> None:
    """Remove the tables of an earlier comparison that this one has not: they would be read as tables of this one."""
    with contextlib.suppress(ResultsError):  # none, or one that can't be read
        earlier = read_manifest(folder)
        for name in earlier.get("files", ()):
            if name not in keep:
                (folder / Path(name).name).unlink(missing_ok=True)


@contextlib.contextmanager
def alone_in(folder: Path | None) -> Iterator[None]:
    """While this lasts no other program writes a comparison into the folder."""
    if folder is None:
        yield
        return
    make_folder(folder)
    lock = FolderLock(folder)
    try:
        yield
    finally:
        lock.release()


def read_comparison_files(comparison: Comparison, folder: Path) -> pd.DataFrame | None:
    """Hold the files of a saved comparison to their checksums; gives the table about unknown parameters, if any."""
    found = {name: read_checked(folder / name, entry) for name, entry in comparison.manifest["files"].items()}
    return _unknown_of(found[UNKNOWN]) if UNKNOWN in found else None


def _unknown_of(data: bytes) -> pd.DataFrame:
    """The table about unknown parameters as it was before it was written, to the last digit."""
    import pandas as pd

    head, *rows = csv.reader(io.StringIO(data.decode()))
    frame = pd.DataFrame(rows, columns=head)
    for name in head:
        if name in COUNTS:
            frame[name] = frame[name].astype("int64")
        elif name not in CSV_COLUMNS[:4]:
            frame[name] = [float(text) if text else math.nan for text in frame[name]]
    return frame
