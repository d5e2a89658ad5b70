"""How a process reaches a row: ``person_at(w, i)``, ``pair_at(w, i, j)``, ``par_at(w)`` and so on.

In compiled code the world is one record that holds the addresses of its tables, and a row is a pointer into
one of them: nothing is copied, counted or bound per call.  In interpreted code the world is a plain object
that holds the arrays, and a row is an element of a record array.  Both read and write the same memory
through the same functions, so a process is written once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.extending import intrinsic

from wardsim.model import buffers, state, world
from wardsim.model.compiled import INTERPRETED
from wardsim.model.parameters import PAR_DTYPE

#: table -> (dtype of a row, number of indices)
TABLES: dict[str, tuple[np.dtype[Any], int]] = {
    "par": (PAR_DTYPE, 0), "clock": (world.CLOCK, 0),
    "people": (state.PERSON_DTYPE, 1), "staff": (state.STAFF_DTYPE, 1), "pair": (state.PAIR_DTYPE, 2),
    "unit": (state.UNIT_DTYPE, 1), "roles": (world.ROLE, 1), "duties": (world.DUTY, 1),
    "sleeps": (world.SPAN, 1),
    "rests": (world.SPAN, 1), "days": (world.DAY, 1), "slots": (world.SLOT, 1), "items": (world.ITEM, 1),
    "forums": (world.FORUM, 1), "forum_of": (world.FORUM_OF, 1), "weights": (world.WEIGHT, 2),
    "measure_mix": (world.MIX, 1), "together": (world.TOGETHER, 2), "role_sum": (buffers.ROLE_SUM, 1),
    "here": (world.HERE, 1), "free": (world.FREE, 1), "present": (world.PRESENT, 1),
    "queue": (world.QUEUE, 1), "candidates": (world.CANDIDATE, 1),
    "open_matters": (world.OPEN, 1), "daily": (buffers.DAILY, 2),
    **{name: (dtype, 1) for name, dtype in buffers.TABLE_DTYPES},
}  # fmt: skip

#: The record that compiled code gets: address, rows and columns of every table.
HEADER = np.dtype([(f"{name}_{what}", "i8") for name in TABLES for what in ("at", "n", "m")])


class Interpreted:
    """The world as interpreted code sees it: the arrays, and ``<table>_n`` and ``<table>_m`` like the
    header."""

    def __init__(self, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
        for name in TABLES:
            array = arrays[name]
            setattr(self, name, array)
            setattr(self, f"{name}_n", array.shape[0])
            setattr(self, f"{name}_m", array.shape[1] if array.ndim > 1 else 1)


def header_of(arrays: dict[str, np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """The header of a set of arrays (which the caller keeps alive)."""
    header = np.zeros(1, HEADER)
    for name, (dtype, _) in TABLES.items():
        array = arrays[name]
        if array.dtype != dtype or not array.flags.c_contiguous:
            raise TypeError(f"table {name} has another layout than the engine expects")
        header[f"{name}_at"] = array.ctypes.data
        header[f"{name}_n"] = array.shape[0]
        header[f"{name}_m"] = array.shape[1] if array.ndim > 1 else 1
    return header


def _accessor(name: str, function: Any) -> Any:
    """The compiled twin of `function`: address from the header + index x size of a row, as a pointer."""
    dtype, indices = TABLES[name]
    if INTERPRETED:
        return function
    row = from_dtype(dtype)
    size = dtype.itemsize
    at, columns = (HEADER.fields[f"{name}_{what}"][1] for what in ("at", "m"))  # type: ignore[index]
    word, byte_at = ir.IntType(64), ir.IntType(8).as_pointer()

    def field(builder: Any, header: Any, offset: int, kind: Any) -> Any:
        address = builder.gep(builder.bitcast(header, byte_at), [ir.Constant(word, offset)], inbounds=True)
        found = builder.load(builder.bitcast(address, kind.as_pointer()))
        found.set_metadata("invariant.load", builder.module.add_metadata([]))  # tables stay where they are
        return found

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = field(builder, args[0], at, byte_at)
        if indices > 0:
            index = args[1]
            if indices == 2:
                index = builder.add(builder.mul(index, field(builder, args[0], columns, word)), args[2])
            place = builder.gep(place, [builder.mul(index, ir.Constant(word, size))], inbounds=True)
        return builder.bitcast(place, context.get_value_type(row))

    if indices == 0:
        return intrinsic(lambda typing_context, w: (row(w), generate))
    if indices == 1:
        return intrinsic(lambda typing_context, w, i: (row(w, types.int64), generate))
    return intrinsic(lambda typing_context, w, i, j: (row(w, types.int64, types.int64), generate))


def _single(name: str) -> Any:
    def function(w: Any) -> Any:
        return getattr(w, name)[0]

    return _accessor(name, function)


def _row(name: str) -> Any:
    def function(w: Any, i: Any) -> Any:
        return getattr(w, name)[i]

    return _accessor(name, function)


def _cell(name: str) -> Any:
    def function(w: Any, i: Any, j: Any) -> Any:
        return getattr(w, name)[i, j]

    return _accessor(name, function)


par_at = _single("par")
clock_at = _single("clock")
person_at = _row("people")
staff_at = _row("staff")
unit_at = _row("unit")
pair_at = _cell("pair")
together_at = _cell("together")
role_at = _row("roles")
role_sum_at = _row("role_sum")
duty_at = _row("duties")
sleep_at = _row("sleeps")
rest_at = _row("rests")
day_at = _row("days")
slot_at = _row("slots")
item_at = _row("items")
forum_at = _row("forums")
forum_of_at = _row("forum_of")
weight_at = _cell("weights")
mix_at = _row("measure_mix")
here_at = _row("here")
free_at = _row("free")
present_at = _row("present")
queue_at = _row("queue")
candidate_at = _row("candidates")
open_at = _row("open_matters")
sums_at = _cell("daily")
contact_at = _row("contacts")
crisis_at = _row("crises")
measure_at = _row("measures")
matter_at = _row("matters")
stay_at = _row("stays")
referral_at = _row("referrals")
handover_at = _row("handovers")
done_at = _row("duties_done")
week_at = _row("weeks")
