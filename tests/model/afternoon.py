"""A ward at 15:00 on its third day, made once, for tests that set a few numbers and look at one effect of them.

Every test gets a copy of all tables, so that it may change whatever it likes, parameters included.
"""

from __future__ import annotations

import copy
import math
from functools import cache

import numpy as np

from tests.model.wards import inputs
from wardsim.model.engine import Run
from wardsim.model.state import A_FREE, A_MEETING, D_FREE, INPATIENT

WARD = ("service=community_centre", "horizon_days=20")
LONG_AGO = -1.0e9
NEVER = 1.0e12


@cache
def _made_once() -> Run:
    run = Run(inputs(*WARD), 1)
    run.advance(2 * 288 + 180)
    return run


def afternoon() -> Run:
    """The ward, with tables of its own."""
    return with_own_tables(_made_once())


def with_own_tables(made: Run) -> Run:
    """The same run with a copy of every table, free to be changed."""
    run = copy.copy(made)
    run.arrays = {name: table.copy() for name, table in run.arrays.items()}
    run.bind()
    return run


def now(run: Run) -> float:
    return 5.0 * run.tick


def par(run: Run) -> np.void:
    """The register's numbers as this run has them; a test may set them."""
    return run.arrays["par"][0]


def inpatients(run: Run) -> list[int]:
    rows = run.arrays["here"]["person"][: int(run.clock["n_here"])]
    return [int(i) for i in rows if run.arrays["people"]["setting"][i] == INPATIENT]


def somebody(run: Run) -> tuple[int, np.void]:
    """An inpatient who is doing nothing in particular."""
    i = inpatients(run)[0]
    p = run.arrays["people"][i]
    p["activity"], p["with_staff"], p["until_min"], p["alone_until_min"] = D_FREE, -1, now(run), LONG_AGO
    p["reach"] = 1.0
    return i, p


def team(run: Run) -> list[int]:
    """Rows of everybody on duty, all of them in the milieu with nothing in hand and nothing waiting."""
    staff, unit = run.arrays["staff"], run.arrays["unit"]
    rows = [int(j) for j in run.arrays["present"]["staff"][: int(run.clock["n_present"])]]
    for j in rows:
        s = staff[j]
        s["activity"], s["asleep"], s["partner"], s["partner2"], s["bound_for"] = A_FREE, 0, -1, -1, -1
        s["start_min"], s["until_min"], s["is_temp"], s["trained"] = now(run), now(run), 0, 0
        s["backlog_min"], s["break_min"], s["rho"] = 0.0, 0.0, 1.0
    unit["patient_backlog_min"], unit["ward_backlog_min"], unit["tension"] = 0.0, 0.0, 0.0
    assert len(rows) >= 4, "too few are on duty at 15:00"
    return rows


def meet(run: Run, matter: int) -> None:
    """Everybody on duty has a seat in a meeting that begins now and settles this kind of matter."""
    for j in run.arrays["present"]["staff"][: int(run.clock["n_present"])]:
        s = run.arrays["staff"][j]
        s["activity"], s["start_min"], s["asleep"] = A_MEETING, now(run), 0
        s["seat"], s["seat_min"] = run.arrays["forum_of"]["forum"][matter], now(run)


def trusts(run: Run, i: int, trust: dict[int, float]) -> np.ndarray:
    """Person i trusts these members of staff so much from now on; returns the pairs of this person."""
    pairs = run.arrays["pair"][i]
    for j, value in trust.items():
        pairs["who"][j], pairs["last_min"][j] = run.arrays["staff"]["who"][j], now(run)
        pairs["trust"][j], pairs["ceiling"][j] = value, 0.9
    return pairs


def kept(run: Run, cost_h: float) -> float:
    """Share of trust that an event leaves that costs `cost_h` hours."""
    c = par(run)
    return math.exp(-c["relations_loss_weight"] * cost_h / c["relations_trust_h"])


def by_chance(share: float, n: int) -> float:
    """How far a share of n independent draws may lie from what is expected: four standard errors."""
    return 4.0 * math.sqrt(share * (1.0 - share) / n)
