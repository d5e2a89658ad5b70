"""Stored outcomes: measure them again and write them down.

``python -m tests.baseline.refresh`` rewrites ``outcomes.csv``.  Say in CHANGELOG.md under **Regression** which outcomes
moved, by how much and why.
"""

from __future__ import annotations

import csv
from pathlib import Path

from wardsim import load_scenario
from wardsim.model.engine import run_replication
from wardsim.model.inputs import prepare
from wardsim.observe.outcomes import OUTCOMES, measure

STORED = Path(__file__).with_name("outcomes.csv")
SERVICES = ("community_centre", "soteria_berne", "conventional_acute")
REPLICATIONS, SEED = 3, 20270104
DAYS = ["horizon_days=60", "warmup_days=20"]


def measured() -> dict[tuple[str, int, str], float]:
    """Primary outcomes by service and replication."""
    primary = [outcome.name for outcome in OUTCOMES if outcome.primary]
    found = {}
    for service in SERVICES:
        inputs = prepare(load_scenario([f"service={service}", *DAYS]))
        for replication in range(REPLICATIONS):
            outcomes = measure(inputs, run_replication(inputs, SEED, replication))
            found.update({(service, replication, name): outcomes[name] for name in primary})
    return found


def stored() -> dict[tuple[str, int, str], float]:
    """What is written down."""
    with STORED.open(newline="", encoding="utf-8") as file:
        return {
            (r["service"], int(r["replication"]), r["outcome"]): float(r["value"])
            for r in csv.DictReader(file)
        }


def main() -> None:
    """Write the outcomes of today."""
    with STORED.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("service", "replication", "outcome", "value"))
        for (service, replication, name), value in measured().items():
            writer.writerow((service, replication, name, repr(value)))
    print(f"{STORED.name} written. Say in CHANGELOG.md under **Regression** what moved, and why.")


if __name__ == "__main__":
    main()
