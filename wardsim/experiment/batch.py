"""The runs of one scenario: which are there already, which are still to do, and where they are kept."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment.executors import Engine, Finished, run_one, run_threads
from wardsim.experiment.manifest import FORMAT, now, provenance
from wardsim.experiment.results import Results
from wardsim.experiment.store import ResultsError, RunFolder, run_key
from wardsim.scenario.uncertainty import with_parameters

if TYPE_CHECKING:
    from wardsim.experiment.accepted import AcceptedSet
    from wardsim.scenario.schema import Scenario

MOST_PARTS = 10  # a command writes its runs in about this many parts, so that little is lost when it dies
MOST_RUNS_IN_A_PART = 25
MOST_DAYS_IN_A_PART = 2_500  # what is held until a part is full depends on the horizon: it bounds the memory


class Batch:
    """The runs of one scenario: those already there and those still to do.

    Parameters
    ----------
    root
        Folder of the experiment; None keeps outcomes in memory.
    tables
        Names of the tables to save.
    share
        How many replications this batch runs when so many are asked for; all of them by default.
    accepted
        Replications take their parameters from this set instead of the scenario.
    """

    def __init__(
        self,
        engine: Engine,
        scenario: Scenario,
        label: str,
        *,
        seed: int,
        root: Path | None,
        tables: Sequence[str],
        share: Callable[[int], int] = int,
        accepted: AcceptedSet | None = None,
    ) -> None:
        self.share, self.accepted = share, accepted
        self.engine, self.scenario, self.label, self.seed = engine, scenario, label, seed
        self.inputs = engine.prepare(scenario)
        self.folder: RunFolder | None = None
        if root is not None:
            version = engine.version if accepted is None else f"{engine.version}+{accepted.checksum}"
            self.folder = RunFolder(root, scenario, label, seed=seed, model_version=version, tables=tables)
        self._tables = tuple(tables) if self.folder is not None else ()
        self._units = engine.units()
        self._outcomes: dict[int, Mapping[str, float]] = {}
        self._failures: list[Finished] = []
        self._replications = 0
        self._seconds = 0.0
        self._runs = 0
        self._provenance: dict[str, Any] = {}
        self._started = False

    def missing(self, replications: int) -> list[int]:
        """Replications still to run."""
        done = self.folder.done() if self.folder else set(self._outcomes)
        failed = {failure.replication for failure in self._failures}
        return [r for r in range(replications) if r not in done and r not in failed]

    def start(self, replications: int) -> None:
        """Write what is known before the first run."""
        self._started, self._replications = True, replications
        if self.folder:
            self.folder.start(replications)
        else:
            self._provenance = provenance()

    def begin(self, missing: Sequence[int], replications: int) -> _Blocks:
        """Get ready to keep the runs of some replications; gives the blocks they are written in."""
        self._replications = replications
        if self.folder:
            self.folder.extend(replications)
        return _Blocks(missing, replications, self.scenario.horizon_days + self.scenario.warmup_days)

    def work(self, replication: int) -> Finished:
        """Run one replication (in any thread)."""
        inputs = self.inputs
        if self.accepted is not None:
            inputs = self.engine.prepare(with_parameters(self.scenario, self.accepted.of(replication)))
        return run_one(self.engine, inputs, self.seed, replication, self._tables)

    def note(self, seconds: float) -> None:
        """One more run, so many seconds after the one before it."""
        self._runs += 1
        self._seconds += seconds

    def keep(self, runs: Sequence[Finished]) -> None:
        """Keep a block of finished runs; again, if the first time was interrupted."""
        failed = {failure.replication for failure in self._failures}
        good: dict[int, Mapping[str, float]] = {}
        tables: dict[str, list[Any]] = {}
        for run in sorted(runs, key=lambda run: run.replication):
            if run.outcomes is None:
                if run.replication in failed:
                    continue
                self._failures.append(run)
                if self.folder:
                    self.folder.fail(run.replication, run.stage, run.traceback)
                continue
            good[run.replication] = run.outcomes
            for name, table in (run.tables or {}).items():
                tables.setdefault(name, []).append(table)
        if self.folder is None:
            self._outcomes |= good
        elif good:
            self.folder.add(good, tables, self._units)

    def finish(self, state: str) -> None:
        """Write the last manifest."""
        if self.folder and self._started:
            self.folder.finish(state, self._seconds, self._runs)

    def close(self) -> None:
        """Let go of the folder."""
        if self.folder:
            self.folder.close()

    def results(self, label: str | None = None) -> Results:
        """The results so far, under another label if one is given."""
        label = label or self.label
        if self.folder:
            return Results(self.scenario, label, self.folder.manifest, folder=self.folder.path)
        return Results(self.scenario, label, self._memory_manifest(), outcomes=self._outcomes)

    def _memory_manifest(self) -> dict[str, Any]:
        from wardsim.scenario.saved import scenario_hash

        hash_ = scenario_hash(self.scenario)
        version = self.engine.version
        return {
            "kind": "run",
            "format": FORMAT,
            "state": "complete",
            "label": self.label,
            "seed": self.seed,
            "replications": self._replications,
            "model_version": version,
            "scenario_hash": hash_,
            **self._provenance,
            "finished": now(),
            "seconds": round(self._seconds, 3),
            "runs_in_this_command": self._runs,
            "failures": [
                {
                    "key": run_key(hash_, self.seed, failure.replication, version),
                    "replication": failure.replication,
                    "stage": failure.stage,
                    "traceback": failure.traceback,
                }
                for failure in sorted(self._failures, key=lambda f: f.replication)
            ],
        }


def open_batches(scenarios: Sequence[Scenario], open_one: Callable[[int], Batch]) -> list[Batch]:
    """One batch for each scenario, by its place in the list; scenarios that are the same share the first one's.

    If one can't be opened, those that are open are closed.
    """
    from wardsim.scenario.saved import scenario_hash

    keys = [scenario_hash(scenario) for scenario in scenarios]
    opened: dict[str, Batch] = {}
    try:
        for i, key in enumerate(keys):
            if key not in opened:
                opened[key] = open_one(i)
    except BaseException:
        for batch in opened.values():
            batch.close()
        raise
    return [opened[key] for key in keys]


def run_all(
    batches: Sequence[tuple[Batch, Sequence[int], int]], workers: int, on_run: Callable[[], None]
) -> None:
    """Run replications of several batches, without a pause between them, and keep what is finished.

    Parameters
    ----------
    batches
        Each with the replications to run and the number asked for.
    """
    held = {batch: batch.begin(missing, replications) for batch, missing, replications in batches}
    tasks = [(batch, replication) for batch, missing, _ in batches for replication in missing]
    answers = run_threads(
        lambda task: (task[0], task[0].work(task[1])), tasks, max(1, min(workers, len(tasks)))
    )
    last = time.perf_counter()
    try:
        for batch, run in answers:
            now = time.perf_counter()
            batch.note(now - last)
            last = now
            if (block := held[batch].add(run)) is not None:
                batch.keep(held[batch].of(block))
                held[batch].let_go(block)  # only now: whoever interrupts the writing loses nothing
            on_run()
    except BaseException as error:
        full = isinstance(error, ResultsError)  # on a full disk a smaller file may still find room
        for batch, blocks in held.items():
            for runs in blocks.unfinished():
                with contextlib.suppress(ResultsError) if full else contextlib.nullcontext():
                    batch.keep(runs)
        raise
    finally:
        answers.close()


class _Blocks:
    """Collects finished runs into the parts they are written in.

    Which run belongs to which part depends only on the number of replications asked for, so that the files
    are the same whatever the number of threads.
    """

    def __init__(self, missing: Sequence[int], replications: int, days: int) -> None:
        size = min(MOST_RUNS_IN_A_PART, -(-replications // MOST_PARTS), MOST_DAYS_IN_A_PART // days)
        self._size = max(1, size)
        self._waiting = Counter(replication // self._size for replication in missing)
        self._held: dict[int, list[Finished]] = {}

    def add(self, run: Finished) -> int | None:
        """Take one finished run; gives the number of the block that it completes, if it does."""
        block = run.replication // self._size
        self._held.setdefault(block, []).append(run)
        return block if len(self._held[block]) == self._waiting[block] else None

    def of(self, block: int) -> list[Finished]:
        """The runs of a block."""
        return self._held[block]

    def let_go(self, block: int) -> None:
        """The runs of a block are kept elsewhere now."""
        del self._held[block]

    def unfinished(self) -> list[list[Finished]]:
        """What there is of the blocks that are not kept yet."""
        return [self._held[block] for block in sorted(self._held)]
