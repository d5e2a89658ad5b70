"""What is wrong with a scenario, said in words that its author understands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that has to be put right.

    Parameters
    ----------
    path
        Dotted name of the setting, for example ``ward.beds``; empty where it concerns the whole.
    value
        What was given.
    message
        What is wrong, with the allowed range or the allowed names.
    hint
        A way out: the nearest known name, or what to write instead.
    """

    path: str
    value: object
    message: str
    hint: str = ""

    def __str__(self) -> str:
        what = self.path
        if self.value is not None:
            value = _short(str(self.value))
            what = f"{what}={value}" if what else value
        line = f"{what}: {self.message}" if what else self.message
        return f"{line} ({self.hint})" if self.hint else line


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:60]}... ({len(text)} characters)"


def distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in their order, each once."""
    return tuple({str(problem): problem for problem in problems}.values())


class ScenarioError(ValueError):
    """A scenario that can't be simulated; `problems` lists everything that was found at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        return "\n".join(
            [f"{len(self.problems)} problems:", *(f"  - {problem}" for problem in self.problems)]
        )
