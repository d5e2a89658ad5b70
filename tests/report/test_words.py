"""Words are what people remember of a simulation: rounding, sentences and titles are checked by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wardsim.model.buffers import DAILY
from wardsim.observe.outcomes import OUTCOMES
from wardsim.report.describe import outcome_words
from wardsim.report.tables import difference_lines
from wardsim.report.words import (
    Finding,
    catalogue,
    inside,
    limits,
    number,
    rounding_step,
    safe_step,
    sentence,
    signed,
    title,
    together,
    unit_words,
)
from wardsim.scenario.register import load_register

NBSP = "\N{NO-BREAK SPACE}"


def finding(name: str, difference: float, low: float, high: float, **changes: Any) -> Finding:
    given: dict[str, Any] = {
        "outcome": outcome_words(name),
        "label": "Co-living",
        "baseline": "Three shifts",
        "n": 100,
        "mean_baseline": 20.0,
        "mean_alternative": 20.0 + difference,
        "difference": difference,
        "low": low,
        "high": high,
        "share_better": 0.83,
        "distinguishable": low > 0 or high < 0,
    }
    return Finding(**(given | changes))


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        (2.1, 10.2, 1.0),  # half-width 4.05: whole minutes
        (4.8, 7.4, 0.1),  # 1.3: the 1 in front keeps a second digit
        (3.0, 9.2, 1.0),  # 3.1
        (0.0101, 0.0325, 0.001),  # 0.0112
        (-180.0, 420.0, 100.0),  # 300: hundreds
        (5.0, 5.0, 0.0),  # no width, nothing to go by
        (math.nan, 1.0, 0.0),
    ],
)
def test_numbers_are_rounded_by_the_width_of_their_interval(low: float, high: float, step: float) -> None:
    assert rounding_step(low, high) == pytest.approx(step)


def test_rounding_never_lets_an_interval_touch_zero_that_does_not() -> None:
    """0.3 to 8.2 leaves out zero; whole numbers would print it as 0 to 8."""
    assert rounding_step(0.3, 8.2) == 1.0
    assert safe_step(4.2, 0.3, 8.2) == pytest.approx(0.1)
    assert safe_step(4.2, -0.3, 8.2) == 1.0


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (-0.04, 0.1, "0.0"),  # no minus sign before a zero
        (-3.26, 0.1, "−3.3"),
        (12345.6, 100.0, "12,300"),
        (0.0, 0.0, "0"),
        (10.25, 0.0, "10.25"),
        (7.0, 0.0, "7"),
        (math.nan, 0.1, "–"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, step: float, text: str) -> None:
    assert number(value, step) == text


def test_differences_carry_their_sign() -> None:
    assert [signed(x, 1.0) for x in (6.2, -6.2, 0.2)] == ["+6", "−6", "0"]


def test_a_distinguishable_difference_is_said_with_its_interval_and_how_often_it_was_better(
    phrases: Callable[..., None],
) -> None:
    phrases(one_to_one_minutes_per_patient_day=("amount", "one-to-one contact per patient-day"))
    text = sentence(finding("one_to_one_minutes_per_patient_day", 9.1, 5.3, 12.9))
    assert text == (
        f"About 9{NBSP}minutes more one-to-one contact per patient-day with co-living "
        f"(from 20{NBSP}min with three shifts; 95{NBSP}% interval 5 to 13; better in 83 of 100 replications)."
    )


def test_an_index_is_said_with_its_scale_and_what_the_baseline_has(phrases: Callable[..., None]) -> None:
    """0.03 higher says nothing to somebody who does not know that 0.05 of at most 1 is usual."""
    text = sentence(finding("knowledge_drop_per_handover", 0.032, 0.031, 0.033, mean_baseline=0.051))
    assert "(from 0.051 on a scale of 0 to 1 with three shifts; 95" in text
    text = sentence(finding("distinct_staff_per_week", -3.0, -5.1, -0.9))
    assert "(from 20 with three shifts; 95" in text


def test_less_is_said_as_less_and_the_interval_follows(phrases: Callable[..., None]) -> None:
    phrases(incidents_per_100_patient_days=("count", "incidents per 100 patient-days"))
    text = sentence(finding("incidents_per_100_patient_days", -0.5, -0.9, -0.1))
    assert text.startswith("About 0.5 fewer incidents per 100 patient-days with co-living")
    assert "interval 0.1 to 0.9" in text


def test_shares_differ_by_percentage_points(phrases: Callable[..., None]) -> None:
    phrases(preference_met_share=("level", "share of decisions as the person wished"))
    text = sentence(finding("preference_met_share", 0.062, 0.02, 0.104))
    assert "is about 6" + NBSP + "percentage points higher with co-living" in text


def test_ties_are_told_and_not_counted_as_better() -> None:
    """Three better, three equal and fourteen worse is not "better in 4 of 20"."""
    f = finding("one_to_one_minutes_per_patient_day", 2.0, -3.0, 7.0, n=20, share_better=4.5 / 20, n_equal=3)
    assert "better in 3 of 20 replications, equal in 3, worse in 14" in sentence(f)


def test_what_is_not_distinguishable_is_called_that() -> None:
    text = sentence(finding("one_to_one_minutes_per_patient_day", 2.0, -3.0, 7.0, share_better=0.61))
    assert "not distinguishable from three shifts at 100 replications" in text
    assert f"from −3 to +7{NBSP}minutes" in text
    assert "better in 61 of 100" in text


def test_an_interval_inside_what_matters_is_no_difference_that_matters() -> None:
    text = sentence(finding("one_to_one_minutes_per_patient_day", 0.4, -0.9, 1.7))
    assert "no difference that matters" in text
    assert f"the smallest that matters is 5{NBSP}minutes" in text


def test_in_how_many_replications_it_was_better_is_left_out_where_nothing_matters() -> None:
    """ "Worse in 16 of 20" beside a difference of nothing would be read as an alarm."""
    for low, high, said in ((-0.9, 1.7, "no difference that matters"), (0.1, 1.7, "too small to matter")):
        told = finding("one_to_one_minutes_per_patient_day", 0.4, low, high, share_better=0.2)
        assert difference_lines(told, False)[1:] == [said]
        assert "better in" not in sentence(told) or said == "too small to matter"
    open_one = finding("one_to_one_minutes_per_patient_day", 0.4, -6.0, 7.0, share_better=0.2)
    assert any("better in 20 of 100" in line for line in difference_lines(open_one, False))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1.0, 3.0, f"; below what would matter, 5{NBSP}minutes)"),
        (3.0, 9.0, "; it may be below what would matter, 5"),
        (6.0, 9.0, "replications)."),
    ],
)
def test_a_sure_difference_is_held_to_the_smallest_that_matters(low: float, high: float, said: str) -> None:
    assert said in sentence(finding("one_to_one_minutes_per_patient_day", (low + high) / 2, low, high))


def test_half_of_what_a_ward_has_is_told_where_it_is_the_measure() -> None:
    """A reader who meets two measures for one outcome is told where the smaller one comes from."""
    given = finding("one_to_one_minutes_per_patient_day", -1.5, -2.0, -1.0)
    halved = replace(given, outcome=replace(given.outcome, smallest_difference=given.mean_baseline / 2))
    said = sentence(halved)
    assert (
        f"matter, {given.mean_baseline / 2:.0f}{NBSP}minutes, half of what it is with three shifts)" in said
    )
    assert "half of what" not in sentence(given)


def test_sentences_survive_the_edges() -> None:
    """One replication, an outcome without any case, and the same value in every replication."""
    name = "one_to_one_minutes_per_patient_day"
    nan = math.nan
    assert "one replication is too few" in sentence(finding(name, 3.0, nan, nan, n=1, distinguishable=False))
    assert "nothing to count" in sentence(finding(name, nan, nan, nan, n=0, distinguishable=False))
    assert "the same with co-living in every replication" in sentence(finding(name, 0.0, 0.0, 0.0))


def test_nothing_is_better_where_neither_direction_is() -> None:
    neutral = finding("occupancy_share", 0.02, 0.01, 0.03, share_better=math.nan)
    assert neutral.gain == 0
    assert "better" not in sentence(neutral)


def test_a_title_says_the_finding_and_what_speaks_against_it() -> None:
    gain = finding("coc", 0.2, 0.1, 0.3)
    loss = finding("knowledge_drop_per_handover", 0.1, 0.05, 0.15)
    open_one = finding("coc", 0.01, -0.02, 0.04, label="48-hour duties")
    text = title([gain, open_one, loss], "Continuity")
    assert text.startswith("Continuity of care by person (COC): higher with co-living, not distinguishable")
    assert text.endswith("but knowledge lost at a handover higher with co-living")


def test_a_title_without_a_finding_says_so() -> None:
    text = title([finding("coc", 0.01, -0.02, 0.04)], "Continuity")
    assert text == "Continuity: no difference that matters can be told from chance at 100 replications"


def test_units_are_known_by_their_first_word_and_unknown_ones_stay() -> None:
    assert unit_words("min per patient-day").difference == " minutes"
    assert unit_words("share").scale == 100
    assert unit_words("NOK").difference == " NOK"
    assert unit_words("per 100 patient-days").difference == " per 100 patient-days"


def test_names_inside_a_sentence_keep_only_proper_capitals() -> None:
    assert [
        inside(x) for x in ("Co-living", "Soteria Berne", "BET unit", "48-hour duties", "Three shifts")
    ] == [
        "co-living",
        "Soteria Berne",
        "BET unit",
        "48-hour duties",
        "three shifts",
    ]


def test_lists_are_joined_as_in_speech() -> None:
    assert [together(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_the_limits_of_use_are_all_there() -> None:
    """What must stand in every place where results are shown."""
    text = " ".join(limits())
    for words in (
        "no evidence for fewer staff, for closures, or for more or less coercion",
        "not supported by evidence",
        "Coercion is never shown as a means to a better outcome",
        "police, another ward or a refused referral",
        "describes a real person",
        "Suicide and death are not simulated",
        "outranks what a simulation says",
        "Peer workers never replace nursing cover",
    ):
        assert words in text


def test_words_for_people_are_used_throughout_the_catalogue() -> None:
    """Labels name people as people; these words are not used for them."""
    text = str(dict(catalogue())).lower()
    for word in ("absconding", "case-mix", "frailty", "misfit", "case mix", "schizophren", "inmates"):
        assert word not in text


def test_words_for_people_are_used_in_the_register_too() -> None:
    """Labels and sources of parameters and outcomes stand in tables that people read."""
    said = [f"{row.label} {row.source}" for row in load_register()]
    said += [f"{outcome.label} {outcome.formula}" for outcome in OUTCOMES]
    for word in ("abscond", "containment", "case-mix", "frailty", "misfit", "inmates"):
        assert [text for text in said if word in text.lower()] == []


def test_every_primary_outcome_of_the_model_has_its_sentence() -> None:
    """The register of outcomes and the catalogue of words know the same names."""
    named = {outcome.name: outcome for outcome in OUTCOMES}
    phrases = catalogue()["outcomes"]
    assert set(phrases) <= set(named)
    assert {name for name, outcome in named.items() if outcome.primary} <= set(phrases)
    assert {phrase["form"] for phrase in phrases.values()} <= set(catalogue()["ways"])


def test_marks_and_pictures_name_outcomes_that_the_model_has() -> None:
    """A renamed outcome must not silently drop out of a warning or a chart."""
    names = {outcome.name for outcome in OUTCOMES}
    words = catalogue()
    for row in words["cover"]["rows"]:
        assert any(row in name for name in names), row
    for part in ("informal", "conversation", "session", "group", "meal", "household", "being_with", "crisis"):
        assert words["contact_outcomes"]["kinds"].format(part=part) in names
    for role in ("milieu_therapist", "doctor", "psychologist", "peer_worker", "other"):
        assert words["contact_outcomes"]["roles"].format(part=role) in names
    assert set(words["service_rows"]) <= names
    for beginning in words["for_people"]:
        assert any(name.startswith(beginning) for name in names), beginning
    for entry in words["daily"].values():
        assert {entry["top"], entry["bottom"]} <= set(DAILY.names or ())


def test_groups_and_directions_of_the_model_have_words() -> None:
    assert {outcome.group for outcome in OUTCOMES} <= set(catalogue()["groups"])
    assert {outcome.better for outcome in OUTCOMES} <= set(catalogue()["better"])


def test_digits_finer_than_a_tenth_of_what_matters_are_left_out() -> None:
    """With 10,000 replications an interval gets narrow; nobody needs the third decimal of a minute."""
    assert safe_step(6.123, 6.121, 6.125) == pytest.approx(0.001)
    assert safe_step(6.123, 6.121, 6.125, smallest=5.0) == pytest.approx(0.1)
    assert safe_step(0.02, 0.01, 0.03, smallest=5.0) == pytest.approx(0.01)  # still apart from zero


def test_a_title_claims_nothing_that_is_too_small_or_bought_with_coercion() -> None:
    sure = finding("coc", 0.2, 0.1, 0.3)
    small = finding("coc", 0.01, 0.005, 0.015, label="48-hour duties")
    bought = finding("coc", 0.2, 0.1, 0.3, label="Soteria Berne", counted=False, note="more coercion")
    text = title([sure, small, bought], "Continuity")
    assert "higher with co-living" in text
    assert "too small a difference to matter with 48-hour duties" in text
    assert "not counted as a gain with Soteria Berne" in text
    assert "no difference that matters" in title([small], "Continuity")
    alone = title([small, bought], "Continuity")
    assert alone == "Continuity: what can be told from chance is not counted as a gain with Soteria Berne"


def test_things_that_are_counted_need_no_unit(phrases: Callable[..., None]) -> None:
    phrases(distinct_staff_per_week=("count", "different staff met in a week"))
    assert sentence(finding("distinct_staff_per_week", -3.0, -5.1, -0.9)).startswith(
        "About 3 fewer different staff met in a week with co-living"
    )
    assert "people" not in sentence(finding("distinct_staff_per_week", 0.1, -0.9, 1.1))


def test_the_readme_holds_the_limits_of_use_word_for_word() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    words = " ".join(text.split())
    assert [limit for limit in limits() if limit not in words] == []
