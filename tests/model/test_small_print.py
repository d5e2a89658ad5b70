"""Small rules that are easy to break and hard to see in an outcome: who ends what, who is called, who waits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.model.wards import finished, inputs
from wardsim.experiment.load import load_scenario
from wardsim.model.buffers import M_DECIDED
from wardsim.model.engine import Run
from wardsim.model.inputs import prepare
from wardsim.model.state import HOME, K_HOME, K_INFORMAL
from wardsim.model.world import DOCTOR, EVERYDAY, MILIEU, PLAN

TRAITS = ("number", "need_rate", "crisis_rate", "baseline", "trust_start", "planned_days", "slow")


def _on_day_0(*settings: str) -> dict[int, tuple[float, ...]]:
    run = Run(inputs(*settings), 3)
    people = run.arrays["people"][run.arrays["here"]["person"][: int(run.clock["n_here"])]]
    return {int(row["number"]): tuple(float(row[name]) for name in TRAITS) for row in people}


def test_who_is_there_on_day_0_depends_neither_on_the_horizon_nor_on_aftercare() -> None:
    usual = _on_day_0("service=community_centre", "horizon_days=30")
    assert len(usual) >= 8
    assert _on_day_0("service=community_centre", "horizon_days=400") == usual
    assert _on_day_0("service=community_centre", "horizon_days=30", "care.aftercare=1") == usual


def test_a_larger_ward_has_the_same_people_and_more() -> None:
    usual = _on_day_0("service=community_centre", "horizon_days=30")
    more = _on_day_0("service=community_centre", "horizon_days=30", "ward.beds=30")
    assert len(more) > len(usual)
    assert {number: more[number] for number in usual} == usual


def test_a_contact_ends_at_its_minute_and_not_with_the_tick() -> None:
    """Lengths are drawn from a continuous law, so hardly any contact that runs its course ends on a tick."""
    run = finished("service=community_centre", "horizon_days=60")
    rows = run.written("contacts")
    rows = rows[(rows["kind"] == K_INFORMAL) & (rows["interrupted"] == 0)]
    end = rows["start_min"] + rows["minutes"]
    past = np.abs(end / 5.0 - np.round(end / 5.0)) * 5.0
    assert len(rows) > 500
    assert (past < 0.001).mean() < 0.01
    assert rows["minutes"].mean() == pytest.approx(7.4 * np.exp(0.5**2 / 2), rel=0.05)


def test_one_visit_a_day_and_a_doctor_once_a_week_at_home_after_the_travel() -> None:
    run = finished("service=heidenheim", "horizon_days=30")
    rows = run.written("contacts")
    visits = rows[rows["kind"] == K_HOME]
    assert len(visits) > 100
    assert (visits["setting"] == HOME).all()
    by_doctor = run.arrays["roles"]["kind"][visits["role"]] == DOCTOR
    by_team = visits[~by_doctor]
    days = by_team["person"].astype(np.int64) * 10_000 + (by_team["start_min"] // 1440).astype(np.int64)
    assert len(np.unique(days)) == len(days)
    seen = visits[by_doctor]
    assert len(seen) > 10
    for person in np.unique(seen["person"]):  # a doctor comes once a week
        assert (np.diff(seen["start_min"][seen["person"] == person] // 1440) >= 7).all()
    travel = run.arrays["par"]["settings_travel_min"][0]
    for visit in visits[:50]:  # nobody is with somebody else in the half hour before
        before = rows[(rows["staff"] == visit["staff"]) & (rows["start_min"] < visit["start_min"])]
        assert ((before["start_min"] + before["minutes"]) <= visit["start_min"] - travel + 0.01).all()


def test_what_only_the_person_decides_is_decided() -> None:
    """A meeting with the person needs no member of staff with a say."""
    weights = [
        f"power.weights.plan.{role}=0"
        for role in ("milieu_therapist", "doctor", "psychologist", "peer_worker", "social_worker")
    ]
    run = finished("service=community_centre", "horizon_days=30", "power.weights.plan.patient=1", *weights)
    plans = run.written("matters")[run.written("matters")["matter"] == PLAN]
    assert len(plans) > 10
    assert (plans["state"] == M_DECIDED).mean() > 0.7


def test_the_shift_leader_is_one_and_makes_people_wait() -> None:
    """Everyday requests wait longer for one member than for anybody."""
    waited = {}
    for forum in ("at_once", "shift_leader"):
        run = finished(
            "service=conventional_acute",
            "horizon_days=30",
            f"power.forum.everyday={forum}",
            "power.flexibility=0",
        )
        rows = run.written("matters")
        rows = rows[(rows["matter"] == EVERYDAY) & (rows["state"] == M_DECIDED)]
        waited[forum] = (rows["decided_min"] - rows["asked_min"]).mean()
    assert waited["shift_leader"] > 1.2 * waited["at_once"]


def test_posts_that_end_with_a_changeover_belong_to_nobody_any_more() -> None:
    run = Run(
        inputs(
            "service=community_centre", "horizon_days=20", "change.on_day=10", "change.rotation=soteria_48"
        ),
        1,
    )
    people = run.inputs.roster.people
    staff = run.arrays["staff"]
    assert (staff["unit"][people["from_min"] > 0] == -1).all()
    run.advance(run.inputs.change_tick)
    assert (run.arrays["staff"]["unit"][people["from_min"] <= 0] >= 0).all()
    run.advance(288)
    staff, minute = run.arrays["staff"], float(run.tick * 5)
    ended = people["until_min"] <= minute
    assert ended.any()
    assert (staff["unit"][ended] == -1).all()
    assert (staff["unit"][~ended] >= 0).all()
    here = run.arrays["people"][run.arrays["here"]["person"][: int(run.clock["n_here"])]]
    assert not ended[here["named"][here["named"] >= 0]].any()


def test_sleep_that_begins_during_overtime_is_not_lost() -> None:
    """Whoever comes off duty after bedtime sleeps then."""
    run = finished("service=conventional_acute", "horizon_days=60")
    staff = run.arrays["staff"]
    off = staff["on_site"] == 0
    assert (staff["resting"][off] == staff["bedtime"][off]).all()


def test_a_shorter_run_is_the_beginning_of_a_longer_one() -> None:
    """Nothing that happens depends on how long the run will be."""
    short = finished("service=community_centre", "horizon_days=60")
    long = finished("service=community_centre", "horizon_days=120")
    names = ["person", "staff", "kind", "minutes"]
    one, other = short.written("contacts"), long.written("contacts")
    end = 1440.0 * (short.inputs.days_total - 1)
    one, other = (
        one[one["start_min"] + one["minutes"] < end],
        other[other["start_min"] + other["minutes"] < end],
    )
    number = [run.arrays["people"]["number"] for run in (short, long)]
    assert len(one) > 1000
    assert len(one) == len(other)
    assert (number[0][one["person"]] == number[1][other["person"]]).all()
    for name in names[1:]:
        assert (one[name] == other[name]).all()


@pytest.mark.parametrize("service", ["community_centre", "conventional_acute", "soteria_berne"])
def test_sick_leave_never_leaves_the_ward_empty(service: str) -> None:
    """A temp comes before the last members of a shift stay away."""
    run = Run(inputs(f"service={service}", "horizon_days=200", "warmup_days=0"), 1)
    milieu = run.arrays["roles"]["kind"][run.arrays["staff"]["role"]] == MILIEU
    planned = run.inputs.roster.duties
    for _ in range(200 * 12):
        run.advance(24)
        minute = 5.0 * run.tick - 5.0
        due = (planned["start_min"] + 60 <= minute) & (planned["end_min"] > minute) & milieu[planned["staff"]]
        if due.any():
            assert (run.arrays["staff"]["on_site"][milieu] == 1).any(), f"minute {minute}"


def test_turnover_is_a_share_of_staff_and_year_whatever_the_rota() -> None:
    """The same share leaves with short duties and with long ones."""
    left = {}
    for rotation in ("three_shift", "soteria_48"):
        changes = years = 0.0
        for seed in range(6):
            run = Run(inputs("service=soteria_berne", f"rotation={rotation}", "horizon_days=365", "warmup_days=0",
                             "staffing.turnover_per_year=0.6", "staffing.rotating_share=0"), seed)  # fmt: skip
            before = run.arrays["staff"]["who"].copy()
            run.advance(run.inputs.ticks_total)
            changes += float(run.clock["next_who"]) - before.max() - 1
            years += len(before)
        left[rotation] = changes / years
    assert left["three_shift"] == pytest.approx(0.6, rel=0.35)
    assert left["soteria_48"] == pytest.approx(0.6, rel=0.35)


def test_a_rota_that_starts_between_two_ticks_has_its_handovers(tmp_path: Path) -> None:
    shifts = [
        ("A", "07:07", "19:22", 0),
        ("B", "07:07", "19:22", 0),
        ("C", "19:07", "07:22", 1),
        ("D", "19:07", "07:22", 1),
    ]
    rows = ["person,role,start,end,kind"]
    for day in range(5, 12):
        for who, start, end, later in shifts:
            rows.append(
                f"{who},milieu_therapist,2026-01-{day:02d} {start},2026-01-{day + later:02d} {end},waking"
            )
    (tmp_path / "rota.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    rota = f"rotation.file={tmp_path / 'rota.csv'}"
    run = Run(prepare(load_scenario(["rotation=imported", rota, "horizon_days=10", "warmup_days=0"])), 1)
    run.advance(run.inputs.ticks_total)
    assert len(run.written("handovers")) >= 15
    assert run.arrays["daily"]["handover_min"].sum() > 0
