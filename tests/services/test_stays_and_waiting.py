"""How long people stay and wait in a simulated year, against what is described of each service.

Why: a stay that is planned is not the stay that comes about. Discharge waits for the ward round, recovery shortens what
was planned, and some leave before; a test of the settings alone would not see any of it.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.services.conftest import composed
from wardsim.experiment.results import Results
from wardsim.experiment.run import simulate


@cache
def year(service: str) -> Results:
    """Four times a year of a service."""
    return simulate(composed(f"service={service}", "horizon_days=365"), replications=4, workers=2, seed=1)


def outcome(service: str, name: str) -> float:
    values = year(service).outcomes
    return float(values.loc[values["outcome"] == name, "value"].mean())


@pytest.mark.parametrize(
    ("service", "least", "most"),
    [
        ("soteria_berne", 7 * 7, 9 * 7),  # seven to nine weeks
        ("recovery_institution", 100, 135),  # about four months
        ("bet_unit", 65, 110),  # three months, at most four
        ("heidenheim", 19.5, 22.5),  # 21 days on average
    ],
)
def test_people_stay_as_long_as_is_described(service: str, least: float, most: float) -> None:
    assert least <= outcome(service, "mean_stay_days") <= most


def test_the_bet_unit_treats_six_to_ten_people_a_month_who_have_waited_for_months() -> None:
    """Six beds and those who come in a month; a waiting list of 8 to 12 months, and it does not run dry in a year."""
    assert 6 <= 6 + outcome("bet_unit", "stays_per_year") / 12 <= 10
    assert 7 * 30 <= outcome("bet_unit", "waited_days_mean") <= 12 * 31
    assert outcome("bet_unit", "waiting_list_people") > 10


def test_heidenheim_has_no_waiting_list() -> None:
    assert outcome("heidenheim", "waited_days_mean") < 0.1


def test_soteria_berne_is_about_as_full_as_it_must_be() -> None:
    """It needs 85 % occupancy to cover its costs."""
    assert 0.75 <= outcome("soteria_berne", "occupancy_share") <= 0.92


def test_short_stays_are_short_on_the_acute_ward() -> None:
    """Planned: a median of 8 days. To wait for the decision to discharge may add a day or two, not more."""
    stays = year("conventional_acute").stays
    found = stays[(stays["end"] == "discharged") & (stays["start_day"] >= 0) & (stays["start_day"] < 300)]
    later = (found["in_days"] - found["planned_days"]).median()
    assert 0.0 <= later <= 2.0
    assert 7.0 <= found["in_days"].median() <= 11.0
