"""A rota of one's own from a file: read without names, and every kind of damage answered by row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.roster.small_ward import KINDS, role, rotation, small_ward
from wardsim.roster import expand, fill_rota, posts_of_file, problems, read_rota, summarise
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.schema import ImportedDuty, Rotation, Unit

ROLES = {name: role(kind) for name, kind in KINDS.items()}
HEAD = "person,role,start,end,kind\n"
GOOD = (
    HEAD
    + """\
Kari Nordmann,milieu_therapist,2026-01-05 08:00,2026-01-05 20:00,waking
Kari Nordmann,milieu_therapist,2026-01-05 20:00,2026-01-06 08:00,sleeping
Ola Hansen,milieu_therapist,2026-01-06 08:00,2026-01-08 08:00,waking
Per Berg,milieu_therapist,2026-01-08 08:00,2026-01-10 08:00,waking
Kari Nordmann,milieu_therapist,2026-01-10 08:00,2026-01-12 08:00,waking
Liv Dahl,doctor,2026-01-07 09:00,2026-01-07 15:00,waking
"""
)
NAMES = ("Kari", "Nordmann", "Ola", "Hansen", "Berg", "Liv", "Dahl")


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "rota.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(tmp_path: Path, text: str | bytes, units: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_rota(write(tmp_path, text), ROLES, units)
    assert all(p.path == "rotation.file" for p in caught.value.problems)
    found = [f"{p.message} ({p.hint})" if p.hint else p.message for p in caught.value.problems]
    assert not any(name in message for name in NAMES for message in found)
    return found


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_what_is_read(tmp_path: Path) -> None:
    """Stretches in minutes after the first Monday; people are numbered by what they work, role by role."""
    duties = read_rota(write(tmp_path, GOOD), ROLES)
    assert [str(d.model_dump()) for d in duties] == [
        "doctor 0 3420-3780 waking",
        "milieu_therapist 0 480-1200 waking",
        "milieu_therapist 0 1200-1920 sleeping",
        "milieu_therapist 0 7680-10560 waking",
        "milieu_therapist 1 1920-4800 waking",
        "milieu_therapist 2 4800-7680 waking",
    ]


def test_order_of_rows_and_names_do_not_matter(tmp_path: Path) -> None:
    """The same rota under other names and in another order is the same scenario, so its hash is the same."""
    first = read_rota(write(tmp_path, GOOD), ROLES)
    head, *rows = GOOD.splitlines()
    other = "\n".join([head, *reversed(rows)]).replace("Kari Nordmann", "7").replace("Per Berg", "Anna")
    assert read_rota(write(tmp_path, other), ROLES) == first


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace(",", ";"), GOOD.replace(",", "\t"), "\ufeff" + GOOD, GOOD.replace("\n", "\r\n"),
        GOOD.replace("2026-01-05 08:00", "05.01.2026 08:00"),
        GOOD.replace("2026-01-05 08:00", "2026-01-05T08:00:00"),
        GOOD.replace("person,role,start,end,kind", "Person, Role ,START,end,Kind"), GOOD + "\n,,,,\n",
        GOOD.replace("waking", "Waking"),
    ],
)  # fmt: skip
def test_ways_of_writing_the_same(tmp_path: Path, text: str) -> None:
    """What spreadsheet programs write: separators, marks, line ends, dates, capitals, empty rows."""
    assert read_rota(write(tmp_path, text), ROLES) == read_rota(write(tmp_path, GOOD), ROLES)


def test_the_scenario_keeps_duties_but_no_names_and_no_path(tmp_path: Path) -> None:
    """What is saved can be run again without the file, and tells nobody who works there."""
    plan = rotation("imported").model_copy(update={"file": str(write(tmp_path, GOOD))})
    scenario = fill_rota(small_ward(plan))
    assert problems(scenario) == []
    text = scenario.rotation.model_dump_json()
    assert not any(name in text for name in NAMES)
    assert str(tmp_path) not in text
    assert Rotation.model_validate_json(text) == scenario.rotation
    roster = expand(scenario, 28)
    assert roster.people["contract_h_per_week"].tolist() == [6.0, 72.0, 48.0, 48.0]
    assert roster.roles == ("doctor", "milieu_therapist")


def test_the_rota_repeats_after_its_weeks(tmp_path: Path) -> None:
    """A file of one week, anchored at the Monday of the first week, whatever the day of the run begins on."""
    plan = rotation("imported").model_copy(update={"file": str(write(tmp_path, GOOD))})
    duties = expand(fill_rota(small_ward(plan)), 21).duties
    first = duties[(duties["start_min"] >= 0) & (duties["start_min"] < 10080)]
    third = duties[duties["start_min"] >= 2 * 10080]
    assert (first["start_min"] + 2 * 10080 == third["start_min"]).all()
    assert (first["staff"] == third["staff"]).all()


def test_hours_of_a_file_of_three_weeks_are_exact(tmp_path: Path) -> None:
    """Somebody round the clock, and a second person for eight hours in the first of three weeks and seven in the
    last: 168 and five hours a week, however many weeks a rota is summed up over."""
    monday = dt.datetime(2026, 1, 5)
    rows = [(f"P{day % 3}", monday + dt.timedelta(day), 24) for day in range(21)]
    rows += [("X", monday + dt.timedelta(hours=8), 8), ("X", monday + dt.timedelta(14, hours=8), 7)]
    stamp = "%Y-%m-%d %H:%M"
    text = HEAD + "".join(
        f"{name},milieu_therapist,{start:{stamp}},{start + dt.timedelta(hours=h):{stamp}},waking\n"
        for name, start, h in rows
    )
    plan = rotation("imported").model_copy(update={"file": str(write(tmp_path, text))})
    scenario = fill_rota(small_ward(plan))
    assert summarise(scenario).paid_hours_per_week == pytest.approx(173.0, abs=1e-9)
    full_time = scenario.staffing.full_time_hours_per_week
    assert posts_of_file(scenario)["milieu_therapist"][1] == pytest.approx(173.0 / full_time, abs=1e-9)


def test_roles_of_the_file_replace_their_weekday_duties(tmp_path: Path) -> None:
    """The doctor is there as the file says; the psychologist, who is not in it, keeps weekday duties."""
    plan = rotation("imported").model_copy(update={"file": str(write(tmp_path, GOOD))})
    fte = {"milieu_therapist": 5.0, "doctor": 1.0, "psychologist": 1.0}
    roster = expand(fill_rota(small_ward(plan, fte=fte)), 7)
    by_role = {name: roster.people["role"] == i for i, name in enumerate(roster.roles)}
    assert (roster.duties["staff"] == roster.people["id"][by_role["doctor"]][0]).sum() == 1
    assert (roster.duties["staff"] == roster.people["id"][by_role["psychologist"]][0]).sum() == 5


def test_several_units(tmp_path: Path) -> None:
    """With several units the file says which; each is looked at on its own."""
    rows = GOOD.splitlines()[1:6]
    heading = "person,role,start,end,kind,unit"
    text = "\n".join(
        [heading, *(f"{row},north" for row in rows), *(f"the other {row},south" for row in rows)]
    )
    units = (Unit(name="north", share=0.5), Unit(name="south", share=0.5))
    plan = rotation("imported").model_copy(update={"file": str(write(tmp_path, text))})
    scenario = fill_rota(small_ward(plan, units=units))
    assert problems(scenario) == []
    assert expand(scenario, 7).people["unit"].tolist() == [0, 0, 0, 1, 1, 1]
    missing = text.replace(",south", ",north")
    found = refused(tmp_path, GOOD, ("north", "south"))
    assert "the column unit is needed: north, south" in found[0]
    found = refused(tmp_path, missing.replace(",north", ",nort", 1), ("north", "south"))
    assert "row 2: unit is not a known one (did you mean north?)" in found


def test_after_a_changeover_too(tmp_path: Path) -> None:
    """A ward that changes to a rota from a file."""
    plan = rotation("imported").model_copy(update={"file": str(write(tmp_path, GOOD))})
    scenario = small_ward().model_copy(update={"after": small_ward(plan), "change_on_day": 30})
    filled = fill_rota(scenario)
    assert filled.after is not None
    assert filled.after.rotation.duties is not None
    assert problems(filled) == []
    assert fill_rota(small_ward()) == small_ward()


# -------------------------------------------------------------------- damage
def test_missing_file(tmp_path: Path) -> None:
    """No such file, and a folder in its place."""
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_rota(tmp_path / "nothing.csv", ROLES)
    with pytest.raises(ScenarioError, match="can't be read"):
        read_rota(tmp_path, ROLES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("  \n\n", "is empty"),
        (HEAD, "has a heading but no rows"),
        (GOOD.replace("kind", "sort", 1), "row 1: the column kind is missing"),
        (GOOD.replace("start", "strat", 1), "is strat meant to be start?"),
        (GOOD.split("\n", 1)[1], "row 1: the column person, role, start, end, kind is missing"),
        (GOOD.replace("person,role", "role,role", 1), "row 1: the column person is missing"),
        (GOOD.replace("kind", "kind,kind", 1), "row 1: the column kind stands twice"),
        (
            GOOD.encode().replace(b"Per Berg", b"P\xe5l Berg"),
            "row 5: is not text in UTF-8 (save it as CSV UTF-8)",
        ),
        (b"\xff\xfe" + GOOD.encode("utf-16-le"), "row 1: is not text in UTF-8"),
        (changed("Ola Hansen", '"Ola Hansen'), "a quotation mark is not closed"),
        (b"x" * 5_000_001, "is over 5 MB"),
    ],
)
def test_files_that_are_no_rota(tmp_path: Path, text: str | bytes, expected: str) -> None:
    """The whole file is refused with one sentence, and with the row where there is one."""
    [message] = refused(tmp_path, text)
    assert expected in message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Ola Hansen,", ",", "row 4: person is empty"),
        ("Ola Hansen,milieu_therapist", "Ola Hansen,milieu_therapst",
         "row 4: role is not a known one (did you mean milieu_therapist?)"),
        ("Ola Hansen,milieu_therapist", "milieu_therapist,Ola Hansen",
         "row 4: role is not a known one (there are: "),
        ("Ola Hansen,milieu_therapist", "Ola Hansen,", "row 4: role is empty"),
        ("sleeping", "slepping", "row 3: kind is not a known one (did you mean sleeping?)"),
        ("2026-01-07 09:00", "2026-13-07 09:00", "row 7: start '2026-13-07 09:00' is not a date and time"),
        ("2026-01-07 09:00", "at nine", "row 7: start is not a date and time (for example 2026-01-05 07:00)"),
        ("2026-01-07 15:00", "", "row 7: end is empty"),
        ("2026-01-07 15:00", "2026-01-07", "row 7: end '2026-01-07' is not a date and time"),
        ("2026-01-07 15:00", "2026-01-07 09:00", "row 7: ends before it starts"),
        ("2026-01-07 15:00", "2026-01-06 15:00", "row 7: ends before it starts"),
        ("2026-01-07 15:00", "2026-01-11 15:00", "row 7: is longer than 72 h"),
        ("09:00,2026-01-07 15:00,waking", "09:00,2026-01-07 15:00",
         "row 7: has 4 cells, but the heading has 5"),
        ("2026-01-05 20:00,2026-01-06", "2026-01-05 19:00,2026-01-06",
         "row 3: overlaps with row 2: the same person"),
        ("Liv Dahl,doctor", "Ola Hansen,doctor", "row 7: overlaps with row 4: the same person"),
        ("2026-01-12 08:00", "2026-01-12 08:30",
         "row 6: runs into row 2 of the same person when the rota begins again"),
        ("2026-01-08 08:00,waking", "2026-01-08 01:00,waking",
         "no milieu staff are on site, awake or asleep, from 2026-01-08 01:00 to 2026-01-08 08:00"),
        ("2026-01-12 08:00", "2026-01-11 22:00",
         "no milieu staff are on site, awake or asleep, from 2026-01-11 22:00 to 2026-01-12 00:00"),
        ("2026-01-07 09:00,2026-01-07 15:00", "2028-01-07 09:00,2028-01-07 15:00",
         "row 7: begins 105 weeks after row 2; a rota has at most 53 weeks (is a year mistyped?)"),
    ],
)  # fmt: skip
def test_rows_that_are_wrong(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Each kind of mistake is named with its row, and without the person's name."""
    found = refused(tmp_path, changed(old, new))
    assert any(expected in message for message in found), found


def test_all_mistakes_at_once_up_to_a_limit(tmp_path: Path) -> None:
    """Everything is listed in one answer; a file that is wrong throughout does not fill the screen."""
    rows = "".join(f"p{i},milieu_therapst,2026-01-05 08:00,x,walking\n" for i in range(40))
    found = refused(tmp_path, HEAD + rows)
    assert len(found) == 31
    assert found[-1] == "and 90 more"


def test_duties_as_text() -> None:
    """One line of text for each stretch, which can be read back; anything else is refused."""
    duty = ImportedDuty(role="nurse", line=2, start_min=0, end_min=90, kind="sleeping", unit="north wing")
    assert duty.model_dump() == "nurse 2 0-90 sleeping on north wing"
    assert ImportedDuty.model_validate("nurse 2 0-90 sleeping on north wing") == duty
    for text in ("nurse", "nurse 2 0-90 dreaming", "nurse two 0-90 waking"):
        with pytest.raises(ValueError):
            ImportedDuty.model_validate(text)
