"""Real processes that are killed, stopped or out of room: only whole files remain, nothing is run twice.

These need a process of its own: a simulated Ctrl-C or a faked full disk would not show a half-written file.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.experiment.child import SCENARIOS
from wardsim.experiment.compare import compare
from wardsim.experiment.executors import CONTACTS, TABLES
from wardsim.experiment.manifest import read_manifest
from wardsim.experiment.store import read_part

CHECKOUT = Path(__file__).parents[2]
KEPT = [name for name in TABLES if name != CONTACTS]  # by a comparison
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals and limits of a POSIX system"),
    pytest.mark.timeout(120),
    pytest.mark.usefixtures("model"),
]


class Child:
    """A running child process."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "tests.experiment.child", *map(str, arguments)]
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_for_parts(self, folder: Path, parts: int) -> None:
        """Wait until manifests list so many parts."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if sum(len(parts_of(path)) for path in scenario_folders(folder)) >= parts:
                return
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.005)
        raise AssertionError("the child wrote nothing in a minute")

    def end(self) -> tuple[int, str]:
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


@pytest.fixture
def children() -> Iterator[list[Child]]:
    started: list[Child] = []
    yield started
    for child in started:
        if child.process.poll() is None:
            child.process.kill()
        child.process.communicate()


def scenario_folders(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/manifest.json"))


def parts_of(folder: Path) -> list[dict[str, object]]:
    parts: list[dict[str, object]] = json.loads((folder / "manifest.json").read_bytes())["parts"]
    return parts


def check_everything_listed_is_whole(folder: Path, tables: Collection[str] = TABLES) -> int:
    """Every file that a manifest lists is as it was written; gives the number of finished runs."""
    runs = 0
    for inside in scenario_folders(folder):
        for part in read_manifest(inside)["parts"]:
            runs += len(part["replications"])
            assert set(part["files"]) == {"outcomes", *tables}
            for entry in part["files"].values():
                assert read_part(inside / entry["file"], entry).num_rows == entry["rows"]
        for path in inside.glob("*.parquet"):
            assert path.read_bytes().endswith(b"PAR1")  # also what no manifest lists yet is whole
    return runs


def finish(folder: Path, replications: int) -> list[str]:
    """Give the child's command again, here, to its end; gives what it says."""
    lines: list[str] = []
    comparison = compare(SCENARIOS, replications=replications, workers=2, out=folder, say=lines.append)
    assert {len(result.replications) for result in comparison.results} == {replications}
    return lines


@pytest.mark.parametrize("parts", [1, 13])
def test_kill_9(children: list[Child], tmp_path: Path, parts: int) -> None:
    child = Child(tmp_path, 0.004, 60)
    children.append(child)
    child.wait_for_parts(tmp_path, parts)
    child.process.kill()
    assert child.end()[0] == -signal.SIGKILL
    done = check_everything_listed_is_whole(tmp_path, KEPT)
    assert 0 < done < 120
    assert finish(tmp_path, 60) == [f"{done} of 120 runs already done, {120 - done} to run"]
    assert check_everything_listed_is_whole(tmp_path, KEPT) == 120
    fresh = tmp_path / "fresh"
    finish(fresh, 60)
    for name in ("outcomes.parquet", "comparison.csv"):
        assert (tmp_path / name).read_bytes() == (fresh / name).read_bytes()


def test_ctrl_c(children: list[Child], tmp_path: Path) -> None:
    child = Child(tmp_path, 0.01, 500)
    children.append(child)
    child.wait_for_parts(tmp_path, 2)
    began = time.monotonic()
    child.process.send_signal(signal.SIGINT)
    status, _ = child.end()
    assert status == 130
    assert time.monotonic() - began < 3
    done = check_everything_listed_is_whole(tmp_path, KEPT)
    assert {read_manifest(path)["state"] for path in scenario_folders(tmp_path)} == {"interrupted"}
    assert done >= 2 * 10
    assert finish(tmp_path, 500) == [f"{done} of 1000 runs already done, {1000 - done} to run"]


def test_ctrl_c_does_not_wait_for_a_long_run(children: list[Child], tmp_path: Path) -> None:
    child = Child(tmp_path, 30, 4)
    children.append(child)
    assert child.process.stdout is not None
    assert child.process.stdout.readline() == "started\n"
    time.sleep(0.5)
    began = time.monotonic()
    child.process.send_signal(signal.SIGINT)
    assert child.end()[0] == 130
    assert time.monotonic() - began < 5


def test_a_full_disk(children: list[Child], tmp_path: Path) -> None:
    # tables become large from replication 50 on: then the limit on file size strikes, for real
    child = Child(tmp_path, 0, 100, 50, 150_000)
    children.append(child)
    status, errors = child.end()
    assert status == 1
    assert "No room to write" in errors
    assert "finished runs are not repeated" in errors
    assert "Traceback" not in errors
    done = check_everything_listed_is_whole(tmp_path, KEPT)
    assert 40 <= done <= 50
    leftovers = [p for p in tmp_path.rglob("*") if p.name.endswith(".part")]
    assert leftovers == []
    assert finish(tmp_path, 100) == [f"{done} of 200 runs already done, {200 - done} to run"]


def test_a_disk_that_is_full_from_the_start(children: list[Child], tmp_path: Path) -> None:
    child = Child(tmp_path, 0, 10, 0, 1000)
    children.append(child)
    status, errors = child.end()
    assert status == 1
    assert "No room to write" in errors
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == []
