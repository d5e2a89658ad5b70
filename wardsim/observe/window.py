"""The counted window of a run: what lies after the warm-up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wardsim.model.buffers import C_PHYSICAL, C_VERBAL, M_DECIDED
from wardsim.model.engine import Record
from wardsim.model.inputs import Inputs
from wardsim.model.state import K_CONVERSATION, K_HOME, K_INFORMAL, K_SESSION, K_WITH, KIND, SETTING, STANCE
from wardsim.observe.indices import compact

ONE_TO_ONE = (K_INFORMAL, K_CONVERSATION, K_SESSION, K_WITH)


class Rows:
    """Some rows of a table, in an order, each column laid out in one piece when it is first asked for.

    Parameters
    ----------
    table : structured array
    index : array of int
        Which rows, and in which order.
    """

    def __init__(self, table: NDArray[Any], index: NDArray[np.intp]) -> None:
        self._table, self._index = table, index
        self._columns: dict[str, NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, column: str) -> NDArray[Any]:
        if column not in self._columns:
            self._columns[column] = self._table[column][self._index]
        return self._columns[column]

    def of_each(self, values: NDArray[Any]) -> NDArray[Any]:
        """What these rows have of an array with a value for each row of the whole table."""
        found: NDArray[Any] = values[self._index]
        return found

    def only(self, wanted: NDArray[Any]) -> Rows:
        """The rows that flags or numbers name."""
        return Rows(self._table, self._index[wanted])


@dataclass(frozen=True)
class ContactSums:
    """Contacts by setting, role (row of the table of roles), kind and stance, in this order of axes.

    Attributes
    ----------
    cell : array of int
        Cell of each contact, as a place in a flattened array of these axes.
    n, minutes, equivalent_min, interrupted : array [setting, role, kind, stance]
        How many contacts, their minutes, their one-to-one equivalent, and how many were interrupted.
    """

    cell: NDArray[np.int64]
    n: NDArray[np.float64]
    minutes: NDArray[np.float64]
    equivalent_min: NDArray[np.float64]
    interrupted: NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """Rows of a record that count, and the sums that many outcomes need.

    Attributes
    ----------
    daily : structured array
        Sums of all units over the counted days, one row.
    crises, measures, matters, handovers, duties, weeks : structured arrays
        Events of the window (matters: decided in it; duties: begun in it).
    ended : structured array
        Stays that ended in the window.
    stays : structured array
        All stays (contacts refer to them by row).
    patient_days : float
        24 h of presence as an inpatient, leave excluded.
    """

    inputs: Inputs
    record: Record
    daily: NDArray[Any]
    crises: NDArray[Any]
    measures: NDArray[Any]
    matters: NDArray[Any]
    handovers: NDArray[Any]
    duties: NDArray[Any]
    weeks: NDArray[Any]
    referrals: NDArray[Any]
    stays: NDArray[Any]
    ended: NDArray[Any]
    patient_days: float

    @property
    def days(self) -> int:
        """Counted days."""
        return self.inputs.scenario.horizon_days

    def sum(self, name: str) -> float:
        """Sum of a daily column over the window and all units."""
        return self._sums[name]

    @cached_property
    def _sums(self) -> dict[str, float]:
        columns = self.daily.dtype.names or ()
        table = self.daily.view(np.float64).reshape(-1, len(columns))
        return dict(zip(columns, table.sum(axis=0).tolist()))

    def of_role(self, table: NDArray[Any], kind: int) -> NDArray[Any]:
        """Rows of a table whose role is of a kind."""
        rows: NDArray[Any] = table[self.is_of(kind, table["role"])]
        return rows

    def is_of(self, kind: int, roles: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of these roles are of a kind."""
        found: NDArray[np.bool_] = self.inputs.roles["kind"][roles] == kind
        return found

    @property
    def treated_days(self) -> float:
        """Patient-days in any setting: on the ward, in the day clinic, at home."""
        return self.patient_days + (self.sum("day_min") + self.sum("home_min")) / 1440.0

    @cached_property
    def is_whole(self) -> NDArray[np.bool_]:
        """For each stay of the run whether it began and ended in the window."""
        start, end = self.stays["start_min"], self.stays["end_min"]
        inside = (start >= self.inputs.warmup_min) & (end < self.inputs.end_min)
        found: NDArray[np.bool_] = (self.stays["end"] > 0) & inside
        return found

    @cached_property
    def incidents(self) -> NDArray[Any]:
        """Crises of aggression, verbal or physical."""
        found: NDArray[Any] = self.crises[np.isin(self.crises["kind"], (C_VERBAL, C_PHYSICAL))]
        return found

    @cached_property
    def contacts(self) -> Rows:
        """Contacts of the window, by stay and time."""
        rows = self.record.tables["contacts"]
        inside = np.flatnonzero(is_counted(self.inputs, rows["start_min"]))
        return by_stay_and_time(rows, inside, len(self.stays))

    @cached_property
    def contact_sums(self) -> ContactSums:
        """Contacts of the window by what they were: the order of contacts and whose they were don't matter."""
        c, shape = self.contacts, (len(SETTING), len(self.inputs.roles), len(KIND), len(STANCE))
        cell = c["setting"].astype(np.int64)
        for name, size in zip(("role", "kind", "stance"), shape[1:]):
            cell *= size
            cell += c[name]

        def total(weights: NDArray[Any] | None = None) -> NDArray[np.float64]:
            found = np.bincount(cell, weights=weights, minlength=math.prod(shape))
            return found.astype(float).reshape(shape)

        sums = (total(c[name]) for name in ("minutes", "equivalent_min", "interrupted"))
        return ContactSums(cell, total(), *sums)

    @cached_property
    def provider_of_all(self) -> NDArray[np.int64]:
        """Whom each contact of the whole run was with, warm-up included, as codes 0, 1, 2 ..."""
        return compact(self.record.tables["contacts"]["who"])

    @cached_property
    def provider(self) -> NDArray[np.int64]:
        """Whom each contact was with."""
        return self.contacts.of_each(self.provider_of_all)

    @cached_property
    def personal_provider(self) -> NDArray[np.int64]:
        """Whom each personal contact was with."""
        return self.provider[self.is_personal]

    @cached_property
    def is_personal(self) -> NDArray[np.bool_]:
        """Whether each contact was with one person at a time, home visits included, of any role."""
        wanted = np.isin(np.arange(len(KIND)), (*ONE_TO_ONE, K_HOME))
        found: NDArray[np.bool_] = wanted[self.contacts["kind"]]
        return found

    @cached_property
    def personal(self) -> Rows:
        """The personal contacts, by stay and time."""
        return self.contacts.only(self.is_personal)


def is_counted(inputs: Inputs, minutes: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of these minutes lie in the counted window."""
    found: NDArray[np.bool_] = (minutes >= inputs.warmup_min) & (minutes < inputs.end_min)
    return found


def by_stay_and_time(contacts: NDArray[Any], inside: NDArray[np.intp], n_stays: int) -> Rows:
    """The contacts that `inside` numbers, by stay and time."""
    inside = inside[np.argsort(contacts["start_min"][inside], kind="stable")]  # nearly in order already
    short = np.int16 if n_stays < 2**15 else np.int32  # short numbers are sorted faster
    return Rows(contacts, inside[np.argsort(contacts["stay"][inside].astype(short), kind="stable")])


def window(inputs: Inputs, record: Record) -> Window:
    """Cut the counted window out of a record."""
    tables = record.tables

    def within(table: str, column: str) -> NDArray[Any]:
        rows = tables[table]
        return rows[is_counted(inputs, rows[column])]

    matters = within("matters", "decided_min")
    stays = tables["stays"]
    daily = record.daily[inputs.scenario.warmup_days :]
    return Window(
        inputs=inputs, record=record, daily=daily, crises=within("crises", "start_min"),
        measures=within("measures", "start_min"), matters=matters[matters["state"] == M_DECIDED],
        handovers=within("handovers", "time_min"), duties=within("duties_done", "start_min"),
        weeks=within("weeks", "time_min"),
        referrals=within("referrals", "time_min"), stays=stays,
        ended=stays[(stays["end"] > 0) & is_counted(inputs, stays["end_min"])],
        patient_days=float(daily["in_min"].sum()) / 1440.0,
    )  # fmt: skip
