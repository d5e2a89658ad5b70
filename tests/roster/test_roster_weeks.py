"""Every scheme against weeks drawn by hand.

The grids in weeks/*.txt were typed from the schemes' texts, one row per line of the rota and one character
per half hour, and never made by the program: they say independently of the code who is to be there when.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.roster.small_ward import SCHEMES, rotation, small_ward
from wardsim.roster import Roster, expand, fill_rota
from wardsim.scenario.schema import Scenario

WEEKS = Path(__file__).parent / "weeks"
PARTS = 48
ROTA_FILE = """person,role,start,end,kind
a,milieu_therapist,2026-01-05 08:00,2026-01-05 22:00,waking
a,milieu_therapist,2026-01-05 22:00,2026-01-06 06:00,sleeping
a,milieu_therapist,2026-01-06 06:00,2026-01-06 22:00,waking
a,milieu_therapist,2026-01-06 22:00,2026-01-07 06:00,sleeping
a,milieu_therapist,2026-01-07 06:00,2026-01-07 08:00,waking
b,milieu_therapist,2026-01-07 08:00,2026-01-07 22:00,waking
b,milieu_therapist,2026-01-07 22:00,2026-01-08 06:00,sleeping
b,milieu_therapist,2026-01-08 06:00,2026-01-08 22:00,waking
b,milieu_therapist,2026-01-08 22:00,2026-01-09 06:00,sleeping
b,milieu_therapist,2026-01-09 06:00,2026-01-09 08:00,waking
c,milieu_therapist,2026-01-09 08:00,2026-01-09 22:00,waking
c,milieu_therapist,2026-01-09 22:00,2026-01-10 06:00,sleeping
c,milieu_therapist,2026-01-10 06:00,2026-01-10 22:00,waking
c,milieu_therapist,2026-01-10 22:00,2026-01-11 06:00,sleeping
c,milieu_therapist,2026-01-11 06:00,2026-01-11 08:00,waking
d,milieu_therapist,2026-01-11 08:00,2026-01-11 22:00,waking
d,milieu_therapist,2026-01-11 22:00,2026-01-12 06:00,sleeping
d,milieu_therapist,2026-01-12 06:00,2026-01-12 08:00,waking
"""


@dataclass
class Drawing:
    settings: dict[str, str] = field(default_factory=dict)
    weeks: dict[int, dict[int, list[str]]] = field(default_factory=dict)


def read_drawing(path: Path) -> Drawing:
    drawing, week = Drawing(), {}
    for text in path.read_text(encoding="utf-8").splitlines():
        if not text.strip() or text.startswith("#"):
            continue
        if setting := re.fullmatch(r"(\w+): (.+)", text):
            name, value = setting.groups()
            if name == "first_day":
                week = drawing.weeks.setdefault(int(value), {})
            else:
                drawing.settings[name] = value
            continue
        number, *days = text.split()
        assert len(days) == 7, f"{path.name}, line {number}: {len(days)} days"
        assert all(re.fullmatch(r"[.#z]{48}", day) for day in days), (
            f"{path.name}, line {number}: not 48 signs"
        )
        week[int(number)] = days
    return drawing


def scenario_of(drawing: Drawing, tmp_path: Path) -> Scenario:
    settings = drawing.settings
    fte = {"milieu_therapist": float(settings["hours"]) / 35.5}
    for part in settings.get("others", "").split(", "):
        if part:
            name, amount = part.split()
            fte[name] = float(amount)
    plan = rotation(settings["scheme"])
    if not plan.crews:
        file = tmp_path / "rota.csv"
        file.write_text(ROTA_FILE, encoding="utf-8")
        plan = plan.model_copy(update={"file": str(file)})
    return fill_rota(small_ward(plan, fte=fte, position_size=float(settings["position_size"])))


def draw(roster: Roster, line: int, first_day: int) -> list[str]:
    """A week of a line of the first unit: what is true in the middle of each half hour."""
    [who] = [int(row["id"]) for row in roster.people if row["line"] == line and row["unit"] == 0]
    times = (first_day * 2 * 24 + np.arange(7 * PARTS)) * 30 + 15
    duties = roster.duties[roster.duties["staff"] == who]
    sleeps = roster.sleeps[roster.sleeps["staff"] == who]
    here, asleep = covered(duties, times), covered(sleeps, times)
    assert not (asleep & ~here).any(), "asleep on site without a duty"
    signs = "".join("z" if z else "#" if h else "." for h, z in zip(here, asleep, strict=True))
    return [signs[d * PARTS : (d + 1) * PARTS] for d in range(7)]


def covered(table: np.ndarray, times: np.ndarray) -> np.ndarray:
    return ((table["start_min"][:, None] <= times) & (times < table["end_min"][:, None])).any(axis=0)


DRAWINGS = sorted(path.stem for path in WEEKS.glob("*.txt"))


def test_every_scheme_is_drawn() -> None:
    """A scheme without a drawn week would be tested only against itself."""
    assert {*SCHEMES, "imported"} <= set(DRAWINGS)


@pytest.mark.parametrize("name", DRAWINGS)
def test_expanded_weeks_are_those_drawn_by_hand(name: str, tmp_path: Path) -> None:
    """The program puts exactly those people on duty whom the text of the scheme puts there."""
    drawing = read_drawing(WEEKS / f"{name}.txt")
    scenario = scenario_of(drawing, tmp_path)
    for first_day, lines in drawing.weeks.items():
        roster = expand(scenario, first_day + 7)
        assert list(lines) == list(range(min(lines), len(roster.people) + 1)), "every line is drawn"
        for number, days in lines.items():
            assert draw(roster, number - 1, first_day) == days, f"line {number}, week from day {first_day}"
    assert len(drawing.weeks) >= 2 or name == "co_living_half", "a week across the cycle's end is drawn too"
