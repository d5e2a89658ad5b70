"""How far a command is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Shows how many of a number of things are done, the time gone and the time left.

    An object of this class is also the callback ``progress(done, total)`` that `simulate` and `compare` take.

    Parameters
    ----------
    stream
        Where to write; standard error by default.
    what
        What is counted, in the plural.
    """

    def __init__(self, stream: TextIO | None = None, what: str = "runs") -> None:
        self._stream = stream or sys.stderr
        self._what = what
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._total = 0
        self._done = 0
        self._before = 0
        self._began = 0.0
        self._spoken = 0.0
        self._running = False
        self._first: tuple[float, int] | None = None  # seconds until the first were done, and how many

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def __call__(self, done: int, total: int) -> None:
        """Take the state as it is: `done` of `total`.  The first call says what was done before."""
        if not self._running:
            self.start(total, self._what)
            self._before = self._done = done
        self._total = total
        self._show(done)

    def start(self, total: int, what: str) -> None:
        """Begin to count `total` things."""
        self._total, self._what, self._done, self._before = total, what, 0, 0
        self._began = self._spoken = time.monotonic()
        self._first = None
        self._running = True
        if self._stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown"):
            self._bar = _bar(self._stream)
            self._task = self._bar.add_task(what, total=total)
            self._bar.start()

    def advance(self, n: int = 1, note: str = "") -> None:
        """`n` more are done."""
        self._show(self._done + n, note)

    def say(self, text: str) -> None:
        """Write one line without disturbing the bar."""
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=self._stream, flush=True)

    def finish(self) -> None:
        """End the display; the last line says what was done."""
        if not self._running:
            return
        self._running = False
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        elif self._done > self._before and self._spoken != self._began:
            self._line("")

    def _show(self, done: int, note: str = "") -> None:
        self._done = done
        if self._first is None and done > self._before:
            self._first = (time.monotonic() - self._began, done - self._before)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=self._total, description=note or self._what)
            return
        now = time.monotonic()
        if now - self._spoken >= SECONDS_BETWEEN_LINES:
            self._spoken = now
            self._line(note)

    def _seconds_each(self, gone: float, new: int) -> float | None:
        """Seconds that each takes; the first one may have waited for the model to be compiled."""
        until_first, first = self._first or (0.0, 0)
        if new > first:
            return (gone - until_first) / (new - first)
        return gone / new if new > 1 else None

    def _line(self, note: str) -> None:
        gone = time.monotonic() - self._began
        new = self._done - self._before
        parts = [f"{self._done} of {self._total} {self._what}", f"{duration(gone)} gone"]
        if self._done < self._total and (each := self._seconds_each(gone, new)) is not None:
            parts.append(f"about {duration(each * (self._total - self._done))} left")
        print("; ".join(parts + ([note] if note else [])), file=self._stream, flush=True)


def duration(seconds: float) -> str:
    """A duration in words: `8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _bar(stream: TextIO) -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Console(file=stream),
        transient=True,
    )
