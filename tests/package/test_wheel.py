"""The wheel works outside the checkout: what a user gets from an index is complete, options and register included."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("wardsim-*.whl")
    return built


def test_everything_a_run_reads_travels_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = list((ROOT / "configs").rglob("*.yaml"))
    missing = [
        p.name for p in inside if f"wardsim/configs/{p.relative_to(ROOT / 'configs').as_posix()}" not in names
    ]
    assert inside
    assert missing == []
    for needed in (
        "scenario/register.csv",
        "observe/outcomes.csv",
        "roster/working_time.csv",
        "ODD.md",
        "py.typed",
    ):
        assert f"wardsim/{needed}" in names
    assert not [name for name in names if name.startswith(("tests/", "results/", "experiments/"))]


def test_a_service_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True, cwd=empty)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    where = subprocess.run(
        [sys.executable, "-c", "import wardsim; print(wardsim.__file__)"],
        capture_output=True, text=True, check=True, cwd=empty, env=environment,
    )  # fmt: skip
    assert where.stdout.startswith(str(site))  # the wheel, and not the checkout
    run = subprocess.run(
        [sys.executable, "-m", "wardsim", "run", "service=soteria_berne", "horizon_days=3", "warmup_days=1",
         "replications=2", "out=here"],
        capture_output=True, text=True, check=False, cwd=empty, env=environment,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert list((empty / "here").rglob("scenario.yaml"))
