"""`wardsim explain` and `wardsim calibrate goal=collect` as they are typed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from wardsim.cli import main


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_splits_a_difference_and_saves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [
        "service=community_centre",
        "power=hierarchical,open_dialogue",
        "horizon_days=14",
        "warmup_days=7",
    ]
    assert main(["explain", *texts, "replications=2", "out=split"]) == 0
    shown = capsys.readouterr()
    assert "they differ in power" in shown.err
    assert "Power structure" in shown.out
    assert "Together, the whole difference" in shown.out
    with (tmp_path / "split" / "parts.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["outcome"] == "preference_met_share"]
    assert {row["part"] for row in rows} == {"power", "whole difference"}
    shares = {row["part"]: float(row["share"]) for row in rows}
    assert shares["power"] == pytest.approx(shares["whole difference"])
    assert (tmp_path / "split" / "mechanisms.csv").exists()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["service=bet_unit,heidenheim,soteria_berne"], "takes exactly two wards; these are 3"),
        (["service=bet_unit"], "only one scenario"),
        (["service=bet_unit,nowhere"], "there is no such option"),
    ],
)
def test_what_it_cannot_do_is_said(texts: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *texts]) == 2
    assert said in capsys.readouterr().err


def test_uncertainty_is_for_comparisons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "uncertainty=accepted"]) == 2
    assert "is for comparisons" in capsys.readouterr().err
    assert main(["compare", "uncertainty=some"]) == 2
    assert "must be none or accepted" in capsys.readouterr().err
