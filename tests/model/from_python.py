"""Doors to single functions of the model: compiled code can be called from Python only through an entry."""

from __future__ import annotations

from wardsim.model import randomness
from wardsim.model.access import (
    clock_at,
    duty_at,
    free_at,
    matter_at,
    pair_at,
    par_at,
    person_at,
    staff_at,
)
from wardsim.model.compiled import entry
from wardsim.model.processes import (
    activity,
    clock,
    coercion,
    contact,
    cover,
    crisis,
    decisions,
    distress,
    fatigue,
    forums,
    population,
    record,
    recovery,
    relations,
    response,
    roster,
    stays,
    strain,
    tension,
)
from wardsim.model.state import A_FREE, D_FREE

_ONSET = randomness.STREAMS["sickness_onset"]


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
def judgement(header, i, matter, there, decider, now):
    return decisions.judgement(header[0], i, matter, there, decider, now)


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
def wake(header, j, now, minutes):
    fatigue.wake(header[0], j, now, minutes)


@entry
def arrive(header, i, now):
    stays.arrive(header[0], i, now)


@entry
def act_on(header, i, matter, met, worked, decider, now):
    decisions.act(header[0], i, matter, met, worked, decider, now)


@entry
def minutes_of(header, n):
    return forums.minutes_of(header[0], matter_at(header[0], n))


@entry
def one_by_one(header, now):
    forums.one_by_one(header[0], now)


@entry
def granter(header, u, i):
    return decisions.granter(header[0], u, i)


@entry
def conference(header, u, forum, now):
    forums.meet(header[0], u, forum, now)


@entry
def ask(header, i, matter, now):
    return decisions.ask(header[0], i, matter, now)


@entry
def settle(header, n, now, at_once, decider):
    decisions.settle(header[0], n, now, at_once, decider)


@entry
def answer(header, u, granted, now):
    decisions.answer(header[0], u, granted, now)


# -------------------------------------------------------------------- crises
@entry
def suffer(header, i, now):
    coercion.suffer(header[0], i, now)


@entry
def others_shaken(header, i, now):
    coercion.others_shaken(header[0], i, now)


@entry
def calm_odds(header, i, hands, wanted, best, rho, trained, physical, now):
    """As for the crisis that would be written into the next row of the table."""
    w = header[0]
    n = clock_at(w).n_crises
    return response.calm_odds(w, i, n, hands, wanted, best, rho, trained, physical, now)


@entry
def incident(header, i, now):
    crisis.aggression(header[0], i, now, 1.0)


@entry
def harm(header, i, now):
    crisis.self_harm(header[0], i, now)


@entry
def hazards_grow(header, i, now):
    crisis.hazards(header[0], i, now)


@entry
def raise_tension(header, u, by):
    tension.raise_tension(header[0], u, by)


@entry
def tension_passes(header):
    """A quarter of an hour."""
    clock.set_pace(header[0])
    tension.contagion(header[0])


# ------------------------------------------------------------------- contact
@entry
def stances(header, i, j, now, out):
    """How staff j would come to person i in one beat after the other."""
    w = header[0]
    for n in range(len(out)):
        out[n] = contact.stance_of(w, i, j, n, now)


@entry
def frictions(header, i, j, now, out):
    """Beat after beat: whether an approach ends in a refusal over a rule."""
    w = header[0]
    for n in range(len(out)):
        out[n] = 1 if contact.friction(w, i, j, n, now) else 0


@entry
def visible_need(header, i, j, own, now):
    return contact.visible_need(header[0], i, j, own, now)


@entry
def attraction(header, i, j, now):
    return contact.attraction(header[0], i, j, now)


@entry
def welcome(header, wish):
    return contact.welcome(par_at(header[0]), wish)


@entry
def seeks(header, i, now, out):
    """Beat after beat from the same state: the member of staff to whom person i turns, -1: nobody."""
    w = header[0]
    clock_at(w).n_free = 1
    free_at(w, 0).person = i
    p = person_at(w, i)
    for n in range(len(out)):
        clock_at(w).beat = n
        contact.seek(w, now)
        j = p.with_staff
        out[n] = j
        p.activity, p.with_staff, p.until_min = D_FREE, -1, now
        if j >= 0:
            s = staff_at(w, j)
            s.activity, s.partner, s.start_min, s.until_min = A_FREE, -1, now, now


@entry
def what_comes_next(header, j, start, out):
    """Beat after beat: the activity that staff j takes up when one has ended."""
    w = header[0]
    for n in range(len(out)):
        clock_at(w).beat = n
        contact.choose_next(w, j, start)
        out[n] = staff_at(w, j).activity


@entry
def credit(header, i, j, kind, stance, start, end):
    activity.credit(header[0], i, j, kind, stance, start, end, 0)


# ---------------------------------------------------------- stays, medication
@entry
def planned_stay(header, i):
    return population.planned_stay(header[0], i)


@entry
def inpatient_day(header, i, now):
    population.inpatient_day(header[0], i, now)


@entry
def medication(header, i, hours, pull):
    distress.medication(header[0], i, hours, pull)


# --------------------------------------------------------------------- staff
@entry
def sick_at_duties(header, j, gap_days, strained, rho, out):
    """For every duty of the rota: whether staff j, well at the duty before, would be sick at it."""
    w = header[0]
    s = staff_at(w, j)
    for d in range(len(out)):
        s.sick_until_min, s.strain, s.rho = -1.0e9, strained, rho
        out[d] = 1 if cover.is_sick(w, j, d, gap_days) else 0
        if out[d] == 1 and s.sick_until_min <= duty_at(w, d).start_min:
            out[d] = -1  # sick, but well again at once


@entry
def luck_with_sickness(header, j, out):
    """The uniform number that decides at each duty of the rota whether staff j is sick."""
    w = header[0]
    for d in range(len(out)):
        out[d] = randomness.uniform(clock_at(w).key, _ONSET, j, cover.moment(w, d), 0)


@entry
def rest(header):
    strain.rest(header[0])
