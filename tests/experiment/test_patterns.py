"""The patterns are those that were given, byte for byte, and are read as they are meant."""

from __future__ import annotations

import hashlib

import pytest

from wardsim.experiment.load import load_scenario
from wardsim.experiment.patterns import changes, load_patterns, patterns_text, read_patterns, wards_of
from wardsim.experiment.scoreboard import IN_SD, RATIOS, SD
from wardsim.observe.outcomes import OUTCOMES
from wardsim.scenario.options import Options

GIVEN = "1991264437f6a8e5268c6a216bddd3e89a1c8b9e0c9c2220a2bd903a2bd53f8c"
WARD = ("service=conventional_acute",)


def test_the_file_is_the_one_that_was_given() -> None:
    """Intervals and uses are never edited to suit the model."""
    assert hashlib.sha256(patterns_text().encode()).hexdigest() == GIVEN


def test_every_pattern_is_about_outcomes_that_there_are() -> None:
    for pattern in load_patterns():
        names = [RATIOS.get(pattern.outcome, pattern.outcome)]
        if pattern.outcome.endswith(IN_SD):
            names = [pattern.outcome.removesuffix(IN_SD), pattern.outcome.removesuffix(IN_SD) + SD]
        assert set(names) <= {outcome.name for outcome in OUTCOMES}, pattern.id


def test_uses_and_numbers_of_patterns() -> None:
    uses = [pattern.use for pattern in load_patterns()]
    assert {use: uses.count(use) for use in set(uses)} == {
        "calibrate": 15, "check": 10, "structural": 5, "prediction": 1,
    }  # fmt: skip


def test_a_change_is_read_with_its_sign() -> None:
    """`+0.2` is more by so much, `0.2` is set to; `+10%` is a part more; `full` is all."""
    before = load_scenario(list(WARD))
    asked = {
        "training": "full", "presence_norm": "+0.2", "listening": "0.2", "paid_milieu_hours": "+10%",
        "peer_workers": "+1.0 FTE", "power": "unchanged",
    }  # fmt: skip
    found = dict(text.split("=") for text in changes(WARD, asked))
    assert found["staffing.training"] == "1"
    assert float(found["care.presence_norm"]) == pytest.approx(before.care.presence_norm + 0.2)
    assert float(found["power.listening"]) == 0.2
    posts = before.staffing.fte["milieu_therapist"]
    assert float(found["staffing.fte.milieu_therapist"]) == pytest.approx(1.1 * posts)
    peers = before.staffing.fte.get("peer_worker", 0.0)
    assert float(found["staffing.fte.peer_worker"]) == pytest.approx(peers + 1.0)
    assert "power" not in found


def test_wards_of_a_change_a_pair_and_any_ward() -> None:
    one, pair, wherever = read_patterns(
        "- {id: a, service: mixed_ward, change: {medication_free_share: 0.5}, outcome: upc, direction: negative, use: check,"
        " source: s}\n"
        '- {id: b, compare: ["bet_unit rotation=three_shift", bet_unit], outcome: upc, direction: higher_in_second,'
        " use: check, source: s}\n"
        "- {id: c, service: any, outcome: upc, target: 1, accept: [0, 2], use: calibrate, source: s}\n"
    )
    assert one.wards == (
        ("service=mixed_ward",), ("service=mixed_ward", "patients.medication_free_share=0.5"),
    )  # fmt: skip
    assert pair.wards == (("service=bet_unit", "rotation=three_shift"), ("service=bet_unit",))
    assert wherever.any_ward
    assert len(wherever.wards) == len(Options().names("service"))
    assert len(wards_of([pair, wherever])) == len(wherever.wards) + 1, "a ward is simulated once"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{id: a, service: bet_unit, outcome: upc, use: fit, source: s, accept: [0, 1]}", "unknown use"),
        ("{id: a, service: bet_unit, outcome: upc, use: check, source: s}", "neither an interval nor"),
        (
            "{id: a, service: bet_unit, outcome: upc, use: check, source: s, direction: up}",
            "unknown direction",
        ),
        (
            "{id: a, service: bet_unit, change: {wishes: +1}, outcome: upc, use: check, source: s, accept: [0, 1]}",
            "unknown change",
        ),
    ],
)
def test_a_pattern_that_says_too_little_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_patterns(f"- {text}")
