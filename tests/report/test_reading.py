"""The rules of honesty: marks for less staff, no gain by coercion, and who gains or loses."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from wardsim.experiment import store
from wardsim.report.describe import in_order, outcome_words, role_in, setting_words
from wardsim.report.reading import (
    display_names,
    findings,
    owner,
    posts,
    sides,
    unsupported,
    warning_findings,
)
from wardsim.report.settings import choices_table, settings_frame, settings_tables
from wardsim.report.spread import day_bands, levels
from wardsim.report.tables import cover_frame, difference_table, rota_rows, rota_table
from wardsim.report.words import catalogue, sentence
from wardsim.scenario.rotation import ImportedDuty
from wardsim.scenario.saved import diff

Compose = Callable[..., Any]


def changed(comparison: Any, outcome: str, scenario: str, **values: Any) -> Any:
    """The comparison with other numbers in one row of its table."""
    table = comparison.table.copy()
    row = (table["outcome"] == outcome) & (table["scenario"] == scenario)
    assert row.sum() == 1
    for column, value in values.items():
        table.loc[row, column] = value
    return replace(comparison, table=table)


def certain(difference: float) -> dict[str, Any]:
    ends = sorted([difference * 0.8, difference * 1.2])
    return {"difference": difference, "low": ends[0], "high": ends[1], "distinguishable": True}


def with_fte(comparison: Any, fte: float) -> Any:
    """The last scenario with other posts for milieu therapists."""
    last = comparison.scenarios[-1]
    staffing = last.staffing.model_copy(update={"fte": {**last.staffing.fte, "milieu_therapist": fte}})
    scenarios = (*comparison.scenarios[:-1], last.model_copy(update={"staffing": staffing}))
    return replace(comparison, scenarios=scenarios, settings=diff(*scenarios))


def test_scenarios_are_named_by_the_labels_of_the_options_compared(comparison: Any) -> None:
    assert display_names(comparison) == ("Three-shift", "Co-living", "48-hour")


def test_names_that_would_be_the_same_are_written_in_full(comparison: Any) -> None:
    rotation = comparison.scenarios[1].rotation
    twin = rotation.model_copy(update={"label": "Co-living, 7 days on"})
    last = comparison.scenarios[2].model_copy(
        update={"rotation": twin, "choices": {**comparison.scenarios[2].choices, "rotation": "co_living_7_7"}}
    )
    labels = ("three_shift", "co_living", "co_living_7_7")
    twins = replace(comparison, scenarios=(*comparison.scenarios[:2], last), labels=labels)
    assert display_names(twins)[1:] == ("Co-living", "Co-living, 7 days on")


def test_a_service_is_named_by_its_own_name(comparison: Any) -> None:
    choices = {"service": "soteria_berne", "ward": "soteria_berne"}
    first = comparison.scenarios[0].model_copy(update={"choices": choices})
    services = replace(
        comparison,
        scenarios=(first, *comparison.scenarios[1:]),
        labels=("soteria_berne", *comparison.labels[1:]),
    )
    assert display_names(services)[0] == "Soteria Berne"


def test_findings_stand_by_group_in_the_order_of_the_register(comparison: Any) -> None:
    groups = [f.outcome.group for f in findings(comparison)]
    first_seen = list(dict.fromkeys(groups))
    assert first_seen == ["say", "contact", "continuity", "crises", "power", "staff", "service", "other"]


def test_same_posts_and_cover_carry_no_mark(comparison: Any) -> None:
    assert unsupported(comparison) == {}


def test_fewer_posts_carry_the_mark_and_the_reason(comparison: Any) -> None:
    marked = unsupported(with_fte(comparison, 10.0))
    assert list(marked) == ["48-hour"]
    assert "14\N{NO-BREAK SPACE}% fewer posts" in marked["48-hour"][0]


@pytest.mark.parametrize(("hours", "word"), [(slice(7, 22), "07–22"), (slice(0, 5), "at night")])
def test_less_cover_carries_the_mark(comparison: Any, hours: slice, word: str) -> None:
    week = comparison.rosters[1].cover_by_hour.copy()
    week[:, hours] *= 0.7
    rosters = (
        comparison.rosters[0],
        replace(comparison.rosters[1], cover_by_hour=week),
        comparison.rosters[2],
    )
    marked = unsupported(replace(comparison, rosters=rosters))
    assert list(marked) == ["Co-living"]
    assert any(word in reason for reason in marked["Co-living"])


def test_cover_is_counted_per_place(comparison: Any) -> None:
    """Half the ward with half the staff is not less staff."""
    last = with_fte(comparison, 5.0).scenarios[2]
    ward = last.ward.model_copy(update={"beds": 5})
    fte = {role: x / 2 for role, x in comparison.scenarios[0].staffing.fte.items()}
    half = last.model_copy(update={"ward": ward, "staffing": last.staffing.model_copy(update={"fte": fte})})
    roster = replace(comparison.rosters[2], cover_by_hour=comparison.rosters[0].cover_by_hour / 2)
    small = replace(
        comparison, scenarios=(*comparison.scenarios[:2], half), rosters=(*comparison.rosters[:2], roster)
    )
    assert unsupported(small) == {}


def test_a_mark_brings_the_rows_that_say_what_is_lost(comparison: Any) -> None:
    rows = warning_findings(findings(comparison), "48-hour")
    assert [f.outcome.name for f in rows] == [
        "contact_minutes_per_patient_day",
        "share_patient_weeks_without_conversation_over_15min",
        "overtime_h_per_week",
        "rota_breaches_per_year",
    ]


def test_the_mark_stands_in_every_cell_of_the_marked_scenario(comparison: Any) -> None:
    found = findings(comparison)
    table = difference_table(found, "all", {"48-hour"})
    assert all("not supported by evidence" in row[-1] for row in table.rows)
    assert not any("not supported by evidence" in row[-2] for row in table.rows)


def test_fewer_crises_with_more_coercion_are_no_gain(comparison: Any) -> None:
    better = changed(comparison, "incidents_per_100_patient_days", "co_living", **certain(-0.6))
    assert next(f for f in findings(better) if f.outcome.name.startswith("incidents") and f.gain).gain == 1
    bought = changed(better, "coercive_measures_per_100_patient_days", "co_living", **certain(0.5))
    incidents = next(f for f in findings(bought) if f.outcome.name.startswith("incidents"))
    assert incidents.gain == 0
    assert "not counted as a gain, because coercion is higher with co-living" in incidents.note
    assert "per 100 patient-days: +0.50)" in incidents.note, "by how much"
    gained = [
        f.outcome.name for s in sides(bought, findings(bought)) for f in s.gains if s.label == "Co-living"
    ]
    assert not any(name.startswith("incidents") for name in gained)


def test_fewer_posts_have_no_gains(comparison: Any) -> None:
    """Nothing in a simulation supports a cut, so what a cut would bring is never listed as a gain."""
    fewer = with_fte(comparison, 10.0)
    marked = set(unsupported(fewer))
    assert marked
    found = findings(fewer)
    assert any(f.gain > 0 for f in findings(comparison) if f.label in marked)
    assert not any(f.gain > 0 for f in found if f.label in marked)
    assert any("fewer posts" in f.note for f in found if f.label in marked)
    assert not any(s.gains for s in sides(fewer, found) if s.label in marked)


def test_coercion_passed_on_to_others_is_no_gain(comparison: Any) -> None:
    """Fewer measures on the ward, but the same when transfers, police and refusals are counted."""
    fewer = changed(comparison, "coercive_measures_per_100_patient_days", "co_living", **certain(-0.5))
    measures = next(f for f in findings(fewer) if f.outcome.name.startswith("coercive_measures"))
    assert measures.gain == 0
    assert "passed on" in measures.note
    truly = changed(fewer, "coercion_all_per_100_patient_days", "co_living", **certain(-0.5))
    assert next(f for f in findings(truly) if f.outcome.name.startswith("coercive_measures")).gain == 1


def test_sides_name_the_people_staying_and_each_staff_group(comparison: Any) -> None:
    found = sides(comparison, findings(comparison))
    assert list(dict.fromkeys(s.who for s in found)) == [
        "People staying here",
        "All staff",
        "Milieu therapists",
        "Doctors",
        "Psychologists",
        "The service",
    ]
    staying = next(s for s in found if s.who == "People staying here" and s.label == "Co-living")
    assert "one_to_one_minutes_per_patient_day" in {f.outcome.name for f in staying.gains}
    assert {f.outcome.name for f in staying.losses} == {"knowledge_drop_per_handover"}


def test_an_outcome_belongs_to_the_role_that_it_names() -> None:
    roles = ["doctor", "milieu_therapist", "peer_worker"]
    assert role_in("power_responsibility_imbalance_milieu_therapist", roles) == "milieu_therapist"
    assert role_in("doctoral_share", roles) is None


def test_levels_are_quantiles_over_the_replications(comparison: Any) -> None:
    own = levels(comparison, ["coc"])
    values = comparison.outcomes.query("outcome == 'coc' and scenario == 'co_living'")["value"]
    row = own[own["scenario"] == "Co-living"].iloc[0]
    assert row["median"] == pytest.approx(values.median())
    assert row["low50"] == pytest.approx(values.quantile(0.25))
    assert list(own["scenario"]) == ["Three-shift", "Co-living", "48-hour"]


def test_days_are_drawn_only_where_they_were_kept(comparison: Any) -> None:
    assert day_bands(comparison, "contact").empty


def test_the_rota_comes_first_with_law_and_hours(comparison: Any) -> None:
    rows = rota_rows(comparison)
    assert [r.label for r in rows[:7]] == [
        "Legal status",
        "Checked as resting on",
        "Checked against the law of",
        "Longest shift",
        "Shortest rest between shifts",
        "Hours a week, mean of a line (small weekend positions apart)",
        "Heads, milieu staff",
    ]
    assert rows[0].shown == (
        "lawful",
        "not lawful as drawn (AML §10-12(4))",
        "needs agreement (AML §10-12(4))",
    )
    assert rows[3].shown == ("10.25", "14", "48")
    bases = [catalogue()["legal_bases"][s.rotation.legal_basis] for s in comparison.scenarios]
    assert list(rows[1].shown) == bases, (
        "rotas checked on different bases say so before any breach is compared"
    )
    assert any("Waking milieu staff-hours 07–22" in row[0] for row in rota_table(comparison).rows)


def test_a_say_that_nobody_is_there_to_use_is_told(comparison: Any) -> None:
    first, second, third = comparison.scenarios
    weights = {matter: {"patient": 0.8, "peer_worker": 0.2} for matter in first.power.weights}
    shared = second.power.model_copy(update={"weights": weights})
    alone = second.model_copy(update={"power": shared, "choices": {**second.choices, "power": "peer_shared"}})
    together = alone.model_copy(
        update={
            "staffing": alone.staffing.model_copy(update={"fte": {**alone.staffing.fte, "peer_worker": 1.0}})
        }
    )
    for scenario, told in ((alone, True), (together, False)):
        rows = choices_table(replace(comparison, scenarios=(first, scenario, third))).rows
        cell = next(row for row in rows if row[0] == "Power structure")[2]
        assert ("no posts here for peer workers" in cell) is told


def test_settings_that_differ_are_those_of_the_comparison(comparison: Any) -> None:
    frame = settings_frame(comparison)
    assert set(frame.loc[frame["differs"], "path"]) == {"rotation.handover_minutes"}
    row = frame[frame["path"] == "rotation.handover_minutes"].iloc[0]
    assert [row[n] for n in display_names(comparison)] == [15.0, 60.0, 90.0]
    assert row["unit"] == "min"
    assert row["grade"] == "D"


def test_every_setting_stands_in_the_annex_once(comparison: Any) -> None:
    rows = [row for _, t in settings_tables(comparison, differing=False) for row in t.rows]
    assert len(rows) == len(settings_frame(comparison))
    assert len(rows) > 80


def test_unknown_outcomes_and_settings_get_readable_words() -> None:
    """Somebody's own outcome or setting must not break a report."""
    own = outcome_words("my_own_count", "per week")
    assert (own.label, own.unit, own.group, own.better) == ("My own count", "per week", "other", "neither")
    assert setting_words("care.programme.lunch.weekdays").label == "days of the programme item (lunch)"
    assert setting_words("nothing.known_of").label == "Nothing: known of"
    assert in_order(["my_own_count", "coc"]) == ["coc", "my_own_count"]


def test_an_outcome_without_any_value_is_said_to_have_none(comparison: Any) -> None:
    nan = float("nan")
    empty = changed(
        comparison, "coc", "co_living", difference=nan, low=nan, high=nan, n=0, distinguishable=False,
        mean_baseline=nan, mean_alternative=nan,
    )  # fmt: skip
    table = difference_table([f for f in findings(empty) if f.outcome.name == "coc"], "coc")
    assert "no figure" in table.rows[0][2]
    assert isinstance(empty.table, pd.DataFrame)


def test_costs_in_another_currency_are_not_compared(comparison: Any) -> None:
    last = comparison.scenarios[2]
    swiss = last.model_copy(update={"cost": last.cost.model_copy(update={"currency": "CHF"})})
    abroad = replace(comparison, scenarios=(*comparison.scenarios[:2], swiss))
    own = [f for f in findings(abroad) if f.outcome.name == "cost_per_patient_day"]
    assert [f.distinguishable for f in own] == [True, False]
    said = "The cost per patient-day: not compared, because the costs of 48-hour are in CHF."
    assert sentence(own[1]) == said
    assert "NOK" in rota_table(abroad).rows[-3][1]
    assert "CHF" in rota_table(abroad).rows[-3][3]


def test_posts_of_a_rota_file_are_those_of_its_hours(comparison: Any) -> None:
    """Whoever brings a thin rota of their own is told so, whatever the settings say about posts."""
    last, roster = comparison.scenarios[2], comparison.rosters[2]
    duty = ImportedDuty(role="milieu_therapist", line=0, start_min=0, end_min=720, kind="waking")
    rota = last.model_copy(update={"rotation": last.rotation.model_copy(update={"duties": (duty,)})})
    thin = replace(roster, paid_hours_per_week=2 * last.staffing.full_time_hours_per_week)
    others = sum(last.staffing.fte.values()) - last.staffing.fte["milieu_therapist"]
    assert posts(last, thin) == pytest.approx(sum(last.staffing.fte.values()))
    assert posts(rota, thin) == pytest.approx(others + 2)
    given = replace(
        comparison, scenarios=(*comparison.scenarios[:2], rota), rosters=(*comparison.rosters[:2], thin)
    )
    assert any("posts" in reason for reason in unsupported(given)["48-hour"])
    assert not any("posts" in reason for reason in unsupported(comparison).get("48-hour", []))


def test_sums_over_a_whole_ward_are_not_compared_between_wards_of_different_size(comparison: Any) -> None:
    rows = comparison.table[comparison.table["outcome"] == "coc"]
    more = [
        rows.assign(outcome=name, unit="h/week")
        for name in ("temps_h_per_week", "mean_weekly_hours_team_member")
    ]
    alike = replace(comparison, table=pd.concat([comparison.table, *more], ignore_index=True))
    last = comparison.scenarios[2]
    large = last.model_copy(update={"ward": last.ward.model_copy(update={"beds": 20})})
    unlike = replace(alike, scenarios=(*comparison.scenarios[:2], large))
    for given, compared in ((alike, [True, True]), (unlike, [True, False])):
        own = [f for f in findings(given) if f.outcome.name == "temps_h_per_week"]
        assert [not math.isnan(f.difference) for f in own] == compared
        means = [f for f in findings(given) if f.outcome.name == "mean_weekly_hours_team_member"]
        assert not any(math.isnan(f.difference) for f in means), "a mean is no sum over the ward"
    assert sentence(own[1]).endswith("and 48-hour has 20 places against 10.")


def test_cover_is_drawn_per_ten_beds_where_wards_differ_in_size(comparison: Any) -> None:
    last = comparison.scenarios[2]
    large = last.model_copy(update={"ward": last.ward.model_copy(update={"beds": 20})})
    as_it_is, scaled = (
        cover_frame(replace(comparison, scenarios=(*comparison.scenarios[:2], s))) for s in (last, large)
    )
    both = [f[(f["scenario"] == "48-hour") & (f["hour"] == 10)]["staff"].iloc[0] for f in (as_it_is, scaled)]
    assert both[1] == pytest.approx(both[0] / 2)


def test_days_are_ratios_of_sums_over_all_units(comparison: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two units of different size: the quantity of the day is that of all people together."""
    days = pa.table({
        "replication": [0, 0, 1, 1], "day": [0, 0, 0, 0], "unit": ["a", "b", "a", "b"],
        "contact_min": [100.0, 0.0, 300.0, 0.0], "in_min": [1440.0, 4320.0, 1440.0, 4320.0],
    })  # fmt: skip
    monkeypatch.setattr(store, "saved_table", lambda folder, manifest, name: days)
    kept = SimpleNamespace(folder=Path("kept"), manifest={})
    stored = SimpleNamespace(**vars(comparison), results=(kept,) * 3)
    bands = day_bands(stored, "contact")
    assert list(bands["scenario"].unique()) == ["Three-shift", "Co-living", "48-hour"]
    assert bands["median"].iloc[0] == pytest.approx((100 / 4 + 300 / 4) / 2)
    assert bands["n"].iloc[0] == 2


def test_outcomes_about_people_are_theirs_even_in_the_group_service(comparison: Any) -> None:
    found = {f.outcome.name: f for f in findings(comparison) if f.label == "Co-living"}
    assert owner(found["readmission_30d"]) == "patients"
    assert owner(found["cost_per_patient_day"]) == "service"
    assert owner(found["kss_night"], ["doctor"]) == "all_staff"


def test_ties_are_counted_from_the_replications(comparison: Any) -> None:
    """The made-up wards share one figure to the digit in every replication: no luck of theirs is better."""
    found = [f for f in findings(comparison) if f.outcome.name == "voice_of_person"]
    assert [f.n_equal for f in found] == [f.n for f in found]
    assert all(f.n_equal < f.n for f in findings(comparison) if f.outcome.name == "coc")
