"""The register is read strictly: a row that says nothing, or nonsense, is refused."""

from __future__ import annotations

import pytest

from wardsim.scenario import register
from wardsim.scenario.bibliography import NO_SOURCE, BibliographyError, load_bibliography, read_bibliography
from wardsim.scenario.register import COLUMNS, RegisterError, read_register

HEAD = ",".join(COLUMNS)
GOOD = "model.contact.half_life,36,h,1,100,,uncertainty,assumption,D,half-life of need"


def test_the_packaged_register_is_sound() -> None:
    rows = register.load_register()
    assert len({row.name for row in rows}) == len(rows)
    assert {row.kind for row in rows} <= {"lever", "uncertainty", "constant"}
    assert all(row.source and row.label and row.unit for row in rows)
    assert all(row.grade == "D" for row in rows if row.source == "assumption")


def test_every_source_of_the_register_stands_in_the_bibliography_and_none_is_idle() -> None:
    """From a number in a report to its source in two steps: the row of the register, the row of the bibliography."""
    used = {row.source for row in register.load_register()} - set(NO_SOURCE)
    assert used == set(load_bibliography())
    assert list(load_bibliography()) == sorted(load_bibliography())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["key,reference,seen"], "columns must be"),
        (["a_2001,A 2001,,text"], "filled columns"),
        (["a_2001,A 2001,ten wards,heard"], "none of text"),
        (["a_2001,A 2001,ten wards,text", "a_2001,A 2001,ten wards,text"], "named twice"),
        (["assumption,A 2001,ten wards,text"], "named twice"),
    ],
)
def test_a_bibliography_that_says_nothing_is_refused(lines: list[str], expected: str) -> None:
    head = [] if lines[0].startswith("key") else ["key,reference,measured_on,seen"]
    with pytest.raises(BibliographyError, match=expected):
        read_bibliography([*head, *lines])


def test_a_good_row() -> None:
    (row,) = read_register([HEAD, GOOD])
    assert (row.default, row.low, row.high, row.range_text) == (36, 1, 100, "1 to 100 (h)")
    assert row.allows(1)
    assert row.allows(100)
    assert not row.allows(0.999)
    assert not row.allows(float("nan"))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (GOOD.replace("36", "0.5"), "outside"),
        (GOOD.replace("1,100", "100,1"), "low is above high"),
        (GOOD.replace("uncertainty", "guess"), "kind"),
        (GOOD.replace(",D,", ",E,"), "grade"),
        (GOOD.replace("assumption", ""), "source is empty"),
        (GOOD.replace(",h,", ",,"), "unit is empty"),
        (GOOD.replace("36", ""), "needs a default"),
        (GOOD.replace("36", "x"), "could not convert"),
        (GOOD.replace("100", "inf"), "finite"),
        (GOOD.replace("model.contact", "model..contact"), "dotted path"),
        (GOOD.rpartition(",")[0], "columns expected"),
        (GOOD + ",more", "columns expected"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(row: str, words: str) -> None:
    with pytest.raises(RegisterError, match="line 2") as caught:
        read_register([HEAD, row])
    assert words in str(caught.value)


def test_twice_the_same_name_and_other_columns_are_refused() -> None:
    with pytest.raises(RegisterError, match="named twice"):
        read_register([HEAD, GOOD, GOOD])
    with pytest.raises(RegisterError, match="columns must be"):
        read_register(["name,default", "a,1"])


def test_a_star_stands_for_one_segment() -> None:
    assert register.find("staffing.fte.anybody") is register.find("staffing.fte.doctor") is not None
    assert register.find("staffing.fte") is None
    assert register.find("staffing.fte.a.b") is None
    assert register.find("power.weights.plan.patient") is not None


def test_defaults_are_given_out_as_copies() -> None:
    first = register.model_defaults()
    for values in first.values():
        values.clear()
    assert register.model_defaults() != first or not first
