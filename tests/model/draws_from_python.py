"""Doors to the keyed draws: compiled code can be called from Python only through an entry."""

from __future__ import annotations

from wardsim.model import randomness
from wardsim.model.compiled import entry


@entry
def draw_bits(key, stream, entity, time, number):
    return randomness.bits(key, stream, entity, time, number)


@entry
def draw_uniform(key, stream, entity, time, number):
    return randomness.uniform(key, stream, entity, time, number)


@entry
def fill_uniform(out, key, stream):
    for n in range(len(out)):
        out[n] = randomness.uniform(key, stream, n, 3, 0)


@entry
def fill_normal(out, key, stream):
    for n in range(len(out)):
        out[n] = randomness.normal(key, stream, n, 0, 0)


@entry
def fill_bump(out, key, stream):
    for n in range(len(out)):
        out[n] = randomness.bump(key, stream, 7, n)


@entry
def fill_exponential(out, key, stream):
    for n in range(len(out)):
        out[n] = randomness.exponential(key, stream, n, 0, 0)


@entry
def fill_gamma(out, key, stream, boost, shape):
    for n in range(len(out)):
        out[n] = randomness.gamma_unit_mean(key, stream, boost, n, shape)


@entry
def fill_lognormal(out, key, stream, median, sigma):
    for n in range(len(out)):
        out[n] = randomness.lognormal(key, stream, n, 0, 0, median, sigma)


@entry
def fill_beta(out, key, stream, mean, sd):
    for n in range(len(out)):
        out[n] = randomness.beta_like(key, stream, n, 0, mean, sd)


@entry
def fill_poisson(out, key, stream, mean):
    for n in range(len(out)):
        out[n] = randomness.poisson_small(key, stream, n, 0, mean)
