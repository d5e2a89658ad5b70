"""Sleepiness and what it does to errors, against the check values of the three-process model."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from tests.model.wards import inputs
from wardsim.model.engine import Run
from wardsim.model.processes import fatigue

WARD = ("service=community_centre", "horizon_days=20")


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(inputs(*WARD), 1)


def _fatigue(run: Run) -> SimpleNamespace:
    par = run.arrays["par"][0]
    return SimpleNamespace(
        **{name: float(par[name]) for name in par.dtype.names if name.startswith("fatigue_")}
    )


@pytest.mark.parametrize(("clock_h", "awake_h", "kss"), [(15, 8, 3.1), (22, 15, 4.9), (28, 21, 7.7)])
def test_sleepiness_of_a_day_that_becomes_a_night(run: Run, clock_h: int, awake_h: int, kss: float) -> None:
    """Check values of the three-process model: up at 07:00 with S = 14."""
    c = _fatigue(run)
    body_clock = inputs(*WARD).read_only["slots"]["body_clock"][(clock_h % 24) * 12]
    pressure = fatigue.after_awake.py_func(c, 14.0, float(awake_h))
    assert fatigue.sleepiness.py_func(c, pressure, body_clock) == pytest.approx(kss, abs=0.06)


def test_sleep_restores(run: Run) -> None:
    """Linear below the break at 12.2, exponential above; in pieces as in one go."""
    c, slope = _fatigue(run), 0.3813 * 2.1
    assert fatigue.after_asleep.py_func(c, 8.0, 1.0) == pytest.approx(8.0 + slope)
    assert fatigue.after_asleep.py_func(c, 13.0, 2.0) == pytest.approx(14.3 - 1.3 * math.exp(-0.3813 * 2))
    to_break = (12.2 - 8.0) / slope
    assert fatigue.after_asleep.py_func(c, 8.0, to_break + 1) == pytest.approx(14.3 - 2.1 * math.exp(-0.3813))
    in_pieces = 6.0
    for _ in range(16):
        in_pieces = fatigue.after_asleep.py_func(c, in_pieces, 0.5)
    assert in_pieces == pytest.approx(fatigue.after_asleep.py_func(c, 6.0, 8.0))


def test_errors_rise_with_sleepiness_quick_returns_and_nights(run: Run) -> None:
    c = _fatigue(run)
    index = fatigue.error_index.py_func
    assert index(c, 4.0, False, 0) == 1.0
    assert index(c, 7.0, False, 0) == pytest.approx(math.exp(3 * c.fatigue_error_slope))
    assert index(c, 4.0, True, 0) == pytest.approx(c.fatigue_quick_return)
    nights = [index(c, 4.0, False, n) for n in range(1, 7)]
    assert nights == [1.0, c.fatigue_second_night, c.fatigue_third_night, *[c.fatigue_fourth_night] * 3]
