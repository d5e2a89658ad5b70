"""Doors to single functions of the model: compiled code can be called from Python only through an entry."""

from __future__ import annotations

from wardsim.model import randomness
from wardsim.model.access import clock_at, matter_at, pair_at, par_at, person_at
from wardsim.model.compiled import entry
from wardsim.model.processes import (
    activity,
    clock,
    contact,
    decisions,
    distress,
    fatigue,
    record,
    recovery,
    relations,
    response,
    roster,
    stays,
    strain,
)


# ---------------------------------------------------------------------- draws
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


# ------------------------------------------------------------------- equations
@entry
def grow(header, i, j, hours, minutes, stance, now):
    relations.grow(header[0], i, j, hours, minutes, stance, now)


@entry
def lose_trust(header, i, j, cost_h, now):
    relations.lose_trust(header[0], i, j, cost_h, now)


@entry
def meet(header, i, j, now):
    relations.meet(header[0], i, j, now)


@entry
def set_point(header, i):
    return distress.set_point(header[0], i)


@entry
def slow_part(header, now, hours):
    distress.slow_part(header[0], now, hours)


@entry
def return_days(header, e, recovery):
    return stays.return_days(par_at(header[0]), e, recovery)


@entry
def write_down(header, i, j, minutes, now):
    record.write_down(header[0], i, j, minutes, now)


@entry
def age_record(header):
    record.age_record(header[0])


@entry
def usable(header, i, j, now):
    return record.usable(header[0], i, j, now)


@entry
def hand_over(header, u, now):
    record.hand_over(header[0], u, now)


@entry
def judgement(header, i, matter, now):
    return decisions.judgement(header[0], i, matter, now)


@entry
def mix(header, knowledge, means):
    return decisions.mix(par_at(header[0]), knowledge, means)


@entry
def need_grows(header, i, hours, awake):
    keeps = clock.what_is_left(hours, par_at(header[0]).contact_need_half_life_h)
    contact.need_grows(header[0], i, hours, awake, keeps)


@entry
def recover(header, hours):
    recovery.recovery(header[0], hours)


@entry
def let_mood_pass(header, out, i):
    """The fast part of distress of person i, quarter of an hour by quarter of an hour."""
    w = header[0]
    clock.set_pace(w)
    for n in range(len(out)):
        for _ in range(int(15.0 / par_at(w).tick_min)):
            distress.distress(w, clock_at(w).tick * par_at(w).tick_min)
            clock.next_tick(w)
        out[n] = person_at(w, i).fast


@entry
def decide_often(header, i, matter, now, out):
    """The same person asks again and again from the same state; rows of `out`: met, worked, fits."""
    w = header[0]
    p = person_at(w, i)
    agency, fast, slow, recovered, planned = p.agency, p.fast, p.slow, p.recovery, p.planned_days
    for n in range(len(out)):
        clock_at(w).beat = n
        row = decisions.ask(w, i, matter, now)
        decisions.settle(w, row, now, False, -1)
        out[n, 0] = matter_at(w, row).met
        out[n, 1] = matter_at(w, row).worked
        out[n, 2] = matter_at(w, row).fits
        clock_at(w).n_matters -= 1
        clock_at(w).n_open -= 1
        p.agency, p.fast, p.slow, p.recovery, p.planned_days = agency, fast, slow, recovered, planned
        for j in range(w.staff_n):
            pair_at(w, i, j).trust = 0.3


@entry
def whom_to_call(header, i, now):
    return response.whom_to_call(header[0], i, now)


@entry
def after_duty(header, j, now):
    strain.after_duty(header[0], j, now)


@entry
def end_activity(header, j, now):
    activity.end_activity(header[0], j, now, 1)


@entry
def start_as_temp(header, j, d):
    roster.start_as_temp(header[0], j, d)


@entry
def bring_up_to_date(header, j, now):
    fatigue.bring_up_to_date(header[0], j, now)


@entry
def arrive(header, i, now):
    stays.arrive(header[0], i, now)
