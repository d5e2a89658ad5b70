"""Every mistake in a setting is answered in words, with the nearest name or the range; all at once."""

from __future__ import annotations

import pytest

from wardsim.scenario.compose import compose
from wardsim.scenario.problems import Problem, ScenarioError


def problems_of(*overrides: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        compose(overrides)
    return list(caught.value.problems)


def only(*overrides: str) -> Problem:
    problems = problems_of(*overrides)
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


@pytest.mark.parametrize(
    ("override", "path", "near"),
    [
        ("power.listning=0.3", "power.listning", "power.listening"),
        ("+power.listning=0.3", "power.listning", "power.listening"),
        ("++power.listning=0.3", "power.listning", "power.listening"),
        ("powr.listening=0.3", "powr.listening", "power.listening"),
        ("beds=12", "beds", "ward.beds"),
        ("rotatoin=co_living", "rotatoin", "rotation"),
        ("replicatons=10", "replicatons", "replications"),
        ("staffing.fte.milieu_terapist=3", "staffing.fte.milieu_terapist", "staffing.fte.milieu_therapist"),
        ("power.weights.plan.docter=0.1", "power.weights.plan.docter", "power.weights.plan.doctor"),
        ("power.weights.plann.doctor=0.1", "power.weights.plann", "power.weights.plan"),
        ("model.mechanisms.fatige=false", "model.mechanisms.fatige", "model.mechanisms.fatigue"),
        ("care.programme.lunsh.minutes=20", "care.programme.lunsh", "lunch"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(override: str, path: str, near: str) -> None:
    problem = only(override)
    assert problem.path == path
    assert near in problem.hint


@pytest.mark.parametrize(
    ("override", "near"),
    [
        ("service=soteria_bern", "soteria_berne"),
        ("rotation=co_livng", "co_living"),
        ("power=hierarchic", "hierarchical"),
    ],
)
def test_an_unknown_option_is_answered_with_the_right_ones(override: str, near: str) -> None:
    problem = only(override)
    assert near in problem.hint
    assert near in problem.message  # among the list of all


@pytest.mark.parametrize(
    ("override", "low_high"),
    [
        ("ward.beds=0", "1 to 500"),
        ("staffing.fte.doctor=-1", "0 to 500"),
        ("horizon_days=0", "1 to 3,650"),
        ("horizon_days=3650000", "1 to 3,650"),
        ("warmup_days=-1", "0 to 730"),
        ("power.listening=1.2", "0 to 1"),
        ("care.presence_norm=nan", "0 to 1"),
        ("ward.beds=true", "1 to 500"),
        ("ward.beds=ten", "1 to 500"),
        ("ward.units.0.share=2", "0 to 1"),
        ("replications=0", "1 to 100,000"),
        ("seed=-1", "0 to"),
        ("workers=0", "1 to"),
    ],
)
def test_a_number_out_of_range_is_answered_with_value_and_range(override: str, low_high: str) -> None:
    problem = only(override)
    assert problem.path == override.partition("=")[0]
    assert low_high in problem.message
    assert problem.value is not None


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("ward.beds=10.5", "whole number"),
        ("replications=1.5", "whole number"),
        ("ward.soft_room=perhaps", "true or false"),
        ("tables=3", "true or false"),
        ("ward.door=ajar", "open, partly_locked, locked"),
        ("rotation.shifts.D.start=7h", "time such as"),
        ("calendar.start_date=monday", "date such as"),
        ("calendar.start_date=9999-12-31", "outside the years 1900 to 2200"),
        ("calendar.start_date=0001-01-01", "outside the years 1900 to 2200"),
        ("staffing.fte=5", "names with values"),
        ("ward.beds.x=3", "single value"),
        ("ward.units.7.share=0.5", "count from 0"),
        ("ward={beds: 4}", "choose one of"),
        ("power.label=${oc.env:HOME}", "interpolations"),
        ("~ward.beds", "can't be taken out"),
        ("~care.programme.nothing", "nothing here"),
        ("power@elsewhere=hierarchical", "@"),
        ("name=a/b", "folder"),
        ("out=''", "folder"),
        ("ward.beds", "name=value"),
        ("ward.beds=(", "quotes"),
        (f"ward.beds={'9' * 5000}", "can't be read"),
        (f"ward.beds={'9' * 400}", "1 to 500"),
    ],
)
def test_a_value_of_the_wrong_kind_is_answered_in_words(override: str, words: str) -> None:
    problem = only(override)
    assert words in str(problem)


def test_weights_that_do_not_sum_to_one_are_shown_with_what_stands_there_now() -> None:
    problem = only("power.weights.plan.patient=0.9")
    assert problem.path == "power.weights.plan"
    assert "sum to 1" in problem.message
    assert "patient 0.9" in problem.hint


def test_shares_of_units_that_do_not_sum_to_one() -> None:
    problem = only("ward.units=[{name: a, share: 0.5}, {name: b, share: 0.4}]")
    assert problem.path == "ward.units"
    assert "0.9" in problem.message


def test_several_values_are_sent_to_compare() -> None:
    for override in ("rotation=three_shift,co_living", "power.listening=range(0,1,0.5)", "rotation=glob(*)"):
        assert "use compare" in only(override).message


def test_all_problems_are_reported_at_once_whatever_their_kind() -> None:
    paths = [
        p.path
        for p in problems_of(
            "service=soteria_bern",  # an option
            "rotatoin=x",  # a name
            "ward.beds=0",  # a range
            "ward.door=ajar",  # a choice
            "power.weights.plan.patient=0.9",  # a sum
            "staffing.fte.nurse=2",  # a role
            "horizon_days=10000",
            "replications=0",  # of the run
            "ward.beds=(",  # unreadable
            "change.on_day=500",  # a changeover without a change
        )
    ]
    assert paths == sorted(set(paths), key=paths.index), "nothing twice"
    assert set(paths) == {
        "service",
        "rotatoin",
        "ward.beds",
        "ward.door",
        "power.weights.plan",
        "staffing.fte.nurse",
        "horizon_days",
        "replications",
        "ward.beds=(",
        "change.on_day",
    }


def test_a_wrong_part_does_not_cause_complaints_about_the_whole() -> None:
    """The weight that can't be read is put back to the option's, so the sum of the rest says nothing."""
    paths = [p.path for p in problems_of("power.weights.plan.patient=1.5", "power.weights.plan.doctor=0")]
    assert paths == ["power.weights.plan.patient"]


def test_the_error_reads_as_a_list() -> None:
    with pytest.raises(ScenarioError) as caught:
        compose(["ward.beds=0", "beds=3"])
    lines = str(caught.value).splitlines()
    assert lines[0] == "2 problems:"
    assert all(line.startswith("  - ") for line in lines[1:])


def test_a_decimal_comma_is_told_from_a_list_of_values() -> None:
    assert "staffing.fte.doctor=1.5" in only("staffing.fte.doctor=1,5").hint
    assert "decimal" not in only("rotation=three_shift,co_living").hint


def test_spaces_around_the_sign() -> None:
    assert only("ward.beds = 12").hint.endswith("ward.beds=12")
    assert only("ward.beds =12").hint.endswith("ward.beds=12")


@pytest.mark.parametrize(
    ("called", "here"),
    [("nurse", "milieu_therapist"), ("psychiatrist", "doctor"), ("peer_support_worker", "peer_worker")],
)
def test_roles_by_the_names_wards_use(called: str, here: str) -> None:
    assert f"staffing.fte.{here}" in only(f"staffing.fte.{called}=2").hint


def test_a_whole_number_with_its_range() -> None:
    problem = only("ward.beds=[1,2]")
    assert (problem.path, problem.message) == (
        "ward.beds",
        "must be a whole number from 1 to 500, not a list",
    )
    assert "from 1 to 500" in only("ward.beds=2.5").message


def test_a_longest_stay_below_the_usual_one_is_refused() -> None:
    problem = only("service=community_centre", "patients.stay_median_days=100", "patients.stay_max_days=50")
    assert "patients.stay_max_days=50" in str(problem)
    assert "below patients.stay_median_days=100" in str(problem)
