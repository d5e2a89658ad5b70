"""Progress: plain lines where there is no terminal, with the time gone and the time left."""

from __future__ import annotations

import io

import pytest

from wardsim.report import progress as module
from wardsim.report.progress import Progress, duration


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_a_line_every_ten_seconds_with_what_is_left(clock: list[float]) -> None:
    out = io.StringIO()
    with Progress(out) as progress:
        progress(20, 100)  # done before
        for i in range(1, 41):
            clock[0] += 1
            progress(20 + i, 100)
    lines = out.getvalue().splitlines()
    assert lines[0] == "30 of 100 runs; 10 s gone; about 1 min 10 s left"
    assert lines[3] == "60 of 100 runs; 40 s gone; about 40 s left"
    assert len(lines) == 5, "and one at the end"


def test_nothing_is_printed_for_what_takes_no_time(clock: list[float]) -> None:
    out = io.StringIO()
    with Progress(out) as progress:
        progress(0, 3)
        progress(3, 3)
    assert out.getvalue() == ""


def test_counting_by_hand_and_saying_something(clock: list[float]) -> None:
    out = io.StringIO()
    progress = Progress(out)
    progress.start(4, "points")
    progress.say("one line")
    clock[0] = 11
    progress.advance(3, "rotation=co_living")
    progress.finish()
    lines = out.getvalue().splitlines()
    assert lines[:2] == ["one line", "3 of 4 points; 11 s gone; about 4 s left; rotation=co_living"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_on_a_terminal_that_can_not_draw(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    out = Terminal()
    with Progress(out) as progress:
        progress(0, 2)
        clock[0] = 20
        progress(2, 2)
    assert out.getvalue().startswith("2 of 2 runs; 20 s gone")


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    with Progress(out) as progress:
        progress(1, 2)
        progress.say("a line beside the bar")
        progress(2, 2)
    assert "a line beside the bar" in out.getvalue()
    assert "2/2" in out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min"), (200, "3 min 20 s"), (3600, "1 h"), (7500, "2 h 5 min")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
