"""Known answers, worked out by hand, for every measure of power: outcomes and reports are built on them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardsim.power import (
    authority_shares,
    cosine,
    freeman_centralisation,
    gini,
    measure_structure,
    power_contact_alignment,
    power_responsibility_imbalance,
)

amounts = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=2, max_size=12)


def test_a_star_is_fully_centralised_and_a_circle_of_equals_not_at_all():
    assert freeman_centralisation([0, 0, 1, 0, 0]) == 1
    assert freeman_centralisation([4, 0, 0, 0, 0]) == 1  # out-degrees of a star of five
    assert freeman_centralisation([0.2] * 5) == 0


def test_centralisation_in_between():
    # largest 0.5; differences 0, 0.2, 0.3 add up to 0.5; at most (3 - 1) x 1 = 2
    assert freeman_centralisation([0.5, 0.3, 0.2]) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([1, 2, 3, 4], 0.25), ([4, 1, 3, 2], 0.25), ([0, 1], 0.5)],
)
def test_gini_of_known_vectors(values, expected):
    assert gini(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1, 0], [0, 5], 0.0),
        ([1, 2], [2, 4], 1.0),
        ([3, 4], [4, 3], 24 / 25),
        ([1, 1], [1, 0], 1 / math.sqrt(2)),
    ],
)
def test_cosine_of_known_vectors(a, b, expected):
    assert cosine(a, b) == pytest.approx(expected)


def test_nothing_to_measure_gives_nan_and_no_number_that_could_be_believed():
    assert math.isnan(gini([0, 0]))
    assert math.isnan(gini([]))
    assert math.isnan(freeman_centralisation([1]))
    assert math.isnan(freeman_centralisation([0, 0]))
    assert math.isnan(cosine([0, 0], [1, 2]))
    assert np.isnan(power_responsibility_imbalance([0, 0], [1, 2])).all()
    assert np.isnan(authority_shares([[0.5, 0.5]], [0])).all()


@pytest.mark.parametrize("measure", [gini, freeman_centralisation])
def test_negative_amounts_and_tables_are_refused(measure):
    with pytest.raises(ValueError, match="negative"):
        measure([1, -1])
    with pytest.raises(ValueError, match="vector"):
        measure([[1, 2], [3, 4]])


def test_vectors_of_different_length_are_refused():
    with pytest.raises(ValueError, match="one length"):
        power_contact_alignment([1, 2], [1, 2, 3])


@given(amounts)
def test_concentration_lies_between_nought_and_one_and_ignores_order_and_unit(values):
    for measure in (gini, freeman_centralisation):
        x = measure(values)
        if math.isnan(x):
            continue
        assert -1e-9 <= x <= 1 + 1e-9
        assert measure(values[::-1]) == pytest.approx(x, abs=1e-9)
        assert measure([7 * v for v in values]) == pytest.approx(x, abs=1e-9)


def test_authority_is_weighted_by_how_often_matters_are_decided():
    weights = [[1.0, 0.0], [0.0, 1.0]]
    np.testing.assert_allclose(authority_shares(weights), [0.5, 0.5])
    np.testing.assert_allclose(authority_shares(weights, [3, 1]), [0.75, 0.25])


def test_authority_needs_one_count_for_each_matter():
    with pytest.raises(ValueError, match="one count per matter"):
        authority_shares([[1.0, 0.0], [0.0, 1.0]], [1, 1, 1])


def test_responsibility_without_power_by_hand():
    # milieu therapists: 80 of 100 minutes and 1 of 5 parts of authority; doctors the rest
    np.testing.assert_allclose(power_responsibility_imbalance([0.1, 0.4], [80, 20]), [0.6, -0.6])


def test_more_say_of_the_person_alone_does_not_look_like_a_burden_on_staff():
    """Halving every role's authority for the person's sake leaves the imbalance between roles as it was."""
    before = power_responsibility_imbalance([0.2, 0.8], [70, 30])
    after = power_responsibility_imbalance([0.1, 0.4], [70, 30])
    np.testing.assert_allclose(before, after)


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)), min_size=1, max_size=8))
def test_imbalance_adds_up_to_nothing(roles):
    authority, minutes = zip(*roles)
    assert power_responsibility_imbalance(authority, minutes).sum() == pytest.approx(0, abs=1e-9)


def test_measures_of_a_structure_by_hand(ward):
    weights = {"patient": 0.4, "milieu_therapist": 0.3, "doctor": 0.2, "peer_worker": 0.1}
    measures = measure_structure(ward(weights))
    assert measures.voice_of_person == pytest.approx(0.4)
    assert measures.voice_of_peers == pytest.approx(0.1)
    assert measures.centralisation == pytest.approx((0.1 + 0.2 + 0.3) / 3)
    assert measures.gini == pytest.approx(0.25)
    assert measures.authority == pytest.approx(weights)


def test_absent_roles_are_not_counted_as_people_without_power(ward):
    scenario = ward({"patient": 0.5, "doctor": 0.5}, fte={"milieu_therapist": 5.0, "doctor": 1.0})
    measures = measure_structure(scenario)
    assert set(measures.authority) == {"milieu_therapist", "doctor", "patient"}
    assert measures.voice_of_peers == 0
    assert measures.gini == pytest.approx(1 / 3)


def test_a_wrong_number_of_matters_is_refused(ward):
    with pytest.raises(ValueError, match="everyday"):
        measure_structure(ward(), [1, 2])
