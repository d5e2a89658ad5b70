"""What the command line prints: complete at 80 and 120 columns, without colour, in ASCII if need be."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from wardsim.report.reading import findings
from wardsim.report.terminal import show_comparison, show_results


def printed(comparison: Any, width: int, **options: Any) -> str:
    stream = io.StringIO()
    show_comparison(comparison, Console(file=stream, width=width, highlight=False), **options)
    return stream.getvalue()


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_cut_or_too_long(comparison: Any, width: int) -> None:
    text = printed(comparison, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    for words in ("One-to-one contact per", "better in 100 of 100", "not distinguishable", "Legal status"):
        assert words in text


def test_rota_comes_first_then_settings_then_primary_outcomes(comparison: Any) -> None:
    text = squeezed(printed(comparison, 120))
    places = [
        text.index(words)
        for words in (
            "Legal status",
            "Longest shift",
            "Waking milieu staff-hours",
            "Settings that differ",
            "Rotation: Three-shift · Co-living · 48-hour",
            "single settings that differ inside these options: 1",
            "Paired differences from Three-shift",
            "Decided as the person wished",
            "One-to-one contact per patient-day",
            "No evidence for fewer staff",
        )
    ]
    assert places == sorted(places)
    assert "KSS" not in text
    found = findings(comparison)
    hidden = len({f.outcome.name for f in found if not f.outcome.primary})
    assert f"Further outcomes, in the report and the workbook: {hidden}." in text


def test_everything_can_be_asked_for(comparison: Any) -> None:
    text = squeezed(printed(comparison, 120, everything=True))
    assert "Sleepiness at night (KSS)" in text
    assert text.index("Sick leave") < text.index("Sleepiness at night")
    assert "in the report and the workbook" not in text


def test_a_mark_stands_beside_every_result(comparison: Any) -> None:
    last = comparison.scenarios[2]
    staffing = last.staffing.model_copy(update={"fte": {**last.staffing.fte, "milieu_therapist": 9.0}})
    fewer = replace(
        comparison, scenarios=(*comparison.scenarios[:2], last.model_copy(update={"staffing": staffing}))
    )
    text = printed(fewer, 120)
    primary = text[text.index("Paired differences") :]
    assert primary.count("not supported by evidence") >= primary.count("better in") / 2
    assert "Overtime" in primary


def test_the_same_people_come_second(comparison: Any) -> None:
    text = squeezed(printed(replace(comparison, same_people=comparison), 120))
    assert text.index("Paired differences from") < text.index("The same people in every scenario")
    said = "page 1 of the report judges by that one"
    assert text.index(said) < text.index("Paired differences from"), (
        "before the table that misleads without it"
    )
    assert said not in squeezed(printed(comparison, 120))


def test_breaches_counted_on_different_bases_are_not_compared_in_silence(comparison: Any) -> None:
    """None under a union's agreement beside thousands under the statute says nothing about the two rotas."""
    first, *others = comparison.scenarios
    agreed = first.rotation.model_copy(update={"legal_basis": "union_agreement"})
    unlike = (first.model_copy(update={"rotation": agreed}), *others)
    breaking = (comparison.rosters[0], *(replace(r, breaches_per_year=300.0) for r in comparison.rosters[1:]))
    said = "breaches are not counted alike; rotation.legal_basis=statute"
    assert said in squeezed(printed(replace(comparison, scenarios=unlike, rosters=breaking), 120))
    assert said not in squeezed(printed(replace(comparison, rosters=breaking), 120)), "one basis"
    assert said not in squeezed(printed(replace(comparison, scenarios=unlike), 120)), "nothing to count"


def test_it_prints_where_only_ascii_can_be_written(comparison: Any) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    show_comparison(comparison, Console(file=stream, width=80, highlight=False))
    stream.flush()
    text = raw.getvalue().decode("ascii")
    assert "better in 100 of 100" in text
    assert "-4." in text


def test_labels_with_brackets_are_not_taken_for_markup(comparison: Any) -> None:
    rotation = comparison.scenarios[0].rotation.model_copy(update={"label": "[bold]Three[/bold]"})
    first = comparison.scenarios[0].model_copy(update={"rotation": rotation})
    text = printed(replace(comparison, scenarios=(first, *comparison.scenarios[1:])), 120)
    assert "[bold]Three[/bold]" in text


@dataclass(frozen=True)
class MadeUpResults:
    """The part of `Results` that the table reads."""

    scenario: Any
    label: str = "three_shift"

    def summary(self) -> pd.DataFrame:
        columns = ["outcome", "unit", "n", "mean", "sd", "low", "high"]
        rows = [
            ("distinct_staff_per_week", "people", 100, 14.0, 0.1, 13.2, 14.8),
            ("cost_per_patient_day", "money/day", 100, 7900.0, 90.0, 7880.0, 7920.0),
            ("kss_night", "KSS", 100, 6.1, 0.4, 6.0, 6.2),
        ]
        return pd.DataFrame(rows, columns=columns)


def test_one_scenario_shows_means_with_their_interval(comparison: Any) -> None:
    stream = io.StringIO()
    results: Any = MadeUpResults(comparison.scenarios[0])
    show_results(results, Console(file=stream, width=100, highlight=False))
    text = squeezed(stream.getvalue())
    assert "Different staff met in a week (people) 14.0 13.2 to 14.8" in text
    assert "Cost per patient-day (NOK/day) 7,900 7,880 to 7,920" in text
    assert "Sleepiness" not in text
    assert "No evidence for fewer staff" in text
