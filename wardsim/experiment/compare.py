"""Compare scenarios: the same people and the same luck, replication by replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment import executors
from wardsim.experiment.arms import (
    differ_in_people,
    same_people,
    sized_to,
    unique_labels,
    with_same_people,
)
from wardsim.experiment.batch import Batch, open_batches
from wardsim.experiment.comparison_files import (
    alone_in,
    comparison_rows,
    read_comparison_files,
    write_comparison_files,
)
from wardsim.experiment.executors import check_counts
from wardsim.experiment.manifest import FORMAT, now, provenance, read_manifest
from wardsim.experiment.results import Results, load_run
from wardsim.experiment.run import (
    Progress,
    Say,
    all_failed,
    check_scenarios,
    run_batches,
    to_standard_error,
    wanted_tables,
)
from wardsim.experiment.store import RunsFailed
from wardsim.experiment.unknown import describe, open_drawn, unknown_table
from wardsim.scenario.problems import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from wardsim.experiment.accepted import AcceptedSet
    from wardsim.roster import Breach, RosterSummary
    from wardsim.scenario.saved import Difference
    from wardsim.scenario.schema import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Alternatives against a baseline.

    Attributes
    ----------
    scenarios, labels
        The baseline first, then the alternatives.
    outcomes
        One row for each scenario, replication and outcome, sorted by these: scenario, replication, outcome,
        value, unit.
    table
        One row for each outcome and alternative, primary outcomes first: means, the paired difference with
        its 95 % interval, the share of replications in which the alternative was better, whether the
        difference is distinguishable from none, and words for it.
    rosters
        For each scenario what its rota means: legal status, longest shift, hours, heads, cost.
    breaches
        For each scenario every breach of working-time rules in the days of a run.
    settings
        What differs between the scenarios.
    same_people
        The same comparison with the baseline's people and admission rules in every alternative, from half the
        replications but at least 50; None if they don't differ in that.
    unknown
        One row for each outcome and alternative: the difference from chance alone, and from chance and parameters
        that nobody knows exactly, with the probability that the alternative is better; None if not asked for.
    manifest
        Seed, versions, command, timings, failed runs.
    results
        The results of each scenario, with their tables.
    folder
        Where it is saved; None if it is only in memory.
    """

    scenarios: tuple[Scenario, ...]
    labels: tuple[str, ...]
    outcomes: pd.DataFrame
    table: pd.DataFrame
    rosters: tuple[RosterSummary, ...]
    breaches: tuple[tuple[Breach, ...], ...]
    settings: list[Difference]
    same_people: Comparison | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    results: tuple[Results, ...] = ()
    folder: Path | None = None
    unknown: pd.DataFrame | None = None

    def __repr__(self) -> str:
        others = ", ".join(self.labels[1:])
        days = self.scenarios[0].horizon_days
        distinguishable = int(self.table["distinguishable"].sum())
        place = f", in {self.folder}" if self.folder is not None else ""
        n, seed = self.manifest.get("replications"), self.manifest.get("seed")
        return (
            f"<Comparison of {others} with {self.labels[0]}: {n} replications of {days} days, seed {seed}; "
            f"{distinguishable} of {len(self.table)} paired differences distinguishable from none{place}>"
        )

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Runs that failed, each with scenario, key, replication, stage and traceback."""
        return list(self.manifest["failures"])


def compare(
    scenarios: Sequence[Scenario],
    *,
    replications: int = 100,
    workers: int | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    progress: Progress | None = None,
    tables: bool = True,
    contacts: bool = False,
    events: bool = False,
    precision: float | None = None,
    labels: Sequence[str] | None = None,
    accepted: AcceptedSet | None = None,
    say: Say | None = None,
) -> Comparison:
    """Compare alternatives with a baseline.

    Replication r has the same first referrals and the same luck in every scenario, so that scenarios differ
    only by what their organisation does.

    Parameters
    ----------
    scenarios
        The baseline first, then one or more alternatives.
    out
        Folder for ``outcomes.parquet``, ``comparison.csv``, ``manifest.json`` and a folder for each scenario.
        What is already there is not run again.
    labels
        Names of the scenarios in tables and figures; by default their names, or what they differ in.
    contacts
        Save the ledger of contacts of every run, about a megabyte each; otherwise it is computed when asked for.
    accepted
        Run everything once more with the parameter vectors of this set (``load_accepted()``), which tells how much
        of a difference rests on numbers that nobody knows exactly.
    replications, workers, seed, progress, tables, events, precision, say
        As for ``simulate``.

    Returns
    -------
    Comparison

    Raises
    ------
    ScenarioError
        The baseline's budget can't staff an alternative that is sized to it.
    ValueError
        Fewer than two scenarios, or a number that makes no sense.
    ResultsError
        The folder can't be written; ``DiskFull`` and ``RunsFailed`` (a scenario without any result) are
        kinds of it.
    """
    check_scenarios(*scenarios)
    if len(scenarios) < 2:
        raise ValueError("compare needs at least two scenarios: the baseline first, then the alternatives")
    check_counts(replications, workers, seed)
    names = unique_labels(scenarios, labels)
    sized = _sized(scenarios)
    arms = list(zip(names, sized))
    if differ_in_people(sized):
        arms += [(name, same_people(scenario, sized[0])) for name, scenario in zip(names[1:], sized[1:])]
    began = provenance()
    folder = None if out is None else Path(out)
    with alone_in(folder):
        batches = _open(arms, len(names), seed=seed, out=out, tables=wanted_tables(tables, events, contacts))
        drawn = (
            [] if accepted is None else open_drawn(list(zip(names, sized)), accepted, seed=seed, root=folder)
        )
        distinct = list(dict.fromkeys([*batches, *drawn]))
        used = run_batches(distinct, replications, workers, precision, progress, say or to_standard_error)
        results = [batch.results(label) for batch, (label, _) in zip(batches, arms)]
        with_drawn = [batch.results(label) for batch, label in zip(drawn, names)]
        for result in [*results, *with_drawn]:
            if not result.replications:
                raise RunsFailed(all_failed(result))
        comparison = _assemble(results, names, _manifest(results, names, began, used), folder)
        if accepted is not None:
            unknown = unknown_table(comparison.results, with_drawn, len(accepted.vectors))
            manifest = {**comparison.manifest, "accepted": describe(accepted)}
            comparison = replace(comparison, unknown=unknown, manifest=manifest)
        if folder is not None:
            write_comparison_files(comparison, folder)
    return comparison


def load_comparison(folder: Path, manifest: dict[str, Any]) -> Comparison:
    """Load what ``compare`` saved; called by ``load_results``."""
    results = []
    for entry in manifest["scenarios"]:
        inside = folder / entry["folder"]
        # what the comparison used, even if the scenario was run on its own since with another seed
        view = {key: manifest[key] for key in ("seed", "model_version")}
        view["replications"] = entry.get("replications", manifest["replications"])
        failures = [f for f in manifest["failures"] if f["folder"] == entry["folder"]]
        saved = {**read_manifest(inside), **view, "failures": failures}
        results.append(load_run(inside, saved, entry["label"]))
    names = tuple(manifest["labels"])
    comparison = _assemble(results, names, manifest, folder)
    return replace(comparison, unknown=read_comparison_files(comparison, folder))


def _sized(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios with their budgets measured on the baseline, where their sizing asks for that."""
    baseline = roster_summary(scenarios[0])
    sized = [scenarios[0], *(sized_to(scenario, baseline) for scenario in scenarios[1:])]
    changed = [after for before, after in zip(scenarios, sized) if after is not before]
    found = [problem for scenario in changed for problem in roster_problems(scenario)]
    if found:
        raise ScenarioError(found)
    return sized


def roster_problems(scenario: Scenario) -> list[Problem]:
    """Why the rota of a scenario can't be worked, now that its budget is known."""
    from wardsim.roster import problems

    return list(problems(scenario))


def roster_summary(scenario: Scenario) -> RosterSummary:
    """What a scenario's rota means in hours, heads, rest and law."""
    from wardsim.roster import summarise

    return summarise(scenario)


def _open(
    arms: Sequence[tuple[str, Scenario]],
    n_as_they_are: int,
    *,
    seed: int,
    out: str | Path | None,
    tables: Sequence[str],
) -> list[Batch]:
    """One batch for each arm; arms that are the same scenario share it."""
    engine = executors.load_engine()
    root = None if out is None else Path(out)

    def open_one(i: int) -> Batch:
        label, scenario = arms[i]
        second = i >= n_as_they_are  # for the second table outcomes are enough
        return Batch(
            engine,
            scenario,
            f"{label}, same people" if second else label,
            seed=seed,
            root=root,
            tables=() if second else tables,
            share=with_same_people if second else int,
        )

    return open_batches([scenario for _, scenario in arms], open_one)


def _manifest(
    results: Sequence[Results], names: Sequence[str], began: dict[str, Any], precision: dict[str, Any] | None
) -> dict[str, Any]:
    first = results[0].manifest
    folders = [result.folder.name if result.folder is not None else None for result in results]
    return {
        "kind": "comparison",
        "format": FORMAT,
        "labels": list(names),
        **{key: first[key] for key in ("seed", "replications", "model_version")},
        **began,
        "finished": now(),
        "seconds": round(sum({id(r.manifest): r.manifest["seconds"] for r in results}.values()), 3),
        "precision": precision,
        "scenarios": [
            {
                "label": r.label,
                "folder": folder,
                **{key: r.manifest[key] for key in ("scenario_hash", "replications")},
            }
            for r, folder in zip(results, folders)
        ],
        "failures": [
            {"scenario": r.label, "folder": folder, **failure}
            for i, (r, folder) in enumerate(zip(results, folders))
            for failure in r.failures
            if folder is None or folder not in folders[:i]
        ],
    }


def _assemble(
    results: Sequence[Results], names: tuple[str, ...], manifest: dict[str, Any], folder: Path | None
) -> Comparison:
    """Comparison of the first results as they are; the rest are the alternatives with the same people."""
    as_they_are, others = results[: len(names)], results[len(names) :]
    same = _one([results[0], *others], names, manifest, folder, None) if others else None
    return _one(as_they_are, names, manifest, folder, same)


def _one(
    results: Sequence[Results],
    names: tuple[str, ...],
    manifest: dict[str, Any],
    folder: Path | None,
    same: Comparison | None,
) -> Comparison:
    import pandas as pd
    import pyarrow as pa

    from wardsim.roster import breaches_of
    from wardsim.scenario.saved import diff

    scenarios = tuple(result.scenario for result in results)
    rows = pa.concat_tables([r.outcome_rows() for r in sorted(results, key=lambda r: r.label)])
    return Comparison(
        scenarios=scenarios,
        labels=names,
        outcomes=rows.to_pandas(),
        table=pd.DataFrame(comparison_rows(results)),
        rosters=tuple(roster_summary(scenario) for scenario in scenarios),
        breaches=tuple(breaches_of(scenario) for scenario in scenarios),
        settings=diff(*scenarios),
        same_people=same,
        manifest=manifest,
        results=tuple(results),
        folder=folder,
    )
