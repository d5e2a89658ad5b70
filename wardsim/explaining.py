"""The command `explain`: which parts of its organisation make a ward differ from another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from wardsim import screen
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.screen import say, tell

WIDE = 110
REPLICATIONS = 20  # mixtures share their luck, so few are enough
DONE = 0


def explain(files: Sequence[str], overrides: Sequence[str], *, config_dir: str | None = None) -> int:
    """Split the difference between two wards over the groups of settings in which they differ, and print it."""
    from wardsim.experiment.explain import blocks_of
    from wardsim.experiment.explain import explain as split
    from wardsim.experiment.load import load_alternatives
    from wardsim.experiment.store import csv_table
    from wardsim.experiment.whole import make_folder, write_whole
    from wardsim.report.explained import mechanisms_table, parts_table
    from wardsim.report.progress import Progress
    from wardsim.report.terminal import print_table

    asked = load_alternatives(overrides, files=files, config_dir=config_dir)
    if len(asked.scenarios) != 2:
        what = f"takes exactly two wards; these are {len(asked.scenarios)}: {', '.join(asked.labels)}"
        raise ScenarioError(
            [
                Problem(
                    "explain",
                    None,
                    what,
                    "for example wardsim explain service=community_centre,soteria_berne",
                )
            ]
        )
    first, second = (
        ward.model_copy(update={"name": label})
        for ward, label in zip(asked.scenarios, asked.labels, strict=True)
    )
    settings = asked.run
    given = any(text.partition("=")[0] == "replications" for text in overrides)
    n = settings.replications if given else REPLICATIONS
    blocks = blocks_of(first, second)
    folder = Path(settings.out) if settings.out else _folder(files, overrides)
    tell(f"{second.name} against {first.name}; they differ in {', '.join(' + '.join(b) for b in blocks)}")
    tell(
        f"{2 ** len(blocks)} mixtures of the two, {n} replications of {first.horizon_days} days; seed {settings.seed}"
    )
    with Progress() as progress:
        found = split(
            first, second, replications=n, workers=settings.workers, seed=settings.seed, out=folder / "mixtures",
            progress=progress, say=progress.say,
        )  # fmt: skip
    make_folder(folder)
    for name, frame in (("parts", found.parts), ("mechanisms", found.mechanisms)):
        write_whole(folder / f"{name}.csv", csv_table(list(frame.columns), frame.itertuples(index=False)))
    console = screen.console(WIDE)
    print_table(console, parts := parts_table(found))
    if parts.note:
        say(console, parts.note)
    print_table(console, mechanisms_table(found))
    say(console, f"All outcomes, for a spreadsheet: {folder / 'parts.csv'}, {folder / 'mechanisms.csv'}")
    return DONE


def _folder(files: Sequence[str], overrides: Sequence[str]) -> Path:
    """The same command finds its folder again."""
    running = ("replications=", "workers=", "out=")
    asked = [text for text in (*files, *overrides) if not text.startswith(running)]
    return Path("results") / f"explain-{hashlib.sha256(' '.join(asked).encode()).hexdigest()[:6]}"
