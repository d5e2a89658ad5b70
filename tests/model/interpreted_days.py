"""Digests of all that a few days on a ward leave behind; run by a test with compilation switched off."""

from __future__ import annotations

import hashlib
import json
import sys

import numpy as np

from tests.model.wards import inputs, state
from wardsim.model import interventions
from wardsim.model.engine import Run
from wardsim.model.processes import from_outside

CASES = {
    "community_centre": (1, ("service=community_centre", "horizon_days=8")),
    "soteria_berne": (
        2,
        ("service=soteria_berne", "horizon_days=8", "model.parameters.crises.aggression_per_day=0.2"),
    ),
}


def digests(case: str) -> dict[str, str]:
    """Run the case, with somebody sent elsewhere and somebody added on the way; one digest for each field."""
    days, settings = CASES[case]
    run = Run(inputs(*settings), 6, 1)
    run.advance(100)
    run.act(from_outside.transfer, int(run.arrays["here"]["person"][1]), 500.0)
    interventions.add_staff(
        run, "peer_worker", 0, ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "09:00", 7.5
    )
    run.advance(days * run.inputs.ticks_per_day - 100)
    found = {}
    for name, table in state(run).items():
        for field in table.dtype.names or ():
            found[f"{name}.{field} ({len(table)})"] = hashlib.sha256(
                np.ascontiguousarray(table[field]).tobytes()
            ).hexdigest()
    return found


if __name__ == "__main__":
    print(json.dumps({case: digests(case) for case in sys.argv[1:]}))
