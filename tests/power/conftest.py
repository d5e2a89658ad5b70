"""A small ward made by hand, so that the expected numbers of these tests can be worked out on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wardsim.scenario.schema import DEFERRED, MATTERS, Scenario

ROLES = {
    "milieu_therapist": {
        "kind": "milieu_therapist",
        "means_knowledge": 0.5,
        "documents": True,
        "counts_for_cover": True,
    },
    "doctor": {"kind": "doctor", "means_knowledge": 0.9, "documents": True, "counts_for_cover": False},
    "peer_worker": {
        "kind": "peer_worker",
        "means_knowledge": 0.5,
        "documents": False,
        "counts_for_cover": False,
    },
}
HERE = {"milieu_therapist": 8.0, "doctor": 1.0, "peer_worker": 0.5}
EVEN = {"patient": 0.25, "milieu_therapist": 0.25, "doctor": 0.25, "peer_worker": 0.25}


def build(
    weights: dict[str, float] | dict[str, dict[str, float]] = EVEN,
    fte: dict[str, float] | None = None,
    roles: dict[str, dict[str, Any]] | None = None,
    **power: Any,
) -> Scenario:
    """A ten-bed ward; `weights` for all matters at once or by matter, further settings of `power` by name."""
    by_matter = weights if set(weights) == set(MATTERS) else dict.fromkeys(MATTERS, weights)
    return Scenario.model_validate(
        {
            "name": "by hand",
            "horizon_days": 10,
            "warmup_days": 0,
            "ward": {
                "label": "w",
                "beds": 10,
                "units": [{"name": "u", "share": 1}],
                "door": "open",
                "soft_room": False,
            },
            "rotation": {
                "label": "r",
                "about": "",
                "legal_basis": "statute",
                "shifts": {"D": {"start": "07:00", "hours": 8}},
                "crews": [{"name": "c", "sized_by": "hours", "rows": ["DDDDD--"]}],
                "team_of": "whole_unit",
                "contract": "part_time",
                "handover_minutes": 15,
                "sleeping_paid_fraction": 1,
            },
            "power": {
                "label": "p",
                "about": "",
                "flexibility": 0.5,
                "listening": 0.5,
                "person_present": True,
                "weights": by_matter,
                "forum": dict.fromkeys(DEFERRED, "at_once"),
                "forums": {},
            }
            | power,
            "staffing": {
                "label": "s",
                "fte": HERE if fte is None else fte,
                "roles": {name: {"skill": 1.0} | role for name, role in {**ROLES, **(roles or {})}.items()},
                "position_size": 0.75,
                "full_time_hours_per_week": 35.5,
                "sizing": "same_paid_hours",
                "night_cover": {},
                "training": 0,
                "turnover_per_year": 0,
                "rotating_share": 0,
            },
            "patients": {
                "label": "p",
                "stay_median_days": 10,
                "stay_sigma": 1,
                "patience_days": 30.0,
                "waiting_at_start_days": 0.0,
                "stay_max_days": 90,
                "demand_ratio": 0.9,
                "involuntary_share": 0,
                "medicated_share": 1,
                "medication_free_share": 0,
                "excluded_share": 0,
                "self_referral_share": 0,
                "baseline_distress": 1,
                "risk_sd": 0.5,
                "crisis_rate": 1,
            },
            "care": {
                "label": "c",
                "presence_norm": 0.5,
                "administration_load": 1,
                "household_shared": False,
                "named_worker": True,
                "record": "notes",
                "planning_conversations_per_week": 1,
                "sessions_per_week": {},
                "session_minutes": 45,
                "alternating_sessions": False,
                "programme": {},
                "network_meetings_per_month": 0,
                "visits_per_week": 1,
                "being_with": False,
                "weekend_leave_share": 0,
                "taper_offered": 0,
                "information": 0.3,
                "joint_crisis_plans": 0,
                "aftercare": 0,
                "supervision_per_month": 1,
            },
            "crisis": {
                "label": "c",
                "policy": "never",
                "measures": {},
                "response_team": 0,
                "debriefing": True,
                "refers_elsewhere": False,
            },
            "calendar": {"label": "c", "start_date": "2027-01-04", "working_time_law": "EU"},
            "cost": {
                "label": "c",
                "currency": "EUR",
                "hourly": {"other": 30},
                "evening_supplement": 0,
                "night_supplement": 0,
                "weekend_supplement": 0,
                "temp_factor": 1,
                "sick_pay_share": 1.0,
                "overhead_per_bed_day": 0,
            },
            "model": {
                "label": "m",
                "decision": "geometric",
                "tick_minutes": 5,
                "mechanisms": {},
                "parameters": {},
            },
        }
    )


@pytest.fixture
def ward() -> Callable[..., Scenario]:
    return build
