"""Results of one scenario, in memory or in a folder, and how they are loaded again."""

from __future__ import annotations

import dataclasses
import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment import executors
from wardsim.experiment.executors import EVENTS, TABLES, cores, run_one, run_threads
from wardsim.experiment.manifest import MANIFEST, read_manifest
from wardsim.experiment.paired import mean_interval
from wardsim.experiment.store import ResultsError, saved_scenario, saved_table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from wardsim.experiment.compare import Comparison
    from wardsim.scenario.schema import Scenario


class Results:
    """What came out of running one scenario.

    Attributes
    ----------
    scenario
        The scenario that was run.
    label
        Its name in tables and figures.
    manifest
        Seed, number of replications, versions, command, timings, and the runs that failed.
    folder
        Where it is saved; None if it is only in memory.

    Notes
    -----
    ``outcomes``, ``daily``, ``stays``, ``staff``, ``contacts``, ``events`` and ``breaches`` are pandas
    DataFrames made when first asked for.  Tables that were not saved are computed again: the same key gives the same run.
    """

    def __init__(
        self,
        scenario: Scenario,
        label: str,
        manifest: dict[str, Any],
        *,
        folder: Path | None = None,
        outcomes: Mapping[int, Mapping[str, float]] | None = None,
    ) -> None:
        self.scenario = scenario
        self.label = label
        self.manifest = manifest
        self.folder = folder
        self._kept = outcomes
        if folder is not None:
            self.outcome_rows()  # a damaged folder says so now, not in the middle of someone's analysis

    def __repr__(self) -> str:
        asked, days = self.manifest["replications"], self.scenario.horizon_days
        n = len(self.replications)
        runs = f"{n} replications" if n == asked else f"{n} of {asked} replications"
        failed = f", {len(self.failures)} failed" if self.failures else ""
        place = f", in {self.folder}" if self.folder is not None else ""
        seed = self.manifest["seed"]
        return f"<Results of {self.label}: {runs} of {days} days{failed}, seed {seed}{place}>"

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Runs that failed, each with key, replication, stage and traceback."""
        return list(self.manifest["failures"])

    @cached_property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the replications that have outcomes."""
        return tuple(sorted(set(self.outcome_rows().column("replication").to_pylist())))

    @cached_property
    def _rows(self) -> pa.Table:
        from wardsim.experiment.tidy import outcome_rows, with_scenario

        if self._kept is not None or self.folder is None:
            return outcome_rows(self.label, self._kept or {}, executors.load_engine().units())
        saved = saved_table(self.folder, self.manifest, "outcomes")
        return outcome_rows(self.label, {}, {}) if saved is None else with_scenario(saved, self.label)

    def outcome_rows(self) -> pa.Table:
        """The tidy outcomes as an Arrow table, sorted by replication and outcome (no pandas needed)."""
        return self._rows

    def values(self) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
        """Values of each outcome by replication number; not a number where undefined or failed."""
        from wardsim.experiment.tidy import values_by_outcome

        return values_by_outcome(self.outcome_rows(), range(self.manifest["replications"]))

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row for each replication and outcome: scenario, replication, outcome, value, unit."""
        return _frame(self.outcome_rows())

    @cached_property
    def daily(self) -> pd.DataFrame:
        """One row for each day of each replication."""
        return _frame(self._table("daily"))

    @cached_property
    def stays(self) -> pd.DataFrame:
        """One row for each stay."""
        return _frame(self._table("stays"))

    @cached_property
    def staff(self) -> pd.DataFrame:
        """One row for each member of staff in each replication."""
        return _frame(self._table("staff"))

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """The contact ledger: who was with whom, in what way, for how many minutes."""
        return _frame(self._table("contacts"))

    @cached_property
    def events(self) -> pd.DataFrame:
        """The log of events: who, what, when, and how it ended."""
        return _frame(self._table(EVENTS))

    @cached_property
    def breaches(self) -> pd.DataFrame:
        """One row for each breach of working-time rules in the plan: date, unit, role, line, rule, article."""
        import pandas as pd

        from wardsim.roster import Breach, breaches_of

        names = [field.name for field in dataclasses.fields(Breach)]  # also where there is none
        return pd.DataFrame(breaches_of(self.scenario), columns=names)

    def replay(self, replication: int = 0) -> dict[str, pd.DataFrame]:
        """Tables of one replication, computed again: one possible course of events on the ward."""
        tables = self._recompute([replication], (*TABLES, EVENTS))
        return {name: _frame(table) for name, table in tables.items()}

    def _table(self, name: str) -> pa.Table:
        if self.folder is not None:
            saved = saved_table(self.folder, self.manifest, name)
            if saved is not None:
                return saved
        if name == EVENTS:
            return self._recompute(self.replications, (EVENTS,))[EVENTS]
        return self._recomputed[name]

    @cached_property
    def _recomputed(self) -> dict[str, pa.Table]:
        return self._recompute(self.replications, TABLES)

    def _recompute(self, replications: Iterable[int], tables: Sequence[str]) -> dict[str, pa.Table]:
        from wardsim.experiment.tidy import stack

        engine, seed = executors.load_engine(), self.manifest["seed"]
        if engine.version != self.manifest["model_version"]:
            raise ResultsError(
                f"The tables of {self.label} were not saved, and the model has changed since. "
                "Run the scenario again to get them."
            )
        inputs = engine.prepare(self.scenario)
        runs = run_threads(lambda r: run_one(engine, inputs, seed, r, tables), replications, cores())
        made: dict[int, Mapping[str, pa.Table]] = {}
        for run in runs:
            if run.tables is None:
                raise ResultsError(f"Replication {run.replication} of {self.label} failed:\n{run.traceback}")
            made[run.replication] = run.tables
        return {name: stack([made[r][name] for r in sorted(made)]) for name in tables}

    def summary(self) -> pd.DataFrame:
        """Mean of each outcome over the replications with its 95 % t interval, primary outcomes first.

        The interval ends where the outcome does: no rate is below nought, no share above the whole.

        Returns
        -------
        DataFrame
            outcome, unit, n, mean, sd, low, high
        """
        import pandas as pd

        values, units = self.values(), self.units()
        ranges = {outcome.name: outcome.range for outcome in executors.load_engine().outcomes}
        rows = []
        for name in ordered(values):
            i = mean_interval(values[name])
            least, most = ranges.get(name, (-math.inf, math.inf))
            rows.append((name, units[name], i.n, i.mean, i.sd, max(i.low, least), min(i.high, most)))
        return pd.DataFrame(rows, columns=["outcome", "unit", "n", "mean", "sd", "low", "high"])

    def units(self) -> dict[str, str]:
        """Unit of each outcome."""
        rows = self.outcome_rows()
        return dict(zip(rows.column("outcome").to_pylist(), rows.column("unit").to_pylist()))


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def ordered(names: Iterable[str]) -> list[str]:
    """Outcome names in the order of reports: primary first, then as the register lists them."""
    outcomes = executors.load_engine().outcomes
    register = {outcome.name: (not outcome.primary, i) for i, outcome in enumerate(outcomes)}
    last = (True, len(register))
    return sorted(names, key=lambda name: (register.get(name, last), name))


def load_results(folder: str | Path) -> Results | Comparison:
    """Load what ``simulate`` or ``compare`` saved.

    Parameters
    ----------
    folder
        The folder given as ``out``, or the folder of one scenario in it.

    Returns
    -------
    Results or Comparison
        The same object that the command that wrote it gave back.

    Raises
    ------
    ResultsError
        There are no results in it, several scenarios to choose from, or something in it is damaged.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ResultsError(f"There is no folder {folder}.")
    if not (folder / MANIFEST).exists():
        folder = _only_scenario(folder)
    manifest = read_manifest(folder)
    if manifest["model_version"] != executors.load_engine().version:
        warnings.warn(
            f"The runs in {folder} are of another version of wardsim. Their outcomes are as they were; hours, law and "
            "words for differences are this version's.",
            stacklevel=2,
        )
    if manifest["kind"] == "comparison":
        from wardsim.experiment.compare import load_comparison

        return load_comparison(folder, manifest)
    return load_run(folder, manifest)


def load_run(folder: Path, manifest: dict[str, Any], label: str | None = None) -> Results:
    """Load one scenario's results, under another label if one is given."""
    return Results(saved_scenario(folder, manifest), label or manifest["label"], manifest, folder=folder)


def _only_scenario(folder: Path) -> Path:
    inside = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    if len(inside) == 1:
        return inside[0]
    if not inside:
        raise ResultsError(f"{folder} holds no results: there is no {MANIFEST} in it.")
    names = ", ".join(path.name for path in inside)
    raise ResultsError(f"{folder} holds the results of several scenarios. Name one of: {names}.")


__all__ = ["Results", "load_results", "load_run", "ordered"]
