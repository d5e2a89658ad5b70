"""How uncertain numbers are drawn: wider the less is known, shares stay shares, and the register is the middle."""

from __future__ import annotations

import pytest

from wardsim.experiment.load import load_scenario
from wardsim.scenario.register import Parameter
from wardsim.scenario.uncertainty import FACTORS, drawn_parameters, drawn_value, with_parameters


def _parameter(**more: object) -> Parameter:
    given = {
        "name": "model.contact.x", "default": 0.2, "unit": "1", "low": 0.0, "high": 1.0, "distribution": "factor",
        "kind": "uncertainty", "source": "assumption", "grade": "D", "label": "x",
    }  # fmt: skip
    return Parameter(**{**given, **more})  # type: ignore[arg-type]


def test_what_nobody_measured_is_drawn_from_half_to_double() -> None:
    p = _parameter(high=10.0)
    assert [drawn_value(p, at) for at in (-1.0, 0.0, 1.0)] == pytest.approx([0.1, 0.2, 0.4])
    assert drawn_value(p, 0.5) == pytest.approx(0.2 * 2**0.5), "even in the logarithm"
    measured = _parameter(grade="A", high=10.0)
    assert drawn_value(measured, 1.0) == pytest.approx(0.22)
    assert drawn_value(_parameter(high=0.3), 1.0) == 0.3, "never beyond what is allowed"


def test_shares_move_in_their_odds() -> None:
    """Odds of 0.2 are 1 to 4; doubled 2 to 4, halved 1 to 8."""
    p = _parameter(distribution="odds")
    assert drawn_value(p, 1.0) == pytest.approx(1 / 3)
    assert drawn_value(p, -1.0) == pytest.approx(1 / 9)
    assert drawn_value(_parameter(distribution="odds", default=0.97), 1.0) < 1.0


def test_every_parameter_that_is_drawn_has_the_register_in_the_middle_and_moves_both_ways() -> None:
    assert len(drawn_parameters()) > 200
    for p in drawn_parameters():
        low, middle, high = (drawn_value(p, at) for at in (-1.0, 0.0, 1.0))
        assert middle == pytest.approx(p.default), p.name
        assert low < middle or high > middle, p.name
        assert p.allows(low), p.name
        assert p.allows(high), p.name


def test_the_less_is_known_the_wider() -> None:
    widths = [FACTORS[grade] for grade in "ABCD"]
    assert widths == sorted(widths)
    with pytest.raises(ValueError, match="can't be drawn"):
        drawn_value(_parameter(), 1.1)


def test_a_ward_with_other_numbers_is_the_same_ward() -> None:
    """After a changeover too; nothing else moves, and the scenario itself stays as it was."""
    ward = ["service=community_centre", "change.on_day=5", "change.power=soteria"]
    scenario = load_scenario(ward)
    other = with_parameters(scenario, {"model.contact.seek_per_h": 0.77})
    assert other.model.parameters["contact"]["seek_per_h"] == 0.77
    assert other.after is not None
    assert other.after.model.parameters["contact"]["seek_per_h"] == 0.77
    assert scenario.model.parameters["contact"]["seek_per_h"] != 0.77
    assert other.model_copy(update={"model": scenario.model, "after": scenario.after}) == scenario
    same = load_scenario([*ward, "model.parameters.contact.seek_per_h=0.77"])
    assert same.model.parameters == other.model.parameters
