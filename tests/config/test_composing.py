"""Options, single settings and new entries come together as they were asked for."""

from __future__ import annotations

import copy
import pickle
import sys
import threading
from pathlib import Path

import pytest

from wardsim.scenario import register
from wardsim.scenario.compose import compose, draft, scenario_hash
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.schema import Scenario


def test_without_overrides_it_is_the_default_service() -> None:
    scenario = compose()
    assert scenario.choices["service"] == "community_centre"
    assert scenario.name == "community_centre"
    assert (scenario.horizon_days, scenario.warmup_days) == (180, 28)


def test_nothing_in_a_scenario_can_be_changed() -> None:
    """Weights that no longer sum to one would be simulated without a word."""
    scenario = compose()
    for change in (
        lambda: setattr(scenario, "horizon_days", 1),
        lambda: scenario.power.weights["medication"].update(doctor=5.0),
        lambda: scenario.model.parameters["contact"].__setitem__("friction", 5.0),
        lambda: scenario.staffing.fte.pop("doctor"),
        lambda: scenario.model_copy(update={"notes": {"a": "b"}}).notes.clear(),
    ):
        with pytest.raises((TypeError, ValueError), match="frozen"):
            change()
    assert hash(scenario) == hash(compose())
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert copy.deepcopy(scenario) == scenario


def test_fixed_names_of_settings() -> None:
    scenario = compose(
        [
            "ward.beds=12",
            "staffing.fte.doctor=1.5",
            "power.listening=0.7",
            "care.presence_norm=0.6",
            "power.weights.plan={patient: 0.2, milieu_therapist: 0.0}",
        ]
    )
    assert scenario.ward.beds == 12
    assert scenario.staffing.fte["doctor"] == 1.5
    assert scenario.power.listening == 0.7
    assert scenario.care.presence_norm == 0.6
    assert scenario.power.weights["plan"]["patient"] == 0.2  # names in braces are merged, as in Hydra
    assert scenario.power.weights["plan"]["doctor"] == 0.55


def test_one_s_own_choice_wins_over_the_service_s() -> None:
    assert compose(["service=soteria_berne", "rotation=three_shift"]).choices["rotation"] == "three_shift"
    assert compose(["rotation=three_shift", "service=soteria_berne"]).choices["rotation"] == "three_shift"


def test_numbers_of_the_model_come_from_the_register_and_can_be_set() -> None:
    defaults = register.model_defaults()
    assert compose().model.parameters == defaults
    submodel, values = next(iter(defaults.items()))
    name, value = next(iter(values.items()))
    row = register.find(f"model.parameters.{submodel}.{name}")
    assert row is not None
    assert row.default == value
    other = row.high if row.high not in (None, value) else row.low
    changed = compose([f"model.parameters.{submodel}.{name}={other}"])
    assert changed.model.parameters[submodel][name] == other
    with pytest.raises(ScenarioError, match="no such"):
        compose([f"model.parameters.{submodel}.{name}x=1"])


def test_a_new_role_needs_no_code() -> None:
    scenario = compose(
        [
            "staffing.fte.gardener=1",
            "power.weights.everyday.gardener=0",
            "care.sessions_per_week.gardener=0.5",
            "staffing.roles.gardener={kind: other, skill: 1, means_knowledge: 0.4, documents: false,"
            " counts_for_cover: false}",
        ]
    )
    assert scenario.staffing.roles["gardener"].kind == "other"
    assert scenario.staffing.fte["gardener"] == 1


def test_activities_can_be_added_changed_and_taken_out() -> None:
    yoga = "{kind: group, weekdays: [mon], start: '10:30', minutes: 60, share: 0.3}"
    scenario = compose(
        [f"care.programme.yoga={yoga}", "care.programme.lunch.minutes=50", "~care.programme.walk"]
    )
    assert scenario.care.programme["yoga"].start == "10:30"
    assert scenario.care.programme["lunch"].minutes == 50
    assert "walk" not in scenario.care.programme
    with pytest.raises(ScenarioError, match="needs weekdays, start, minutes, share too"):
        compose(["care.programme.yoga.kind=group"])


def test_settings_of_the_run_are_no_part_of_the_scenario() -> None:
    made = draft(["replications=7", "seed=3", "workers=2", "out=/tmp/x y", "precision=0.05", "tables=false"])
    assert not made.problems
    run = made.run
    assert (run.replications, run.seed, run.workers, run.out) == (7, 3, 2, "/tmp/x y")
    assert (run.precision, run.tables) == (0.05, False)
    assert made.scenario == compose()


def test_a_draft_with_mistakes_is_still_a_whole_scenario() -> None:
    """So that rota and power structure can be checked in the same answer."""
    made = draft(["ward.beds=0", "power=open_dialogue", "powr=x"])
    assert len(made.problems) == 2
    assert made.scenario is not None
    assert made.scenario.ward.beds == 10
    assert made.scenario.choices["power"] == "open_dialogue"


def test_the_hash_is_of_what_is_simulated() -> None:
    same = scenario_hash(compose(["name=other", "about=words"]))
    assert same == scenario_hash(compose())
    assert scenario_hash(compose(["ward.beds=11"])) != same
    assert scenario_hash(compose(["rotation=co_living"])) != same


def test_composing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

    from hydra.core.global_hydra import GlobalHydra

    monkeypatch.chdir(tmp_path)
    handlers = list(logging.getLogger().handlers)
    compose(["service=bet_unit"])
    assert not GlobalHydra.instance().is_initialized()
    assert logging.getLogger().handlers == handlers
    assert list(tmp_path.iterdir()) == [], "Hydra makes no run folder"


def test_threads_may_compose_at_the_same_time() -> None:
    names = ["bet_unit", "soteria_berne", "heidenheim", "mixed_ward"] * 2
    found: dict[int, Scenario] = {}

    def work(i: int) -> None:
        found[i] = compose([f"service={names[i]}", f"ward.beds={10 + i}"])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(names))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {i: (s.choices["service"], s.ward.beds) for i, s in found.items()} == {
        i: (name, 10 + i) for i, name in enumerate(names)
    }


def test_hydra_is_imported_in_one_module_only() -> None:
    """Composition has one door: everything else works on plain trees."""
    import ast

    package = Path(sys.modules["wardsim"].__file__ or "").parent
    users = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in ("hydra", "omegaconf") for name in names):
                users.add(path.relative_to(package).as_posix())
    assert users == {"scenario/options.py", "scenario/overrides.py"}
