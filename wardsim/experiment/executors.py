"""Runs in threads.  The compiled engine lets go of Python's lock, so threads use all cores."""

from __future__ import annotations

import ctypes
import os
import queue
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from wardsim.scenario.schema import Scenario

TABLES = ("daily", "stays", "staff", "contacts")
EVENTS = "events"  # only on request
CONTACTS = "contacts"  # the largest by far
STOP_SECONDS = (
    3.0  # a compiler at work doesn't hear that it should stop; it is not waited for longer than this
)


@dataclass(frozen=True)
class Engine:
    """What this package needs of the layers below."""

    prepare: Callable[[Scenario], Any]
    run: Callable[[Any, int, int], Any]
    measure: Callable[[Any, Any], Mapping[str, float]]
    tables: Callable[..., Mapping[str, pa.Table]]
    version: str
    outcomes: tuple[Any, ...]
    is_compiled: Callable[[], bool] = lambda: True

    def units(self) -> dict[str, str]:
        return {outcome.name: outcome.unit for outcome in self.outcomes}


def load_engine() -> Engine:
    """The model; imported only when something is run, because compiled code takes a moment to load."""
    from wardsim.model.engine import run_replication
    from wardsim.model.inputs import prepare
    from wardsim.model.version import model_version
    from wardsim.observe.outcomes import OUTCOMES, measure
    from wardsim.observe.tables import tables

    return Engine(prepare, run_replication, measure, tables, model_version(), tuple(OUTCOMES), _is_compiled)


def _is_compiled() -> bool:
    """Whether an earlier run has left compiled code of this version of the model."""
    import numba

    folder = getattr(numba.config, "CACHE_DIR", "")
    return bool(folder) and any(Path(folder).rglob("*.nbi"))


@dataclass(frozen=True)
class Finished:
    """What is left of one replication: its outcomes and, if wanted, its tables; or how it failed."""

    replication: int
    outcomes: Mapping[str, float] | None = None
    tables: Mapping[str, pa.Table] | None = None
    stage: str = ""
    traceback: str = ""


def run_one(engine: Engine, inputs: Any, seed: int, replication: int, tables: Sequence[str]) -> Finished:
    """Run one replication and reduce it to outcomes and the tables named; an error becomes the answer."""
    from wardsim.experiment.tidy import with_replication

    stage = "simulation"
    try:
        record = engine.run(inputs, seed, replication)
        stage = "outcomes"
        outcomes = dict(engine.measure(inputs, record))
        stage = "tables"
        made = engine.tables(inputs, record, tables) if tables else {}
        kept = {name: with_replication(table, replication) for name, table in made.items()}
        return Finished(replication, outcomes, kept)
    except Exception:
        return Finished(replication, stage=stage, traceback=traceback.format_exc())


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_counts(replications: int, workers: int | None, seed: int) -> None:
    """Refuse numbers that make no sense.

    Raises
    ------
    ValueError
        Fewer than one replication or worker, or a seed that is no whole number from 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed={seed!r}: a whole number from 0 is needed")
    if replications < 1:
        raise ValueError(f"replications={replications}: at least 1 is needed")
    if workers is not None and workers < 1:
        raise ValueError(f"workers={workers}: at least 1 is needed")


def run_threads[Task, Answer](
    work: Callable[[Task], Answer], tasks: Iterable[Task], workers: int
) -> Generator[Answer]:
    """Do the work for every task in threads and give the answers as they come.

    At most a few finished answers wait at any time, so memory stays flat.  Closing the iterator, as an error
    or Ctrl-C in the caller does, stops the threads in the middle of what they do.
    """
    waiting = iter(list(tasks))
    take = threading.Lock()
    stop = threading.Event()
    answers: queue.Queue[Any] = queue.Queue(maxsize=2 * workers)

    def thread() -> None:
        try:
            while not stop.is_set():
                with take:
                    task = next(waiting, None)
                if task is None:
                    return
                _put(answers, work(task), stop)
        except BaseException as error:
            if not stop.is_set():  # otherwise it was told to stop in the middle of a run
                _put(answers, _Broken(error), stop)
        finally:
            _put(answers, None, stop)

    threads = [threading.Thread(target=thread, name=f"wardsim-{i}", daemon=True) for i in range(workers)]
    running = len(threads)
    for t in threads:
        t.start()
    try:
        while running:
            answer = answers.get()
            if answer is None:
                running -= 1
            elif isinstance(answer, _Broken):
                raise RuntimeError(f"a run ended its thread ({answer.error!r})") from answer.error
            else:
                yield answer
    finally:
        stop.set()
        _end(threads)


@dataclass(frozen=True)
class _Broken:
    """What ended a thread that nobody had told to end: its other runs would be missing without a word."""

    error: BaseException


def _end(threads: Sequence[threading.Thread]) -> None:
    """End threads in the middle of their runs.

    A thread that still computes while Python shuts down can abort the whole process, so none is left behind:
    each gets a SystemExit, which reaches it when the compiled code next comes back to Python.
    """
    deadline = time.monotonic() + STOP_SECONDS
    for t in threads:
        t.join(timeout=0.05)  # most are done by themselves
    while (running := [t for t in threads if t.is_alive()]) and time.monotonic() < deadline:
        for t in running:
            ident = ctypes.c_ulong(t.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(SystemExit))
            t.join(timeout=0.2)


def _put(answers: queue.Queue[Any], answer: Any, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            answers.put(answer, timeout=0.1)
            return
        except queue.Full:
            continue
