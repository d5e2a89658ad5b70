"""Tidy tables of one replication: daily, stays, staff, contacts, and the event log on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from wardsim.model.buffers import CRISIS_END, CRISIS_KIND, STAY_END, TRIGGER
from wardsim.model.engine import Record
from wardsim.model.inputs import Inputs
from wardsim.model.state import KIND, RETURN, STANCE
from wardsim.observe.window import Window, window

TABLES = ("daily", "stays", "staff", "contacts")


def tables(inputs: Inputs, record: Record, names: Sequence[str] = TABLES) -> dict[str, pa.Table]:
    """Tables of the counted window: those of the names given, of ``TABLES`` and ``events``.

    Days and minutes count from the end of the warm-up; a stay that began before has a negative start.
    """
    counted = window(inputs, record)
    makers = {"daily": _daily, "stays": _stays, "staff": _staff, "contacts": _contacts, "events": _events}
    return {name: makers[name](counted) for name in names}


def _codes(values: np.ndarray[Any, Any], names: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int8)), pa.array(names)).cast(pa.string())


def _unit_names(inputs: Inputs) -> tuple[str, ...]:
    return tuple(unit.name for unit in inputs.scenario.ward.units)


def _daily(w: Window) -> pa.Table:
    counted = w.daily
    days, units = counted.shape
    columns = {
        "day": pa.array(np.repeat(np.arange(days), units).astype(np.int32)),
        "unit": _codes(np.tile(np.arange(units), days), _unit_names(w.inputs)),
    }
    for name in counted.dtype.names or ():
        columns[name] = pa.array(np.ascontiguousarray(counted[name]).ravel())
    return pa.table(columns)


def _stays(w: Window) -> pa.Table:
    inputs, s = w.inputs, w.stays
    s = s[(s["end_min"] < 0) | (s["end_min"] >= inputs.warmup_min)]
    columns: dict[str, pa.Array] = {
        "person": pa.array(s["person"]), "episode": pa.array(s["episode"]), "unit": _codes(s["unit"],
        _unit_names(inputs)),
        "start_day": pa.array((s["start_min"] - inputs.warmup_min) / 1440.0),
        "end_day": pa.array(np.where(s["end"] > 0, (s["end_min"] - inputs.warmup_min) / 1440.0, np.nan)),
        "end": _codes(s["end"], STAY_END), "return_kind": _codes(s["return_kind"], RETURN),
    }  # fmt: skip
    for setting in ("in", "day", "home", "leave"):
        columns[f"{setting}_days"] = pa.array(s[f"{setting}_min"] / 1440.0)
    skip = {"person", "episode", "unit", "start_min", "end_min", "end", "return_kind", "in_min", "day_min",
    "home_min", "leave_min"}  # fmt: skip
    for name in s.dtype.names or ():
        if name not in skip:
            columns[name] = pa.array(np.ascontiguousarray(s[name]))
    return pa.table(columns)


def _staff(w: Window) -> pa.Table:
    inputs, rows, duties = w.inputs, w.record.staff, w.record.tables["duties_done"]
    duties = duties[duties["start_min"] >= inputs.warmup_min]
    n = len(rows)

    def total(column: str, states: tuple[int, ...]) -> np.ndarray[Any, Any]:
        keep = duties[np.isin(duties["state"], states)]
        sums: np.ndarray[Any, Any] = np.bincount(keep["staff"], weights=keep[column], minlength=n)
        return sums.astype(float)

    people = inputs.roster.people
    return pa.table({
        "staff": pa.array(np.arange(n, dtype=np.int32)), "role": _codes(rows["role"], inputs.role_names),
        "unit": _codes(people["unit"], _unit_names(inputs)), "line": pa.array(people["line"]),
        "contract_h_per_week": pa.array(people["contract_h_per_week"]), "worked_h": pa.array(total("hours",
        (0, 4))),
        "overtime_h": pa.array(total("hours", (4,))), "sick_h": pa.array(total("hours", (1, 2, 3))),
        "crisis_min": pa.array(total("crisis_min", (0, 4))),
        "strain": pa.array(np.ascontiguousarray(rows["strain"])),
        "trained": pa.array(np.ascontiguousarray(rows["trained"])),
    })  # fmt: skip


def _contacts(w: Window) -> pa.Table:
    c, inputs = w.contacts, w.inputs
    return pa.table({
        "person": pa.array(c["person"]), "stay": pa.array(c["stay"]), "staff": pa.array(c["staff"]),
        "who": pa.array(c["who"]),
        "role": _codes(c["role"], inputs.role_names), "unit": _codes(c["unit"], _unit_names(inputs)),
        "kind": _codes(c["kind"], KIND), "stance": _codes(c["stance"], STANCE),
        "start_min": pa.array(c["start_min"] - inputs.warmup_min), "minutes": pa.array(c["minutes"]),
        "equivalent_min": pa.array(c["equivalent_min"]), "interrupted": pa.array(c["interrupted"] == 1),
    })  # fmt: skip


def _events(w: Window) -> pa.Table:
    """Crises as a plain event log: who, what, when, how it ended."""
    c, inputs = w.crises, w.inputs
    return pa.table({
        "entity_id": pa.array(c["person"]), "event_type": pa.array(["crisis"] * len(c)),
        "event": _codes(c["kind"], CRISIS_KIND),
        "time_min": pa.array(c["start_min"] - inputs.warmup_min), "minutes": pa.array(c["minutes"]),
        "trigger": _codes(c["trigger"], TRIGGER), "end": _codes(c["end"], CRISIS_END),
        "responders": pa.array(c["responders"]),
    })  # fmt: skip
