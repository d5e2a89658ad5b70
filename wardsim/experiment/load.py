"""Scenarios for whoever runs them: composed, with the rota file read, and checked by all layers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wardsim.scenario.compose import RUN_ONLY, RunSettings, combinations, draft, is_a_ward
from wardsim.scenario.options import GROUPS
from wardsim.scenario.problems import Problem, ScenarioError, distinct
from wardsim.scenario.saved import scenario_hash
from wardsim.scenario.schema import Scenario

#: Label of the baseline where a ward is compared with a changed one.
AS_IT_IS = "the ward as it is"


def load_scenario(
    overrides: Sequence[str] = (), *, file: str | Path | None = None, config_dir: str | Path | None = None
) -> Scenario:
    """Build a scenario that can be simulated.

    Parameters
    ----------
    overrides
        What is chosen, in Hydra's grammar: ``["service=soteria_berne", "rotation=three_shift",
        "ward.beds=12"]``. Without any it is the default service.
    file
        A saved scenario or a hand-written YAML file; the overrides come after it.
    config_dir
        A folder with options of one's own, such as ``power/ours.yaml``.

    Returns
    -------
    Scenario
        Frozen; the same for the same overrides and files.

    Raises
    ------
    ScenarioError
        With every problem of settings, rota and power structure at once; ``.problems`` lists them.
    """
    if isinstance(overrides, str):
        overrides = [overrides]
    scenario, run, problems = _load(overrides, file, config_dir)
    given = {text.partition("=")[0].lstrip("+") for text in overrides}
    for name in sorted(given.intersection(RUN_ONLY)):
        problems.append(
            Problem(
                name,
                getattr(run, name),
                "says how to run, not what the ward is",
                "give it to simulate or compare",
            )
        )
    if problems or scenario is None:
        raise ScenarioError(problems)
    return scenario


def load_run(
    overrides: Sequence[str], *, file: str | Path | None = None, config_dir: str | Path | None = None
) -> tuple[Scenario, RunSettings]:
    """A scenario and how to run it, from one list of overrides; raises what `load_scenario` raises."""
    scenario, run, problems = _load(overrides, file, config_dir)
    if problems or scenario is None:
        raise ScenarioError(problems)
    return scenario, run


@dataclass(frozen=True)
class Alternatives:
    """What is to be compared: the baseline first; one label for each scenario; how to run them."""

    scenarios: tuple[Scenario, ...]
    labels: tuple[str, ...]
    run: RunSettings


def load_alternatives(
    overrides: Sequence[str], *, files: Sequence[str | Path] = (), config_dir: str | Path | None = None
) -> Alternatives:
    """All scenarios of a comparison: every file with every combination of swept values.

    Where files describe wards of their own, services named beside them are compared with them.  Where one ward
    is given and nothing is swept, the ward as it is comes first and the ward with the settings given second.
    Labels are the swept values joined by ", ", after the name of the ward where several are given.

    Raises
    ------
    ScenarioError
        With the problems of all of them, or if there are fewer than two.
    """
    services = services_beside(files, overrides, config_dir=config_dir)
    rows = combinations([t for t in overrides if t not in services], config_dir=config_dir)
    named = [texts for _, texts in combinations(services, config_dir=config_dir)] if services else []
    given: list[tuple[str | Path | None, list[str]]] = [(file, []) for file in files] or [(None, [])]
    given += [(None, service) for service in named]
    if len(given) == len(rows) == 1:
        rows = _as_it_is_and_changed(overrides)
    arms = [
        (file, swept, [*service, *_with_its_rota(texts, rows)])
        for file, service in given
        for swept, texts in rows
    ]
    scenarios: list[Scenario] = []
    labels: list[str] = []
    runs: list[RunSettings] = []
    found: dict[str, tuple[Problem, list[str]]] = {}
    for file, swept, texts in arms:
        scenario, run, problems = _load(texts, file, config_dir)
        name = _name_of(scenario, file, files)
        label = ", ".join(part for part in (name if len(given) > 1 else "", swept) if part) or name
        for problem in problems:
            found.setdefault(str(problem), (problem, []))[1].append(label)
        if scenario is not None:
            scenarios.append(scenario)
        labels.append(label)
        runs.append(run)
    if found:
        raise ScenarioError(_in_which(list(found.values()), len(arms)))
    if any(replace(run, name=None) != replace(runs[0], name=None) for run in runs):
        what = "replications, seed, workers, out, tables and precision must be the same for all"
        raise ScenarioError([Problem("compare", None, what)])
    if len(given) == 1 and len({scenario_hash(scenario) for scenario in scenarios}) < len(scenarios):
        what = "the ward has that already, so there is nothing to compare"
        way = "give other values, for example rotation=three_shift,co_living"
        typed = " ".join(changes_in(overrides)) or f"compare={', '.join(labels[1:])}"
        raise ScenarioError([Problem(typed, None, what, way)])
    return Alternatives(tuple(scenarios), tuple(labels), runs[0])


def changes_in(overrides: Sequence[str]) -> list[str]:
    """The overrides that change a ward, and do not only name it, say how to run it or what the model assumes."""
    others = {*RUN_ONLY, "horizon_days", "warmup_days", "service", "name"}
    names = [text.lstrip("+~/").partition("=")[0] for text in overrides]
    return [
        text
        for text, name in zip(overrides, names, strict=True)
        if name not in others and name.partition(".")[0] != "model"
    ]


def _as_it_is_and_changed(overrides: Sequence[str]) -> list[tuple[str, list[str]]]:
    """(label, overrides) of the ward as it is, and of the ward with what is given.

    Raises
    ------
    ScenarioError
        If nothing is given that changes it.
    """
    changes = changes_in(overrides)
    if not changes:
        what = "there is only one scenario; a comparison needs at least two"
        way = "give several values, for example rotation=three_shift,co_living, or several files"
        raise ScenarioError([Problem("compare", None, what, way)])
    said = [
        text.partition("=")[2] if text.lstrip("+/").partition("=")[0] in GROUPS else text for text in changes
    ]
    return [(AS_IT_IS, [t for t in overrides if t not in changes]), (", ".join(said), list(overrides))]


def _name_of(scenario: Scenario | None, file: str | Path | None, files: Sequence[str | Path]) -> str:
    """A ward's name; for one of several files the file's name, by which whoever wrote them tells them apart."""
    if file is not None and len(files) > 1:
        return Path(file).stem
    return scenario.name if scenario else "?"


def services_beside(
    files: Sequence[str | Path], overrides: Sequence[str], *, config_dir: str | Path | None = None
) -> list[str]:
    """The overrides that name services to compare with the wards that files describe.

    Files that hold settings alone go over the services instead.
    """
    services = [text for text in overrides if text.startswith("service=")]
    own_ward = services and any(is_a_ward(file, config_dir=config_dir) for file in files)
    return services if own_ward else []


def _with_its_rota(texts: Sequence[str], rows: Sequence[tuple[str, list[str]]]) -> list[str]:
    """The overrides of one combination; a rota file goes to the imported rotation among those compared."""
    if "rotation=imported" in texts or not any("rotation=imported" in others for _, others in rows):
        return list(texts)
    return [text for text in texts if not text.startswith("rotation.file=")]


def _in_which(found: Sequence[tuple[Problem, list[str]]], n: int) -> list[Problem]:
    """Problems with the labels of the scenarios that have them, where not all do."""
    return [
        problem if len(labels) == n else replace(problem, message=f"{problem.message} [{'; '.join(labels)}]")
        for problem, labels in found
    ]


# ------------------------------------------------------------------ one scenario
def _load(
    overrides: Sequence[str], file: str | Path | None, config_dir: str | Path | None
) -> tuple[Scenario | None, RunSettings, list[Problem]]:
    made = draft(overrides, file=file, config_dir=config_dir)
    if made.scenario is None:
        return None, made.run, list(made.problems)
    try:
        scenario = _with_rota(made.scenario, file)
    except ScenarioError as error:
        return None, made.run, list(distinct([*made.problems, *error.problems]))
    wrong = {problem.path for problem in made.problems}  # what is wrong in itself needs no second complaint
    found = [problem for problem in problems_of_layers(scenario) if problem.path not in wrong]
    return scenario, made.run, list(distinct([*made.problems, *found]))


def problems_of_layers(scenario: Scenario) -> list[Problem]:
    """What is wrong with rota and power structure, now and after the changeover."""
    from wardsim.power.problems import problems as of_power
    from wardsim.roster import problems as of_rota

    found = [*of_rota(scenario), *of_power(scenario)]
    if scenario.after is not None:
        found += [replace(problem, path=f"after.{problem.path}") for problem in of_power(scenario.after)]
    said = {(problem.path, problem.message) for problem in found}
    return [
        replace(problem, path=f"change.{path}") if path != problem.path else problem
        for problem in found
        if (path := problem.path.removeprefix("after.")) == problem.path
        or (path, problem.message) not in said
    ]


def _with_rota(scenario: Scenario, file: str | Path | None) -> Scenario:
    """The scenario with the duties of its rota file, which may stand beside the scenario's own file."""
    from wardsim.roster import fill_rota

    rota = scenario.rotation.file
    if (
        rota is not None
        and file is not None
        and not Path(rota).exists()
        and Path(file).with_name(rota).exists()
    ):
        beside = scenario.rotation.model_copy(update={"file": str(Path(file).with_name(rota))})
        scenario = scenario.model_copy(update={"rotation": beside})
    return fill_rota(scenario)
