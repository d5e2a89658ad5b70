"""What changes on a day counts for its days only: a rota replaced at the end of a window has hardly been worked."""

from __future__ import annotations

import pytest

from tests.model.wards import finished
from wardsim.observe.outcomes import measure

WARD = ("service=community_centre", "horizon_days=40")
CHANGE = ("change.rotation=co_living",)


def _measured(*settings: str) -> dict[str, float]:
    run = finished(*WARD, *settings)
    return measure(run.inputs, run.record())


@pytest.mark.parametrize("name", ["mean_weekly_hours_team_member", "rota_breaches_per_year"])
def test_a_number_of_the_rota_is_the_mean_over_the_counted_days(name: str) -> None:
    before, after = _measured()[name], _measured("rotation=co_living")[name]
    changed = _measured("change.on_day=30", *CHANGE)[name]
    assert before != after
    assert changed == pytest.approx(0.75 * before + 0.25 * after, rel=0.02)


def test_people_in_posts_that_begin_with_the_change_are_newcomers() -> None:
    """The first holder of a new post has never been on the ward, which is part of what a change costs."""
    quiet = ("model.mechanisms.turnover=false", "model.mechanisms.staff_rotation=false")
    peers = _measured("change.on_day=20", "change.staffing.fte.peer_worker=2", *quiet)["newcomers_per_year"]
    assert peers == pytest.approx(2 * 365 / 40)
    assert _measured(*quiet)["newcomers_per_year"] == 0.0
