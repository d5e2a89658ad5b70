"""Contact: people seek it, staff offer it, and the minutes come out of what duties leave over.

dN/dt = n (1 + 0.25 max(D, 0)) while awake - N ln2 / 36 h - (0.3 + 0.7 T) per one-to-one-equivalent hour
A person seeks contact at a rate rising with N and agency and weighs free staff by 0.3 + 0.7 T.
Free staff do waiting work, or spend a while in the milieu with probability ``care.presence_norm``, or in
the office.
In the milieu they approach people: the named worker's own, those whose distress shows, those who trust them.
Whoever has had enough company lets it be: an approach is welcome with a chance that rises with N.
"""

from wardsim.model.access import (
    candidate_at,
    clock_at,
    free_at,
    here_at,
    par_at,
    person_at,
    present_at,
    role_at,
    slot_at,
    staff_at,
)
from wardsim.model.compiled import inlined, kernel
from wardsim.model.processes.activity import begin, begin_contact, end_activity, is_idle
from wardsim.model.processes.clock import BEAT_MIN
from wardsim.model.processes.decisions import flexibility
from wardsim.model.processes.duties import pressure_of_work, take_duty
from wardsim.model.processes.relations import lose_trust, trust_in
from wardsim.model.randomness import STREAMS, lognormal, uniform
from wardsim.model.state import (
    A_ASLEEP,
    A_FREE,
    A_OFFICE,
    COMPANION,
    D_AWAY,
    D_FREE,
    D_MEAL,
    HOME,
    INPATIENT,
    K_CONVERSATION,
    K_HOME,
    K_INFORMAL,
    LIMIT,
    PRESSURE,
    TASK,
)
from wardsim.model.world import DOCTOR, OTHER, PEER

_SEEK = STREAMS["seek"]
_SEEK_WHOM = STREAMS["seek_whom"]
_SEEK_KIND = STREAMS["seek_kind"]
_APPROACH = STREAMS["approach"]
_WHOM = STREAMS["approach_whom"]
_NAMED = STREAMS["approach_named"]
_KIND = STREAMS["approach_kind"]
_LENGTH = STREAMS["contact_length"]
_TALK = STREAMS["conversation_length"]
_STANCE = STREAMS["stance"]
_FRICTION = STREAMS["friction"]
_WELCOME = STREAMS["welcome"]
_NEXT = STREAMS["next_activity"]
_PRESENCE = STREAMS["presence"]


@inlined
def consider(w, n, row, weight):
    """Add somebody with a weight above zero to the n candidates of a choice; returns how many there are.

    A candidate keeps the sum of the weights so far."""
    if weight <= 0.0:
        return n
    candidate_at(w, n).row = row
    candidate_at(w, n).up_to = weight if n == 0 else candidate_at(w, n - 1).up_to + weight
    return n + 1


@kernel
def pick(w, n, u):
    """One of n candidates in proportion to the weights, by a uniform number u; -1: there is none."""
    if n == 0:
        return -1
    x = u * candidate_at(w, n - 1).up_to
    for k in range(n - 1):
        if x < candidate_at(w, k).up_to:
            return candidate_at(w, k).row
    return candidate_at(w, n - 1).row


@kernel
def need_grows(w, i, hours, awake, keeps):
    """Unmet need for contact over the next `hours`, which keep a share of it (called once an hour)."""
    c = par_at(w)
    p = person_at(w, i)
    if awake:
        distress = max(0.0, p.slow + p.fast)
        p.need += p.need_rate * (1.0 + c.contact_need_distress * distress) * hours / c.contact_waking_h
    p.need *= keeps
    p.need = min(p.need, c.contact_need_limit_h)


@kernel
def wish_for_company(c, need):
    """How much somebody with this unmet need wants company now, 0 to 1; the same for everybody where the mechanism is off."""
    return need / (need + c.contact_need_half_h) if c.on_need > 0.0 else c.contact_reference_wish


@kernel
def who_is_free(w, now, awake):
    """People whose own time (a meal, a visit, being alone) has ended are free again; list the free inpatients by
    day, who may seek or be approached in this beat, and return the largest unmet need (-1: nobody)."""
    n = 0
    most = -1.0
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        own_time = p.activity == D_MEAL or p.activity == D_AWAY
        if own_time and p.with_staff < 0 and p.until_min < now + BEAT_MIN:
            p.activity = D_FREE
        if awake and p.activity == D_FREE and p.setting == INPATIENT:
            free_at(w, n).person = i
            n += 1
            most = max(most, p.need)
    clock_at(w).n_free = n
    return most


@kernel
def somebody_idle(w):
    """Whether anybody on site could be spoken to."""
    for n_th in range(clock_at(w).n_present):
        if is_idle(staff_at(w, present_at(w, n_th).staff)):
            return True
    return False


@kernel
def seek(w, now):
    """People who are free look for somebody to talk to."""
    c = par_at(w)
    beat = clock_at(w).beat
    hours = BEAT_MIN / 60.0
    key = clock_at(w).key
    largest = (c.contact_seek_least + 1.0) * c.contact_seek_per_h * hours
    for k in range(clock_at(w).n_free):
        i = free_at(w, k).person
        p = person_at(w, i)
        drawn = uniform(key, _SEEK, p.number, beat, 0)
        if drawn >= largest or now < p.alone_until_min:  # most beats end here
            continue
        rate = c.contact_seek_per_h * wish_for_company(c, p.need) * p.reach
        if c.on_agency > 0.0:
            rate *= c.contact_seek_least + p.agency
        if drawn < rate * hours:
            ask_somebody(w, i, beat, now)


@kernel
def ask_somebody(w, i, beat, now):
    """Person i turns to one of the free staff, trusted ones first; nobody free: nothing comes of it."""
    c = par_at(w)
    p = person_at(w, i)
    n = 0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        n = consider(w, n, j, attraction(w, i, j, now))
    chosen = pick(w, n, uniform(clock_at(w).key, _SEEK_WHOM, p.number, beat, 0))
    if chosen < 0:
        return
    start = max(now, staff_at(w, chosen).start_min)
    talk = (
        c.contact_talk_share
        * (c.contact_talk_least + trust_in(w, i, chosen, now))
        * (c.contact_talk_least + wish_for_company(c, p.need))
    )
    stance = COMPANION if pressure_of_work(w, chosen) < c.contact_hurry_min else TASK
    if uniform(clock_at(w).key, _SEEK_KIND, p.number, beat, 0) < talk:
        minutes = talk_length(w, i, beat)
        begin_contact(w, chosen, i, K_CONVERSATION, stance, start, start + minutes)
    else:
        minutes = lognormal(
            clock_at(w).key,
            _LENGTH,
            p.number,
            beat,
            0,
            c.contact_informal_median_min,
            c.contact_informal_sigma,
        )
        begin_contact(w, chosen, i, K_INFORMAL, stance, start, start + minutes)


@kernel
def talk_length(w, i, beat):
    """Length of a conversation."""
    c = par_at(w)
    return c.contact_talk_low_min + (c.contact_talk_high_min - c.contact_talk_low_min) * uniform(
        clock_at(w).key, _TALK, person_at(w, i).number, beat, 0
    )


@inlined
def attraction(w, i, j, now):
    """Weight of staff j for a person looking for somebody: 0 if not free, less behind the office door."""
    c = par_at(w)
    s = staff_at(w, j)
    if s.unit != person_at(w, i).unit or not is_idle(s):
        return 0.0
    weight = c.contact_relief_base + c.contact_relief_trust * trust_in(w, i, j, now)
    if s.activity == A_OFFICE:
        weight *= c.contact_office_door
    return weight


@kernel
def staff_choose(w, now, most):
    """Everybody on duty whose activity has ended takes up the next one; nobody's unmet need is larger than
    `most`."""
    end_of_beat = now + BEAT_MIN
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.until_min < end_of_beat:
            if s.asleep == 1 and s.activity != A_ASLEEP:
                end_activity(w, j, s.until_min, 0)  # woken for a crisis that is over now
                s.activity = A_ASLEEP
            elif s.asleep == 0 and s.until_min <= s.duty_end_min:
                if s.until_min < now and s.activity != A_FREE:  # over before this beat: its rest was free
                    end_activity(w, j, s.until_min, 0)
                choose_next(w, j, max(now, s.until_min))
        if most >= 0.0 and s.activity == A_FREE and s.asleep == 0:
            approach(w, j, now, most)


@kernel
def choose_next(w, j, start):
    """The visit one has travelled to, work that waits, the milieu, or the office."""
    c = par_at(w)
    if staff_at(w, j).bound_for >= 0:
        visit_at_home(w, j, start)
        return
    beat = clock_at(w).beat
    if take_duty(w, j, start):
        return
    norm = c.care_presence_norm
    if c.on_strain > 0.0:
        norm *= 1.0 - c.contact_strain_withdraws * staff_at(w, j).strain
    kind = role_at(w, staff_at(w, j).role).kind
    if kind == DOCTOR or kind == OTHER:
        norm *= c.contact_specialist_presence
    spell = c.contact_spell_min * (
        1.0 + c.contact_spell_spread * (2.0 * uniform(clock_at(w).key, _NEXT, j, beat, 0) - 1.0)
    )
    here = uniform(clock_at(w).key, _PRESENCE, j, beat, 0) < norm
    begin(w, j, A_FREE if here else A_OFFICE, start, start + spell)


@kernel
def visit_at_home(w, j, start):
    """Staff j has arrived at the home of a person; nobody to visit any more: on with the next thing."""
    i = staff_at(w, j).bound_for
    staff_at(w, j).bound_for = -1
    if person_at(w, i).setting == HOME:
        begin_contact(w, j, i, K_HOME, COMPANION, start, start + par_at(w).settings_visit_min)
    else:
        begin(w, j, A_FREE, start, start)


@kernel
def approach(w, j, now, most):
    """Staff j, free in the milieu, turns to somebody; nobody's unmet need is larger than `most`."""
    c = par_at(w)
    s = staff_at(w, j)
    beat = clock_at(w).beat
    chance = clock_at(w).peer_approaches if role_at(w, s.role).kind == PEER else clock_at(w).approaches
    if uniform(clock_at(w).key, _APPROACH, j, beat, 0) >= chance:
        return
    mood = uniform(clock_at(w).key, _WELCOME, j, beat, 0)
    if mood >= welcome(c, wish_for_company(c, most)):  # whoever it were would let it be
        return
    i = whom_to_approach(w, j, beat, now)
    if i < 0 or mood >= welcome(c, wish_for_company(c, person_at(w, i).need)):
        return
    start = max(now, s.start_min)
    if friction(w, i, j, beat, start):
        return
    stance = stance_of(w, i, j, beat, start)
    talk = c.contact_offer_talk_share * (c.contact_talk_least + trust_in(w, i, j, now))
    if uniform(clock_at(w).key, _KIND, j, beat, 0) < talk:
        begin_contact(w, j, i, K_CONVERSATION, stance, start, start + talk_length(w, i, beat))
    else:
        minutes = lognormal(
            clock_at(w).key,
            _LENGTH,
            person_at(w, i).number,
            beat,
            1,
            c.contact_informal_median_min,
            c.contact_informal_sigma,
        )
        begin_contact(w, j, i, K_INFORMAL, stance, start, start + minutes)


@kernel
def welcome(c, wish):
    """Chance that somebody who is approached is glad of it: nearly nobody is who has had enough."""
    return c.contact_welcome_least + (1.0 - c.contact_welcome_least) * wish


@kernel
def whom_to_approach(w, j, beat, now):
    """One's own named people in a share of approaches, else by visible need and by trust; -1: nobody."""
    c = par_at(w)
    own = c.care_named_worker > 0.0 and uniform(clock_at(w).key, _NAMED, j, beat, 0) < c.contact_named_share
    n = 0
    for turn in range(2):
        if n > 0 or (turn == 1 and not own):
            break
        for k in range(clock_at(w).n_free):
            i = free_at(w, k).person
            n = consider(w, n, i, visible_need(w, i, j, own and turn == 0, now))
    return pick(w, n, uniform(clock_at(w).key, _WHOM, j, beat, 0))


@inlined
def visible_need(w, i, j, own, now):
    """How much person i draws staff j: distress that shows, and an easy relationship."""
    c = par_at(w)
    p = person_at(w, i)
    if p.unit != staff_at(w, j).unit or p.activity != D_FREE or (own and p.named != j):
        return 0.0
    shows = c.contact_distress_draws * max(0.0, p.slow + p.fast)
    weight = c.contact_notice_least + shows + trust_in(w, i, j, now)
    return weight * p.reach


@kernel
def stance_of(w, i, j, beat, now):
    """How staff j comes to person i: as companion, with a task, with pressure, or setting a limit."""
    c = par_at(w)
    p = person_at(w, i)
    s = staff_at(w, j)
    u = uniform(clock_at(w).key, _STANCE, j, beat, 0)
    rules = 1.0 - flexibility(c)
    skill = c.contact_training_softens * (s.trained if c.on_training > 0.0 else 0)
    limits = c.contact_limit_share * rules * (1.0 - skill)
    push = c.contact_pressure_share * rules * (1.0 - skill)
    if now < p.alone_until_min:
        push += c.contact_intrusion_share * (1.0 - skill)
    task = c.contact_task_share * min(1.0, pressure_of_work(w, j) / c.contact_hurry_min)
    if u < limits:
        return LIMIT
    if u < limits + push:
        return PRESSURE
    if u < limits + push + task:
        return TASK
    return COMPANION


@kernel
def friction(w, i, j, beat, now):
    """A contact that staff start can end in a refusal over a rule, the more likely the more rigid the
    rules."""
    c = par_at(w)
    if c.on_rule_friction == 0.0:
        return False
    if uniform(clock_at(w).key, _FRICTION, j, beat, 0) >= c.contact_friction * (1.0 - flexibility(c)):
        return False
    p = person_at(w, i)
    p.last_refusal_min = now
    p.fast += c.distress_refusal_jump
    p.alone_until_min = now + c.contact_alone_min
    lose_trust(w, i, j, c.relations_refusal_h, now)
    return True


@kernel
def contact(w, now):
    """The process, beat by beat: who is free, people seek, staff choose and approach."""
    clock = clock_at(w)
    first = clock.beat
    awake = slot_at(w, clock.slot).people_awake == 1
    for k in range(clock.beats):
        clock.beat = first + k
        moment = now + k * BEAT_MIN
        most = who_is_free(w, moment, awake)
        if somebody_idle(w):
            seek(w, moment)
        staff_choose(w, moment, most)
    clock.beat = first
