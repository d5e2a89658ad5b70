"""`load_scenario` answers for all layers at once: settings, rota and power structure."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardsim.experiment.load import load_alternatives, load_run, load_scenario
from wardsim.scenario.compose import compose, to_yaml
from wardsim.scenario.problems import ScenarioError


def test_a_sound_scenario_is_the_composed_one() -> None:
    assert load_scenario(["service=mixed_ward"]) == compose(["service=mixed_ward"])


def test_settings_rota_and_power_in_one_answer() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(
            [
                "beds=3",
                "ward.beds=0",
                "staffing.night_cover.waking=0",
                "power.forums.ward_round.minutes=5",
                "replications=3",
            ]
        )
    assert {p.path for p in caught.value.problems} == {
        "beds",
        "ward.beds",
        "staffing.night_cover.waking",
        "power.forums.ward_round.minutes",
        "replications",
    }


def test_a_rota_that_leaves_the_ward_empty_after_the_change() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(["change.on_day=5", "change.staffing.night_cover.waking=0"])
    (problem,) = caught.value.problems
    assert problem.path == "change.staffing.night_cover.waking"


def test_a_policy_that_takes_measures_needs_a_kind_of_measure() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(["service=soteria_berne", "crisis.policy=containment_routine"])
    (problem,) = caught.value.problems
    assert problem.path == "crisis.measures"
    assert "containment_routine" in problem.message


def test_a_crisis_has_no_forum() -> None:
    """It is decided where it happens; a setting without effect would mislead."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(["power.forum.crisis=ward_round"])
    (problem,) = caught.value.problems
    assert problem.path == "power.forum.crisis"


def write_rota(path: Path) -> None:
    """Two people by turns, so that somebody is always there."""
    rows = ["person,role,start,end,kind"]
    for day in range(7):
        rows.append(f"Kim,milieu_therapist,2026-01-{5 + day:02d} 07:00,2026-01-{5 + day:02d} 19:00,waking")
        rows.append(f"Ola,milieu_therapist,2026-01-{5 + day:02d} 19:00,2026-01-{6 + day:02d} 07:00,waking")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_a_rota_file_is_read_and_its_names_are_not_kept(tmp_path: Path) -> None:
    write_rota(tmp_path / "rota.csv")
    scenario = load_scenario(["rotation=imported", f"rotation.file={tmp_path / 'rota.csv'}"])
    assert scenario.rotation.duties is not None
    assert len(scenario.rotation.duties) == 14
    saved = to_yaml(scenario)
    assert "Kim" not in saved
    assert str(tmp_path) not in saved
    (tmp_path / "saved.yaml").write_text(saved, encoding="utf-8")
    assert load_scenario(file=tmp_path / "saved.yaml") == scenario


def test_a_rota_file_may_stand_beside_the_ward_s_file(tmp_path: Path) -> None:
    write_rota(tmp_path / "rota.csv")
    (tmp_path / "ward.yaml").write_text("rotation: imported\nrotation.file: rota.csv\n", encoding="utf-8")
    scenario = load_scenario(file=tmp_path / "ward.yaml")
    assert scenario.rotation.duties is not None


def test_a_rota_file_that_is_not_there_is_said_with_the_rest(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(["rotation=imported", f"rotation.file={tmp_path / 'none.csv'}", "ward.beds=0"])
    assert {p.path for p in caught.value.problems} == {"rotation.file", "ward.beds"}


def test_one_list_gives_scenario_and_run() -> None:
    scenario, run = load_run(["ward.beds=8", "replications=3", "out=somewhere"])
    assert (scenario.ward.beds, run.replications, run.out) == (8, 3, "somewhere")


def test_alternatives_are_labelled_by_what_was_swept() -> None:
    asked = load_alternatives(["service=community_centre,mixed_ward", "replications=3"])
    assert asked.labels == ("community_centre", "mixed_ward")
    assert [s.name for s in asked.scenarios] == ["community_centre", "mixed_ward"]
    assert asked.run.replications == 3


def test_files_and_sweeps_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("service: mixed_ward\n", encoding="utf-8")
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    assert load_alternatives([], files=files).labels == ("a", "b")
    both = load_alternatives(["rotation=three_shift,co_living"], files=files)
    assert both.labels == ("a, three_shift", "a, co_living", "b, three_shift", "b, co_living")
    assert load_alternatives(["rotation=three_shift,co_living"], files=files[:1]).labels == (
        "three_shift",
        "co_living",
    )


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ([], "only one scenario"),
        (["rotation=three_shift"], "nothing to compare"),
        (["seed=1,2"], "must be the same for all"),
        (["rotation=three_shift,co_livng", "ward.beds=0"], r"\[co_livng\]"),
    ],
)
def test_alternatives_that_can_not_be(overrides: list[str], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        load_alternatives(overrides)
