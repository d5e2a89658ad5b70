"""What is told beside a gain: more posts, and coercion that rises by less than matters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.report.html_reader import Page
from tests.report.test_reading import certain, changed
from wardsim.report.board import board, more_posts
from wardsim.report.reading import better_staffed, findings, slightly_more_coercion


def test_more_posts_are_told_beside_what_they_gain(comparison: Any) -> None:
    base, *others = comparison.scenarios
    assert better_staffed(comparison) == {}
    fte = {role: 1.5 * x for role, x in base.staffing.fte.items()}
    more = base.model_copy(update={"staffing": base.staffing.model_copy(update={"fte": fte})})
    richer = replace(comparison, scenarios=(base, more, others[1]))
    assert list(better_staffed(richer).values()) == [pytest.approx(0.5)]
    assert "has 50\N{NO-BREAK SPACE}% more posts (FTE) per place than" in more_posts(richer)[0]


def test_a_rise_in_coercion_too_small_to_matter_is_told_beside_the_gain(comparison: Any) -> None:
    """What is too small to be called a loss is too small to take a gain away, but nobody is left unaware of it."""
    better = changed(comparison, "incidents_per_100_patient_days", "co_living", **certain(-0.6))
    slightly = changed(better, "coercive_measures_per_100_patient_days", "co_living", **certain(0.008))
    found = findings(slightly)
    measures = next(f for f in found if f.outcome.name.startswith("coercive_measures"))
    assert measures.gain == -1
    assert not measures.matters
    incidents = next(f for f in found if f.outcome.name.startswith("incidents"))
    assert incidents.gain == 1
    (told,) = slightly_more_coercion(found)
    assert "there is also more coercion" in told
    assert "+0.01)" in told
    assert slightly_more_coercion(findings(comparison)) == []
    assert told in Page(board(slightly, found, {})).words, "on the first page, beside all gains"
