"""Continuity indices and inequality against ledgers worked out by hand, and against what chance alone gives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wardsim.observe.indices import coc, gini, grouped_indices, secon, upc, worst_tenth


def ledger(text: str) -> np.ndarray:
    """Contacts in order, one letter for each member of staff."""
    return np.array([ord(letter) for letter in text], dtype=np.int64)


# AABAC: A 3 of 5; COC = (9 + 1 + 1 - 5) / (5 x 4) = 6 / 20; pairs AA AB BA AC: one of four the same
# ABAB:  A 2 of 4; COC = (4 + 4 - 4) / (4 x 3) = 4 / 12; no pair the same
# AAAA:  always the same person: all are 1;  ABCD: never the same: 1/4, 0, 0
BY_HAND = [
    ("AABAC", 0.6, 0.3, 0.25),
    ("ABAB", 0.5, 1 / 3, 0.0),
    ("AAAA", 1.0, 1.0, 1.0),
    ("ABCD", 0.25, 0.0, 0.0),
]


@pytest.mark.parametrize(("contacts", "by_upc", "by_coc", "by_secon"), BY_HAND)
def test_indices_by_hand(contacts: str, by_upc: float, by_coc: float, by_secon: float) -> None:
    rows = ledger(contacts)
    assert upc(rows) == pytest.approx(by_upc)
    assert coc(rows) == pytest.approx(by_coc)
    assert secon(rows) == pytest.approx(by_secon)


def test_many_stays_at_once_give_the_mean_of_the_single_ones() -> None:
    stays = [contacts for contacts, *_ in BY_HAND]
    groups = np.concatenate([np.full(len(contacts), n) for n, contacts in enumerate(stays)])
    found = grouped_indices(groups, np.concatenate([ledger(contacts) for contacts in stays]), least=2)
    assert found == pytest.approx(tuple(np.mean([row[k] for row in BY_HAND]) for k in (1, 2, 3)))
    # only AABAC has five contacts
    assert grouped_indices(groups, np.concatenate([ledger(c) for c in stays]), least=5) == pytest.approx(
        (0.6, 0.3, 0.25)
    )


def test_too_few_contacts_have_no_index() -> None:
    assert math.isnan(coc(ledger("A")))
    assert math.isnan(secon(ledger("A")))
    assert math.isnan(upc(ledger("")))
    assert all(math.isnan(x) for x in grouped_indices(ledger(""), ledger(""), least=2))


@pytest.mark.parametrize("staff", [4, 10, 25])
def test_chance_alone_gives_one_over_the_number_of_staff(staff: int) -> None:
    # E[COC] = E[SECON] = 1/S when each contact falls on one of S members with the same chance
    rng = np.random.default_rng(staff)
    groups = np.repeat(np.arange(4000), 12)
    _, by_coc, by_secon = grouped_indices(groups, rng.integers(0, staff, len(groups)), least=2)
    assert by_coc == pytest.approx(1 / staff, abs=0.006)
    assert by_secon == pytest.approx(1 / staff, abs=0.008)


def test_inequality_by_hand() -> None:
    assert gini(np.array([1.0, 1.0, 1.0])) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(0.75)  # all with one of four: 1 - 1/4
    assert gini(np.array([1.0, 3.0])) == pytest.approx(0.25)
    assert math.isnan(gini(np.zeros(3)))


def test_the_worst_tenth_is_the_mean_of_the_lowest() -> None:
    assert worst_tenth(np.arange(20.0)) == pytest.approx(0.5)  # the two lowest of twenty
    assert worst_tenth(np.array([3.0, np.nan, 1.0])) == pytest.approx(1.0)
