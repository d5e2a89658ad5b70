"""Record and handover: what the next team is told, and what stands on paper.

O <- keep O, then O += r (K_outgoing - O)+ at each handover; keep by the way of telling, raised by familiarity
r = 1 - (1 - told_share)^(minutes of handover / told_min): the longer they sit together, the more is told
written += (usable knowledge of the writer - written)+ (1 - e^(-minutes / record.document_min)), and ages
usable knowledge = max(K, min(0.5, max(O, written))): what is on paper is not a relationship
"""

import math

from wardsim.model.access import (
    clock_at,
    handover_at,
    here_at,
    par_at,
    person_at,
    present_at,
    role_at,
    staff_at,
    unit_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.clock import what_is_left
from wardsim.model.processes.relations import known_by
from wardsim.model.state import INPATIENT
from wardsim.model.world import MILIEU


@kernel
def on_paper(w, i):
    """What somebody who never met the person can know from the record, at most relations' half."""
    c = par_at(w)
    p = person_at(w, i)
    best = 0.0
    if c.on_handover > 0.0:
        best = p.oral
    if c.on_written_record > 0.0 and p.written > best:
        best = p.written
    return min(c.record_paper_limit, best)


@kernel
def usable(w, i, j, now):
    """Usable knowledge of person i held by staff j."""
    return max(known_by(w, i, j, now), on_paper(w, i))


@kernel
def write_down(w, i, j, minutes, now):
    """Documentation about person i carries part of what the writer knows."""
    c = par_at(w)
    p = person_at(w, i)
    gap = usable(w, i, j, now) - p.written
    if gap > 0.0:
        p.written += gap * (1.0 - math.exp(-minutes / c.record_document_min))


@kernel
def team_knowledge(w, i, u, now, arriving_since):
    """Mean usable knowledge of person i in the milieu team on site.

    ``arriving_since`` < 0: those who were there before; otherwise only those whose duty began then.
    """
    total = 0.0
    n = 0
    for n_th in range(clock_at(w).n_present):
        j = present_at(w, n_th).staff
        s = staff_at(w, j)
        if s.unit != u or role_at(w, s.role).kind != MILIEU:
            continue
        new = s.duty_start_min > now - par_at(w).tick_min
        if (arriving_since >= 0.0) == new:
            total += usable(w, i, j, now)
            n += 1
    if n == 0:
        return -1.0
    return total / n


@kernel
def hand_over(w, u, now):
    """One change of shift on unit u: the oral part is passed on, and what gets lost is counted."""
    c = par_at(w)
    unit = unit_at(w, u)
    row = handover_at(w, clock_at(w).n_handovers)
    row.unit = u
    row.time_min = now
    row.before = 0.0
    row.after = 0.0
    row.people = 0
    keep = c.record_keep
    if c.on_familiarity > 0.0:
        keep = keep + (1.0 - keep) * c.record_familiarity_gain * unit.familiarity
    told = 1.0 - (1.0 - c.record_told_share) ** (c.rotation_handover_minutes / c.record_told_min)
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.unit != u or p.setting != INPATIENT:
            continue
        before = team_knowledge(w, i, u, now, -1.0)
        if before < 0.0:
            continue
        p.oral *= keep
        if before > p.oral:
            p.oral += told * (before - p.oral)
        after = team_knowledge(w, i, u, now, now)
        if after >= 0.0:
            row.before += before
            row.after += after
            row.people += 1
    if row.people > 0:
        clock_at(w).n_handovers += 1


@kernel
def age_record(w):
    """Paper gets old (called once an hour)."""
    c = par_at(w)
    fade = what_is_left(1.0, 24.0 * c.record_half_life_days)
    for k in range(clock_at(w).n_here):
        person_at(w, here_at(w, k).person).written *= fade
