"""A made-up comparison: plausible numbers in the shape that `wardsim.experiment.compare` hands over.

The report is tested against this object so that its tests run without the engine, and so that rounding,
marks and wording can be checked on numbers that are known beforehand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wardsim.report import describe, words
from wardsim.roster import Breach
from wardsim.scenario.saved import diff
from wardsim.scenario.schema import DEFERRED, MATTERS, Scenario

N = 100


def _breach(day: int, line: int, rule: str, article: str, value: float, limit: float, text: str) -> Breach:
    date, role = dt.date(2027, 1, day), "milieu_therapist"
    return Breach(date, "ward", role, line, rule, article, value, limit, text)


CO_LIVING_BREACHES = (
    _breach(4, 1, "daily_hours", "AML § 10-4(1)", 14.0, 9.0, "14 h of work within 24 h; allowed 9 h"),
    _breach(4, 1, "daily_rest", "AML § 10-8(1)", 10.0, 11.0, "10 h of rest within 24 h; required 11 h"),
    _breach(5, 2, "daily_hours", "AML § 10-4(1)", 15.5, 9.0, "15.5 h of work within 24 h; allowed 9 h"),
    _breach(11, 1, "daily_hours", "AML § 10-4(1)", 13.0, 9.0, "13 h of work within 24 h; allowed 9 h"),
)

# outcome: (unit, baseline mean, sd between replications, difference co-living, difference 48-hour)
FIGURES: dict[str, tuple[str, float, float, float, float]] = {
    "preference_met_share": ("share", 0.52, 0.03, 0.031, 0.004),
    "waiting_h_per_matter": ("h", 31.0, 3.0, -4.2, -1.1),
    "usable_knowledge_of_decider": ("share", 0.41, 0.02, 0.05, 0.03),
    "contact_minutes_per_patient_day": ("min", 41.0, 2.5, 9.4, 4.2),
    "one_to_one_minutes_per_patient_day": ("min", 22.4, 1.5, 6.1, 0.3),
    "staff_share_direct_contact_07_22": ("share", 0.31, 0.012, 0.022, 0.013),
    "share_patient_weeks_without_conversation_over_15min": ("share", 0.42, 0.03, -0.06, -0.02),
    "upc": ("share", 0.31, 0.02, 0.08, 0.11),
    "coc": ("share", 0.14, 0.015, 0.06, 0.09),
    "secon": ("share", 0.27, 0.02, 0.1, 0.12),
    "distinct_staff_per_week": ("people", 14.2, 0.6, -3.4, -5.1),
    "share_waking_time_known_staff_present": ("share", 0.61, 0.03, 0.12, 0.15),
    "knowledge_drop_per_handover": ("share", 0.06, 0.008, 0.03, 0.02),
    "incidents_per_100_patient_days": ("per 100 patient-days", 1.2, 0.3, -0.05, 0.04),
    "physical_incidents_per_100_patient_days": ("per 100 patient-days", 0.4, 0.12, -0.01, 0.02),
    "coercive_measures_per_100_patient_days": ("per 100 patient-days", 0.9, 0.25, -0.02, 0.01),
    "coercion_all_per_100_patient_days": ("per 100 patient-days", 1.1, 0.25, -0.01, 0.03),
    "transfers_per_year": ("1", 4.2, 2.0, -0.1, 0.2),
    "voice_of_person": ("share", 0.22, 0.0, 0.0, 0.0),
    "power_responsibility_imbalance_milieu_therapist": ("share", 0.34, 0.01, 0.02, 0.015),
    "staff_sickness_share": ("share", 0.09, 0.006, -0.002, 0.008),
    "kss_night": ("KSS", 6.1, 0.1, -0.3, 0.9),
    "overtime_h_per_week": ("h", 6.0, 0.8, 0.4, 2.6),
    "rota_breaches_per_year": ("1", 0.0, 0.0, 410.0, 530.0),
    "occupancy_share": ("share", 0.86, 0.03, 0.0, 0.0),
    "cost_per_patient_day": ("money/day", 7900.0, 90.0, 120.0, -60.0),
    "readmission_30d": ("share", 0.151, 0.02, -0.003, -0.001),
}
KINDS = {"informal": (11.0, 4.1), "conversation": (7.0, 1.6), "session": (4.1, 0.1), "meal": (4.0, 6.0)}
ROLES = {"milieu_therapist": (19.0, 6.0), "doctor": (3.0, 0.1), "psychologist": (4.5, 0.2)}


@dataclass(frozen=True)
class MadeUpRoster:
    label: str
    legal_status: str
    legal_basis: str
    legal_hint: str
    working_time_law: str
    longest_shift_h: float
    shortest_rest_h: float
    mean_weekly_hours: float
    heads: int
    weekend_positions: int
    breaches_per_year: float
    presence_hours_per_week: float
    working_hours_per_week: float
    paid_hours_per_week: float
    cost_per_week: float
    waking_hours_07_22_per_week: float
    handovers_per_week: float
    cover_by_hour: np.ndarray


@dataclass(frozen=True)
class MadeUpComparison:
    scenarios: tuple[Scenario, ...]
    labels: tuple[str, ...]
    outcomes: pd.DataFrame
    table: pd.DataFrame
    rosters: tuple[Any, ...]
    breaches: tuple[tuple[Breach, ...], ...]
    settings: list[Any]
    same_people: MadeUpComparison | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    unknown: pd.DataFrame | None = None


def build_scenario(
    rotation: str, label: str, *, fte: float = 12.0, about: str = "", handover: float = 15.0
) -> Scenario:
    weights = {m: {"patient": 0.2, "doctor": 0.5, "milieu_therapist": 0.3} for m in MATTERS}
    roles = {
        "milieu_therapist": {
            "kind": "milieu_therapist",
            "skill": 1.0,
            "means_knowledge": 0.5,
            "documents": True,
            "counts_for_cover": True,
        },
        "doctor": {
            "kind": "doctor",
            "skill": 1.0,
            "means_knowledge": 0.9,
            "documents": True,
            "counts_for_cover": False,
        },
        "psychologist": {
            "kind": "psychologist",
            "skill": 1.0,
            "means_knowledge": 0.7,
            "documents": True,
            "counts_for_cover": False,
        },
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
            "label": label,
            "about": about,
            "legal_basis": "statute",
            "shifts": {"D": {"start": "07:00", "hours": 8.0}},
            "crews": [{"name": "all", "sized_by": "hours", "rows": ["DDDDD--"]}],
            "team_of": "whole_unit",
            "contract": "part_time",
            "handover_minutes": handover,
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
            "label": "Community centre",
            "fte": {"milieu_therapist": fte, "doctor": 1.0, "psychologist": 1.0},
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
            "label": "Norwegian community centre",
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
            "crisis_rate": 0.7,
        },
        "care": {
            "label": "Community centre",
            "presence_norm": 0.5,
            "administration_load": 1.0,
            "household_shared": False,
            "named_worker": True,
            "record": "verbal",
            "planning_conversations_per_week": 1.0,
            "sessions_per_week": {"psychologist": 1.0},
            "session_minutes": 45.0,
            "alternating_sessions": False,
            "programme": {
                "lunch": {
                    "kind": "meal",
                    "weekdays": ["mon"],
                    "start": "12:00",
                    "minutes": 30.0,
                    "share": 0.8,
                }
            },
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
            "hourly": {"milieu_therapist": 420.0, "other": 420.0},
            "evening_supplement": 0.1,
            "night_supplement": 0.25,
            "weekend_supplement": 0.25,
            "temp_factor": 1.4,
            "sick_pay_share": 1.0,
            "overhead_per_bed_day": 1500.0,
        },
        "model": {
            "label": "Default",
            "decision": "geometric",
            "tick_minutes": 5,
            "mechanisms": {"power": True},
            "parameters": {"contact": {"need_half_life_h": 36.0}},
        },
    }
    choices = {
        "service": "community_centre",
        "rotation": rotation,
        "power": "hierarchical",
        "ward": "community_centre",
    }
    return Scenario.model_validate(
        {
            "name": "community_centre",
            "about": "Department of a Norwegian community mental health centre",
            "horizon_days": 180,
            "warmup_days": 60,
            "choices": choices,
            **groups,
        }
    )


def build_roster(
    label: str, status: str, longest: float, rest: float, waking: float, heads: int
) -> MadeUpRoster:
    day = np.array([1] * 7 + [3] * 15 + [1] * 2, dtype=float) * waking / (3 * 105)
    return MadeUpRoster(
        label=label,
        legal_status=status,
        legal_basis="" if status == "lawful" else "AML §10-12(4)",
        legal_hint="" if status == "lawful" else "would need an agreement",
        working_time_law="NO",
        longest_shift_h=longest,
        shortest_rest_h=rest,
        mean_weekly_hours=35.1,
        heads=heads,
        weekend_positions=0,
        breaches_per_year=0.0,
        presence_hours_per_week=397.2,
        working_hours_per_week=397.2,
        paid_hours_per_week=397.2,
        cost_per_week=191_500.0,
        waking_hours_07_22_per_week=waking,
        handovers_per_week=21.0,
        cover_by_hour=np.tile(day, (7, 1)),
    )


def replicate(
    labels: tuple[str, ...], figures: dict[str, tuple[str, float, float, float, float]]
) -> pd.DataFrame:
    """Values per replication: a deviation that all scenarios share, plus one of their own."""
    rows = []
    for k, (name, (unit, mean, sd, *differences)) in enumerate(figures.items()):
        rng = np.random.default_rng([7, k])
        shared = rng.normal(0, sd, N)
        for label, shift in zip(labels, [0.0, *differences], strict=False):
            values = mean + shift + shared + rng.normal(0, sd * 1.5, N)
            rows.append(
                pd.DataFrame(
                    {
                        "scenario": label,
                        "replication": np.arange(N),
                        "outcome": name,
                        "value": values,
                        "unit": unit,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def pair(outcomes: pd.DataFrame, labels: tuple[str, ...], lower_is_better: set[str]) -> pd.DataFrame:
    wide = outcomes.pivot(index=["outcome", "unit"], columns=["scenario", "replication"], values="value")
    rows = []
    for label in labels[1:]:
        for (name, unit), row in wide.iterrows():
            a, b = row[labels[0]].to_numpy(), row[label].to_numpy()
            d = b - a
            half = 1.984 * d.std(ddof=1) / np.sqrt(len(d))
            better = d < 0 if name in lower_is_better else d > 0
            rows.append(
                {
                    "scenario": label,
                    "outcome": name,
                    "unit": unit,
                    "baseline": labels[0],
                    "alternative": label,
                    "n": len(d),
                    "mean_baseline": a.mean(),
                    "mean_alternative": b.mean(),
                    "difference": d.mean(),
                    "low": d.mean() - half,
                    "high": d.mean() + half,
                    "sd_difference": d.std(ddof=1),
                    "share_better": better.mean(),
                    "distinguishable": abs(d.mean()) > half,
                }
            )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class MadeUpOutcome:
    """The fields of `wardsim.observe.outcomes.Outcome` that the report reads."""

    name: str
    unit: str
    group: str
    label: str
    formula: str
    better: str
    primary: bool
    smallest_difference: float | None


def _outcome(
    name: str, group: str, label: str, better: str, primary: bool, smallest: float | None
) -> MadeUpOutcome:
    return MadeUpOutcome(
        name, FIGURES[name][0], group, label, f"formula of {name}", better, primary, smallest
    )


OUTCOMES = (
    _outcome("preference_met_share", "say", "decided as the person wished", "higher", True, 0.05),
    _outcome("waiting_h_per_matter", "say", "hours waited for a decision", "lower", True, 4.0),
    _outcome("usable_knowledge_of_decider", "say", "what deciders know of the person", "higher", False, None),
    _outcome("contact_minutes_per_patient_day", "contact", "contact per patient-day", "higher", True, 5.0),
    _outcome(
        "one_to_one_minutes_per_patient_day",
        "contact",
        "one-to-one contact per patient-day",
        "higher",
        True,
        5.0,
    ),
    _outcome(
        "staff_share_direct_contact_07_22",
        "contact",
        "share of waking staff time in contact",
        "higher",
        False,
        0.02,
    ),
    _outcome(
        "share_patient_weeks_without_conversation_over_15min",
        "contact",
        "weeks without a conversation",
        "lower",
        True,
        0.05,
    ),
    _outcome("upc", "continuity", "share of contact with the usual person (UPC)", "higher", False, 0.05),
    _outcome("coc", "continuity", "contact with the same few people (COC)", "higher", True, 0.05),
    _outcome("secon", "continuity", "same person twice in a row (SECON)", "higher", False, 0.05),
    _outcome("distinct_staff_per_week", "continuity", "different staff met in a week", "lower", True, 2.0),
    _outcome(
        "share_waking_time_known_staff_present",
        "continuity",
        "waking time with a known person on duty",
        "higher",
        True,
        0.05,
    ),
    _outcome(
        "knowledge_drop_per_handover", "continuity", "knowledge lost at a handover", "lower", True, 0.02
    ),
    _outcome("incidents_per_100_patient_days", "crises", "incidents", "lower", True, 0.3),
    _outcome("physical_incidents_per_100_patient_days", "crises", "physical incidents", "lower", False, 0.1),
    _outcome("coercive_measures_per_100_patient_days", "crises", "coercive measures", "lower", True, 0.2),
    _outcome("coercion_all_per_100_patient_days", "crises", "coercion of all kinds", "lower", True, 0.2),
    _outcome("transfers_per_year", "crises", "transfers", "neither", False, None),
    _outcome("voice_of_person", "power", "voice of the person", "higher", True, 0.05),
    _outcome(
        "power_responsibility_imbalance_milieu_therapist",
        "power",
        "power and responsibility out of balance",
        "lower",
        True,
        0.05,
    ),
    _outcome("staff_sickness_share", "staff", "sick leave", "lower", True, 0.01),
    _outcome("kss_night", "staff", "sleepiness at night", "lower", False, 0.5),
    _outcome("overtime_h_per_week", "staff", "overtime", "lower", False, 2.0),
    _outcome("rota_breaches_per_year", "staff", "breaches of working-time rules", "lower", False, 1.0),
    _outcome("occupancy_share", "service", "occupancy", "neither", False, None),
    _outcome("cost_per_patient_day", "service", "cost per patient-day", "lower", True, 100.0),
    _outcome("readmission_30d", "service", "back within 30 days", "lower", False, 0.02),
)


def compose_comparison(
    figures: dict[str, tuple[str, float, float, float, float]] = FIGURES, **changes: Any
) -> MadeUpComparison:
    scenarios = (
        build_scenario("three_shift", "Three-shift"),
        build_scenario("co_living", "Co-living", handover=60.0),
        build_scenario("soteria_48", "48-hour", handover=90.0),
    )
    labels = ("three_shift", "co_living", "soteria_48")
    everything = dict(figures)
    for kind, (mean, more) in KINDS.items():
        everything[f"minutes_{kind}_per_patient_day"] = ("min", mean, mean / 10, more, more / 2)
    for role, (mean, more) in ROLES.items():
        everything[f"minutes_with_{role}_per_patient_day"] = ("min", mean, mean / 10, more, more / 2)
    outcomes = replicate(labels, everything)
    rosters = (
        build_roster("three_shift", "lawful", 10.25, 9.0, 251.0, 17),
        build_roster("co_living", "not_lawful", 14.0, 10.0, 268.0, 13),
        build_roster("soteria_48", "needs_agreement", 48.0, 144.0, 255.0, 11),
    )
    comparison = MadeUpComparison(
        scenarios,
        labels,
        outcomes,
        pair(outcomes, labels, {o.name for o in OUTCOMES if o.better == "lower"}),
        rosters,
        ((), CO_LIVING_BREACHES, ()),
        diff(*scenarios),
        None,
        {
            "command": [
                "/opt/python",
                "/opt/bin/wardsim",
                "compare",
                "rotation=three_shift,co_living,soteria_48",
            ],
            "seed": 1,
            "versions": {"wardsim": "0.1.0"},
            "failures": [],
        },
    )
    return replace(comparison, **changes)


@pytest.fixture(autouse=True)
def made_up_register(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The report reads this register of outcomes, whatever the model's own register holds."""
    known = {o.name: (rank, o) for rank, o in enumerate(OUTCOMES)}
    monkeypatch.setattr(describe, "_registered", lambda: known)
    describe.outcome_words.cache_clear()
    yield
    describe.outcome_words.cache_clear()


@pytest.fixture
def phrases(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give outcomes their form and noun for sentences, as the catalogue does."""

    def give(**entries: tuple[str, str]) -> None:
        catalogue = words.catalogue("en")
        added = {name: {"form": form, "noun": noun} for name, (form, noun) in entries.items()}
        changed = {**catalogue, "outcomes": {**catalogue["outcomes"], **added}}
        monkeypatch.setattr(describe, "catalogue", lambda lang="en": changed)
        describe.outcome_words.cache_clear()

    return give


@pytest.fixture(scope="session")
def comparison() -> MadeUpComparison:
    return compose_comparison()
