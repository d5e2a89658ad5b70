"""The README is the first thing a planner tries: its commands, its Python and its table of services hold."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import wardsim
from tests.document.markdown import CHECKOUT, README, blocks, bullets, plain, section, spans, table, text_of
from wardsim.cli import main
from wardsim.credibility import VALIDATE, read_options
from wardsim.experiment.explain import blocks_of
from wardsim.experiment.load import load_alternatives, load_run
from wardsim.report.words import catalogue, limits
from wardsim.scenario.compose import option_names
from wardsim.scenario.options import GROUPS

TEXT = text_of(README)
SERVICES = table(section(TEXT, "The services"))
NAMES = [row[0].strip("`") for row in SERVICES]
LINES = [line.partition(" #")[0].strip() for block in blocks(TEXT) for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("wardsim ")]


# ----------------------------------------------------------------- services
def test_the_table_lists_exactly_the_services() -> None:
    assert sorted(NAMES) == sorted(option_names("service"))
    assert [(runs, tested) for *_, runs, tested in SERVICES] == [("yes", "yes")] * len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_that_is_said_to_run_runs(name: str) -> None:
    """Two days are enough to meet every process at least once; what they give is tested elsewhere."""
    scenario = wardsim.load_scenario([f"service={name}", "horizon_days=2", "warmup_days=1"])
    results = wardsim.simulate(scenario, replications=1, workers=1, tables=False, say=lambda line: None)
    assert not results.failures
    assert results.values()["occupancy_share"][0] > 0


@pytest.mark.parametrize("row", SERVICES, ids=NAMES)
def test_what_the_table_says_of_a_service_holds(row: list[str]) -> None:
    name = row[0].strip("`")
    scenario = wardsim.load_scenario([f"service={name}"])
    said = re.search(r"(\d+) (?:beds|people)", row[1])
    assert said
    assert int(said.group(1)) == scenario.ward.beds
    facts = "".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "tests/services").glob("*.py"))
    assert f'"{name}"' in facts, "no test of its structure names it"


# ----------------------------------------------------------------- commands
def test_there_are_commands_of_every_kind() -> None:
    assert {line.split()[1] for line in COMMANDS} == {
        "run",
        "compare",
        "services",
        "new",
        "show",
        "parameters",
        "validate",
        "explain",
    }


@pytest.mark.parametrize("line", dict.fromkeys(COMMANDS))
def test_commands_of_the_readme_are_understood(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Quick commands are run; of the long ones everything is done but the simulation."""
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line.partition(" > ")[0])
    command, rest = words[1], words[2:]
    if command == "new":
        assert main([command, *rest, "--yes"]) == 0
        assert (tmp_path / f"{rest[0]}.yaml").exists()
        return
    files = [word for word in rest if word.endswith(".yaml") and "=" not in word]
    for file in files:
        assert main(["new", file.removesuffix(".yaml"), "--yes"]) == 0
    overrides = [word for word in rest if word not in files]
    if command == "run":
        load_run(overrides, file=files[0] if files else None)
    elif command == "compare":
        swept = overrides if any("," in word for word in overrides) or len(files) > 1 else None
        asked = load_alternatives(
            swept or ["rotation=three_shift,co_living,soteria_48", *overrides], files=files
        )
        assert len(asked.scenarios) > 1
    elif command == "explain":
        first, second = load_alternatives(overrides, files=files).scenarios
        assert blocks_of(first, second)
    elif command == "validate":
        read_options(rest, VALIDATE)
    else:
        assert main([command, *rest]) == 0
        assert capsys.readouterr().out


def test_the_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^ +{line.split()[1]} ", text, re.M) for line in COMMANDS)


def test_make_has_the_targets() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    contributing = blocks(text_of(CHECKOUT / "CONTRIBUTING.md"))
    lines = [*LINES, *(line for block in contributing for line in block.splitlines()), *spans(TEXT)]
    calls = [
        line.partition("#")[0].partition("ARGS")[0].split() for line in lines if line.startswith("make ")
    ]
    targets = {target for _, *names in calls for target in names}
    assert targets >= {"run", "test"}
    assert [name for name in sorted(targets) if not re.search(rf"^{name}:", makefile, re.M)] == []


def test_settings_that_the_readme_names_can_be_set() -> None:
    named = spans(" ".join(row[0] for row in table(section(TEXT, "For planners"))))
    bare = [name.removesuffix("=") for name in named if name.endswith("=")]
    assert sorted(bare) == sorted(GROUPS)
    settings = [name for name in named if "=" in name and not name.endswith("=")]
    assert len(settings) > 10
    load_run(settings)


# ------------------------------------------------------------------- Python
def small(block: str) -> str:
    """The block with fewer days and replications, else as it stands."""
    block = re.sub(r"replications=\d+", "replications=2", block)
    return re.sub(r"\b(day|days)=(\d+)", lambda m: f"{m[1]}={max(1, int(m[2]) // 30)}", block)


@pytest.fixture
def short_wards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenarios of a few days, unless a length is given."""
    load = wardsim.load_scenario

    def load_short(overrides: Any = (), **rest: Any) -> wardsim.Scenario:
        return load([*overrides, "horizon_days=7", "warmup_days=1"], **rest)

    monkeypatch.setattr(wardsim, "load_scenario", load_short)


@pytest.mark.usefixtures("short_wards")
def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    given = blocks(TEXT, "python")
    assert len(given) >= 2
    names: dict[str, Any] = {}
    for block in given:
        exec(compile(small(block), "README.md", "exec"), names)
    assert "one_to_one_minutes_per_patient_day" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "results/rota").iterdir()} >= {
        "outcomes.parquet", "comparison.csv", "manifest.json",
    }  # fmt: skip
    assert names["again"].labels == names["comparison"].labels


def test_an_intervention_takes_ten_lines() -> None:
    """The promise to researchers: their own idea, from a given day on, in ten lines of Python."""
    (block,) = (block for block in blocks(TEXT, "python") if "model.at(" in block)
    assert len([line for line in block.splitlines() if line.strip()]) <= 10


# -------------------------------------------------------------------- words
def test_the_limits_of_use_are_those_of_the_report() -> None:
    assert bullets(section(TEXT, "Limits of use")) == plain(limits())


def test_what_the_model_does_not_know_is_what_the_report_says() -> None:
    assert bullets(section(TEXT, "What the model does not know")) == plain(catalogue()["unknown"])
