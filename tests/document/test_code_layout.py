"""How the package is laid out: layers import downwards, modules stay short, the command line starts at once.

What these rules keep possible is reading one layer without the next, and swapping one without the others.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import wardsim

PACKAGE = Path(wardsim.__file__ or "").parent
MODULES = sorted(PACKAGE.rglob("*.py"))
#: Layers from the bottom up. Those on one level do not know each other; modules beside them (the commands)
#: stand above all.
LEVEL = {
    "scenario": 0, "roster": 1, "power": 1, "model": 2, "observe": 3, "experiment": 4, "report": 5, "app": 6,
}  # fmt: skip
TOP = max(LEVEL.values()) + 1


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    """Everything a module imports, also inside functions and for type checkers only."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield from (
                (f"{module}.{alias.name}" for alias in node.names) if module == "wardsim" else (module,)
            )


def layer_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def wrong_imports(layer: str, imported: Iterator[str]) -> list[str]:
    """Imports that go up, or sideways to another layer of the same level."""
    own = LEVEL.get(layer, TOP)
    return [
        name
        for name in imported
        if name.split(".")[0] == "wardsim"
        and layer_of(name) != layer
        and (own < TOP and LEVEL.get(layer_of(name), TOP) >= own)
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_layers_import_downwards_only(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    layer = relative.parts[0] if len(relative.parts) > 1 else ""
    assert layer in ("", *LEVEL), f"{layer} is no layer: give it a level, or put it into one"
    assert wrong_imports(layer, imports_of(path)) == []


def test_an_upward_import_would_be_found() -> None:
    names = ["wardsim.roster", "wardsim.model.engine", "wardsim.report.words", "wardsim.cli", "numpy"]
    assert wrong_imports("model", iter(names)) == ["wardsim.report.words", "wardsim.cli"]
    assert wrong_imports("power", iter(names)) == names[:4]
    assert wrong_imports("", iter(names)) == []


def test_modules_are_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(PACKAGE)): n
        for path in MODULES
        if (n := len(path.read_text(encoding="utf-8").splitlines())) >= 400
    }
    assert long == {}


def test_modules_are_named_after_something() -> None:
    assert {path.stem for path in MODULES} & {
        "utils",
        "util",
        "helpers",
        "base",
        "common",
        "manager",
    } == set()


def test_the_command_line_imports_the_standard_library_at_the_top() -> None:
    """So that `wardsim --help` answers at once."""
    for name in ("cli.py", "__main__.py", "__init__.py"):
        for node in tree_of(PACKAGE / name).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.split(".")[0] for name in names}
            assert roots <= {*sys.stdlib_module_names, "wardsim"}, name


def test_nothing_is_left_unfinished() -> None:
    marks = ("TODO", "FIXME", "XXX", "NotImplementedError")
    found = [
        (path.name, mark) for path in MODULES for mark in marks if mark in path.read_text(encoding="utf-8")
    ]
    assert found == []
