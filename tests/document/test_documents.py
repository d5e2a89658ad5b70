"""All documents: links lead somewhere, names exist, and people are spoken of as people."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.document.markdown import (
    CHECKOUT,
    CONTRIBUTING,
    ODD,
    README,
    anchor,
    blocks,
    headings,
    links,
    prose,
    spans,
    text_of,
)
from tests.document.names import file_exists, is_known, plain_names, setting_exists
from wardsim.model.parameters import MECHANISMS

DOCUMENTS = (README, CONTRIBUTING, ODD)
#: Words that speak of people as cases, or call coercion by a softer name; as parts of names in code letters
#: they may stand.
NOT_OUR_WORDS = (
    "case-mix", "case mix", "frailty", "frail", "abscond", "containment", "misfit", "passive patient",
    "non-complian", "noncomplian", "schizophrenics", "psychotics", "the mentally ill", "bed blocker",
    "frequent flyer", "acting out", "attention-seeking", "difficult patient", "challenging behaviour",
)  # fmt: skip


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = text_of(path)
    for link in links(text):
        if re.match(r"[a-z]+://", link):
            continue
        target, _, fragment = link.partition("#")
        other = (path.parent / target).resolve() if target else path
        assert other.exists(), link
        assert CHECKOUT in (other, *other.parents), link
        if fragment:
            assert fragment in {anchor(heading) for heading in headings(text_of(other))}, link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_people_are_spoken_of_as_people(path: Path) -> None:
    said = prose(text_of(path)).lower()
    assert [word for word in NOT_OUR_WORDS if word in said] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_address_of_this_machine_or_of_a_registry(path: Path) -> None:
    text = text_of(path)
    assert re.findall(r"(?:https?://|(?<![\w.])/(?:home|root|work|tmp|usr)\b)\S*", text) == []


def test_files_and_modules_that_contributing_names_exist() -> None:
    text = text_of(CONTRIBUTING)
    named = [span for span in spans(text) if "/" in span and " " not in span]
    assert len(named) > 10
    assert [span for span in named if not file_exists(span.split("=")[0])] == []
    for line in "".join(blocks(text)).splitlines():
        if found := re.match(r"python -m ([\w.]+)", line):
            assert find_spec(found.group(1)) is not None, line


def test_settings_and_names_that_contributing_gives_exist() -> None:
    known = plain_names() | set(MECHANISMS)
    loose = [span for span in spans(text_of(CONTRIBUTING)) if re.fullmatch(r"[a-z]+(?:_[a-z]+)+", span)]
    code = (CHECKOUT / "wardsim/model/engine.py").read_text(encoding="utf-8")
    assert [name for name in loose if name not in known and f"def {name}(" not in code] == []
    assert setting_exists("model.parameters.contact.friction")
    assert not setting_exists("model.contact.no_such_thing")


@pytest.mark.parametrize(
    "span",
    [
        "no_such_outcome", "model.contact.no_such_thing", "model.mechanisms.no_such_switch",
        "rotation=no_such_rota", "wardsim/no_such_file.py", "wardsim.power.no_such_function",
        "no_such_group.beds", "ward.no_such_setting",
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_would_be_found(span: str) -> None:
    assert not is_known(span)
