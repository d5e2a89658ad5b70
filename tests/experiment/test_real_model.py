"""The experiment layer with the real model and the real command line: bytes, luck in common, sudden ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from tests.experiment.test_sudden_ends import check_everything_listed_is_whole, scenario_folders
from wardsim import compare, load_results, load_scenario, simulate
from wardsim.cli import main
from wardsim.experiment.executors import TABLES
from wardsim.experiment.manifest import read_manifest

CHECKOUT = Path(__file__).parents[2]
WARD = ["service=community_centre", "horizon_days=30", "warmup_days=10"]
ONE_TO_ONE = "one_to_one_minutes_per_patient_day"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "wardsim", *map(str, arguments)]


def test_the_same_bytes_with_one_and_two_workers(tmp_path: Path) -> None:
    scenarios = [load_scenario([*WARD, f"rotation={name}"]) for name in ("three_shift", "co_living")]
    for workers in (1, 2):
        compare(scenarios, replications=6, workers=workers, seed=3, out=tmp_path / str(workers))
    names = sorted(
        str(p.relative_to(tmp_path / "1"))
        for p in (tmp_path / "1").rglob("*")
        if p.suffix in (".parquet", ".csv")
    )
    assert {"outcomes.parquet", "comparison.csv"} < set(names)
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_saved_results_come_back_the_same(tmp_path: Path) -> None:
    scenario = load_scenario(WARD)
    written = simulate(scenario, replications=3, out=tmp_path)
    loaded = load_results(tmp_path)
    unsaved = simulate(scenario, replications=3)
    assert loaded.scenario == scenario
    for name in ("outcomes", *TABLES):
        frame = getattr(written, name)
        assert len(frame) > 0
        assert set(frame["replication"]) == {0, 1, 2}
        pd.testing.assert_frame_equal(getattr(loaded, name), frame)
        pd.testing.assert_frame_equal(getattr(unsaved, name), frame)


def test_a_saved_scenario_runs_again_as_it_is(tmp_path: Path) -> None:
    written = simulate(load_scenario(WARD), replications=2, out=tmp_path)
    (yaml,) = tmp_path.glob("*/scenario.yaml")
    again = simulate(load_scenario([], file=yaml), replications=2)
    pd.testing.assert_frame_equal(again.outcomes, written.outcomes)


def test_luck_in_common_halves_the_noise_of_a_comparison() -> None:
    # the promise of common random numbers: power structures on one ward differ by what they do, not by luck
    names = ("hierarchical", "open_dialogue")
    a, b = (
        load_scenario(["service=community_centre", f"power={name}", "horizon_days=60", "warmup_days=20"])
        for name in names
    )
    paired = compare([a, b], replications=40).table.set_index("outcome").loc[ONE_TO_ONE]
    first = simulate(a, replications=40, seed=1).values()[ONE_TO_ONE]
    second = simulate(b, replications=40, seed=2).values()[ONE_TO_ONE]
    assert paired["sd_difference"] <= 0.5 * (second - first).std(ddof=1)


def run_until(arguments: Sequence[object], folder: Path, parts: int, how: int) -> tuple[int, str, float]:
    """Start a command, end it by a signal when it has saved so many parts; status, what it said, seconds."""
    process = subprocess.Popen(
        command(*arguments), cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        end = time.monotonic() + 120
        while sum(len(read_manifest(path)["parts"]) for path in scenario_folders(folder)) < parts:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end
            time.sleep(0.01)
        began = time.monotonic()
        process.send_signal(how)
        _, said = process.communicate(timeout=60)
        return process.returncode, said, time.monotonic() - began
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.mark.timeout(400)
@pytest.mark.skipif(os.name != "posix", reason="signals of a POSIX system")
@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)], ids=["kill -9", "Ctrl-C"]
)
def test_a_command_that_ends_early_goes_on_from_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], how: int, status: int
) -> None:
    simulate(load_scenario(WARD), replications=1)  # compiled now, if it wasn't
    arguments = ["run", *WARD, "replications=400", "workers=2", f"out={tmp_path}"]
    ended, said, seconds = run_until(arguments, tmp_path, 2, how)
    assert ended == status, said
    assert seconds < 5
    assert "Traceback" not in said
    done = check_everything_listed_is_whole(tmp_path)
    assert 50 <= done < 400
    arguments[4] = f"replications={done + 6}"
    assert main([str(argument) for argument in arguments]) == 0
    shown = capsys.readouterr()
    assert f"{done} of {done + 6} runs already done, 6 to run" in shown.out + shown.err
    assert len(load_results(tmp_path).replications) == done + 6


@pytest.mark.timeout(400)
@pytest.mark.skipif(os.name != "posix", reason="signals of a POSIX system")
def test_ctrl_c_in_the_middle_of_a_long_run(tmp_path: Path) -> None:
    simulate(load_scenario(WARD), replications=1)  # compiled now, if it wasn't
    process = subprocess.Popen(
        command("run", WARD[0], "horizon_days=3650", "replications=4", f"out={tmp_path}"),
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 120
    while not scenario_folders(tmp_path) and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    assert time.monotonic() - began < 5


def test_a_folder_that_cannot_be_written_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["run", *WARD, "replications=1", f"out={tmp_path / 'file' / 'below'}"]) == 2
    shown = capsys.readouterr().err
    assert "Can't write" in shown
    assert "Traceback" not in shown
    assert (tmp_path / "file").read_text() == "mine"
