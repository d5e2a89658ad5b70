"""Money, and coercion of all kinds, of a ledger written by hand.

Why: with a wrong factor a service that leans on temps would look cheap, and with a kind left out one that passes
coercion on to the police, to another ward or to the rules of admission would look kind.
"""

from __future__ import annotations

import pytest

from tests.observe.by_hand import START, inputs, measured, stay
from wardsim.model import buffers

DAYS_PRESENT = 50.0
PRESENT = {"in_min": 5 * 1440.0}  # five people there on each of the ten days


def _duty(number: int, state: int, start: float = START) -> dict[str, object]:
    """Duty `number` of the rota, as somebody has done it."""
    staff = int(inputs().roster.duties["staff"][number])
    role = int(inputs().staff["role"][staff])
    return {
        "staff": staff, "who": staff, "role": role, "duty": number, "start_min": start, "state": state,
    }  # fmt: skip


def _price(number: int) -> float:
    """Paid hours with their supplements, at the hourly cost of the role that the scenario names."""
    given = inputs()
    role = given.role_names[given.staff["role"][given.roster.duties["staff"][number]]]
    hourly = given.scenario.cost.hourly
    return float(given.roster.duties["cost_h"][number]) * hourly.get(role, hourly["other"])


def _money(daily: dict[str, float], *duties: dict[str, object]) -> float:
    return measured({**PRESENT, **daily}, duties_done=list(duties))["cost_per_patient_day"] * DAYS_PRESENT


def test_a_duty_costs_its_hours_and_whoever_covers_costs_more() -> None:
    """Hours with supplements x hourly cost of the role; times the surcharge for somebody who steps in."""
    roles = inputs().staff["role"][inputs().roster.duties["staff"]]
    one, other = 0, int((roles != roles[0]).argmax())
    assert _price(one) != _price(other)
    worked = _money({}, _duty(one, buffers.F_WORKED), _duty(other, buffers.F_WORKED))
    assert worked == pytest.approx(_price(one) + _price(other))
    surcharge = inputs().scenario.cost.temp_factor
    assert surcharge > 1
    covered = _money({}, _duty(one, buffers.F_COVERING), _duty(other, buffers.F_WORKED))
    assert covered == pytest.approx(surcharge * _price(one) + _price(other))
    warm_up = _duty(one, buffers.F_WORKED, START - 1.0)
    assert _money({}, warm_up, _duty(other, buffers.F_WORKED)) == pytest.approx(_price(other))


def test_a_bed_costs_whether_somebody_lies_in_it_or_not() -> None:
    """Eight beds for ten days, five of them in use: eighty times the overhead, carried by fifty patient-days."""
    overhead = inputs().scenario.cost.overhead_per_bed_day
    assert overhead > 0
    bed_days = {"bed_min": 8 * 1440.0}
    assert _money(bed_days) == pytest.approx(80 * overhead)
    assert _money(bed_days, _duty(0, buffers.F_WORKED)) == pytest.approx(80 * overhead + _price(0))
    found = measured({**PRESENT, **bed_days, "day_min": 2 * 1440.0, "home_min": 1440.0})
    assert found["cost_per_patient_day"] == pytest.approx(80 * overhead / 80), "any setting counts"
    referred = [{"time_min": START, "reason": reason} for reason in (buffers.ADMITTED, buffers.EXCLUDED)]
    found = measured({**PRESENT, **bed_days}, referrals=referred)
    assert found["cost_per_referral"] == pytest.approx(80 * overhead / 2)


MEASURES = [{"stay": 0, "start_min": START + 10.0 * n, "hours": 1.0} for n in range(3)]
CRISES = [
    {"kind": buffers.C_VERBAL, "end": end, "start_min": START + 100.0}
    for end in (
        buffers.E_TRANSFER, buffers.E_TRANSFER, buffers.E_POLICE, buffers.E_POLICE, buffers.E_COERCION,
        buffers.E_DEESCALATED, buffers.E_PROLONGED, buffers.E_CARE,
    )
]  # fmt: skip
ELSEWHERE = [
    stay(0, START, START + 5000.0, buffers.S_ELSEWHERE),
    stay(1, START, START + 6000.0, buffers.S_ELSEWHERE),
    stay(2, START, START + 7000.0, buffers.S_PLANNED),
]
EXCLUDED = [
    {"time_min": START + 5.0, "reason": buffers.EXCLUDED},
    {"time_min": START + 6.0, "reason": buffers.EXCLUDED},
    {"time_min": START + 7.0, "reason": buffers.ADMITTED},
    {"time_min": START + 8.0, "reason": buffers.FULL_WAITS},
    {"time_min": START - 1.0, "reason": buffers.EXCLUDED},  # the warm-up doesn't count
]


@pytest.mark.parametrize(
    ("tables", "count"),
    [
        ({"measures": MEASURES}, 3),
        ({"crises": CRISES}, 4),
        ({"stays": ELSEWHERE}, 2),
        ({"referrals": EXCLUDED}, 2),
        ({"measures": MEASURES, "crises": CRISES, "stays": ELSEWHERE, "referrals": EXCLUDED}, 11),
    ],
    ids=["measures", "transfers_and_police", "referred_elsewhere", "excluded_by_the_rules", "all_of_it"],
)
def test_coercion_of_all_kinds_counts_what_is_passed_on(tables: dict[str, list[dict]], count: int) -> None:
    """Two of each at least, so that a difference cannot pass for a sum."""
    found = measured(PRESENT, **{"stays": [stay(0, 0.0, None)]} | tables)
    assert found["coercion_all_per_100_patient_days"] == pytest.approx(100 * count / DAYS_PRESENT)
    measures = len(tables.get("measures", []))
    assert found["coercive_measures_per_100_patient_days"] == pytest.approx(100 * measures / DAYS_PRESENT)
