"""Fit parameters to the patterns that may be fitted to, and collect vectors that none of these patterns contradicts.

What is measured of a trial is its *loss*: the mean over the fitted patterns of ((value - target) / room)^4, room
being the distance from the target to the end of the accepted interval on that side.  With the fourth power it is
dearer to leave one interval than to lie off several targets, since measurements differ as much as intervals are wide.

A vector is *accepted* if every fitted pattern lies inside its interval.  Patterns that are only checked play no part
in either.

Optuna keeps the log, from which a search goes on where it ended, and proposes the vectors in one of two ways.  To *fit*,
its tree-structured Parzen estimator looks for the smallest loss.  To *collect*, a random walk begins at the register and
stays where vectors are accepted (Marjoram et al. 2003, PNAS 100: Markov chain Monte Carlo without likelihoods): every
place in which no fitted pattern is contradicted is visited as often as any other, in the long run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from wardsim.experiment import executors
from wardsim.experiment.patterns import Pattern, Ward, scenario_of, wards_of
from wardsim.experiment.scoreboard import Simulated, needed, simulate_wards, value_of
from wardsim.experiment.whole import ResultsError, make_folder
from wardsim.scenario.register import Parameter
from wardsim.scenario.schema import Scenario
from wardsim.scenario.uncertainty import drawn_parameters, drawn_value, with_parameters

if TYPE_CHECKING:
    import optuna

CALIBRATED = "calibrated"  # the source of a parameter that was fitted
POWER = 4
LOST = 100.0  # loss of a pattern without any value
LOG = "trials.log"
Goal = Literal["fit", "collect"]
WALK = {"share_moved": 0.15, "step": 0.4}  # of the positions, which lie between -1 and 1


@dataclass(frozen=True)
class Target:
    """A pattern that is fitted to: what was measured and the interval that is accepted."""

    pattern: Pattern
    target: float
    low: float
    high: float

    def distance(self, value: float) -> float:
        """Distance from the target, 1 at the end of the accepted interval on that side."""
        room = self.high - self.target if value > self.target else self.target - self.low
        return abs(value - self.target) / room if math.isfinite(value) else LOST

    def holds(self, value: float) -> bool:
        """Whether a value lies inside the accepted interval."""
        return self.low <= value <= self.high


def targets(patterns: Iterable[Pattern]) -> tuple[Target, ...]:
    """The patterns that may be fitted to; all others are left out here, and only here."""
    return tuple(
        Target(p, p.target, *p.accept)
        for p in patterns
        if p.use == "calibrate" and p.target is not None and p.accept is not None
    )


def loss(fitted: Sequence[Target], simulated: Simulated) -> tuple[float, dict[str, float]]:
    """Loss of what was simulated, and the value of every fitted pattern."""
    values = {t.pattern.id: value_of(t.pattern, simulated).mean for t in fitted}
    return sum(t.distance(values[t.pattern.id]) ** POWER for t in fitted) / len(fitted), values


def is_accepted(fitted: Sequence[Target], values: Mapping[str, float]) -> bool:
    """Whether every fitted pattern lies inside its interval."""
    return all(t.holds(values[t.pattern.id]) for t in fitted)


def fitted_parameters(*, everything: bool) -> tuple[Parameter, ...]:
    """Parameters that a search moves: all that are drawn, or those whose value was fitted before."""
    return tuple(p for p in drawn_parameters() if everything or p.source == CALIBRATED)


def _done(study: optuna.Study) -> int:
    return sum(trial.value is not None for trial in study.get_trials(deepcopy=False))


class Search:
    """A search for parameters, kept in a folder and gone on with where it ended.

    Parameters
    ----------
    patterns
        All patterns; those that may be fitted to are used.
    parameters
        What is moved, each within the width that its grade of evidence gives it.
    folder
        Where the log of trials is kept.
    goal
        ``fit`` or ``collect``.
    replications, horizon_days
        How each trial is simulated.
    seed
        Seed of the proposals and of the simulated chance, the same in every trial.

    Raises
    ------
    ResultsError
        The folder holds a search that was begun in another way.
    """

    def __init__(
        self,
        patterns: Sequence[Pattern],
        parameters: Sequence[Parameter],
        folder: Path,
        *,
        goal: Goal = "fit",
        replications: int = 20,
        horizon_days: int = 180,
        seed: int = 1,
        workers: int | None = None,
    ) -> None:
        self.targets = targets(patterns)
        self.parameters = tuple(parameters)
        self.folder, self.seed, self.workers, self.replications = folder, seed, workers, replications
        self.made_by = {
            "goal": goal, "parameters": [p.name for p in self.parameters], "replications": replications,
            "horizon_days": horizon_days, "seed": seed, "model_version": executors.load_engine().version,
            "patterns": [[t.pattern.id, t.target, t.low, t.high] for t in self.targets],
        }  # fmt: skip
        self._scenarios: dict[Ward, Scenario] = {
            ward: scenario_of(ward, horizon_days=horizon_days)
            for ward in wards_of(t.pattern for t in self.targets)
        }
        self.study = self._open()

    def _open(self) -> optuna.Study:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        make_folder(self.folder)
        log = JournalFileBackend(str(self.folder / LOG))
        study = optuna.create_study(
            storage=JournalStorage(log), study_name="calibration", load_if_exists=True
        )
        begun = study.user_attrs.get("made_by", self.made_by)
        if different := [name for name, value in self.made_by.items() if begun.get(name) != value]:
            raise ResultsError(
                f"{self.folder} holds a search begun with other {', '.join(different)}. "
                "Choose another folder with out=FOLDER, or delete this one."
            )
        study.set_user_attr("made_by", self.made_by)
        if self.made_by["goal"] == "collect":
            study.sampler = walk_sampler([p.name for p in self.parameters], self.seed)
        else:
            study.sampler = optuna.samplers.TPESampler(seed=self.seed + _done(study), n_startup_trials=20)
        register = {p.name: 0.0 for p in self.parameters}
        study.enqueue_trial(register, skip_if_exists=True)
        return study

    @property
    def done(self) -> int:
        """Trials finished so far, in this command and before."""
        return _done(self.study)

    def simulate(self, values: Mapping[str, float]) -> Simulated:
        """Every ward of the fitted patterns with these parameters."""
        return simulate_wards(
            {ward: with_parameters(scenario, values) for ward, scenario in self._scenarios.items()},
            needed([t.pattern for t in self.targets], self.replications),
            replications=self.replications,
            seed=self.seed,
            workers=self.workers,
        )

    def trial(self, trial: Any) -> float:
        """Simulate one proposal; its values and whether it is accepted stay with the trial."""
        values = {p.name: drawn_value(p, trial.suggest_float(p.name, -1.0, 1.0)) for p in self.parameters}
        found, told = loss(self.targets, self.simulate(values))
        trial.set_user_attr("parameters", values)
        trial.set_user_attr("patterns", told)
        trial.set_user_attr("accepted", is_accepted(self.targets, told))
        return found

    def run(self, trials: int, each: Callable[[int, float, float], None] | None = None) -> None:
        """Go on until so many trials are done; `each` hears of every one: number, its loss, the best."""

        def hear(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
            if each is not None and trial.value is not None:
                each(self.done, trial.value, study.best_value)

        if trials > self.done:
            self.study.optimize(self.trial, n_trials=trials - self.done, callbacks=[hear])

    def best(self) -> Mapping[str, float]:
        """The parameters with the smallest loss."""
        found: Mapping[str, float] = self.study.best_trial.user_attrs["parameters"]
        return found

    def accepted(self) -> list[Mapping[str, float]]:
        """All vectors that no fitted pattern contradicts, in the order in which they were found."""
        return [
            trial.user_attrs["parameters"]
            for trial in self.study.get_trials(deepcopy=False)
            if trial.user_attrs.get("accepted")
        ]

    def walked(self, every: int, after: int) -> list[Mapping[str, float]]:
        """Where the walk was after every so many trials, the first `after` of them left out.

        A place in which it stood still is told again, so that vectors are as frequent as they should be.
        """
        places: list[Mapping[str, float]] = []
        at: Mapping[str, float] | None = None
        finished = [t for t in self.study.get_trials(deepcopy=False) if t.value is not None]
        for number, trial in enumerate(finished, start=1):
            if trial.user_attrs["accepted"]:
                at = trial.user_attrs["parameters"]
            if at is not None and number > after and (number - after) % every == 0:
                places.append(at)
        return places


def walk_sampler(names: Sequence[str], seed: int) -> optuna.samplers.BaseSampler:
    """Proposals of a random walk: from the last accepted place some positions move a little, and turn back at the ends.

    The numbers drawn for a trial depend on the seed and the trial alone, so a walk goes on as if it had never stopped.
    """
    import optuna

    class Walk(optuna.samplers.BaseSampler):
        def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
            return {name: optuna.distributions.FloatDistribution(-1.0, 1.0) for name in names}

        def sample_relative(self, study: Any, trial: Any, search_space: Any) -> dict[str, float]:
            before = reversed(study.get_trials(deepcopy=False))
            at: Mapping[str, float] = next((t.params for t in before if t.user_attrs.get("accepted")), {})
            return moved({name: at.get(name, 0.0) for name in names}, seed, trial.number)

        def sample_independent(self, study: Any, trial: Any, name: str, distribution: Any) -> Any:
            raise ValueError(f"{name} is no parameter of this search")

    return Walk()


def moved(at: Mapping[str, float], seed: int, trial: int) -> dict[str, float]:
    """Positions one step of the walk away: each moves with a small chance, by a normal step."""
    draw = np.random.default_rng([seed, trial])
    moves = draw.random(len(at)) < WALK["share_moved"]
    stays = np.array(list(at.values()))
    to = stays + draw.normal(0.0, WALK["step"], len(at))
    turned = 1.0 - np.abs((to + 1.0) % 4.0 - 2.0)  # what goes over an end comes back by as much
    return dict(zip(at, np.where(moves, turned, stays).tolist(), strict=True))
