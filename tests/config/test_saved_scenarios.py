"""A scenario leaves as a file and comes back the same; a file from anybody is data and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardsim.scenario.compose import compose, diff, scenario_hash, to_yaml
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.saved import foul_play, read_yaml


@pytest.mark.parametrize(
    "overrides",
    [
        [],
        ["service=heidenheim", "seed=2"],
        ["service=soteria_berne", "rotation=three_shift", "calendar.public_holidays=NO", "ward.beds=9"],
        ["change.on_day=60", "change.rotation=co_living", "change.staffing.fte.peer_worker=1"],
    ],
)
def test_there_and_back_again(overrides: list[str], tmp_path: Path) -> None:
    scenario = compose(overrides)
    path = tmp_path / "saved.yaml"
    path.write_text(to_yaml(scenario), encoding="utf-8")
    again = compose(file=path)
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)
    assert to_yaml(again) == to_yaml(scenario)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.yaml"
    path.write_text(
        to_yaml(compose(["service=bet_unit", "ward.beds=7", "power.listening=0.9"])), encoding="utf-8"
    )
    return path


def test_overrides_come_after_a_saved_scenario(saved: Path) -> None:
    scenario = compose(["ward.beds=8", "power=hierarchical", "name=mine"], file=saved)
    assert scenario.ward.beds == 8
    assert scenario.name == "mine"
    assert scenario.choices["service"] == "bet_unit"
    assert scenario.choices["power"] == "hierarchical"
    assert scenario.power == compose(["power=hierarchical"]).power, "a chosen option replaces the saved group"
    later = compose(["change.on_day=9", "change.care.presence_norm=1"], file=saved)
    assert later.after is not None
    assert (later.care.presence_norm, later.after.care.presence_norm, later.after.ward.beds) == (0.5, 1.0, 7)


def test_a_service_can_not_be_chosen_over_a_saved_scenario(saved: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r"would replace the ward of .*wardsim compare .* compares the two"
    ):
        compose(["service=soteria_berne"], file=saved)


def test_mistakes_in_a_saved_scenario_are_found_all_at_once(saved: Path) -> None:
    text = saved.read_text(encoding="utf-8")
    text = text.replace("beds: 7", "beds: -7").replace("listening: 0.9", "listning: 0.9")
    text = text.replace("session_minutes: 45.0", "").replace("soft_room: false", "soft_room: perhaps")
    saved.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        compose(file=saved)
    found = {p.path: str(p) for p in caught.value.problems}
    assert set(found) >= {"ward.beds", "power.listning", "ward.soft_room"}
    assert "power.listening" in found["power.listning"]


def test_a_hand_written_file_names_options_and_settings(tmp_path: Path) -> None:
    path = tmp_path / "our ward.yaml"
    path.write_text(
        "service: bet_unit\nrotation: three_shift\nward.beds: 8\nreplications: 3\n"
        "power:\n  listening: 0.55\ncalendar.public_holidays: NO\n"
        "care:\n  programme:\n    yoga: {kind: group, weekdays: [mon], start: 10:30, "
        "minutes: 60, share: 0.3}\n"
        "change:\n  on_day: 60\n  power: open_dialogue\nnotes: {hotline: 'no'}\n",
        encoding="utf-8",
    )
    scenario = compose(file=path)
    assert scenario.name == "our ward"
    assert (scenario.choices["rotation"], scenario.ward.beds, scenario.power.listening) == (
        "three_shift",
        8,
        0.55,
    )
    assert scenario.calendar.public_holidays == "NO", "YAML 1.1 would read false"
    assert scenario.care.programme["yoga"].start == "10:30", "YAML 1.1 would read 630"
    assert "morning_meeting" in scenario.care.programme, "what is not said is kept"
    assert scenario.after is not None
    assert scenario.after.choices["power"] == "open_dialogue"
    assert scenario.notes == {"hotline": "no"}
    other = compose(["power=hierarchical"], file=path)
    assert other.power == compose(["power=hierarchical"]).power, (
        "an option chosen again replaces the file's numbers"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ward.beds: ${oc.env:HOME}", "interpolations"),
        ("a: &x 1\nb: *x", "anchors"),
        ("a: [&x [1], *x, *x]", "aliases"),
        ("a: !!python/object/apply:os.system ['true']", "tags"),
        ("hydra:\n  run:\n    dir: /tmp", "Hydra"),
        ("defaults:\n  - override /hydra/launcher: ray", "Hydra"),
        ("model:\n  _target_: os.system", "Hydra"),
        ("a: 1\na: 2", "stands twice"),
        ("a: [1, 2", "line"),
        ("- a\n- b", "holds no settings"),
        ("", "holds no settings"),
        ("1: 2", "is not a name"),
        ("ward:\n  beds: 7\n 8: 9", "line 3"),
        ("a: " + "[" * 3000 + "]" * 3000, "nested"),
        ("a: \x00", "not valid"),
        (f"a: {'9' * 5000}", "too long"),
    ],
)
def test_a_file_that_is_more_than_data_is_refused(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "foul.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"foul\.yaml") as caught:
        compose(file=path)
    assert words in str(caught.value)


def test_a_file_that_is_too_large_not_text_or_not_there(tmp_path: Path) -> None:
    big, binary = tmp_path / "big.yaml", tmp_path / "binary.yaml"
    big.write_text("a: 1\n" * 300_000, encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")
    for path, words in (
        (big, "1 MB"),
        (binary, "UTF-8"),
        (tmp_path / "bigg.yaml", "big.yaml"),
        (tmp_path, "read"),
    ):
        with pytest.raises(ScenarioError) as caught:
            read_yaml(path)
        assert words in str(caught.value)


def test_numbers_and_names_are_read_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    path.write_text(
        "a: 0777\nb: 08\nc: 1_000\nd: 1e3\ne: on\nf: 2026-01-05\ng: 14:30\nh: true\ni: ~\nj: .5\nk: -3\n",
        encoding="utf-8",
    )
    assert read_yaml(path) == {
        "a": 777,
        "b": 8,
        "c": "1_000",
        "d": 1000.0,
        "e": "on",
        "f": "2026-01-05",
        "g": "14:30",
        "h": True,
        "i": None,
        "j": 0.5,
        "k": -3,
    }


def test_words_about_hydra_are_no_settings_of_hydra() -> None:
    assert foul_play("about: a hydra has many heads\nname: hydraulics") == []


def test_differences_begin_with_the_options_and_carry_label_and_unit() -> None:
    a, b, c = (
        compose(),
        compose(["rotation=co_living", "ward.beds=11"]),
        compose(["name=other", "about=text"]),
    )
    rows = diff(a, b, c)
    assert (rows[0].path, rows[0].values) == ("rotation", ("three_shift", "co_living", "three_shift"))
    beds = next(row for row in rows if row.path == "ward.beds")
    assert (beds.values, beds.unit, beds.label) == ((10, 11, 10), "beds", "beds")
    assert not any(row.path.endswith((".label", ".about")) for row in rows)
    assert diff(a, c) == []
    weights = diff(a, compose(["power=open_dialogue"]))
    patient = next(row for row in weights if row.path == "power.weights.plan.patient")
    assert "patient" in patient.label
