"""Recovery: dR/dt = (1 - R)(r0 + r1 c + r2 participation + r3 A) / day; coercive measures take away.

Participation is the company and programme of the last day, at most 1.
"""

from wardsim.model.access import (
    clock_at,
    here_at,
    par_at,
    person_at,
)
from wardsim.model.compiled import kernel
from wardsim.model.processes.distress import warm_contact
from wardsim.model.state import DAY, HOME, INPATIENT, LEAVE


@kernel
def recovery(w, hours):
    """Recovery of everybody looked after, and agency drifting back to its start (once an hour)."""
    c = par_at(w)
    for k in range(clock_at(w).n_here):
        i = here_at(w, k).person
        p = person_at(w, i)
        if p.setting != INPATIENT and p.setting != DAY and p.setting != HOME and p.setting != LEAVE:
            continue
        if c.on_agency > 0.0:
            p.agency += (c.decisions_agency_start - p.agency) * hours / (24.0 * c.decisions_agency_days)
        if c.on_recovery == 0.0:
            continue
        rate = c.recovery_base_day
        rate += c.recovery_contact_day * warm_contact(w, i)
        rate += c.recovery_participation_day * min(1.0, p.company_day)
        if c.on_agency > 0.0:
            rate += c.recovery_agency_day * p.agency
        p.recovery += (1.0 - p.recovery) * rate * hours / 24.0
