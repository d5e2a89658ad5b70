"""A ward that changes on a day: how it is named, what its figures stand for, and where a reader is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from tests.report.html_reader import Page
from wardsim.report import figures
from wardsim.report.board import board
from wardsim.report.reading import display_names, findings
from wardsim.report.settings import choices_table
from wardsim.report.tables import rota_table
from wardsim.scenario.schema import Scenario


def changing(before: Scenario, after: Scenario) -> Scenario:
    """A ward that becomes another on counted day 30."""
    return before.model_copy(update={"after": after, "change_on_day": 30})


def test_a_changeover_is_named_by_what_the_ward_changes_to(comparison: Any) -> None:
    base, *others = comparison.scenarios
    changed_over = [changing(base, other) for other in others]
    options = [f"change.rotation={other.choices['rotation']}" for other in others]
    given = replace(comparison, scenarios=(base, *changed_over), labels=(comparison.labels[0], *options))
    assert display_names(given)[1:] == ("Changeover to co-living", "Changeover to 48-hour")
    both = [f"change.on_day={day}, {option}" for day, option in zip((30, 60), options, strict=True)]
    given = replace(given, labels=(comparison.labels[0], *both))
    assert display_names(given)[1:] == (
        "Changeover to co-living on day 30",
        "Changeover to 48-hour on day 60",
    )
    given = replace(given, labels=(comparison.labels[0], "change.on_day=30", "change.on_day=60"))
    assert display_names(given)[1:] == ("Changeover on day 30", "Changeover on day 60")


def test_a_changeover_is_told_on_the_first_page_and_drawn_by_day(comparison: Any) -> None:
    """Rota and law are those after the change, outcomes means over all days: nobody could guess that."""
    base, second, third = comparison.scenarios
    later = changing(base, second)
    changed = replace(comparison, scenarios=(base, later, third))
    told = Page(board(changed, findings(changed), {})).words
    assert "from counted day 30 on. Rota, law and cost are those after the change" in told
    assert "from counted day" not in Page(board(comparison, findings(comparison), {})).words
    columns = ["median", "low50", "high50", "low95", "high95"]
    days = pd.DataFrame(
        {"scenario": ["A", "A", "B", "B"], "day": [0, 1, 0, 1], "n": 3} | dict.fromkeys(columns, 1.0)
    )
    how = {"unit": "min", "title": "t", "subtitle": "s", "alt": "a"}
    drawn = figures.day_bands(days, ["A", "B"], **how, changes={"B": 1})
    lines = [shape for shape in drawn.layout.shapes if shape.type == "line"]
    assert [(line.x0, line.x1, line.xref) for line in lines] == [(1, 1, "x2")]
    assert not [s for s in figures.day_bands(days, ["A", "B"], **how).layout.shapes if s.type == "line"]


def test_the_rota_table_says_from_when_on_a_rota_is_in_force(comparison: Any) -> None:
    base, second, third = comparison.scenarios
    later = changing(base, second)
    changed = replace(comparison, scenarios=(base, later, third))
    said = {row[0]: row[1:] for row in rota_table(changed).rows}
    assert said["The rota in this column is in force"] == (
        "on all days",
        "from counted day 30 on",
        "on all days",
    )
    assert not any("in force" in row[0] for row in rota_table(comparison).rows), (
        "nothing changes: nothing to say"
    )


def test_a_choice_that_changes_is_told_before_and_after(comparison: Any) -> None:
    """Not by the names of the shifts and lines that the other rotation happens to have."""
    base, second, third = comparison.scenarios
    later = changing(base, second)
    changed = replace(comparison, scenarios=(base, later, base))
    row = next(row for row in choices_table(changed).rows if row[0] == "Rotation")
    assert row[1] == row[3] == base.rotation.label
    assert row[2].startswith(f"{base.rotation.label}; from counted day 30 on: ")
    assert row[2].lower().endswith(second.rotation.label.lower())


def test_beside_a_ward_without_a_change_only_what_changes_is_told(comparison: Any) -> None:
    """What is chosen alike is no difference, though one ward has a later and the other has none."""
    base, second, third = comparison.scenarios
    later = changing(base, second)
    changed = replace(comparison, scenarios=(base, later, base))
    assert [row[0] for row in choices_table(changed).rows] == [
        row[0] for row in choices_table(comparison).rows
    ]
    nothing = changing(base, base)
    assert choices_table(replace(comparison, scenarios=(base, nothing, base))).rows == ()
