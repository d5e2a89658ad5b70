"""Spread: which of many equal events happen when only a share of them does.

Of the M events of a period n happen, at the places floor((i + u) M / n), i = 0 .. n-1: evenly. n is rounded
so that the sum over periods never drifts. Periods with the larger and with the smaller n are counted apart,
and the offset u moves on by the golden section with each of them, so that in the long run every place has its
share.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

GOLDEN = (math.sqrt(5) - 1) / 2


def happens(period: Any, place: Any, size: Any, share: Any, phase: Any) -> npt.NDArray[np.bool_]:
    """Whether the event at a place of a period happens; all arguments may be arrays that fit together.

    Parameters
    ----------
    period
        Number of the period, may be negative.
    place
        Place of the event in its period, from 0.
    size
        Events in a period.
    share
        Share of the events that happen, 0 to 1.
    phase
        0 to 1; what has another phase is spread in another way.
    """
    rate = np.asarray(size * share, dtype=np.float64)
    begin = (0.5 + phase) % 1.0
    before = np.floor(period * rate + begin)
    n = np.floor((period + 1) * rate + begin) - before
    least = np.floor(rate)
    n_larger = before - period * least
    number = np.where(n > least, n_larger, period - n_larger)
    offset = (number * GOLDEN + phase) % 1.0
    found: npt.NDArray[np.bool_] = np.ceil((place + 1) * n / size - offset) > np.ceil(
        place * n / size - offset
    )
    return found | (np.asarray(share) >= 1)
