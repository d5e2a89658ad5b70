"""How far the replications of a comparison lie apart: by outcome, and day by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wardsim.report.reading import display_names
from wardsim.report.words import catalogue

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison

QUANTILES = {"low95": 0.025, "low50": 0.25, "median": 0.5, "high50": 0.75, "high95": 0.975}


def levels(comparison: Comparison, names: Sequence[str]) -> pd.DataFrame:
    """Spread over replications: scenario (display name), outcome, unit, n, mean and quantiles."""
    shown = dict(zip(comparison.labels, display_names(comparison), strict=True))
    rows = comparison.outcomes[comparison.outcomes["outcome"].isin(list(names))].dropna(subset=["value"])
    units = dict(zip(rows["outcome"], rows["unit"], strict=True))
    values = {key: part.to_numpy(dtype=float) for key, part in rows.groupby(["outcome", "scenario"])["value"]}
    out = []
    for name in names:
        for label, display in shown.items():
            own = values.get((name, label))
            if own is not None:
                spread = dict(zip(QUANTILES, np.quantile(own, list(QUANTILES.values())), strict=True))
                known = {"scenario": display, "outcome": name, "unit": units[name], "n": len(own)}
                out.append({**known, "mean": float(own.mean()), **spread})
    return pd.DataFrame(out, columns=["scenario", "outcome", "unit", "n", "mean", *QUANTILES])


def day_bands(comparison: Comparison, key: str) -> pd.DataFrame:
    """One quantity by day: scenario, day, n and quantiles over the replications; empty where none were kept.

    ``key`` is an entry of the catalogue's ``daily``: a sum of the day over another, all units together.
    Only tables that lie on disk are read; nothing is simulated again for a picture.
    """
    from wardsim.experiment.store import saved_table

    entry = catalogue()["daily"][key]
    columns = ["replication", "day", entry["top"], entry["bottom"]]
    parts = []
    for name, result in zip(display_names(comparison), getattr(comparison, "results", ()), strict=False):
        kept = saved_table(result.folder, result.manifest, "daily") if result.folder is not None else None
        if kept is None or not set(columns) <= set(kept.column_names):
            continue
        days = kept.select(columns).to_pandas().groupby(["replication", "day"], as_index=False).sum()
        days = days[days[entry["bottom"]] > 0]
        by_day = (days[entry["top"]] / days[entry["bottom"]] * entry["factor"]).groupby(days["day"])
        spread = by_day.quantile(list(QUANTILES.values())).unstack()
        spread.columns = pd.Index(list(QUANTILES))
        parts.append(spread.assign(scenario=name, n=by_day.size()).reset_index())
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["scenario", "day", "n", *QUANTILES])
    )
