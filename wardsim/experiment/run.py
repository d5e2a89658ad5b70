"""Run one scenario many times."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment import executors
from wardsim.experiment.batch import Batch, run_all
from wardsim.experiment.executors import CONTACTS, EVENTS, TABLES, check_counts, cores
from wardsim.experiment.precision import Precision
from wardsim.experiment.results import Results
from wardsim.experiment.store import ResultsError, RunsFailed

if TYPE_CHECKING:
    from wardsim.scenario.schema import Scenario

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


def simulate(
    scenario: Scenario,
    *,
    replications: int = 100,
    workers: int | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    progress: Progress | None = None,
    tables: bool = True,
    contacts: bool = True,
    events: bool = False,
    precision: float | None = None,
    label: str | None = None,
    say: Say | None = None,
) -> Results:
    """Run a scenario many times.

    Parameters
    ----------
    scenario
        What is simulated; from ``load_scenario``.
    replications
        How many times; each has its own luck, and the same luck in every scenario of the same seed.
    workers
        Threads; all cores by default.  Results don't depend on it.
    seed
        Start of the random numbers.
    out
        Folder to save in, as ``out/<scenario>-<hash8>/``.  What is already there is not run again.  Without
        it results stay in memory.
    progress
        Called as ``progress(done, total)``, first with what was there already, then after each run.
    tables
        Save the tables (daily, stays, staff) too.  Without it they are computed when asked for.
    contacts
        Save the ledger of contacts among them, which takes about a megabyte a run.
    events
        Save the log of events as well.
    precision
        For example 0.05: add replications until the half-width of every primary outcome's interval is at most
        that share of its mean (2,000 replications at most).
    label
        Name in tables and figures; the scenario's own name by default.
    say
        Gets the few sentences there are to say; they go to standard error by default.

    Returns
    -------
    Results
        Outcomes and tables.  Single runs that failed are listed in ``.failures``.

    Raises
    ------
    ResultsError
        The folder can't be written; ``DiskFull`` and ``RunsFailed`` (not one run succeeded) are kinds of it.
    """
    check_scenarios(scenario)
    check_counts(replications, workers, seed)
    engine = executors.load_engine()
    root = None if out is None else Path(out)
    batch = Batch(
        engine,
        scenario,
        label or scenario.name,
        seed=seed,
        root=root,
        tables=wanted_tables(tables, events, contacts),
    )
    run_batches([batch], replications, workers, precision, progress, say or to_standard_error)
    results = batch.results()
    if not results.replications:
        raise RunsFailed(all_failed(results))
    return results


def check_scenarios(*scenarios: object) -> None:
    """Refuse what is no scenario, with the way to one."""
    from wardsim.scenario.schema import Scenario

    for given in scenarios:
        if not isinstance(given, Scenario):
            raise TypeError(
                f'expected a scenario, such as load_scenario(["service=bet_unit"]), got {given!r}'
            )


def wanted_tables(tables: bool, events: bool, contacts: bool) -> tuple[str, ...]:
    """Names of the tables to save."""
    kept = tuple(name for name in TABLES if contacts or name != CONTACTS)
    return (*(kept if tables else ()), *((EVENTS,) if events else ()))


def to_standard_error(line: str) -> None:
    """Say one line to the person at the screen."""
    print(line, file=sys.stderr, flush=True)


def all_failed(results: Results) -> str:
    """What to say when no run of a scenario succeeded."""
    first = results.failures[0]
    return (
        f"All {len(results.failures)} runs of {results.label} failed. The first, in stage {first['stage']}:\n"
        f"{first['traceback']}"
    )


def run_batches(
    batches: Sequence[Batch],
    replications: int,
    workers: int | None,
    precision: float | None,
    progress: Progress | None,
    say: Say,
) -> dict[str, Any] | None:
    """Run what is missing in all batches; gives what was needed for the precision, if one was asked for.

    Whatever ends it early (Ctrl-C, a full disk), what was finished is kept and every folder is left in order.
    """
    finished: list[Batch] = []
    try:
        target = Precision(precision, replications) if precision is not None else None
        _say_beginning(batches, replications, say)
        for batch in batches:
            batch.start(batch.share(replications))
        _run_round(batches, replications, workers or cores(), progress)
        while target and (
            wanted := target.next({b.label: b.results().values() for b in batches if b.accepted is None})
        ):
            _run_round(batches, wanted, workers or cores(), progress)
        for batch in batches:
            batch.finish("complete")
            finished.append(batch)
    except BaseException:
        for batch in batches:
            if batch not in finished:
                with contextlib.suppress(ResultsError):  # a full disk: the manifest from before still stands
                    batch.finish("interrupted")
        raise
    finally:
        for batch in batches:
            batch.close()
    if target is None:
        return None
    say(target.sentence())
    return target.as_dict()


def _run_round(batches: Sequence[Batch], replications: int, workers: int, progress: Progress | None) -> None:
    plan = _plan(batches, replications)
    total = sum(wanted for *_, wanted in plan)
    done = total - sum(len(missing) for _, missing, _ in plan)

    def on_run() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, total)

    if progress:
        progress(done, total)
    run_all(plan, workers, on_run)


def _plan(batches: Sequence[Batch], replications: int) -> list[tuple[Batch, list[int], int]]:
    """Each batch with the replications that it still has to run, and how many it is to have."""
    wanted = [batch.share(replications) for batch in batches]
    return [(batch, batch.missing(n), n) for batch, n in zip(batches, wanted)]


def _say_beginning(batches: Sequence[Batch], replications: int, say: Say) -> None:
    for batch in batches:
        if batch.folder:
            for name in batch.folder.damaged:
                say(f"{name} in {batch.folder.path} is damaged; its runs are run again")
    plan = _plan(batches, replications)
    total = sum(wanted for *_, wanted in plan)
    to_run = sum(len(missing) for _, missing, _ in plan)
    if to_run < total:
        say(f"{total - to_run} of {total} runs already done, {to_run} to run")
    if to_run and not batches[0].engine.is_compiled():
        say("First run of this version: the model is compiled now, once, which takes about a minute")
