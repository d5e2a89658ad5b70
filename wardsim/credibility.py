"""The commands `validate` and `calibrate`: does the model reproduce what was measured, and with which numbers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wardsim import screen
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.tree import nearest
from wardsim.screen import say, tell

if TYPE_CHECKING:
    from rich.console import Console

    from wardsim.experiment.calibration import Search
    from wardsim.experiment.scoreboard import Score, Scoreboard

HOLDS, FALLS_SHORT = 0, 1
VALIDATE: Mapping[str, int | str] = {"replications": 100, "seed": 1, "workers": 0, "out": ""}
CALIBRATE: Mapping[str, int | str] = {
    "goal": "fit", "trials": 200, "replications": 20, "parameters": "", "every": 5, "after": 50, "seed": 1,
    "workers": 0, "out": "",
}  # fmt: skip
CHOICES = {"goal": ("fit", "collect"), "parameters": ("fitted", "all")}
MAY_BE_NONE = ("seed", "workers")
COLUMNS = (
    "pattern", "use", "outcome", "wards", "target", "accept_low", "accept_high", "direction", "simulated", "low",
    "high", "replications", "verdict", "source",
)  # fmt: skip
HEADS = {
    "calibrate": "Fitted to these",
    "check": "Out of sample: never fitted to",
    "structural": "Follows from the inputs or from construction: shows that the machinery is right, counts for nothing else",
    "prediction": "Predictions: nothing is published to judge them by",
}
WIDTHS = {
    "Pattern, ward": 34, "Measured": 8, "Accepted": 16, "Simulated (95 %)": 26, "Verdict": 20, "Source": None,
}  # fmt: skip
WIDE = 146


# ----------------------------------------------------------------- validate
def validate(texts: Sequence[str]) -> int:
    """Hold the model with its packaged parameters against every pattern, and print the scoreboard."""
    from wardsim.experiment.patterns import load_patterns
    from wardsim.experiment.scoreboard import validate as hold_against
    from wardsim.experiment.whole import make_folder, write_whole
    from wardsim.report.progress import Progress

    asked = read_options(texts, VALIDATE)
    if asked["out"]:
        make_folder(Path(str(asked["out"])).parent)
    patterns = load_patterns()
    n = int(asked["replications"])
    tell(f"{len(patterns)} patterns, {n} replications of a year for each ward; seed {asked['seed']}")
    with Progress() as progress:
        board = hold_against(
            patterns,
            replications=n,
            seed=int(asked["seed"]),
            workers=int(asked["workers"]) or None,
            progress=progress,
        )
    console = screen.console(WIDE)
    _print_scoreboard(console, board)
    if asked["out"]:
        write_whole(Path(str(asked["out"])), scoreboard_csv(board))
        say(console, f"Saved in {asked['out']}")
    say(console, last_line(board))
    return HOLDS if board.passes else FALLS_SHORT


def last_line(board: Scoreboard) -> str:
    """`calibrate 15 of 15 hold, check 9 of 10 hold`."""
    (fitted, to_fit), (checked, to_check) = board.count("calibrate"), board.count("check")
    return f"calibrate {fitted} of {to_fit} hold, check {checked} of {to_check} hold"


def _print_scoreboard(console: Console, board: Scoreboard) -> None:
    """A table for each use, so that what was fitted and what was not stand apart."""
    from rich import box
    from rich.table import Table

    for use, head in HEADS.items():
        console.print(head, style="bold", markup=False)
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for heading, width in WIDTHS.items():
            table.add_column(heading, overflow="fold", width=width)
        for score in board.scores:
            if score.pattern.use == use:
                table.add_row(*_cells(score))
        console.print(table)


def _cells(score: Score) -> tuple[str, ...]:
    p, found = score.pattern, score.found
    measured = "" if p.target is None else f"{p.target:g}"
    accepted = f"{p.accept[0]:g} to {p.accept[1]:g}" if p.accept else (p.direction or "").replace("_", " ")
    simulated = f"{found.mean:.3g} ({found.low:.3g} to {found.high:.3g})" if found.n else "no value"
    wards = "all services" if p.any_ward else " against ".join(" ".join(w) for w in reversed(p.wards))
    what = f"{p.id.replace('_', ' ')}\n{wards.replace('service=', '')}"
    return what, measured, accepted, simulated, score.verdict, p.source


def scoreboard_csv(board: Scoreboard) -> bytes:
    """The scoreboard for a spreadsheet."""
    from wardsim.experiment.store import csv_table

    rows = []
    for s in board.scores:
        p, f = s.pattern, s.found
        wards = "; ".join(" ".join(ward) for ward in p.wards)
        measured = (p.target, *(p.accept or ("", "")), p.direction)
        rows.append(
            [p.id, p.use, p.outcome, wards, *measured, f.mean, f.low, f.high, f.n, s.verdict, p.source]
        )
    return csv_table(COLUMNS, rows)


# ---------------------------------------------------------------- calibrate
def calibrate(texts: Sequence[str]) -> int:
    """Search for parameters with which the model reproduces the patterns that may be fitted to."""
    from wardsim.experiment.calibration import Search, fitted_parameters
    from wardsim.experiment.patterns import load_patterns

    asked = read_options(texts, CALIBRATE)
    collects = asked["goal"] == "collect"
    folder = Path(str(asked["out"] or f"results/calibration-{asked['goal']}"))
    try:
        search = Search(
            load_patterns(),
            fitted_parameters(everything=(asked["parameters"] or ("all" if collects else "fitted")) == "all"),
            folder,
            goal="collect" if collects else "fit",
            replications=int(asked["replications"]),
            seed=int(asked["seed"]),
            workers=int(asked["workers"]) or None,
        )
    except ModuleNotFoundError as error:
        what = f"needs the package {error.name}, which is not installed"
        raise ScenarioError([Problem("calibrate", None, what, "pip install 'wardsim[analysis]'")]) from error
    trials = int(asked["trials"])
    tell(
        f"{len(search.parameters)} parameters, {len(search.targets)} patterns; {search.done} of {trials} trials already "
        f"done; seed {asked['seed']}. Ctrl-C stops; the same command goes on from there."
    )
    search.run(trials, _tell_trial)
    console = screen.console(WIDE)
    if not collects:
        _print_best(console, search)
        return HOLDS
    from wardsim.experiment.accepted import write_accepted

    n = write_accepted(search, folder, every=int(asked["every"]), after=int(asked["after"]))
    say(console, f"{len(search.accepted())} of {search.done} vectors contradict no fitted pattern.")
    say(
        console,
        f"{n} places of the walk, every {asked['every']} trials from number {asked['after']} on: {folder}",
    )
    return HOLDS


def _tell_trial(number: int, loss: float, best: float) -> None:
    tell(f"trial {number}: loss {loss:.3f}; smallest so far {best:.3f}")


def _print_best(console: Console, search: Search) -> None:
    """The best vector beside the register, and how far each fitted pattern then is from its target."""
    best = search.best()
    told = search.study.best_trial.user_attrs["patterns"]
    say(
        console,
        f"Smallest loss {search.study.best_value:.3f}, with these parameters (the register's before):",
    )
    for parameter in search.parameters:
        say(console, f"  {parameter.name} = {best[parameter.name]:.4g} ({parameter.default:g})")
    say(console, "Fitted patterns:")
    for target in search.targets:
        value = told[target.pattern.id]
        place = "holds" if target.holds(value) else "falls short"
        say(
            console,
            f"  {target.pattern.id}: {value:.3g}, measured {target.target:g}, accepted {target.low:g} to "
            f"{target.high:g}: {place}",
        )
    say(console, f"{len(search.accepted())} of {search.done} vectors contradict no fitted pattern.")
    say(console, "Next: put the values into the register and run wardsim validate")


# ------------------------------------------------------------------- options
def read_options(texts: Sequence[str], known: Mapping[str, int | str]) -> dict[str, int | str]:
    """NAME=VALUE for a command that takes no ward.

    Raises
    ------
    ScenarioError
        With every name that is unknown and every value that can't be, at once.
    """
    values, problems = dict(known), []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near}?" if near else f"there are: {', '.join(known)}"
            problems.append(Problem(text, None, "is not understood here", hint))
        elif isinstance(known[name], str):
            if name in CHOICES and value not in CHOICES[name]:
                problems.append(Problem(name, value, f"must be one of {', '.join(CHOICES[name])}"))
            values[name] = value
        elif not value.isdecimal() or (int(value) == 0 and name not in MAY_BE_NONE):
            problems.append(Problem(name, value, "must be a whole number above 0"))
        else:
            values[name] = int(value)
    if problems:
        raise ScenarioError(problems)
    return values
