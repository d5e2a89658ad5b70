"""What an intervention or a changeover does to the state, called from outside the loop."""

from wardsim.model.access import clock_at, here_at, pair_at, person_at, staff_at
from wardsim.model.buffers import S_TRANSFER
from wardsim.model.compiled import entry
from wardsim.model.processes.relations import known_by, trust_in
from wardsim.model.processes.roster import end_duty, list_present, new_holder
from wardsim.model.processes.start import take_post
from wardsim.model.processes.stays import close_stay, name_worker


@entry
def transfer(header, i, now):
    """The stay of person i ends as a transfer."""
    close_stay(header[0], i, S_TRANSFER, now)


@entry
def appoint(header, j, who, now):
    """Somebody with the number `who` takes the post in row j."""
    w = header[0]
    following = clock_at(w).next_who
    clock_at(w).next_who = who
    take_post(w, j)
    new_holder(w, j, now)
    clock_at(w).next_who = following
    staff_at(w, j).pressure_min = now


@entry
def dismiss(header, j, now):
    """Staff j goes home and belongs to no unit any more; the people they were named worker of get another."""
    w = header[0]
    s = staff_at(w, j)
    if s.on_site == 1:
        end_duty(w, j, now)
        list_present(w)
    s.unit = -1
    s.named_for = 0
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        if person_at(w, i).named == j:
            name_worker(w, i)


@entry
def trust_and_knowledge(header, i, j, now):
    """Trust of person i in staff j and what j knows of i, as they would act now; looking changes nothing."""
    w = header[0]
    r = pair_at(w, i, j)
    who, trust, knowledge, minutes, ceiling, last = (
        r.who,
        r.trust,
        r.knowledge,
        r.minutes,
        r.ceiling,
        r.last_min,
    )
    found = trust_in(w, i, j, now), known_by(w, i, j, now)
    r.who, r.trust, r.knowledge, r.minutes, r.ceiling, r.last_min = (
        who,
        trust,
        knowledge,
        minutes,
        ceiling,
        last,
    )
    return found
