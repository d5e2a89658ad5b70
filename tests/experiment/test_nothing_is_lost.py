"""What was computed is kept, and what is kept is never taken for something else, whatever comes in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.experiment.made_up import MadeUpModel, scenario
from wardsim.experiment.compare import compare
from wardsim.experiment.manifest import MANIFEST
from wardsim.experiment.precision import Precision
from wardsim.experiment.results import load_results
from wardsim.experiment.run import simulate
from wardsim.experiment.store import ResultsError, RunFolder
from wardsim.experiment.whole import FolderLock
from wardsim.scenario.schema import Scenario


def _only_folder(root: Path) -> Path:
    (folder,) = (path for path in root.iterdir() if path.is_dir())
    return folder


def test_a_thread_that_ends_by_itself_stops_everything(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its other runs would be missing in results that call themselves complete."""
    honest = model.run

    def run(scenario: Scenario, seed: int, replication: int) -> dict[str, Any]:
        if replication == 2:
            raise SystemExit(3)
        return honest(scenario, seed, replication)

    monkeypatch.setattr(model, "run", run)
    with pytest.raises(RuntimeError, match="a run ended its thread"):
        simulate(ward, replications=6, workers=1, out=tmp_path)
    manifest = json.loads((_only_folder(tmp_path) / MANIFEST).read_text())
    assert manifest["state"] == "interrupted"
    assert sorted(r for part in manifest["parts"] for r in part["replications"]) == [0, 1]


def test_ctrl_c_while_a_part_is_written_loses_no_run_of_it(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, calls = RunFolder.add, []

    def add(self: RunFolder, outcomes: Mapping[int, Any], *others: Any) -> None:
        calls.append(sorted(outcomes))
        if len(calls) == 1:
            raise KeyboardInterrupt
        honest(self, outcomes, *others)

    monkeypatch.setattr(RunFolder, "add", add)
    with pytest.raises(KeyboardInterrupt):
        simulate(ward, replications=40, workers=1, out=tmp_path)
    assert calls[0] == [0, 1, 2, 3]  # a tenth of them
    assert set(calls[0]) <= set(load_results(tmp_path).replications)


def test_a_run_that_failed_is_told_once_even_if_its_part_is_kept_twice(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.failing = {1}
    honest, calls = RunFolder.add, []

    def add(self: RunFolder, *given: Any) -> None:
        calls.append(given)
        honest(self, *given)
        if len(calls) == 1:
            raise KeyboardInterrupt  # after it was written

    monkeypatch.setattr(RunFolder, "add", add)
    with pytest.raises(KeyboardInterrupt):
        simulate(ward, replications=40, workers=1, out=tmp_path)
    results = load_results(tmp_path)
    assert [failure["replication"] for failure in results.failures] == [1]
    assert len(results.outcomes) == len(results.outcomes.drop_duplicates(["replication", "outcome"]))


def test_tables_saved_before_stay_when_fewer_are_asked_for(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    first = simulate(ward, replications=3, out=tmp_path)
    daily = first.daily
    simulate(ward, replications=3, out=tmp_path, tables=False, events=True)
    model.version = "made-up-2"  # nothing can be computed again: it is read, or it is lost
    with pytest.warns(UserWarning, match="another version of wardsim"):
        loaded = load_results(tmp_path)
    assert loaded.daily.equals(daily)
    assert len(loaded.events) == 9


def test_tables_of_an_earlier_comparison_do_not_stay_beside_the_next(
    model: MadeUpModel, tmp_path: Path
) -> None:
    ward, other = scenario("ward"), scenario("other", presence=0.8)
    compare([ward, scenario("fuller", patients={"crisis_rate": 2.0})], replications=4, out=tmp_path)
    assert (tmp_path / "comparison_same_people.csv").exists()
    compare([ward, other], replications=4, out=tmp_path)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
        "outcomes.parquet", "comparison.csv", MANIFEST,
    }  # fmt: skip


def test_two_comparisons_do_not_write_into_one_folder(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path
) -> None:
    lock = FolderLock(tmp_path)
    try:
        with pytest.raises(ResultsError, match="Another wardsim is writing"):
            compare(three, replications=3, out=tmp_path)
    finally:
        lock.release()
    assert model.ran == []
    compare(three, replications=3, out=tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("parts", [{}]), ("parts", []), ("parts", 5), ("replications", "x"), ("replications", 400),
     ("failures", None), ("seed", None)],
)  # fmt: skip
def test_a_manifest_that_somebody_changed_is_one_clear_error(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, name: str, value: Any
) -> None:
    simulate(ward, replications=4, out=tmp_path)
    path = _only_folder(tmp_path) / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    with pytest.raises(ResultsError, match="is damaged: it is not what was written"):
        load_results(tmp_path)


@pytest.mark.parametrize("name", ["labels", "scenarios", "files"])
def test_a_comparison_whose_manifest_was_changed_is_one_clear_error(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path, name: str
) -> None:
    compare(three, replications=3, out=tmp_path)
    path = tmp_path / MANIFEST
    manifest = json.loads(path.read_text())
    shorter = dict(list(manifest[name].items())[1:]) if name == "files" else manifest[name][1:]
    path.write_text(json.dumps({**manifest, name: shorter}))
    with pytest.raises(ResultsError, match="is damaged: it is not what was written"):
        load_results(tmp_path)


def test_precision_is_not_reached_by_what_was_not_measured(model: MadeUpModel) -> None:
    """One replication has a mean and no interval; an outcome seen once in ten has neither."""
    once = Precision(0.05, 1, cap=1)
    assert once.next({"ward": {"contact": [40.0], "incidents": [1.0]}}) is None
    assert "was not reached for contact (not known at all), incidents (not known at all)" in once.sentence()
    assert once.as_dict()["half_widths"] == {"contact": None, "incidents": None}
    nan = float("nan")
    rare = Precision(0.05, 3)
    assert rare.next({"ward": {"contact": [40.0, 40.1, 40.0], "incidents": [nan, nan, 1.0]}}) == 9
    none = Precision(0.05, 3)
    assert none.next({"ward": {"contact": [40.0, 40.1, 40.0], "incidents": [nan, nan, nan]}}) is None
    quiet = Precision(0.05, 3)
    assert quiet.next({"ward": {"contact": [40.0, 40.1, 40.0], "incidents": [0.0, 0.0, 0.0]}}) is None
    either = Precision(0.05, 2)
    assert either.next({"ward": {"contact": [-1.0, 1.0]}}) == 6
