"""A power structure that can't work on a ward must be named before the run, with path and a way out."""

from __future__ import annotations

import pytest

from wardsim.power import problems
from wardsim.scenario.schema import DEFERRED, MATTERS

ROUND = {"weekdays": ["mon"], "start": "09:00", "minutes": 60}


def paths(scenario):
    return [problem.path for problem in problems(scenario)]


def test_a_sound_structure_has_no_problems(ward):
    forum = dict.fromkeys(DEFERRED, "ward_round")
    assert problems(ward(forum=forum, forums={"ward_round": ROUND})) == []


def test_all_weight_with_an_absent_role(ward):
    weights = {m: {"patient": 1.0} for m in MATTERS} | {"plan": {"peer_worker": 1.0}}
    found = problems(ward(weights, fte={"milieu_therapist": 5.0}))
    assert [p.path for p in found] == ["power.weights.plan"]
    assert "peer_worker" in found[0].message
    assert "staffing.fte" in found[0].hint


def test_a_negative_weight_that_still_sums_to_one(ward):
    assert "power.weights.plan.doctor" in paths(ward({"patient": 1.2, "doctor": -0.2}))


def test_waiting_for_a_doctor_who_does_not_exist(ward):
    forum = dict.fromkeys(DEFERRED, "at_once") | {"medication": "next_doctor"}
    assert paths(ward(forum=forum, fte={"milieu_therapist": 5.0})) == ["power.forum.medication"]
    assert paths(ward(forum=forum)) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"weekdays": []}, "power.forums.ward_round.weekdays"),
        ({"minutes": 9}, "power.forums.ward_round.minutes"),
        ({"start": "23:30"}, "power.forums.ward_round.minutes"),
    ],
)
def test_a_forum_that_can_settle_nothing(ward, change, path):
    forum = dict.fromkeys(DEFERRED, "ward_round")
    assert paths(ward(forum=forum, forums={"ward_round": ROUND | change})) == [path]


def test_a_timetable_that_nothing_depends_on_may_be_anything(ward):
    assert paths(ward(forums={"ward_round": ROUND | {"weekdays": []}})) == []


def test_a_timetable_without_effect_is_said_to_be_so(ward):
    assert paths(ward(forums={"at_once": ROUND})) == ["power.forums.at_once"]


def test_everything_is_found_at_once(ward):
    forum = dict.fromkeys(DEFERRED, "next_doctor") | {"plan": "ward_round"}
    scenario = ward({"peer_worker": 1.0}, fte={"milieu_therapist": 5.0}, forum=forum,
                    forums={"ward_round": ROUND | {"minutes": 5}})  # fmt: skip
    assert len(problems(scenario)) == 6 + 4 + 1
