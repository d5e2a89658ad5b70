"""How staff come to people, what draws and hinders them, and what work does to them, worked out by hand.

Why: a flipped sign here would let rigid rules look gentle or strain look healthy, and the ward would still look
like one.  The register's numbers are read from the run: a new calibration breaks none of these tests, another
form does.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.model import from_python
from tests.model.afternoon import LONG_AGO, afternoon, by_chance, kept, now, par, somebody, team, trusts
from wardsim.model.engine import Run
from wardsim.model.state import A_DUTY, A_FREE, A_OFFICE, COMPANION, LIMIT, PRESSURE, TASK
from wardsim.model.world import MILIEU

BEATS = 3000


@pytest.fixture
def run() -> Run:
    return afternoon()


def _milieu(run: Run) -> int:
    """A milieu therapist on duty with nothing in hand."""
    kinds = run.arrays["roles"]["kind"][run.arrays["staff"]["role"]]
    return next(j for j in team(run) if kinds[j] == MILIEU)


# -------------------------------------------------------------------- stance
def _stances(run: Run, flexibility: float, *, trained: int = 0, alone: bool = False) -> np.ndarray:
    """How a milieu therapist comes to the same person in many beats, with the same luck in each call."""
    i, p = somebody(run)
    j = _milieu(run)
    par(run)["power_flexibility"] = flexibility
    run.arrays["staff"]["trained"][j] = trained
    p["alone_until_min"] = now(run) + 60.0 if alone else LONG_AGO
    found = np.zeros(BEATS, np.int64)
    run.act(from_python.stances, i, j, now(run), found)
    return found


def _share(found: np.ndarray, what: int, expected: float) -> None:
    assert (found == what).mean() == pytest.approx(expected, abs=by_chance(expected, BEATS))


def test_where_rules_bend_nobody_sets_limits_or_presses(run: Run) -> None:
    """Flexibility 1: companions only; flexibility 0: limits and pressure in the shares of the register."""
    c = par(run)
    assert set(_stances(run, 1.0)) == {COMPANION}
    rigid, half = _stances(run, 0.0), _stances(run, 0.5)
    for stance, share in ((LIMIT, c["contact_limit_share"]), (PRESSURE, c["contact_pressure_share"])):
        _share(rigid, stance, share)
        _share(half, stance, 0.5 * share)
        assert (rigid == stance).sum() > (half == stance).sum() > 0


def test_training_softens(run: Run) -> None:
    c = par(run)
    kept_up = 1.0 - c["contact_training_softens"]
    assert 0 < kept_up < 1
    trained, untrained = _stances(run, 0.0, trained=1), _stances(run, 0.0)
    _share(trained, LIMIT, kept_up * c["contact_limit_share"])
    _share(trained, PRESSURE, kept_up * c["contact_pressure_share"])
    assert not ((trained >= PRESSURE) & (untrained < PRESSURE)).any(), "training makes nobody harsher"
    c["on_training"] = 0.0
    assert (_stances(run, 0.0, trained=1) == untrained).all()


def test_who_wishes_to_be_alone_feels_pressed(run: Run) -> None:
    """Even where the rules bend; added to the pressure of the rules where they don't."""
    c = par(run)
    bending, rigid = _stances(run, 1.0, alone=True), _stances(run, 0.0, alone=True)
    assert (bending == LIMIT).sum() == 0
    _share(bending, PRESSURE, c["contact_intrusion_share"])
    _share(rigid, PRESSURE, c["contact_pressure_share"] + c["contact_intrusion_share"])
    _share(rigid, LIMIT, c["contact_limit_share"])


def test_waiting_work_turns_company_into_a_task(run: Run) -> None:
    c, (i, _), j = par(run), somebody(run), _milieu(run)
    c["power_flexibility"] = 1.0
    found = np.zeros(BEATS, np.int64)
    seen = []
    for waiting in (0.0, 0.5, 1.0, 3.0):
        run.arrays["staff"]["backlog_min"][j] = waiting * c["contact_hurry_min"]
        run.act(from_python.stances, i, j, now(run), found)
        _share(found, TASK, c["contact_task_share"] * min(1.0, waiting))
        seen.append(int((found == TASK).sum()))
    assert seen[0] == 0 < seen[1] < seen[2] == seen[3], "nothing more than all of it"


def test_friction_only_where_rules_are_rigid(run: Run) -> None:
    """A refusal hurts: F jumps, trust in who refused falls, and the person wishes to be left alone."""
    c, (i, p), j = par(run), somebody(run), _milieu(run)
    c["contact_friction"] = 0.2
    found = np.zeros(BEATS, np.int64)
    p["fast"] = 0.5
    pairs = trusts(run, i, {j: 0.6})
    c["power_flexibility"] = 1.0
    run.act(from_python.frictions, i, j, now(run), found)
    assert found.sum() == 0
    assert (p["fast"], pairs["trust"][j]) == (0.5, 0.6)
    c["power_flexibility"] = 0.25
    run.act(from_python.frictions, i, j, now(run), found)
    _share(found, 1, 0.75 * 0.2)
    refusals = int(found.sum())
    assert p["fast"] == pytest.approx(0.5 + refusals * c["distress_refusal_jump"])
    assert p["alone_until_min"] == now(run) + c["contact_alone_min"]
    assert p["last_refusal_min"] == now(run)
    trusts(run, i, {j: 0.6})
    beat = int(np.flatnonzero(found)[0])
    once = np.zeros(beat + 1, np.int64)  # up to the first refusal
    run.act(from_python.frictions, i, j, now(run), once)
    assert once.sum() == 1
    assert pairs["trust"][j] == pytest.approx(0.6 * kept(run, c["relations_refusal_h"]))


# ------------------------------------------------------------ who turns to whom
def test_staff_are_drawn_to_whoever_shows_distress_and_trusts_them(run: Run) -> None:
    """notice_least + distress_draws D+ + T, times reach; calm people are not shunned."""
    c, (i, p), j = par(run), somebody(run), _milieu(run)
    for slow, fast, trust, reach in (
        (1.5, 0.5, 0.4, 1.0),
        (0.5, 0.0, 0.4, 1.0),
        (0.5, 0.0, 0.7, 0.1),
        (-1.0, 0.5, 0.4, 1.0),
    ):
        trusts(run, i, {j: trust})
        p["slow"], p["fast"], p["reach"] = slow, fast, reach
        shows = c["contact_distress_draws"] * max(0.0, slow + fast)
        weight = (c["contact_notice_least"] + shows + trust) * reach
        assert run.act(from_python.visible_need, i, j, False, now(run)) == pytest.approx(weight)
    p["named"] = -1
    assert run.act(from_python.visible_need, i, j, True, now(run)) == 0.0
    p["unit"] = 1
    assert run.act(from_python.visible_need, i, j, False, now(run)) == 0.0


def test_people_turn_to_whom_they_trust_and_less_to_the_office(run: Run) -> None:
    c, (i, _), j = par(run), somebody(run), _milieu(run)
    trusts(run, i, {j: 0.6})
    weight = c["contact_relief_base"] + c["contact_relief_trust"] * 0.6
    for activity, factor in ((A_FREE, 1.0), (A_OFFICE, c["contact_office_door"]), (A_DUTY, 0.0)):
        run.arrays["staff"]["activity"][j] = activity
        assert run.act(from_python.attraction, i, j, now(run)) == pytest.approx(weight * factor)


def test_company_is_welcome_to_those_who_miss_it(run: Run) -> None:
    least = par(run)["contact_welcome_least"]
    for wish in (0.0, 0.4, 1.0):
        assert run.act(from_python.welcome, wish) == pytest.approx(least + (1 - least) * wish)


def _seek(run: Run, **values: float) -> np.ndarray:
    i, p = somebody(run)
    rows = team(run)
    trusts(run, i, dict.fromkeys(rows, 0.5))
    usual = {"need": 4.0, "agency": 0.5, "reach": 1.0, "alone_until_min": LONG_AGO}
    for name, value in (usual | values).items():
        p[name] = value
    found = np.zeros(BEATS, np.int64)
    run.act(from_python.seeks, i, now(run), found)
    return found >= 0


def test_people_seek_company_by_need_agency_and_reach(run: Run) -> None:
    c = par(run)
    c["contact_seek_per_h"] = 4.0  # more often than on a ward, so that shares can be told apart
    for need, agency, reach in ((4.0, 0.5, 1.0), (1.0, 0.5, 1.0), (4.0, 0.1, 1.0), (4.0, 0.5, 0.3)):
        wish = need / (need + c["contact_need_half_h"])
        share = float(4.0 * wish * reach * (c["contact_seek_least"] + agency) * 5 / 60)
        found = _seek(run, need=need, agency=agency, reach=reach)
        assert found.mean() == pytest.approx(share, abs=by_chance(share, BEATS))
    usual = _seek(run)
    for less in ({"need": 1.0}, {"agency": 0.1}, {"reach": 0.3}):
        found = _seek(run, **less)
        assert found.sum() < usual.sum()
        assert not (found & ~usual).any(), "with the same luck nobody seeks who would not have sought before"
    assert not _seek(run, need=0.0).any()
    assert not _seek(run, alone_until_min=now(run) + 60.0).any()


@pytest.mark.parametrize("strained", [0.0, 0.8])
def test_strain_draws_staff_into_the_office(run: Run, strained: float) -> None:
    c, j = par(run), _milieu(run)
    run.arrays["staff"]["strain"][j] = strained
    found = np.zeros(BEATS, np.int64)
    run.act(from_python.what_comes_next, j, now(run), found)
    assert set(found) == {A_FREE, A_OFFICE}
    _share(found, A_FREE, float(c["care_presence_norm"] * (1 - c["contact_strain_withdraws"] * strained)))
    assert c["contact_strain_withdraws"] > 0


# ------------------------------------------------------------------ sickness
@pytest.mark.parametrize(
    ("strained", "rho", "gap"), [(0.2, 1.0, 10.0), (0.9, 1.0, 10.0), (0.2, 3.0, 10.0), (0.6, 1.5, 1.0)]
)
def test_strain_and_tiredness_make_sick(run: Run, strained: float, rho: float, gap: float) -> None:
    """Sick at a duty is whose uniform number lies below onset/(onset + 1/mean) (1 - e^(-(onset + 1/mean) gap))."""
    c, duties = par(run), len(run.arrays["duties"])
    onset = c["sickness_onset_per_day"] * (1 + c["sickness_strain_weight"] * (strained - c["strain_start"]))
    onset *= 1 + c["sickness_error_weight"] * (rho - 1)
    assert c["sickness_strain_weight"] > 0 < c["sickness_error_weight"]
    both = onset + 1 / c["sickness_mean_days"]
    chance = onset / both * (1 - math.exp(-both * gap))
    luck, sick = np.zeros(duties), np.zeros(duties, np.int64)
    found = 0
    for j in range(len(run.arrays["staff"])):
        run.act(from_python.luck_with_sickness, j, luck)
        run.act(from_python.sick_at_duties, j, gap, strained, rho, sick)
        assert (sick == (luck < chance)).all()
        found += int(sick.sum())
    assert found > 0


# ------------------------------------------------------------- sleep on site
@pytest.mark.parametrize("minutes", [0.0, 10.0, 90.0])
def test_sleep_that_was_lost_is_missing_in_the_morning(run: Run, minutes: float) -> None:
    """Woken at 02:00 in a night from 23:00 to 07:00: awake half an hour, or as long as the crisis lasts."""
    c, j = par(run), team(run)[0]
    s = run.arrays["staff"][j]
    start, low, high, brk = 1.0e6, 2.4, 14.3, 12.2

    def asleep(pressure: float, hours: float) -> float:
        slope = 0.3813 * (high - brk)
        linear = min(hours, max(0.0, (brk - pressure) / slope))
        pressure += slope * linear
        return float(high - (high - pressure) * math.exp(-0.3813 * (hours - linear)))

    for woken in (False, True):
        s["asleep"], s["resting"], s["pressure"], s["pressure_min"] = 1, 0, 6.0, start
        s["awake_until_min"], s["lost_sleep_h"] = LONG_AGO, 0.0
        awake_h = max(float(c["fatigue_woken_awake_min"]), minutes) / 60 if woken else 0.0
        if woken:
            run.act(from_python.wake, j, start + 180.0, minutes)
        run.act(from_python.bring_up_to_date, j, start + 480.0)
        before = asleep(6.0, 3.0)
        expected = asleep(low + (before - low) * math.exp(-0.0353 * awake_h), 5.0 - awake_h)
        assert s["pressure"] == pytest.approx(expected if woken else asleep(6.0, 8.0), rel=2e-3)
        assert s["lost_sleep_h"] == pytest.approx(awake_h)


# -------------------------------------------------------------------- strain
def _after_duty(run: Run, **values: float) -> float:
    """Strain after eight hours that began with none, with nothing waiting and no say missing unless given."""
    c, j = par(run), _milieu(run)
    s, unit, sums = run.arrays["staff"][j], run.arrays["unit"][0], run.arrays["role_sum"]
    sums["contact_min"], sums["crisis_min"], sums["duty_min"], sums["authority"] = 0.0, 0.0, 0.0, 0.0
    c["care_supervision_per_month"] = values.pop("supervision", 0.0)
    missing = values.pop("imbalance", 0.0)
    sums["contact_min"][s["role"]], sums["authority"][s["role"]] = 50.0 + 50.0 * missing, 50.0
    other = (int(s["role"]) + 1) % len(sums)
    sums["duty_min"][other], sums["authority"][other] = 50.0 - 50.0 * missing, 50.0
    unit["n_in"], unit["n_day"], unit["n_home"] = 8, values.pop("by_day", 0), values.pop("at_home", 0)
    unit["patient_backlog_min"] = 60.0 * 8 * values.pop("waiting", 0.0)
    s["strain"], s["load_min"], s["lost_sleep_h"], s["duty_start_min"] = 0.0, 0.0, 0.0, now(run) - 480.0
    for name, value in values.items():
        s[name] = value
    run.act(from_python.after_duty, j, now(run))
    assert s["lost_sleep_h"] == 0.0, "lost sleep is counted once"
    return float(s["strain"])


def test_what_a_duty_leaves_behind(run: Run) -> None:
    """Crises, work undone, responsibility without a say, lost sleep; power without work leaves nothing."""
    c = par(run)
    assert _after_duty(run) == 0.0
    assert _after_duty(run, load_min=90.0) == pytest.approx(1.5 * c["strain_crisis_per_h"])
    assert _after_duty(run, waiting=0.5) == pytest.approx(0.5 * c["strain_unfinished"])
    people = 8 + 8 * c["duties_outpatient_share"]  # each of the unit counts, those outside as they bring work
    outside = _after_duty(run, waiting=0.5, by_day=3, at_home=5)
    assert outside == pytest.approx(0.5 * 8 / people * c["strain_unfinished"])
    assert _after_duty(run, backlog_min=30.0) == pytest.approx(0.5 * c["strain_unfinished"])
    assert _after_duty(run, waiting=4.0) == pytest.approx(c["strain_unfinished"])
    assert _after_duty(run, lost_sleep_h=2.0) == pytest.approx(2 * c["strain_lost_sleep_per_h"])
    assert _after_duty(run, imbalance=0.4) == pytest.approx(0.2 * c["strain_imbalance"])
    assert _after_duty(run, imbalance=-0.4) == 0.0
    assert _after_duty(run, load_min=60.0, strain=0.6) == pytest.approx(0.6 + 0.4 * c["strain_crisis_per_h"])
    full = c["strain_supervision_full_per_month"]
    for supervision, share in ((0.5 * full, 0.5), (full, 1.0), (3 * full, 1.0)):
        relieved = 1 - c["strain_supervision_relief"] * share
        found = _after_duty(run, load_min=60.0, supervision=supervision)
        assert found == pytest.approx(c["strain_crisis_per_h"] * relieved)
        assert found < c["strain_crisis_per_h"]


def test_days_off_rest(run: Run) -> None:
    """Towards the strain of people at ease, from either side, halfway in the half-life; sums forget."""
    c, staff, sums = par(run), run.arrays["staff"], run.arrays["role_sum"]
    start = float(c["strain_start"])
    staff["strain"][0], staff["strain"][1] = start + 0.4, start - 0.1
    names = ("contact_min", "crisis_min", "duty_min", "authority")
    for name in names:
        sums[name] = 100.0
    days = round(c["strain_half_life_days"])
    for _ in range(days):
        run.act(from_python.rest)
    left = 2 ** (-days / c["strain_half_life_days"])
    assert staff["strain"][0] == pytest.approx(start + 0.4 * left)
    assert staff["strain"][1] == pytest.approx(start - 0.1 * left)
    for name in names:
        assert sums[name] == pytest.approx(100.0 * c["strain_memory_per_day"] ** days)
