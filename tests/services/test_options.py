"""House rules of the option files.

If a service set a leaf, or an option left one out, swapping options would silently keep something of the
old one and fake a comparison.  These tests read the files as they stand.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from wardsim import power
from wardsim.scenario.register import find
from wardsim.scenario.schema import (
    MATTERS,
    MEASURES,
    Calendar,
    Care,
    Cost,
    Crisis,
    Model,
    Patients,
    Power,
    Staffing,
    Ward,
)

CONFIGS = Path(__file__).parents[2] / "configs"
GROUPS = {
    "ward": Ward, "power": Power, "staffing": Staffing, "patients": Patients, "care": Care, "crisis": Crisis,
    "calendar": Calendar, "cost": Cost, "model": Model,
}  # fmt: skip
OPTIONS = [file for group in GROUPS for file in sorted((CONFIGS / group).glob("*.yaml"))]
SERVICES = sorted((CONFIGS / "service").glob("*.yaml"))
REQUIRED = ("hierarchical", "multidisciplinary", "open_dialogue", "under_regulation", "peer_shared")
COMMON = {
    "milieu_therapist", "doctor", "psychologist", "peer_worker", "social_worker", "occupational_therapist",
    "music_therapist", "sports_educator", "administrator",
}  # fmt: skip


def label(file):
    return f"{file.parent.name}/{file.stem}"


def read(file):
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def leaves(tree, path=()):
    """(path, value) of every single setting; items of a list of mappings count by their position."""
    if isinstance(tree, dict) and tree:
        for name, value in tree.items():
            yield from leaves(value, (*path, str(name)))
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        for k, value in enumerate(tree):
            yield from leaves(value, (*path, str(k)))
    else:
        yield ".".join(path), tree


def test_there_are_options_to_test():
    assert len(OPTIONS) >= 40
    assert len(SERVICES) >= 8


@pytest.mark.parametrize("file", OPTIONS, ids=label)
def test_an_option_sets_its_whole_group(file):
    tree = read(file)
    model = GROUPS[file.parent.name].model_validate(tree)
    assert set(tree) == set(type(model).model_fields)


@pytest.mark.parametrize("file", [*OPTIONS, *SERVICES], ids=label)
def test_a_file_begins_with_a_comment_and_is_plain_data(file):
    text = file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line != "# @package _global_"]
    assert re.match(r"# \S", lines[0])
    assert "${" not in text
    assert "_target_" not in text
    assert not any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in yaml.scan(text))
    assert max(map(len, lines)) < 240


@pytest.mark.parametrize("file", [*OPTIONS, *SERVICES], ids=label)
def test_a_source_that_is_named_is_explained(file):
    text = file.read_text(encoding="utf-8")
    for source in ("S0", "S1", "S2"):
        if re.search(rf"\b{source}\b", text):
            assert f"# {source}: " in text, source


@pytest.mark.parametrize("file", OPTIONS, ids=label)
def test_numbers_lie_in_the_ranges_of_the_register(file):
    for path, value in leaves(read(file)):
        if isinstance(value, int | float) and not isinstance(value, bool):
            row = find(f"{file.parent.name}.{path}")
            assert row is not None, path
            assert row.allows(value), f"{path}={value} is not {row.range_text}"


@pytest.mark.parametrize("file", SERVICES, ids=label)
def test_a_service_only_chooses_options(file):
    tree = read(file)
    assert file.read_text(encoding="utf-8").startswith("# @package _global_\n")
    assert set(tree) == {"defaults", "name", "about"}
    assert tree["name"] == file.stem
    chosen = [next(iter(line.items())) for line in tree["defaults"]]
    assert [key for key, _ in chosen] == [f"override /{group}" for group in sorted_groups()]
    for key, option in chosen:
        assert (CONFIGS / key.removeprefix("override /") / f"{option}.yaml").is_file(), (key, option)


def sorted_groups():
    return [
        "ward",
        "rotation",
        "power",
        "staffing",
        "patients",
        "care",
        "crisis",
        "calendar",
        "cost",
        "model",
    ]


# --------------------------------------------------- what has to fit together
@pytest.mark.parametrize("file", sorted((CONFIGS / "staffing").glob("*.yaml")), ids=label)
def test_every_staffing_declares_all_roles_so_that_any_power_structure_fits(file):
    tree = read(file)
    assert set(tree["roles"]) == COMMON
    assert set(tree["fte"]) == COMMON  # so that staffing.fte.peer_worker=1 is a known name everywhere


@pytest.mark.parametrize("file", sorted((CONFIGS / "power").glob("*.yaml")), ids=label)
def test_weights_name_everybody_and_sum_to_exactly_one(file):
    weights = read(file)["weights"]
    assert list(weights) == list(MATTERS)
    for matter, row in weights.items():
        assert set(row) == COMMON | {"patient"}
        assert sum(round(100 * w) for w in row.values()) == 100, matter
        assert all(round(100 * w) == pytest.approx(100 * w) for w in row.values()), matter


@pytest.mark.parametrize("file", sorted((CONFIGS / "crisis").glob("*.yaml")), ids=label)
def test_measures_are_a_mix_or_none(file):
    tree = read(file)
    assert list(tree["measures"]) == list(MEASURES)
    assert sum(tree["measures"].values()) == pytest.approx(0 if tree["policy"] == "never" else 1)


def test_the_sceptic_differs_only_in_what_relationships_and_power_do_in_crises(service):
    """Directly, in the response; and by way of distress, which trust and decisions change."""
    standard, sceptical = (read(CONFIGS / "model" / f"{name}.yaml") for name in ("standard", "sceptical"))
    assert all(standard["mechanisms"].values())
    off = {name for name, on in sceptical["mechanisms"].items() if not on}
    assert off == {"trust_in_crises", "power_in_crises"}
    assert set(standard["mechanisms"]) == set(sceptical["mechanisms"])
    plain, doubting = (
        service("community_centre", f"model={name}").model for name in ("standard", "sceptical")
    )
    changed = {
        (submodel, name): value
        for submodel, values in doubting.parameters.items()
        for name, value in values.items()
        if plain.parameters[submodel][name] != value
    }
    assert changed == {("crises", "distress_slope"): 0.0}


# --------------------------------------------------------- power structures
@pytest.fixture(scope="module")
def structures(service):
    """The required structures on one ward, with a half-time peer worker so that all roles are there."""
    return {
        name: service("community_centre", f"power={name}", "staffing.fte.peer_worker=0.5")
        for name in REQUIRED
    }


def test_structures_differ_as_their_names_say(structures):
    measures = {name: power.measure_structure(scenario) for name, scenario in structures.items()}
    assert min(measures, key=lambda n: measures[n].voice_of_person) == "hierarchical"
    assert max(measures, key=lambda n: measures[n].voice_of_person) == "under_regulation"
    assert max(measures, key=lambda n: measures[n].voice_of_peers) == "peer_shared"
    assert measures["hierarchical"].authority["doctor"] == max(
        m.authority["doctor"] for m in measures.values()
    )
    assert all(m.voice_of_person < 0.8 for m in measures.values())


@pytest.mark.parametrize("file", SERVICES, ids=label)
def test_every_structure_works_on_the_ward_of_every_service(service, file):
    scenario = service(file.stem)
    for option in sorted((CONFIGS / "power").glob("*.yaml")):
        swapped = scenario.model_copy(update={"power": Power.model_validate(read(option))})
        assert power.problems(swapped) == [], option.stem
        assert np.allclose(power.effective_weights(swapped).sum(axis=1), 1), option.stem


def test_which_structure_decides_best_depends_on_who_knows_the_person(structures):
    """No structure may win by construction: P and E, and so sqrt(P E), put different ones first.

    Knowledge of the person lies with the person (0.6 + 0.4 agency) and with staff as far as they had contact;
    knowledge of means lies with doctors most and with the person least.
    """
    means = {"doctor": 0.9, "psychologist": 0.7, "milieu_therapist": 0.5, "peer_worker": 0.5}
    first = set()
    for doctor, milieu, agency, informed in itertools.product(
        (0.1, 0.5, 0.9), (0.1, 0.5, 0.9), (0, 0.5, 1), (0.3, 0.7)
    ):
        known = {"doctor": doctor, "psychologist": doctor, "milieu_therapist": milieu, "peer_worker": milieu}
        quality = {}
        for name, scenario in structures.items():
            names, here = power.actors(scenario), power.present(scenario)
            k = np.array([0.6 + 0.4 * agency if n == "patient" else known.get(n, milieu / 2) for n in names])
            e = np.array([informed if n == "patient" else means.get(n, 0.45) for n in names])
            weights = power.effective_weights(scenario)[MATTERS.index("plan")]
            reach = [x + scenario.power.listening * np.maximum(x[here].max() - x, 0) for x in (k, e)]
            quality[name] = float(np.sqrt((weights @ reach[0]) * (weights @ reach[1])))
        assert max(quality.values()) < 1
        first.add(max(quality, key=quality.__getitem__))
    assert len(first) >= 3, first
