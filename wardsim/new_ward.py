"""The command `new`: asks about a ward and writes a commented file that `wardsim run` runs."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wardsim.interview import Answer, Interview
from wardsim.scenario import register
from wardsim.scenario.compose import option_names
from wardsim.scenario.problems import Problem, ScenarioError


def new_ward(
    name: str, given: Sequence[str], *, yes: bool = False, force: bool = False, config_dir: str | None = None
) -> int:
    """Ask, and write ``NAME.yaml``.

    Parameters
    ----------
    name
        Name of the ward; a folder may stand before it.
    given
        Answers given beforehand, ``KEY=ANSWER``; these are not asked.
    yes
        Ask nothing and take the default everywhere.
    force
        Replace a file that is there.

    Returns
    -------
    int
        0 written, 2 written and can't run yet, 130 stopped by Ctrl-C before anything was written.

    Raises
    ------
    ScenarioError
        The name can't be a file, the file is there already, or an answer can't be used.
    """
    path = _place(name, force=force)
    if path.stem in option_names("service", config_dir=config_dir):
        why = "is a service that is built in; your own needs another name, or nobody could tell them apart"
        raise ScenarioError([Problem("NAME", name, why, f"for example our_{path.stem}")])
    interview = Interview(_beforehand(given), ask=not yes, config_dir=config_dir)
    try:
        answers = interview.hold()
    except KeyboardInterrupt:
        print(f"\nStopped; {path} is not written.{_to_go_on(name, interview.answers)}", file=sys.stderr)
        return 130
    _write(path, written(path.stem, answers))
    print(f"\nWritten: {path}")
    code = 0
    try:
        print(_in_figures(path, config_dir))
    except ScenarioError as problem:
        print(f"It does not run yet:\n{problem}", file=sys.stderr)
        code = 2
    print(f"Next: read {path}, then {shlex.join(['wardsim', 'run', str(path)])}")
    return code


def _to_go_on(name: str, answers: Sequence[Answer]) -> str:
    """The command that goes on with what has been answered so far."""
    own = [f"{a.question.key}={a.value}" for a in answers if a.value != a.default]
    if not own:
        return ""
    return f" To go on from here: {shlex.join(['wardsim', 'new', name, *own])}"


def _place(name: str, *, force: bool) -> Path:
    path = Path(name if name.lower().endswith((".yaml", ".yml")) else f"{name}.yaml")
    wrong = ""
    if not re.fullmatch(r"\w[\w .-]*", path.stem):
        wrong = "must be letters, digits, spaces, dots, - and _"
    elif not path.parent.is_dir():
        wrong = f"there is no folder {path.parent}"
    elif path.is_dir():
        wrong = f"{path} is a folder"
    elif path.exists() and not force:
        raise ScenarioError([Problem("NAME", name, f"{path} is there already", "--force replaces it")])
    if wrong:
        raise ScenarioError([Problem("NAME", name, wrong)])
    return path


def _beforehand(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if wrong := [key for key, equals, _ in pairs if not equals]:
        what = "expected KEY=ANSWER, for example ward.beds=12"
        raise ScenarioError([Problem(key, None, what) for key in wrong])
    return {key: answer for key, _, answer in pairs}


def _in_figures(path: Path, config_dir: str | None) -> str:
    """The ward in a few figures that show a slip of the pen; raises what keeps it from being simulated, such as
    posts that leave the nights empty."""
    from wardsim.experiment.compare import roster_summary
    from wardsim.experiment.load import load_scenario
    from wardsim.report.reading import posts

    scenario = load_scenario(file=path, config_dir=config_dir)
    rota, beds = roster_summary(scenario), scenario.ward.beds
    return (
        f"In figures: {beds} beds, {round(posts(scenario, rota), 2):g} posts, {rota.heads} heads in the milieu team, "
        f"{rota.paid_hours_per_week / beds:.0f} paid milieu hours a week for each bed. "
        + ("The posts of those on the rota are those of its file. " if scenario.rotation.duties else "")
        + "If that looks wrong, hold it against: wardsim services"
    )


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


# ------------------------------------------------------------------ the file
def written(name: str, answers: Sequence[Answer]) -> str:
    """The file: what was said, what stands where nothing was said as comments, the notes at the end."""
    service = next(answer.value for answer in answers if answer.question.key == "service")
    file = f"{name}.yaml"
    lines = [
        f"# {name}: a ward of one's own, described with `wardsim new`.",
        f"# Run it:   {shlex.join(['wardsim', 'run', file])}",
        f"# Compare:  {shlex.join(['wardsim', 'compare', file])} rotation=three_shift,co_living",
        "# A line such as `#ward.beds: 10` stands as in the option chosen; take the # away to change it.",
        "# An option chosen on the command line (power=soteria) replaces its group and all its numbers here.",
        "# Anything else that `wardsim show` prints can stand here too, in the same form.",
        f"name: {_yaml(name)}",
        f"about: {_yaml(f'A ward of its own, begun from {service}')}",
        f"ward.label: {_yaml(name)}",
        *_own_labels(answers, name),
    ]
    topic = ""
    for answer in answers:
        if answer.question.simulated:
            if answer.question.topic != topic:
                topic = answer.question.topic
                lines += ["", f"# --- {topic}"]
            lines += _setting(answer)
    notes = [answer for answer in answers if not answer.question.simulated]
    lines += ["", "# --- Asked and printed in the report, not simulated"]
    lines.append("notes:")
    lines += [line for answer in notes for line in _note(answer)]
    return "\n".join(lines) + "\n"


def _own_labels(answers: Sequence[Answer], name: str) -> list[str]:
    """Posts and people that were typed are the ward's own, not those of the service it began from."""
    said = {answer.question.key.partition(".")[0] for answer in answers if answer.says_something}
    return [
        f"{group}.label: {_yaml(f'{name}, own figures')}"
        for group in ("staffing", "patients", "care")
        if group in said
    ]


def _setting(answer: Answer) -> list[str]:
    question = answer.question
    row = register.find(question.key)
    allowed = f" [{row.range_text}]" if row is not None and row.range_text else ""
    start = "" if answer.says_something else "#"
    return [f"# {question.text}{allowed}", f"{start}{question.key}: {_yaml(answer.value)}"]


def _note(answer: Answer) -> list[str]:
    question = answer.question
    start = "  " if answer.value else "#  "
    return [f"  # {question.topic}: {question.text}", f"{start}{question.key}: {_yaml(answer.value or '')}"]


def _yaml(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z]\w*", value) and value not in ("true", "false", "null"):
        return value
    return json.dumps(value, ensure_ascii=False)
