"""Relations: what a member of staff knows of a person, and how far the person trusts them.

K += (1 - K)(1 - e^(-x/k))                      x one-to-one-equivalent hours, k = relations.knowledge_h
T += q (M' - T)+ (1 - e^(-x/h))                 h = relations.trust_h; M' = M for a companion, half of M
otherwise
T <- T e^(-loss_weight * lambda / h)            lambda = hours that a refusal, an overruled plan, a measure
cost
T <- T0 + (T - T0) 2^(-days apart / relations.trust_half_life_days) where T > T0, the person's trust in strangers
"""

import math

from wardsim.model.access import (
    clock_at,
    pair_at,
    par_at,
    person_at,
    staff_at,
)
from wardsim.model.compiled import inlined, kernel
from wardsim.model.processes.clock import what_is_left
from wardsim.model.randomness import STREAMS, beta_like
from wardsim.model.state import COMPANION

_CEILING = STREAMS["trust_ceiling"]
_TRUST = STREAMS["trait_trust"]
_FIRST = STREAMS["trust_first"]


@kernel
def meet(w, i, j, now):
    """Bring the pair (person i, staff j) up to date and return its row.

    A newcomer to the post, a guest of the other wards and a temp have never met the person.
    """
    c = par_at(w)
    s = staff_at(w, j)
    r = pair_at(w, i, j)
    if r.trust < 0.0 or r.who != s.who:
        r.who = s.who
        r.knowledge = 0.0
        r.minutes = 0.0
        r.trust = beta_like(
            clock_at(w).key,
            _FIRST,
            person_at(w, i).number,
            s.who,
            person_at(w, i).trust_start,
            c.relations_start_pair_sd,
        )
        r.ceiling = beta_like(
            clock_at(w).key,
            _CEILING,
            person_at(w, i).number,
            s.who,
            c.relations_ceiling_mean,
            c.relations_ceiling_sd,
        )
        r.last_min = now
    elif now > r.last_min + 1440.0:
        gained = r.trust - person_at(w, i).trust_start
        if gained > 0.0:  # what was gained fades; what was lost stays lost
            days = (now - r.last_min) / 1440.0
            r.trust -= gained * (1.0 - what_is_left(days, c.relations_trust_half_life_days))
        r.last_min = now
    return r


@inlined
def is_fresh(r, who, now):
    """Whether the row of a pair is about this holder of the post and not a day old: the usual case."""
    return r.who == who and r.trust >= 0.0 and now <= r.last_min + 1440.0


@inlined
def trust_in(w, i, j, now):
    """Trust of person i in staff j as it acts now (constant when the mechanism is off)."""
    if par_at(w).on_trust == 0.0:
        return par_at(w).relations_start_mean
    if staff_at(w, j).is_temp:
        return person_at(w, i).trust_start
    r = pair_at(w, i, j)
    if is_fresh(r, staff_at(w, j).who, now):
        return r.trust
    return meet(w, i, j, now).trust


@inlined
def known_by(w, i, j, now):
    """K of staff j about person i."""
    if staff_at(w, j).is_temp:
        return 0.0
    r = pair_at(w, i, j)
    if is_fresh(r, staff_at(w, j).who, now):
        return r.knowledge
    return meet(w, i, j, now).knowledge


@kernel
def grow(w, i, j, hours, minutes, stance, now):
    """Shared time leaves knowledge and, where its stance allows, trust."""
    s = staff_at(w, j)
    if s.is_temp:
        return
    c = par_at(w)
    r = meet(w, i, j, now)
    r.minutes += minutes
    r.last_min = now
    if c.on_knowledge > 0.0:
        r.knowledge += (1.0 - r.knowledge) * (1.0 - math.exp(-hours / c.relations_knowledge_h))
    if c.on_trust > 0.0:
        ceiling = r.ceiling
        if stance != COMPANION:
            ceiling *= c.relations_time_alone_share
        if ceiling > r.trust:
            r.trust += s.quality * (ceiling - r.trust) * (1.0 - math.exp(-hours / c.relations_trust_h))


@kernel
def lose_trust(w, i, j, cost_h, now):
    """Trust lost by an event that costs `cost_h` hours of building it."""
    c = par_at(w)
    if staff_at(w, j).is_temp or c.on_trust == 0.0:
        return
    r = meet(w, i, j, now)
    r.trust *= math.exp(-c.relations_loss_weight * cost_h / c.relations_trust_h)


@kernel
def first_trust(key, number, mean, sd):
    """Trust that a person brings along."""
    return beta_like(key, _TRUST, number, 0, mean, sd)
