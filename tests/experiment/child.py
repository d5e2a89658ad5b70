"""A program of its own for the tests that kill it: runs made-up scenarios into a folder.

``python -m tests.experiment.child FOLDER SECONDS_PER_RUN REPLICATIONS [BIG_FROM] [FILE_LIMIT]``
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.experiment.made_up import MadeUpModel, made_up_problems, made_up_roster, scenario
from wardsim.experiment import compare as compare_module
from wardsim.experiment import executors
from wardsim.experiment.store import ResultsError

STOPPED = 130
SCENARIOS = [scenario("one"), scenario("two", presence=0.6)]


def main(folder: str, seconds: str, replications: str, big_from: str = "1000000", limit: str = "") -> int:
    model = MadeUpModel(seconds=float(seconds), big_from=int(big_from))
    executors.load_engine = model.engine
    compare_module.roster_summary = made_up_roster
    compare_module.roster_problems = made_up_problems
    if limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    print("started", flush=True)
    try:
        compare_module.compare(
            SCENARIOS,
            replications=int(replications),
            workers=2,
            out=Path(folder),
        )
    except KeyboardInterrupt:
        return STOPPED
    except ResultsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
