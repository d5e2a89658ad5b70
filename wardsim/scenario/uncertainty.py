"""How widely the numbers nobody knows exactly are drawn: the less is known of one, the wider.

A parameter of the model is drawn around its value in the register by a factor that its grade of evidence sets:
what nobody measured (D) from half to double, what is derived (C) from two thirds to one and a half, and so on.
Shares (`odds`) are moved in their odds, so that they stay shares; everything else (`factor`) is multiplied.
Draws are even in the logarithm.  The factors themselves are an assumption.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from wardsim.scenario.register import Parameter, load_register
from wardsim.scenario.schema import Scenario

#: Grade of evidence -> factor by which a value may be wrong, up or down.
FACTORS: Mapping[str, float] = {"A": 1.1, "B": 1.25, "C": 1.5, "D": 2.0}


@cache
def drawn_parameters() -> tuple[Parameter, ...]:
    """The parameters of the model that are drawn: those whose row names a distribution."""
    return tuple(p for p in load_register() if p.distribution and p.default is not None)


def drawn_value(parameter: Parameter, position: float) -> float:
    """Value at a position between −1 (lowest), 0 (the register's) and 1 (highest), within the allowed range."""
    centre = parameter.default
    if centre is None or not -1.0 <= position <= 1.0:
        raise ValueError(f"{parameter.name} can't be drawn at {position:g}")
    factor: float = FACTORS[parameter.grade] ** position
    if parameter.distribution == "odds":
        odds = factor * centre / (1.0 - centre)
        value = odds / (1.0 + odds)
    else:
        value = factor * centre
    low = -math.inf if parameter.low is None else parameter.low
    high = math.inf if parameter.high is None else parameter.high
    return min(high, max(low, value))


def with_parameters(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with other numbers of the model, by their names in the register (``model.contact.seek_per_h``)."""
    numbers = {submodel: dict(own) for submodel, own in scenario.model.parameters.items()}
    for name, value in values.items():
        _, submodel, parameter = name.split(".")
        numbers[submodel][parameter] = value
    model = scenario.model.model_copy(update={"parameters": numbers})
    after = scenario.after
    return scenario.model_copy(update={"model": model, "after": after and with_parameters(after, values)})
