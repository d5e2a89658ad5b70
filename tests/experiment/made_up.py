"""A made-up model for the tests of this folder: quick, with known numbers, slow or failing where told to.

The experiment layer must work the same whatever the model computes, so most of its tests need no real one;
the few that do say so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from wardsim.experiment.executors import Engine
from wardsim.scenario.problems import Problem
from wardsim.scenario.schema import DEFERRED, MATTERS, Scenario


@dataclass(frozen=True)
class MadeUpOutcome:
    name: str
    unit: str
    better: str = "higher"
    primary: bool = False
    smallest_difference: float | None = None

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, 1.0 if self.unit == "share" else math.inf


OUTCOMES = (
    MadeUpOutcome("occupancy", "share", "neither"),
    MadeUpOutcome("contact", "min", "higher", True, 1.0),
    MadeUpOutcome("incidents", "per 100 patient-days", "lower", True, 0.05),
    MadeUpOutcome("undefined", "h", "higher"),
)


@dataclass
class MadeUpModel:
    """Contact minutes rise with the presence norm; replication r has the same luck in every scenario."""

    seconds: float = 0.0  # how long a run takes
    failing: set[int] = field(default_factory=set)
    failing_stage: str = "simulation"
    version: str = "made-up-1"
    compiled: bool = True
    big_from: int = 1_000_000  # from this replication on tables are large
    ran: list[tuple[str, int]] = field(default_factory=list)

    def run(self, scenario: Scenario, seed: int, replication: int) -> dict[str, Any]:
        self.ran.append((scenario.name, replication))
        if self.seconds:
            time.sleep(self.seconds)
        if replication in self.failing and self.failing_stage == "simulation":
            raise ArithmeticError("a made-up fault")
        luck = np.random.default_rng([seed, replication])
        own = np.random.default_rng([seed, replication, int(1000 * scenario.care.presence_norm)])
        shared = luck.normal()
        return {
            "replication": replication,
            "contact": 40 + 20 * scenario.care.presence_norm + 5 * shared + 0.5 * own.normal(),
            "incidents": max(0.0, 1.5 - 0.3 * shared) * scenario.patients.crisis_rate,
        }

    def measure(self, scenario: Scenario, record: Mapping[str, Any]) -> dict[str, float]:
        if record["replication"] in self.failing and self.failing_stage == "outcomes":
            raise KeyError("a made-up fault in an outcome")
        return {
            "contact": record["contact"],
            "incidents": record["incidents"],
            "undefined": float("nan"),
            "occupancy": 0.8,
        }

    def tables(
        self, scenario: Scenario, record: Mapping[str, Any], wanted: Sequence[str] = ()
    ) -> dict[str, pa.Table]:
        n = 3 if record["replication"] < self.big_from else 30_000
        noise = np.random.default_rng(record["replication"]).random(n)
        names = ("daily", "stays", "staff", "contacts", "events")
        made = {name: pa.table({"day": np.arange(n), "minutes": noise + i}) for i, name in enumerate(names)}
        return {name: made[name] for name in wanted}

    def engine(self) -> Engine:
        return Engine(
            prepare=lambda scenario: scenario,
            run=self.run,
            measure=self.measure,
            tables=self.tables,
            version=self.version,
            outcomes=OUTCOMES,
            is_compiled=lambda: self.compiled,
        )


def made_up_roster(scenario: Scenario) -> Any:
    fte = sum(scenario.staffing.fte.values())
    return SimpleNamespace(
        presence_hours_per_week=30 * fte, cost_per_week=900 * fte, waking_hours_07_22_per_week=20 * fte
    )


def made_up_problems(scenario: Scenario) -> list[Problem]:
    target = scenario.staffing.sizing_target
    if target is None or target > 100:
        return []
    return [Problem("staffing.sizing_target", target, "night cover alone takes 100 h a week")]


def scenario(name: str = "ward", *, presence: float = 0.5, **changes: Any) -> Scenario:
    """A small valid scenario; ``changes`` replace values in groups: ``patients={"crisis_rate": 2.0}``."""
    weights = {m: {"patient": 0.2, "doctor": 0.5, "milieu_therapist": 0.3} for m in MATTERS}
    kinds = {"milieu_therapist": 0.5, "doctor": 0.9}
    roles = {
        kind: {
            "kind": kind,
            "skill": 1.0,
            "means_knowledge": means,
            "documents": True,
            "counts_for_cover": kind == "milieu_therapist",
        }
        for kind, means in kinds.items()
    }
    groups: dict[str, dict[str, Any]] = {
        "ward": {
            "label": "Ten places",
            "beds": 10,
            "units": [{"name": "ward", "share": 1.0}],
            "door": "open",
            "soft_room": False,
        },
        "rotation": {
            "label": "Days",
            "about": "",
            "legal_basis": "statute",
            "shifts": {"D": {"start": "07:00", "hours": 8.0}},
            "crews": [{"name": "all", "sized_by": "hours", "rows": ["DDDDD--"]}],
            "night_cover_from_rows": True,
            "team_of": "whole_unit",
            "contract": "part_time",
            "handover_minutes": 15.0,
            "sleeping_paid_fraction": 1.0,
        },
        "power": {
            "label": "Hierarchical",
            "about": "",
            "flexibility": 0.3,
            "listening": 0.3,
            "person_present": False,
            "weights": weights,
            "forum": dict.fromkeys(DEFERRED, "at_once"),
            "forums": {},
        },
        "staffing": {
            "label": "Small",
            "fte": {"milieu_therapist": 12.0, "doctor": 1.0},
            "roles": roles,
            "position_size": 0.75,
            "full_time_hours_per_week": 35.5,
            "sizing": "same_paid_hours",
            "night_cover": {},
            "training": 0.3,
            "turnover_per_year": 0.15,
            "rotating_share": 0.0,
        },
        "patients": {
            "label": "Mixed",
            "stay_median_days": 11.0,
            "stay_sigma": 1.37,
            "patience_days": 30.0,
            "waiting_at_start_days": 0.0,
            "stay_max_days": 180.0,
            "demand_ratio": 1.0,
            "involuntary_share": 0.0,
            "medicated_share": 0.8,
            "medication_free_share": 0.1,
            "excluded_share": 0.1,
            "self_referral_share": 0.1,
            "baseline_distress": 1.0,
            "risk_sd": 1.0,
            "crisis_rate": 1.0,
        },
        "care": {
            "label": "Plain",
            "presence_norm": presence,
            "administration_load": 1.0,
            "household_shared": False,
            "named_worker": True,
            "record": "verbal",
            "planning_conversations_per_week": 1.0,
            "sessions_per_week": {},
            "session_minutes": 45.0,
            "alternating_sessions": False,
            "programme": {},
            "network_meetings_per_month": 0.0,
            "visits_per_week": 1.0,
            "being_with": False,
            "weekend_leave_share": 0.2,
            "taper_offered": 0.1,
            "information": 0.3,
            "joint_crisis_plans": 0.2,
            "aftercare": 0.3,
            "supervision_per_month": 1.0,
        },
        "crisis": {
            "label": "Last resort",
            "policy": "last_resort",
            "measures": {"holding": 1.0},
            "response_team": 0,
            "debriefing": True,
            "refers_elsewhere": False,
        },
        "calendar": {"label": "Norway", "start_date": "2025-01-06", "working_time_law": "NO"},
        "cost": {
            "label": "Norway",
            "currency": "NOK",
            "hourly": {"other": 400.0},
            "evening_supplement": 0.2,
            "night_supplement": 0.3,
            "weekend_supplement": 0.3,
            "temp_factor": 1.4,
            "sick_pay_share": 1.0,
            "overhead_per_bed_day": 2000.0,
        },
        "model": {
            "label": "Standard",
            "decision": "geometric",
            "tick_minutes": 5,
            "mechanisms": {},
            "parameters": {},
        },
    }
    top = {key: changes.pop(key) for key in list(changes) if key not in groups}
    for group, values in changes.items():
        groups[group] |= values
    return Scenario.model_validate({"name": name, "horizon_days": 90, "warmup_days": 30, **groups, **top})
