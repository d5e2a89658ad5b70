"""Who has least, who decided, and what a duty costs: worked out by hand on a few rows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.model.wards import finished
from tests.observe.by_hand import (
    START,
    contact,
    inputs,
    measured,
    milieu_staff,
    record,
    role_of,
    stay,
)
from wardsim.model.buffers import F_COVERING, F_OPEN, F_OVERTIME, F_TEMP, F_WORKED, M_DECIDED
from wardsim.model.state import COMPANION, K_CONVERSATION, K_CRISIS, K_INFORMAL, LIMIT, PRESSURE, TASK
from wardsim.model.world import EVERYDAY, PLAN
from wardsim.observe.outcomes import measure
from wardsim.observe.window import window

A, B = milieu_staff(2)
PRESENT = {"in_min": 5 * 1440.0}  # five people there on each of the ten days: 50 patient-days


def test_minutes_are_told_by_stance() -> None:
    """Minutes, not only numbers of contacts; what happens in a crisis has its stance too."""
    rows = [
        contact(0, A, START, 30.0, K_CONVERSATION, stance=COMPANION),
        contact(0, A, START + 50, 10.0, K_INFORMAL, stance=TASK),
        contact(0, B, START + 90, 5.0, K_INFORMAL, stance=PRESSURE),
        contact(0, B, START + 120, 15.0, K_CRISIS, stance=LIMIT),
    ]
    found = measured(PRESENT, contacts=rows, stays=[stay(0, 0.0, None)])
    told = [
        found[f"minutes_in_stance_{s}_per_patient_day"]
        for s in ("companion", "task", "pressure", "limit_setting")
    ]
    assert told == pytest.approx([30 / 50, 10 / 50, 5 / 50, 15 / 50])


def test_the_worst_off_tenth_is_a_tenth_of_people() -> None:
    """Twenty people ask twice each; two get nothing and wait a day, and a mean over all would hide them."""
    badly = {"met": 0, "asked_before": 0, "decided_min": START + 1440}
    well = {"met": 1, "asked_before": 1, "decided_min": START + 60}
    asked = {"state": M_DECIDED, "matter": EVERYDAY, "granted_by": -1, "asked_min": START}
    rows = [{**asked, **(badly if person < 2 else well), "person": person} for person in range(20)] * 2
    stays = [stay(person, START, START + 2000, agency_end=0.1 if person < 2 else 0.6) for person in range(20)]
    found = measured(PRESENT, matters=rows, stays=stays)
    assert found["requests_granted_share"] == pytest.approx(0.9)
    assert found["requests_granted_share_worst_tenth"] == 0.0
    assert found["asked_before_decided_share_worst_tenth"] == 0.0
    assert found["waiting_h_per_matter"] == pytest.approx(0.9 * 1 + 0.1 * 24)
    assert found["waiting_h_per_matter_worst_tenth"] == pytest.approx(24.0)
    assert found["agency_at_discharge_worst_tenth"] == pytest.approx(0.1)


def test_whoever_grants_a_request_at_once_has_decided_it() -> None:
    """Three requests granted by a milieu therapist and one plan by the structure's weights."""
    given = inputs()
    decided = {"state": M_DECIDED, "person": 0, "asked_min": START, "decided_min": START + 60}
    rows = [{**decided, "matter": EVERYDAY, "met": 1, "granted_by": role_of(A)}] * 3
    rows.append({**decided, "matter": PLAN, "granted_by": -1})
    own = float(given.read_only["weights"]["weight"][PLAN, -1])
    found = measured(PRESENT, matters=rows, stays=[stay(0, 0.0, None)])
    assert own > 0.0
    assert found["voice_of_person"] == pytest.approx(own / 4)
    by_the_structure = measured(PRESENT, matters=rows[3:], stays=[stay(0, 0.0, None)])
    assert by_the_structure["voice_of_person"] == pytest.approx(own)
    assert found["authority_gini"] > by_the_structure["authority_gini"]


def test_a_decision_counts_with_the_weights_that_it_was_taken_with() -> None:
    """Two plans before a change by which the person alone decides, one after it."""
    given = inputs()
    before = given.read_only["weights"]["weight"]
    after = np.zeros_like(before)
    after[:, -1] = 1.0
    decided = {"state": M_DECIDED, "person": 0, "asked_min": START, "matter": PLAN, "granted_by": -1}
    rows = [{**decided, "decided_min": START + minute} for minute in (60, 120, 300)]
    kept = record(PRESENT, matters=rows, stays=[stay(0, 0.0, None)])
    kept.say.append((START + 300, after))
    assert measure(given, kept)["voice_of_person"] == pytest.approx((2 * before[PLAN, -1] + 1) / 3)


def test_after_a_changeover_the_new_structure_has_its_say() -> None:
    """A ward that changes on the first counted day ends where a ward of the new structure stands."""
    ward = ("service=community_centre", "horizon_days=60")
    old, new, changed = (
        measure(run.inputs, run.record())
        for run in (
            finished(*ward, "power=hierarchical"),
            finished(*ward, "power=soteria"),
            finished(*ward, "power=hierarchical", "change.on_day=1", "change.power=soteria"),
        )
    )
    for name in ("voice_of_person", "authority_gini"):
        assert abs(changed[name] - new[name]) < 0.15 * abs(old[name] - new[name]), name


def test_whoever_is_sick_is_paid_and_so_is_whoever_comes() -> None:
    """One duty in each state: a shift that nobody filled makes no ward cheaper."""
    given = inputs()
    cost = given.scenario.cost
    worth = float(given.roster.duties["cost_h"][0]) * float(given.roles["hourly"][role_of(A)])
    expected = {
        F_WORKED: 1.0,
        F_OPEN: cost.sick_pay_share,
        F_OVERTIME: cost.sick_pay_share,
        F_TEMP: cost.sick_pay_share + cost.temp_factor,
        F_COVERING: cost.temp_factor,
    }
    assert cost.sick_pay_share > 0.0
    for state, factor in expected.items():
        duty = {"staff": A, "who": A, "role": role_of(A), "duty": 0, "start_min": START, "state": state}
        found = measured(PRESENT, duties_done=[duty])
        assert found["cost_per_patient_day"] * 50 == pytest.approx(factor * worth)
    beds = measured(PRESENT | {"bed_min": 10 * 1440.0})  # ten beds on ten days
    assert beds["cost_per_patient_day"] * 50 == pytest.approx(100 * cost.overhead_per_bed_day)


@pytest.mark.parametrize("rotation", ["soteria_48", "three_shift"])
def test_all_duties_that_begin_in_the_window_are_paid(rotation: str) -> None:
    """Those that still run at its end too: otherwise a rota of long duties would be the cheaper the shorter the run."""
    run = finished(
        "service=soteria_berne", f"rotation={rotation}", "horizon_days=15", "model.mechanisms.sickness=false"
    )
    seen = window(run.inputs, run.record())
    duties = run.inputs.roster.duties
    planned = duties[(duties["start_min"] >= 0) & (duties["start_min"] < 15 * 1440)]
    roles = run.inputs.roles["hourly"][run.arrays["staff"]["role"][planned["staff"]]]
    beds = run.inputs.scenario.cost.overhead_per_bed_day * seen.sum("bed_min") / 1440.0
    money = measure(run.inputs, run.record())["cost_per_patient_day"] * seen.treated_days
    assert money == pytest.approx(float((planned["cost_h"] * roles).sum()) + beds)


def test_somebody_met_in_an_earlier_stay_is_no_new_face() -> None:
    rows = [
        contact(0, A, START, 10.0, K_INFORMAL),
        contact(1, A, START + 5000, 10.0, K_INFORMAL, person=0),  # the same person, back again
        contact(1, B, START + 5100, 10.0, K_INFORMAL, person=0),
    ]
    found = measured(
        PRESENT, contacts=rows, stays=[stay(0, START, START + 1000), stay(0, START + 4000, None)]
    )
    assert found["share_new_staff_by_day"] == pytest.approx(2 / 3)


def test_people_outside_who_find_the_ward_full_are_counted() -> None:
    assert measured(PRESENT | {"bed_wanted": 0.5})["people_outside_needing_the_ward"] == pytest.approx(0.5)


def test_concentration_is_among_those_who_are_on_the_ward() -> None:
    """Roles that a config declares and nobody fills are no actors: more of them would make any ward look unequal."""
    given = inputs()
    rows = [{"state": M_DECIDED, "person": 0, "asked_min": START, "decided_min": START + 60, "matter": PLAN}]
    found = measured(PRESENT, matters=[{**rows[0], "granted_by": -1}], stays=[stay(0, 0.0, None)])
    shares = given.read_only["weights"]["weight"][PLAN]
    here = shares[[*np.unique(given.staff["role"]), -1]]
    assert len(here) < len(shares)
    x, n = np.sort(here), len(here)
    by_hand = sum((2 * k - n - 1) * float(v) for k, v in enumerate(x, 1)) / (n * float(x.sum()))
    assert found["authority_gini"] == pytest.approx(by_hand)
    assert found["authority_freeman"] == pytest.approx(float((x.max() - x).sum()) / (n - 1))
