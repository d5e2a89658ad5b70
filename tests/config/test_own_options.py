"""A folder of one's own: its options stand beside the packaged ones, and hold nothing but data."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardsim.scenario.compose import compose, option_names
from wardsim.scenario.options import packaged_folder
from wardsim.scenario.problems import ScenarioError

GLOBAL = "# @package _global_"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    text = (packaged_folder() / "power" / "open_dialogue.yaml").read_text(encoding="utf-8")
    for group in ("power", "service"):
        (tmp_path / group).mkdir()
    (tmp_path / "power" / "ours.yaml").write_text(
        text.replace("listening: ", "listening: 0.25 # "), encoding="utf-8"
    )
    (tmp_path / "service" / "our_ward.yaml").write_text(
        "# @package _global_\ndefaults:\n  - override /power: ours\n  - override /rotation: co_living\n"
        "name: our_ward\n",
        encoding="utf-8",
    )
    return tmp_path


def test_own_options_are_found_beside_the_packaged_ones(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compose(["power=ours"], config_dir=own).power.listening == 0.25
    scenario = compose(["service=our_ward"], config_dir=own)
    assert (scenario.name, scenario.choices["power"], scenario.choices["rotation"]) == (
        "our_ward",
        "ours",
        "co_living",
    )
    assert {"ours", "hierarchical"} <= set(option_names("power", config_dir=own))
    with pytest.raises(ScenarioError, match="no such option"):
        compose(["power=ours"])
    monkeypatch.chdir(own.parent)
    assert compose(["power=ours"], config_dir=own.name).power.listening == 0.25


def test_an_own_option_of_the_same_name_comes_first(own: Path) -> None:
    (own / "power" / "ours.yaml").rename(own / "power" / "hierarchical.yaml")
    (own / "service" / "our_ward.yaml").unlink()
    assert compose(config_dir=own).power.listening == 0.25
    assert compose().power.listening != 0.25


def test_an_edited_option_is_seen_at_once(own: Path) -> None:
    path = own / "power" / "ours.yaml"
    compose(["power=ours"], config_dir=own)
    path.write_text(path.read_text(encoding="utf-8").replace("0.25 #", "0.375 #"), encoding="utf-8")
    assert compose(["power=ours"], config_dir=own).power.listening == 0.375


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        (
            "service/bad.yaml",
            "defaults:\n  - override /power: ours\npower:\n  listening: 1\n",
            "only chooses options",
        ),
        ("service/bad.yaml", "defaults:\n  - override /hydra/launcher: x\n", "Hydra"),
        ("service/bad.yaml", "defaults:\n  - override /power: ours\n", "write # @package _global_"),
        ("service/bad.yaml", f"{GLOBAL}\ndefaults:\n  - override /power: our\n", "(did you mean ours?)"),
        ("service/bad.yaml", f"{GLOBAL}\ndefaults:\n  - override /powr: ours\n", "(did you mean power?)"),
        ("service/bad.yaml", f"{GLOBAL}\ndefaults:\n  - our_wrd\n", "(did you mean our_ward?)"),
        (
            "service/bad.yaml",
            f"{GLOBAL}\ndefaults:\n  - /power: ours\n",
            "write for example - override /power",
        ),
        ("service/bad.yaml", f"{GLOBAL}\ndefaults: our_ward\n", "must be a list"),
        ("power/bad.yaml", "defaults:\n  - hierarchial\nlistening: 1\n", "(did you mean hierarchical?)"),
        ("power/bad.yaml", "defaults:\n  - override /care: x\n", "is not understood"),
        ("power/bad.yaml", "listening: ${ward.beds}\n", "interpolations"),
        ("power/bad.yaml", "a: &x 1\nb: *x\n", "anchors"),
        ("power/bad.yaml", "_target_: os.system\n", "_target_"),
        ("power/bad.yaml", "a: [1\n", "bad.yaml"),
        ("power/bad.yaml", "- 1\n", "holds no settings"),
        ("wardsim.yaml", "replications: 3\n", "root config"),
    ],
)
def test_an_option_file_that_is_more_than_data_is_refused(
    own: Path, file: str, text: str, words: str
) -> None:
    (own / file).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=Path(file).name) as caught:
        compose(["power=ours"], config_dir=own)
    assert words in str(caught.value)


def test_a_missing_setting_and_a_clock_time_without_quotes_are_said(own: Path) -> None:
    path = own / "power" / "ours.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("flexibility:", "flex:"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        compose(["power=ours"], config_dir=own)
    said = str(caught.value)
    assert "power.flex" in said
    assert "power.flexibility: is missing" in said
    (own / "care").mkdir()
    care = (packaged_folder() / "care" / "community_centre.yaml").read_text(encoding="utf-8")
    (own / "care" / "ours.yaml").write_text(care.replace('"12:30"', "12:30"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="in quotes"):
        compose(["care=ours"], config_dir=own)


def test_a_folder_that_is_none_or_holds_no_group(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="not a folder"):
        compose(config_dir=tmp_path / "nothing")
    with pytest.raises(ScenarioError, match="none of the groups"):
        compose(config_dir=tmp_path)
