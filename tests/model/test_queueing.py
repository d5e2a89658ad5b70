"""Places, stays and referrals against queueing theory, where theory knows the answer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.model.wards import finished
from wardsim.model.engine import Run
from wardsim.model.parameters import mean_truncated_lognormal

#: Nothing but referral, a place, a planned stay and discharge.
PLAIN = (
    "service=community_centre",
    "horizon_days=1500",
    "patients.stay_median_days=4",
    "patients.stay_sigma=0.6",
    "patients.stay_max_days=30",
    "patients.excluded_share=0",
    "power.forum.discharge=at_once",
    *(f"model.mechanisms.{name}=false" for name in ("returns", "settings", "leave", "recovery")),
    *(f"model.parameters.crises.{kind}_per_day=0" for kind in ("aggression", "self_harm", "leaving")),
)
FROM, UNTIL = 30.0, 1450.0  # days looked at


def _counted(run: Run) -> np.ndarray:
    stays = run.written("stays")
    return stays[(stays["start_min"] >= FROM * 1440) & (stays["start_min"] < UNTIL * 1440)]


@pytest.fixture(scope="module")
def half_full() -> Run:
    return finished(*PLAIN, "patients.demand_ratio=0.4")


def test_littles_law(half_full: Run) -> None:
    """Mean people on the ward = admissions a day x mean stay."""
    stays = _counted(half_full)
    days = (stays["end_min"] - stays["start_min"]) / 1440.0
    present = half_full.arrays["daily"]["in_min"][int(FROM) : int(UNTIL), 0].sum() / 1440.0 / (UNTIL - FROM)
    assert present == pytest.approx(len(stays) / (UNTIL - FROM) * days.mean(), rel=0.02)


def test_referrals_come_at_the_rate_that_the_demand_asks_for(half_full: Run) -> None:
    """Demand ratio x places / mean stay as a Poisson stream (less the returns, which are left out here)."""
    rate = 1440.0 * float(half_full.arrays["par"]["referral_rate_per_min"][0])
    times = half_full.written("referrals")["time_min"][half_full.written("referrals")["reason"] == 0] / 1440.0
    expected = rate * 1500
    assert len(times) == pytest.approx(expected, abs=4 * math.sqrt(expected))
    gaps = np.diff(np.unique(times))
    assert gaps.mean() == pytest.approx(1 / rate, rel=0.15)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.15), "gaps of a Poisson stream have mean = sd"


def test_planned_stays_have_the_mean_that_sizes_the_demand(half_full: Run) -> None:
    planned = _counted(half_full)["planned_days"]
    error = planned.std() / math.sqrt(len(planned))
    assert planned.mean() == pytest.approx(mean_truncated_lognormal(4, 0.6, 30), abs=4 * error)


def _erlang_b(servers: int, load: float) -> float:
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@pytest.mark.parametrize("demand", [1.0, 2.0])
def test_people_turned_away_are_near_erlang(demand: float) -> None:
    """With next to no patience, the ward is a loss system; the little waiting there is lets a few more in."""
    run = finished(*PLAIN, f"patients.demand_ratio={demand}", "patients.patience_days=0.1")
    reason = run.written("referrals")["reason"]
    stays = _counted(run)
    mean_stay = ((stays["end_min"] - stays["start_min"]) / 1440.0).mean()
    rate = 1440.0 * float(run.arrays["par"]["referral_rate_per_min"][0])
    places = int(run.arrays["unit"]["beds"].sum())
    turned_away = (reason == 3).sum() / run.clock["n_people"]
    loss = _erlang_b(places, rate * mean_stay)
    assert 0.75 * loss - 0.02 < turned_away < 1.05 * loss + 0.02
