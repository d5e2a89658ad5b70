"""Guards against a slow-down that nobody meant: a wide tolerance, since test machines are busy.

The bars themselves are measured by ``make bench`` on a machine that does nothing else.
"""

from __future__ import annotations

import pytest

from tests.performance.bench import DAYS, engine_year
from tests.performance.yardstick import agent_steps_per_second

TOLERANCE = 3  # how many times slower than the bar a busy machine may be


@pytest.fixture(scope="module")
def ten_beds() -> tuple[float, int]:
    return engine_year(10, 20)


@pytest.mark.performance
@pytest.mark.timeout(400)
def test_the_engine_leaves_a_plain_mesa_loop_behind(ten_beds: tuple[float, int]) -> None:
    seconds, agents = ten_beds
    per_second = agents * 288 * DAYS / seconds
    assert per_second >= 30 / TOLERANCE * agent_steps_per_second(steps=2_000)


@pytest.mark.performance
@pytest.mark.timeout(400)
def test_a_large_ward_costs_in_proportion(ten_beds: tuple[float, int]) -> None:
    # pairs are looked at only when someone seeks contact; all pairs in every tick would cost far more
    small, few = ten_beds
    large, many = engine_year(80, 80)
    assert (large / many) / (small / few) <= 1.5 * 2
