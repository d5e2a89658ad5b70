"""compare: paired by replication, the same bytes for any number of workers, fair budgets, the same people."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.experiment.made_up import MadeUpModel, scenario
from wardsim.experiment.arms import unique_labels, with_same_people
from wardsim.experiment.compare import Comparison, compare
from wardsim.experiment.results import load_results
from wardsim.experiment.run import simulate
from wardsim.experiment.store import ResultsError, RunsFailed
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.schema import Scenario

COLUMNS = [
    "outcome", "unit", "baseline", "alternative", "n", "mean_baseline", "mean_alternative", "difference",
    "low", "high", "sd_difference", "share_better", "distinguishable",
]  # fmt: skip


def same(a: Comparison, b: Comparison) -> None:
    assert a.labels == b.labels
    assert a.scenarios == b.scenarios
    pd.testing.assert_frame_equal(a.outcomes, b.outcomes)
    pd.testing.assert_frame_equal(a.table, b.table)
    assert a.settings == b.settings
    assert (a.same_people is None) == (b.same_people is None)
    if a.same_people is not None and b.same_people is not None:
        same(a.same_people, b.same_people)


def test_the_table(model: MadeUpModel, three: list[Scenario]) -> None:
    comparison = compare(three, replications=60)
    table = comparison.table
    assert list(table["outcome"].unique()) == ["contact", "incidents", "occupancy", "undefined"]
    assert list(table["scenario"][:2]) == ["two", "three"]
    assert set(table["baseline"]) == {"one"}
    more, hardly = table.iloc[0], table.iloc[1]
    assert more["distinguishable"]
    assert more["words"] == "better"
    assert more["difference"] == pytest.approx(2, abs=0.4)  # 20 minutes x 0.1
    assert more["share_better"] > 0.95
    assert hardly["difference"] == pytest.approx(0.002)  # certain, because both have the same luck
    assert hardly["words"] == "distinguishable but below the smallest difference that matters"
    assert set(table.query("outcome == 'incidents'")["words"]) == {"not distinguishable"}
    assert comparison.same_people is None
    assert [d.path for d in comparison.settings] == ["care.presence_norm"]
    assert "2 of 8 paired differences distinguishable" in repr(comparison)


def test_pairing_removes_the_luck_that_scenarios_share(model: MadeUpModel, three: list[Scenario]) -> None:
    # what common random numbers are for: with independent seeds the same difference would be lost in noise
    paired = compare(three[:2], replications=80).table.iloc[0]
    a = simulate(three[0], replications=80, seed=1).values()["contact"]
    b = simulate(three[1], replications=80, seed=2).values()["contact"]
    assert paired["sd_difference"] < (b - a).std(ddof=1) / 4


def test_the_same_bytes_with_any_number_of_workers(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path
) -> None:
    model.seconds = 0.001
    for workers in (1, 2, 8):
        compare(three, replications=15, workers=workers, out=tmp_path / str(workers))
    for name in ("outcomes.parquet", "comparison.csv"):
        one = (tmp_path / "1" / name).read_bytes()
        assert (tmp_path / "2" / name).read_bytes() == one
        assert (tmp_path / "8" / name).read_bytes() == one


def test_the_same_bytes_after_an_interruption(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path
) -> None:
    def impatient(done: int, total: int) -> None:
        if done == 23:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(three, replications=15, out=tmp_path / "a", progress=impatient)
    assert not (tmp_path / "a" / "manifest.json").exists()
    lines: list[str] = []
    compare(three, replications=15, out=tmp_path / "a", say=lines.append)
    assert lines == ["23 of 45 runs already done, 22 to run"]
    compare(three, replications=15, out=tmp_path / "b")
    for name in ("outcomes.parquet", "comparison.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_ledger_of_contacts_is_kept_on_request_and_there_without(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path
) -> None:
    """It takes ten times the room of all else; whoever asks for it gets the same rows."""
    kept = compare(three, replications=4, out=tmp_path / "kept", contacts=True)
    without = compare(three, replications=4, out=tmp_path / "without")
    assert list((tmp_path / "kept").glob("*/contacts-*.parquet"))
    assert not list((tmp_path / "without").glob("*/contacts-*.parquet"))
    for one, two in zip(kept.results, without.results, strict=True):
        assert one.contacts.equals(two.contacts)
        assert one.daily.equals(two.daily)


def test_the_files_are_as_the_design_says(model: MadeUpModel, three: list[Scenario], tmp_path: Path) -> None:
    compare(three, replications=6, out=tmp_path)
    table = pq.read_table(str(tmp_path / "outcomes.parquet"))
    assert table.schema.names == ["scenario", "replication", "outcome", "value", "unit"]
    assert [str(t) for t in table.schema.types] == ["string", "int32", "string", "double", "string"]
    keys = list(zip(*(table.column(c).to_pylist() for c in ("scenario", "replication", "outcome"))))
    assert keys == sorted(keys)
    assert len(keys) == 3 * 6 * 4
    with (tmp_path / "comparison.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 2 * 4
    assert {row["distinguishable"] for row in rows} <= {"true", "false"}
    assert rows[-1]["difference"] == ""  # undefined stays empty
    frame = pd.read_csv(tmp_path / "comparison.csv")
    assert frame["distinguishable"].dtype == bool
    folders = sorted(p.name.rsplit("-", 1)[0] for p in tmp_path.iterdir() if p.is_dir())
    assert folders == ["one", "three", "two"]


def test_loading_gives_the_same_object(model: MadeUpModel, three: list[Scenario], tmp_path: Path) -> None:
    other = scenario("four", patients={"crisis_rate": 2.0})
    written = compare([*three, other], replications=6, out=tmp_path)
    loaded = load_results(tmp_path)
    assert isinstance(loaded, Comparison)
    same(written, loaded)
    same(compare([*three, other], replications=6), loaded)
    assert loaded.results[1].daily.equals(written.results[1].daily)
    # a later run of one scenario in the same folder leaves the comparison as it was
    simulate(three[1], replications=3, seed=9, out=tmp_path)
    same(written, load_results(tmp_path))  # type: ignore[arg-type]


def test_a_damaged_comparison_is_one_clear_error(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path
) -> None:
    first = compare(three, replications=6, out=tmp_path)
    for name in ("outcomes.parquet", "comparison.csv"):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[:-20])
        with pytest.raises(ResultsError, match=f"{name} is damaged"):
            load_results(tmp_path)
        same(first, compare(three, replications=6, out=tmp_path, say=lambda line: None))
        assert (tmp_path / name).read_bytes() == whole


def test_the_same_people_when_services_admit_others(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path
) -> None:
    calm = scenario("calm", presence=0.7, patients={"crisis_rate": 0.5})
    calls: list[tuple[int, int]] = []
    comparison = compare(
        [three[0], calm, three[1]],
        replications=30,
        out=tmp_path,
        progress=lambda done, total: calls.append((done, total)),
    )
    same_people = comparison.same_people
    assert same_people is not None
    assert same_people.labels == comparison.labels == ("one", "calm", "two")
    assert same_people.scenarios[1].patients == three[0].patients
    assert same_people.scenarios[1].care == calm.care
    assert same_people.scenarios[2] == three[1]
    assert calls[-1] == (4 * 30, 4 * 30)  # baseline and "two" serve both tables, "calm" runs twice

    def incidents(of: Comparison) -> float:
        rows = of.table.query("outcome == 'incidents' and scenario == 'calm'")
        return float(rows["difference"].iloc[0])

    assert incidents(comparison) < -0.5
    assert incidents(same_people) == 0
    assert (tmp_path / "comparison_same_people.csv").exists()
    assert len(same_people.results[1].stays) == 30 * 3  # not saved, computed again
    assert not list(tmp_path.glob("calm_same_people-*/stays*"))
    assert sorted(same_people.outcomes["scenario"].unique()) == ["calm", "one", "two"]


def test_the_second_table_rests_on_half_the_replications(
    model: MadeUpModel, three: list[Scenario], tmp_path: Path
) -> None:
    """Half are enough there and keep the wait short; all are run where fewer than fifty would be left."""
    calm = scenario("calm", presence=0.7, patients={"crisis_rate": 0.5})
    comparison = compare([three[0], calm], replications=120, out=tmp_path, say=lambda line: None)
    second = comparison.same_people
    assert second is not None
    assert set(comparison.table["n"]) <= {120, 0}
    assert set(second.table["n"]) <= {60, 0}
    first_60 = comparison.results[0].outcomes.query("outcome == 'contact' and replication < 60")["value"]
    row = second.table.query("outcome == 'contact'").iloc[0]
    assert row["mean_baseline"] == pytest.approx(first_60.mean()), "only replications that both have count"
    assert [sum(name == key for name, _ in model.ran) for key in ("one", "calm")] == [120, 180]
    loaded = load_results(tmp_path)
    assert isinstance(loaded, Comparison)
    same(comparison, loaded)

    model.ran.clear()
    same(comparison, compare([three[0], calm], replications=120, out=tmp_path, say=lambda line: None))
    assert model.ran == []
    assert [with_same_people(n) for n in (1, 49, 50, 99, 100, 200)] == [1, 49, 50, 50, 50, 100]


def test_a_wording_alone_does_not_make_other_people(model: MadeUpModel, ward: Scenario) -> None:
    renamed = scenario("other", presence=0.6, patients={"label": "Other words"})
    assert compare([ward, renamed], replications=2).same_people is None


def test_a_budget_is_taken_from_the_baseline(model: MadeUpModel, ward: Scenario) -> None:
    # the made-up roster gives 30 h of presence, 20 h of cover and 900 a week for each post; there are 13
    wanted = {"same_presence": 390.0, "same_cost": 11_700.0, "same_cover": 260.0, "same_paid_hours": None}
    for sizing, target in wanted.items():
        alternative = scenario("other", staffing={"sizing": sizing, "fte": {"milieu_therapist": 20.0}})
        compared = compare([ward, alternative], replications=2)
        assert compared.scenarios[1].staffing.sizing_target == target
        assert compared.scenarios[0].staffing.sizing_target is None
    own = scenario("other", staffing={"sizing": "same_cost", "sizing_target": 5000.0})
    assert compare([ward, own], replications=2).scenarios[1].staffing.sizing_target == 5000


def test_a_budget_holds_after_a_changeover_too(model: MadeUpModel, ward: Scenario) -> None:
    later = scenario("later", staffing={"sizing": "same_presence"})
    changing = scenario("changing", after=later, change_on_day=30)
    compared = compare([ward, changing], replications=2).scenarios[1]
    assert compared.staffing.sizing_target is None
    assert compared.after is not None
    assert compared.after.staffing.sizing_target == 390


def test_a_budget_that_is_too_small_is_refused(model: MadeUpModel, ward: Scenario) -> None:
    small = scenario("small", staffing={"fte": {"milieu_therapist": 2.0}})
    other = scenario("other", staffing={"sizing": "same_presence"})
    with pytest.raises(ScenarioError, match="night cover alone takes 100 h a week"):
        compare([small, other], replications=2)
    assert model.ran == []


def test_a_scenario_compared_with_itself_is_run_once(
    model: MadeUpModel, ward: Scenario, tmp_path: Path
) -> None:
    comparison = compare([ward, ward], replications=5, out=tmp_path)
    assert comparison.labels == ("ward", "ward (2)")
    assert len(model.ran) == 5
    assert (comparison.table["difference"].dropna() == 0).all()
    same(comparison, load_results(tmp_path))  # type: ignore[arg-type]


def test_failed_runs_leave_their_pairs_out(model: MadeUpModel, three: list[Scenario], tmp_path: Path) -> None:
    model.failing = {2}
    comparison = compare(three, replications=10, out=tmp_path)
    assert set(comparison.table.query("outcome == 'contact'")["n"]) == {9}
    assert [(f["scenario"], f["replication"]) for f in comparison.failures] == [
        ("one", 2),
        ("two", 2),
        ("three", 2),
    ]
    listed = json.loads((tmp_path / "manifest.json").read_text())["failures"]
    assert {"scenario", "key", "stage", "traceback"} <= set(listed[0])
    same(comparison, load_results(tmp_path))  # type: ignore[arg-type]
    model.failing = set(range(10))
    with pytest.raises(RunsFailed, match="All 10 runs of one failed"):
        compare(three, replications=10, seed=2)


def test_precision_uses_the_same_number_for_all(model: MadeUpModel, three: list[Scenario]) -> None:
    lines: list[str] = []
    comparison = compare(three, replications=10, precision=0.04, say=lines.append)
    n = comparison.manifest["precision"]["replications"]
    assert n > 10
    assert {len(result.replications) for result in comparison.results} == {n}
    assert lines[0].startswith(f"{n} replications used")


def test_labels_tell_scenarios_apart() -> None:
    def named(name: str, **choices: str) -> Scenario:
        return scenario(name, choices=choices)

    assert unique_labels([named("a"), named("b")]) == ("a", "b")
    assert unique_labels([named("w", rotation="x", power="p"), named("w", rotation="y", power="p")]) == (
        "x",
        "y",
    )
    same_choices = [named("w", rotation="x"), named("w", rotation="x")]
    assert unique_labels(same_choices) == ("w", "w (2)")
    assert unique_labels(same_choices, ["first", "second"]) == ("first", "second")
    with pytest.raises(ValueError, match="1 labels for 2"):
        unique_labels(same_choices, ["first"])


def test_one_scenario_is_no_comparison(model: MadeUpModel, ward: Scenario) -> None:
    with pytest.raises(ValueError, match="at least two scenarios"):
        compare([ward])
