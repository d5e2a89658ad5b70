"""The equations of the processes against numbers worked out by hand from their text.

The register's numbers are read from the run: a new calibration breaks none of these tests, another form does.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.model import draws_from_python, from_python
from tests.model.wards import inputs, scenario
from wardsim.model.engine import Run
from wardsim.model.parameters import mean_truncated_lognormal
from wardsim.model.randomness import STREAMS, replication_key
from wardsim.model.state import A_CRISIS, A_DUTY, A_FREE, COMPANION, OF_PEOPLE, OF_WARD, OWN, TASK

WARD = ("service=community_centre", "horizon_days=20")


@pytest.fixture
def run() -> Run:
    """A ward at 15:00 on its third day, when a team is on duty."""
    made = Run(inputs(*WARD), 1)
    made.advance(2 * 288 + 180)
    return made


def _now(run: Run) -> float:
    return 5.0 * run.tick


def _par(run: Run) -> np.void:
    return run.arrays["par"][0]


def _person(run: Run) -> tuple[int, np.void]:
    row = int(run.arrays["here"]["person"][0])
    return row, run.arrays["people"][row]


def _pair(run: Run, i: int, j: int, **values: float) -> np.void:
    pair = run.arrays["pair"][i, j]
    pair["who"] = run.arrays["staff"]["who"][j]
    pair["last_min"] = _now(run)
    for name, value in values.items():
        pair[name] = value
    return pair


# ----------------------------------------------------------------- relations
def test_two_hours_together(run: Run) -> None:
    """K += (1-K)(1-e^(-x/6)), T += q (M-T)(1-e^(-x/10)); with a task only up to half the ceiling."""
    par, (i, _) = _par(run), _person(run)
    run.arrays["staff"]["quality"][0] = 0.9
    run.arrays["staff"]["is_temp"][0] = 0
    pair = _pair(run, i, 0, knowledge=0.2, trust=0.3, ceiling=0.8, minutes=10)
    run.act(from_python.grow, i, 0, 2.0, 120.0, COMPANION, _now(run))
    learned, won = (
        1 - math.exp(-2 / par["relations_knowledge_h"]),
        1 - math.exp(-2 / par["relations_trust_h"]),
    )
    assert pair["knowledge"] == pytest.approx(0.2 + 0.8 * learned)
    assert pair["trust"] == pytest.approx(0.3 + 0.9 * 0.5 * won)
    assert pair["minutes"] == 130
    pair = _pair(run, i, 0, knowledge=0.2, trust=0.3, ceiling=0.8)
    run.act(from_python.grow, i, 0, 2.0, 120.0, TASK, _now(run))
    assert pair["trust"] == pytest.approx(
        0.3 + 0.9 * max(0.0, 0.8 * par["relations_time_alone_share"] - 0.3) * won
    )
    pair = _pair(run, i, 0, trust=0.7, ceiling=0.6)
    run.act(from_python.grow, i, 0, 2.0, 120.0, COMPANION, _now(run))
    assert pair["trust"] == 0.7, "shared time never costs trust"


def test_a_temp_learns_nothing(run: Run) -> None:
    i, _ = _person(run)
    pair = _pair(run, i, 0, knowledge=0.2, trust=0.3, ceiling=0.8)
    run.arrays["staff"]["is_temp"][0] = 1
    run.act(from_python.grow, i, 0, 2.0, 120.0, COMPANION, _now(run))
    assert (pair["knowledge"], pair["trust"]) == (0.2, 0.3)


def test_trust_lost_and_time_apart(run: Run) -> None:
    """A measure costs ten hours' worth; what was gained fades apart by its half-life."""
    par, (i, _) = _par(run), _person(run)
    run.arrays["staff"]["is_temp"][0] = 0
    pair = _pair(run, i, 0, trust=0.6)
    run.act(from_python.lose_trust, i, 0, 10.0, _now(run))
    assert pair["trust"] == pytest.approx(
        0.6 * math.exp(-par["relations_loss_weight"] * 10 / par["relations_trust_h"])
    )
    run.arrays["people"]["trust_start"][i] = 0.25
    for before, gained in ((0.6, 0.35), (0.25, 0.0)):
        pair = _pair(run, i, 0, trust=before)
        run.act(from_python.meet, i, 0, _now(run) + 30 * 1440.0)
        left = gained * 2 ** (-30 / par["relations_trust_half_life_days"])
        assert pair["trust"] == pytest.approx(0.25 + left)
    pair = _pair(run, i, 0, trust=0.1)
    run.act(from_python.meet, i, 0, _now(run) + 30 * 1440.0)
    assert pair["trust"] == 0.1  # what was lost stays lost


def test_a_newcomer_on_the_post_starts_from_nothing(run: Run) -> None:
    i, _ = _person(run)
    pair = _pair(run, i, 0, trust=0.6, knowledge=0.5, minutes=90)
    run.arrays["staff"]["who"][0] += 1000
    run.act(from_python.meet, i, 0, _now(run))
    assert (pair["knowledge"], pair["minutes"]) == (0, 0)
    assert pair["who"] == run.arrays["staff"]["who"][0]
    assert 0 < pair["trust"] < 1


# -------------------------------------------------------------------- record
def test_what_is_told_at_a_handover(run: Run) -> None:
    """O <- keep O, then O += r (K_outgoing - O)+; keep is raised by familiarity."""
    par, now, team = _par(run), _now(run), []
    i, person = _person(run)
    staff = run.arrays["staff"]
    for j in np.flatnonzero((staff["on_site"] == 1) & (staff["unit"] == person["unit"])):
        if run.inputs.roles[staff["role"][j]]["kind"] == 0:
            staff["duty_start_min"][j] = now - 60
            _pair(run, i, int(j), knowledge=0.7, trust=0.3)
            team.append(int(j))
    assert team, "nobody is on duty at 15:00"
    person["oral"], person["written"] = 0.4, 0.1
    run.arrays["unit"]["familiarity"][person["unit"]] = 0.5
    run.act(from_python.hand_over, int(person["unit"]), now)
    keep = par["record_keep"] + (1 - par["record_keep"]) * par["record_familiarity_gain"] * 0.5
    assert person["oral"] == pytest.approx(0.4 * keep + par["record_told_share"] * (0.7 - 0.4 * keep))
    person["oral"] = 0.0
    run.act(from_python.hand_over, int(person["unit"]), now)
    assert person["oral"] == pytest.approx(par["record_told_share"] * 0.7)


@pytest.mark.parametrize("lengths", [0.0, 1.0, 2.0, 3.5])
def test_more_is_told_in_a_longer_handover(run: Run, lengths: float) -> None:
    """Nothing where nobody sits together, told_share in the usual length, of what is left as much again in twice it."""
    par, now = _par(run), _now(run)
    i, person = _person(run)
    for j in run.arrays["present"]["staff"][: int(run.clock["n_present"])]:
        _pair(run, i, int(j), knowledge=0.7)
    person["oral"], person["written"] = 0.0, 0.0
    par["rotation_handover_minutes"] = lengths * par["record_told_min"]
    run.act(from_python.hand_over, int(person["unit"]), now)
    assert person["oral"] == pytest.approx((1 - (1 - par["record_told_share"]) ** lengths) * 0.7)


def test_what_stands_on_paper(run: Run) -> None:
    """Half an hour of writing, a fortnight of ageing, and at most half of what can be known."""
    par, now = _par(run), _now(run)
    i, person = _person(run)
    run.arrays["staff"]["is_temp"][0] = 0
    _pair(run, i, 0, knowledge=0.8, trust=0.3)
    person["oral"], person["written"] = 0.0, 0.2
    run.act(from_python.write_down, i, 0, 30.0, now)
    assert person["written"] == pytest.approx(0.2 + 0.6 * (1 - math.exp(-30 / par["record_document_min"])))
    person["written"] = 0.6
    for _ in range(round(24 * par["record_half_life_days"])):
        run.act(from_python.age_record)
    assert person["written"] == pytest.approx(0.3)
    for oral, written, known, usable in (
        (0.2, 0.4, 0.1, 0.4),
        (0.9, 0.1, 0.1, par["record_paper_limit"]),
        (0.9, 0.9, 0.8, 0.8),
    ):
        person["oral"], person["written"] = oral, written
        _pair(run, i, 0, knowledge=known)
        assert run.act(from_python.usable, i, 0, now) == pytest.approx(usable)


# ------------------------------------------------------------------ distress
def test_set_point_of_distress(run: Run) -> None:
    par, (i, p) = _par(run), _person(run)
    values = {
        "baseline": 1.2, "recovery": 0.25, "need": 4.0, "pending": 2, "unfamiliar": 0.5, "contact_day": 0.6,
        "company_day": 3.0, "withdrawal": 0.15, "medication": 0.5, "exposure": 0.1,
    }  # fmt: skip
    for name, value in values.items():
        p[name] = value
    run.arrays["unit"]["tension"][p["unit"]] = 2.5
    goal = (
        1.2 * 0.75 + par["distress_need_weight"] * 4 / (4 + par["distress_need_half_h"])
        + par["distress_waiting_weight"] * 2 / 3 + par["distress_tension_weight"] * 2.0
        + par["distress_unfamiliar_weight"] * 0.5
        - par["distress_contact_weight"] * 0.6 - par["distress_company_weight"] * 1.0
        + 0.15 - par["medication_calms"] * 0.5 - 0.1
    )  # fmt: skip
    assert run.act(from_python.set_point, i) == pytest.approx(goal)


def test_fast_part_has_the_spread_and_half_life_of_the_register(run: Run) -> None:
    par, (i, p) = _par(run), _person(run)
    p["medication"], p["fast"] = 0.0, 0.0
    mood = np.zeros(150_000)
    run.act(from_python.let_mood_pass, mood, i)
    assert mood.std() == pytest.approx(par["distress_fast_sd"], rel=0.04)
    assert abs(mood.mean()) < 0.03
    lag = round(par["distress_fast_half_life_h"] * 4)
    assert np.corrcoef(mood[:-lag], mood[lag:])[0, 1] == pytest.approx(
        2 ** (-lag / 4 / par["distress_fast_half_life_h"]), abs=0.04
    )


def test_need_grows_while_awake_and_fades(run: Run) -> None:
    par, (i, p) = _par(run), _person(run)
    p["need"], p["need_rate"], p["slow"], p["fast"] = 2.0, 1.6, 1.0, 0.5
    run.act(from_python.need_grows, i, 1.0, True)
    grown = 2.0 + 1.6 * (1 + par["contact_need_distress"] * 1.5) / par["contact_waking_h"]
    assert p["need"] == pytest.approx(grown * 2 ** (-1 / par["contact_need_half_life_h"]))
    p["need"] = 2.0
    run.act(from_python.need_grows, i, 36.0, False)
    assert p["need"] == pytest.approx(2.0 * 2 ** (-36 / par["contact_need_half_life_h"]))


def test_recovery_of_a_day(run: Run) -> None:
    par, (_, p) = _par(run), _person(run)
    p["recovery"], p["agency"], p["contact_day"], p["company_day"] = 0.2, 0.6, 2.0, 0.5
    run.act(from_python.recover, 24.0)
    agency = 0.6 + (par["decisions_agency_start"] - 0.6) / par["decisions_agency_days"]
    rate = par["recovery_base_day"] + par["recovery_contact_day"] + par["recovery_participation_day"] * 0.5
    assert p["agency"] == pytest.approx(agency)
    assert p["recovery"] == pytest.approx(0.2 + 0.8 * (rate + par["recovery_agency_day"] * agency))


# -------------------------------------------------------------- stays, return
def test_return_curve_is_the_national_one() -> None:
    """15.1 % within 30 days and 47.7 % within a year, at reference recovery and without aftercare."""
    run = Run(inputs(*WARD, "care.aftercare=0"), 1)
    reference = float(_par(run)["returns_recovery_reference"])
    draws = np.zeros(20_000)
    draws_from_python.fill_exponential(draws, replication_key(1, 0), STREAMS["return_time"])
    days = np.array([run.act(from_python.return_days, float(e), reference) for e in draws])
    for within, share in ((30, 0.151), (365, 0.477)):
        assert 1 - math.exp(-((within / 800) ** 0.55)) == pytest.approx(share, abs=0.001)
        assert (days <= within).mean() == pytest.approx(
            share, abs=3.5 * math.sqrt(share * (1 - share) / len(days))
        )
    better = run.act(from_python.return_days, 1.0, reference + 0.2)
    assert better > run.act(from_python.return_days, 1.0, reference)


def test_aftercare_lowers_the_risk_of_return() -> None:
    with_care, without = Run(inputs(*WARD, "care.aftercare=1"), 1), Run(inputs(*WARD, "care.aftercare=0"), 1)
    par = _par(with_care)
    reference = float(par["returns_recovery_reference"])
    ratio = with_care.act(from_python.return_days, 1.0, reference) / without.act(
        from_python.return_days, 1.0, reference
    )
    assert ratio == pytest.approx((1 / (1 - par["returns_aftercare_effect"])) ** (1 / par["returns_shape"]))


@pytest.mark.parametrize(
    ("median", "sigma", "most"), [(14.0, 0.9, 120.0), (3.0, 0.5, 5.0), (60.0, 0.3, 1000.0)]
)
def test_mean_of_a_truncated_lognormal(median: float, sigma: float, most: float) -> None:
    """Against the integral of min(X, most)."""
    z = np.linspace(-9, 9, 200_001)
    density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    exact = float(np.sum(np.minimum(median * np.exp(sigma * z), most) * density) * (z[1] - z[0]))
    assert mean_truncated_lognormal(median, sigma, most) == pytest.approx(exact, rel=1e-4)


def test_the_scenario_of_these_tests_has_no_surprise() -> None:
    """All mechanisms that the equations name are at work."""
    assert all(scenario(*WARD).model.mechanisms.values())


def test_the_readiest_are_called_and_among_them_the_most_trusted(run: Run) -> None:
    """Idle before busy; among the idle the one whom the person trusts most, whatever the row."""
    i, p = _person(run)
    staff, roles = run.arrays["staff"], run.arrays["roles"]
    there = [
        j
        for j in np.flatnonzero(staff["on_site"])
        if roles["cover"][staff["role"][j]] and staff["unit"][j] == p["unit"]
    ]
    assert len(there) >= 2
    for trust, j in enumerate(there):
        staff["activity"][j] = A_FREE
        _pair(run, i, j, trust=0.1 + 0.1 * trust)
    assert run.act(from_python.whom_to_call, i, _now(run)) == there[-1]
    staff["activity"][there[-1]] = A_DUTY  # now at work, so an idle one comes first
    assert run.act(from_python.whom_to_call, i, _now(run)) == there[-2]
    staff["activity"][there] = A_CRISIS  # nobody leaves another crisis
    assert run.act(from_python.whom_to_call, i, _now(run)) == -1


def test_strain_grows_with_the_hours_of_a_duty(run: Run) -> None:
    """Unfinished work weighs twice as much in 16 hours as in 8, so that few long duties gain nothing by counting."""
    par, staff = _par(run), run.arrays["staff"]
    run.arrays["role_sum"]["authority"] = 0.0  # no imbalance
    j, now = int(np.flatnonzero(staff["on_site"])[0]), _now(run)
    unit = run.arrays["unit"][staff["unit"][j]]
    unit["patient_backlog_min"], unit["ward_backlog_min"] = 0.0, 0.0
    grown = {}
    for hours in (8, 16):
        staff["strain"][j], staff["load_min"][j], staff["lost_sleep_h"][j] = 0.0, 0.0, 0.0
        staff["backlog_min"][j], staff["duty_start_min"][j] = 30.0, now - 60.0 * hours
        run.act(from_python.after_duty, j, now)
        grown[hours] = float(staff["strain"][j])
    relief = 1 - par["strain_supervision_relief"] * min(
        1.0, par["care_supervision_per_month"] / par["strain_supervision_full_per_month"]
    )
    assert grown[8] == pytest.approx(par["strain_unfinished"] * 0.5 * relief)
    assert grown[16] == pytest.approx(2 * grown[8])


def test_interrupted_work_waits_again_where_it_came_from(run: Run) -> None:
    """Ten of thirty minutes of work are done when somebody is called away: twenty wait again."""
    now = _now(run)
    for whose, wait in (
        (OWN, "backlog_min"),
        (OF_WARD, "ward_backlog_min"),
        (OF_PEOPLE, "patient_backlog_min"),
    ):
        s = run.arrays["staff"][0]
        s["activity"], s["work"], s["partner"], s["on_site"] = A_DUTY, whose, -1, 1
        s["start_min"], s["until_min"] = now - 10.0, now + 20.0
        row = s if whose == OWN else run.arrays["unit"][s["unit"]]
        row[wait] = 5.0
        run.act(from_python.end_activity, 0, now)
        assert row[wait] == pytest.approx(25.0)
        assert s["activity"] == A_FREE


def test_what_was_left_ages_while_a_person_is_away(run: Run) -> None:
    """A fortnight after discharge half of the written record stands, and nobody has been told anything."""
    par, now = _par(run), _now(run)
    i, person = _person(run)
    person["episode"], person["left_min"] = 1, now - 14 * 1440.0
    person["written"], person["oral"], person["recovery"], person["agency"] = 0.6, 0.4, 0.5, 0.9
    run.act(from_python.arrive, i, now)
    assert person["written"] == pytest.approx(0.6 * 2 ** (-14 / par["record_half_life_days"]))
    assert person["oral"] == 0
    assert person["recovery"] == pytest.approx(0.5 * 2 ** (-14 / par["recovery_kept_half_life_days"]))
    start = par["decisions_agency_start"]
    assert person["agency"] == pytest.approx(
        start + (0.9 - start) * math.exp(-14 / par["decisions_agency_days"])
    )


def test_the_holder_of_a_post_sleeps_while_a_temp_stands_in() -> None:
    """Two runs of the same ward: in one a temp takes a night duty; the holder is as rested as in the other."""
    rested = []
    for temp in (False, True):
        run = Run(inputs(*WARD), 1)
        run.advance(2 * 288 + 250)  # 20:50
        duties = run.arrays["duties"]
        staff = run.arrays["staff"]
        night = next(
            d
            for d in range(len(duties))
            if duties["is_night"][d]
            and duties["start_min"][d] >= _now(run)
            and not staff["on_site"][duties["staff"][d]]
        )
        j = int(duties["staff"][night])
        run.act(from_python.bring_up_to_date, j, _now(run))
        staff["bedtime"][j] = staff["resting"][j] = 1  # in bed at the start of that night
        if temp:
            run.act(from_python.start_as_temp, j, night)
            assert staff["is_temp"][j]
        run.act(from_python.bring_up_to_date, j, duties["end_min"][night])
        rested.append(float(staff["pressure"][j]))
    assert rested[0] == pytest.approx(rested[1])
    assert rested[0] > 12.0  # a night's sleep; awake all night it would be below
