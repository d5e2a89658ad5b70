"""The register of outcomes: complete, in plain words, and every outcome measured somewhere.

Why: comparisons, reports and patterns name outcomes; a name that is never measured would show as an empty
row, and a word from the staff's jargon would reach the people whom it labels.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.mechanisms.runs import outcomes
from wardsim.observe.outcomes import GROUPS, OUTCOMES

SERVICES = (
    "conventional_acute", "community_centre", "mixed_ward", "recovery_institution", "bet_unit", "heidenheim",
    "soteria_berne",
)  # fmt: skip
DAYS = ("horizon_days=90", "warmup_days=30")
#: Names that patterns of calibration bind.
BOUND = (
    "staff_share_direct_contact_07_22", "staff_share_one_to_one_conversation",
    "contact_minutes_per_patient_day", "share_patient_weeks_without_conversation_over_15min",
    "mean_minutes_informal_contact", "incidents_per_100_patient_days",
    "physical_incidents_per_100_patient_days", "share_stays_with_incident", "incidents_per_involved_stay",
    "coercive_measures_per_100_patient_days", "share_incidents_ending_in_coercion",
    "hour_of_peak_incidents", "rate_ratio_other_peoples_incidents_8h_after", "staff_sickness_share",
    "readmission_30d", "readmission_365d", "stays_per_year", "mean_weekly_hours_team_member",
    "standardised_effect_of_trust_on_next_distress", "fatigue_risk_ratio_quick_return",
    "fatigue_risk_ratio_night_vs_day", "one_to_one_minutes_per_patient_day",
    "share_waking_time_known_staff_present", "knowledge_drop_per_handover",
    "power_responsibility_imbalance_milieu_therapist", "preference_met_medication_free_minus_other",
    "recovery_at_discharge", "transfers_per_year", "occupancy_share", "cost_per_patient_day",
    "distinct_staff_per_week", "distinct_staff_per_stay", "share_stays_with_coercive_measure",
    "coercive_measures_per_stay", "share_new_staff_by_day", "upc", "coc", "secon", "preference_met_share",
    "coercion_all_per_100_patient_days",
)  # fmt: skip
#: Words that no label uses; the plain ones stand beside them.
JARGON = {
    r"cases?": "person or people staying here", r"case-mix": "mix of people", r"beds?(?! time)": "person or people staying here",
    r"frailty": "individual crisis rate", r"abscond\w*": "leaving unannounced", r"containment": "coercive measure",
    r"misfits?": "decided against the person", r"orders?": "being-with agreed", r"passive": "reaches out rarely",
    r"patients?(?!-day)": "person or people", r"non-complian\w*": "-", r"schizophren\w*|psychotic|manic": "-",
}  # fmt: skip


def test_names_groups_and_directions() -> None:
    names = [outcome.name for outcome in OUTCOMES]
    assert len(set(names)) == len(names)
    assert set(BOUND) <= set(names)
    assert {outcome.group for outcome in OUTCOMES} == set(GROUPS)
    assert {outcome.better for outcome in OUTCOMES} == {"higher", "lower", "neither"}


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
def test_each_has_label_unit_and_formula(outcome) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", outcome.name)
    assert outcome.label
    assert outcome.unit
    assert outcome.formula
    assert outcome.smallest_difference is None or outcome.smallest_difference > 0
    found = [
        f"{word}: say {plain}"
        for word, plain in JARGON.items()
        if re.search(rf"\b({word})\b", outcome.label, re.I)
    ]
    assert not found


def test_primary_outcomes_come_from_every_group_and_have_a_smallest_difference() -> None:
    primary = [outcome for outcome in OUTCOMES if outcome.primary]
    assert {outcome.group for outcome in primary} == set(GROUPS)
    assert all(outcome.smallest_difference is not None for outcome in primary)
    assert any(outcome.name == "coercion_all_per_100_patient_days" for outcome in primary)


def test_labels_are_told_apart() -> None:
    labels = [outcome.label for outcome in OUTCOMES]
    assert len(set(labels)) == len(labels)


@pytest.fixture(scope="module")
def everywhere() -> dict[str, dict[str, np.ndarray]]:
    return {name: outcomes(f"service={name}", *DAYS, replications=4) for name in SERVICES}


def test_every_outcome_is_measured_somewhere(everywhere: dict[str, dict[str, np.ndarray]]) -> None:
    empty = [
        outcome.name
        for outcome in OUTCOMES
        if not any(np.isfinite(found[outcome.name]).any() for found in everywhere.values())
    ]
    assert not empty


def test_outcomes_lie_in_their_range(everywhere: dict[str, dict[str, np.ndarray]]) -> None:
    """Intervals are cut at these ends, so no value may lie beyond them."""
    for service, found in everywhere.items():
        for outcome in OUTCOMES:
            least, most = outcome.range
            values = found[outcome.name][np.isfinite(found[outcome.name])]
            assert ((values >= least) & (values <= most)).all(), f"{outcome.name} in {service}: {values}"


def test_what_belongs_together_adds_up(everywhere: dict[str, dict[str, np.ndarray]]) -> None:
    """Kinds and parts sum to what they are parts of: nothing is summed without its parts, or lost."""
    for service, found in everywhere.items():

        def same(
            whole: str, *parts: str, found: dict[str, np.ndarray] = found, service: str = service
        ) -> None:
            total = sum(found[part] for part in parts)
            assert np.allclose(found[whole], total, equal_nan=True, atol=1e-9), f"{whole} in {service}"

        per = "_per_100_patient_days"
        same(f"incidents{per}", f"verbal_incidents{per}", f"physical_incidents{per}")
        kinds = ("informal", "conversation", "session", "being_with")
        same("one_to_one_minutes_per_patient_day", *(f"minutes_{kind}_per_patient_day" for kind in kinds))
        same(
            "shared_minutes_per_patient_day",
            *(f"minutes_{kind}_per_patient_day" for kind in ("group", "meal", "household")),
        )
        assert np.allclose(
            found["contact_minutes_per_patient_day"],
            found["one_to_one_minutes_per_patient_day"] + 0.3 * found["shared_minutes_per_patient_day"],
        ), service
        ends = [o.name for o in OUTCOMES if o.name.startswith("crises_end_")]
        everything = sum(found[end] for end in ends)
        events = found[f"incidents{per}"] + found[f"self_harm{per}"] + found[f"leaving_unannounced{per}"]
        assert np.allclose(everything, events), f"ends of crises in {service}"
        asked = (
            found["requests_granted_share"]
            + found["requests_refused_share"]
            + found["requests_pending_share"]
        )
        assert np.allclose(asked, 1.0), service
        back = ("in_crisis", "planned", "self_chosen")
        same("readmission_365d", *(f"readmission_365d_{how}" for how in back))
        assert (found[f"coercion_all{per}"] >= found[f"coercive_measures{per}"] - 1e-12).all(), service
