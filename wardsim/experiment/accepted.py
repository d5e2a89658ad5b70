"""The accepted set: parameter vectors that none of the fitted patterns contradicts, and how they were found.

Which numbers of the model nobody knows exactly, and what they could be together, is told by these vectors: each row of
``accepted.csv`` is a place that the walk of ``wardsim calibrate goal=collect`` came to.  ``accepted.json`` tells how.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment.manifest import now, versions
from wardsim.experiment.store import csv_table
from wardsim.experiment.whole import sha256, write_whole

if TYPE_CHECKING:
    from wardsim.experiment.calibration import Search

TABLE, HOW = "accepted.csv", "accepted.json"
PACKAGED = Path(__file__).parent
DIGITS = 5  # significant ones, far more than anybody knows


@dataclass(frozen=True)
class AcceptedSet:
    """Vectors of parameters by their names in the register, and how they were found."""

    vectors: tuple[Mapping[str, float], ...]
    made_by: Mapping[str, Any]
    checksum: str

    def of(self, replication: int) -> Mapping[str, float]:
        """The vector that a replication is run with, in every scenario: they are taken in turn."""
        return self.vectors[replication % len(self.vectors)]


@cache
def load_accepted(folder: Path = PACKAGED) -> AcceptedSet:
    """The accepted set of the package, or of a folder that a search has left.

    Raises
    ------
    FileNotFoundError
        There is none.
    ValueError
        The table is not the one that was written.
    """
    data = (folder / TABLE).read_bytes()
    how = json.loads((folder / HOW).read_bytes())
    if sha256(data) != how["sha256"]:
        raise ValueError(f"{folder / TABLE} is not what was written")
    rows = csv.DictReader(io.StringIO(data.decode()))
    vectors = tuple({name: float(value) for name, value in row.items()} for row in rows)
    return AcceptedSet(vectors, how, how["sha256"])


def write_accepted(search: Search, folder: Path, *, every: int, after: int) -> int:
    """Write the places that a walk came to, every so many trials and from one on; gives how many (0: nothing is written)."""
    places = search.walked(every, after)
    if not places:
        return 0
    names = [p.name for p in search.parameters]
    data = csv_table(names, ([f"{place[name]:.{DIGITS}g}" for name in names] for place in places))
    how = {
        "vectors": len(places), "distinct": len({tuple(place.values()) for place in places}),
        "trials": search.done, "accepted_trials": len(search.accepted()), "every": every, "after": after,
        **{key: value for key, value in search.made_by.items() if key != "parameters"},
        "register": {p.name: p.default for p in search.parameters},
        "versions": {**versions(), "optuna": version("optuna")}, "written": now(), "sha256": sha256(data),
    }  # fmt: skip
    write_whole(folder / TABLE, data)
    write_whole(folder / HOW, (json.dumps(how, indent=1) + "\n").encode())
    return len(places)
