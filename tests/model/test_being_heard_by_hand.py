"""What it gives and what it takes to hear somebody: knowledge that reaches a decision, minutes, work.

Why: a structure in which the person sits at the table and everybody listens must not come for nothing, and to sit
at the table must not be a mere name.  The register's numbers are read from the run.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.model import from_python
from tests.model.afternoon import LONG_AGO, afternoon, by_chance, inpatients, meet, now, par, somebody, team
from tests.model.wards import inputs
from wardsim.model import buffers
from wardsim.model.engine import Run
from wardsim.model.state import (
    A_CONTACT,
    A_CRISIS,
    A_DUTY,
    A_FREE,
    A_MEETING,
    ABSENT,
    DAY,
    HOME,
    INPATIENT,
    LEAVE,
)
from wardsim.model.world import AT_ONCE, CONFERENCE, DOCTOR, EVERYDAY, IN_CRISIS, MEDICATION, MILIEU, PLAN
from wardsim.scenario.schema import MATTERS


@pytest.fixture
def run() -> Run:
    return afternoon()


def _say(run: Run, matter: int, own: float, staff: float) -> int:
    """The person has one part of the say, the first role on duty the rest; nobody else has any. All on duty meet.

    Returns the role.
    """
    role = int(run.arrays["staff"]["role"][team(run)[0]])
    meet(run, PLAN)
    weights = run.arrays["weights"]["weight"]
    weights[matter] = 0.0
    weights[matter, -1], weights[matter, role] = own, staff
    return role


# ------------------------------------------------------------- what reaches the decision
@pytest.mark.parametrize("listening", [0.0, 0.4, 1.0])
def test_what_the_person_knows_of_themself_is_heard_only_where_they_are(run: Run, listening: float) -> None:
    """Nobody knows the person but they themself: K of staff 0.1, own K above. E of staff 0.9, own E below."""
    c, (i, p) = par(run), somebody(run)
    role = _say(run, PLAN, 0.25, 0.75)
    c["power_listening"], c["care_information"], p["agency"] = listening, 0.0, 0.5
    run.arrays["pair"]["knowledge"][i] = 0.0
    run.arrays["pair"]["who"][i] = run.arrays["staff"]["who"]
    p["oral"], p["written"] = 0.0, 0.0
    run.arrays["roles"]["means"] = 0.9
    staff_k, _ = _one_role(run, i, role)
    own_k = c["decisions_self_knowledge"] + (1 - c["decisions_self_knowledge"]) * 0.5
    own_e = float(c["decisions_own_means"])
    assert staff_k < own_k, "the person knows best"
    assert own_e < 0.9, "staff know more of means"
    away = run.act(from_python.judgement, i, PLAN, False, -1, now(run))
    there = run.act(from_python.judgement, i, PLAN, True, -1, now(run))
    assert away == pytest.approx((0.25 * own_k + 0.75 * staff_k, 0.25 * own_e + 0.75 * 0.9))
    assert there == pytest.approx((
        0.25 * own_k + 0.75 * (staff_k + listening * (own_k - staff_k)),
        0.25 * (own_e + listening * (0.9 - own_e)) + 0.75 * 0.9,
    ))  # fmt: skip


def _one_role(run: Run, i: int, role: int) -> tuple[float, float]:
    """Knowledge and means of one role that has all the say, nobody listening."""
    weights, listening = run.arrays["weights"]["weight"].copy(), float(par(run)["power_listening"])
    run.arrays["weights"]["weight"][PLAN] = 0.0
    run.arrays["weights"]["weight"][PLAN, role] = 1.0
    par(run)["power_listening"] = 0.0
    found: tuple[float, float] = run.act(from_python.judgement, i, PLAN, False, -1, now(run))
    run.arrays["weights"]["weight"], par(run)["power_listening"] = weights, listening
    return found


def test_being_there_gives_nothing_where_nobody_listens_or_the_others_know_it_all(run: Run) -> None:
    """The chair alone decides nothing: not without listening, and not where staff know as much as the person."""
    c, (i, p) = par(run), somebody(run)
    _say(run, PLAN, 0.0, 1.0)
    run.arrays["pair"]["who"][i] = run.arrays["staff"]["who"]
    run.arrays["pair"]["last_min"][i] = now(run)
    for knowledge, listening, same in ((0.1, 0.0, True), (1.0, 1.0, True), (0.1, 1.0, False)):
        run.arrays["pair"]["knowledge"][i], c["power_listening"], p["agency"] = knowledge, listening, 0.5
        away = run.act(from_python.judgement, i, PLAN, False, -1, now(run))
        there = run.act(from_python.judgement, i, PLAN, True, -1, now(run))
        assert (away == there) is same, f"knowledge {knowledge}, listening {listening}"


@pytest.mark.parametrize(
    ("structure", "absent"),
    [("hierarchical", {"plan", "medication"}), ("open_dialogue", set()), ("multidisciplinary", set())],
)
def test_where_the_person_is_there(structure: str, absent: set[str]) -> None:
    """The table that the run reads says what the structure says: in the hierarchy plans are made without them."""
    rows = inputs("service=community_centre", "horizon_days=2", f"power={structure}").read_only["weights"]
    assert {name for name, there in zip(MATTERS, rows["there"][:, -1], strict=True) if not there} == absent


@pytest.mark.parametrize(("setting", "there"), [(INPATIENT, 1), (DAY, 1), (HOME, 1), (LEAVE, 0), (ABSENT, 0)])
def test_somebody_who_is_away_is_not_in_the_room(run: Run, setting: int, there: int) -> None:
    """Whatever the structure says; nor are they where it leaves them out. To be there is to have been asked."""
    c, (i, p) = par(run), somebody(run)
    weights = run.arrays["weights"]
    weights["weight"][PLAN], weights["weight"][PLAN, 0] = 0.0, 1.0
    for structure in (1, 0):
        weights["there"][PLAN, -1] = structure
        p["setting"] = INPATIENT
        n = run.act(from_python.ask, i, PLAN, now(run))
        p["setting"] = setting
        c["power_listening"], adds = 0.0, there * structure * c["decisions_presence_adds"]
        assert run.act(from_python.minutes_of, n) == pytest.approx(c["decisions_min_per_matter"] * (1 + adds))
        run.act(from_python.settle, n, now(run), False, -1)
        assert run.written("matters")[n]["asked_before"] == there * structure


def test_what_a_role_knows_is_heard_only_in_the_room(run: Run) -> None:
    """Somebody on duty who knows the person well and has no seat changes nothing, however much people listen."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    weights, staff, pairs = run.arrays["weights"], run.arrays["staff"], run.arrays["pair"][i]
    weights["weight"][PLAN], weights["weight"][PLAN, 0] = 0.0, 1.0
    meet(run, PLAN)
    staff["role"][rows], staff["role"][rows[0]], staff["unit"][rows] = 0, 1, p["unit"]
    run.arrays["roles"]["means"] = 0.5
    run.arrays["roles"]["means"][1] = 0.9
    pairs["who"], pairs["last_min"], pairs["knowledge"] = staff["who"], now(run), 0.1
    p["oral"], p["written"], c["power_listening"] = 0.0, 0.0, 1.0
    found = {}
    for seat in (0, 1):
        weights["there"][PLAN, 1] = seat
        for knows in (0.1, 0.9):
            pairs["knowledge"][rows[0]] = knows
            found[seat, knows] = run.act(from_python.judgement, i, PLAN, False, -1, now(run))
    assert found[0, 0.1] == found[0, 0.9] == pytest.approx((found[1, 0.1][0], 0.5))
    assert found[1, 0.9] == pytest.approx((0.9, 0.9), abs=1e-3)


@pytest.mark.parametrize(
    ("matter", "alone", "doing", "heard"),
    [
        (IN_CRISIS, True, A_CRISIS, False),  # at somebody else's crisis
        (PLAN, False, A_MEETING, True),
        (PLAN, False, A_MEETING, False),  # another meeting
        (PLAN, False, A_FREE, False),  # on duty, and not in the meeting
        (PLAN, False, A_CRISIS, False),
        (PLAN, True, A_FREE, True),  # at hand where somebody decides alone
        (PLAN, True, A_DUTY, True),
        (PLAN, True, A_CONTACT, False),
        (PLAN, True, A_CRISIS, False),
        (IN_CRISIS, True, A_CRISIS, True),  # whoever came to it
    ],
)
def test_only_who_sits_there_is_heard_and_decides(
    run: Run, matter: int, alone: bool, doing: int, heard: bool
) -> None:
    """One colleague knows the person: what they know must not reach a decision they are not at, by any way.

    With listening, through the others; without, through the weight of their own role.
    """
    c, (i, p), rows = par(run), somebody(run), team(run)
    weights, staff, pairs = run.arrays["weights"], run.arrays["staff"], run.arrays["pair"][i]
    weights["weight"][matter], weights["there"][matter] = 0.0, 1
    meet(run, matter)
    staff["role"][rows], staff["unit"][rows] = 0, p["unit"]
    knower, decider = rows[:2]
    staff["activity"][knower] = doing
    if doing != A_MEETING:
        staff["seat_min"][knower] = LONG_AGO
    elif not heard:  # sits with somebody over another matter, which began in the same minute
        staff["seat"][knower] = AT_ONCE
    staff["crisis_of"][knower] = i if heard else inpatients(run)[1]
    if doing == A_CRISIS and heard:
        staff["asleep"][knower] = 1  # by night they were woken for it
    pairs["who"], pairs["last_min"], pairs["knowledge"] = staff["who"], now(run), 0.1
    pairs["knowledge"][knower] = 0.9
    p["oral"], p["written"] = 0.0, 0.0
    for own_role in (True, False):
        staff["role"][knower] = 0 if own_role else 1
        weights["weight"][matter, 0], c["power_listening"] = 1.0, 0.0 if own_role else 1.0
        known, _ = run.act(from_python.judgement, i, matter, False, decider if alone else -1, now(run))
        assert known == pytest.approx(0.9 if heard else 0.1, abs=1e-3)


@pytest.mark.parametrize("sits", [True, False])
def test_a_role_that_nobody_stands_for_hears_nobody(run: Run, sits: bool) -> None:
    """It has its say by what is on paper and what it knows of means, as the person has who is not there."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    weights, staff, pairs = run.arrays["weights"], run.arrays["staff"], run.arrays["pair"][i]
    weights["weight"][PLAN], weights["there"][PLAN], weights["weight"][PLAN, 1] = 0.0, 1, 1.0
    meet(run, PLAN)
    staff["role"][rows], staff["unit"][rows] = 0, p["unit"]
    staff["role"][rows[0]] = 1 if sits else 0
    pairs["who"], pairs["last_min"], pairs["knowledge"] = staff["who"], now(run), 0.9
    pairs["knowledge"][rows[0]] = 0.2
    p["oral"], p["written"], c["power_listening"] = 0.1, 0.0, 1.0
    run.arrays["roles"]["means"] = 0.8
    run.arrays["roles"]["means"][1] = 0.5
    found = run.act(from_python.judgement, i, PLAN, False, -1, now(run))
    assert found == pytest.approx((0.9, 0.8) if sits else (0.1, 0.5), abs=1e-3)


# ----------------------------------------------------------------- the two outcomes
@pytest.mark.parametrize("own", [0.0, 0.5, 1.0])
def test_chances_that_a_wish_is_met_and_that_a_decision_works_out(run: Run, own: float) -> None:
    """Both formulas of the specification, by hand, where wish and practice agree and where they don't."""
    c, (i, p) = par(run), somebody(run)
    role = _say(run, PLAN, own, 1.0 - own)
    p["agency"], p["oral"], p["written"] = 0.5, 0.1, 0.1
    run.arrays["roles"]["means"][role] = 0.4
    known, means = run.act(
        from_python.judgement, i, PLAN, bool(run.arrays["weights"]["there"][PLAN, -1]), -1, now(run)
    )
    quality = (known * means) ** 0.5
    else_met = own * c["decisions_met_own"] + (1 - own) * (
        c["decisions_met_base"] + c["decisions_met_known"] * known
    )
    out = np.zeros((8000, 3))
    run.act(from_python.decide_often, i, PLAN, now(run), out)
    for fits, met, start in (
        (1, c["decisions_met_fits"], c["decisions_works_fits"]),
        (0, else_met, c["decisions_works_else"]),
    ):
        rows = out[out[:, 2] == fits]
        worked = start + (1 - start) * quality
        assert len(rows) > 1000
        assert abs(rows[:, 0].mean() - met) < by_chance(met, len(rows))
        assert abs(rows[:, 1].mean() - worked) < by_chance(worked, len(rows))
    assert abs((out[:, 2] == 1).mean() - c["decisions_wish_fits"]) < by_chance(c["decisions_wish_fits"], 8000)


# --------------------------------------------------------------------- what it takes
@pytest.mark.parametrize(("listening", "there"), [(0.0, 0), (0.5, 0), (0.0, 1), (0.5, 1)])
def test_to_be_heard_takes_time(run: Run, listening: float, there: int) -> None:
    c, (i, _) = par(run), somebody(run)
    c["power_listening"], run.arrays["weights"]["there"][MEDICATION, -1] = listening, there
    n = run.act(from_python.ask, i, MEDICATION, now(run))
    adds = c["decisions_listening_adds"] * listening + c["decisions_presence_adds"] * there
    assert run.act(from_python.minutes_of, n) == pytest.approx(c["decisions_min_per_matter"] * (1 + adds))
    c["on_listening"] = 0.0
    adds = c["decisions_presence_adds"] * there
    assert run.act(from_python.minutes_of, n) == pytest.approx(c["decisions_min_per_matter"] * (1 + adds))
    c["on_power"] = 0.0
    assert run.act(from_python.minutes_of, n) == c["decisions_min_per_matter"]


def test_a_single_decision_takes_as_long_as_it_takes_to_hear(run: Run) -> None:
    """Not only meetings: whoever decides alone sits with the person for as long."""
    c, (i, p), rows = par(run), somebody(run), team(run)
    run.clock["n_open"], run.arrays["staff"]["unit"][rows] = 0, p["unit"]
    run.arrays["forum_of"]["forum"][PLAN] = AT_ONCE
    c["power_listening"], run.arrays["weights"]["there"][PLAN, -1] = 0.5, 1
    n = run.act(from_python.ask, i, PLAN, now(run) - 60.0)
    minutes = run.act(from_python.minutes_of, n)
    assert minutes > c["decisions_min_per_matter"]
    run.act(from_python.one_by_one, now(run))
    (decider,) = (j for j in rows if run.arrays["staff"]["activity"][j] == A_MEETING)
    assert run.arrays["staff"]["until_min"][decider] == pytest.approx(now(run) + minutes)
    assert run.written("matters")[n]["state"] == buffers.M_DECIDED


def _conference(run: Run, minutes: float) -> tuple[list[int], float]:
    """Two matters of plan and two of medication wait on one unit and the conference meets for so many minutes.

    Returns
    -------
    states of the four matters, in the order in which they were asked, and minutes for which staff sit there.
    """
    rows, unit = team(run), int(run.arrays["people"]["unit"][inpatients(run)[0]])
    run.arrays["staff"]["unit"][rows] = unit
    run.clock["n_open"] = 0
    run.arrays["forum_of"]["forum"][[PLAN, MEDICATION]] = CONFERENCE
    run.arrays["forums"]["minutes"][CONFERENCE] = minutes
    i = inpatients(run)[0]
    asked = [run.act(from_python.ask, i, m, now(run) - 60.0) for m in (PLAN, MEDICATION, PLAN, MEDICATION)]
    run.act(from_python.conference, unit, CONFERENCE, now(run))
    staff = run.arrays["staff"][rows]
    sat = staff["until_min"][staff["activity"] == A_MEETING] - now(run)
    return [int(run.written("matters")["state"][n]) for n in asked], float(sat.max(initial=0.0))


@pytest.mark.parametrize("minutes", [20.0, 25.0, 400.0])
def test_a_meeting_runs_over_by_what_it_takes_to_hear(run: Run, minutes: float) -> None:
    """The oldest matters first, as many as the timetable has room for; those with the person there take longer."""
    c, there = par(run), run.arrays["weights"]["there"][:, -1]
    c["power_listening"], there[PLAN], there[MEDICATION] = 0.4, 1, 0
    each = float(c["decisions_min_per_matter"])
    heard = each * (1 + c["decisions_listening_adds"] * 0.4 + c["decisions_presence_adds"])
    unheard = each * (1 + c["decisions_listening_adds"] * 0.4)
    settled = min(4, int(minutes / each))
    assert settled in (2, 4)
    states, sat = _conference(run, minutes)
    assert states == [buffers.M_DECIDED] * settled + [buffers.M_OPEN] * (4 - settled)
    assert sat == pytest.approx(settled / 2 * (heard + unheard))


def test_nobody_meets_where_nothing_waits(run: Run) -> None:
    rows = team(run)
    run.clock["n_open"] = 0
    run.act(from_python.conference, int(run.arrays["staff"]["unit"][rows[0]]), CONFERENCE, now(run))
    assert set(run.arrays["staff"]["activity"][rows]) == {A_FREE}


# --------------------------------------------------------------- requests at once
def test_what_is_granted_is_work_and_what_is_refused_is_not(run: Run) -> None:
    """A granted request brings its minutes of patient-bound work to the unit; each is counted once."""
    c, unit = par(run), run.arrays["unit"]
    team(run)
    daily, minutes = run.arrays["daily"], c["decisions_request_min"] * c["duties_scale"]
    assert minutes > 0
    before = daily["requests_granted"].sum(), daily["requests_refused"].sum()
    run.act(from_python.answer, 0, 1, now(run))
    run.act(from_python.answer, 0, 0, now(run))
    assert unit["patient_backlog_min"][0] == pytest.approx(minutes)
    after = daily["requests_granted"].sum(), daily["requests_refused"].sum()
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
    c["on_duties"] = 0.0
    run.act(from_python.answer, 0, 1, now(run))
    assert unit["patient_backlog_min"][0] == pytest.approx(minutes), "without duties nothing is work"


def test_only_milieu_staff_grant_at_once(run: Run) -> None:
    rows, unit = team(run), int(run.arrays["people"]["unit"][inpatients(run)[0]])
    staff, kind = run.arrays["staff"], run.arrays["roles"]["kind"]
    staff["unit"][rows] = unit
    milieu, doctor = (int(np.flatnonzero(kind == k)[0]) for k in (MILIEU, DOCTOR))
    staff["role"][rows] = doctor
    assert run.act(from_python.granter, unit, 0) == -1
    staff["role"][rows[1]] = milieu
    assert run.act(from_python.granter, unit, 0) == rows[1]
    staff["asleep"][rows[1]] = 1
    assert run.act(from_python.granter, unit, 0) == -1, "nobody asleep grants anything"


def test_who_grants_at_once_has_decided_whatever_the_weights_say(run: Run) -> None:
    """Authority goes to the role that granted; a matter that waits for its forum credits the weights instead."""
    i, _ = somebody(run)
    granter, *_ = team(run)
    role = int(run.arrays["staff"]["role"][granter])
    doctor = next(r for r in range(len(run.arrays["roles"])) if r != role)
    weights, credit = run.arrays["weights"]["weight"], run.arrays["role_sum"]["authority"]
    weights[EVERYDAY] = 0.0
    weights[EVERYDAY, doctor], weights[EVERYDAY, -1] = 0.8, 0.2
    credit[:] = 0.0
    n = run.act(from_python.ask, i, EVERYDAY, now(run))
    run.act(from_python.settle, n, now(run), True, granter)
    row = run.written("matters")[n]
    assert (row["granted_by"], row["met"], row["asked_before"]) == (role, 1, 1)
    assert np.flatnonzero(credit).tolist() == [role]
    assert credit[role] == 1.0
    credit[:] = 0.0
    n = run.act(from_python.ask, i, EVERYDAY, now(run))
    run.act(from_python.settle, n, now(run), False, granter)
    assert run.written("matters")[n]["granted_by"] == -1
    assert np.flatnonzero(credit).tolist() == [doctor]
    assert credit[doctor] == pytest.approx(0.8)
