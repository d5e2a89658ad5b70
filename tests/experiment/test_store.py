"""Results on disk: nothing half-written, nothing run twice, nothing lost, and damage said plainly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.experiment.made_up import MadeUpModel, scenario
from wardsim.experiment import whole
from wardsim.experiment.results import load_results
from wardsim.experiment.run import simulate
from wardsim.experiment.store import DiskFull, ResultsError, folder_name, run_key
from wardsim.experiment.whole import FolderLock, write_whole
from wardsim.scenario.saved import scenario_hash
from wardsim.scenario.schema import Scenario


@pytest.fixture
def lines() -> list[str]:
    return []


def folder_of(out: Path) -> Path:
    (folder,) = [path for path in out.iterdir() if path.is_dir()]
    return folder


def test_the_folder_holds_what_the_design_names(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    simulate(ward, replications=20, out=tmp_path)
    folder = folder_of(tmp_path)
    assert folder.name == f"ward-{scenario_hash(ward)[:8]}"
    kinds = {path.name.split("-")[0] for path in folder.iterdir()}
    tables = {"outcomes", "daily", "stays", "staff", "contacts"}
    assert kinds == tables | {"scenario.yaml", "breaches.csv", "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in (
        "command",
        "versions",
        "git",
        "scenario_hash",
        "seed",
        "model_version",
        "started",
        "finished",
    ):
        assert name in manifest
    assert manifest["state"] == "complete"
    assert manifest["seconds"] > 0
    for part in manifest["parts"]:
        for entry in part["files"].values():
            assert (folder / entry["file"]).stat().st_size == entry["bytes"]
    assert len(list(folder.iterdir())) == 3 + 5 * 10


def test_outcome_parts_can_be_read_by_any_tool(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    simulate(ward, replications=3, out=tmp_path)
    part = min(folder_of(tmp_path).glob("outcomes-*"))
    schema = pq.read_schema(part)
    assert schema.names == ["scenario", "replication", "outcome", "value", "unit"]
    assert [str(t) for t in schema.types] == ["string", "int32", "string", "double", "string"]


def test_what_is_there_is_not_run_again(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, lines: list[str]
) -> None:
    first = simulate(ward, replications=8, out=tmp_path, say=lines.append)
    assert lines == []
    model.ran.clear()
    again = simulate(ward, replications=8, out=tmp_path, say=lines.append)
    assert lines == ["8 of 8 runs already done, 0 to run"]
    assert model.ran == []
    assert again.outcomes.equals(first.outcomes)
    more = simulate(ward, replications=20, out=tmp_path, say=lines.append)
    assert lines[1:] == ["8 of 20 runs already done, 12 to run"]
    assert sorted(r for _, r in model.ran) == list(range(8, 20))
    assert more.outcomes.equals(simulate(ward, replications=20).outcomes)
    assert more.daily.equals(simulate(ward, replications=20).daily)


def test_fewer_replications_show_fewer_and_delete_none(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, lines: list[str]
) -> None:
    simulate(ward, replications=20, out=tmp_path)
    few = simulate(ward, replications=5, out=tmp_path, say=lines.append)
    assert few.replications == tuple(range(5))
    assert set(few.stays["replication"]) == set(range(5))
    assert few.outcomes.equals(simulate(ward, replications=5).outcomes)
    simulate(ward, replications=20, out=tmp_path, say=lines.append)
    assert lines == ["5 of 5 runs already done, 0 to run", "20 of 20 runs already done, 0 to run"]


def test_another_seed_or_model_is_run_anew_and_keeps_the_old(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, lines: list[str]
) -> None:
    first = simulate(ward, replications=6, seed=1, out=tmp_path)
    second = simulate(ward, replications=6, seed=2, out=tmp_path, say=lines.append)
    assert second.outcomes.equals(simulate(ward, replications=6, seed=2).outcomes)
    model.version = "made-up-2"
    simulate(ward, replications=6, seed=1, out=tmp_path, say=lines.append)
    assert lines == []
    model.version = "made-up-1"
    model.ran.clear()
    back = simulate(ward, replications=6, seed=1, out=tmp_path, say=lines.append)
    assert model.ran == []
    assert lines == ["6 of 6 runs already done, 0 to run"]
    assert back.outcomes.equals(first.outcomes)


def test_runs_without_tables_are_run_again_when_tables_are_wanted(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    simulate(ward, replications=6, out=tmp_path, tables=False)
    simulate(ward, replications=2, out=tmp_path)
    full = simulate(ward, replications=6, out=tmp_path, say=lambda line: None)
    assert full.outcomes.equals(simulate(ward, replications=6).outcomes)
    assert full.contacts.equals(simulate(ward, replications=6).contacts)


@pytest.mark.parametrize("what", ["outcomes", "contacts"])
@pytest.mark.parametrize("how", ["cut", "changed", "removed"])
def test_a_damaged_part_is_found_and_only_its_runs_are_run_again(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, lines: list[str], what: str, how: str
) -> None:
    kept = simulate(ward, replications=20, out=tmp_path)
    frames = kept.outcomes, kept.contacts
    before = {p.name: p.read_bytes() for p in folder_of(tmp_path).glob("*.parquet")}
    path = sorted(folder_of(tmp_path).glob(f"{what}-*"))[2]
    data = bytearray(path.read_bytes())
    if how == "removed":
        path.unlink()
    else:
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data if how == "changed" else data[:50])
    with pytest.raises(ResultsError, match=rf"{path.name} is damaged.*Nothing was changed"):
        load_results(tmp_path).contacts
    model.ran.clear()
    mended = simulate(ward, replications=20, out=tmp_path, say=lines.append)
    assert sorted(r for _, r in model.ran) == [4, 5]
    assert lines[0].endswith("is damaged; its runs are run again")
    assert lines[1] == "18 of 20 runs already done, 2 to run"
    assert mended.outcomes.equals(frames[0])
    assert mended.contacts.equals(frames[1])
    assert {p.name: p.read_bytes() for p in folder_of(tmp_path).glob("*.parquet")} == before


@pytest.mark.parametrize("text", ["", "{", '{"format": 2}', "[]", '{"format": 2, "kind": "run"}', "\x00\x01"])
def test_a_damaged_manifest_is_one_clear_error_and_nothing_is_touched(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, text: str
) -> None:
    simulate(ward, replications=6, out=tmp_path)
    manifest = folder_of(tmp_path) / "manifest.json"
    manifest.write_text(text)
    before = {p.name: p.read_bytes() for p in folder_of(tmp_path).iterdir()}
    for attempt in (lambda: load_results(tmp_path), lambda: simulate(ward, replications=6, out=tmp_path)):
        with pytest.raises(ResultsError, match=r"manifest.json is damaged: .*Nothing was changed"):
            attempt()
    assert {p.name: p.read_bytes() for p in folder_of(tmp_path).iterdir()} == before


def test_a_manifest_with_a_changed_scenario_is_refused(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    simulate(ward, replications=2, out=tmp_path)
    path = folder_of(tmp_path) / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["scenario"]["ward"]["beds"] = 12
    path.write_text(json.dumps(manifest))
    with pytest.raises(ResultsError, match="it is not what was written"):
        load_results(tmp_path)


def test_a_folder_of_a_later_format_is_named_as_such(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    simulate(ward, replications=2, out=tmp_path)
    path = folder_of(tmp_path) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(ResultsError, match="another version of wardsim"):
        load_results(tmp_path)


def test_no_results_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="There is no folder"):
        load_results(tmp_path / "nowhere")
    with pytest.raises(ResultsError, match="holds no results"):
        load_results(tmp_path)


def test_a_folder_that_cannot_be_written_is_said_before_any_run(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ResultsError, match=r"Can't write .*file.*Choose another folder with out=FOLDER"):
            simulate(ward, replications=2, out=out)
    assert model.ran == []
    assert (tmp_path / "file").read_text() == "mine"


def test_two_programs_do_not_write_into_one_folder(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    simulate(ward, replications=2, out=tmp_path)
    lock = FolderLock(folder_of(tmp_path))
    with pytest.raises(ResultsError, match="Another wardsim is writing"):
        simulate(ward, replications=4, out=tmp_path)
    lock.release()
    assert len(simulate(ward, replications=4, out=tmp_path, say=lambda line: None).replications) == 4


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table"
    write_whole(path, b"old")

    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole.os, "fsync", no_room)
    with pytest.raises(DiskFull, match=r"No room to write .*finished runs are not repeated"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["table"]


def test_leftovers_of_a_killed_program_are_tidied(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    simulate(ward, replications=2, out=tmp_path)
    folder = folder_of(tmp_path)
    (folder / ".daily-00000-00001-abcdef01.parquet.99.part").write_bytes(b"half")
    (folder / "daily-00007-00009-abcdef01.parquet").write_bytes(b"written, but the manifest was not")
    (folder / "notes.txt").write_text("somebody's own")
    simulate(ward, replications=4, out=tmp_path, say=lambda line: None)
    names = {p.name for p in folder.iterdir()}
    assert not any(name.endswith(".part") or "abcdef01" in name for name in names)
    assert "notes.txt" in names


def test_ctrl_c_keeps_what_was_finished(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, lines: list[str]
) -> None:
    def impatient(done: int, total: int) -> None:
        if done == 33:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(ward, replications=100, out=tmp_path, progress=impatient)
    manifest = json.loads((folder_of(tmp_path) / "manifest.json").read_text())
    assert manifest["state"] == "interrupted"
    assert len(load_results(tmp_path).replications) == 33  # whole blocks and the one that was under way
    rest = simulate(ward, replications=100, out=tmp_path, say=lines.append)
    assert lines == ["33 of 100 runs already done, 67 to run"]
    assert rest.outcomes.equals(simulate(ward, replications=100).outcomes)
    assert rest.staff.equals(simulate(ward, replications=100).staff)


def test_keys_name_scenario_seed_replication_and_model() -> None:
    keys = {
        run_key(*key)
        for key in [("a", 1, 2, "v"), ("b", 1, 2, "v"), ("a", 2, 2, "v"), ("a", 1, 3, "v"), ("a", 1, 2, "w")]
    }
    assert len(keys) == 5


@pytest.mark.parametrize(
    ("label", "start"),
    [
        ("three_shift, open_dialogue", "three_shift_open_dialogue-"),
        ("../../etc/passwd", "etc_passwd-"),
        ("døgn", "døgn-"),
        ("", "scenario-"),
        ("x" * 300, "x" * 60 + "-"),
    ],
)
def test_folder_names_are_safe(label: str, start: str) -> None:
    name = folder_name(label, "0123456789abcdef")
    assert name == start + "01234567"


def test_a_label_from_outside_cannot_leave_the_folder(model: MadeUpModel, tmp_path: Path) -> None:
    results = simulate(scenario("../escape"), replications=1, out=tmp_path / "out")
    assert results.folder is not None
    assert results.folder.parent == tmp_path / "out"


def test_reading_without_pandas(model: MadeUpModel, ward: Scenario) -> None:
    values: dict[str, Any] = simulate(ward, replications=5).values()
    assert set(values) == {"contact", "incidents", "occupancy", "undefined"}
    assert len(values["contact"]) == 5
