"""Who decides: weights by role and matter, the authority network, and its measures."""

from wardsim.power.measures import (
    PowerMeasures,
    authority_shares,
    cosine,
    freeman_centralisation,
    gini,
    measure_structure,
    power_contact_alignment,
    power_responsibility_imbalance,
)
from wardsim.power.network import authority, in_the_room, person_there
from wardsim.power.problems import problems
from wardsim.power.weights import actors, effective_weights, present

__all__ = [
    "PowerMeasures", "actors", "authority", "authority_shares", "cosine", "effective_weights",
    "freeman_centralisation", "gini", "in_the_room", "measure_structure", "person_there",
    "power_contact_alignment", "power_responsibility_imbalance", "present", "problems",
]  # fmt: skip
