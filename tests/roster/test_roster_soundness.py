"""A rota that can't be worked is refused in words, with the setting and, for nights, the hours."""

from __future__ import annotations

import pytest

from tests.roster.small_ward import SCHEMES, rotation, small_ward
from wardsim.roster import expand, problems
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.schema import Crew, ImportedDuty, NightCover, Rotation, ShiftType, Unit


def with_crew(scheme: str, number: int = 0, **changes: object) -> Rotation:
    plan = rotation(scheme)
    crews = list(plan.crews)
    crews[number] = crews[number].model_copy(update=changes)
    return plan.model_copy(update={"crews": tuple(crews)})


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_schemes_are_sound(scheme: str) -> None:
    """Every scheme that comes with the program can be worked with the hours of a small ward."""
    assert problems(small_ward(scheme, 397.25)) == []


@pytest.mark.parametrize(
    ("scheme", "least"),
    [("three_shift", 180.25), ("twelve_hour", 175.0), ("co_living", 73.5 + 98), ("soteria_48", 73.5 + 168),
     ("soteria_48_pure", 168.0), ("co_living_3747", 73.5 + 168)],
)  # fmt: skip
def test_hours_below_night_cover_and_one_post(scheme: str, least: float) -> None:
    """The message names role, hours and what is needed; just enough is enough."""
    assert problems(small_ward(scheme, least)) == []
    [problem] = problems(small_ward(scheme, least - 5))
    assert problem.path == "staffing.fte.milieu_therapist"
    assert f"{least:.4g}" in problem.message
    assert "paid h a week" in problem.message
    suggested = float(problem.hint.removeprefix("for example "))
    assert problems(small_ward(scheme, fte={"milieu_therapist": suggested})) == []


@pytest.mark.parametrize(
    ("scheme", "hours"),
    [("three_shift", "from 22:00 to 07:00"), ("twelve_hour", "from 19:30 to 07:00"),
     ("co_living", "from 22:00 to 08:00")],
)  # fmt: skip
def test_a_ward_empty_at_night_is_refused_with_the_hours(scheme: str, hours: str) -> None:
    """Without a waking night post nobody is there at night, and the message says when."""
    [problem] = problems(small_ward(scheme, night_cover=NightCover(waking=0)))
    assert problem.path == "staffing.night_cover.waking"
    assert "nobody is on site" in problem.message
    assert hours in problem.message


@pytest.mark.parametrize("scheme", ["co_living_3747", "soteria_48", "soteria_48_pure"])
def test_people_asleep_on_site_are_night_cover(scheme: str) -> None:
    """Where team members sleep in the house no waking post is needed."""
    assert problems(small_ward(scheme, night_cover=NightCover(waking=0))) == []


def test_a_missing_night_in_the_rows_is_found() -> None:
    """One night missing in a row leaves the ward empty once a week."""
    rows = ("NN--D--", "EEE--DD", "--DD---", "--N----", "DD--NNN", "---EE--")
    [problem] = problems(small_ward(with_crew("three_shift", rows=rows)))
    assert problem.path == "rotation.crews"
    assert "from 22:00 to 07:00 (26 times in 26 weeks)" in problem.message


def test_rows_that_cannot_be_read_are_all_named() -> None:
    """Unknown signs and rows of unequal length, each with its place, all at once."""
    rows = ("NN--D--", "EQE--DD", "--DD", "--NN---", "DD--NNN", "---EE--")
    scenario = small_ward(with_crew("three_shift", rows=rows))
    found = {p.path: p for p in problems(scenario)}
    assert "holds Q; known are D, E, N" in found["rotation.crews.0.rows.1"].message
    assert found["rotation.crews.0.rows.2"].message == "has 4 days, but the first row has 7"
    with pytest.raises(ScenarioError, match="holds Q"):
        expand(scenario, 7)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (("ND--D--", "EEE--DD"), "row 1: N on Monday ends at 07:30, after D begins at 07:00"),
        (("D------", "DD--NNN"), "row 2: N on Sunday ends at 07:30, after D begins at 07:00"),
    ],
)
def test_duties_that_run_into_each_other(rows: tuple[str, ...], text: str) -> None:
    """Nobody can begin a day while the night is not over, also from the last row to the first."""
    found = problems(small_ward(with_crew("three_shift", rows=rows)))
    assert [p.path for p in found] == ["rotation.crews.0"]
    assert found[0].message == text


def test_long_duties_on_days_in_a_row() -> None:
    """A 48-hour duty leaves no room for another on the next day."""
    [problem] = problems(small_ward(with_crew("soteria_48_pure", rows=("SS", "--", "--"))))
    assert "ends at 09:00, after S begins at 09:00" in problem.message


def test_a_post_staffed_in_part_holds_no_night() -> None:
    """Crews sized by hours may be staffed in part, so their part rows can't be nights."""
    [problem] = problems(small_ward(with_crew("soteria_48_pure", part_rows=())))
    assert problem.path == "rotation.crews.0.rows"
    assert "S is a night" in problem.message


def test_crews_that_do_not_fit_together() -> None:
    """One roll through all rows needs rows of one length; every scheme needs somebody who fills the hours."""
    plan = rotation("three_shift")
    short = Crew(name="short", sized_by="hours", rows=("DD-",))
    [problem] = problems(small_ward(plan.model_copy(update={"crews": (*plan.crews, short)})))
    assert problem.path == "rotation.team_of"
    [problem] = problems(small_ward(plan.model_copy(update={"crews": plan.crews[:1]})))
    assert "no crew is sized by hours" in problem.message
    [problem] = problems(small_ward(plan.model_copy(update={"crews": plan.crews[1:]})))
    assert "no crew is sized by night_waking" in problem.message


def test_names_of_shifts() -> None:
    """A row has one sign a day, so a shift has a name of one sign."""
    plan = rotation("three_shift")
    shifts = {**plan.shifts, "late": ShiftType(start="12:00", hours=8.0)}
    [problem] = problems(small_ward(plan.model_copy(update={"shifts": shifts})))
    assert problem.path == "rotation.shifts.late"


def test_people_asleep_that_the_rota_does_not_bring() -> None:
    """Who asks for three people asleep gets told that the rota brings two."""
    [problem] = problems(small_ward("soteria_48_pure", 336.0, night_cover=NightCover(sleeping=3)))
    assert problem.path == "staffing.night_cover.sleeping"
    assert "brings 2 asleep" in problem.message
    assert problems(small_ward("soteria_48_pure", 336.0, night_cover=NightCover(sleeping=2))) == []


def test_unknown_country_and_missing_cost() -> None:
    """Both are named, in one answer."""
    scenario = small_ward(public_holidays="XX")
    cost = scenario.cost.model_copy(update={"hourly": {"doctor": 900.0}})
    found = {p.path for p in problems(scenario.model_copy(update={"cost": cost}))}
    assert found == {"calendar.public_holidays", "cost.hourly.milieu_therapist"}


def test_problems_after_a_changeover_carry_their_path() -> None:
    """What the ward becomes is checked as well as what it is."""
    later = small_ward("three_shift", night_cover=NightCover(waking=0))
    scenario = small_ward().model_copy(update={"after": later, "change_on_day": 30})
    assert [p.path for p in problems(scenario)] == ["after.staffing.night_cover.waking"]


def test_an_imported_rota_must_fit_the_ward() -> None:
    """A saved rota may name roles or units that another ward does not have."""
    duties = (
        ImportedDuty(role="milieu_terapist", line=0, start_min=0, end_min=480, kind="waking"),
        ImportedDuty(role="doctor", line=0, start_min=0, end_min=480, kind="waking", unit="attic"),
    )
    plan = rotation("imported").model_copy(update={"duties": duties})
    found = problems(small_ward(plan))
    assert [p.message for p in found] == [
        "is no role of this ward", "is no unit of this ward; there are: house",
    ]  # fmt: skip
    assert found[0].hint == "did you mean milieu_therapist?"


def test_an_imported_rota_with_two_duties_at_once() -> None:
    """A rota that was edited by hand after reading is checked again."""
    duties = tuple(
        ImportedDuty(role="milieu_therapist", line=i, start_min=a, end_min=b, kind="waking")
        for i, a, b in [(0, 0, 4320), (1, 4320, 8640), (2, 8640, 10080), (2, 9000, 9300)]
    )
    found = problems(small_ward(rotation("imported").model_copy(update={"duties": duties})))
    assert ["two duties at once" in p.message for p in found] == [True]


def test_imported_without_a_file_and_a_file_without_imported() -> None:
    """Both halves of `rotation=imported rotation.file=...` are needed."""
    [problem] = problems(small_ward("imported"))
    assert problem.path == "rotation.file"
    assert "rotation.file=rota.csv" in problem.hint
    [problem] = problems(small_ward(rotation("three_shift").model_copy(update={"file": "rota.csv"})))
    assert "rotation=imported only" in problem.message


def test_only_units_with_beds_need_nights() -> None:
    """A day clinic is no reason for an error at night."""
    units = (Unit(name="ward", share=1.0), Unit(name="clinic", share=0.0, day_places=10))
    assert problems(small_ward(hours=800.0, units=units)) == []
