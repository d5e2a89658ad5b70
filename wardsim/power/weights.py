"""Weights in decisions as they are on this ward: a row per matter, a column per role and one for the person.

A power structure names every kind of work that any service has.  On a ward where some of them have no hours,
their weight goes to those who are there (and to the person), in proportion to the weights these have already.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wardsim.scenario.schema import MATTERS, PERSON, Scenario


def actors(scenario: Scenario) -> tuple[str, ...]:
    """Everybody who may have a say: the declared roles in their order, then the person staying."""
    return (*scenario.staffing.roles, PERSON)


def present(scenario: Scenario) -> NDArray[np.bool_]:
    """Who of the `actors` is on this ward: roles with any hours, and always the person."""
    fte = scenario.staffing.fte
    return np.array([fte.get(role, 0.0) > 0 for role in scenario.staffing.roles] + [True])


def effective_weights(scenario: Scenario) -> NDArray[np.float64]:
    """Weights of all actors in all matters, shared out among those who are there.

    Returns
    -------
    ndarray
        Shape (6 matters, roles + 1): rows in the order of ``MATTERS``, columns in the order of `actors`.
        Every row sums to 1; absent roles have 0.

    Raises
    ------
    ValueError
        A matter is left to absent roles alone (`wardsim.power.problems` says so beforehand, with the path).

    Notes
    -----
    A role without hours can't decide.  Keeping its weight would let decisions be weighted by nobody; giving
    it all to one other role would be a choice of who inherits power.  In proportion, the others' relative
    weights stay as the structure has them.
    """
    names = actors(scenario)
    here = present(scenario)
    given = scenario.power.weights
    weights = np.array([[given[matter].get(name, 0.0) for name in names] for matter in MATTERS])
    weights[:, ~here] = 0.0
    totals = weights.sum(axis=1)
    for matter, total in zip(MATTERS, totals, strict=True):
        if total <= 0:
            raise ValueError(f"power.weights.{matter}: nobody who has a weight is on this ward")
    shares: NDArray[np.float64] = weights / totals[:, np.newaxis]
    return shares
