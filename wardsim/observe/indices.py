"""Continuity indices and inequality, on plain counts (no simulation needed).

References
----------
Breslau N, Reeb KG (1975) Continuity of care in a university-based practice: usual provider continuity (UPC).
Bice TW, Boxerman SB (1977) A quantitative measure of continuity of care. Medical Care 15:347-349 (COC).
Steinwachs DM (1979) Measuring provider continuity in ambulatory care: sequential continuity (SECON).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

WHO_LIMIT = 1 << 24  # more than any number of a member of staff or a temp


def upc(providers: NDArray[np.int64]) -> float:
    """Usual provider continuity: largest share of contacts with one provider; NaN without contacts."""
    if len(providers) == 0:
        return math.nan
    _, counts = np.unique(providers, return_counts=True)
    return float(counts.max() / len(providers))


def coc(providers: NDArray[np.int64]) -> float:
    """Bice-Boxerman continuity of care, (sum n_i^2 - N) / (N (N - 1)); NaN for fewer than two contacts."""
    n = len(providers)
    if n < 2:
        return math.nan
    _, counts = np.unique(providers, return_counts=True)
    return float((np.sum(counts.astype(float) ** 2) - n) / (n * (n - 1)))


def secon(providers: NDArray[np.int64]) -> float:
    """Sequential continuity: share of consecutive contacts with the same provider; NaN for fewer than two
    contacts."""
    if len(providers) < 2:
        return math.nan
    return float(np.mean(providers[1:] == providers[:-1]))


def grouped_indices(
    groups: NDArray[np.int64], providers: NDArray[np.int64], least: int
) -> tuple[float, float, float]:
    """Mean UPC, COC and SECON over groups (stays) with at least `least` contacts, contacts in order of time.

    Parameters
    ----------
    groups, providers
        Stay and provider of each contact, sorted by stay and then by time.
    least
        Stays with fewer contacts are left out.

    Returns
    -------
    tuple of float
        Means of UPC, COC, SECON; NaN where no stay is long enough.
    """
    if len(groups) == 0:
        return math.nan, math.nan, math.nan
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    n = np.diff(np.append(starts, len(groups))).astype(float)
    stay = np.repeat(np.arange(len(starts)), n.astype(int))
    order = np.lexsort((providers, stay))
    pair_stay, pair_provider = stay[order], providers[order]
    change = np.append(True, (pair_stay[1:] != pair_stay[:-1]) | (pair_provider[1:] != pair_provider[:-1]))
    first = np.flatnonzero(change)
    counts = np.diff(np.append(first, len(groups))).astype(float)
    owner = pair_stay[first]
    squares = np.bincount(owner, weights=counts**2, minlength=len(starts))
    most = np.zeros(len(starts))
    np.maximum.at(most, owner, counts)
    same = np.append(False, (stay[1:] == stay[:-1]) & (providers[1:] == providers[:-1]))
    repeats = np.bincount(stay, weights=same, minlength=len(starts))
    keep = n >= max(2, least)
    if not keep.any():
        return math.nan, math.nan, math.nan
    n, squares, most, repeats = n[keep], squares[keep], most[keep], repeats[keep]
    return (
        float(np.mean(most / n)),
        float(np.mean((squares - n) / (n * (n - 1)))),
        float(np.mean(repeats / (n - 1))),
    )


def gini(amounts: NDArray[np.float64]) -> float:
    """Gini coefficient of amounts >= 0; NaN if there is nothing to share."""
    x = np.sort(np.asarray(amounts, float))
    n, total = len(x), float(x.sum())
    if n == 0 or total <= 0:
        return math.nan
    return float((2 * np.sum(np.arange(1, n + 1) * x) / (n * total)) - (n + 1) / n)


def share(part: float, whole: float) -> float:
    """part / whole, NaN where there is no whole."""
    return part / whole if whole > 0 else math.nan


def mean(values: NDArray[Any]) -> float:
    """Mean of numbers or of flags (then the share that holds); NaN without values."""
    return float(np.mean(values)) if len(values) else math.nan


def paired(stay: NDArray[Any], other: NDArray[Any]) -> NDArray[np.int64]:
    """One number for each pair of a stay and a member of staff (or another number below ``WHO_LIMIT``)."""
    codes: NDArray[np.int64] = stay.astype(np.int64) * WHO_LIMIT + other
    return codes


def worst_tenth(values: NDArray[np.float64]) -> float:
    """Mean of the lowest tenth (at least one value); NaN without values."""
    x = np.sort(values[~np.isnan(values)])
    return float(x[: max(1, len(x) // 10)].mean()) if len(x) else math.nan
