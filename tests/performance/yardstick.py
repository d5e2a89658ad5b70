"""The yardstick of every speed: a plain Mesa loop, timed in the same run on the same machine.

Thirty agents; in each step every agent draws one random number and makes one comparison.
"""

from __future__ import annotations

import time

import mesa

AGENTS = 30


class PlainAgent(mesa.Agent):
    """Draws a number, compares it, counts."""

    n_seen = 0

    def step(self) -> None:
        if self.random.random() < 0.01:
            self.n_seen += 1


class PlainModel(mesa.Model):
    """A population that does nearly nothing."""

    def __init__(self, agents: int = AGENTS, seed: int = 1) -> None:
        super().__init__(rng=seed)
        PlainAgent.create_agents(self, agents)

    def step(self) -> None:
        self.agents.do("step")


def agent_steps_per_second(steps: int = 6_000, tries: int = 3) -> float:
    """Agent-steps per second of the plain loop, the best of a few tries."""
    best = 0.0
    for _ in range(tries):
        model = PlainModel()
        began = time.perf_counter()
        for _ in range(steps):
            model.step()
        best = max(best, AGENTS * steps / (time.perf_counter() - began))
    return best
