"""ODD.md describes the model as built: what the code has, it names, and what it names, the code has.

A description that drifts from the code is worse than none, since people quote it.
"""

from __future__ import annotations

import re

import pytest

from tests.document.markdown import (
    ODD,
    blocks,
    bullets,
    plain,
    section,
    spans,
    subsections,
    table,
    text_of,
)
from tests.document.names import is_known, plain_names
from wardsim.model import state
from wardsim.model.parameters import MECHANISMS
from wardsim.model.schedule import SCHEDULE
from wardsim.observe.outcomes import OUTCOMES
from wardsim.report.words import limits
from wardsim.scenario.bibliography import load_bibliography
from wardsim.scenario.register import load_register

TEXT = text_of(ODD)
MODEL_ROWS = [row for row in load_register() if row.default is not None]
SUBMODELS = sorted({row.name.split(".")[1] for row in MODEL_ROWS})


def test_the_process_table_is_the_schedule() -> None:
    rows = table(section(TEXT, "3 Process overview and scheduling"))
    said = [(name, module.strip("`"), when) for _, name, module, when, _ in rows]
    assert said == [(step.name, step.module, step.when) for step in SCHEDULE]
    assert [row[0] for row in rows] == [str(n + 1) for n in range(len(SCHEDULE))]


def test_every_name_in_code_letters_exists() -> None:
    assert sorted({span for span in spans(TEXT) if not is_known(span)}) == []


def test_every_name_in_an_equation_exists() -> None:
    used = {name for block in blocks(TEXT) for name in re.findall(r"[a-z]+(?:_[a-z]+)+", block)}
    assert used
    assert sorted(used - plain_names() - {"w_p"}) == []


def test_every_submodel_has_its_section() -> None:
    heads = [heading for heading, _ in subsections(section(TEXT, "7 Submodels"))]
    named = [re.findall(r"`model\.(\w+)`", heading) for heading in heads]
    assert sorted(name for names in named for name in names) == SUBMODELS


@pytest.mark.parametrize("submodel", SUBMODELS)
def test_every_parameter_of_a_submodel_is_named(submodel: str) -> None:
    """In the submodel's own section by its short name, or anywhere by its full one."""
    texts = [
        heading + text
        for heading, text in subsections(section(TEXT, "7 Submodels"))
        if f"`model.{submodel}`" in heading
    ]
    in_equations = {
        name for text in texts for block in blocks(text) for name in re.findall(r"[a-z]\w*", block)
    }
    short = {name for text in texts for name in spans(text)} | in_equations
    everywhere = set(spans(TEXT))
    missing = [
        row.name
        for row in MODEL_ROWS
        if row.name.split(".")[1] == submodel
        and row.name.split(".")[2] not in short
        and row.name not in everywhere
    ]
    assert missing == []


def test_every_state_variable_is_named() -> None:
    said = set(spans(section(TEXT, "2 Entities, state variables and scales")))
    has = {variable.name for rows in state.TABLES.values() for variable in rows}
    assert sorted(has - said) == []


def test_the_switches_are_those_of_the_model() -> None:
    rows = table(section(TEXT, "4 Design concepts"))
    assert [name.strip("`") for name, _ in rows] == list(MECHANISMS)


def test_patterns_name_outcomes() -> None:
    names = {outcome.name for outcome in OUTCOMES}
    rows = table(section(TEXT, "1 Purpose and patterns"))
    assert len(rows) > 20
    for row in rows:
        assert spans(row[1]), row
        assert set(spans(row[1])) <= names, row


def test_the_table_of_sources_is_the_bibliography() -> None:
    said = {key.strip("`"): text for key, text in table(section(TEXT, "12 Sources"))}
    assert said == {key: str(source) for key, source in load_bibliography().items()}


def test_the_limits_of_use_are_those_of_the_report() -> None:
    assert bullets(section(TEXT, "11 Limits of use")) == plain(limits())


def test_the_contents_lead_to_the_sections() -> None:
    contents = TEXT[: TEXT.index("\n## ")]
    said = re.findall(r"\[(\d+ [^\]]+)\]\(#", contents)
    assert said == re.findall(r"^## (.+)$", TEXT, re.M)


def test_the_odd_ships_with_the_package() -> None:
    from importlib import resources

    assert resources.files("wardsim").joinpath("ODD.md").read_text(encoding="utf-8") == TEXT
