"""What crises and coercion do to people, and what makes them likelier or calmer, against numbers worked out by hand.

Why: a flipped sign here would make force look harmless or trust dangerous, and the ward would still look like one.
The register's numbers are read from the run: a new calibration breaks none of these tests, another form does.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.model import from_python
from tests.model.afternoon import NEVER, afternoon, inpatients, kept, now, par, somebody, team, trusts
from wardsim.model import buffers
from wardsim.model.engine import Run
from wardsim.model.state import A_CRISIS, D_CRISIS, HOME, NOWHERE
from wardsim.model.world import IN_CRISIS


@pytest.fixture
def run() -> Run:
    return afternoon()


# ------------------------------------------------------------------ coercion
@pytest.mark.parametrize("debriefing", [0.0, 1.0])
def test_a_coercive_measure_costs_trust_agency_and_recovery(run: Run, debriefing: float) -> None:
    """Who took part loses more trust than who stood by; a debriefing keeps a part of it; tension is left."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    took_part, stood_by, elsewhere = rows[:3]
    c["crisis_debriefing"] = debriefing
    at_another, asleep = rows[3], rows[4]
    staff = run.arrays["staff"]
    staff["activity"][[took_part, at_another]] = A_CRISIS
    staff["crisis_of"][took_part], staff["crisis_of"][at_another] = i, inpatients(run)[1]
    staff["unit"][elsewhere], staff["asleep"][asleep] = 1, 1
    p["agency"], p["recovery"], p["fast"] = 0.5, 0.4, 1.0
    run.arrays["unit"]["tension"][p["unit"]] = 0.5
    pairs = trusts(run, i, dict.fromkeys(rows, 0.6))
    run.act(from_python.suffer, i, now(run))
    cost = c["relations_coercion_h"] * (c["crises_debriefing_keeps"] if debriefing else 1.0)
    assert pairs["trust"][took_part] == pytest.approx(0.6 * kept(run, cost))
    assert pairs["trust"][stood_by] == pytest.approx(0.6 * kept(run, cost * c["relations_bystander_share"]))
    assert pairs["trust"][at_another] == pairs["trust"][stood_by], "busy with somebody else's crisis"
    assert pairs["trust"][asleep] == 0.6, "who sleeps stands by nothing"
    assert pairs["trust"][took_part] < pairs["trust"][stood_by] < pairs["trust"][elsewhere] == 0.6
    assert p["agency"] == pytest.approx(0.5 * (1 - c["decisions_agency_coercion"]))
    assert p["recovery"] == pytest.approx(0.4 - c["recovery_lost_per_measure"])
    assert p["fast"] == pytest.approx(1.0 + c["distress_coercion_jump"])
    assert run.arrays["unit"]["tension"][p["unit"]] == pytest.approx(0.5 + c["crises_measure_tension"])
    p["recovery"] = 0.0
    run.act(from_python.suffer, i, now(run))
    assert p["recovery"] == 0.0, "nobody recovers less than not at all"


def test_others_on_the_unit_are_shaken(run: Run) -> None:
    """Everybody else who is there, not the person themself, and nobody who is at home or of another unit."""
    i, _ = somebody(run)
    people = run.arrays["people"]
    others = [o for o in inpatients(run) if o != i]
    at_home, of_another = others[:2]
    people["setting"][at_home], people["unit"][of_another] = HOME, 1
    before = people["fast"].copy()
    run.act(from_python.others_shaken, i, now(run))
    jump = par(run)["distress_others_jump"]
    shaken = others[2:]
    assert shaken
    assert people["fast"][shaken] == pytest.approx(before[shaken] + jump)
    for calm in (i, at_home, of_another):
        assert people["fast"][calm] == before[calm]


# -------------------------------------------------------------------- crises
def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


#: What differs from a crisis that is met by exactly those wanted -> logits gained, from the register.
TERMS = {
    "more_trust": ({"best": 0.3}, lambda c: 0.3 * c["crises_calm_trust"]),
    "less_trust": ({"best": -0.1}, lambda c: -0.1 * c["crises_calm_trust"]),
    "an_own_plan": ({"own_plan": 1}, lambda c: c["crises_calm_plan"]),
    "half_trained": ({"trained": 0.5}, lambda c: 0.5 * c["crises_calm_training"]),
    "one_hand_short": ({"hands": 1}, lambda c: -c["crises_calm_hands"]),
    "three_too_many": ({"hands": 5}, lambda c: c["crises_calm_hands"]),
    "a_response_team": ({"team": 1.0}, lambda c: c["crises_calm_hands"]),
    "tired": ({"rho": 1.4}, lambda c: -math.log(1.4) * c["crises_calm_errors"]),
    "physical": ({"physical": 1.0}, lambda c: -c["crises_calm_physical"]),
    "tension": ({"tension": 2.0}, lambda c: -2.0 * c["crises_calm_tension"]),
    "a_soft_room": ({"soft_room": 1.0}, lambda c: c["crises_calm_soft_room"]),
}


def _calm(run: Run, i: int, **differs: float) -> float:
    """Chance that person i calms down, in logits above the register's base."""
    c, p, unit = par(run), run.arrays["people"][i], run.arrays["unit"]
    given = {"best": 0.0, "hands": 2, "rho": 1.0, "trained": 0.0, "physical": 0.0, "own_plan": 0, "team": 0.0,
             "tension": 0.0, "soft_room": 0.0} | differs  # fmt: skip
    p["own_plan"], unit["tension"][p["unit"]] = given["own_plan"], given["tension"]
    c["crisis_response_team"], c["ward_soft_room"] = given["team"], given["soft_room"]
    best = float(c["relations_start_mean"]) + given["best"]
    found = run.act(
        from_python.calm_odds, i, given["hands"], 2, best, given["rho"], given["trained"], given["physical"],
        now(run),
    )  # fmt: skip
    return _logit(found) - _logit(float(c["crises_calm_base"]))


@pytest.mark.parametrize("term", TERMS)
def test_what_helps_a_person_to_calm_down(run: Run, term: str) -> None:
    differs, gained = TERMS[term]
    c = par(run)
    c["on_power_in_crises"] = 0.0
    (i, p), rows = somebody(run), team(run)
    trusts(run, i, {rows[0]: 0.5})["knowledge"][rows[0]] = 1.0  # whoever leads knows everything, the plan too
    p["with_staff"] = rows[0]
    assert _calm(run, i) == pytest.approx(0.0, abs=1e-9)
    assert _calm(run, i, **differs) == pytest.approx(gained(c))


def test_a_good_decision_in_a_crisis_helps(run: Run) -> None:
    """By the knowledge that reaches it, above or below the reference; and it is a decision like any other."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    pairs = trusts(run, i, dict.fromkeys(rows, 0.5))
    for knowledge, written, sign in ((0.0, 0.0, -1), (1.0, 0.5, 1)):
        pairs["knowledge"][rows] = knowledge
        p["oral"], p["written"], p["agency"], p["with_staff"] = written, written, knowledge, rows[0]
        run.arrays["roles"]["means"] = 0.1 + 0.8 * knowledge
        decided = int(run.clock["n_matters"])
        known, means = run.act(from_python.judgement, i, IN_CRISIS, True, rows[0], now(run))
        quality = math.sqrt(known * means)
        gained = c["crises_calm_decision"] * (quality - c["decisions_reference_mix"])
        assert np.sign(gained) == sign
        assert _calm(run, i) == pytest.approx(gained)
        row = run.written("matters")[decided]
        assert (row["matter"], row["state"]) == (IN_CRISIS, buffers.M_DECIDED)


def test_without_power_no_structure_helps_in_a_crisis(run: Run) -> None:
    """Switched off, neither weights nor listening may move de-escalation by a hair; switched on, both do."""
    c, (i, p) = par(run), somebody(run)
    weights, moved = run.arrays["weights"]["weight"], {}
    run.arrays["pair"]["knowledge"][i], p["agency"] = 0.2, 0.9
    for on in (1.0, 0.0):
        c["on_power"], odds = on, []
        for own, listening in ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0)):
            weights[IN_CRISIS] = 0.0
            weights[IN_CRISIS, -1], weights[IN_CRISIS, 0] = own, 1.0 - own
            c["power_listening"], p["with_staff"] = listening, team(run)[0]
            odds.append(_calm(run, i))
        moved[on] = len(set(odds))
    assert moved == {1.0: 3, 0.0: 1}


def _begin(run: Run, i: int, calms_down: bool) -> np.void:
    """An incident of person i from a calm ward; returns its row."""
    c = par(run)
    c["crises_calm_base"] = 1.0 - 1e-9 if calms_down else 1e-9
    c["on_power_in_crises"] = 0.0
    n = int(run.clock["n_crises"])
    run.act(from_python.incident, i, now(run))
    assert run.clock["n_crises"] == n + 1
    return run.arrays["crises"][n]


def test_a_crisis_that_is_talked_through(run: Run) -> None:
    """The person is relieved and then left alone, the most trusted of those called stays, and others are shaken."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    trusts(run, i, {j: 0.2 + 0.05 * n for n, j in enumerate(rows)})
    other = inpatients(run)[1]
    people = run.arrays["people"]
    p["fast"], before, p["recovery"] = 1.5, float(people["fast"][other]), 0.3
    row = _begin(run, i, True)
    assert row["end"] == buffers.E_DEESCALATED
    assert p["fast"] == pytest.approx(1.5 - c["distress_calm_relief"])
    assert people["fast"][other] == pytest.approx(before + c["distress_others_jump"])
    assert run.arrays["unit"]["tension"][p["unit"]] == 1.0
    assert (p["recovery"], p["activity"]) == (0.3, D_CRISIS)
    assert p["crisis_until_min"] == pytest.approx(now(run) + row["minutes"])
    assert p["alone_until_min"] == pytest.approx(p["crisis_until_min"] + c["contact_alone_min"])
    cover = [j for j in rows if run.arrays["roles"]["cover"][run.arrays["staff"]["role"][j]]]
    assert p["with_staff"] == cover[-1]
    assert row["best_trust"] == pytest.approx(0.2 + 0.05 * rows.index(cover[-1]))


def test_a_crisis_that_ends_in_coercion(run: Run) -> None:
    """No relief but a jump and a loss for each measure; those who took part lose more trust than those who didn't.

    It is this person's trust alone: what others staying there think of the team, the model leaves as it was.
    """
    c, (i, p), rows = par(run), somebody(run), team(run)
    others = trusts(run, inpatients(run)[1], dict.fromkeys(rows, 0.6))
    c["crisis_coerces_verbal"] = c["crisis_coerces_physical"] = 1.0
    c["crises_extra_measures"] = 2.0
    pairs = trusts(run, i, dict.fromkeys(rows, 0.6))
    p["fast"], p["recovery"], p["agency"] = 1.0, 0.5, 0.5
    row = _begin(run, i, False)
    n = int(row["n_measures"])
    assert row["end"] == buffers.E_COERCION
    assert n > 1, "with this seed"
    hours = run.written("measures")["hours"][-n:]
    assert p["crisis_until_min"] == pytest.approx(now(run) + row["minutes"] + 60.0 * hours.max())
    assert p["fast"] == pytest.approx(1.0 + n * c["distress_coercion_jump"])
    assert p["recovery"] == pytest.approx(0.5 - n * c["recovery_lost_per_measure"])
    assert p["agency"] == pytest.approx(0.5 * (1 - c["decisions_agency_coercion"]) ** n)
    tension = run.arrays["unit"]["tension"][p["unit"]]
    assert tension == pytest.approx(1.0 + n * c["crises_measure_tension"])
    there = run.arrays["staff"]["activity"] == A_CRISIS
    took_part, stood_by = [j for j in rows if there[j]], [j for j in rows if not there[j]]
    assert len(took_part) == row["responders"]
    assert pairs["trust"][took_part].max() < pairs["trust"][stood_by].min()
    assert pairs["trust"][stood_by].max() < 0.6
    assert (others["trust"][rows] == 0.6).all()


def test_a_crisis_that_goes_on_or_is_passed_on(run: Run) -> None:
    """Where nobody is coerced somebody stays longer; what goes to another ward or the police ends the stay."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    c["crisis_coerces_verbal"] = c["crisis_coerces_physical"] = 0.0
    c["crisis_passes_on_verbal"] = c["crisis_passes_on_physical"] = 0.0
    trusts(run, i, dict.fromkeys(rows, 0.6))
    row = _begin(run, i, False)
    assert row["end"] == buffers.E_PROLONGED
    longer = now(run) + row["minutes"] + c["crises_prolonged_min"]
    assert p["crisis_until_min"] == pytest.approx(longer)
    lead = run.arrays["staff"][p["with_staff"]]
    assert lead["until_min"] == pytest.approx(min(longer, lead["duty_end_min"]))
    c["crisis_passes_on_verbal"] = c["crisis_passes_on_physical"] = 1.0
    for police, end, o in ((1.0, buffers.E_POLICE, 1), (0.0, buffers.E_TRANSFER, 2)):
        c["crises_police_share"] = police
        gone = int(run.arrays["here"]["person"][o])
        row = _begin(run, gone, False)
        assert row["end"] == end
        assert run.arrays["people"]["setting"][gone] == NOWHERE
        assert run.arrays["stays"][row["stay"]]["end"] == buffers.S_TRANSFER


def test_a_policy_tells_a_verbal_incident_from_a_physical_one(run: Run) -> None:
    """Where only physical ones may end in coercion a verbal one doesn't, and more hands are called to a physical one."""
    c = par(run)
    c["crisis_coerces_verbal"], c["crisis_coerces_physical"] = 0.0, 1.0
    c["crisis_passes_on_verbal"] = c["crisis_passes_on_physical"] = 0.0
    for n, (share, kind, end, hands) in enumerate((
        (0.0, buffers.C_VERBAL, buffers.E_PROLONGED, c["crises_hands_verbal"]),
        (1.0, buffers.C_PHYSICAL, buffers.E_COERCION, c["crises_hands_physical"]),
    )):  # fmt: skip
        rows, o = team(run), inpatients(run)[n]
        cover = [j for j in rows if run.arrays["roles"]["cover"][run.arrays["staff"]["role"][j]]]
        c["crises_physical_share"] = share
        row = _begin(run, o, False)
        assert (row["kind"], row["end"]) == (kind, end)
        assert row["responders"] == min(hands, len(cover))
        assert run.arrays["stays"][row["stay"]]["physical"] >= share


def test_self_harm_is_met_by_care_and_never_by_force(run: Run) -> None:
    """Somebody stays longer, the person is relieved, a little tension is left; no measure, no loss of trust."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    c["crisis_coerces_verbal"] = c["crisis_coerces_physical"] = 1.0
    pairs = trusts(run, i, dict.fromkeys(rows, 0.6))
    p["fast"], p["recovery"], p["agency"] = 1.0, 0.5, 0.5
    n, measures = int(run.clock["n_crises"]), int(run.clock["n_measures"])
    run.act(from_python.harm, i, now(run))
    row = run.arrays["crises"][n]
    assert (row["kind"], row["end"]) == (buffers.C_SELF_HARM, buffers.E_PROLONGED)
    assert run.clock["n_measures"] == measures
    assert (p["fast"], p["recovery"], p["agency"]) == (
        pytest.approx(1.0 - c["distress_calm_relief"]),
        0.5,
        0.5,
    )
    assert p["crisis_until_min"] == pytest.approx(now(run) + row["minutes"] + c["crises_prolonged_min"])
    assert run.arrays["unit"]["tension"][p["unit"]] == pytest.approx(c["crises_self_harm_tension"])
    assert (pairs["trust"][rows] == 0.6).all()
    assert 0 < row["responders"] <= c["crises_hands_self_harm"]


def _hazards(run: Run, i: int, **values: float) -> tuple[float, float, float]:
    """What a quarter of an hour adds to the three hazards of person i, a month after admission and at D = D0."""
    c, p = par(run), run.arrays["people"][i]
    usual = {
        "slow": float(c["crises_reference_distress"]), "fast": 0.0, "admitted_min": now(run) - 30 * 1440.0,
        "crisis_rate": 0.5, "self_harm_rate": 0.8, "leaving_rate": 1.3, "limit_measure": NEVER,
        "hazard_aggression": 0.0, "hazard_self_harm": 0.0, "hazard_leaving": 0.0,
        "limit_aggression": NEVER, "limit_self_harm": NEVER, "limit_leaving": NEVER,
    }  # fmt: skip
    for name, value in (usual | values).items():
        p[name] = value
    run.act(from_python.hazards_grow, i, now(run))
    return float(p["hazard_aggression"]), float(p["hazard_self_harm"]), float(p["hazard_leaving"])


def test_hazards_of_an_ordinary_quarter_of_an_hour(run: Run) -> None:
    """Base rate, individual rate and hour of the day; contagion never acts on leaving, the door on nothing else."""
    c, (i, p) = par(run), somebody(run)
    slot = run.arrays["slots"][int(run.clock["slot"])]
    hour = 15.0
    assert slot["aggression"] == pytest.approx(
        1 + c["crises_circadian_swing"] * math.cos(2 * math.pi * (hour - c["crises_circadian_peak_h"]) / 24),
        rel=0.01,
    )
    c["staffing_training"] = 0.0
    run.arrays["unit"]["contagion"][p["unit"]] = 1.7
    c["ward_door_factor"] = 0.6
    assert _hazards(run, i) == pytest.approx((
        c["crises_aggression_per_day"] * 0.5 * slot["aggression"] * 1.7 / 96,
        c["crises_self_harm_per_day"] * 0.8 * slot["self_harm"] * 1.7 / 96,
        c["crises_leaving_per_day"] * 1.3 * slot["leaving"] * 0.6 / 96,
    ))  # fmt: skip


def test_hazards_grow_with_distress_and_in_the_first_week_and_less_where_staff_are_trained(run: Run) -> None:
    c, (i, _) = par(run), somebody(run)
    c["staffing_training"] = 0.0
    usual = np.array(_hazards(run, i))
    high = {"slow": c["crises_reference_distress"] + 0.7, "fast": 0.3}
    assert _hazards(run, i, **high) == pytest.approx(usual * math.exp(c["crises_distress_slope"]))
    low = {"slow": c["crises_reference_distress"] - 0.5}
    assert _hazards(run, i, **low) == pytest.approx(usual * math.exp(-0.5 * c["crises_distress_slope"]))
    for days, factor in ((6.9, c["crises_first_week"]), (7.1, 1.0)):
        found = _hazards(run, i, admitted_min=now(run) - 1440.0 * days)
        assert found == pytest.approx(usual * factor)
    c["staffing_training"] = 1.0
    assert _hazards(run, i) == pytest.approx(usual * (1 - c["crises_training_prevents"]))
    assert c["crises_distress_slope"] > 0 < c["crises_training_prevents"]
    assert c["crises_first_week"] > 1


def test_an_event_happens_when_its_hazard_passes_the_threshold(run: Run) -> None:
    (i, p), _ = somebody(run), team(run)
    _hazards(run, i, limit_aggression=0.2, hazard_aggression=0.1)
    assert p["n_aggression"] == 0
    _hazards(run, i, limit_aggression=0.2, hazard_aggression=0.2)
    assert (p["n_aggression"], p["activity"]) == (1, D_CRISIS)
    assert p["limit_aggression"] > p["hazard_aggression"]


def test_tension_rises_fades_and_carries_over(run: Run) -> None:
    """W adds up to its limit, halves in its half-life, and raises hazards, the more the fewer are there."""
    c, unit = par(run), run.arrays["unit"][0]
    unit["tension"] = 0.5
    run.act(from_python.raise_tension, 0, 0.3)
    assert unit["tension"] == pytest.approx(0.8)
    run.act(from_python.raise_tension, 0, 100.0)
    assert unit["tension"] == c["crises_tension_limit"]
    after = c["crises_tension_limit"] * 2 ** (-0.25 / c["crises_contagion_half_life_h"])
    for there in (12, 6):
        unit["tension"], unit["n_seen"] = c["crises_tension_limit"], there
        run.act(from_python.tension_passes)
        assert unit["tension"] == pytest.approx(after)
        carried = c["crises_contagion_strength"] * after * c["crises_contagion_places"] / there
        assert unit["contagion"] == pytest.approx(1.0 + carried)
    unit["tension"] = 0.0
    run.act(from_python.tension_passes)
    assert unit["contagion"] == 1.0
