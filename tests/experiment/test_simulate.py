"""simulate: what comes back, what it depends on (scenario and seed alone), and what a failed run does."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.experiment.made_up import MadeUpModel, scenario
from wardsim.experiment.compare import compare
from wardsim.experiment.results import Results, load_results
from wardsim.experiment.run import simulate
from wardsim.experiment.store import ResultsError, RunsFailed, run_key
from wardsim.scenario.saved import scenario_hash
from wardsim.scenario.schema import Scenario


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.parquet")}


def same_frames(a: Results, b: Results) -> None:
    for name in ("outcomes", "daily", "stays", "staff", "contacts"):
        pd.testing.assert_frame_equal(getattr(a, name), getattr(b, name))


def test_outcomes_are_tidy(model: MadeUpModel, ward: Scenario) -> None:
    results = simulate(ward, replications=7, workers=2)
    frame = results.outcomes
    assert list(frame.columns) == ["scenario", "replication", "outcome", "value", "unit"]
    assert len(frame) == 7 * 4
    assert frame["replication"].dtype == "int32"
    assert frame.sort_values(["scenario", "replication", "outcome"]).equals(frame)
    assert set(frame.loc[frame["outcome"] == "contact", "unit"]) == {"min"}
    assert frame.loc[frame["outcome"] == "undefined", "value"].isna().all()
    assert repr(results) == "<Results of ward: 7 replications of 90 days, seed 1>"


def test_summary_puts_primary_outcomes_first(model: MadeUpModel, ward: Scenario) -> None:
    summary = simulate(ward, replications=30).summary()
    assert list(summary["outcome"]) == ["contact", "incidents", "occupancy", "undefined"]
    contact = summary.iloc[0]
    assert contact["n"] == 30
    assert contact["low"] < contact["mean"] < contact["high"]
    assert summary.iloc[3]["n"] == 0


def test_intervals_end_where_their_outcomes_do(model: MadeUpModel, ward: Scenario) -> None:
    """Two replications of a rare thing: the interval would reach below nought."""
    ends = [
        simulate(ward, replications=2, seed=seed).summary().set_index("outcome").loc["incidents", "low"]
        for seed in range(10)
    ]
    assert min(ends) == 0
    assert max(ends) > 0


def test_results_do_not_depend_on_workers(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    model.seconds = 0.002
    for workers in (1, 2, 8):
        simulate(ward, replications=23, workers=workers, seed=4, out=tmp_path / str(workers))
    one = files_of(tmp_path / "1")
    assert len(one) == 5 * 8  # blocks of three runs, five tables each
    assert files_of(tmp_path / "2") == one
    assert files_of(tmp_path / "8") == one


def test_saved_and_unsaved_results_are_the_same(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    kept = simulate(ward, replications=12, out=tmp_path)
    same_frames(kept, load_results(tmp_path))
    same_frames(kept, load_results(next(tmp_path.iterdir())))
    same_frames(kept, simulate(ward, replications=12))
    same_frames(kept, simulate(ward, replications=12, out=tmp_path / "lean", tables=False))
    assert load_results(tmp_path / "lean").scenario == ward
    assert not list((tmp_path / "lean").rglob("daily*"))


def test_one_replication_can_be_replayed(model: MadeUpModel, ward: Scenario) -> None:
    results = simulate(ward, replications=4)
    replayed = results.replay(2)["daily"]
    expected = results.daily.query("replication == 2").reset_index(drop=True)
    pd.testing.assert_frame_equal(replayed, expected)


def test_events_are_there_on_request(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    plain = simulate(ward, replications=4, out=tmp_path)
    assert not list(tmp_path.rglob("events*"))
    logged = simulate(ward, replications=4, out=tmp_path, events=True)
    assert list(tmp_path.rglob("events*"))
    assert len(logged.events) == 4 * 3
    pd.testing.assert_frame_equal(plain.events, logged.events)
    pd.testing.assert_frame_equal(plain.stays, logged.stays)


def test_unsaved_tables_are_not_made_up_by_a_changed_model(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    simulate(ward, replications=3, out=tmp_path, tables=False)
    model.version = "made-up-2"
    with pytest.warns(UserWarning, match="another version of wardsim"):
        results = load_results(tmp_path)
    with pytest.raises(ResultsError, match="the model has changed since"):
        results.daily


def test_seeds_differ_and_repeat(model: MadeUpModel, ward: Scenario) -> None:
    first, again, other = (simulate(ward, replications=5, seed=seed).outcomes for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_progress_counts_every_run_in_the_main_thread(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    simulate(ward, replications=4, out=tmp_path)
    calls: list[Any] = []
    simulate(
        ward,
        replications=10,
        out=tmp_path,
        progress=lambda done, total: calls.append((done, total, threading.current_thread())),
        say=lambda line: None,
    )
    assert [call[:2] for call in calls] == [(n, 10) for n in range(4, 11)]
    assert {call[2] for call in calls} == {threading.main_thread()}


@pytest.mark.parametrize("stage", ["simulation", "outcomes"])
def test_a_failed_run_is_listed_and_the_rest_finishes(
    model: MadeUpModel, ward: Scenario, tmp_path: Path, stage: str
) -> None:
    model.failing, model.failing_stage = {3, 5}, stage
    for results in (
        simulate(ward, replications=12, out=tmp_path),
        load_results(tmp_path),
        simulate(ward, replications=12),
    ):
        assert results.replications == (0, 1, 2, 4, 6, 7, 8, 9, 10, 11)
        first, second = results.failures
        assert (first["replication"], second["replication"]) == (3, 5)
        assert first["stage"] == stage
        assert first["key"] == run_key(scenario_hash(ward), 1, 3, "made-up-1")
        assert "a made-up fault" in first["traceback"]
        assert "made_up.py" in first["traceback"]
        assert "10 of 12 replications" in repr(results)
        assert "2 failed" in repr(results)
    model.failing = set()
    lines: list[str] = []
    mended = simulate(ward, replications=12, out=tmp_path, say=lines.append)
    assert lines == ["10 of 12 runs already done, 2 to run"]
    assert not mended.failures
    assert mended.outcomes.equals(simulate(ward, replications=12).outcomes)


def test_not_one_success_is_an_error(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    model.failing = {0, 1, 2}
    for out in (None, tmp_path):
        words = r"(?s)All 3 runs of ward failed.*stage simulation.*a made-up fault"
        with pytest.raises(RunsFailed, match=words):
            simulate(ward, replications=3, out=out)
    assert len(load_results(tmp_path).failures) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replications": 0}, "replications=0"),
        ({"workers": 0}, "workers=0"),
        ({"seed": -1}, "seed=-1"),
        ({"seed": 1.5}, "seed=1.5"),
        ({"seed": True}, "seed=True"),
        ({"seed": "x"}, "seed='x'"),
        ({"precision": 0.0}, "precision=0"),
        ({"precision": 5.0}, "precision=5"),
    ],
)
def test_senseless_numbers_are_refused(
    model: MadeUpModel, ward: Scenario, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        simulate(ward, **options)


def test_precision_adds_replications_until_it_is_reached(model: MadeUpModel, ward: Scenario) -> None:
    lines: list[str] = []
    results = simulate(ward, replications=10, precision=0.03, say=lines.append)
    n = len(results.replications)
    assert n > 10
    summary = results.summary().set_index("outcome")
    for name in ("contact", "incidents"):
        half = (summary.loc[name, "high"] - summary.loc[name, "low"]) / 2
        assert half <= 0.03 * summary.loc[name, "mean"]
    assert lines == [f"{n} replications used: every primary outcome is known to ±3% of its mean or better"]
    assert results.outcomes.equals(simulate(ward, replications=n).outcomes)


def test_precision_out_of_reach_stops_at_the_cap_and_says_so(model: MadeUpModel, ward: Scenario) -> None:
    lines: list[str] = []
    results = simulate(ward, replications=100, precision=0.0001, say=lines.append)
    assert len(results.replications) == 2000
    assert "2000 replications used (the most allowed): ±0.01% of the mean was not reached for" in lines[0]


def test_the_wait_for_the_compiler_is_announced(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    lines: list[str] = []
    model.compiled = False
    simulate(ward, replications=2, out=tmp_path, say=lines.append)
    assert lines == ["First run of this version: the model is compiled now, once, which takes about a minute"]
    simulate(ward, replications=2, out=tmp_path, say=lines.append)
    assert lines[1:] == ["2 of 2 runs already done, 0 to run"]


def test_the_program_loads_nothing_heavy_before_it_is_asked(tmp_path: Path) -> None:
    # a planner who asks for help must not wait for pandas; mesa would change how processes start
    code = (
        "import sys, wardsim.experiment.run, wardsim.experiment.compare, wardsim.experiment.results\n"
        "heavy = ('mesa', 'pandas', 'plotly', 'scipy.stats', 'numba', 'hydra')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    checkout = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_memory_holds_only_a_few_runs_at_a_time(model: MadeUpModel, ward: Scenario, tmp_path: Path) -> None:
    # the writer is slower than the workers here; they must wait for it instead of piling up tables
    behind: list[int] = []

    def slow(done: int, total: int) -> None:
        behind.append(len(model.ran) - done)
        threading.Event().wait(0.002)

    simulate(ward, replications=60, workers=2, out=tmp_path, progress=slow)
    assert max(behind) <= 2 * 2 + 2 + 1


def test_scenarios_of_the_same_name_do_not_collide(model: MadeUpModel, tmp_path: Path) -> None:
    a, b = scenario("ward", presence=0.2), scenario("ward", presence=0.9)
    kept_a = simulate(a, replications=4, out=tmp_path)
    kept_b = simulate(b, replications=4, out=tmp_path)
    assert kept_a.folder != kept_b.folder
    assert load_results(kept_a.folder or "").outcomes.equals(simulate(a, replications=4).outcomes)
    assert load_results(kept_b.folder or "").outcomes.equals(simulate(b, replications=4).outcomes)
    with pytest.raises(ResultsError, match=r"several scenarios. Name one of: ward-.*, ward-"):
        load_results(tmp_path)


def test_no_thread_is_left_computing_when_a_batch_ends_early(model: MadeUpModel, ward: Scenario) -> None:
    # a thread still in the engine while Python shuts down aborts the process (seen: status -6, not 130)
    endless = threading.Event()

    def run(scenario: Scenario, seed: int, replication: int) -> dict[str, Any]:
        if replication < 2:
            return MadeUpModel.run(model, scenario, seed, replication)
        while not endless.is_set():
            pass
        return {}

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    model.run = run  # type: ignore[method-assign]
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        simulate(ward, replications=10, workers=2, progress=stop)
    assert threading.active_count() == before


def test_what_is_no_scenario_is_refused_with_the_way_to_one(ward: Scenario) -> None:
    for attempt in (lambda: simulate("soteria_berne"), lambda: compare([ward, "soteria_berne"])):  # type: ignore[arg-type, list-item]
        with pytest.raises(TypeError, match="load_scenario"):
            attempt()
