"""Two estimators on made-up rows whose answer is known: clustering of incidents, and the alliance effect.

Why: both feed patterns that the model is held to. An estimator that finds clustering in independent events,
or trust where only persons differ, would pass or fail a model for the wrong reason.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from wardsim.model import buffers
from wardsim.observe.crises import others_after
from wardsim.observe.service import alliance_effect
from wardsim.observe.window import by_stay_and_time

DAYS, SLOTS = 400, 288


def _slots(swing: float) -> np.ndarray:
    hour = (np.arange(SLOTS) + 0.5) * 24 / SLOTS
    return 1 + swing * np.cos(2 * np.pi * (hour - 14.5) / 24)


def _ward(swing: float) -> Any:
    return SimpleNamespace(read_only={"slots": {"aggression": _slots(swing)}}, end_min=1440.0 * DAYS)


def _stays(people: int, units: int = 1) -> np.ndarray:
    rows = np.zeros(people, buffers.STAY)
    rows["end_min"], rows["end"] = -1.0, buffers.S_OPEN
    rows["unit"] = np.arange(people) % units
    return rows


def _incidents(who: np.ndarray, minutes: np.ndarray, stays: np.ndarray) -> np.ndarray:
    order = np.argsort(minutes, kind="stable")
    rows = np.zeros(len(who), buffers.CRISIS)
    rows["stay"], rows["start_min"] = who[order], minutes[order]
    rows["unit"] = stays["unit"][rows["stay"]]
    rows["kind"] = buffers.C_VERBAL
    return rows


def _independent(
    rng: np.random.Generator, people: int, n: int, swing: float
) -> tuple[np.ndarray, np.ndarray]:
    """Incidents of people with very different rates, all independent, at hours that follow the rhythm."""
    rate = rng.gamma(0.3, size=people)
    who = rng.choice(people, size=n, p=rate / rate.sum())
    weights = _slots(swing)
    slot = rng.choice(SLOTS, size=n, p=weights / weights.sum())
    minutes = 1440.0 * rng.integers(0, DAYS, n) + (slot + rng.random(n)) * 1440 / SLOTS
    return who, minutes


@pytest.mark.parametrize("swing", [0.0, 0.6])
def test_independent_incidents_do_not_cluster(swing: float) -> None:
    rng = np.random.default_rng(1)
    stays = _stays(12)
    found = others_after(_ward(swing), _incidents(*_independent(rng, 12, 3000, swing), stays), stays)
    assert found == pytest.approx(1.0, abs=0.05)


def test_incidents_that_set_off_others_cluster() -> None:
    rng = np.random.default_rng(2)
    stays = _stays(12)
    who, minutes = _independent(rng, 12, 1500, 0.6)
    sparks = (
        rng.random(len(who)) < 0.3
    )  # three in ten are followed by one of somebody else within eight hours
    after = minutes[sparks] + rng.uniform(1, 479, sparks.sum())
    others = (who[sparks] + rng.integers(1, 12, sparks.sum())) % 12
    rows = _incidents(np.append(who, others), np.append(minutes, after), stays)
    # each incident meets 1950 x 8 h / 400 d = 1.6 of others' by chance, and 0.23 more that it sparked (or was sparked by)
    assert others_after(_ward(0.6), rows, stays) > 1.08


def test_other_units_and_one_s_own_incidents_do_not_count() -> None:
    stays = _stays(2, units=2)
    together = _incidents(np.array([0, 1, 0, 1]), np.array([1e4, 1e4 + 5, 9e4, 9e4 + 5]), stays)
    assert math.isnan(
        others_after(_ward(0.0), together, stays)
    )  # nobody else on either unit, so nothing is expected
    stays = _stays(2)
    alone = _incidents(np.array([0, 0, 0, 1]), np.array([1e4, 1e4 + 5, 1e4 + 9, 4e5]), stays)
    assert others_after(_ward(0.0), alone, stays) == 0.0


def _contacts(slope: float, between: float, n_stays: int = 60, n: int = 80) -> Any:
    """Contacts whose next distress depends on trust by `slope`, and persons who differ by `between` as well."""
    rng = np.random.default_rng(3)
    rows = np.zeros(n_stays * n, buffers.CONTACT)
    rows["stay"] = np.repeat(np.arange(n_stays), n)
    rows["start_min"] = np.tile(np.arange(n) * 500.0, n_stays)
    person = np.repeat(rng.normal(size=n_stays), n)
    trust, now, noise = rng.normal(size=(3, len(rows)))
    after = slope * trust + 0.5 * now + 0.6 * noise + between * person
    rows["trust_last"] = 10 + trust + 2 * person  # never negative, which would mean: no contact before
    rows["distress_last"] = now + between * person
    rows["distress"] = after
    rows["trust_last"][rows["start_min"] == 0] = -1.0
    shuffled = rows[rng.permutation(len(rows))]
    return SimpleNamespace(contacts=by_stay_and_time(shuffled, np.arange(len(shuffled)), n_stays))


@pytest.mark.parametrize("slope", [-0.2, 0.0, 0.3])
@pytest.mark.parametrize("between", [0.0, 3.0])
def test_the_alliance_effect_is_the_slope_within_persons(slope: float, between: float) -> None:
    expected = slope / math.sqrt(
        slope * slope + 0.25 + 0.36
    )  # in standard deviations of distress within persons
    assert alliance_effect(_contacts(slope, between)) == pytest.approx(expected, abs=0.03)


def test_a_handful_of_contacts_has_no_alliance_effect() -> None:
    assert math.isnan(alliance_effect(_contacts(0.3, 0.0, n_stays=1, n=20)))
