"""Holds the interview of `wardsim new`: asks, reads answers, and knows what stands where nothing is said."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wardsim.planner_questions import BEDS, LEGAL, PLANNER, ROTA, ROTA_FILE, SERVICE, Question, posts
from wardsim.scenario.compose import compose, option_names
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.saved import as_tree
from wardsim.scenario.tree import check_range, lookup, nearest, one_of

_YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_HOW = """\
An empty line takes the answer in brackets.
[s] simulated   [n] asked and printed in the report, not simulated"""


@dataclass(frozen=True)
class Answer:
    """A question, its answer, and what would have stood there without one."""

    question: Question
    value: Any
    default: Any

    @property
    def says_something(self) -> bool:
        """Whether the answer differs from what the options chosen say."""
        return self.question.kind == "option" or self.value != self.default


@dataclass
class Interview:
    """One interview.

    Parameters
    ----------
    beforehand
        Answers by key; these questions are not asked.
    ask
        False: ask nothing, take the default everywhere.
    config_dir
        A folder with options of one's own.
    """

    beforehand: Mapping[str, str]
    ask: bool
    config_dir: str | None = None
    answers: list[Answer] = field(default_factory=list)

    def hold(self) -> list[Answer]:
        """Ask everything that was not answered beforehand.

        Raises
        ------
        ScenarioError
            With all answers, given beforehand or piped, that can't be used.
        """
        self._topic = ""
        self._left = dict(self.beforehand)
        self._wrong: list[Problem] = []
        self._options_chosen()
        self._say(_HOW)
        for question in self._questions():
            default = self._default(question)
            answer = Answer(question, self._answer(question, default), default)
            self.answers.append(answer)
            if question.kind == "option" and answer.value != default:
                self._options_chosen()
        keys = [answer.question.key for answer in self.answers]
        self._wrong += [_not_asked(key, given, keys) for key, given in self._left.items()]
        if self._wrong:
            raise ScenarioError(self._wrong)
        return self.answers

    def _questions(self) -> Iterator[Question]:
        yield SERVICE
        yield BEDS
        roles, fte = self._tree["staffing"]["roles"], self._tree["staffing"]["fte"]
        for role in fte:
            if roles[role]["kind"] != "other" or fte[role] or f"staffing.fte.{role}" in self._left:
                yield posts(role)
        yield ROTA
        if self.answers[-1].value == "imported":
            yield ROTA_FILE
        yield from LEGAL
        several = len(self._tree["ward"]["units"]) > 1  # then the places are spread over units, in the file
        yield from (q for q in PLANNER if not (several and q.key.startswith("ward.units.")))

    def _options_chosen(self) -> None:
        """Compose the options chosen so far: they are the defaults of what is asked next."""
        changed = [a for a in self.answers if a.question.kind == "option" and a.value != a.default]
        chosen = [f"{a.question.key}={a.value}" for a in changed]
        self._tree = as_tree(compose(chosen, config_dir=self.config_dir))

    def _default(self, question: Question) -> Any:
        if question.kind == "option":
            return self._tree["choices"][question.key]
        return lookup(self._tree, question.key) if question.simulated else None

    def _names(self, question: Question) -> Sequence[str]:
        if question.kind == "option":
            return option_names(question.key, config_dir=self.config_dir)
        return question.choices

    def _answer(self, question: Question, default: Any) -> Any:
        names = self._names(question)
        if question.key in self._left:
            try:
                return read_answer(question, self._left.pop(question.key), default, names)
            except ScenarioError as error:
                self._wrong += error.problems
                return default
        while self.ask:
            text = self._prompt(question, default, names)
            if text is None:
                break
            try:
                return read_answer(question, text, default, names)
            except ScenarioError as error:
                if not sys.stdin.isatty():  # nobody to ask again: all that is wrong is said at the end
                    self._wrong += error.problems
                    break
                self._say(f"  {error}")
        return default

    def _prompt(self, question: Question, default: Any, names: Sequence[str]) -> str | None:
        """One line typed; None at the end of the input, after which nothing more is asked."""
        if question.topic != self._topic:
            self._topic = question.topic
            self._say(f"\n{question.topic}")
        if len(names) > 2:
            self._say("    " + "  ".join(f"{i} {name}" for i, name in enumerate(names, start=1)))
        between = f" ({' or '.join(names)})" if len(names) == 2 else ""
        try:
            return input(
                f"[{'s' if question.simulated else 'n'}] {question.text}{between} [{shown(default)}] "
            )
        except EOFError:
            self._say("\nNo more answers: what follows is as in brackets.")
            self.ask = False
            return None

    def _say(self, text: str) -> None:
        if self.ask:
            print(text)


def read_answer(question: Question, text: str, default: Any, names: Sequence[str] = ()) -> Any:
    """The value that a typed answer means; an empty answer is the default.

    A name may be given by its number; a number with a decimal comma, a share in percent.

    Raises
    ------
    ScenarioError
        If it means nothing, or is out of range.
    """
    text = text.strip()
    if not text:
        return default
    if question.kind == "file" and not Path(text).is_file():
        raise ScenarioError([Problem(question.key, text, "there is no such file")])
    if question.kind in ("text", "file"):
        return text
    if names:
        value = names[int(text) - 1] if text.isdecimal() and 0 < int(text) <= len(names) else text
        if value not in names:
            raise ScenarioError([one_of(question.key, text, names, "can't be chosen")])
        return value
    if question.kind == "yes_no":
        if text.lower() not in _YES:
            raise ScenarioError([Problem(question.key, text, "answer yes or no")])
        return _YES[text.lower()]
    number = _number(question.key, text)
    if question.whole and number != int(number):
        raise ScenarioError([Problem(question.key, text, "must be a whole number")])
    return number


def _number(key: str, text: str) -> int | float:
    try:
        value = float(text.rstrip("% ").replace(",", "."))
    except ValueError:
        raise ScenarioError([Problem(key, text, "must be a number")]) from None
    value = value / 100 if text.endswith("%") else value
    value = int(value) if value.is_integer() else value
    if problem := check_range(key, value):
        raise ScenarioError([problem])
    return value


def shown(value: Any) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _not_asked(key: str, given: str, keys: Sequence[str]) -> Problem:
    near = nearest(key, keys)
    hint = f"did you mean {near}?" if near else "other settings can be put into the file"
    return Problem(key, given, "is not asked", hint)
