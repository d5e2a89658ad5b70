"""The report is one file that needs no network, can be read without seeing it, and says its limits."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.report.html_reader import Page
from wardsim.experiment.whole import ResultsError
from wardsim.report import figures
from wardsim.report.board import MOST_SENTENCES, _spread_out, board
from wardsim.report.page import report_html, write_report
from wardsim.report.panels import COLOURS, style
from wardsim.report.reading import findings, owner, sides
from wardsim.report.settings import settings_frame
from wardsim.report.words import catalogue as words
from wardsim.report.words import limits, sentence
from wardsim.scenario.saved import diff

_pages: list[Page] = []


@pytest.fixture
def page(comparison: Any) -> Page:
    """The page of the made-up comparison with its second table, made once."""
    if not _pages:
        _pages.append(Page(report_html(replace(comparison, same_people=comparison))))
    return _pages[0]


def charts(page: Page) -> list[dict[str, Any]]:
    return list(json.loads(page.scripts[0]))


def test_nothing_is_fetched_from_anywhere(page: Page) -> None:
    """No address in what a browser would load, none in the styles, and a policy that forbids it."""
    for tag, attrs in page.elements:
        for name in ("src", "href", "srcset", "data", "action", "poster", "xlink:href"):
            value = attrs.get(name, "")
            assert not value or value.startswith(("#", "data:")), (tag, name, value)
        assert "url(" not in attrs.get("style", "")
    css = " ".join(page.styles)
    assert "url(" not in css
    assert "@import" not in css
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


def test_the_policy_allows_exactly_the_scripts_of_the_page(page: Page) -> None:
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    run = page.scripts[1:]  # the first is data
    assert len(run) == 2
    for script in run:
        digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "script-src 'unsafe-inline'" not in policy


def test_plotly_is_there_once_and_only_charts_that_need_no_map_or_font(page: Page) -> None:
    """Maps and 3D would load tiles; plain lines and points need nothing."""
    assert sum("plotly.js v" in s for s in page.scripts) == 1
    assert {trace["type"] for chart in charts(page) for trace in chart["data"]} == {"scatter"}


def test_no_chart_can_be_sent_to_a_cloud(page: Page) -> None:
    assert len(charts(page)) >= 8
    for chart in charts(page):
        assert chart["config"].items() >= figures.CHART_CONFIG.items()
    assert figures.CHART_CONFIG == {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False}


def test_every_chart_has_an_alt_sentence_a_title_and_a_table_twin(page: Page) -> None:
    ids = {chart["id"] for chart in charts(page)}
    places = [a for a in page.all("div") if a.get("id") in ids]
    assert len(places) == len(ids)
    shown = [a for a in page.all("figure") if a.get("class") == "chart"]
    assert {a["aria-describedby"] for a in shown} == {f"{name}-alt" for name in ids}
    spoken = [a for a in page.all("p") if a.get("class") == "unseen"]
    assert {a["id"] for a in spoken} == {f"{name}-alt" for name in ids}
    assert page.words.count("The table below holds the same numbers.") == len(ids)
    assert page.words.count("The same numbers as a table") == len(ids)


def test_every_subtitle_says_replications_and_kind_of_interval(page: Page) -> None:
    subtitles = re.findall(
        r"(?:Paired difference from|\d+ replications; point|Waking milieu staff on duty).*?\)?\.", page.words
    )
    assert len(subtitles) >= len(charts(page))
    for text in subtitles:
        assert re.search(r"100 replications|no replications", text)


def test_the_limits_of_use_stand_in_full(page: Page) -> None:
    for text in limits():
        assert text in page.words
    assert "nobody with lived experience" in page.words


def test_the_first_page_is_a_board_page(page: Page) -> None:
    places = [page.words.index(text) for text in (
        "The question", "What differs", "The decision asked for", "What the simulation says",
        "Who gains and who loses", "What still holds for a sceptic", "What to measure locally",
        "What would change our mind", "Settings that differ Before any outcome",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "wardsim compare rotation=three_shift,co_living,soteria_48 model=sceptical" in page.words
    assert "/opt/bin" not in page.words


def test_across_services_the_first_page_judges_with_the_same_people(comparison: Any) -> None:
    """A gain that comes from admitting other people is no gain of the organisation."""
    table = comparison.table.copy()
    table["difference"], table["low"], table["high"] = -table["difference"], -table["high"], -table["low"]
    other = replace(comparison, table=table)
    alone, both = (
        Page(board(c, findings(c), {})).words for c in (comparison, replace(comparison, same_people=other))
    )
    assert "same people in every ward" in both
    assert "same people" not in alone
    told = [f for f in findings(comparison) if f.outcome.primary and owner(f) == "patients"]
    told = [f for f in told if f.matters and f.counted]
    gains = [f for f in _spread_out(told, MOST_SENTENCES) if f.gain > 0]
    assert gains
    for f in gains:
        said = " ".join(sentence(f).split())
        assert said in alone
        assert said not in both


def test_settings_come_before_the_rota_and_both_before_outcomes(page: Page) -> None:
    order = [a["id"] for a in page.all("section")]
    assert order[:4] == ["board", "settings", "rota", "outcomes"]
    assert order[-3:] == ["unknown", "limits", "annex"]


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    steps = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert steps.count(1) == 1
    assert steps[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(steps))


def test_tables_can_be_read_aloud(page: Page) -> None:
    assert page.all("html")[0]["lang"] == "en"
    assert all(a.get("scope") for a in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    boxes = [a for a in page.all("div") if a.get("class") == "scroll"]
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in boxes)
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in page.elements}
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_the_annex_is_folded_and_its_long_tables_are_printed_only_when_open(page: Page) -> None:
    """A report of sixty sheets is not read; what is left out of paper stands in the file and the workbook."""
    folded = page.all("details")
    assert not any("open" in a for a in folded)
    assert sum("data-print" not in a for a in folded) >= 3
    assert "details:not([data-print]):not([open]) { display: none; }" in page.styles[0]
    assert words()["page"]["annex_on_paper"] in page.words


def test_a_scenario_below_the_baseline_is_marked_beside_every_sentence(comparison: Any) -> None:
    last = comparison.scenarios[2]
    staffing = last.staffing.model_copy(update={"fte": {**last.staffing.fte, "milieu_therapist": 9.0}})
    fewer = replace(
        comparison, scenarios=(*comparison.scenarios[:2], last.model_copy(update={"staffing": staffing}))
    )
    words = Page(report_html(fewer)).words
    assert "48-hour is below the baseline: 21 % fewer posts" in words
    primary = {f.outcome.name for f in findings(fewer) if f.outcome.primary}
    assert words.count("[not supported by evidence]") >= len(primary)


def test_text_from_a_scenario_stays_text(comparison: Any) -> None:
    """A name that looks like a tag or ends a script must neither run nor break the page."""
    nasty = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    first = comparison.scenarios[0]
    rotation = first.rotation.model_copy(update={"label": nasty})
    ward = first.ward.model_copy(update={"label": nasty})
    scenario = first.model_copy(update={"rotation": rotation, "ward": ward})
    page = Page(report_html(replace(comparison, scenarios=(scenario, *comparison.scenarios[1:]))))
    assert len(page.scripts) == 3
    assert not any("onerror" in a for _, a in page.elements)
    assert not page.all("img")
    for chart in charts(page):
        shown = [trace.get(key, "") for trace in chart["data"] for key in ("name", "hovertemplate", "text")]
        assert not any("<img" in text or "<script" in text for text in shown)


def test_the_file_is_small_enough_to_send_and_appears_whole(comparison: Any, tmp_path: Path) -> None:
    path = write_report(comparison, tmp_path / "report.html")
    assert path.stat().st_size < 8_000_000
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_a_place_that_cannot_be_written_is_said_in_words(comparison: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ResultsError, match="Can't write"):
        write_report(comparison, tmp_path / "file" / "report.html")


def test_the_same_comparison_gives_the_same_page(comparison: Any) -> None:
    assert report_html(comparison) == report_html(comparison)


def test_scenarios_differ_in_colour_dash_and_marker() -> None:
    looks = [style(k) for k in range(12)]
    assert looks[0].colour == "#000000"
    assert (
        [look.colour for look in looks[1:5]] == list(COLOURS) == ["#0072B2", "#D55E00", "#009E73", "#882255"]
    )
    assert len({look.dash for look in looks[:5]}) == 5
    assert len({look.marker for look in looks[:5]}) == 5
    assert len(set(looks)) == 12


def test_a_forest_plot_shows_zero_and_what_matters(comparison: Any) -> None:
    own = [f for f in findings(comparison) if f.outcome.name == "one_to_one_minutes_per_patient_day"]
    figure = figures.forest(
        own, ["Three-shift", "Co-living", "48-hour"], title="T", subtitle="100 replications", alt="A"
    )
    shapes = figure.layout.shapes
    assert {(s.type, s.x0, s.x1) for s in shapes} == {("rect", -5.0, 5.0), ("line", 0, 0)}
    assert figure.layout.xaxis.title.text == "difference, minutes"
    low, high = figure.layout.xaxis.range
    assert low == -high
    assert high > 6
    assert figure.layout.meta["alt"] == "A"
    assert figure.layout.title.text == "T"


def test_shares_are_drawn_as_percentage_points(comparison: Any) -> None:
    own = [f for f in findings(comparison) if f.outcome.name == "upc" and f.label == "Co-living"]
    figure = figures.forest(own, ["Three-shift", "Co-living"], title="T", subtitle="S", alt="A")
    assert figure.layout.xaxis.title.text == "difference, percentage points"
    assert figure.data[0].x[1] == pytest.approx(own[0].difference * 100)


def test_the_first_page_tells_of_every_alternative_its_losses_first(comparison: Any) -> None:
    told = [f for f in findings(comparison) if f.matters and f.counted and f.outcome.primary and f.gain]
    few = _spread_out(told, 2)
    labels = {f.label for f in told}
    assert len(labels) == 2
    assert {f.label for f in few} == labels
    with_a_loss = {f.label for f in told if f.gain < 0}
    assert {f.label for f in few if f.gain < 0} & with_a_loss


def test_gains_that_are_withheld_are_counted_apart(comparison: Any) -> None:
    """With fewer posts a gain is no gain; to call it too small to matter would be false."""
    base, second, third = comparison.scenarios
    fte = {role: 0.8 * posts for role, posts in second.staffing.fte.items()}
    fewer = second.model_copy(update={"staffing": second.staffing.model_copy(update={"fte": fte})})
    changed = replace(comparison, scenarios=(base, fewer, third))
    words = Page(board(changed, findings(changed), {})).words
    assert "would be gains but are not counted as such" in words
    assert "because there are fewer posts per place;" in words, "coercion is not named where it is no reason"
    assert "so this is not counted as a gain. " in words, (
        "what is withheld is told, with the reason beside it"
    )
    assert "would be gains" not in Page(board(comparison, findings(comparison), {})).words
    side = next(s for s in sides(changed, findings(changed)) if s.withheld)
    assert not side.gains
    assert len(side.withheld) + side.n_open + len(side.losses) + len(side.changes) == side.n_all


def test_few_settings_that_differ_are_written_out_on_the_first_page(comparison: Any) -> None:
    base, second, third = comparison.scenarios
    scenarios = (base, base.model_copy(update={"ward": base.ward.model_copy(update={"beds": 12})}), third)
    changed = replace(comparison, scenarios=scenarios, settings=diff(*scenarios))
    names = set(settings_frame(changed).query("differs")["path"])
    assert "ward.beds" in names
    assert "10 · 12 · 10" in Page(board(changed, findings(changed), {})).words
    assert "10 · 10 · 10" not in Page(board(comparison, findings(comparison), {})).words


def test_the_first_page_says_how_much_it_leaves_out(comparison: Any) -> None:
    told = [f for f in findings(comparison) if f.matters and f.counted and f.outcome.primary]
    own = [f for f in told if owner(f) == "patients"]
    page = Page(board(comparison, findings(comparison), {})).words
    left = len(own) - len(_spread_out(own, MOST_SENTENCES))
    assert (
        f"{left} more differences that may matter to the people staying here stand in the section" in page
    ) == (left > 0)
    assert left > 0, "the made-up comparison has too few findings for this test"


def test_that_say_is_an_assumption_stands_beside_what_follows_from_it(comparison: Any) -> None:
    """Narrow intervals are no proof where the difference was put in by hand."""
    said = "decisions taken as the person wished follow from it"
    power = [SimpleNamespace(path="power", label="power", unit="choice", values=("a", "b", "b"))]
    with_power = replace(comparison, settings=[*comparison.settings, *power])
    assert said in Page(board(with_power, findings(with_power), {})).words
    without = replace(comparison, settings=[d for d in comparison.settings if not d.path.startswith("power")])
    assert said not in Page(board(without, findings(without), {})).words


def test_the_sceptical_run_says_so(comparison: Any) -> None:
    scenarios = tuple(
        s.model_copy(update={"choices": {**s.choices, "model": "sceptical"}}) for s in comparison.scenarios
    )
    sceptical = replace(comparison, scenarios=scenarios)
    assert "This is the sceptical run" in Page(board(sceptical, findings(sceptical), {})).words
