"""What can be measured on power: concentration, voice, and how power lies to contact and to responsibility.

All measures take plain vectors, so they serve the structure as it is written down as well as what a
simulation counted.  A share of authority is a weight in decisions, averaged over matters by how often each
was decided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wardsim.power.weights import actors, effective_weights, present
from wardsim.scenario.schema import MATTERS, PERSON, Scenario

Vector = NDArray[np.float64]


def freeman_centralisation(values: ArrayLike) -> float:
    """How far one actor outweighs all others, after Freeman (1979).

    Parameters
    ----------
    values
        One number per actor, none negative: shares of authority, or the weight of an actor's outgoing edges.

    Returns
    -------
    float
        Sum of the differences to the largest value over the largest such sum that is possible (one actor has
        everything): 1 for a star, 0 where all are equal.  NaN for fewer than two actors or nothing to share.

    References
    ----------
    Freeman LC (1979) Centrality in social networks: conceptual clarification. Social Networks 1:215-239.
    """
    x = _amounts(values)
    if len(x) < 2 or x.sum() <= 0:
        return math.nan
    return float((x.max() - x).sum() / ((len(x) - 1) * x.sum()))


def gini(values: ArrayLike) -> float:
    """Gini coefficient: 0 where all have the same, (n - 1)/n where one of n has all; NaN for nothing."""
    x = np.sort(_amounts(values))
    n = len(x)
    if n == 0 or x.sum() <= 0:
        return math.nan
    rank = np.arange(1, n + 1)
    return float(((2 * rank - n - 1) * x).sum() / (n * x.sum()))


def cosine(a: ArrayLike, b: ArrayLike) -> float:
    """Cosine of the angle between two vectors: 1 in the same proportions, 0 with nothing in common.

    NaN for a zero vector.
    """
    x, y = _pair(a, b)
    length = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / length) if length > 0 else math.nan


def authority_shares(weights: ArrayLike, decisions: ArrayLike | None = None) -> Vector:
    """Share of each actor in all authority.

    Parameters
    ----------
    weights
        Shape (matters, actors), rows that sum to 1 (`effective_weights`).
    decisions
        How many decisions were taken in each matter; left out, every matter counts the same.

    Returns
    -------
    ndarray
        One share per actor; they sum to 1.  NaN where no decision was taken.
    """
    w = np.asarray(weights, dtype=float)
    counts = np.ones(len(w)) if decisions is None else _amounts(decisions)
    if w.ndim != 2 or counts.shape != (len(w),):
        raise ValueError(f"weights of shape {w.shape} need one count per matter, not {counts.shape}")
    if counts.sum() <= 0:
        return np.full(w.shape[1], math.nan)
    shares: Vector = counts @ w / counts.sum()
    return shares


def power_contact_alignment(authority: ArrayLike, contact_minutes: ArrayLike) -> float:
    """Whether those who decide are those who spend time with the person: cosine by role.

    Parameters
    ----------
    authority
        Authority by role (without the person staying, who is nobody's contact).
    contact_minutes
        Minutes of contact by role, in the same order.

    Returns
    -------
    float
        1: authority and contact lie in the same hands in the same proportions; 0: in different hands;
        NaN where there is no authority or no contact.
    """
    return cosine(_amounts(authority), _amounts(contact_minutes))


def power_responsibility_imbalance(authority: ArrayLike, responsibility_minutes: ArrayLike) -> Vector:
    """Responsibility a role carries beyond the authority it has.

    Parameters
    ----------
    authority
        Authority by role, weighted by the decisions taken (without the person staying).
    responsibility_minutes
        Minutes of contact, crises and duties together, by role, in the same order.

    Returns
    -------
    ndarray
        Share of the minutes less share of the authority, between -1 and 1, summing to 0.  Above 0: more
        responsibility than power.  NaN where there is no authority among staff or nothing was done.

    Notes
    -----
    Both shares are among staff.  What the person decides takes authority from all roles alike; otherwise a
    structure with much say of the person would by construction look like one that burdens its staff.
    """
    power, work = _pair(_amounts(authority), _amounts(responsibility_minutes))
    if power.sum() <= 0 or work.sum() <= 0:
        return np.full(len(power), math.nan)
    difference: Vector = work / work.sum() - power / power.sum()
    return difference


@dataclass(frozen=True)
class PowerMeasures:
    """A power structure in numbers, before anything is simulated.

    Parameters
    ----------
    centralisation, gini
        Concentration of authority among all who are on the ward, the person included.
    voice_of_person, voice_of_peers
        Their shares of authority.
    authority
        Share of authority by actor, absent roles left out.
    """

    centralisation: float
    gini: float
    voice_of_person: float
    voice_of_peers: float
    authority: dict[str, float]


def measure_structure(scenario: Scenario, decisions: Sequence[float] | None = None) -> PowerMeasures:
    """Measures of the scenario's power structure.

    Parameters
    ----------
    scenario
        Whose power structure, on whose staff.
    decisions
        Number of decisions by matter, in the order of ``MATTERS``; left out, every matter counts the same.
    """
    if decisions is not None and len(decisions) != len(MATTERS):
        raise ValueError(f"one count for each of {', '.join(MATTERS)} is needed")
    shares = authority_shares(effective_weights(scenario), decisions)
    here = present(scenario)
    named = zip(actors(scenario), shares, here, strict=True)
    authority = {name: float(x) for name, x, is_here in named if is_here}
    peers = [name for name, role in scenario.staffing.roles.items() if role.kind == "peer_worker"]
    return PowerMeasures(
        centralisation=freeman_centralisation(shares[here]),
        gini=gini(shares[here]),
        voice_of_person=authority[PERSON],
        voice_of_peers=sum(authority.get(name, 0.0) for name in peers),
        authority=authority,
    )


def _amounts(values: ArrayLike) -> Vector:
    x = np.asarray(values, dtype=float)
    if x.ndim != 1:
        raise ValueError(f"a vector is needed, not shape {x.shape}")
    if (x < 0).any():
        raise ValueError("amounts can't be negative")
    return x


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[Vector, Vector]:
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"two vectors of one length are needed, not {x.shape} and {y.shape}")
    return x, y
