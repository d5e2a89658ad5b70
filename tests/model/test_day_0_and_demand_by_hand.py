"""Who is there, who waits and who will come back on day 0, and what demand reckons with.

Why: a reader found that former patients met another team than their own, that all of them came back in a crisis, that
more aftercare brought more people to the door, and that a stay of the greatest length was three times too common.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.model.wards import inputs, scenario
from wardsim.model.engine import Run
from wardsim.model.parameters import mean_truncated_lognormal
from wardsim.model.state import INPATIENT, NOWHERE, R_CHOSEN, R_CRISIS, R_PLANNED, WAITING


def _day_0(*overrides: str, replication: int = 0) -> Run:
    return Run(inputs(*overrides, "horizon_days=365"), 1, replication)


def _pool(run: Run) -> np.ndarray:
    people = run.arrays["people"]
    return people[(people["setting"] == NOWHERE) & (people["episode"] == 1)]


def test_former_patients_belong_to_units_that_have_beds() -> None:
    run = _day_0("service=heidenheim")
    coming = _pool(run)[_pool(run)["return_min"] < 1440.0 * 365]
    units = np.bincount(coming["unit"], minlength=4)
    assert units[3] == 0, "a day clinic without beds has discharged nobody from the ward"
    assert units[:3].min() > 0.25 * units.sum()


def test_former_patients_come_back_as_others_do() -> None:
    """Of their own choice where that is possible, as planned, or in a crisis."""
    run = _day_0("service=recovery_institution", "patients.self_referral_share=0.4")
    kinds = np.bincount(_pool(run)["return_kind"], minlength=4) / len(_pool(run))
    planned = 0.6 * run.inputs.scenario.model.parameters["returns"]["planned_share"]
    for kind, share in ((R_CHOSEN, 0.4), (R_PLANNED, planned), (R_CRISIS, 0.6 - planned)):
        assert kinds[kind] == pytest.approx(share, abs=4 * math.sqrt(0.25 / len(_pool(run))))


def test_returns_in_crisis_do_not_vanish_where_most_come_of_their_own_choice() -> None:
    """Planned is a share of those that the person did not choose, so the kinds never add up to more than all."""
    run = _day_0(
        "service=recovery_institution",
        "patients.self_referral_share=0.6",
        "model.parameters.returns.planned_share=0.6",
    )
    kinds = np.bincount(_pool(run)["return_kind"], minlength=4) / len(_pool(run))
    assert kinds[R_CRISIS] == pytest.approx(0.4 * 0.4, abs=4 * math.sqrt(0.15 / len(_pool(run))))


def test_the_longest_stay_has_the_share_of_all_days_that_belongs_to_it() -> None:
    """Of people met on a day, those with the longest stay are as many as the days of such stays are of all days."""
    patients = scenario("service=recovery_institution").patients
    draws = np.exp(
        math.log(patients.stay_median_days)
        + patients.stay_sigma * np.random.default_rng(1).normal(size=400_000)
    )
    stays = np.minimum(draws, patients.stay_max_days)
    share = stays[stays == patients.stay_max_days].sum() / stays.sum()
    assert mean_truncated_lognormal(
        patients.stay_median_days, patients.stay_sigma, patients.stay_max_days
    ) == pytest.approx(stays.mean(), rel=0.01)
    planned = np.concatenate(
        [
            run.arrays["people"]["planned_days"][run.arrays["people"]["setting"] == INPATIENT]
            for run in (_day_0("service=recovery_institution", replication=r) for r in range(40))
        ]
    )
    assert (planned == patients.stay_max_days).mean() == pytest.approx(
        share, abs=4 * math.sqrt(0.25 / len(planned))
    )
    below = stays[stays < patients.stay_max_days]
    expected = (below * below).sum() / below.sum()  # biased by length
    assert planned[planned < patients.stay_max_days].mean() == pytest.approx(expected, rel=0.05)


def test_the_list_of_day_0_stands_for_the_wait_that_is_described() -> None:
    run = _day_0("service=bet_unit")
    people = run.arrays["people"]
    waiting = people[people["setting"] == WAITING]
    patients = run.inputs.scenario.patients
    assert int(run.clock["n_waiting"]) == len(waiting) > 10
    since = -waiting["waiting_since_min"] / 1440.0
    assert since.max() == pytest.approx(patients.waiting_at_start_days)
    rows = run.arrays["queue"]["person"][: len(waiting)]
    assert (np.diff(people["waiting_since_min"][rows]) > 0).all(), "who has waited longest is first"
    assert int(_day_0("service=soteria_berne").clock["n_waiting"]) == 0


def test_demand_does_not_depend_on_what_aftercare_achieves() -> None:
    """Fewer returns leave beds free; they do not bring other people to the door."""
    rates = {
        float(
            _day_0("service=community_centre", f"care.aftercare={a}").arrays["par"]["referral_rate_per_min"][
                0
            ]
        )
        for a in (0.0, 0.5, 1.0)
    }
    assert len(rates) == 1
