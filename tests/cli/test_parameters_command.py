"""The command `parameters`: any number and its source can be found by a word."""

from __future__ import annotations

import csv
import io

import pytest

from wardsim.cli import main
from wardsim.parameters import setting
from wardsim.scenario.bibliography import source_text
from wardsim.scenario.compose import compose
from wardsim.scenario.register import load_register


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(["parameters", *argv]) == 0
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(said(capsys, "--csv", *words))))


def test_all_rows_come_with_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys)
    assert [row["setting"] for row in found] == [setting(p) for p in load_register()]
    assert [row["reference"] for row in found] == [source_text(p.source) for p in load_register()]


def test_the_names_that_are_shown_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """The value beside a name is what the default ward has, and setting it to that changes nothing."""
    found = {row["setting"]: row for row in rows(capsys)}
    for name in ("model.parameters.contact.seek_per_h", "care.presence_norm", "ward.beds"):
        assert compose([f"{name}={found[name]['value']}"]) == compose([])
    assert found["staffing.fte.*"]["value"] == "by option"


def test_words_narrow_the_list_and_a_letter_is_a_grade(capsys: pytest.CaptureFixture[str]) -> None:
    trust = rows(capsys, "trust")
    assert 10 < len(trust) < len(load_register())
    assert all("trust" in " ".join(row.values()).lower() for row in trust)
    assert rows(capsys, "TRUST", "alliance") == [
        r for r in trust if "alliance" in " ".join(r.values()).lower()
    ]
    measured = rows(capsys, "A", "abderhalden")
    assert measured
    assert all((row["grade"], row["source"]) == ("A", "abderhalden_2007") for row in measured)


def test_for_people_it_is_a_table_with_the_references_below(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "seek_per_h")
    assert "model.parameters.contact.seek_per_h" in text
    assert f"calibrated: {source_text('calibrated')}" in " ".join(text.split())
    assert "1 of " in text


@pytest.mark.parametrize(
    ("words", "way"), [(["trsut"], "did you mean trust?"), (["door", "zzz"], "shorter word")]
)
def test_a_word_that_is_nowhere(capsys: pytest.CaptureFixture[str], words: list[str], way: str) -> None:
    assert main(["parameters", *words]) == 2
    assert way in capsys.readouterr().err
