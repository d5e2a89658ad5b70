"""A changed callee must never be answered from an old compilation.

Numba's cache looks only at the file of the function that Python calls: if what that one calls lies in another
file, the cache goes on returning the old answer.  The model version, part of the cache's folder, prevents it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import wardsim
from wardsim.model.version import model_version

PACKAGE = Path(wardsim.__file__).parent
CALLER = '''"""An entry that calls a function of another module."""

from wardsim.model.compiled import entry
from wardsim.model.processes.clock import what_is_left
from wardsim.model.version import model_version


@entry
def left(time, half_life):
    return what_is_left(time, half_life)


print(model_version(), left(1.0, 1.0), sum(left.stats.cache_hits.values()))
'''


def _ask(root: Path, folder: Path, package: Path | None = None) -> tuple[str, float, int]:
    """What the script says: model version, result, hits of the cache."""
    environment = {
        **os.environ,
        "WARDSIM_CACHE": str(folder),
        "PYTHONPATH": str(package or root),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "caller.py"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    version, value, hits = done.stdout.split()
    return version, float(value), int(hits)


def test_editing_a_callee_changes_version_and_result(tmp_path: Path) -> None:
    shutil.copytree(
        PACKAGE, tmp_path / "wardsim", ignore=shutil.ignore_patterns("__pycache__", "report", "app")
    )
    (tmp_path / "caller.py").write_text(CALLER, encoding="utf-8")
    cache = tmp_path / "cache"
    first = _ask(tmp_path, cache)
    again = _ask(tmp_path, cache)
    assert first[:2] == again[:2]
    assert (first[2], again[2]) == (0, 1), "the second call should come from the cache"

    callee = tmp_path / "wardsim" / "model" / "processes" / "clock.py"
    text = callee.read_text(encoding="utf-8")
    assert "math.log(2.0)" in text
    callee.write_text(text.replace("math.log(2.0)", "math.log(3.0)"), encoding="utf-8")
    changed = _ask(tmp_path, cache)
    assert changed[0] != first[0]
    assert changed[1] != first[1]
    assert changed[2] == 0


def test_the_version_is_that_of_the_sources() -> None:
    assert len(model_version()) == 64
    assert model_version() == model_version()


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    """The cache then goes to a temporary folder."""
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be", encoding="utf-8")
    (tmp_path / "caller.py").write_text(CALLER, encoding="utf-8")
    assert len(_ask(tmp_path, taken, PACKAGE.parent)[0]) == 64  # it has run
