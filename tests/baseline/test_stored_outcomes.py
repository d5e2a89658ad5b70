"""Drift: the same settings and seed give the outcomes that are stored, so a change in results is always meant."""

from __future__ import annotations

import math

from tests.baseline.refresh import measured, stored

REFRESH = (
    "results changed: if that is meant, run `python -m tests.baseline.refresh` and say so under **Regression** in "
    "CHANGELOG.md"
)


def test_outcomes_are_those_stored() -> None:
    now, then = measured(), stored()
    assert set(now) == set(then), REFRESH
    moved = {
        key: (then[key], value)
        for key, value in now.items()
        if not (math.isclose(value, then[key], rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(value) and math.isnan(then[key])))
    }  # fmt: skip
    assert not moved, f"{REFRESH}: {moved}"
