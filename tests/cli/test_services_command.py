"""`wardsim services` says what each preset is and how they differ, from the composed presets themselves."""

from __future__ import annotations

import pytest

from wardsim.cli import main
from wardsim.scenario.compose import compose, option_names


def test_all_services_with_their_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["services"]) == 0
    out = capsys.readouterr().out
    words = " ".join(out.split())
    for name in option_names("service"):
        assert f"{name}: " in out
        assert " ".join(compose([f"service={name}"]).about.split()) in words
        row = next(line for line in out.splitlines() if line.strip().startswith(f"{name} "))
        assert f" {compose([f'service={name}']).ward.beds} " in row
    assert "Next: wardsim compare service=" in out


def test_side_by_side_only_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["services", "community_centre", "mixed_ward"]) == 0
    out = capsys.readouterr().out
    assert "medication_free_share" in out
    assert "ward.beds" not in out, "both have ten"
    assert "Next: wardsim compare service=community_centre,mixed_ward" in out
