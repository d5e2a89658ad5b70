"""Tension of a unit: what incidents, measures and conflicts leave in the air, and what it makes of hazards."""

from wardsim.model.access import clock_at, par_at, unit_at
from wardsim.model.compiled import kernel


@kernel
def raise_tension(w, u, by):
    """Something happened on unit u that everybody feels."""
    unit = unit_at(w, u)
    unit.tension = min(par_at(w).crises_tension_limit, unit.tension + by)


@kernel
def contagion(w):
    """Tension fades; what is left of it raises the hazards on the unit."""
    c = par_at(w)
    for u in range(w.unit_n):
        unit = unit_at(w, u)
        unit.tension *= clock_at(w).tension_keeps
        unit.contagion = 1.0
        if c.on_contagion > 0.0:
            crowd = c.crises_contagion_places / max(1, unit.n_seen)
            unit.contagion += c.crises_contagion_strength * unit.tension * crowd
