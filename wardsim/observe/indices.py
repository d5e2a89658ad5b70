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
    stay = numbered(groups)
    provider = compact(providers)
    table = tallies(stay, provider)
    n = table.sum(axis=1).astype(float)
    squares = (table.astype(float) ** 2).sum(axis=1)
    most = table.max(axis=1)
    same = (stay[1:] == stay[:-1]) & (provider[1:] == provider[:-1])
    repeats = np.bincount(stay[1:][same], minlength=len(n))
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


def spread(values: NDArray[Any]) -> float:
    """Standard deviation between values; NaN for fewer than two."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan


def compact(numbers: NDArray[Any]) -> NDArray[np.int64]:
    """The same numbers as codes 0, 1, 2 ... in order of size, without sorting: equal numbers, equal codes."""
    if len(numbers) == 0:
        return np.zeros(0, np.int64)
    low = numbers.min()
    seen = np.zeros(int(numbers.max() - low) + 1, bool)
    seen[numbers - low] = True
    found = np.flatnonzero(seen)
    code_of = np.empty(len(seen), np.int64)  # only the entries of numbers that occur are ever read
    code_of[found] = np.arange(len(found))
    codes: NDArray[np.int64] = code_of[numbers - low]
    return codes


def numbered(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Codes 0, 1, 2 ... for keys of which equal ones stand together."""
    if len(keys) == 0:
        return np.zeros(0, np.int64)
    codes: NDArray[np.int64] = np.cumsum(np.append(0, keys[1:] != keys[:-1]))
    return codes


def tallies(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each pair of a row code and a column code occurs, as a table."""
    if len(rows) == 0:
        return np.zeros((0, 0), np.int64)
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    return np.bincount(rows * width + columns, minlength=height * width).reshape(height, width)


def distinct(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> int:
    """Number of different pairs of a row code and a column code."""
    if len(rows) == 0:
        return 0
    width = int(columns.max()) + 1
    seen = np.zeros((int(rows.max()) + 1) * width, bool)
    seen[rows * width + columns] = True
    return int(np.count_nonzero(seen))


def first_of_each(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each different pair of a row code and a column code occurs first."""
    if len(rows) == 0:
        return np.zeros(0, np.int64)
    pairs = rows * (int(columns.max()) + 1) + columns
    first = np.full(int(pairs.max()) + 1, -1, np.int64)
    first[pairs[::-1]] = np.arange(len(pairs))[::-1]  # what is written last stays
    found: NDArray[np.int64] = first[first >= 0]
    return found


def worst_tenth(values: NDArray[np.float64]) -> float:
    """Mean of the lowest tenth (at least one value); NaN without values."""
    x = np.sort(values[~np.isnan(values)])
    return float(x[: max(1, len(x) // 10)].mean()) if len(x) else math.nan
