"""`wardsim run` and `wardsim compare` from the first word to the files, with the real model, briefly."""

from __future__ import annotations

import contextlib
import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wardsim import run_and_compare
from wardsim.cli import main
from wardsim.experiment.load import load_alternatives
from wardsim.experiment.results import load_results
from wardsim.roster import expand
from wardsim.scenario.compose import RunSettings
from wardsim.scenario.problems import ScenarioError

CHECKOUT = Path(__file__).resolve().parents[2]
SHORT = ["horizon_days=4", "warmup_days=1", "replications=3", "workers=2"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_saves_says_where_and_goes_on_where_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "ward.beds=8", *SHORT]) == 0
    (folder,) = Path("results/community_centre").iterdir()
    assert {"manifest.json", "scenario.yaml"} <= {path.name for path in folder.iterdir()}
    first = capsys.readouterr()
    assert str(folder) in first.out
    assert "Next: wardsim compare" in first.out
    assert "3 replications of 4 days" in first.err
    assert "397 paid hours of milieu staff a week, 49.7 for each bed" in first.err
    assert main(["run", "ward.beds=8", *SHORT]) == 0
    again = capsys.readouterr()
    assert "3 of 3 runs already done, 0 to run" in again.err
    assert main(["run", str(folder / "scenario.yaml"), "out=results/community_centre"]) == 0
    assert "3 of 3 runs already done" in capsys.readouterr().err, "the saved scenario has the same keys"


def test_run_lists_the_breaches_of_the_plan_with_date_line_and_article(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What the rota breaks is said before the run, and the list opens in a spreadsheet."""
    assert main(["run", "service=soteria_berne", *SHORT]) == 0
    said = capsys.readouterr()
    assert "working time, Switzerland (the statute alone): not lawful as drawn (" in said.err
    assert "would need the rules for staff who live in" in said.err
    (file,) = Path("results/soteria_berne").glob("*/breaches.csv")
    assert f"breaches of working-time rules in the plan: {file}" in said.out
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    results = load_results("results/soteria_berne")
    assert len(rows) == len(results.breaches) == len(expand(results.scenario, 5).breaches)
    first = rows[0]
    assert (first["date"], first["unit"], first["role"], first["line"], first["article"], first["text"]) == (
        "2027-01-04", "house", "milieu_therapist", "1", "ArGV 2 Art. 9", "0 h of rest within 24 h; required 9 h",
    )  # fmt: skip
    assert main(["run", *SHORT]) == 0
    assert "breaches" not in capsys.readouterr().out, "a lawful rota has nothing to list"


def test_a_saved_scenario_runs_as_often_and_with_the_same_chance() -> None:
    assert main(["run", *SHORT, "seed=3", "out=one"]) == 0
    (saved,) = Path("one").glob("*/scenario.yaml")
    assert main(["run", str(saved), "out=two"]) == 0
    one, two = (load_results(name) for name in ("one", "two"))
    assert two.manifest["seed"] == 3
    assert two.outcomes.equals(one.outcomes)
    saved.write_text("x: [", encoding="utf-8")  # the same command mends the file
    assert main(["run", *SHORT, "seed=3", "out=one"]) == 0
    assert main(["run", str(saved), "out=two"]) == 0


def test_compare_writes_table_report_and_workbook(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "rotation=three_shift,co_living", *SHORT, "out=mine"]) == 0
    names = {path.name for path in Path("mine").iterdir()}
    assert {"outcomes.parquet", "comparison.csv", "report.html", "workbook.xlsx", "manifest.json"} <= names
    captured = capsys.readouterr()
    assert "co_living against three_shift" in captured.err
    assert "mine/report.html" in captured.out
    assert "Next:" in captured.out


def test_what_changes_on_a_day_is_said_before_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    change = ["change.on_day=2", "change.power=soteria", "change.care.presence_norm=0.7"]
    assert main(["run", *SHORT, *change]) == 0
    said = capsys.readouterr().err
    assert "from counted day 2 on: power=soteria, care.presence_norm=0.7\n" in said
    assert main(["run", *SHORT]) == 0
    assert "counted day" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("staffing.fte.doctor=1,2", "two values, 1 and 2; a decimal is written with a point: 1.2"),
        ("ward.beds=10,12", ""),  # beds are whole
        ("staffing.fte.doctor=1.0,2.0", ""),
    ],
)
def test_a_decimal_comma_is_answered(given: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", given, *SHORT]) == 0
    told = capsys.readouterr().err
    assert said in told
    assert ("a decimal is written" in told) is bool(said)


def test_one_replication_has_no_interval_and_no_plural(capsys: pytest.CaptureFixture[str]) -> None:
    once = ["horizon_days=4", "warmup_days=1", "replications=1"]
    assert main(["run", *once]) == 0
    out = capsys.readouterr().out
    assert "mean of 1 replication\n" in out
    assert "– to –" not in out
    assert main(["compare", "power=hierarchical,soteria", *once]) == 0
    out = capsys.readouterr().out
    assert "1 replication of 4 counted days" in out
    assert "1 replications" not in out


def test_comparisons_of_one_s_own_ward_do_not_write_over_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("ours", "theirs", "others"):
        assert main(["show", f"name={name}", "ward.beds=9", *SHORT]) == 0
        Path(f"{name}.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    for other in ("theirs", "others"):
        assert main(["compare", "ours.yaml", f"{other}.yaml", *SHORT]) == 0
    assert len(list(Path("results").glob("*/report.html"))) == 2


def test_a_run_that_fails_is_listed_and_the_others_are_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from wardsim.model import engine

    good = engine.run_replication

    def sometimes(inputs: Any, seed: int, replication: int) -> Any:
        if replication == 1:
            raise ArithmeticError("made to fail")
        return good(inputs, seed, replication)

    monkeypatch.setattr(engine, "run_replication", sometimes)
    assert main(["run", *SHORT]) == 1
    out = capsys.readouterr().out
    assert "Failed: replication 1, simulation" in out
    assert "made to fail" in out


def test_a_folder_that_can_not_be_written_is_said_before_anything_is_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    assert main(["run", *SHORT, "out=taken"]) == 2
    assert main(["compare", *SHORT, "out=taken/inside"]) == 2
    err = capsys.readouterr().err
    assert "taken" in err
    assert "Traceback" not in err
    assert Path("taken").read_text(encoding="utf-8") == "a file"


def asked(monkeypatch: pytest.MonkeyPatch, *argv: str) -> list[str]:
    """The overrides that `compare` hands on for these arguments."""
    seen: list[list[str]] = []

    def note(overrides: Sequence[str], **_: object) -> None:
        seen.append(list(overrides))
        raise ScenarioError([])

    monkeypatch.setattr("wardsim.experiment.load.load_alternatives", note)
    main(["compare", *argv])
    return seen[0]


def test_without_a_list_three_rotations_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    three = "rotation=three_shift,co_living,soteria_48"
    assert asked(monkeypatch) == [three]
    assert asked(monkeypatch, "replications=10", "service=bet_unit") == [
        three,
        "replications=10",
        "service=bet_unit",
    ]
    assert asked(monkeypatch, "model=sceptical") == [three, "model=sceptical"]
    assert asked(monkeypatch, "mine.yaml") == [three]
    assert asked(monkeypatch, "a.yaml", "b.yaml") == []
    assert asked(monkeypatch, "power=hierarchical,open_dialogue") == ["power=hierarchical,open_dialogue"]
    Path("mine.yaml").write_text("service: soteria_berne\n", encoding="utf-8")
    assert asked(monkeypatch, "mine.yaml", "service=bet_unit") == ["service=bet_unit"]
    Path("settings.yaml").write_text("ward: {beds: 7}\n", encoding="utf-8")
    assert asked(monkeypatch, "settings.yaml", "service=bet_unit") == [three, "service=bet_unit"]
    assert asked(monkeypatch, "rotation=co_living") == ["rotation=co_living"]
    assert asked(monkeypatch, "-m", "rotation=glob(co*)") == ["rotation=glob(co*)"]


def test_one_setting_is_compared_with_the_ward_as_it_is(tmp_path: Path) -> None:
    """`wardsim compare mine.yaml power=soteria`: what would that change on my ward? With services too."""
    mine = tmp_path / "mine.yaml"
    mine.write_text("service: bet_unit\nward: {beds: 7}\n", encoding="utf-8")
    found = load_alternatives(["power=soteria", "seed=3"], files=[mine])
    assert found.labels == ("the ward as it is", "soteria")
    assert [s.choices["power"] for s in found.scenarios] == ["under_regulation", "soteria"]
    assert [s.ward.beds for s in found.scenarios] == [7, 7]
    assert found.run.seed == 3
    found = load_alternatives(["service=soteria_berne", "rotation=three_shift", "ward.beds=8"])
    assert found.labels == ("the ward as it is", "three_shift, ward.beds=8")
    assert [s.ward.beds for s in found.scenarios] == [10, 8]
    found = load_alternatives(["change.on_day=60", "change.rotation=co_living"])
    assert [s.change_on_day for s in found.scenarios] == [None, 60]
    found = load_alternatives(["power=soteria", "model=sceptical"])
    assert [s.choices["model"] for s in found.scenarios] == ["sceptical", "sceptical"], (
        "assumptions hold for both"
    )
    with pytest.raises(ScenarioError, match="the ward has that already"):
        load_alternatives(["rotation=three_shift"])
    with pytest.raises(ScenarioError) as caught:
        load_alternatives(["rotation=3_shift", "power=flat"])
    assert {problem.path for problem in caught.value.problems} == {"rotation", "power"}


def test_what_an_option_replaces_of_a_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Own numbers of a group don't go with another option of it; nobody should find that out from the results."""
    text = "service: bet_unit\nward: {beds: 7}\npower: {flexibility: 0.9}\npower.listening: 0.3\n"
    Path("mine.yaml").write_text(text, encoding="utf-8")
    assert main(["compare", "mine.yaml", "power=hierarchical,soteria", *SHORT]) == 0
    said = "an option chosen here replaces what mine.yaml says: power.flexibility, power.listening\n"
    assert said in capsys.readouterr().err
    assert main(["run", "mine.yaml", "ward.beds=8", *SHORT]) == 0
    assert "replaces" not in capsys.readouterr().err


def test_two_files_of_one_ward_are_told_apart_by_their_names(tmp_path: Path) -> None:
    for name, beds in (("now", 10), ("later", 12)):
        text = f"name: our_ward\nservice: bet_unit\nward: {{beds: {beds}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = load_alternatives([], files=[tmp_path / "now.yaml", tmp_path / "later.yaml"])
    assert found.labels == ("now", "later")


def test_a_rota_of_one_s_own_beside_other_rotations(tmp_path: Path) -> None:
    """The file goes with the imported rotation; the others have lines of their own."""
    rota = tmp_path / "rota.csv"
    start = datetime(2026, 1, 5, 7)
    rows = [
        f"{'abcdef'[k % 6]},milieu_therapist,{start + timedelta(hours=12 * k):%Y-%m-%d %H:%M},"
        f"{start + timedelta(hours=12 * (k + 1)):%Y-%m-%d %H:%M},waking"
        for k in range(14)
    ]
    rota.write_text("person,role,start,end,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = load_alternatives(["rotation=three_shift,imported", f"rotation.file={rota}"])
    assert found.labels == ("three_shift", "imported")
    assert [len(scenario.rotation.duties or ()) for scenario in found.scenarios] == [0, 14]
    with pytest.raises(ScenarioError, match="goes with rotation=imported only"):
        load_alternatives(["rotation=three_shift,co_living", f"rotation.file={rota}"])


def test_one_s_own_ward_beside_services(tmp_path: Path) -> None:
    """`wardsim compare mine.yaml service=a,b` compares three wards and makes no mixture of them."""
    mine, settings = tmp_path / "mine.yaml", tmp_path / "settings.yaml"
    mine.write_text("service: bet_unit\nward: {beds: 7}\n", encoding="utf-8")
    found = load_alternatives(["service=soteria_berne,community_centre", "replications=3"], files=[mine])
    assert found.labels == ("mine", "soteria_berne", "community_centre")
    assert [s.ward.beds for s in found.scenarios] == [7, 10, 10]
    assert found.scenarios[0].choices["service"] == "bet_unit"
    assert load_alternatives(["service=soteria_berne"], files=[mine]).labels == ("mine", "soteria_berne")

    settings.write_text("ward: {beds: 7}\n", encoding="utf-8")
    found = load_alternatives(["service=soteria_berne,community_centre"], files=[settings])
    assert [s.ward.beds for s in found.scenarios] == [7, 7], "a file of settings alone goes over each service"


@pytest.mark.parametrize(
    ("swept", "name"),
    [
        (["rotation"], "bet_unit-by-rotation"),
        (["rotation", "power.listening"], "bet_unit-by-rotation-listening"),
        (["service"], "by-service"),
        ([], "by-files"),
    ],
)
def test_the_folder_of_a_comparison_says_what_is_compared(swept: list[str], name: str) -> None:
    assert run_and_compare.comparison_name("bet_unit", swept) == name


def test_another_comparison_does_not_write_over_this_ones_report() -> None:
    """The code stands for what is compared, not for how often it is run."""

    def code(*overrides: str, files: tuple[str, ...] = ()) -> str:
        swept = [text.partition("=")[0] for text in overrides if "," in text]
        other = run_and_compare.what_else(files, overrides, swept)
        return run_and_compare.comparison_name("bet_unit", swept, other)

    default = run_and_compare.THREE_ROTATIONS
    assert (
        code(default)
        == code(default, "replications=10", "seed=2", "service=bet_unit")
        == "bet_unit-by-rotation"
    )
    names = {
        code(default),
        code(default, "model=sceptical"),
        code("rotation=co_living,three_shift"),
        code("rotation=three_shift,co_living"),
        code(files=("a.yaml", "b.yaml")),
        code(files=("a.yaml", "c.yaml")),
    }
    assert len(names) == 6


def test_settings_of_the_run_default_as_in_the_root_config() -> None:
    from wardsim.scenario.compose import draft

    assert draft().run == RunSettings()


def wait_for(found: Callable[[], bool], child: subprocess.Popen[str], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not found() and child.poll() is None and time.monotonic() < end:
        time.sleep(0.05)


@pytest.mark.slow
def test_ctrl_c_ends_at_once_and_keeps_what_was_finished(empty_folder: Path) -> None:
    """A real child process is stopped once its first runs are on the disk."""
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "wardsim", "run", "horizon_days=60", "replications=20000", "out=kept"]
    kept = empty_folder / "kept"
    with subprocess.Popen(command, cwd=empty_folder, env=env, stderr=subprocess.PIPE, text=True) as child:
        try:
            wait_for(lambda: any(kept.glob("*/outcomes-*.parquet")), child, 300)
            child.send_signal(signal.SIGINT)
            began = time.monotonic()
            _, said = child.communicate(timeout=60)
            took = time.monotonic() - began
        finally:
            child.kill()
    assert child.returncode == 130
    assert took < 20, "at once, on a busy machine"
    assert "Stopped" in said
    assert "Traceback" not in said
    assert any(kept.glob("*/outcomes-*.parquet"))


# ------------------------------------------------------------------ a rota file
def _rota(folder: Path) -> Path:
    """Three people by day, three by night, asleep from 23 to 7; three weeks."""
    lines = ["person,role,start,end,kind"]
    for day in range(21):
        at = datetime(2026, 1, 5) + timedelta(day)
        for name, first, hours, kind in (
            (f"D{day % 3}", 7, 15, "waking"), (f"N{day % 3}", 21, 2, "waking"), (f"N{day % 3}", 23, 8, "sleeping"),
        ):  # fmt: skip
            start = at + timedelta(hours=first)
            end = start + timedelta(hours=hours)
            lines.append(f"{name},milieu_therapist,{start:%Y-%m-%d %H:%M},{end:%Y-%m-%d %H:%M},{kind}")
    file = folder / "rota.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_a_rota_file_is_told_in_short_and_its_posts_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """175 h a week are 4.93 posts of 35.5 h, whatever is set; nobody reads a rota as minutes."""
    given = ["rotation=imported", f"rotation.file={_rota(tmp_path)}", "calendar.working_time_law=EU"]
    assert main(["compare", *given, "staffing.fte.milieu_therapist=20,10", *SHORT, "out=r"]) == 0
    said = capsys.readouterr().err
    for fte in (20, 10):
        assert (
            f"staffing.fte.milieu_therapist={fte} has no effect where a rota file brings the duties" in said
        )
    assert "this one holds 4.93 posts" in said
    page = Path("r/report.html").read_text(encoding="utf-8")
    assert "6 lines, 63 stretches, 357 h on duty awake and 168 h asleep on site before it repeats" in page
    assert "0-450" not in page
    assert "Lines of a rota file are numbered by when their duties begin" in page
    assert "2027-01-04 is its first Monday" in page


def test_a_screen_that_closes_loses_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("wardsim.report.terminal.show_comparison", closed)
    with contextlib.suppress(BrokenPipeError):
        main(["compare", "power=hierarchical,open_dialogue", *SHORT, "out=r"])
    assert {"report.html", "workbook.xlsx"} <= {path.name for path in Path("r").iterdir()}
