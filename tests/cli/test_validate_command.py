"""`validate` and `calibrate`: what they print, what they end with, and what they say to a mistake."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from wardsim.cli import BAD_INPUT, DONE, FAILED, main
from wardsim.credibility import last_line, scoreboard_csv
from wardsim.experiment.paired import Interval
from wardsim.experiment.patterns import load_patterns
from wardsim.experiment.scoreboard import Score, Scoreboard


def test_the_scoreboard_tells_every_pattern_and_ends_with_the_count(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Two replications are too few for most, so it ends with 1, and says so."""
    out = tmp_path / "board.csv"
    assert main(["validate", "replications=2", f"out={out}"]) == FAILED
    text = capsys.readouterr().out
    for pattern in load_patterns():
        assert pattern.id.replace("_", " ") in " ".join(text.split()), pattern.id
    assert "too few replications" in " ".join(text.split())
    last = text.strip().splitlines()[-1]
    assert last.startswith("calibrate ")
    assert " of 15 hold, check " in last
    assert last.endswith(" of 10 hold")
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["pattern"] for row in rows] == [pattern.id for pattern in load_patterns()]
    assert {row["use"] for row in rows} == {"calibrate", "check", "structural", "prediction"}


@pytest.mark.timeout(400)
def test_the_packaged_parameters_reproduce_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Every fitted pattern and nine in ten of the others: whoever changes the model hears of it here."""
    assert main(["validate", "replications=40"]) == DONE, capsys.readouterr().out
    assert capsys.readouterr().out.strip().splitlines()[-1].startswith("calibrate 15 of 15 hold, check ")


def test_the_last_line_and_the_spreadsheet() -> None:
    found = Interval(100, 1.0, 0.1, 0.9, 1.1)
    board = Scoreboard(tuple(Score(p, found, "holds") for p in load_patterns()))
    assert last_line(board) == "calibrate 15 of 15 hold, check 10 of 10 hold"
    first = scoreboard_csv(board).decode().splitlines()[1]
    assert first.startswith(
        "contact_share,calibrate,staff_share_direct_contact_07_22,service=conventional_acute,0.3"
    )


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["validate", "replicatons=4"], "did you mean replications?"),
        (["validate", "service=bet_unit"], "there are: replications, seed, workers, out"),
        (["validate", "replications=0"], "must be a whole number above 0"),
        (["validate", "replications=many"], "must be a whole number above 0"),
        (["calibrate", "parameters=some"], "must be one of fitted, all"),
        (["calibrate", "trials=-3"], "must be a whole number above 0"),
    ],
)
def test_a_mistake_is_answered_in_words(
    texts: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(texts) == BAD_INPUT
    assert said in capsys.readouterr().err


def test_a_place_that_can_not_be_written_is_told_before_anything_is_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "file"
    taken.write_text("", encoding="utf-8")
    assert main(["validate", "replications=2", f"out={taken / 'board.csv'}"]) == BAD_INPUT
    assert "replications of a year" not in capsys.readouterr().err
