"""`wardsim new` asks in plain words and writes a file that runs; what is not simulated is kept as a note."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from wardsim.cli import main
from wardsim.experiment.load import load_scenario
from wardsim.interview import Interview, read_answer
from wardsim.planner_questions import BEDS, LEGAL, PLANNER, ROTA_FILE, Question
from wardsim.scenario import register
from wardsim.scenario.compose import compose, scenario_hash
from wardsim.scenario.problems import ScenarioError
from wardsim.scenario.saved import as_tree, leaves

# The order of the WHO package's action steps, as the design lists them.
TOPICS = [
    "New or transformed", "Crisis support", "Inpatient care", "Outpatient care", "Care at home", "On leaving",
    "Getting in", "Day and night", "What is offered", "Physical health", "Support to other services",
    "Staff, skills, training", "Referrals up and down", "Legal capacity", "Without coercion", "Participation",
    "Community", "Recovery", "Costs", "Monitoring",
]  # fmt: skip


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_with_yes_it_is_the_service_it_began_from() -> None:
    assert main(["new", "ours", "--yes", "service=recovery_institution"]) == 0
    scenario, base = load_scenario(file="ours.yaml"), compose(["service=recovery_institution"])
    assert scenario.name == "ours"
    assert scenario.choices == base.choices
    same = base.model_copy(update={"ward": base.ward.model_copy(update={"label": "ours"})})
    assert scenario_hash(scenario) == scenario_hash(same)


def test_a_note_can_be_filled_in_by_taking_the_sign_away(capsys: pytest.CaptureFixture[str]) -> None:
    """As the file itself says; and a file in which no note is filled in runs as it is."""
    assert main(["new", "plain", "--yes"]) == 0
    assert load_scenario(file="plain.yaml").notes == {}
    text = Path("plain.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.split("notes:\n")[1].splitlines() if line.startswith("#  "))
    filled = line[1:].replace('""', '"yes, every day"')
    assert filled != line[1:]
    Path("plain.yaml").write_text(text.replace(line, filled), encoding="utf-8")
    assert list(load_scenario(file="plain.yaml").notes.values()) == ["yes, every day"]


def test_answers_given_beforehand_and_notes(capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        "ward.beds=14",
        "staffing.fte.doctor=1,5",
        "rotation=co_living",
        "patients.involuntary_share=20 %",
        "power.flexibility=0.5",
        "ward.soft_room=yes",
        'coercion_last_year=12: "holding" # all by day',
    ]
    assert main(["new", "ours", "--yes", *given]) == 0
    said = capsys.readouterr().out
    assert "Next:" in said
    scenario = load_scenario(file="ours.yaml")
    assert (scenario.ward.beds, scenario.staffing.fte["doctor"]) == (14, 1.5)
    assert f"14 beds, {sum(scenario.staffing.fte.values()):g} posts" in said
    assert scenario.choices["rotation"] == "co_living"
    assert (scenario.patients.involuntary_share, scenario.power.flexibility) == (0.2, 0.5)
    assert scenario.ward.soft_room
    assert scenario.notes == {"coercion_last_year": '12: "holding" # all by day'}
    assert scenario_hash(scenario) == scenario_hash(scenario.model_copy(update={"notes": {}}))


def test_swapping_an_option_of_one_s_own_ward_leaves_nothing_of_the_old_one() -> None:
    main(["new", "ours", "--yes", "power.flexibility=0.5", "power.flexibility=0.9"])
    swapped = load_scenario(["power=open_dialogue"], file="ours.yaml")
    assert swapped.power == compose(["power=open_dialogue"]).power


def test_piped_answers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("bet_unit\n8\n12\n"))
    assert main(["new", "ours"]) == 0
    scenario = load_scenario(file="ours.yaml")
    assert (scenario.choices["service"], scenario.ward.beds) == ("bet_unit", 8)
    assert scenario.staffing.fte["milieu_therapist"] == 12
    out = capsys.readouterr().out
    assert "[s] How many beds?" in out
    assert "not simulated" in out


def test_piped_answers_that_mean_nothing(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("bet_unit\nmany\n12\na lot\n"))
    assert main(["new", "ours"]) == 2
    assert list(empty_folder.iterdir()) == []
    said = capsys.readouterr().err
    assert "ward.beds=many" in said
    assert "staffing.fte.doctor=a lot" in said, "all that is wrong is said at once"


def test_ctrl_c_says_that_nothing_is_written_and_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["bet_unit", "8"])

    def answer(_: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("builtins.input", answer)
    assert main(["new", "our ward"]) == 130
    assert list(empty_folder.iterdir()) == []
    said = capsys.readouterr().err
    assert "our ward.yaml is not written" in said
    assert "wardsim new 'our ward' service=bet_unit ward.beds=8" in said
    assert "Finished runs" not in said


def test_at_a_terminal_it_asks_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("8\nzero\n0\n9\n"))
    answers = Interview({}, ask=True).hold()
    assert [(a.question.key, a.value) for a in answers[:2]] == [
        ("service", "soteria_berne"),
        ("ward.beds", 9),
    ]
    out = capsys.readouterr().out
    assert "must be a number" in out
    assert "1 to 500" in out


def test_a_file_that_is_there_stays() -> None:
    Path("ours.yaml").write_text("mine", encoding="utf-8")
    assert main(["new", "ours", "--yes"]) == 2
    assert Path("ours.yaml").read_text(encoding="utf-8") == "mine"
    assert main(["new", "ours", "--yes", "--force"]) == 0
    assert Path("ours.yaml").read_text(encoding="utf-8") != "mine"


def test_a_ward_that_can_not_run_yet_is_written_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "ours", "--yes", "staffing.night_cover.waking=0"]) == 2
    assert "nobody is on site" in capsys.readouterr().err
    assert Path("ours.yaml").exists()


def test_a_rota_file_that_is_not_there_is_said_at_its_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Not forty questions later."""
    with pytest.raises(ScenarioError, match="no such file"):
        read_answer(ROTA_FILE, "nofile.csv", None)
    Path("rota.csv").write_text("", encoding="utf-8")
    assert read_answer(ROTA_FILE, "rota.csv", None) == "rota.csv"
    assert main(["new", "ours", "--yes", "rotation=imported", "rotation.file=nofile.csv"]) == 2
    assert "rotation.file=nofile.csv: there is no such file" in capsys.readouterr().err


def test_a_commented_line_can_be_taken_into_use() -> None:
    main(["new", "ours", "--yes"])
    lines = Path("ours.yaml").read_text(encoding="utf-8").splitlines()
    assert "#care.aftercare: 0.4" in lines
    Path("ours.yaml").write_text(
        "\n".join("care.aftercare: 0.8" if line == "#care.aftercare: 0.4" else line for line in lines),
        encoding="utf-8",
    )
    assert load_scenario(file="ours.yaml").care.aftercare == 0.8


def test_the_planner_s_questions_in_their_order() -> None:
    assert list(dict.fromkeys(question.topic for question in PLANNER)) == TOPICS
    keys = [question.key for question in (BEDS, *LEGAL, *PLANNER)]
    assert len(set(keys)) == len(keys)


def test_what_is_called_simulated_is_a_setting_and_what_is_not_is_none() -> None:
    paths = {path for path, _ in leaves(as_tree(compose()))}
    groups = set(compose().choices)
    for question in (BEDS, *LEGAL, *PLANNER):
        assert (question.key in paths or question.key in groups) == question.simulated, question.key
        assert (register.find(question.key) is not None) == (question.simulated and question.kind != "option")


@pytest.mark.parametrize(
    ("key", "kind", "text", "value"),
    [
        ("ward.beds", "number", "12", 12),
        ("care.aftercare", "number", "0,35", 0.35),
        ("care.aftercare", "number", "35%", 0.35),
        ("care.aftercare", "number", " ", "default"),
        ("ward.soft_room", "yes_no", "No", False),
        ("note", "text", " by day ", "by day"),
        ("ward.door", "choice", "2", "locked"),
        ("ward.door", "choice", "open", "open"),
    ],
)
def test_answers_are_read_as_people_write_them(key: str, kind: str, text: str, value: object) -> None:
    question = Question("", key, "", kind)  # type: ignore[arg-type]
    names = ("open", "locked") if kind == "choice" else ()
    assert read_answer(question, text, "default", names) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("number", "x"), ("number", "-1"), ("yes_no", "2"), ("choice", "3")]
)
def test_answers_that_mean_nothing(kind: str, text: str) -> None:
    with pytest.raises(ScenarioError):
        read_answer(Question("", "ward.beds", "", kind), text, 1, ("a", "b") if kind == "choice" else ())  # type: ignore[arg-type]


def test_beds_come_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """What is written must run: half a bed would be refused later."""
    with pytest.raises(ScenarioError, match="whole number"):
        read_answer(BEDS, "12.5", 10)
    assert read_answer(BEDS, "12,0", 10) == 12


def test_the_next_command_can_be_pasted_and_own_figures_are_called_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["new", "our ward", "--yes", "service=community_centre", "staffing.fte.doctor=2"]) == 0
    assert "wardsim run 'our ward.yaml'" in capsys.readouterr().out
    assert "wardsim run 'our ward.yaml'" in Path("our ward.yaml").read_text()
    scenario = load_scenario(file="our ward.yaml")
    assert scenario.staffing.label == "our ward, own figures"
    assert scenario.care.label != "our ward, own figures"  # nothing was said about it
