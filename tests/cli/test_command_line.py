"""The command line: quick to answer, clear about mistakes, never a traceback for one of the user's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from wardsim.cli import _unraisable, main

CHECKOUT = Path(__file__).resolve().parents[2]


def wardsim(*argv: str, cwd: Path, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user would."""
    start = ["-m", "wardsim"] if code is None else ["-c", code]
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(
        [sys.executable, *start, *argv],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
        env=env,
        check=False,
    )


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """Half a second, interpreter included; the best of three, so that a busy machine does not decide."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        assert wardsim("--help", cwd=tmp_path).returncode == 0
        times.append(time.perf_counter() - began)
    assert min(times) < 0.5


def test_help_imports_the_standard_library_only(tmp_path: Path) -> None:
    code = (
        "import sys, wardsim\nfrom wardsim.cli import main\n"
        "for argv in (['--help'], ['compare', '--help'], ['--version'], ['nonsense']): main(argv)\n"
        "own = {m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names)\n"
        "print('FOREIGN', *sorted(own - {'wardsim', '__main__', 'sitecustomize'}))"
    )
    out = wardsim(cwd=tmp_path, code=code).stdout
    foreign = set(out.split("FOREIGN")[1].split())
    heavy = {
        "numpy",
        "numba",
        "pandas",
        "mesa",
        "hydra",
        "omegaconf",
        "pydantic",
        "yaml",
        "rich",
        "plotly",
        "scipy",
    }
    assert heavy.isdisjoint(foreign), foreign


def test_composing_needs_neither_numbers_nor_pictures(tmp_path: Path) -> None:
    """`show` and `new` answer quickly because they load no engine, no pandas and no mesa."""
    code = (
        "import sys\nfrom wardsim.scenario.compose import compose\ncompose(['service=bet_unit'])\n"
        "heavy = {'numpy', 'numba', 'pandas', 'mesa', 'plotly', 'scipy', 'rich'}\n"
        "print(heavy & {m.split('.')[0] for m in sys.modules})"
    )
    assert wardsim(cwd=tmp_path, code=code).stdout.strip() == "set()"


def test_help_says_what_a_planner_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for word in ("run", "compare", "services", "new", "show", "--config-dir", "--version", "wardsim compare"):
        assert word in text
    assert main(["compare", "--help"]) == 0
    text = capsys.readouterr().out
    for word in (
        "replications=",
        "seed=",
        "out=",
        "workers=",
        "horizon_days=",
        "warmup_days=",
        "service=",
        "baseline",
    ):
        assert word in text
    assert main([]) == 0
    assert "wardsim new my_ward" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("wardsim ")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["comapre"], "did you mean compare?"),
        (["run", "--horizon", "3"], "--horizon"),
        (["new"], "NAME"),
        (["run", "service=soteria_bern"], "soteria_berne"),
        (["run", "ward.beds=0", "powr.listening=1"], "2 problems"),
        (["run", "horizon_days=0"], "1 to 3,650"),
        (["run", "horizon_days=3650000"], "1 to 3,650"),
        (["run", "staffing.fte.doctor=-1"], "0 to 500"),
        (["run", "power.weights.plan.patient=0.9"], "sum to 1"),
        (["run", "staffing.night_cover.waking=0"], "nobody is on site"),
        (["run", "rotation=three_shift,co_living"], "use compare"),
        (["run", "nothing.yaml"], "no such file"),
        (["run", "a.yaml", "b.yaml"], "takes one file"),
        (["run", "justaword"], "name=value"),
        (["run", "power.listening=60%"], "write 0.6)"),
        (["run", "patients.involuntary_share='12,5 %'"], "write 0.125)"),
        (["compare", "service=bet_unit,", "soteria_berne"], "no blank after a comma"),
        (["run", "ward.beds", "=", "12"], "without spaces around the sign: ward.beds=12"),
        (["run", "ward.beds", "=12", "seed=2"], "without spaces around the sign: ward.beds=12"),
        (["compare", "service=bet_unit", "rotation=five_day_programme"], "nothing to compare"),
        (["compare", "rotation=3_shift", "power=flat"], "2 problems"),
        (["compare", "rotation=three_shift,co_livng"], "co_living"),
        (["show", "--config-dir", "nowhere"], "not a folder"),
        (["--config-dir", "nowhere", "services"], "not a folder"),
        (["services", "soteria", "bet_unit"], "soteria_berne"),
        (["services", "bet_unit"], "two or more"),
        (["new", "a/b/c"], "no folder"),
        (["new", "x", "--yes", "ward.bed=3"], "ward.beds"),
    ],
)
def test_mistakes_end_with_two_and_a_way_out(
    argv: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert "Next:" in captured.err
    assert "Traceback" not in captured.err
    assert list(tmp_path.iterdir()) == [], "a mistake leaves nothing behind"


def test_show_prints_a_file_that_runs_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wardsim.experiment.load import load_scenario
    from wardsim.scenario.compose import scenario_hash

    monkeypatch.chdir(tmp_path)
    overrides = ["service=soteria_berne", "rotation=three_shift", "power.listening=0.4"]
    assert main(["show", *overrides]) == 0
    Path("saved.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["show", "saved.yaml"]) == 0
    again = capsys.readouterr().out
    assert again == Path("saved.yaml").read_text(encoding="utf-8")
    assert scenario_hash(load_scenario(file="saved.yaml")) == scenario_hash(load_scenario(overrides))


def test_names_and_options_may_stand_in_any_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from wardsim.scenario.options import packaged_folder

    (tmp_path / "power").mkdir()
    text = (packaged_folder() / "power" / "soteria.yaml").read_text(encoding="utf-8")
    (tmp_path / "power" / "ours.yaml").write_text(text, encoding="utf-8")
    own = ["--config-dir", str(tmp_path)]
    for argv in (
        [*own, "show", "power=ours", "ward.beds=11"],
        ["show", *own, "power=ours", "ward.beds=11"],
        ["show", "power=ours", *own, "ward.beds=11"],
    ):
        assert main(argv) == 0
        out = capsys.readouterr().out
        assert "power: ours" in out
        assert "beds: 11" in out


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = f"{sys.executable} -m wardsim show | head -n 1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=env, check=False
    )
    assert "complete scenario" in done.stdout
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(28, "No space left on device", "results/x"), 1, "Make room"),
        (PermissionError(13, "Permission denied", "results/x"), 2, "results/x: Permission denied"),
        (MemoryError(), 1, "memory"),
        (KeyboardInterrupt(), 130, "the same command goes on"),
    ],
)
def test_what_goes_wrong_outside_is_said_in_words(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr("wardsim.services.show_services", fail)
    assert main(["services"]) == code
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err


def test_being_stopped_where_nothing_can_end_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the compiler is at work must not print its insides; any other fault there still shows."""
    shown: list[type] = []
    monkeypatch.setattr(sys, "__unraisablehook__", lambda what: shown.append(what.exc_type))
    for kind in (KeyboardInterrupt, SystemExit, ArithmeticError):
        _unraisable(SimpleNamespace(exc_type=kind))  # type: ignore[arg-type]
    assert shown == [ArithmeticError]


def test_a_fault_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("wardsim.services.show_services", fail)
    with pytest.raises(ZeroDivisionError):
        main(["services"])
