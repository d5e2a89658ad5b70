"""Shift: what one duty of a rota brings: minutes on site, awake, asleep, paid, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wardsim.roster.clock import (
    DAY,
    EVENING_PAY,
    NIGHT_PAY,
    WAKING_WINDOW,
    Minutes,
    in_window,
    minute_of_day,
    on_weekend,
    sleep_windows,
)
from wardsim.scenario.schema import Cost, Rotation

OFF = "-"
CLOSED_FROM = (
    4 * DAY + 21 * 60
)  # Friday 21:00: from here to Sunday midnight no duty of a closed weekend starts


@dataclass(frozen=True)
class Shift:
    """A duty of the scheme: start (minute of the day), length, stretches asleep (minutes after start)."""

    start: int
    length: int
    sleeps: tuple[tuple[int, int], ...]

    @cached_property
    def asleep(self) -> int:
        """Minutes asleep on site."""
        return sum(b - a for a, b in self.sleeps)

    @cached_property
    def days(self) -> int:
        """Calendar days of a row that the duty fills."""
        return -(-self.length // DAY)


def shifts_of(rotation: Rotation) -> dict[str, Shift]:
    """The duties of a rotation by token."""
    made = {}
    for token, spec in rotation.shifts.items():
        start, length = minute_of_day(spec.start), round(spec.hours * 60)
        made[token] = Shift(start, length, tuple(sleep_windows(start, length, spec.sleep)))
    return made


@dataclass(frozen=True)
class Pay:
    """How hours become money: paid share of sleeping hours, supplements as shares of the hourly cost."""

    sleeping: float
    evening: float
    night: float
    weekend: float

    def minutes(self, start: Minutes, end: Minutes) -> npt.NDArray[np.float64]:
        """Minutes of a stretch weighted with supplements; times count from a Monday's midnight."""
        evening, night = in_window(start, end, EVENING_PAY), in_window(start, end, NIGHT_PAY)
        weighted: npt.NDArray[np.float64] = (
            end - start + self.evening * evening + self.night * night + self.weekend * on_weekend(start, end)
        )
        return weighted


def pay_of(rotation: Rotation, cost: Cost) -> Pay:
    """Pay of a scheme under the cost options of a scenario."""
    return Pay(
        rotation.sleeping_paid_fraction,
        cost.evening_supplement,
        cost.night_supplement,
        cost.weekend_supplement,
    )


@dataclass(frozen=True)
class Worth:
    """What a duty counts in each way of sizing: h on site, h paid, weighted paid h (cost), h awake 07-22."""

    presence: float
    paid: float
    cost: float
    cover: float

    def __add__(self, other: Worth) -> Worth:
        return Worth(
            self.presence + other.presence,
            self.paid + other.paid,
            self.cost + other.cost,
            self.cover + other.cover,
        )

    def __mul__(self, factor: float) -> Worth:
        return Worth(self.presence * factor, self.paid * factor, self.cost * factor, self.cover * factor)


NOTHING = Worth(0.0, 0.0, 0.0, 0.0)


def worth(shift: Shift, weekday: int, pay: Pay) -> Worth:
    """What one duty counts if it starts on this weekday (0 = Monday)."""
    start = weekday * DAY + shift.start
    spans = np.array([(start, start + shift.length), *((start + a, start + b) for a, b in shift.sleeps)])
    weighted = pay.minutes(spans[:, 0], spans[:, 1])
    window = in_window(spans[:, 0], spans[:, 1], WAKING_WINDOW)
    asleep = shift.asleep
    return Worth(
        presence=shift.length / 60,
        paid=(shift.length - asleep + pay.sleeping * asleep) / 60,
        cost=float(weighted[0] - (1 - pay.sleeping) * weighted[1:].sum()) / 60,
        cover=float(window[0] - window[1:].sum()) / 60,
    )


def weekly_worth(rows: tuple[str, ...], shifts: dict[str, Shift], pay: Pay, closed_every: int) -> Worth:
    """What rows bring in a mean week if every duty is staffed, closed weekends left out."""
    total = NOTHING
    for row in rows:
        for day, token in enumerate(row):
            if token == OFF:
                continue
            weekdays = {(day + m * len(row)) % 7 for m in range(7)}  # all of them unless rows are weeks
            for weekday in weekdays:
                share = 7 / len(row) / len(weekdays)
                if closed_every and weekday * DAY + shifts[token].start >= CLOSED_FROM:
                    share *= 1 - 1 / closed_every
                total += worth(shifts[token], weekday, pay) * share
    return total


def is_closed_start(minute_of_week: Minutes) -> npt.NDArray[np.bool_]:
    """Whether a duty that starts then belongs to the weekend (of a unit that closes)."""
    found: npt.NDArray[np.bool_] = minute_of_week >= CLOSED_FROM
    return found
