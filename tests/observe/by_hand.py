"""Records written by hand: a run's tables with the few rows that a test needs, on a real ward's inputs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from wardsim.experiment.load import load_scenario
from wardsim.model import buffers, state, world
from wardsim.model.engine import Record
from wardsim.model.inputs import Inputs, prepare
from wardsim.observe.outcomes import measure

WARMUP, HORIZON = 4, 10
START = 1440.0 * WARMUP  # the first counted minute
END = 1440.0 * (WARMUP + HORIZON)


@cache
def inputs() -> Inputs:
    """The ward of the community centre, four days of warm-up and ten counted."""
    return prepare(
        load_scenario(["service=community_centre", f"warmup_days={WARMUP}", f"horizon_days={HORIZON}"])
    )


def record(daily: dict[str, float] | None = None, **tables: list[dict[str, Any]]) -> Record:
    """A record with the given rows, all other tables empty; `daily` holds sums for each counted day."""
    given = inputs()
    found = {}
    for name, dtype in buffers.TABLE_DTYPES:
        rows = np.zeros(len(tables.get(name, [])), dtype)
        for row, values in zip(rows, tables.get(name, []), strict=True):
            for column, value in values.items():
                row[column] = value
        found[name] = rows
    sums = np.zeros((given.days_total, len(given.units)), buffers.DAILY)
    for column, value in (daily or {}).items():
        sums[column][WARMUP:] = value
    n = len(given.staff)
    return Record(
        tables=found, daily=sums, people=np.zeros(20, state.PERSON_DTYPE), staff=given.staff.copy(),
        say=[(-np.inf, given.read_only["weights"]["weight"])],
        role_sum=np.zeros(len(given.roles), buffers.ROLE_SUM), together=np.zeros((n, n), world.TOGETHER),
        replication=0, seed=0,
    )  # fmt: skip


def measured(daily: dict[str, float] | None = None, **tables: list[dict[str, Any]]) -> dict[str, float]:
    """All outcomes of a record written by hand."""
    return measure(inputs(), record(daily, **tables))


def milieu_staff(n: int) -> list[int]:
    """Row numbers of n milieu therapists."""
    given = inputs()
    rows = np.flatnonzero(given.roles["kind"][given.staff["role"]] == world.MILIEU)
    return [int(row) for row in rows[:n]]


def first_of(role: str) -> int:
    """Row number of the first member of staff of a role."""
    given = inputs()
    return int(np.flatnonzero(given.staff["role"] == given.role_names.index(role))[0])


def role_of(row: int) -> int:
    """Role number of a member of staff."""
    return int(inputs().staff["role"][row])


def contact(stay: int, staff: int, start: float, minutes: float, kind: int, **more: Any) -> dict[str, Any]:
    """A contact of the only person of a stay with a member of staff."""
    weight = 0.3 if kind in (state.K_GROUP, state.K_MEAL, state.K_HOUSEHOLD) else 1.0
    return {
        "person": stay, "stay": stay, "staff": staff, "who": staff, "role": int(inputs().staff["role"][staff]),
        "setting": state.HOME if kind == state.K_HOME else state.INPATIENT,
        "kind": kind, "start_min": start, "minutes": minutes, "equivalent_min": weight * minutes, **more,
    }  # fmt: skip


def stay(
    person: int, start: float, end: float | None, how: int = buffers.S_PLANNED, **more: Any
) -> dict[str, Any]:
    """A stay that ended at a minute, or is still open."""
    closed = {"end_min": -1.0, "end": buffers.S_OPEN} if end is None else {"end_min": end, "end": how}
    return {"person": person, "start_min": start, "return_days": -1.0, **closed, **more}
