"""wardsim: a laboratory for how a psychiatric ward is organised.

Everything that a study needs is here by name, and is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison, compare
    from wardsim.experiment.load import load_scenario
    from wardsim.experiment.results import Results, load_results
    from wardsim.experiment.run import simulate
    from wardsim.experiment.store import ResultsError
    from wardsim.model.agents import Doctor, MilieuTherapist, Patient, PeerWorker, Psychologist
    from wardsim.model.ward import WardModel
    from wardsim.scenario.problems import ScenarioError
    from wardsim.scenario.schema import Scenario

    __version__: str

__all__ = [
    "Comparison",
    "Doctor",
    "MilieuTherapist",
    "Patient",
    "PeerWorker",
    "Psychologist",
    "Results",
    "ResultsError",
    "Scenario",
    "ScenarioError",
    "WardModel",
    "__version__",
    "compare",
    "load_results",
    "load_scenario",
    "simulate",
]

_HOME = {
    "Comparison": "wardsim.experiment.compare",
    "Doctor": "wardsim.model.agents",
    "MilieuTherapist": "wardsim.model.agents",
    "Patient": "wardsim.model.agents",
    "PeerWorker": "wardsim.model.agents",
    "Psychologist": "wardsim.model.agents",
    "Results": "wardsim.experiment.results",
    "ResultsError": "wardsim.experiment.store",
    "Scenario": "wardsim.scenario.schema",
    "ScenarioError": "wardsim.scenario.problems",
    "WardModel": "wardsim.model.ward",
    "compare": "wardsim.experiment.compare",
    "load_results": "wardsim.experiment.results",
    "load_scenario": "wardsim.experiment.load",
    "simulate": "wardsim.experiment.run",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            value: Any = version("wardsim")
        except PackageNotFoundError:  # a checkout that was never installed
            value = "0+unknown"
    elif name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
