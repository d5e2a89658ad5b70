"""Keyed draws: the right distributions, and one stream for one decision.

That nothing else draws random numbers is a rule for the whole package (``test_code_layout.py``).
"""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wardsim
from tests.model import draws_from_python
from wardsim.model.randomness import STREAM_NAMES, STREAMS, replication_key

PACKAGE = Path(wardsim.__file__).parent
PROCESSES = sorted((PACKAGE / "model" / "processes").glob("*.py"))
WORD = 2**64
GOLDEN, C1, C2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
STREAM, ENTITY, NUMBER = 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3
N = 200_000
KEY = replication_key(1, 0)


def _mixed(x: int) -> int:
    """The finaliser of splitmix64 in plain whole numbers."""
    x = (x ^ (x >> 30)) * C1 % WORD
    x = (x ^ (x >> 27)) * C2 % WORD
    return x ^ (x >> 31)


def _expected(key: int, stream: int, entity: int, time: int, number: int) -> int:
    return _mixed((key + stream * STREAM + entity * ENTITY + time * GOLDEN + number * NUMBER) % WORD)


def _filled(fill, *arguments: float) -> np.ndarray:
    out = np.zeros(N)
    fill(out, KEY, *arguments)
    return out


def test_finaliser_is_that_of_splitmix64() -> None:
    """First output of splitmix64 seeded with 0 and with 1234567, as its authors' program prints them."""
    assert _mixed(GOLDEN) == 0xE220A8397B1DCDAF
    assert _mixed((1234567 + GOLDEN) % WORD) == 6457827717110365317


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.integers(0, WORD - 1),
    st.integers(1, 200),
    st.integers(0, 2**31),
    st.integers(0, 2**31),
    st.integers(0, 2**21),
)
def test_compiled_hash_is_the_hash(key: int, stream: int, entity: int, time: int, number: int) -> None:
    drawn = int(draws_from_python.draw_bits(np.uint64(key), stream, entity, time, number)) % WORD
    assert drawn == _expected(key, stream, entity, time, number)


def test_replication_keys_are_known_and_distinct() -> None:
    """The key is part of what a seed promises: the same on every machine, another for every replication."""
    assert int(replication_key(1, 0)) == _mixed((GOLDEN + C1) % WORD)
    keys = {int(replication_key(seed, n)) for seed in range(50) for n in range(200)}
    assert len(keys) == 50 * 200


def test_draws_of_neighbouring_decisions_do_not_meet() -> None:
    """All combinations of near streams, people, ticks and numbers give different words."""
    keys = list(product(range(1, 9), range(12), (0, 1, 2, 288, 105120), (0, 1, 2, 1000003)))
    words = {int(draws_from_python.draw_bits(KEY, *key)) for key in keys}
    assert len(words) == len(keys)


@pytest.mark.parametrize("across", ["people", "ticks", "numbers", "streams", "replications"])
def test_neighbouring_draws_are_independent(across: str) -> None:
    """Pairs of draws that differ by one in one argument fill the square evenly (chi square, 1023 df: sd 45)."""
    n, other_key = 400, replication_key(1, 1)
    pairs = np.zeros((n * n, 2))
    for row, (entity, time) in enumerate(product(range(n), range(n))):
        later = {
            "people": (KEY, 5, entity + 1, time, 0), "ticks": (KEY, 5, entity, time + 1, 0),
            "numbers": (KEY, 5, entity, time, 1), "streams": (KEY, 6, entity, time, 0),
            "replications": (other_key, 5, entity, time, 0),
        }[across]  # fmt: skip
        pairs[row] = (
            draws_from_python.draw_uniform(KEY, 5, entity, time, 0),
            draws_from_python.draw_uniform(*later),
        )
    counts, _, _ = np.histogram2d(pairs[:, 0], pairs[:, 1], 32, ((0, 1), (0, 1)))
    expected = n * n / 1024
    assert ((counts - expected) ** 2 / expected).sum() == pytest.approx(1023, abs=4 * 45)


def test_uniform_is_uniform() -> None:
    x = _filled(draws_from_python.fill_uniform, 3)
    assert x.min() >= 0
    assert x.max() < 1
    counts = np.bincount((x * 100).astype(int), minlength=100)
    chi = ((counts - N / 100) ** 2 / (N / 100)).sum()
    assert 55 < chi < 155, "chi square with 99 degrees of freedom"
    assert abs(np.corrcoef(x[:-1], x[1:])[0, 1]) < 4 / math.sqrt(N)


@pytest.mark.parametrize(
    ("fill", "arguments", "mean", "sd"),
    [
        (draws_from_python.fill_normal, (5,), 0.0, 1.0),
        (draws_from_python.fill_bump, (5,), 0.0, 1.0),
        (draws_from_python.fill_exponential, (5,), 1.0, 1.0),
        (draws_from_python.fill_gamma, (5, 6, 0.2), 1.0, math.sqrt(1 / 0.2)),
        (draws_from_python.fill_gamma, (5, 6, 0.1), 1.0, math.sqrt(1 / 0.1)),
        (
            draws_from_python.fill_lognormal,
            (5, 8.4, 0.5),
            8.4 * math.exp(0.125),
            8.4 * math.exp(0.125) * math.sqrt(math.exp(0.25) - 1),
        ),
        (draws_from_python.fill_poisson, (5, 0.35), 0.35, math.sqrt(0.35)),
    ],
)
def test_means_and_spreads(fill, arguments, mean: float, sd: float) -> None:
    x = _filled(fill, *arguments)
    assert abs(x.mean() - mean) < 4 * sd / math.sqrt(N)
    assert x.std() == pytest.approx(sd, rel=0.04)


def test_normal_is_normal_in_the_tails() -> None:
    x = _filled(draws_from_python.fill_normal, 9)
    for z, beyond in ((1.0, 0.3173), (1.96, 0.0500), (3.0, 0.0027)):
        assert (np.abs(x) > z).mean() == pytest.approx(beyond, abs=4 * math.sqrt(beyond / N))


def test_share_has_the_mean_and_spread_asked_for() -> None:
    """Logistic-normal: near the wanted moments, never outside 0–1."""
    for mean, sd in ((0.25, 0.12), (0.75, 0.2)):
        x = _filled(draws_from_python.fill_beta, 5, mean, sd)
        assert x.min() > 0
        assert x.max() < 1
        assert x.mean() == pytest.approx(mean, abs=0.06)
        assert x.std() == pytest.approx(sd, abs=0.05)


# -------------------------------------------------------------------- streams
@cache
def _bindings() -> dict[str, set[tuple[str, str]]]:
    """Stream -> (local name, module) under which the processes use it."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in PROCESSES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
                value = node.value
                if (
                    isinstance(value.value, ast.Name)
                    and value.value.id == "STREAMS"
                    and isinstance(value.slice, ast.Constant)
                ):
                    assert isinstance(node.targets[0], ast.Name)
                    found[str(value.slice.value)].add((node.targets[0].id, path.stem))
    return found


def test_every_stream_has_a_number_of_its_own_and_is_used() -> None:
    assert len(set(STREAM_NAMES)) == len(STREAM_NAMES) == len(set(STREAMS.values()))
    assert min(STREAMS.values()) > 0
    assert set(_bindings()) == set(STREAM_NAMES)


def test_every_stream_serves_one_decision() -> None:
    """A stream with two names would serve two decisions, and so would a name with two streams."""
    seen: dict[tuple[str, str], str] = {}
    for stream, places in _bindings().items():
        assert len({name for name, _ in places}) == 1, f"{stream} goes by several names: {sorted(places)}"
        for place in places:
            assert seen.setdefault(place, stream) == stream, f"{place} stands for two streams"


def test_draws_name_their_stream() -> None:
    """The second argument of every draw in the processes is a registered stream, not a number or a sum."""
    draws = {"uniform", "exponential", "normal", "bump", "lognormal"} | {
        "gamma_unit_mean",
        "beta_like",
        "poisson_small",
    }
    n = 0
    for path in PROCESSES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        streams = {name for places in _bindings().values() for name, module in places if module == path.stem}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in draws:
                second = node.args[1]
                n += 1
                assert isinstance(second, ast.Name), f"{path.name}:{node.lineno}"
                assert second.id in streams or second.id == "stream", (
                    f"{path.name}:{node.lineno} draws from {second.id}"
                )
    assert n > 60
