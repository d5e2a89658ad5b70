"""The commands `run`, `compare` and `show`."""

from __future__ import annotations

import hashlib
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from wardsim import screen
from wardsim.scenario.compose import RunSettings, replaced_settings, swept_names
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.saved import diff
from wardsim.screen import say, tell

if TYPE_CHECKING:
    from rich.console import Console

    from wardsim.experiment.compare import Comparison
    from wardsim.experiment.results import Results
    from wardsim.scenario.schema import Scenario

DONE, SOME_FAILED = 0, 1
RESULTS = Path("results")
WIDE = 120
DAYS_OF_A_WEEK = 7
THREE_ROTATIONS = "rotation=three_shift,co_living,soteria_48"


# ----------------------------------------------------------------- commands
def run(files: Sequence[str], overrides: Sequence[str], *, config_dir: str | None = None) -> int:
    """Simulate one ward, save it and print its main outcomes."""
    from wardsim.experiment.load import load_run
    from wardsim.experiment.run import simulate
    from wardsim.report.progress import Progress
    from wardsim.report.terminal import show_results

    file = _one(files, "run")
    scenario, settings = load_run(overrides, file=file, config_dir=config_dir)
    if settings.uncertainty != "none":
        way = f"wardsim compare ... uncertainty={settings.uncertainty}"
        raise ScenarioError([Problem("uncertainty", settings.uncertainty, "is for comparisons", way)])
    folder = RESULTS / scenario.name if settings.out is None else Path(settings.out)
    tell(f"{scenario.name}: {scenario.about}" if scenario.about else scenario.name)
    _tell_replaced(files, overrides, config_dir)
    _tell_change(scenario)
    _tell_hours(scenario)
    _tell_posts_of_file([scenario])
    _tell_run(settings, scenario.horizon_days, scenario.warmup_days)
    with Progress() as progress:
        results = simulate(
            scenario,
            replications=settings.replications,
            workers=settings.workers,
            seed=settings.seed,
            out=folder,
            progress=progress,
            tables=settings.tables,
            contacts=settings.contacts is not False,
            precision=settings.precision,
            say=progress.say,
        )
    console = screen.console(WIDE)
    show_results(results, console)
    say(console, f"Saved in {results.folder}")
    _tell_breaches(console, results)
    ward = f"service={scenario.choices['service']}" if file is None else shlex.quote(file)
    _next(console, f"wardsim compare {ward} rotation=three_shift,co_living")
    return _failed(console, results.failures)


def compare(files: Sequence[str], overrides: Sequence[str], *, config_dir: str | None = None) -> int:
    """Simulate several wards with the same people and the same chance, and write the report."""
    from wardsim.experiment.accepted import load_accepted
    from wardsim.experiment.compare import compare as compare_scenarios
    from wardsim.experiment.load import changes_in, load_alternatives, services_beside
    from wardsim.report.progress import Progress
    from wardsim.report.terminal import show_comparison

    swept = swept_names(overrides, config_dir=config_dir)
    beside = services_beside(files, overrides, config_dir=config_dir)
    if len(files) < 2 and not swept and not beside:
        if changes := changes_in(overrides):
            swept = [text.lstrip("+~/").partition("=")[0] for text in changes]
        else:
            overrides, swept = [THREE_ROTATIONS, *overrides], ["rotation"]
    asked = load_alternatives(overrides, files=files, config_dir=config_dir)
    settings, first = asked.run, asked.scenarios[0]
    name = settings.name or comparison_name(first.name, swept, what_else(files, overrides, swept))
    folder = RESULTS / name if settings.out is None else Path(settings.out)
    first_label, *others = (label.replace(", ", " + ") for label in asked.labels)
    tell(f"{', '.join(others)} against {first_label}")
    _tell_replaced(files, overrides, config_dir)
    _tell_decimals(overrides, first)
    _tell_posts_of_file(asked.scenarios)
    _tell_run(settings, first.horizon_days, first.warmup_days)
    with Progress() as progress:
        comparison = compare_scenarios(
            asked.scenarios,
            labels=asked.labels,
            replications=settings.replications,
            workers=settings.workers,
            seed=settings.seed,
            out=folder,
            progress=progress,
            tables=settings.tables,
            contacts=settings.contacts is True,
            precision=settings.precision,
            accepted=load_accepted() if settings.uncertainty == "accepted" else None,
            say=progress.say,
        )
    written = _write_reports(comparison, folder)  # first, so that a closed screen loses nothing
    console = screen.console(WIDE)
    show_comparison(comparison, console)
    for what, path in written:
        say(console, f"{what}: {path}")
    _next(console, "open the report, or describe your own ward: wardsim new my_ward")
    return _failed(console, comparison.failures)


def show(files: Sequence[str], overrides: Sequence[str], *, config_dir: str | None = None) -> int:
    """Print every setting of a ward as YAML that runs again."""
    from wardsim.experiment.load import load_run
    from wardsim.scenario.compose import to_yaml

    scenario, settings = load_run(overrides, file=_one(files, "show"), config_dir=config_dir)
    sys.stdout.write(to_yaml(scenario, replications=settings.replications, seed=settings.seed))
    tell(f"Next: wardsim show ... > {scenario.name}.yaml, then wardsim run {scenario.name}.yaml")
    return DONE


# ------------------------------------------------------------- what is asked
def comparison_name(scenario: str, swept: Sequence[str], other: Sequence[str] = ()) -> str:
    """Name of a comparison's folder: what is compared, on which ward, and a code for other settings.

    Another comparison does not write over this one's report, and the same command finds its folder again.
    """
    by = "-".join(name.rpartition(".")[2] for name in swept) or "files"
    name = f"by-{by}" if "service" in swept or not swept else f"{scenario}-by-{by}"
    return f"{name}-{hashlib.sha256(' '.join(other).encode()).hexdigest()[:6]}" if other else name


def what_else(files: Sequence[str], overrides: Sequence[str], swept: Sequence[str]) -> list[str]:
    """What makes this comparison another one than the default on its ward: several files, and all overrides but
    the ward's name, the default rotations, and how often and where it is run."""
    running = {field.name for field in fields(RunSettings)} | {"horizon_days", "warmup_days"}
    found = list(files) if len(files) > 1 else []
    for text in overrides:
        key = text.lstrip("+~").partition("=")[0]
        only_the_ward = key == "service" and key not in swept and not files
        if key not in running and not only_the_ward and text != THREE_ROTATIONS:
            found.append(text)
    return found


def _one(files: Sequence[str], command: str) -> str | None:
    if len(files) > 1:
        raise ScenarioError(
            [Problem("", ", ".join(files), f"{command} takes one file", f"wardsim compare {' '.join(files)}")]
        )
    return files[0] if files else None


# ------------------------------------------------------------ what is printed
def _tell_run(settings: RunSettings, horizon: int, warmup: int) -> None:
    how_often = f"{settings.replications} replications" if settings.replications > 1 else "1 replication"
    tell(f"{how_often} of {horizon} days, after {warmup} days that don't count; seed {settings.seed}")


def _tell_replaced(files: Sequence[str], overrides: Sequence[str], config_dir: str | None) -> None:
    """Which of a file's own settings give way to an option that was chosen beside it."""
    for file in files:
        if gone := replaced_settings(file, overrides, config_dir=config_dir):
            tell(f"an option chosen here replaces what {file} says: {', '.join(gone)}")


def _tell_hours(scenario: Scenario) -> None:
    """How much milieu staff the ward has, from which its owner sees a slip in beds or posts; and the law."""
    from wardsim.report.words import catalogue, law_text
    from wardsim.roster import rules_not_checked, summarise

    rota, words = summarise(scenario), catalogue()
    hours = rota.paid_hours_per_week
    tell(f"{hours:.0f} paid hours of milieu staff a week, {hours / scenario.ward.beds:.1f} for each bed")
    basis = words["legal_bases"][scenario.in_the_end.rotation.legal_basis]
    hint = f"; {rota.legal_hint}" if rota.legal_hint else ""
    tell(f"working time, {words['laws'][rota.working_time_law]} ({basis}): {law_text(rota)}{hint}")
    weeks = (scenario.warmup_days + scenario.horizon_days) // DAYS_OF_A_WEEK
    rules = rules_not_checked(rota.working_time_law, scenario.in_the_end.rotation.legal_basis, weeks)
    if rules:
        named = ", ".join(f"{rule.rule.replace('_', ' ')} ({rule.article})" for rule in rules)
        tell(f"in {weeks} weeks not seen for every case: {named}; the status above looks at two years")


def _tell_posts_of_file(scenarios: Sequence[Scenario]) -> None:
    """Where a rota file brings the hours of a role, the posts that are set for it do nothing."""
    from wardsim.roster import posts_of_file

    for scenario in scenarios:
        for role, (given, found) in posts_of_file(scenario).items():
            if abs(given - found) > 0.05:
                tell(
                    f"staffing.fte.{role}={given:g} has no effect where a rota file brings the duties; "
                    f"this one holds {found:.2f} posts"
                )


def _tell_breaches(console: Console, results: Results) -> None:
    """Where the breaches of working-time rules are listed, if the plan has any."""
    from wardsim.experiment.store import BREACHES

    if results.folder is not None and (n := len(results.breaches)):
        say(console, f"{n:,} breaches of working-time rules in the plan: {results.folder / BREACHES}")


def _tell_change(scenario: Scenario) -> None:
    """What changes on a day, if anything does."""
    if scenario.after is None:
        return
    found = diff(scenario.at_first, scenario.after)
    chosen = {difference.path for difference in found if "." not in difference.path}
    said = [d for d in found if d.path in chosen or d.path.partition(".")[0] not in chosen]
    tell(
        f"from counted day {scenario.change_on_day} on: {', '.join(f'{d.path}={d.values[1]}' for d in said)}"
    )


def _tell_decimals(overrides: Sequence[str], scenario: Scenario) -> None:
    """Say how `1,5` was read, where a decimal may have been meant."""
    for text in overrides:
        name, _, given = text.partition("=")
        if re.fullmatch(r"\d+,\d+", given) and isinstance(_setting(scenario, name), float):
            low, high = given.split(",")
            tell(
                f"{text} compares two values, {low} and {high}; a decimal is written with a point: {low}.{high}"
            )


def _setting(scenario: Scenario, path: str) -> object:
    """The value of a setting by its dotted name, or None."""
    value: object = scenario
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    return value


def _next(console: Console, text: str) -> None:
    say(console, f"Next: {text}")


def _write_reports(comparison: Comparison, folder: Path) -> list[tuple[str, Path]]:
    from wardsim.report.page import write_report
    from wardsim.report.workbook import write_workbook

    page, workbook = folder / "report.html", folder / "workbook.xlsx"
    write_report(comparison, page)
    write_workbook(comparison, workbook)
    return [("Report", page), ("Workbook", workbook)]


def _failed(console: Console, failures: Sequence[dict[str, object]]) -> int:
    """List the runs that failed; 1 if there are any."""
    for failure in failures:
        where = f"{failure['scenario']}, " if "scenario" in failure else ""
        say(
            console,
            f"Failed: {where}replication {failure['replication']}, {failure['stage']}, key {failure['key']}",
        )
    if failures:
        say(console, str(failures[0]["traceback"]))
    return SOME_FAILED if failures else DONE
