"""The packaged options: a service only chooses options; the register knows every number."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import yaml

from wardsim.scenario import register
from wardsim.scenario.compose import compose, option_names
from wardsim.scenario.options import GROUPS, Options, packaged_folder
from wardsim.scenario.overrides import Reading
from wardsim.scenario.saved import foul_play, leaves
from wardsim.scenario.schema import Scenario
from wardsim.scenario.settle import settle

SERVICES = option_names("service")
OPTIONS = [(group, name) for group in GROUPS if group != "service" for name in option_names(group)]


def read(group: str, name: str) -> dict[str, Any]:
    text = (packaged_folder() / group / f"{name}.yaml").read_text(encoding="utf-8")
    tree: dict[str, Any] = yaml.safe_load(text)
    return tree


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_never_sets_anything_inside_a_group(service: str) -> None:
    """A setting inside a group would survive a swap of the group's option and fake the comparison.

    So, with every rotation and every power structure, each composed group is its option's file.
    """
    options = Options()
    powers = cycle(option_names("power"))
    rotations = option_names("rotation")
    assert len(rotations) >= len(option_names("power"))
    for rotation in rotations:
        power = next(powers)
        tree, chosen = options.compose({"service": service, "rotation": rotation, "power": power})
        assert (chosen["rotation"], chosen["power"]) == (rotation, power)
        for group, name in chosen.items():
            if group != "service":
                assert tree[group] == read(group, name), (group, name)
    assert set(read("service", service)) <= {"defaults", "name", "about"}
    assert compose([f"service={service}"]).name == service


@pytest.fixture(scope="module")
def bases() -> dict[str, tuple[dict[str, Any], dict[str, str]]]:
    """Composed options of a ward with one unit and of one with four, where posts are allocated to units."""
    return {name: Options().compose({"service": name}) for name in ("community_centre", "heidenheim")}


@pytest.mark.parametrize(("group", "name"), OPTIONS)
def test_every_option_fits_the_schema_and_the_ranges(
    group: str, name: str, bases: dict[str, tuple[dict[str, Any], dict[str, str]]]
) -> None:
    """Any option can replace any other of its group on a ward with as many units."""
    option = read(group, name)
    several = option.get("allocation") or len(option.get("units", [])) == 4
    tree, chosen = bases["heidenheim" if several else "community_centre"]
    base = {key: value for key, value in tree.items() if key in Scenario.model_fields} | {group: option}
    _, problems = settle(base, base, chosen, Reading(), ())
    assert [str(problem) for problem in problems] == []


def numbers_on_disk() -> set[str]:
    """Paths of all settings of all options and the root config, lists counted by place."""
    root = yaml.safe_load((packaged_folder() / "wardsim.yaml").read_text(encoding="utf-8"))
    found = {path: value for path, value in leaves(root) if not path.startswith("defaults")}
    for group, name in OPTIONS:
        found |= {f"{group}.{path}": value for path, value in leaves(read(group, name))}
    spread: dict[str, Any] = {}
    for path, value in found.items():
        spread |= (
            {f"{path}.{i}": v for i, v in enumerate(value)} if isinstance(value, list) else {path: value}
        )
    return {path for path, v in spread.items() if isinstance(v, int | float) and not isinstance(v, bool)} | {
        f"?{path}" for path in spread
    }


def test_register_and_options_name_the_same_settings() -> None:
    """A number without a row would have no range, unit or source; a row without a setting would be idle."""
    paths = numbers_on_disk()
    without = [path for path in paths if not path.startswith("?") and register.find(path) is None]
    assert without == []
    used = {row.name for path in paths if (row := register.find(path.lstrip("?"))) is not None}
    model = {f"model.{s}.{n}" for s, values in register.model_defaults().items() for n in values}
    spare = {row.name for row in register.load_register()} - used - model
    assert spare <= {"change_on_day"}, "change.on_day is set by who runs it, in no option"


def test_every_packaged_file_is_plain_data() -> None:
    for path in packaged_folder().rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert [fault for fault in foul_play(text) if "anchors" not in fault] == [], path
        assert "_target_" not in text, path


def test_clock_times_and_country_codes_are_in_quotes() -> None:
    """YAML 1.1, which Hydra reads, takes 14:30 for 870 and NO for false."""

    def texts(tree: Any, where: Path) -> None:
        for path, value in leaves(tree):
            last = path.rpartition(".")[2]
            if last in (
                "start",
                "weekday_start",
                "sleep",
                "start_date",
                "public_holidays",
                "working_time_law",
            ):
                assert value is None or isinstance(value, str), (where, path, value)

    for path in packaged_folder().rglob("*.yaml"):
        texts(yaml.safe_load(path.read_text(encoding="utf-8")), path)
