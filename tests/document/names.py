"""Every name that a document may put into code letters: one list, gathered from the code and the configs."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import get_args

import wardsim
from tests.document.markdown import CHECKOUT
from wardsim.model import buffers, schedule, state
from wardsim.model.parameters import DECISION_FORMS, MECHANISMS
from wardsim.model.randomness import STREAM_NAMES
from wardsim.observe.outcomes import GROUPS as OUTCOME_GROUPS
from wardsim.observe.outcomes import OUTCOMES
from wardsim.observe.tables import TABLES
from wardsim.scenario import register, schema
from wardsim.scenario.compose import option_names
from wardsim.scenario.options import GROUPS

#: Words in code letters that are no names of anything: they speak of the typography itself.
ABOUT_ITSELF = {"code letters"}
#: What Python users call; the README's examples run them.
IN_PYTHON = {*wardsim.__all__, "model.at"}


@cache
def plain_names() -> frozenset[str]:
    """Names without a dot."""
    rows = register.load_register()
    found = {
        *ABOUT_ITSELF,
        *IN_PYTHON,
        *register.COLUMNS,
        *DECISION_FORMS,
        *MECHANISMS,
        *STREAM_NAMES,
        *OUTCOME_GROUPS,
    }
    found |= {"calibrated", *TABLES, *(outcome.name for outcome in OUTCOMES)}
    found |= {row.source for row in rows}
    found |= {part for row in rows for part in row.name.split(".")}
    found |= {variable.name for rows in state.TABLES.values() for variable in rows}
    found |= {name for _, dtype in buffers.TABLE_DTYPES for name in dtype.names or ()}
    found |= {part for step in schedule.SCHEDULE for part in (step.name, step.module, step.function)}
    found |= {*GROUPS, *(name for group in GROUPS for name in option_names(group))}
    found |= {*schema.MATTERS, *schema.FORUMS, *schema.MEASURES, *schema.WEEKDAYS, schema.PERSON, *state.KIND}
    for model in vars(schema).values():
        if isinstance(model, type) and issubclass(model, schema.Frozen):
            found |= set(model.model_fields)
            found |= {str(v) for f in model.model_fields.values() for v in get_args(f.annotation)}
    return frozenset(found)


@cache
def _roots() -> frozenset[str]:
    """Beginnings of settings: every prefix of a row of the register."""
    names = [row.name.split(".") for row in register.load_register()]
    return frozenset(".".join(parts[: i + 1]) for parts in names for i in range(len(parts)))


def setting_exists(path: str) -> bool:
    """Whether a dotted setting, a group of settings or the name of a switch exists; NAME stands for any."""
    path = path.removeprefix("change.").removesuffix(".…").removesuffix("=")
    if path.startswith("model.mechanisms."):
        return path.rpartition(".")[2] in (*MECHANISMS, "NAME")
    if path in ("…", "on_day") or register.find(path) is not None or path in _roots():
        return True
    group, _, name = path.partition(".")
    model = schema.Scenario.model_fields.get(group)
    fields = getattr(model.annotation, "model_fields", {}) if model else {}
    return name.partition(".")[0] in fields


def file_exists(path: str) -> bool:
    """Whether a path of the checkout exists; NAME and DIR stand for something of the reader's."""
    if re.search(r"\b(NAME|DIR|OUT)\b|<", path):
        path = re.split(r"/?(?:NAME|DIR|OUT|<)", path, maxsplit=1)[0]
    return (CHECKOUT / path).exists()


def code_exists(path: str) -> bool:
    """Whether `wardsim.a.b` is a module or something in one."""
    module, _, name = path.rpartition(".")
    if find_spec(module) is None:
        return False
    return find_spec(path) is not None if not hasattr(import_module(module), name) else True


def is_known(span: str) -> bool:
    """Whether what stands in code letters exists."""
    if span in plain_names() or re.fullmatch(r"[\d\s./−-]+", span):
        return True
    if "/" in span and " " not in span:
        return file_exists(span)
    name, _, value = span.partition("=")
    if name.startswith("wardsim.") and not value:
        return code_exists(name)
    if not setting_exists(name):
        return False
    options = option_names(name) if name in GROUPS else None
    return not value or options is None or value in options or value == "NAME"
