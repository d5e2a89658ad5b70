"""Fit parameters to the patterns that may be fitted to, and collect vectors that none of these patterns contradicts.

What is measured of a trial is its *loss*: the mean over the fitted patterns of ((value - target) / room)^4, room
being the distance from the target to the end of the accepted interval on that side.  With the fourth power it is
dearer to leave one interval than to lie off several targets, since measurements differ as much as intervals are wide.

A vector is *accepted* if every fitted pattern lies inside its interval.  Patterns that are only checked play no part
in either.

Optuna proposes the vectors and keeps the log, from which a search goes on where it ended.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardsim.experiment.patterns import Pattern, Ward, scenario_of, wards_of
from wardsim.experiment.scoreboard import Simulated, needed, simulate_wards, value_of
from wardsim.experiment.whole import make_folder
from wardsim.scenario.register import Parameter
from wardsim.scenario.schema import Scenario
from wardsim.scenario.uncertainty import drawn_parameters, drawn_value, with_parameters

if TYPE_CHECKING:
    import optuna

CALIBRATED = "calibrated"  # the source of a parameter that was fitted
POWER = 4
LOST = 100.0  # loss of a pattern without any value
LOG = "trials.log"


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
    replications, horizon_days
        How each trial is simulated.
    seed
        Seed of the proposals and of the simulated chance, the same in every trial.
    """

    def __init__(
        self,
        patterns: Sequence[Pattern],
        parameters: Sequence[Parameter],
        folder: Path,
        *,
        replications: int = 20,
        horizon_days: int = 180,
        seed: int = 1,
        workers: int | None = None,
    ) -> None:
        self.targets = targets(patterns)
        self.parameters = tuple(parameters)
        self.folder, self.seed, self.workers, self.replications = folder, seed, workers, replications
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
        done = _done(study)
        study.sampler = optuna.samplers.TPESampler(seed=self.seed + done, n_startup_trials=20)
        if done == 0:
            study.enqueue_trial({p.name: 0.0 for p in self.parameters})  # the register as it is
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
