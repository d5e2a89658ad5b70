"""Who decides on a ward depends on who works there: how an absent role's weight is shared out.

If this went wrong, a structure would be credited with deciders who don't exist, and every comparison of power
structures between services with different professions would be off.
"""

from __future__ import annotations

import numpy as np
import pytest

from wardsim.power import actors, effective_weights, present


def test_actors_are_the_declared_roles_and_then_the_person(ward):
    assert actors(ward()) == ("milieu_therapist", "doctor", "peer_worker", "patient")


def test_with_everybody_there_the_weights_are_those_given(ward):
    given = {"patient": 0.1, "milieu_therapist": 0.2, "doctor": 0.6, "peer_worker": 0.1}
    weights = effective_weights(ward(given))
    assert weights.shape == (6, 4)
    np.testing.assert_allclose(weights, np.tile([0.2, 0.6, 0.1, 0.1], (6, 1)))


def test_an_absent_role_leaves_its_weight_to_the_others_in_proportion(ward):
    given = {"patient": 0.3, "milieu_therapist": 0.1, "doctor": 0.4, "peer_worker": 0.2}
    scenario = ward(given, fte={"milieu_therapist": 8.0, "doctor": 1.0, "peer_worker": 0.0})
    assert present(scenario).tolist() == [True, True, False, True]
    # by hand: 0.1, 0.4 and 0.3 over 0.8
    np.testing.assert_allclose(effective_weights(scenario)[0], [0.125, 0.5, 0.0, 0.375])


def test_a_role_without_an_entry_under_fte_counts_as_absent(ward):
    weights = effective_weights(ward(fte={"milieu_therapist": 8.0}))
    np.testing.assert_allclose(weights[0], [0.5, 0.0, 0.0, 0.5])


def test_matters_keep_their_own_weights(ward):
    matters = ("everyday", "plan", "medication", "crisis", "admission", "discharge")
    given = {m: {"patient": 1 - k / 10, "doctor": k / 10} for k, m in enumerate(matters)}
    np.testing.assert_allclose(effective_weights(ward(given))[:, 1], [0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_weight_that_nobody_present_holds_is_refused(ward):
    scenario = ward({"peer_worker": 1.0}, fte={"milieu_therapist": 8.0})
    with pytest.raises(ValueError, match="everyday"):
        effective_weights(scenario)
