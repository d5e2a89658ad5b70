"""Normal hours in Norway: 36 h a week in a continuous rota, 38 h in others with nights or Sundays.

Nine lines take turns in nine weeks, two of them in each duty: 6 x 7 duties of 8 h a week among nine, 37.33 h each.
Evidence: AML § 10-4(4) and (5); the rota is made by hand.
"""

from __future__ import annotations

import pytest

from tests.roster.small_ward import rotation, small_ward
from wardsim.roster import Breach, expand
from wardsim.scenario.schema import ImportedDuty

H = 60
WEEK = 7 * 24 * H
START = {"D": 7, "E": 15, "N": 23}
# A row is a week; who works one row works the next one in the week after. Two people in each duty.
CONTINUOUS = (
    "DDDDDDD",
    "DDDDDDD",
    "EEEEE--",
    "EEEEEEE",
    "-----EE",
    "NNNN---",
    "NNN-NNN",
    "---NNNN",
    "-------",
)
APART = ("DDDDDDD", "DDDDDDD", "-------", "EEEEEEE", "EEEEEEE", "-------", "NNNNNNN", "NNNNNNN", "-------")
NO_SUNDAYS = (
    "DDDDDD-", "DDDDDD-", "EEEEEE-", "EEEEEE-", "NNNNN--", "NNNNN--", "-------",
    "-----NE", "-----NE", "------D", "------D", "------N", "------N", "-------",  # others, and few hours
)  # fmt: skip
SELDOM = ("DDDDDDE", "DDDDDDN", "-------", "EEEEEED", "EEEEEEE", "-------", "NNNNNND", "NNNNNNN", "-------")


def normal_hours(rows: tuple[str, ...], *, turn: int = 9, asleep: bool = False) -> list[Breach]:
    """Breaches of the normal hours in nine weeks; each `turn` rows have as many lines that rotate through them."""
    duties = [
        ImportedDuty(
            role="milieu_therapist", line=line,
            start_min=week * WEEK + (day * 24 + START[token]) * H,
            end_min=week * WEEK + (day * 24 + START[token] + 8) * H,
            kind="sleeping" if asleep and token == "N" else "waking",
        )
        for line in range(len(rows))
        for week in range(9)
        for day, token in enumerate(rows[line // turn * turn + (line + week) % turn])
        if token != "-"
    ]  # fmt: skip
    plan = rotation("imported").model_copy(update={"duties": tuple(duties), "legal_basis": "union_agreement"})
    found = expand(small_ward(plan, law="NO"), 63).breaches
    return [b for b in found if b.rule in ("normal_week", "continuous_week")]


@pytest.mark.parametrize("asleep", [False, True])
def test_a_continuous_rota_has_36_hours(asleep: bool) -> None:
    """Round the clock on all days by lines that rotate: 37.33 h are too many, by night asleep on site too."""
    found = normal_hours(CONTINUOUS, asleep=asleep)
    assert {(b.rule, b.article, b.value, b.limit) for b in found} == {
        ("continuous_week", "AML § 10-4(5)", 37.33, 36.0)
    }
    assert sorted(b.line for b in found) == list(range(1, 10))
    assert "36 h" in found[0].text


@pytest.mark.parametrize(
    ("rows", "turn"),
    [
        pytest.param(tuple(row.replace("N", "D") for row in CONTINUOUS), 9, id="nobody at night"),
        pytest.param(
            tuple(row[:6] + row[6].replace("N", "D") for row in CONTINUOUS), 9, id="Sunday night empty"
        ),
        pytest.param(APART, 3, id="days, evenings and nights are apart"),
        pytest.param(SELDOM, 3, id="another duty once in a while"),
    ],
)
def test_other_rotas_of_the_same_hours_have_38(rows: tuple[str, ...], turn: int) -> None:
    """37.33 h a week with Sundays or nights, but not by turns round the clock on all days."""
    assert sum(token != "-" for row in rows for token in row) == 42
    assert normal_hours(rows, turn=turn) == []


def test_more_than_38_hours_are_said_once() -> None:
    """Eight lines instead of nine, 42 h a week on average: one limit holds for a line, not both."""
    found = normal_hours(CONTINUOUS[:8], turn=8)
    assert {b.rule for b in found} == {"continuous_week"}
    apart = normal_hours(APART[:2] + APART[3:5] + APART[6:8], turn=2)
    assert {(b.rule, b.article, b.value) for b in apart} == {("normal_week", "AML § 10-4(4)", 56.0)}
    assert len(apart) == 6


def test_who_has_every_sunday_off_is_on_no_continuous_rota() -> None:
    """Others work from Saturday night to Monday; seven lines share 34 duties a week, for some over 38 h each."""
    found = normal_hours(NO_SUNDAYS, turn=7)
    assert {(b.rule, b.article) for b in found} == {("normal_week", "AML § 10-4(4)")}
    assert {b.line for b in found} <= set(range(1, 8))
