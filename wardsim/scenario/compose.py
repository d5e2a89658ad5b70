"""From options and overrides to a scenario: the public functions, and the order in which things happen.

Read the file (if there is one) and all overrides; compose the options that were chosen; put single settings
in and check them (``settle.py``); do the same for the ward after a changeover; build the frozen scenario.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wardsim.scenario.options import Options
from wardsim.scenario.overrides import CHANGE, Reading, expand, read_overrides, read_tree, swept
from wardsim.scenario.problems import Problem, ScenarioError, distinct
from wardsim.scenario.saved import Difference, Tree, diff, read_yaml, scenario_hash, to_yaml
from wardsim.scenario.schema import Scenario
from wardsim.scenario.settle import settle
from wardsim.scenario.tree import check_range
from wardsim.scenario.wording import problems_of

__all__ = [
    "RUN_ONLY",
    "Difference",
    "Draft",
    "Problem",
    "RunSettings",
    "ScenarioError",
    "combinations",
    "compose",
    "diff",
    "draft",
    "option_names",
    "replaced_settings",
    "scenario_hash",
    "swept_names",
    "to_yaml",
]

Overrides = Sequence[str]


@dataclass(frozen=True)
class RunSettings:
    """How a scenario is run, as opposed to what it is.

    Parameters
    ----------
    replications
        How often the ward is simulated.
    seed
        Number from which all chance is drawn.
    workers
        Processes side by side; None: one per core.
    out
        Folder of the results; None: ``results/<name>``.
    tables
        Save the tables too, not only the outcomes.
    contacts
        Save the ledger of contacts among them; None: with ``run``, not with ``compare``.
    precision
        Add replications until the primary outcomes are known to this share of their mean; None: don't.
    uncertainty
        ``accepted``: a comparison is also run with the parameter vectors of the accepted set; ``none``: it is not.
    name
        The name that was asked for on the command line, or None; a file's name is its ward's.
    """

    replications: int = 100
    seed: int = 1
    workers: int | None = None
    out: str | None = None
    tables: bool = True
    contacts: bool | None = None
    precision: float | None = None
    uncertainty: str = "none"
    name: str | None = None


UNCERTAINTY = ("none", "accepted")
RUN_ONLY = tuple(item.name for item in fields(RunSettings) if item.name != "name")


@dataclass(frozen=True)
class Draft:
    """A scenario as far as it could be built, with everything that is wrong with it.

    `scenario` is what was asked for if there are no problems; else the same with what is wrong put back to
    what the options say, or None where even that gives none.
    """

    scenario: Scenario | None
    run: RunSettings
    problems: tuple[Problem, ...]


def compose(
    overrides: Overrides = (), *, file: str | Path | None = None, config_dir: str | Path | None = None
) -> Scenario:
    """Build a scenario from options and overrides.

    Parameters
    ----------
    overrides
        Hydra's grammar: ``service=soteria_berne``, ``ward.beds=12``, ``change.on_day=60``.
    file
        A saved scenario, or a hand-written file that names options and settings; overrides come after it.
    config_dir
        A folder with options of one's own.

    Raises
    ------
    ScenarioError
        With everything that is wrong, at once.
    """
    made = draft(overrides, file=file, config_dir=config_dir)
    if made.problems or made.scenario is None:
        raise ScenarioError(made.problems)
    return made.scenario


def combinations(
    overrides: Overrides, *, config_dir: str | Path | None = None
) -> list[tuple[str, list[str]]]:
    """(label, overrides) for every combination of swept values; the first is the baseline (see `expand`)."""
    return expand(overrides, Options(config_dir))


def is_a_ward(file: str | Path, *, config_dir: str | Path | None = None) -> bool:
    """Whether a file describes a ward of its own (else it holds settings for any)."""
    return _read_file(Path(file), Options(config_dir)).is_a_ward


def replaced_settings(
    file: str | Path, overrides: Overrides, *, config_dir: str | Path | None = None
) -> list[str]:
    """Settings that a hand-written file gives and that an option chosen again in `overrides` replaces."""
    options = Options(config_dir)
    source = _read_file(Path(file), options)
    again = {text.lstrip("+/").partition("=")[0] for text in overrides}.intersection(options.groups)
    return [path for path, _ in source.reading.changes if path.partition(".")[0] in again and "." in path]


def swept_names(overrides: Overrides, *, config_dir: str | Path | None = None) -> list[str]:
    """Names of the overrides that hold several values."""
    return swept(overrides, Options(config_dir))


def option_names(group: str, *, config_dir: str | Path | None = None) -> list[str]:
    """The options of a group, for example of ``service``."""
    return Options(config_dir).names(group)


def draft(
    overrides: Overrides = (), *, file: str | Path | None = None, config_dir: str | Path | None = None
) -> Draft:
    """Build as much of a scenario as can be built and list all problems (see `compose`)."""
    options = Options(config_dir)
    source = _Source() if file is None else _read_file(Path(file), options)
    line = read_overrides(overrides, options)
    if source.is_a_ward and (service := line.choices.pop("service", None)):
        what = f"would replace the ward of {file}"
        way = f"leave out the service or the file; wardsim compare {file} service={service} compares the two"
        line.problems.append(Problem("service", service, what, way))
    reading = source.reading.without(line.choices)
    reading.add(line)
    base, chosen = options.compose(reading.choices)
    run, problems = _run_settings(base, reading, dict(line.changes).get("name"))
    base["name"] = source.stem or base.get("name")
    chosen |= {g: o for g, o in source.choices.items() if g not in line.choices}
    start = _again(source.tree, base, line.choices) if source.complete else base
    tree, found = settle(start, base, chosen, reading, (*options.groups, *RUN_ONLY))
    problems = [*reading.problems, *problems, *found]
    after, found = _afterwards(source, line, reading, base, chosen, options)
    problems += [replace(p, path=f"{CHANGE}{p.path}") for p in found if p not in problems]
    problems += _check_day(reading, after is not None, tree)
    return Draft(_build(tree, reading.change_on_day, after, problems), run, distinct(problems))


def _afterwards(
    source: _Source, line: Reading, reading: Reading, base: Tree, chosen: Mapping[str, str], options: Options
) -> tuple[Tree | None, list[Problem]]:
    """The ward after the changeover: the same overrides, and those of ``change.`` after them."""
    if reading.later is None and source.after is None:
        return None, []
    later = reading.later or Reading()
    again = {**line.choices, **(line.later.choices if line.later else {})}
    whole = source.reading.without(again)
    whole.add(line)
    whole.changes = [(path, value) for path, value in whole.changes if path not in RUN_ONLY]
    fresh = options.compose({**reading.choices, **later.choices})[0]
    fresh = {**{name: value for name, value in fresh.items() if name not in RUN_ONLY}, "name": base["name"]}
    start = fresh
    if source.complete:
        start = _again(source.after or source.tree, fresh, again)
    whole.changes += later.changes
    whole.removals += later.removals
    chosen = {**chosen, **{g: o for g, o in source.choices_after.items() if g not in again}, **later.choices}
    after, found = settle(start, fresh, chosen, whole, (*options.groups, *RUN_ONLY))
    return after, [*later.problems, *found]


# -------------------------------------------------------------------- files
@dataclass
class _Source:
    """What a file brings.

    A saved scenario is complete: `tree` and `after` hold all its settings, `choices` and `choices_after` the
    options they came from.  A hand-written file names options and settings, which go into `reading`; `stem`
    is its name.
    """

    complete: bool = False
    tree: Tree = field(default_factory=dict)
    after: Tree | None = None
    choices: dict[str, str] = field(default_factory=dict)
    choices_after: dict[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    stem: str | None = None

    @property
    def is_a_ward(self) -> bool:
        """Whether the file says which ward it is about, and not only what is different on any."""
        return self.complete or "service" in self.reading.choices


def _read_file(path: Path, options: Options) -> _Source:
    tree = read_yaml(path)
    groups = [group for group in options.groups if group in Scenario.model_fields]
    if not (
        isinstance(tree.get("choices"), dict) and all(isinstance(tree.get(group), dict) for group in groups)
    ):
        source = _Source(stem=path.stem)
        read_tree(tree, source.reading, options)
        return source
    choices = _texts(tree.pop("choices"))
    after = tree.pop("after", None)
    there = {g: o for g, o in choices.items() if g in options.groups and o in options.names(g)}
    source = _Source(complete=True, tree=tree, choices=choices, reading=Reading(choices=there))
    source.reading.change_on_day = tree.pop("change_on_day", None)
    if isinstance(after, dict):
        source.choices_after = _texts(after.pop("choices", {}))
        source.after = {
            name: value for name, value in after.items() if name not in ("change_on_day", "after")
        }
    elif after is not None:
        source.reading.problems.append(Problem("after", after, "must hold names with values"))
    for name in RUN_ONLY:
        if name in tree:
            source.reading.changes.append((name, tree.pop(name)))
    return source


def _texts(choices: Any) -> dict[str, str]:
    return {str(group): str(option) for group, option in choices.items()} if isinstance(choices, dict) else {}


def _again(tree: Tree, base: Tree, chosen_again: Mapping[str, str]) -> Tree:
    """The tree of a saved scenario, with groups that are chosen again taken from their options."""
    return {**deepcopy(tree), **{group: deepcopy(base[group]) for group in chosen_again if group in base}}


# ------------------------------------------------------------------ the run
def _run_settings(base: Tree, reading: Reading, asked: Any) -> tuple[RunSettings, list[Problem]]:
    """Take the settings of the run out of `base` and `reading`, and check them; `asked` is the name typed."""
    values = {name: base.pop(name, None) for name in RUN_ONLY}
    values |= {path: value for path, value in reading.changes if path in RUN_ONLY}
    reading.changes = [(path, value) for path, value in reading.changes if path not in RUN_ONLY]
    problems = []
    for name, value in values.items():
        if problem := _check_run(name, value):
            problems.append(problem)
            values[name] = getattr(RunSettings, name)
    text = None if values["out"] is None else str(values.pop("out"))
    return RunSettings(**{**values, "out": text, "name": None if asked is None else str(asked)}), problems


def _check_run(name: str, value: Any) -> Problem | None:
    if value is None and name in ("workers", "out", "precision", "contacts"):
        return None
    if name == "out":
        return None if str(value).strip() else Problem(name, None, "must be the name of a folder")
    if name in ("tables", "contacts"):
        return None if isinstance(value, bool) else Problem(name, value, "must be true or false")
    if name == "uncertainty":
        return None if value in UNCERTAINTY else Problem(name, value, f"must be {' or '.join(UNCERTAINTY)}")
    if problem := check_range(name, value):
        return problem
    if value is None or (name != "precision" and not isinstance(value, int)):
        return Problem(name, value, "must be a whole number")
    return None


# --------------------------------------------------------------- changeover
def _check_day(reading: Reading, changes: bool, tree: Tree) -> list[Problem]:
    day, horizon = reading.change_on_day, tree.get("horizon_days")
    path = f"{CHANGE}on_day"
    if day is None:
        what = "is missing: on which counted day does the change take effect?"
        return [Problem(path, None, what)] if changes else []
    if not changes:
        way = "add for example change.rotation=co_living"
        return [Problem(path, day, "names a day, but nothing changes", way)]
    if not isinstance(day, int) or isinstance(day, bool):
        return [Problem(path, day, "must be a whole number of days")]
    if problem := check_range("change_on_day", day):
        return [replace(problem, path=path)]
    if isinstance(horizon, int) and day >= horizon:
        return [Problem(path, day, f"must come before the last counted day (horizon_days={horizon})")]
    return []


def _build(tree: Tree, day: Any, after: Tree | None, problems: list[Problem]) -> Scenario | None:
    whole = {**tree, "change_on_day": None, "after": None}
    if after is not None and not any(p.path.startswith(CHANGE) for p in problems):
        whole |= {"change_on_day": day, "after": {**after, "change_on_day": None, "after": None}}
    try:
        return Scenario.model_validate(whole)
    except ValidationError as error:
        problems += [p for p in problems_of(error, whole) if p not in problems]
        return None
