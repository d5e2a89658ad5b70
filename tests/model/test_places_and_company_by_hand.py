"""Who is with whom, who comes back to which team, and who may go: rules that no average shows when they turn round.

Why: a reader turned each of these round, and only the stored outcomes complained, which do not say what is wrong.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.model import from_python, stays_from_python
from tests.model.afternoon import NEVER, afternoon, inpatients, now, par, somebody, team, trusts
from tests.model.wards import inputs
from wardsim.model.engine import Run
from wardsim.model.state import (
    A_CRISIS,
    A_DUTY,
    A_FREE,
    A_MEETING,
    A_SHARED,
    A_WITH,
    ABSENT,
    D_FREE,
    INPATIENT,
)
from wardsim.model.world import DOCTOR, MILIEU
from wardsim.scenario.schema import Activity

GROUP, MEETING = 0, 3


@pytest.fixture
def run() -> Run:
    return afternoon()


def test_being_with_ends_later_than_it_began(run: Run) -> None:
    """It begins above start_sd in the acute phase, and lasts until distress is gap_sd below that, acute or not."""
    c, (i, p) = par(run), somebody(run)
    assert c["being_with_gap_sd"] > 0
    above, between, below = (c["being_with_start_sd"] + d * c["being_with_gap_sd"] for d in (0.5, -0.5, -1.5))
    p["admitted_min"], p["slow"] = now(run), 0.0
    for distress, begins, lasts in ((above, True, True), (between, False, True), (below, False, False)):
        p["fast"], p["being_with"] = distress, 0
        assert run.act(stays_from_python.wants_company, i, now(run)) == begins
        p["being_with"] = 1
        assert run.act(stays_from_python.wants_company, i, now(run)) == lasts
    later = now(run) + 1440.0 * (c["being_with_acute_days"] + 1)
    p["fast"], p["being_with"] = above, 0
    assert not run.act(stays_from_python.wants_company, i, later), "it doesn't begin after the acute phase"
    p["being_with"] = 1
    assert run.act(stays_from_python.wants_company, i, later)


def _item(run: Run, n_staff: int, share: float) -> tuple[int, int]:
    """The first item of the programme made one that two may lead now; everybody is free. Returns unit and row."""
    unit = int(run.arrays["people"]["unit"][inpatients(run)[0]])
    run.arrays["staff"]["unit"][team(run)] = unit
    item = run.arrays["items"][0]
    item["kind"], item["role"], item["n_staff"], item["share"], item["minutes"] = (
        GROUP,
        -1,
        n_staff,
        share,
        60.0,
    )
    for i in inpatients(run):
        p = run.arrays["people"][i]
        p["activity"], p["with_staff"], p["sociable"] = D_FREE, -1, 0.5
    return unit, 0


def test_people_join_each_leader_in_turn(run: Run) -> None:
    assert Activity.model_fields["kind"].annotation.__args__[GROUP] == "group"  # type: ignore[union-attr]
    unit, row = _item(run, 2, 1.0)
    run.act(stays_from_python.hold, unit, row, now(run))
    people = run.arrays["people"]
    joined = [int(people["with_staff"][i]) for i in inpatients(run) if people["unit"][i] == unit]
    joined = [j for j in joined if j >= 0]
    first, second = joined[:2]
    assert first != second
    assert joined == [(first, second)[k % 2] for k in range(len(joined))]
    assert len(joined) >= 4
    assert set(run.arrays["staff"]["activity"][[first, second]]) == {A_SHARED}


def test_an_item_without_people_is_a_meeting_of_staff(run: Run) -> None:
    """Such as a family meeting without the person: minutes of staff, and nobody gains company by it."""
    unit, row = _item(run, 1, 0.0)
    before = run.arrays["people"][["activity", "with_staff", "company_day"]].copy()
    run.act(stays_from_python.hold, unit, row, now(run))
    assert (run.arrays["people"][["activity", "with_staff", "company_day"]] == before).all()
    assert (run.arrays["staff"]["activity"] == A_MEETING).sum() == 1
    assert (run.arrays["staff"]["activity"] == A_SHARED).sum() == 0


@pytest.mark.parametrize("owed", [0.0, 2.0])
def test_goals_are_planned_where_nobody_gives_individual_sessions_too(run: Run, owed: float) -> None:
    """A ward without specialists: what nobody owes must not stand in the way of the planning conversation."""
    (_, p), _ = somebody(run), team(run)
    run.arrays["people"]["sessions_due"], run.arrays["people"]["planning_due"] = 1.0, 0.0
    roles = run.arrays["roles"]
    roles["sessions_week"] = 0.0
    roles["sessions_week"][roles["kind"] == DOCTOR] = owed  # none of them is on duty: each is away
    run.arrays["staff"]["activity"][roles["kind"][run.arrays["staff"]["role"]] == DOCTOR] = A_CRISIS
    p["planning_due"] = 1.0
    run.act(stays_from_python.give_sessions, now(run))
    assert p["planning_due"] == 0.0
    assert run.arrays["staff"]["activity"][p["with_staff"]] not in (A_FREE, A_CRISIS)


def test_who_comes_back_comes_to_the_former_team_if_it_has_a_place() -> None:
    """Heidenheim: one team keeps the person. Otherwise the unit with most free places."""
    run = Run(inputs("service=heidenheim", "horizon_days=2"), 1)
    run.advance(12)
    people, unit = run.arrays["people"], run.arrays["unit"]
    i = inpatients(run)[0]
    unit["beds"], unit["n_in"] = 20, 19
    unit["n_in"][[0, 2]] = 18, 10
    people["unit"][i], people["stay"][i], people["named"][i] = 0, -1, -1
    for episode, expected in ((2, 0), (1, 2)):
        people["episode"][i] = episode
        assert run.act(stays_from_python.free_unit, i, INPATIENT) == expected
    people["episode"][i], unit["n_in"][0] = 2, 20
    assert run.act(stays_from_python.free_unit, i, INPATIENT) == 2, "the former team is full"
    unit["n_in"] = 20
    assert run.act(stays_from_python.free_unit, i, INPATIENT) == -1


def test_who_sits_with_a_person_is_idle_first_then_in_company_already_then_at_work(run: Run) -> None:
    """Nobody leaves work while there is somebody free, and no room gets fuller than it must."""
    c, (i, _), rows = par(run), somebody(run), team(run)
    staff, roles = run.arrays["staff"], run.arrays["roles"]
    idle, sits, works = [j for j in rows if roles["kind"][staff["role"][j]] == MILIEU][:3]
    staff["unit"][[j for j in rows if j not in (idle, sits, works)]] = 1
    staff["activity"][sits], staff["partner"][sits], staff["partner2"][sits] = A_WITH, inpatients(run)[1], -1
    staff["activity"][works], c["ward_soft_room"] = A_DUTY, 1.0
    run.arrays["unit"]["n_awake"] = 3
    for tick in range(20):  # whatever the lot
        run.clock["beat"] = 1000 + tick
        staff["activity"][idle] = A_FREE
        assert run.act(stays_from_python.companion_for, i) == idle
        staff["activity"][idle] = A_CRISIS
        assert run.act(stays_from_python.companion_for, i) == sits
        c["ward_soft_room"] = 0.0
        assert run.act(stays_from_python.companion_for, i) == works, "two in one room only in a soft room"
        c["ward_soft_room"] = 1.0
    staff["partner2"][sits] = inpatients(run)[2]
    assert run.act(stays_from_python.companion_for, i) == works, "two at most"
    run.arrays["unit"]["n_awake"] = 1
    assert run.act(stays_from_python.companion_for, i) == -1, "work is left only where a colleague stays"


def test_a_temp_or_a_new_holder_of_a_post_is_a_stranger(run: Run) -> None:
    """Whom a person knows is a human being, not a line of the rota."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    staff, roles = run.arrays["staff"], run.arrays["roles"]
    milieu = [j for j in rows if roles["kind"][staff["role"][j]] == MILIEU]
    staff["unit"][milieu], n = p["unit"], len(milieu)
    pairs = trusts(run, i, dict.fromkeys(milieu, 0.6))
    pairs["minutes"][milieu] = c["relations_known_min"]
    run.act(stays_from_python.look_around, i, now(run))
    assert (p["unfamiliar"], p["known_on_duty"]) == (0.0, 1)
    pairs["minutes"][milieu[0]] -= 1.0
    run.act(stays_from_python.look_around, i, now(run))
    assert p["unfamiliar"] == pytest.approx(1 / n), "met, but not known"
    staff["who"][milieu[0]] += 1
    pairs["minutes"][milieu[0]] += 1.0
    run.act(stays_from_python.look_around, i, now(run))
    assert p["unfamiliar"] == pytest.approx(1 / n), "another holder of the post"
    staff["is_temp"][milieu] = 1
    run.act(stays_from_python.look_around, i, now(run))
    assert (p["unfamiliar"], p["known_on_duty"]) == (1.0, 0)


@pytest.mark.parametrize("involuntary", [0, 1])
def test_nobody_who_must_stay_is_gone_for_good(run: Run, involuntary: int) -> None:
    c, (i, p) = par(run), somebody(run)
    c["crises_leaving_for_good"], p["involuntary"] = 1.0, involuntary
    run.act(stays_from_python.leave_unannounced, i, now(run))
    assert (p["setting"] == ABSENT) == bool(involuntary), "who may go has ended the stay"


@pytest.mark.parametrize(("involuntary", "routine"), [(0, 1.0), (1, 1.0), (1, 0.3), (1, 0.0)])
def test_measures_without_an_incident_befall_only_those_who_must_stay(
    run: Run, involuntary: int, routine: float
) -> None:
    """Their rate adds up as the policy of the day has it, so that a new policy holds for whoever is there already."""
    c, (i, p) = par(run), somebody(run)
    c["crisis_measures_without_incident"], p["involuntary"] = routine, involuntary
    p["hazard_measure"], p["limit_measure"], measures = 0.0, NEVER, int(p["n_measures"])
    p["limit_aggression"] = p["limit_self_harm"] = p["limit_leaving"] = NEVER
    run.act(from_python.hazards_grow, i, now(run))
    rate = c["crises_measures_without_incident_per_day"] * routine * involuntary
    assert p["hazard_measure"] == pytest.approx(rate / 96)
    assert p["n_measures"] == measures
    p["hazard_measure"] = p["limit_measure"] = 1.0
    run.act(from_python.hazards_grow, i, now(run))
    assert p["n_measures"] - measures == involuntary


def test_the_named_worker_is_who_has_fewest_people(run: Run) -> None:
    (i, p), rows = somebody(run), team(run)
    staff = run.arrays["staff"]
    milieu = [j for j in range(len(staff)) if run.inputs.roles["kind"][staff["role"][j]] == 0]
    staff["unit"][milieu], staff["named_for"][milieu] = p["unit"], 3
    fewest = milieu[-2]
    staff["named_for"][fewest], p["named"] = 1, -1
    run.act(stays_from_python.name_worker, i)
    assert p["named"] == fewest
    assert staff["named_for"][fewest] == 2
    run.act(stays_from_python.name_worker, i)
    assert p["named"] == fewest, "whoever comes back keeps theirs"
    assert np.sum(staff["named_for"][milieu]) == 3 * (len(milieu) - 1) + 3
    assert rows
