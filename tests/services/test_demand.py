"""Demand fills the places as each preset says: an empty ward would look generous with its time."""

from __future__ import annotations

from statistics import fmean

import pytest

from wardsim.experiment.load import load_scenario
from wardsim.model.engine import run_replication
from wardsim.model.inputs import prepare
from wardsim.observe.outcomes import measure

SERVICES = (
    "conventional_acute",
    "community_centre",
    "mixed_ward",
    "recovery_institution",
    "bet_unit",
    "heidenheim",
    "soteria_berne",
)


def _means(service: str, *names: str) -> list[float]:
    inputs = prepare(load_scenario([f"service={service}", "horizon_days=360"]))
    runs = [measure(inputs, run_replication(inputs, 1, n)) for n in range(8)]
    return [fmean(run[name] for run in runs) for name in names]


@pytest.mark.parametrize("service", SERVICES)
def test_places_are_used_about_as_much_as_the_demand_asks(service: str) -> None:
    (occupancy,) = _means(service, "occupancy_share")
    ratio = min(1.0, load_scenario([f"service={service}"]).patients.demand_ratio)
    assert occupancy == pytest.approx(ratio, abs=0.2)


def test_soteria_has_about_as_many_stays_a_year_as_the_house_reports() -> None:
    """Between 50 and 70 (WHO 2021)."""
    (stays,) = _means("soteria_berne", "stays_per_year")
    assert 47 < stays < 73  # eight years of chance around the range


def test_a_waiting_list_belongs_to_the_bet_unit() -> None:
    waiting, at_once = _means("bet_unit", "waiting_list_people", "admitted_at_once_share")
    assert waiting > 10
    assert at_once < 0.9
