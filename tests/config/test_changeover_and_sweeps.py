"""A change on a day gives a second ward; several values give all combinations, the baseline first."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardsim.scenario.compose import combinations, compose, option_names, swept_names
from wardsim.scenario.problems import ScenarioError


def test_a_change_takes_over_everything_that_is_not_changed() -> None:
    scenario = compose(
        [
            "service=mixed_ward",
            "ward.beds=12",
            "power.listening=0.4",
            "change.on_day=60",
            "change.rotation=co_living",
            "change.staffing.fte.peer_worker=1",
            "change.power.listening=0.8",
            "~change.care.programme.walk",
        ]
    )
    after = scenario.after
    assert scenario.change_on_day == 60
    assert after is not None
    assert (scenario.choices["rotation"], after.choices["rotation"]) == ("three_shift", "co_living")
    assert (scenario.power.listening, after.power.listening) == (0.4, 0.8)
    assert (scenario.staffing.fte["peer_worker"], after.staffing.fte["peer_worker"]) == (0, 1)
    assert ("walk" in scenario.care.programme, "walk" in after.care.programme) == (True, False)
    assert after.ward == scenario.ward
    assert after.patients == scenario.patients
    assert after.name == scenario.name


@pytest.mark.parametrize(
    ("overrides", "path", "words"),
    [
        (["change.rotation=co_living"], "change.on_day", "is missing"),
        (["change.on_day=60"], "change.on_day", "nothing changes"),
        (["change.on_day=180", "change.rotation=co_living"], "change.on_day", "last counted day"),
        (["change.on_day=0", "change.rotation=co_living"], "change.on_day", "1 to 3,650"),
        (["change.on_day=soon", "change.rotation=co_living"], "change.on_day", "whole number"),
        (["change_on_day=9"], "change_on_day", "not how it is asked for"),
        (["after.power.listening=1"], "after.power.listening", "not how it is asked for"),
        (["change.on_day=9", "change.rotation=co_livin"], "change.rotation", "no such option"),
        (["change.on_day=9", "change.power.listning=1"], "change.power.listning", "no such setting"),
        (["change.on_day=9", "change.power.listening=3"], "change.power.listening", "0 to 1"),
        (["change.on_day=9", "change.ward.beds=3"], "change.ward.beds", "can't be changed on a day"),
        (["change.on_day=9", "change.service=bet_unit"], "change.service", "can't be changed on a day"),
        (["change.on_day=9", "change.horizon_days=30"], "change.horizon_days", "can't be changed on a day"),
    ],
)
def test_a_change_that_can_not_be(overrides: list[str], path: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compose(overrides)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert words in problem.message


def test_all_combinations_the_last_changes_fastest() -> None:
    rows = combinations(
        ["service=community_centre", "rotation=three_shift,co_living", "power=hierarchical,open_dialogue"]
    )
    assert [label for label, _ in rows] == [
        "three_shift, hierarchical",
        "three_shift, open_dialogue",
        "co_living, hierarchical",
        "co_living, open_dialogue",
    ]
    assert rows[1][1] == ["service=community_centre", "rotation=three_shift", "power=open_dialogue"]


def test_hydras_sweep_grammar(tmp_path: Path) -> None:
    assert [label for label, _ in combinations(["rotation=glob(*)"])] == option_names("rotation")
    assert [label for label, _ in combinations(["rotation=glob(co_*, exclude=*_7_*)"])] == [
        "co_living",
        "co_living_3747",
    ]
    assert [label for label, _ in combinations(["power.listening=range(0,1,0.5)"])] == [
        "power.listening=0.0",
        "power.listening=0.5",
    ]
    assert [row[1] for row in combinations(["+ward.beds=choice(8,10)"])] == [
        ["+ward.beds=8"],
        ["+ward.beds=10"],
    ]
    assert combinations(["ward.beds=8", "name='a,b'"]) == [("", ["ward.beds=8", "name='a,b'"])]
    for _, texts in combinations(["power.listening=0,0.5", "rotation=three_shift,co_living"]):
        compose(texts)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("rotation=glob(nothing*)", "matches nothing"),
        ("power.listening=interval(0,1)", "no list of values"),
        ("rotation=three_shift,three_shift", "twice"),
        ("ward.beds=range(1,100000)", "1,000 combinations"),
        ("ward.beds=1,(", "can't be read"),
    ],
)
def test_a_sweep_that_can_not_be(override: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        combinations([override])


def test_names_of_what_is_swept() -> None:
    texts = ["rotation=a,b", "ward.beds=3", "+power.listening=range(0,1)", "broken=(", "name='x,y'"]
    assert swept_names(texts) == ["rotation", "power.listening"]
