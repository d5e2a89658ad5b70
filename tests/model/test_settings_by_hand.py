"""In which setting a person is looked after and by which team, the work they bring, and the comfort of a contact, against
what was worked out by hand.

Why: a reader turned the sign of acuity round, and sent the calmest home to the ward and the most distressed from it,
and only the stored outcomes complained, which do not say what is wrong.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.model import from_python, groups_from_python, stays_from_python
from tests.model.afternoon import inpatients, now, par, with_own_tables
from tests.model.wards import inputs
from wardsim.model.engine import Run
from wardsim.model.state import DAY, HOME, INPATIENT, LEAVE, NOWHERE

CLINIC = 3  # the fourth team of heidenheim: a day clinic, no beds


@cache
def _made_once() -> Run:
    run = Run(inputs("service=heidenheim", "horizon_days=20"), 1)
    run.advance(4 * 288)
    return run


@pytest.fixture
def run() -> Run:
    """Heidenheim on its fifth day, with tables of its own and a free place in every setting of every team."""
    run = with_own_tables(_made_once())
    unit = run.arrays["unit"]
    for places, taken in (("beds", "n_in"), ("day_places", "n_day"), ("home_places", "n_home")):
        unit[places] = np.where(unit[places] > 0, unit[taken] + 1, 0)
    return run


def _acute(run: Run, i: int, acuity: float, risk: float = 0.0) -> np.void:
    """Person i, of this acuity, of which `risk` does not show as distress."""
    p = run.arrays["people"][i]
    p["slow"], p["fast"], p["risk"] = 0.25 * (acuity - risk), 0.75 * (acuity - risk), risk
    return p


def _somebody_outside(run: Run) -> int:
    """Somebody who is in no setting now and was never here: this ward has not met them."""
    people = run.arrays["people"]
    return int(
        np.flatnonzero((people["setting"] == NOWHERE) & (people["stay"] < 0) & (people["need_rate"] > 0))[0]
    )


@pytest.mark.parametrize("risk", [0.0, 1.5])
def test_who_is_admitted_where(run: Run, risk: float) -> None:
    """Above the threshold the ward; below it at home, else in the day clinic, else on the ward: distress and risk
    count alike."""
    c, i, unit = par(run), _somebody_outside(run), run.arrays["unit"]
    before = run.arrays["people"][i].copy()
    for step, acuity, expected in (
        (0, 0.1, INPATIENT),
        (0, -0.1, HOME),
        (1, -0.1, DAY),
        (2, -0.1, INPATIENT),
    ):
        run.arrays["people"][i] = before
        if step == 1:
            unit["n_home"] = unit["home_places"]
        elif step == 2:
            unit["n_day"] = unit["day_places"]
        p = _acute(run, i, c["settings_inpatient_above"] + acuity, risk)
        assert run.act(stays_from_python.place, i, now(run))
        assert p["setting"] == expected


def _on_ward_for(run: Run, i: int, days: float) -> np.void:
    p = run.arrays["people"][i]
    p["on_ward_since_min"], p["planned_days"], p["discharge_asked_min"] = (
        now(run) - 1440.0 * days,
        100.0,
        -1.0,
    )
    return p


@pytest.mark.parametrize("risk", [0.0, 1.5])
def test_who_is_calm_enough_goes_home_with_the_same_team(run: Run, risk: float) -> None:
    c, i = par(run), inpatients(run)[0]
    p = _on_ward_for(run, i, c["settings_least_days"] + 0.1)
    team, named = int(p["unit"]), int(p["named"])
    _acute(run, i, c["settings_out_below"] + 0.1, risk)
    run.act(from_python.inpatient_day, i, now(run))
    assert p["setting"] == INPATIENT, "still too acute"
    _acute(run, i, c["settings_out_below"] - 0.1, risk)
    _on_ward_for(run, i, c["settings_least_days"] - 0.1)
    run.act(from_python.inpatient_day, i, now(run))
    assert p["setting"] == INPATIENT, "too early"
    _on_ward_for(run, i, c["settings_least_days"] + 0.1)
    run.act(from_python.inpatient_day, i, now(run))
    assert (p["setting"], p["unit"], p["named"]) == (HOME, team, named)


@pytest.mark.parametrize("episode", [1, 3])
def test_who_comes_in_from_home_keeps_the_team(run: Run, episode: int) -> None:
    """In the first stay as in later ones, though another unit has more free beds."""
    c, i = par(run), inpatients(run)[0]
    p, unit = run.arrays["people"][i], run.arrays["unit"]
    p["episode"] = episode
    team, named = int(p["unit"]), int(p["named"])
    run.act(groups_from_python.move, i, team, HOME, now(run))
    unit["beds"][[u for u in range(3) if u != team]] += 5
    _acute(run, i, c["settings_inpatient_above"] - 0.1)
    run.act(stays_from_python.outpatient_day, i, now(run))
    assert p["setting"] == HOME, "not acute enough for the ward"
    _acute(run, i, c["settings_inpatient_above"] + 0.1)
    run.act(stays_from_python.outpatient_day, i, now(run))
    assert (p["setting"], p["unit"], p["named"]) == (INPATIENT, team, named)


def test_who_comes_in_from_the_day_clinic_comes_to_the_team_that_took_them_in(run: Run) -> None:
    c, i = par(run), inpatients(run)[0]
    p, unit = run.arrays["people"][i], run.arrays["unit"]
    team = int(run.arrays["stays"]["unit"][p["stay"]])
    run.act(groups_from_python.move, i, CLINIC, DAY, now(run))
    unit["beds"][[u for u in range(3) if u != team]] += 5
    _acute(run, i, c["settings_inpatient_above"] + 0.1)
    run.act(stays_from_python.outpatient_day, i, now(run))
    assert (p["setting"], p["unit"]) == (INPATIENT, team)


def test_where_no_bed_is_free_the_person_goes_on_as_before_and_the_day_is_counted(run: Run) -> None:
    c, i = par(run), inpatients(run)[0]
    p, unit = run.arrays["people"][i], run.arrays["unit"]
    run.act(groups_from_python.move, i, int(p["unit"]), HOME, now(run))
    unit["n_in"] = unit["beds"]
    _acute(run, i, c["settings_inpatient_above"] + 0.1)
    wanted = run.arrays["daily"]["bed_wanted"].sum()
    run.act(stays_from_python.outpatient_day, i, now(run))
    assert p["setting"] == HOME
    assert run.arrays["daily"]["bed_wanted"].sum() == wanted + 1


# ------------------------------------------------------------------ work for people
def test_patient_bound_work_is_of_the_kinds_that_fall_due(run: Run) -> None:
    """Where half have tapered off, half the medication work falls due, and blocks of it are as rare."""
    c, u = par(run), int(run.arrays["people"]["unit"][inpatients(run)[0]])
    people, unit = run.arrays["people"], run.arrays["unit"]
    here = [i for i in run.arrays["here"]["person"][: int(run.clock["n_here"])] if people["unit"][i] == u]
    outside = [i for i in here if people["setting"][i] in (DAY, HOME)]
    inside = [i for i in here if people["setting"][i] == INPATIENT]
    people["medication"][here] = 0.0
    people["medication"][inside[: len(inside) // 2]] = 1.0
    people["medication"][outside] = 1.0
    j = int(np.flatnonzero(run.arrays["staff"]["unit"] == u)[0])
    run.act(stays_from_python.work_falls_due, now(run))
    assert unit["looked_after"][u] == pytest.approx(len(inside) + c["duties_outpatient_share"] * len(outside))
    medication = len(inside) // 2 + c["duties_outpatient_share"] * len(outside)
    assert unit["medication"][u] == pytest.approx(medication)
    found = np.zeros(20_000)
    run.act(stays_from_python.patient_blocks, j, found)
    parts = {
        "documentation": c["duties_documentation_min"]
        * c["care_administration_load"]
        * unit["looked_after"][u],
        "indirect": c["duties_indirect_min"] * unit["looked_after"][u],
        "medication": c["duties_medication_min"] * medication,
    }
    blocks = {name: float(c[f"duties_{name}_block_min"]) for name in parts}
    assert len(set(blocks.values())) == 3, "otherwise the lengths don't tell the kinds apart"
    for name, minutes in parts.items():
        share = minutes / sum(parts.values())
        assert (found == blocks[name]).mean() == pytest.approx(share, abs=4 * np.sqrt(share / len(found)))


# ------------------------------------------------------------------------ comfort
def test_distress_without_the_comfort_goes_to_its_set_point(run: Run) -> None:
    """Comfort is taken off and given back beside it: S and comfort together move as if there had been none."""
    c, i = par(run), inpatients(run)[0]
    p = run.arrays["people"][i]
    p["setting"], p["medication_goal"], p["withdrawal"] = LEAVE, p["medication"], 0.0
    moved = []
    for comfort in (0.0, 0.4):
        p["comfort"], p["slow"] = comfort, 0.8 - comfort
        p["contact_day"] = p["company_day"] = p["exposure"] = 0.0
        goal = run.act(from_python.set_point, i)
        run.act(from_python.slow_part, now(run), 1.0)
        moved.append(float(p["slow"] + p["comfort"]))
        assert moved[-1] == pytest.approx(0.8 + (goal - 0.8) * (1 - np.exp(-1.0 / c["distress_slow_h"])))
    assert moved[0] == pytest.approx(moved[1])
