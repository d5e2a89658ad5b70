"""Results of one scenario on disk: Parquet parts, the scenario, the manifest.

``OUT/<scenario>-<hash8>/`` holds ``outcomes-*``, ``daily-*``, ``stays-*``, ``staff-*`` and ``contacts-*``
(Parquet, one part for a block of replications), ``scenario.yaml`` (can be run again as it is),
``breaches.csv`` (working-time rules that the plan breaks) and ``manifest.json``.  A part counts only when the
manifest lists it with its checksum.  A run that is there is not run again: its key is the hash of scenario,
seed, replication and model version.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment.manifest import (
    FORMAT,
    MANIFEST,
    damaged,
    file_entry,
    now,
    provenance,
    read_checked,
    read_manifest,
    write_manifest,
)
from wardsim.experiment.whole import (
    DiskFull,
    FolderLock,
    ResultsError,
    RunsFailed,
    make_folder,
    remove_leftovers,
    write_whole,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from wardsim.scenario.schema import Scenario

__all__ = [
    "DiskFull", "ResultsError", "RunFolder", "RunsFailed", "csv_table", "folder_name", "parquet_bytes",
    "read_part", "run_key", "saved_scenario", "saved_table", "write_whole",
]  # fmt: skip

BREACHES = "breaches.csv"
_PART = re.compile(r"^[a-z_]+-\d{5,}-\d{5,}-[0-9a-f]{8}\.parquet$")


def run_key(scenario_hash: str, seed: int, replication: int, model_version: str) -> str:
    """Name of one run: same key, same result."""
    text = json.dumps([scenario_hash, seed, replication, model_version])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def folder_name(label: str, scenario_hash: str) -> str:
    """Name of a scenario's folder: readable, and different for different scenarios of the same label."""
    slug = re.sub(r"[^\w.=-]+", "_", label).strip("._-")[:60]
    return f"{slug or 'scenario'}-{scenario_hash[:8]}"


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file; the same table, in the same chunks, always gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # measured numbers hardly ever repeat: they pack better byte by byte than by a dictionary
    measured = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    others = [name for name in table.column_names if name not in measured]
    stream = io.BytesIO()
    pq.write_table(
        table, stream, compression="zstd", row_group_size=1 << 20, use_dictionary=others or False,
        use_byte_stream_split=measured or False,
    )  # fmt: skip
    return stream.getvalue()


def csv_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as a CSV file; the same table always gives the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()


def breaches_csv(scenario: Scenario) -> bytes:
    """A row for each breach of working-time rules in the days of a run: date, unit, role, line, rule, article."""
    from wardsim.roster import Breach, breaches_of

    names = [field.name for field in dataclasses.fields(Breach)]
    return csv_table(names, ([getattr(b, name) for name in names] for b in breaches_of(scenario)))


def read_part(path: Path, entry: dict[str, Any]) -> pa.Table:
    """Read one Parquet file that a manifest lists, held to its checksum."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = read_checked(path, entry)
    try:
        # From a buffer and without threads: reading from a Python file object may abort the process at its
        # end (apache/arrow issue 50482).
        return pq.ParquetFile(pa.BufferReader(data), pre_buffer=False).read(use_threads=False)
    except pa.ArrowException as error:
        raise damaged(path, "it is no Parquet file") from error


def saved_scenario(folder: Path, manifest: dict[str, Any]) -> Scenario:
    """The scenario that a folder's results belong to."""
    from wardsim.scenario.schema import Scenario

    try:
        return Scenario.model_validate(manifest["scenario"])
    except ValueError as error:
        raise ResultsError(
            f"The scenario in {folder / MANIFEST} was written by another version of wardsim, and this one can't read "
            "it. Read it with that version, or give the command again into another folder."
        ) from error


def parts_in_view(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Parts that belong to the seed and model version of the last command."""
    view = (manifest["seed"], manifest["model_version"])
    return [part for part in manifest["parts"] if (part["seed"], part["model_version"]) == view]


def saved_table(folder: Path, manifest: dict[str, Any], name: str) -> pa.Table | None:
    """All saved rows of a table (``outcomes``, ``daily`` …), or None if some run has none.

    Replications beyond those that the last command asked for are left out; where two parts hold the same run,
    the later one counts.
    """
    from wardsim.experiment.tidy import keep_replications, sort_replications, stack

    seen: set[int] = set()
    pieces: list[tuple[int, pa.Table]] = []
    for part in reversed(parts_in_view(manifest)):
        wanted = {r for r in part["replications"] if r < manifest["replications"]} - seen
        if not wanted:
            continue
        if name not in part["files"]:
            return None
        seen |= wanted
        entry = part["files"][name]
        piece = read_part(folder / entry["file"], entry)
        pieces.append((min(wanted), keep_replications(piece, wanted)))
    if not pieces:
        return None
    return sort_replications(stack([piece for _, piece in sorted(pieces, key=lambda p: p[0])]))


def _same_runs(part: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two parts hold the same runs."""
    return all(part[key] == other[key] for key in ("seed", "model_version", "replications"))


class RunFolder:
    """The folder of one scenario while runs are added to it.

    Parameters
    ----------
    root
        The experiment's folder (``out``).
    scenario, label, seed, model_version
        What is run; part of every run's key.
    tables
        Names of the tables that a run must have saved to count as done.

    Raises
    ------
    ResultsError
        The folder can't be written, another program is writing into it, or its manifest is damaged.
    """

    def __init__(
        self,
        root: Path,
        scenario: Scenario,
        label: str,
        *,
        seed: int,
        model_version: str,
        tables: Sequence[str],
    ) -> None:
        from wardsim.scenario.saved import scenario_hash

        self.scenario = scenario
        self.hash = scenario_hash(scenario)
        self._scenario_tree = scenario.model_dump(mode="json")
        self.label, self.seed, self.model_version, self.tables = label, seed, model_version, tables
        self.path = root / folder_name(label, self.hash)
        self.damaged: list[str] = []
        make_folder(self.path)
        self._lock = FolderLock(self.path)
        try:
            remove_leftovers(self.path)
            self._parts = self._whole_parts(self._earlier_parts())
        except BaseException:
            self.close()
            raise
        self.manifest: dict[str, Any] = {}  # as last written
        self._replications = 0
        self._failures: list[dict[str, Any]] = []
        self._provenance: dict[str, Any] = {}

    def _earlier_parts(self) -> list[dict[str, Any]]:
        if not (self.path / MANIFEST).exists():
            return []
        manifest = read_manifest(self.path)
        if manifest["kind"] != "run" or manifest.get("scenario_hash") != self.hash:
            raise ResultsError(
                f"{self.path} holds results of another scenario. Choose another folder with out=FOLDER."
            )
        return list(manifest["parts"])

    def _whole_parts(self, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Parts whose files are all as they were written; the runs of the others are run again."""
        whole = []
        for part in parts:
            if (part["seed"], part["model_version"]) != (self.seed, self.model_version):
                whole.append(part)  # not used now, so not read; kept for whoever goes back to that seed
                continue
            damaged = [entry["file"] for entry in part["files"].values() if not self._is_whole(entry)]
            self.damaged += damaged
            if not damaged:
                whole.append(part)
        return whole

    def _is_whole(self, entry: dict[str, Any]) -> bool:
        try:
            read_checked(self.path / entry["file"], entry)
        except ResultsError:
            return False
        return True

    def key(self, replication: int) -> str:
        return run_key(self.hash, self.seed, replication, self.model_version)

    def done(self) -> set[int]:
        """Replications that need not be run again."""
        view = (self.seed, self.model_version)
        return {
            replication
            for part in self._parts
            if (part["seed"], part["model_version"]) == view and set(self.tables) <= set(part["files"])
            for replication in part["replications"]
        }

    def start(self, replications: int) -> None:
        """Write scenario, breaches of working-time rules and manifest, before the first run."""
        from wardsim.scenario.saved import to_yaml

        self._replications = replications
        self._provenance = provenance()
        text = to_yaml(self.scenario, replications=replications, seed=self.seed)
        write_whole(self.path / "scenario.yaml", text.encode())
        write_whole(self.path / BREACHES, breaches_csv(self.scenario))
        self._write("running")

    def extend(self, replications: int) -> None:
        """Ask for more replications than at the start."""
        self._replications = replications

    def add(
        self,
        outcomes: Mapping[int, Mapping[str, float]],
        tables: Mapping[str, Sequence[pa.Table]],
        units: Mapping[str, str],
    ) -> None:
        """Save a block of finished runs: its files first, then the manifest that lists them."""
        from wardsim.experiment.tidy import outcome_rows, stack

        replications = sorted(outcomes)
        block = f"{replications[0]:05d}-{replications[-1]:05d}-{self._block_key(replications)}"
        files: dict[str, dict[str, Any]] = {}
        contents = {name: stack(pieces) for name, pieces in tables.items()}
        contents["outcomes"] = outcome_rows(self.label, outcomes, units)
        for name, table in contents.items():
            data = parquet_bytes(table)
            file = f"{name}-{block}.parquet"
            write_whole(self.path / file, data, last=False)
            files[name] = {"file": file, **file_entry(data), "rows": table.num_rows}
        part = {
            "seed": self.seed,
            "model_version": self.model_version,
            "replications": replications,
            "files": files,
        }
        for earlier in [p for p in self._parts if _same_runs(p, part)]:
            part["files"] = {
                **earlier["files"],
                **files,
            }  # tables of the same runs that are not saved this time
            self._parts.remove(earlier)
        self._parts.append(part)
        self._write("running")

    def _block_key(self, replications: Iterable[int]) -> str:
        keys = "".join(self.key(replication) for replication in replications)
        return hashlib.sha256(keys.encode()).hexdigest()[:8]

    def fail(self, replication: int, stage: str, traceback: str) -> None:
        """Note a run that failed."""
        self._failures.append(
            {"key": self.key(replication), "replication": replication, "stage": stage, "traceback": traceback}
        )

    def finish(self, state: str, seconds: float, runs: int) -> None:
        """Write the last manifest; state is ``complete`` or ``interrupted``."""
        self._provenance |= {
            "finished": now(),
            "seconds": round(seconds, 3),
            "runs_in_this_command": runs,
        }
        if state == "complete":
            self._remove_unlisted()
        self._write(state)

    def _remove_unlisted(self) -> None:
        """Remove parts that no manifest lists: cut off before they were listed, or damaged and run again."""
        listed = {entry["file"] for part in self._parts for entry in part["files"].values()}
        for path in self.path.iterdir():
            if _PART.match(path.name) and path.name not in listed:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _write(self, state: str) -> None:
        manifest = {
            "kind": "run",
            "format": FORMAT,
            "state": state,
            "label": self.label,
            "seed": self.seed,
            "replications": self._replications,
            "model_version": self.model_version,
            "scenario_hash": self.hash,
            **self._provenance,
            "failures": sorted(self._failures, key=lambda f: f["replication"]),
            "parts": sorted(self._parts, key=lambda p: (p["seed"], p["model_version"])),
            "scenario": self._scenario_tree,
        }
        write_manifest(self.path, manifest)
        self.manifest = manifest

    def close(self) -> None:
        """Let others write into the folder."""
        self._lock.release()
