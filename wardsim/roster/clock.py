"""Clock: minutes of a stretch of time that lie in a daily window or on a weekend, for whole arrays.

All times are minutes of local clock time since a midnight; there is no daylight saving.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Minutes = npt.NDArray[np.int64]
DAY = 1440
WEEK = 7 * DAY
WAKING_WINDOW = (7 * 60, 22 * 60)  # the hours of "waking milieu staff-hours 07-22"
DEEP_NIGHT = (
    23 * 60,
    6 * 60,
)  # a duty with at least 3 h awake in it is a night duty (ArbZG § 2: 23:00-06:00)
NIGHT_DUTY_MIN = 180
EVENING_PAY = (17 * 60, 21 * 60)  # assumption; the evidence gives one supplement for evening and night
NIGHT_PAY = (21 * 60, 6 * 60)  # 21:00-06:00 as in AML § 10-11 and the Norwegian hospital supplements


def minute_of_day(text: str) -> int:
    """Minutes after midnight of a clock time such as ``07:30``."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def clock_text(minute: float) -> str:
    """Clock time of a minute, for example ``21:15``."""
    minute = round(minute) % DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"


def in_window(start: Any, end: Any, window: tuple[int, int]) -> Minutes:
    """Minutes of ``[start, end)`` inside a daily clock window; the window may run over midnight."""
    low, high = window
    start, end = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    if low > high:
        outside: Minutes = in_window(start, end, (high, low))
        whole: Minutes = end - start - outside
        return whole
    found: Minutes = _before(end, low, high) - _before(start, low, high)
    return found


def _before(t: Minutes, low: int, high: int) -> Minutes:
    found: Minutes = (t // DAY) * (high - low) + np.clip(t % DAY - low, 0, high - low)
    return found


def on_weekend(start: Any, end: Any) -> Minutes:
    """Minutes of ``[start, end)`` on a Saturday or Sunday; times count from a Monday's midnight."""
    start, end = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)

    def before(t: Minutes) -> Minutes:
        return (t // WEEK) * 2 * DAY + np.clip(t % WEEK - 5 * DAY, 0, 2 * DAY)

    found: Minutes = before(end) - before(start)
    return found


def sleep_windows(start: int, length: int, window: str | None) -> list[tuple[int, int]]:
    """Stretches asleep on site within one duty, as minutes after its start.

    Parameters
    ----------
    start
        Minute of the day at which the duty starts.
    length
        Minutes on site.
    window
        Clock window of sleep such as ``23:00-07:00``, or None.
    """
    if window is None:
        return []
    low, high = (minute_of_day(part) for part in window.split("-"))
    if high <= low:
        high += DAY
    found = []
    for day in range(-1, (start + length) // DAY + 1):
        a, b = max(day * DAY + low, start), min(day * DAY + high, start + length)
        if b > a:
            found.append((a - start, b - start))
    return found
