"""The compiled loop: one tick after the other, each the processes of ``schedule.py`` in their order.

The same loop serves both doors: ``run_replication`` (whole runs, releases the GIL) and ``WardModel`` (tick by
tick).  ``Run`` owns the arrays of one replication and enlarges the tables that fill up between stretches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wardsim.model import buffers, world
from wardsim.model.access import Interpreted, clock_at, header_of, par_at
from wardsim.model.compiled import INTERPRETED, entry, kernel
from wardsim.model.inputs import Inputs, weights_with
from wardsim.model.processes.being_with import being_with
from wardsim.model.processes.clock import next_tick, set_pace
from wardsim.model.processes.contact import contact
from wardsim.model.processes.crisis import crisis
from wardsim.model.processes.distress import distress
from wardsim.model.processes.duties import accrue
from wardsim.model.processes.forums import decisions
from wardsim.model.processes.from_outside import dismiss
from wardsim.model.processes.hour import day, hour
from wardsim.model.processes.ledger import ledger
from wardsim.model.processes.population import population
from wardsim.model.processes.programme import programme
from wardsim.model.processes.roster import retrain, roster
from wardsim.model.processes.start import start
from wardsim.model.randomness import replication_key
from wardsim.model.state import PAIR_DTYPE, PERSON_DTYPE

# Long enough to be seldom back in Python, short enough that tables with room for it stay small.
STRETCH_DAYS = 7
START, RETRAIN = -1, -2


@kernel
def run_ticks(w, n):
    """Run n ticks of world w."""
    set_pace(w)
    for _ in range(n):
        now = clock_at(w).tick * par_at(w).tick_min
        roster(w, now)
        population(w, now)
        crisis(w, now)
        programme(w, now)
        being_with(w, now)
        decisions(w, now)
        contact(w, now)
        accrue(w, now)
        distress(w, now)
        hour(w, now)
        day(w, now)
        ledger(w, now)
        next_tick(w)


@entry
def enter(header, n):
    """Entry from Python: n >= 0 runs n ticks; START sets up day 0; RETRAIN trains the share of staff that
    now holds."""
    if n == START:
        start(header[0])
    elif n == RETRAIN:
        retrain(header[0])
    else:
        run_ticks(header[0], n)


@dataclass
class Record:
    """What one replication leaves behind.

    Attributes
    ----------
    tables : dict of str to structured array
        Contact ledger, crises, measures, matters, stays, referrals, handovers, duties done, full weeks.
    daily : structured array [day, unit]
        Sums by day and unit (minutes, counts).
    people, staff : structured arrays
        Final state.
    say : list of (float, array [matter, role and the person])
        The weights that decisions were taken with, each from the minute on at which they came into force.
    replication, seed : int
    """

    tables: dict[str, np.ndarray[Any, Any]]
    daily: np.ndarray[Any, Any]
    people: np.ndarray[Any, Any]
    staff: np.ndarray[Any, Any]
    say: list[tuple[float, np.ndarray[Any, Any]]]
    role_sum: np.ndarray[Any, Any]
    together: np.ndarray[Any, Any]
    replication: int
    seed: int


class Run:
    """The arrays of one replication, ready to be stepped."""

    def __init__(self, inputs: Inputs, seed: int, replication: int = 0) -> None:
        self.inputs = inputs
        self.seed = seed
        self.replication = replication
        self.n_left = 0  # members of staff taken off the ward by an intervention
        self.arrays = self._fresh()
        self.say: list[tuple[float, np.ndarray[Any, Any]]] = []
        self._note_say()
        self.bind()
        self.act(enter, START)

    def _fresh(self) -> dict[str, np.ndarray[Any, Any]]:
        given = self.inputs
        n_staff, n_people = len(given.staff), given.people_capacity
        room = buffers.room_for(given.places + 4, n_staff, STRETCH_DAYS)
        clock = np.zeros(1, world.CLOCK)
        clock["key"] = replication_key(self.seed, self.replication)
        pair = np.zeros((n_people, n_staff), PAIR_DTYPE)
        pair["trust"] = -1.0
        return {
            **given.read_only, "clock": clock, "pair": pair, "people": np.zeros(n_people, PERSON_DTYPE),
            "staff": given.staff.copy(), "unit": given.units.copy(),
            "together": np.zeros((n_staff, n_staff), world.TOGETHER),
            "role_sum": np.zeros(len(given.roles), buffers.ROLE_SUM),
            "here": np.zeros(given.places + 8, world.HERE), "free": np.zeros(given.places + 8, world.FREE),
            "present": np.zeros(n_staff, world.PRESENT),
            "queue": np.zeros(n_people, world.QUEUE),
            "candidates": np.zeros(max(n_staff, given.places + 8), world.CANDIDATE),
            "open_matters": np.zeros(64 * (given.places + 8), world.OPEN),
            "daily": np.zeros((given.days_total, len(given.units)), buffers.DAILY),
            **{name: np.zeros(2 * room[name], dtype) for name, dtype in buffers.TABLE_DTYPES},
        }  # fmt: skip

    def bind(self) -> None:
        """Point the engine at the arrays (again after one was enlarged or copied)."""
        if INTERPRETED:
            records = {name: array.view(np.recarray) for name, array in self.arrays.items()}
            self._world: Any = [Interpreted(records)]
        else:
            self._world = header_of(self.arrays)

    def act(self, function: Any, *numbers: float) -> Any:
        """Let an entry (``enter``, or one of ``from_outside.py``) act on this run; returns what it returns."""
        if INTERPRETED:
            with np.errstate(over="ignore"):
                return function(self._world, *numbers)
        return function(self._world, *numbers)

    def own(self, name: str) -> np.ndarray[Any, Any]:
        """This run's own copy of a table that replications share, free to be changed."""
        shared = (self.inputs.read_only.get(name), self.inputs.after.get(name))
        if any(self.arrays[name] is table for table in shared):
            self.arrays[name] = self.arrays[name].copy()
            self.bind()
        return self.arrays[name]

    def share_say(self, gone: int = -1) -> None:
        """Say and seats are those of the structure with the roles that somebody stands for now, member `gone` aside.

        Raises
        ------
        ValueError
            A matter would be settled by nobody.
        """
        given, staff = self.inputs, self.arrays["staff"]
        here = staff["unit"] >= 0
        if gone >= 0:
            here[gone] = False
        changed = 0 <= given.change_tick <= self.tick
        scenario = given.scenario.after if changed and given.scenario.after is not None else given.scenario
        roles = {given.role_names[r] for r in np.unique(staff["role"][here])}
        self.own("weights")[:] = weights_with(scenario, roles)
        self._note_say()

    def _note_say(self) -> None:
        """Remember since when the weights that hold now have held."""
        minute = float(self.tick * self.inputs.tick_minutes)
        self.say.append((minute, self.arrays["weights"]["weight"].copy()))

    def __getstate__(self) -> dict[str, Any]:
        # _world holds addresses
        return {name: value for name, value in self.__dict__.items() if name != "_world"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.bind()

    @property
    def clock(self) -> np.void:
        """Where the run stands."""
        return self.arrays["clock"][0]

    @property
    def tick(self) -> int:
        """Ticks done so far."""
        return int(self.clock["tick"])

    def advance(self, ticks: int) -> None:
        """Run some ticks, enlarging tables between stretches of at most a week."""
        per_stretch = STRETCH_DAYS * self.inputs.ticks_per_day
        while ticks > 0:
            self._ensure_room()
            n = min(ticks, per_stretch)
            if self.tick < self.inputs.change_tick:
                n = min(n, self.inputs.change_tick - self.tick)
            elif self.tick == self.inputs.change_tick:
                self._change()
            self.act(enter, n)
            ticks -= n

    def _change(self) -> None:
        """The ward becomes another: new policies and numbers; people, relationships and whoever keeps a post
        stay, other posts end or begin."""
        given, arrays = self.inputs, self.arrays
        arrays.update(given.after)
        if given.units_after is not None:
            for name in ("beds", "day_places", "home_places"):
                arrays["unit"][name] = given.units_after[name]
        people, minute = given.roster.people, float(self.tick * given.tick_minutes)
        begin, end = people["from_min"] > 0, people["until_min"] <= minute
        arrays["staff"]["unit"][: len(people)][begin] = people["unit"][begin]
        self.bind()
        self.act(enter, RETRAIN)
        for j in np.flatnonzero(end).tolist():
            self.act(dismiss, j, minute)
        if self.n_left or len(arrays["staff"]) > len(people):  # somebody came or went on the way
            self.share_say()
        else:
            self._note_say()

    def _ensure_room(self) -> None:
        """Enlarge every table that the next stretch could fill."""
        arrays, clock = self.arrays, self.clock
        room = buffers.room_for(int(clock["n_here"]) + self.inputs.places, len(arrays["staff"]), STRETCH_DAYS)
        grown = False
        for name, _ in buffers.TABLE_DTYPES:
            table = arrays[name]
            if len(table) - int(clock[f"n_{name}"]) < room[name]:
                arrays[name] = enlarged(table, 2 * len(table) + room[name])
                grown = True
        opened = arrays["open_matters"]
        if len(opened) - int(clock["n_open"]) < 32 * len(arrays["here"]):
            arrays["open_matters"] = enlarged(opened, 2 * len(opened))
            grown = True
        if grown:
            self.bind()

    def written(self, name: str) -> np.ndarray[Any, Any]:
        """Rows in use of one of the tables that the engine writes."""
        return self.arrays[name][: int(self.clock[f"n_{name}"])]

    def record(self) -> Record:
        """What the run has written so far."""
        tables = {name: self.written(name) for name, _ in buffers.TABLE_DTYPES}
        plain = {k: self.arrays[k] for k in ("daily", "people", "staff", "role_sum", "together")}
        return Record(tables=tables, **plain, say=self.say, replication=self.replication, seed=self.seed)


def enlarged(table: np.ndarray[Any, Any], *shape: int) -> np.ndarray[Any, Any]:
    """A table with more rows (and columns), the new ones zero."""
    new = np.zeros(shape, table.dtype)
    new[tuple(slice(n) for n in table.shape)] = table
    return new


def run_replication(inputs: Inputs, seed: int, replication: int) -> Record:
    """Run one replication from start to horizon.

    Parameters
    ----------
    inputs : Inputs
        From ``prepare(scenario)``; shared and never changed.
    seed : int
        Seed of the experiment; together with `replication` it is the whole entropy.
    replication : int
        Number of the replication, from 0.
    """
    run = Run(inputs, seed, replication)
    run.advance(inputs.ticks_total)
    return run.record()
