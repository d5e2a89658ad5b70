"""The printed schedule is the order in which the compiled loop calls the processes."""

from __future__ import annotations

import ast
import importlib
import inspect

from wardsim.model import engine
from wardsim.model.schedule import SCHEDULE, as_text


def _loop() -> ast.FunctionDef:
    tree = ast.parse(inspect.getsource(engine))
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "run_ticks")


def test_engine_calls_the_processes_in_the_order_of_the_schedule() -> None:
    (body,) = (node for node in _loop().body if isinstance(node, ast.For))
    calls = [
        s.value.func.id
        for s in body.body
        if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) and isinstance(s.value.func, ast.Name)
    ]
    assert calls == [*(step.function for step in SCHEDULE), "next_tick"]


def test_each_step_is_a_function_of_its_module() -> None:
    imported = {
        alias.asname or alias.name: node.module
        for node in ast.walk(ast.parse(inspect.getsource(engine)))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for step in SCHEDULE:
        assert imported[step.function] == f"wardsim.model.processes.{step.module}"
        assert hasattr(importlib.import_module(f"wardsim.model.processes.{step.module}"), step.function)


def test_schedule_can_be_printed() -> None:
    lines = as_text().splitlines()
    assert len(lines) == len(SCHEDULE)
    assert all(step.name in line and step.does in line for step, line in zip(SCHEDULE, lines, strict=True))
