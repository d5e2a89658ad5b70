"""The settings of a comparison: options chosen differently, and every single setting with its evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wardsim.report.describe import setting_words
from wardsim.report.reading import display_names, option_name
from wardsim.report.tables import Table
from wardsim.report.words import catalogue, first_up, inside, number, together
from wardsim.scenario.saved import as_tree, leaves
from wardsim.scenario.schema import PERSON

if TYPE_CHECKING:
    from wardsim.experiment.compare import Comparison
    from wardsim.scenario.schema import Scenario

A_SAY = 0.1  # weight in some matter from which it is worth telling that nobody is there to use it
TEXTS = ("name", "about", "label")


def _leaves(scenario: Scenario) -> dict[str, Any]:
    """Every setting by its dotted path; what a change makes of the ward only where it changes something."""
    tree = as_tree(scenario)
    for text in ("choices", "notes", "after"):
        tree.pop(text, None)
    found = {path: value for path, value in leaves(tree) if path.rsplit(".", 1)[-1] not in TEXTS}
    if scenario.rotation.duties:
        found["rotation.duties"] = _rota_in_short(scenario)
    if scenario.after is not None:
        later = _leaves(scenario.after)
        found |= {f"after.{path}": value for path, value in later.items() if found.get(path) != value}
    return found


def _rota_in_short(scenario: Scenario) -> str:
    """A rota file in a few figures; its duties are drawn as cover by hour."""
    duties = scenario.rotation.duties or ()
    lines = len({(d.unit, d.role, d.line) for d in duties})
    hours = {
        k: sum(d.end_min - d.start_min for d in duties if d.kind == k) / 60 for k in ("waking", "sleeping")
    }
    text: str = catalogue()["tables"]["rota_in_short"].format(lines=lines, n=len(duties), **hours)
    return text


def settings_frame(comparison: Comparison) -> pd.DataFrame:
    """Every setting: path, group, label, unit, source, grade, differs, and one column for each scenario."""
    names = display_names(comparison)
    values = [_leaves(s) for s in comparison.scenarios]
    differing = {d.path for d in comparison.settings}
    rows = []
    for path in dict.fromkeys(path for v in values for path in v):
        own = [_one_line(v.get(path)) for v in values]
        if all(x in ("", None) for x in own):
            continue
        words = setting_words(path.removeprefix("after."))
        label = (
            f"{catalogue()['tables']['later']}: {words.label}" if path.startswith("after.") else words.label
        )
        rows.append(
            {
                "path": path,
                "group": path.removeprefix("after.").split(".")[0],
                "label": label,
                "unit": words.unit,
                "source": words.source,
                "grade": words.grade,
                "differs": path in differing,
                **dict(zip(names, own, strict=True)),
            }
        )
    return pd.DataFrame(rows)


def _one_line(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return " · ".join(str(x) for x in value)
    return "" if isinstance(value, Mapping) else value


def choices_table(comparison: Comparison) -> Table:
    """The options that were chosen differently, group by group, with the labels of the options."""
    words = catalogue()
    rows = []
    for group, title in words["config_groups"].items():
        options = [_options(s, group) for s in comparison.scenarios]
        if any(o != options[0] for o in options[1:]):
            rows.append((title, *(_chosen(s, group) for s in comparison.scenarios)))
    head = (words["tables"]["choice"], *display_names(comparison))
    return Table(words["tables"]["choices_caption"], head, tuple(rows))


def _options(scenario: Scenario, group: str) -> tuple[str, ...]:
    """The option of a group at the beginning, and what each change makes of it."""
    first = (scenario.choices.get(group, ""),)
    later = () if scenario.after is None else _options(scenario.after, group)
    return first if set(later) <= set(first) else first + later


def _chosen(scenario: Scenario, group: str) -> str:
    """The option of a group in words, with what becomes of it on the day of a change."""
    before = _option(scenario, group, scenario.choices.get(group, ""))
    if scenario.after is None or len(_options(scenario, group)) == 1:
        return before
    words = {"before": before, "day": scenario.change_on_day, "later": inside(_chosen(scenario.after, group))}
    return str(catalogue()["tables"]["chosen_later"].format(**words))


def _option(scenario: Scenario, group: str, option: str) -> str:
    label = str(getattr(getattr(scenario, group, None), "label", "")) or first_up(option_name(option)) or "–"
    return label + (_say_of_nobody(scenario) if group == "power" else "")


def _say_of_nobody(scenario: Scenario) -> str:
    """Roles to which the power structure gives a say that counts, without anybody of that role on the ward."""
    words = catalogue()
    say: dict[str, float] = {}
    for by_role in scenario.power.weights.values():
        for role, weight in by_role.items():
            say[role] = max(weight, say.get(role, 0.0))
    here = {PERSON, *(role for role, fte in scenario.staffing.fte.items() if fte > 0)}
    absent = [
        words["roles"].get(r, r.replace("_", " ")) for r, w in say.items() if w >= A_SAY and r not in here
    ]
    return str(words["tables"]["say_of_nobody"]).format(roles=together(absent)) if absent else ""


def settings_tables(comparison: Comparison, *, differing: bool = True) -> list[tuple[str, Table]]:
    """Settings by group (title, table) with unit, source and grade; those that differ, or all."""
    frame, words = settings_frame(comparison), catalogue()
    frame = frame[frame["differs"]] if differing else frame
    titles = [words["config_groups"].get(g, words["tables"]["run"]) for g in frame["group"]]
    names, t = display_names(comparison), words["tables"]
    result = []
    for title in [words["tables"]["run"], *words["config_groups"].values()]:
        part = frame[[own == title for own in titles]]
        rows = tuple(
            (
                first_up(r["label"]),
                *(shown(r[n]) for n in names),
                _unit(r["unit"]),
                r["source"] or "–",
                r["grade"] or "–",
            )
            for r in part.to_dict("records")
        )
        if rows:
            result.append(
                (title, Table(title, (t["setting"], *names, t["unit"], t["source"], t["grade"]), rows))
            )
    return result


def _unit(unit: str) -> str:
    return "–" if unit in ("", "choice", "yes/no", "text") else unit


#: Units that say nothing when they stand behind a value.
NO_UNIT = ("", "choice", "yes/no", "text", "time", "day")  # "day 30" is a date, not a length


def shown(value: Any) -> str:
    """A setting's value as text: yes and no, numbers without a tail, names without underscores."""
    words = catalogue()["values"]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return str(words["none"])
    if isinstance(value, bool | np.bool_):
        return str(words["yes"] if value else words["no"])
    if isinstance(value, int | float):
        return number(float(value))
    text = str(value)
    return text.replace("_", " ") if text else str(words["none"])
