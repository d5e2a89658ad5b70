"""WardModel: the ward as a Mesa model, to be stepped, looked at and changed while it runs. Read it first.

One step is one tick (five minutes, unless the scenario says fifteen): the compiled loop of ``engine.py``
calls the processes in the order of ``schedule.py``, and the agents of ``agents.py`` are views on the rows that
it changes.  ``simulate`` (many runs) uses the same loop, so both doors give the same numbers, bit by bit.

    >>> model = WardModel(load_scenario(["service=soteria_berne"]), rng=1)
    >>> model.at(day=30, action=lambda ward: ward.add_staff(role="peer_worker", start="09:00", hours=7.5))
    >>> model.run_for(days=60)
    >>> model.agents_by_type[Patient].agg("distress", np.mean)
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

import mesa
import numpy as np

from wardsim.model import interventions
from wardsim.model.agents import KINDS, Patient, StaffMember, Views
from wardsim.model.engine import Record, Run
from wardsim.model.inputs import MINUTES_PER_DAY, prepare
from wardsim.scenario.schema import Scenario

LONGER = "compose a scenario with a longer horizon_days"
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


class WardModel(mesa.Model):
    """One replication of a scenario, stepped tick by tick.

    Parameters
    ----------
    scenario : Scenario
        From ``load_scenario``.  It is never changed: what is changed on the way belongs to this model alone.
    rng : int
        Seed of the experiment, as ``seed`` in ``simulate``.
    replication : int
        Number of the replication: ``WardModel(s, rng=1, replication=3)`` is the replication 3 of
        ``simulate(s, seed=1)``.

    Notes
    -----
    Days and ticks are counted from the start of the run, the warm-up included.  ``model.rng`` and
    ``model.random`` are free for use in interventions; the model itself draws nothing from them.
    """

    def __init__(self, scenario: Scenario, rng: int = 1, *, replication: int = 0) -> None:
        if isinstance(rng, bool) or not isinstance(rng, (int, np.integer)) or rng < 0:
            raise TypeError(f"rng is the seed, a whole number from 0; got {rng!r}")
        super().__init__(rng=int(rng))
        self._ward = scenario
        self._actions: dict[int, list[Callable[[WardModel], Any]]] = {}
        self.run = Run(prepare(scenario), int(rng), replication)
        self.parameters: MutableMapping[str, float] = interventions.Parameters(self.run)
        self.views = Views(self)
        self.views.follow()

    # ------------------------------------------------------------------ time
    def step(self) -> None:
        """Run one tick, after whatever is to happen at its beginning."""
        if self.run.tick >= self.run.inputs.ticks_total:
            raise RuntimeError(f"day {self._n_days} was the last one; {LONGER}")
        while actions := self._actions.pop(self.run.tick, None):
            for action in actions:
                action(self)
        self.run.advance(1)
        self.views.follow()
        self.running = self.run.tick < self.run.inputs.ticks_total

    def run_for(self, duration: float | None = None, *, days: float | None = None) -> None:
        """Run on for some time: a bare number means ticks, as in Mesa; ``days=2.5`` means days."""
        if (duration is None) == (days is None):
            raise TypeError("run_for takes a number of ticks or days=...")
        ticks = duration if duration is not None else self._ticks(days or 0.0)
        self._check_end(self.run.tick + ticks)
        if ticks > 0:
            super().run_for(ticks)

    def run_until(self, end_time: float | None = None, *, day: float | None = None) -> None:
        """Run until a time: a bare number means ticks since the start; ``day=30`` the beginning of day 30."""
        if (end_time is None) == (day is None):
            raise TypeError("run_until takes a number of ticks or day=...")
        tick = end_time if end_time is not None else self._ticks(day or 0.0)
        self._check_end(tick)
        if tick > self.time:
            super().run_until(tick)

    def at(self, *, day: float, action: Callable[[WardModel], Any]) -> None:
        """Let something happen at the start of a day (or within it: ``day=30.5`` is noon).

        Parameters
        ----------
        day : float
            Days since the start of the run; today counts if its first tick has not been run.
        action : callable
            Called with the model; any callable, a lambda or a local function too, for the model keeps it.
            Several for the same moment are called in the order in which they were given.
        """
        if not callable(action):
            raise TypeError(f"action must be callable, got {action!r}")
        tick = self._ticks(day)
        if tick < self.run.tick:
            raise ValueError(f"day {day:g} has passed; now it is day {self.day} {self.clock}")
        self._check_end(tick)
        self._actions.setdefault(tick, []).append(action)

    def _ticks(self, days: float) -> int:
        return round(days * self.run.inputs.ticks_per_day)

    def _check_end(self, tick: float) -> None:
        if tick > self.run.inputs.ticks_total:
            raise ValueError(f"the run ends after {self._n_days} days, warm-up included; {LONGER}")

    @property
    def _n_days(self) -> int:
        return self.run.inputs.days_total

    @property
    def minute(self) -> float:
        """Minutes since the start of the run."""
        return self.run.tick * float(MINUTES_PER_DAY) / self.run.inputs.ticks_per_day

    @property
    def day(self) -> int:
        """Number of the present day, from 0."""
        return int(self.minute // MINUTES_PER_DAY)

    @property
    def clock(self) -> str:
        """Time of day on the ward, such as ``14:35``."""
        return self.now.strftime("%H:%M")

    @property
    def now(self) -> dt.datetime:
        """Date and time on the ward (local clock time without daylight saving)."""
        return dt.datetime.combine(self._ward.calendar.start_date, dt.time()) + dt.timedelta(
            minutes=self.minute
        )

    # ---------------------------------------------------------------- people
    @property
    def scenario(self) -> Scenario:
        """The scenario as it was given (a wardsim scenario, not one of Mesa's)."""
        return self._ward

    @scenario.setter
    def scenario(self, given: Any) -> None:
        given.model = self  # Mesa's own record of the seed, made in its constructor; nothing here needs it

    @property
    def agents_by_type(self) -> Any:
        """AgentSets by class; a class that has nobody at the moment has an empty set."""
        found = super().agents_by_type
        for kind in KINDS.values():
            found.setdefault(kind, type(self._all_agents)([], random=self.random))
        found.setdefault(Patient, type(self._all_agents)([], random=self.random))
        return found

    def follow(self) -> None:
        """Let the agents follow the state: people come and go, posts change hands (``step`` does so)."""
        self.views.follow()

    def add_staff(
        self,
        *,
        role: str,
        unit: int | str = 0,
        weekdays: Sequence[str] = WORKDAYS,
        start: str = "09:00",
        hours: float = 7.5,
    ) -> StaffMember:
        """Somebody new joins the team of this run; nobody else's draws change.

        Parameters
        ----------
        role : str
            A role that the scenario declares.
        unit : int or str
            Number or name of the unit.
        weekdays, start, hours : days of the week (``mon`` … ``sun``), clock time, length in hours
            Duties from now on; public holidays are off.

        Returns
        -------
        StaffMember
            The new agent, of the class that belongs to the role.
        """
        row = interventions.add_staff(self.run, role, unit, tuple(weekdays), start, hours)
        self.follow()
        return self.views.staff[row]

    def record(self) -> Record:
        """What the run has left behind so far (a copy): contact ledger, stays, crises, daily sums …"""
        return copy.deepcopy(self.run.record())
