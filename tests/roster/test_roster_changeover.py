"""A changeover: one rota up to a day, another from then on, and the same people where posts go on."""

from __future__ import annotations

import numpy as np
import pytest

from tests.roster.small_ward import SCHEMES, small_ward
from wardsim.roster import Roster, expand
from wardsim.roster.clock import DAY
from wardsim.roster.soundness import empty_times
from wardsim.scenario.schema import Scenario

CHANGE = 60
AT = CHANGE * DAY + 7 * 60


def changing(first: str, then: str, day: int = CHANGE, **after: object) -> Scenario:
    later = small_ward(then, **after)  # type: ignore[arg-type]
    return small_ward(first).model_copy(update={"after": later, "change_on_day": day})


@pytest.fixture(scope="module")
def roster() -> Roster:
    return expand(changing("three_shift", "soteria_48"), 180)


def test_before_and_after_are_the_two_rotas(roster: Roster) -> None:
    """Up to 07:00 of the day the old rota runs, from then on the new one."""
    old, new = expand(small_ward("three_shift"), 180).duties, expand(small_ward("soteria_48"), 180).duties
    early = roster.duties[roster.duties["end_min"] < AT]
    assert (early["start_min"] == old[old["end_min"] < AT]["start_min"]).all()
    late = roster.duties[roster.duties["start_min"] > AT]
    assert (late["start_min"] == new[new["start_min"] > AT]["start_min"]).all()
    assert (late["paid_h"] == new[new["start_min"] > AT]["paid_h"]).all()


def test_duties_over_the_change_are_cut_and_taken_over(roster: Roster) -> None:
    """Who is on duty by the old rota goes at 07:00, and who is by the new one comes then."""
    over = (roster.duties["start_min"] < AT) & (roster.duties["end_min"] > AT)
    assert not over.any()
    assert (roster.duties["end_min"] == AT).any()
    assert (roster.duties["start_min"] == AT).any()


@pytest.mark.parametrize("then", SCHEMES)
@pytest.mark.parametrize("day", [56, 57, 58, 59, 60, 61, 62])
def test_the_ward_is_never_empty_at_the_change(then: str, day: int) -> None:
    """Whatever the weekday of the change, somebody is there, and nobody is in two places."""
    made = expand(changing("three_shift", then, day), 75)
    assert empty_times(made, made.is_milieu) == []
    for staff in range(len(made.people)):
        mine = made.duties[made.duties["staff"] == staff]
        assert (mine["start_min"][1:] >= mine["end_min"][:-1]).all()


def test_posts_go_on_and_others_end_or_begin(roster: Roster) -> None:
    """Posts of the same unit, role and kind keep their holder, so what people know of each other is kept."""
    people = roster.people
    assert (people["id"] == np.arange(len(people))).all()
    stay = (people["from_min"] < 0) & (people["until_min"] > AT)
    go = people["until_min"] == AT
    assert int(stay.sum()) == 13  # thirteen regular lines before, thirteen lines after
    assert int(go.sum()) == 9  # the weekend positions have no counterpart
    assert people["is_weekend_position"][go].all()
    for row in people:
        mine = roster.duties[roster.duties["staff"] == row["id"]]
        assert (mine["start_min"] >= row["from_min"]).all()
        assert (mine["end_min"] <= row["until_min"]).all()


def test_more_posts_after_the_change_bring_new_people() -> None:
    """A change that adds staff: those who were there keep their posts, the new ones come on the day."""
    made = expand(changing("co_living", "co_living", hours=700.0), 180)
    before = expand(small_ward("co_living"), 180)
    new = made.people[len(before.people) :]
    assert len(new) > 0
    assert (new["from_min"] == AT).all()
    assert (made.duties["start_min"][np.isin(made.duties["staff"], new["id"])] >= AT).all()


def test_breaches_follow_the_rota_in_force(roster: Roster) -> None:
    """Before the change the rota is lawful on its basis, after it every breach belongs to the new one."""
    assert roster.breaches
    assert min(b.date for b in roster.breaches) >= roster.start_date + (CHANGE - 7) * (
        roster.breaches[0].date.resolution
    )
    assert roster.summary.label == "48-hour duties, with a waking night"


def test_a_change_beyond_the_horizon_does_not_happen() -> None:
    """The roster up to the day before is the one without a change."""
    made = expand(changing("three_shift", "soteria_48", day=90), 90)
    assert (made.duties == expand(small_ward("three_shift"), 90).duties).all()
