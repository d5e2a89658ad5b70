"""Compiled and interpreted code give the same bits, so what one reads in the processes is what happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.model.interpreted_days import CASES, digests

ROOT = Path(__file__).parents[2]


def test_compiled_is_interpreted() -> None:
    """Whole days of two wards, with interventions, in a process without compilation."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.model.interpreted_days", *CASES],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    interpreted = json.loads(done.stdout)
    for case in CASES:
        compiled = digests(case)
        assert [name for name in compiled if interpreted[case].get(name) != compiled[name]] == []
        assert len(interpreted[case]) == len(compiled)
