"""The bibliography: what stands behind the keys in the column ``source`` of the parameter register.

``bibliography.csv`` has one row per source: who wrote it and where, on whom it was measured, and how it was seen
(``text``: read in the source; ``second-hand``: read in another text that cites it; ``general knowledge``: not checked).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

COLUMNS = ("key", "reference", "measured_on", "seen")
SEEN = ("text", "second-hand", "general knowledge")
#: Keys that are no source: nobody has measured it; it was set with a pattern in view.
NO_SOURCE = {
    "assumption": "nobody has measured it; a choice of the modellers",
    "calibrated": "fitted to patterns that ODD.md lists in section 1, then rounded",
}


class BibliographyError(ValueError):
    """The bibliography itself is wrong: says the row and what is wrong with it."""


@dataclass(frozen=True)
class Source:
    """One source: `key`, `reference`, on whom it was `measured_on`, and how it was `seen`."""

    key: str
    reference: str
    measured_on: str
    seen: str

    def __str__(self) -> str:
        return f"{self.reference}: {self.measured_on}" + ("" if self.seen == "text" else f" ({self.seen})")


def read_bibliography(lines: Iterable[str]) -> dict[str, Source]:
    """Read and check the rows of a bibliography, by key.

    Raises
    ------
    BibliographyError
        With the first row that is wrong and why.
    """
    reader = csv.DictReader(lines, strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BibliographyError(f"the columns must be {', '.join(COLUMNS)}")
    found: dict[str, Source] = {}
    for row in reader:
        where = f"bibliography: line {reader.line_num} ({row['key']})"
        if None in row or not all(row.values()):
            raise BibliographyError(f"{where}: {len(COLUMNS)} filled columns expected")
        if row["seen"] not in SEEN:
            raise BibliographyError(f"{where}: seen {row['seen']!r} is none of {', '.join(SEEN)}")
        if row["key"] in found or row["key"] in NO_SOURCE:
            raise BibliographyError(f"{where}: named twice")
        found[row["key"]] = Source(**row)
    return found


@cache
def load_bibliography() -> dict[str, Source]:
    """Every source of the packaged bibliography, by key."""
    text = resources.files("wardsim.scenario").joinpath("bibliography.csv").read_text(encoding="utf-8")
    return read_bibliography(text.splitlines())


def source_text(key: str) -> str:
    """What stands behind a key of the register."""
    return NO_SOURCE[key] if key in NO_SOURCE else str(load_bibliography()[key])
