"""Response to a crisis: who comes, and how likely the person calms down with them.

Those who can come most readily are called first, and among them whom the person trusts most; the most trusted
of them leads and stays.  De-escalation succeeds with logit p = logit(base) + trust + plan + training + hands + decision
- errors - severity - tension.
"""

import math

from wardsim.model.access import (
    clock_at,
    crisis_at,
    par_at,
    person_at,
    present_at,
    role_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.activity import begin
from wardsim.model.processes.decisions import ask, close, is_there, judgement, mix, settle
from wardsim.model.processes.fatigue import wake
from wardsim.model.processes.record import usable
from wardsim.model.processes.relations import trust_in
from wardsim.model.randomness import STREAMS, uniform
from wardsim.model.state import (
    A_BREAK,
    A_CRISIS,
    A_DUTY,
    A_FREE,
    A_HANDOVER,
    A_MEETING,
    A_OFFICE,
    A_SHARED,
    COMPANION,
    K_CRISIS,
)
from wardsim.model.world import IN_CRISIS

_KNOWN = STREAMS["plan_known"]
#: What staff are doing when somebody is needed: the lower, the sooner they come.
IDLE, AT_WORK, MEETS, IN_A_GROUP, WITH_SOMEBODY, ASLEEP, CANNOT_COME = range(7)


@kernel
def cost_of_calling(s):
    """How readily staff leave what they do: the idle first, then work, meetings, groups and those with somebody;
    whoever sleeps is woken last."""
    if s.activity == A_CRISIS:
        return CANNOT_COME
    if s.asleep == 1:
        return ASLEEP
    if s.activity == A_FREE or s.activity == A_OFFICE:
        return IDLE
    if s.activity == A_DUTY or s.activity == A_BREAK:
        return AT_WORK
    if s.activity == A_MEETING or s.activity == A_HANDOVER:
        return MEETS
    if s.activity == A_SHARED:
        return IN_A_GROUP
    return WITH_SOMEBODY


@kernel
def whom_to_call(w, i, now):
    """The member who can come most readily; among these, whom the person trusts most; -1: nobody."""
    best = -1
    lowest = CANNOT_COME
    highest = -1.0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit != person_at(w, i).unit or not role_at(w, s.role).cover:
            continue
        cost = cost_of_calling(s)
        if cost > lowest or cost == CANNOT_COME:
            continue
        trust = trust_in(w, i, j, now)
        if cost < lowest or trust > highest:
            best = j
            lowest = cost
            highest = trust
    return best


@kernel
def respond(w, i, n, wanted, minutes, now):
    """A crisis is met (row n of the table): how long it lasts, who came, and how they were."""
    hands, best, rho, trained = call(w, i, wanted, minutes, now)
    row = crisis_at(w, n)
    row.responders = hands
    row.best_trust = best
    row.rho = rho
    row.minutes = minutes
    return hands, best, rho, trained


@kernel
def call(w, i, wanted, minutes, now):
    """Up to `wanted` members come to person i; the lead stays with the person. Returns hands, best trust, mean rho,
    trained share."""
    c = par_at(w)
    hands = 0
    best = 0.0
    rho = 0.0
    trained = 0.0
    lead = -1
    lead_trust = -1.0
    while hands < wanted:
        j = whom_to_call(w, i, now)
        if j < 0:
            break
        s = staff_at(w, j)
        start = now
        if s.asleep == 1:
            wake(w, j, now, c.fatigue_woken_answers_min + minutes)
            start = now + c.fatigue_woken_answers_min
        trust = trust_in(w, i, j, now)
        begin(w, j, A_CRISIS, start, start + minutes)
        s.partner = -1
        s.crisis_of = i
        s.stance = COMPANION
        s.kind = K_CRISIS
        hands += 1
        best = max(best, trust)
        rho += s.rho
        trained += s.trained
        if trust > lead_trust:
            lead = j
            lead_trust = trust
    if hands > 0:
        staff_at(w, lead).partner = i
        person_at(w, i).with_staff = lead
        person_at(w, i).distress_start = person_at(w, i).slow + person_at(w, i).fast
        rho /= hands
        trained /= hands
    else:
        rho = 1.0
    return hands, best, rho, trained


@kernel
def plan_is_known(w, i, now):
    """Whether whoever leads the response knows the person's own plan, and so follows it: the better they know the
    person, or what is written of them, the more likely."""
    p = person_at(w, i)
    if par_at(w).on_crisis_plans == 0.0 or p.own_plan == 0 or p.with_staff < 0:
        return False
    known = usable(w, i, p.with_staff, now)
    return uniform(clock_at(w).key, _KNOWN, p.number, p.n_aggression, 0) < known


@kernel
def calm_odds(w, i, n, hands, wanted, best, rho, trained, physical, now):
    """Probability that de-escalation succeeds."""
    c = par_at(w)
    p = person_at(w, i)
    x = math.log(c.crises_calm_base / (1.0 - c.crises_calm_base))
    if c.on_trust_in_crises > 0.0:
        x += c.crises_calm_trust * (best - c.relations_start_mean)
    if plan_is_known(w, i, now):
        x += c.crises_calm_plan
        crisis_at(w, n).plan_followed = 1
    if c.on_training > 0.0:
        x += c.crises_calm_training * trained
    x += c.crises_calm_hands * (min(hands + int(c.crisis_response_team), wanted + 1) - wanted)
    if c.on_fatigue > 0.0:
        x -= c.crises_calm_errors * math.log(rho)
    if c.on_power_in_crises > 0.0:
        row = ask(w, i, IN_CRISIS, now)
        knowledge, means = judgement(w, i, IN_CRISIS, is_there(w, i, IN_CRISIS), p.with_staff, now)
        settle(w, row, now, False, p.with_staff)
        close(w, clock_at(w).n_open - 1)
        x += c.crises_calm_decision * (mix(c, knowledge, means) - c.decisions_reference_mix)
    if c.ward_soft_room > 0.0:
        x += c.crises_calm_soft_room
    x -= c.crises_calm_physical * physical
    x -= c.crises_calm_tension * unit_at(w, p.unit).tension
    return 1.0 / (1.0 + math.exp(-x))
