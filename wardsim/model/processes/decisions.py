"""Decisions: what people ask for, who decides it where, and what a decision leaves behind.

Everyday requests are granted at once with probability *flexibility*; the rest wait for the forum that the
power structure names.

preference_met:  p = fits ? a : w_p a_p + (1 - w_p)(m0 + m1 P)      a right, counted as such
worked_out:      p = p0 + (1 - p0) mix(P, E),  p0 = 0.6 where wish and practice agree, else 0.3
P = sum w_i K_i*, E = sum w_i E_i*, X* = X + listening (X_best - X)+, the person's own K = s + (1 - s) A
X_best: of those in the room.  Where the person is not, nobody hears what they know of themself; and whoever has a
say and is not there, person or role, does not hear the others.
mix: geometric sqrt(P E) | arithmetic (P + E)/2 | minimum | rights_only and no_power_effect: a constant
"""

import math

from wardsim.model.access import (
    clock_at,
    forum_of_at,
    here_at,
    matter_at,
    open_at,
    par_at,
    person_at,
    present_at,
    role_at,
    role_sum_at,
    staff_at,
    unit_at,
    weight_at,
)
from wardsim.model.buffers import M_DECIDED, M_LAPSED, M_OPEN
from wardsim.model.compiled import kernel
from wardsim.model.parameters import ARITHMETIC, GEOMETRIC, MINIMUM, NO_POWER_EFFECT
from wardsim.model.processes.activity import available_for_programme, came_to, day_row, is_on, wins
from wardsim.model.processes.record import on_paper, usable
from wardsim.model.processes.relations import lose_trust
from wardsim.model.randomness import STREAMS, uniform
from wardsim.model.state import DAY, HOME, INPATIENT
from wardsim.model.world import (
    DISCHARGE,
    EVERYDAY,
    IN_CRISIS,
    MEDICATION,
    MILIEU,
    PLAN,
)

GRANTED = -2.0  # discharge_asked_min of somebody who may go

_ARISES = STREAMS["matter_arises"]
_AT_ONCE = STREAMS["everyday_at_once"]
_FITS = STREAMS["wish_fits"]
_MET = STREAMS["preference"]
_WORKED = STREAMS["worked_out"]


@kernel
def ask(w, i, matter, now):
    """Person i asks for something; returns the row of the matter."""
    c = par_at(w)
    p = person_at(w, i)
    n = clock_at(w).n_matters
    clock_at(w).n_matters += 1
    row = matter_at(w, n)
    row.person = i
    row.stay = p.stay
    row.unit = p.unit
    row.matter = matter
    row.asked_min = now
    row.decided_min = -1.0
    row.state = M_OPEN
    row.granted_by = -1
    row.wants_free = p.wants_free
    row.number = clock_at(w).beat
    fits = c.decisions_wish_fits
    if matter == MEDICATION and p.wants_free:
        fits = c.decisions_wish_fits * c.care_taper_offered
    row.fits = 1 if uniform(clock_at(w).key, _FITS, p.number, clock_at(w).beat, matter) < fits else 0
    open_at(w, clock_at(w).n_open).matter = n
    clock_at(w).n_open += 1
    p.pending += 1
    return n


@kernel
def in_room(w, j, i, matter, decider, now):
    """Whether staff j is in the room when a matter of person i is settled.

    In the meeting that begins now (``decider`` -1): who sits in it.  Where somebody decides alone: the decider, and
    colleagues at hand, free or at other work; in a crisis also whoever came to it.  Their role must belong there.
    """
    s = staff_at(w, j)
    if s.unit != person_at(w, i).unit or weight_at(w, matter, s.role).there == 0:
        return False
    if decider < 0:
        return has_seat(w, j, matter, now)
    if j == decider or (matter == IN_CRISIS and came_to(s, i)):  # also who was asleep, and was woken
        return True
    return available_for_programme(s)


@kernel
def has_seat(w, j, matter, now):
    """Whether staff j sits in the meeting that begins now and settles this kind of matter."""
    s = staff_at(w, j)
    return s.seat_min == now and s.seat == forum_of_at(w, matter).forum


@kernel
def role_knowledge(w, i, r, matter, decider, now):
    """Best usable knowledge of person i among those of role r in the room, and whether anybody is.

    A role that nobody stands for decides by what is on paper and by what it knows of means, and hears nobody.
    """
    best = -1.0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        if staff_at(w, j).role == r and in_room(w, j, i, matter, decider, now):
            best = max(best, usable(w, i, j, now))
    if best >= 0.0:
        return best, True
    return on_paper(w, i), False


@kernel
def is_there(w, i, matter):
    """Whether person i is in the room: where the structure has them there, and not while they are away."""
    setting = person_at(w, i).setting
    here = setting == INPATIENT or setting == DAY or setting == HOME
    return here and weight_at(w, matter, w.roles_n).there == 1


@kernel
def judgement(w, i, matter, there, decider, now):
    """P (knowledge of the person) and E (knowledge of means) that reach the decision.

    ``there``: whether the person is in the room.  If not, nobody hears them, and they hear nobody.
    """
    c = par_at(w)
    p = person_at(w, i)
    n = w.roles_n
    own_k = c.decisions_self_knowledge + (1.0 - c.decisions_self_knowledge) * p.agency
    own_e = min(1.0, c.decisions_own_means + c.decisions_information_gain * c.care_information)
    best_k = own_k if there else 0.0
    best_e = own_e if there else 0.0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        if in_room(w, j, i, matter, decider, now):
            best_k = max(best_k, usable(w, i, j, now))
            best_e = max(best_e, role_at(w, staff_at(w, j).role).means)
    listening = c.power_listening if c.on_listening > 0.0 else 0.0
    heard = listening if there else 0.0
    total_k = weight_at(w, matter, n).weight * (own_k + heard * max(0.0, best_k - own_k))
    total_e = weight_at(w, matter, n).weight * (own_e + heard * max(0.0, best_e - own_e))
    for r in range(n):
        weight = weight_at(w, matter, r).weight
        if weight > 0.0:
            k, sits = role_knowledge(w, i, r, matter, decider, now)
            e = role_at(w, r).means
            heard = listening if sits else 0.0
            total_k += weight * (k + heard * max(0.0, best_k - k))
            total_e += weight * (e + heard * max(0.0, best_e - e))
    return total_k, total_e


@kernel
def mix(c, knowledge, means):
    """How the two kinds of knowledge make a decision that works (the form is a structural uncertainty).

    Where it does not matter who decides (the switch ``power``), it is the reference.
    """
    form = int(c.decision_form) if c.on_power > 0.0 else NO_POWER_EFFECT
    if form == GEOMETRIC:
        return math.sqrt(knowledge * means)
    if form == ARITHMETIC:
        return (knowledge + means) / 2.0
    if form == MINIMUM:
        return min(knowledge, means)
    return c.decisions_reference_mix


@kernel
def settle(w, n, now, at_once, decider):
    """Decide matter n, and let the decision act on the person and on who decided.

    ``at_once``: an everyday request that ``decider`` grants without asking further.  ``decider``: the member of
    staff who settles it alone; -1: those who sit in the meeting that begins now.
    """
    c = par_at(w)
    row = matter_at(w, n)
    i = int(row.person)
    p = person_at(w, i)
    matter = int(row.matter)
    there = at_once or is_there(w, i, matter)
    knowledge, means = judgement(w, i, matter, there, decider, now)
    own = weight_at(w, matter, w.roles_n).weight
    asked = there or own >= c.decisions_asked_from
    form = int(c.decision_form)
    if c.on_power == 0.0 or form == NO_POWER_EFFECT:
        own = c.decisions_reference_weight
    p_met = c.decisions_met_fits
    if row.fits == 0:
        known = knowledge if c.on_power > 0.0 and form < NO_POWER_EFFECT else c.decisions_reference_mix
        p_met = own * c.decisions_met_own + (1.0 - own) * (
            c.decisions_met_base + c.decisions_met_known * known
        )
    p_start = c.decisions_works_fits if row.fits else c.decisions_works_else
    p_work = p_start + (1.0 - p_start) * mix(c, knowledge, means)
    met = at_once or uniform(clock_at(w).key, _MET, p.number, row.number, matter) < p_met
    row.met = 1 if met else 0
    row.worked = 1 if uniform(clock_at(w).key, _WORKED, p.number, row.number, matter) < p_work else 0
    row.asked_before = 1 if asked else 0
    row.knowledge = knowledge
    row.agency = p.agency
    row.decided_min = now
    row.state = M_DECIDED
    row.granted_by = staff_at(w, decider).role if at_once else -1
    p.pending -= 1
    day_row(w, now, int(row.unit)).decided += 1.0
    if matter == EVERYDAY:
        answer(w, int(row.unit), row.met, now)
    if at_once:  # who granted it has decided, whatever the structure says
        role_sum_at(w, row.granted_by).authority += 1.0
    else:
        for r in range(w.roles_n):
            role_sum_at(w, r).authority += weight_at(w, matter, r).weight
    act(w, i, matter, row.met, row.worked, decider, now)


@kernel
def answer(w, u, granted, now):
    """An everyday request is granted, which brings work, or refused."""
    c = par_at(w)
    d = day_row(w, now, u)
    if not granted:
        d.requests_refused += 1.0
        return
    d.requests_granted += 1.0
    if c.on_duties > 0.0:
        unit_at(w, u).patient_backlog_min += c.decisions_request_min * c.duties_scale


@kernel
def granter(w, u, i):
    """Somebody of the milieu staff awake on unit u, who may grant person i a request at once; -1: nobody."""
    best = -1
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit == u and is_on(s) and role_at(w, s.role).kind == MILIEU and wins(w, j, best, i):
            best = j
    return best


@kernel
def act(w, i, matter, met, worked, decider, now):
    """What a decision does: agency, trust in who decided, distress, recovery; and the matter itself."""
    c = par_at(w)
    p = person_at(w, i)
    size = c.decisions_everyday_weight if matter == EVERYDAY else 1.0
    if c.on_agency > 0.0:
        if met:
            p.agency += (1.0 - p.agency) * c.decisions_agency_met * size
        else:
            p.agency -= p.agency * c.decisions_agency_against * size
    if not met:
        p.fast += c.distress_against_jump * size
        p.last_refusal_min = now
        if decider >= 0:
            lose_trust(w, i, decider, c.relations_overruled_h * size, now)
        else:
            blame_the_meeting(w, i, matter, c.relations_overruled_h * size, now)
    if worked:
        p.slow -= c.decisions_worked_relief * size
        if c.on_recovery > 0.0:
            p.recovery += (1.0 - p.recovery) * c.decisions_worked_recovery * size
    if matter == MEDICATION and p.wants_free and met and c.on_medication > 0.0:
        p.medication_goal = 0.0
    if matter == DISCHARGE:
        p.discharge_asked_min = GRANTED if met else -1.0
        if not met:
            p.discharge_from_min = now + 1440.0 * c.decisions_discharge_delay_days


@kernel
def blame_the_meeting(w, i, matter, cost_h, now):
    """Trust in those who sat in the meeting and had a say falls, in proportion to the weight of their role."""
    most = 0.0
    for r in range(w.roles_n):
        most = max(most, weight_at(w, matter, r).weight)
    if most == 0.0:
        return
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit == person_at(w, i).unit and has_seat(w, j, matter, now):
            weight = weight_at(w, matter, s.role).weight
            if weight > 0.0:
                lose_trust(w, i, j, cost_h * weight / most, now)


@kernel
def flexibility(c):
    """Share of everyday requests that whoever is there may grant; the reference where power has no effect."""
    if c.on_power == 0.0 or c.decision_form == NO_POWER_EFFECT:
        return c.decisions_reference_flexibility
    return c.power_flexibility


@kernel
def requests(w, now):
    """People ask for things (called once an hour by day)."""
    c = par_at(w)
    beat = clock_at(w).beat
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.setting != INPATIENT and p.setting != DAY and p.setting != HOME:
            continue
        hours = c.contact_waking_h
        rate = (
            c.decisions_medication_taper_day
            if p.medication_goal < p.medication
            else c.decisions_medication_day
        )
        if uniform(clock_at(w).key, _ARISES, p.number, beat, 1) < c.decisions_plan_day / hours:
            ask(w, i, PLAN, now)
        if uniform(clock_at(w).key, _ARISES, p.number, beat, 2) < rate / hours:
            ask(w, i, MEDICATION, now)
        if (
            p.setting == INPATIENT
            and uniform(clock_at(w).key, _ARISES, p.number, beat, 0) < c.decisions_everyday_day / hours
        ):
            n = ask(w, i, EVERYDAY, now)
            j = granter(w, p.unit, i)
            if j >= 0 and uniform(clock_at(w).key, _AT_ONCE, p.number, beat, 0) < flexibility(c):
                settle(w, n, now, True, j)
                close(w, clock_at(w).n_open - 1)


@kernel
def close(w, at):
    """Take a settled matter off the list of open ones (order of the rest kept)."""
    last = clock_at(w).n_open - 1
    for k in range(at, last):
        open_at(w, k).matter = open_at(w, k + 1).matter
    clock_at(w).n_open = last


@kernel
def lapse(w, i, keep_row):
    """A person goes: their open matters lapse (all but row `keep_row`)."""
    k = 0
    while k < clock_at(w).n_open:
        n = open_at(w, k).matter
        if matter_at(w, n).person == i and n != keep_row:
            matter_at(w, n).state = M_LAPSED
            person_at(w, i).pending -= 1
            close(w, k)
        else:
            k += 1


@kernel
def lapse_discharge(w, i):
    """The question of discharge is off: the person has moved on or back."""
    p = person_at(w, i)
    p.discharge_asked_min = -1.0
    for k in range(clock_at(w).n_open):
        row = matter_at(w, open_at(w, k).matter)
        if row.person == i and row.matter == DISCHARGE:
            row.state = M_LAPSED
            p.pending -= 1
            close(w, k)
            return
