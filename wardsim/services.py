"""The command `services`: the presets, what each is, and how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wardsim import screen
from wardsim.scenario.compose import Difference, compose, diff, option_names
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.schema import Scenario
from wardsim.scenario.tree import one_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


WIDE = 150  # characters that the table of all services needs
NOTE = """
posts: full-time equivalents of the roles that count for nursing cover + of all others; h: contract hours of
the first; stay: median. All settings: wardsim show service=NAME. What differs: wardsim services NAME NAME"""
LINES_OF_THE_ROTA = ("rotation.crews.", "rotation.shifts.")


def show_services(names: Sequence[str], *, config_dir: str | None = None) -> int:
    """List all services, or hold those named side by side in every setting in which they differ."""
    known = option_names("service", config_dir=config_dir)
    if wrong := [
        one_of("service", name, known, "there is no such service") for name in names if name not in known
    ]:
        raise ScenarioError(wrong)
    if len(names) == 1:
        raise ScenarioError(
            [
                Problem(
                    "service",
                    names[0],
                    "name two or more to see how they differ",
                    f"`wardsim show service={names[0]}` prints all its settings",
                )
            ]
        )
    console = screen.console(WIDE)
    chosen = {name: compose([f"service={name}"], config_dir=config_dir) for name in names or known}
    if names:
        _show_differences(console, chosen)
        again = ",".join(names)
    else:
        _show_all(console, chosen)
        again = ",".join(known[:2])
    screen.say(console, f"Next: wardsim compare service={again}")
    return 0


def _show_all(console: Console, services: dict[str, Scenario]) -> None:
    """What each is; then how they are built, as a table where there is room for one, else line by line."""
    wide = console.width >= WIDE
    for name, scenario in services.items():
        console.print(f"{name}: {scenario.about}", markup=False)
        if not wide:
            facts = "; ".join(f"{fact}: {value}" for fact, value in _facts(scenario).items())
            console.print(f"  {facts}", markup=False)
    if wide:
        console.print()
        rows = [{"service": name, **_facts(scenario)} for name, scenario in services.items()]
        console.print(_table(list(rows[0]), [list(row.values()) for row in rows], whole_words=True))
    console.print(NOTE)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, whole_words: bool) -> Table:
    """A table without lines; `whole_words`: no column is narrower than its longest word."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading, *cells in zip(headings, *rows):
        longest = max(len(word) for cell in (heading, *cells) for word in cell.split() or [""])
        table.add_column(heading, min_width=longest if whole_words else None, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _facts(scenario: Scenario) -> dict[str, str]:
    """What a service is, in one row."""
    staffing, ward = scenario.staffing, scenario.ward
    cover = sum(fte for role, fte in staffing.fte.items() if staffing.roles[role].counts_for_cover)
    others = sum(staffing.fte.values()) - cover
    hours = cover * staffing.full_time_hours_per_week
    return {
        "beds": f"{ward.beds}",
        "door": ward.door.replace("_", " "),
        "rotation": scenario.choices["rotation"].replace("_", " "),
        "power": scenario.choices["power"].replace("_", " "),
        "posts": f"{cover:.3g} + {others:.3g}",
        "h a week/bed": f"{hours / ward.beds:.0f}",
        "stay, days": f"{scenario.patients.stay_median_days:g}",
        "crisis policy": scenario.crisis.policy.replace("_", " "),
        "not voluntary": f"{scenario.patients.involuntary_share:.0%}",
    }


def _show_differences(console: Console, services: dict[str, Scenario]) -> None:
    rows = []
    for row in diff(*services.values()):
        if not row.path.startswith(LINES_OF_THE_ROTA):
            name = row.label if row.label == row.path else f"{row.label} ({row.path})"
            rows.append([name, _unit(row), *(in_words(value) for value in row.values)])
    console.print("Settings that differ (the lines of a rota: wardsim show)\n")
    console.print(_table(["setting", "unit", *services], rows, whole_words=False))


def _unit(row: Difference) -> str:
    return "" if row.unit in ("choice", "yes/no") else row.unit


def in_words(value: Any) -> str:
    """A setting's value in a table: yes and no, numbers without a tail, a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
