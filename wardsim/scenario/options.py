"""The options on disk: which groups there are, which options each has, and what a choice of options gives.

Only this module imports Hydra, and only ``compose.py`` uses it.  Hydra is asked for two things: to read
overrides (its grammar) and to compose option files (its defaults lists).  No Hydra app runs, so there is no
run folder, no logging and nothing global is left behind.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wardsim.scenario.own_options import check_option_file
from wardsim.scenario.problems import Problem, ScenarioError
from wardsim.scenario.saved import Tree
from wardsim.scenario.schema import Frozen, Scenario

if TYPE_CHECKING:
    from hydra._internal.config_loader_impl import ConfigLoaderImpl
    from hydra.core.override_parser.types import Override


def _is_group(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Frozen)


ROOT = "wardsim"  # name of the root config
SERVICE = "service"  # the group whose options choose options of the others
GROUPS = (SERVICE, *(name for name, info in Scenario.model_fields.items() if _is_group(info.annotation)))
_lock = threading.RLock()  # Hydra's parser and loader are not made for threads


def packaged_folder() -> Path:
    """The folder of packaged options: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


class Options:
    """All options: the packaged ones and, found first, those of a folder of one's own.

    Parameters
    ----------
    config_dir
        Folder with groups as sub-folders (``power/ours.yaml``), or None.

    Raises
    ------
    ScenarioError
        If the folder is missing, or a file in it may not be read as an option.
    """

    def __init__(self, config_dir: str | Path | None = None) -> None:
        self.own = None if config_dir is None else Path(config_dir).expanduser().resolve()
        if self.own is not None and not self.own.is_dir():
            raise ScenarioError([Problem("config-dir", str(config_dir), "is not a folder")])
        if not (packaged_folder() / f"{ROOT}.yaml").is_file():
            raise ScenarioError(
                [Problem(str(packaged_folder()), None, "wardsim's own options are missing; install it again")]
            )
        self.groups = GROUPS
        self._check_own_folder()

    # ---------------------------------------------------------------- names
    def names(self, group: str) -> list[str]:
        """The options of a group, sorted."""
        with _lock:
            return [str(name) for name in self._loader().get_group_options(group)]

    def parse(self, text: str) -> Override:
        """Read one override with Hydra's grammar; raises ScenarioError in plain words."""
        from hydra.core.override_parser.overrides_parser import OverridesParser
        from hydra.errors import HydraException

        try:
            with _lock:
                return OverridesParser.create(config_loader=self._loader()).parse_overrides([text])[0]
        except (HydraException, ValueError) as error:  # ValueError: a number of thousands of digits
            raise ScenarioError([_unreadable(text, str(error))]) from None

    # ------------------------------------------------------------- composing
    def compose(self, choices: Mapping[str, str]) -> tuple[Tree, dict[str, str]]:
        """Compose the root config with these choices of options.

        Returns
        -------
        tree, chosen
            The composed settings as plain dictionaries, and the option chosen in every group: by `choices`,
            else by the service, else by the root config.
        """
        key = tuple(sorted(choices.items()))
        with _lock:
            tree, chosen = _composed(self, _stamp(self.folders), key)
        return deepcopy(tree), dict(chosen)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where options are looked for, in this order."""
        return (*([self.own] if self.own else []), packaged_folder())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Options) and self.folders == other.folders

    def __hash__(self) -> int:
        return hash(self.folders)

    def _loader(self) -> ConfigLoaderImpl:
        return _loader_for(self.folders)

    def _check_own_folder(self) -> None:
        """A folder from outside may hold options of known groups, as plain data, and nothing else."""
        if self.own is None:
            return
        problems = []
        if (self.own / f"{ROOT}.yaml").exists():
            problems.append(
                Problem(
                    str(self.own / f"{ROOT}.yaml"),
                    None,
                    "the root config can't be replaced",
                    "put options into sub-folders such as power/ours.yaml",
                )
            )
        if not any((self.own / group).is_dir() for group in self.groups):
            problems.append(
                Problem(
                    str(self.own),
                    None,
                    f"holds none of the groups {', '.join(self.groups)}",
                    "put options into sub-folders such as power/ours.yaml",
                )
            )
        for group in self.groups:
            for path in sorted((self.own / group).rglob("*.yaml")):
                problems += check_option_file(path, group, self)
        if problems:
            raise ScenarioError(problems)


def _unreadable(text: str, reason: str) -> Problem:
    text = text if len(text) <= 80 else f"{text[:60]}..."
    if text.startswith("-"):
        return Problem(text, None, "is not an option that this command knows", "see --help")
    if "=" not in text and not text.startswith("~"):
        return Problem(
            text, None, "expected name=value, for example ward.beds=12, or a file that ends in .yaml"
        )
    if text.endswith(","):
        return Problem(text, None, "ends in a comma", f"write no blank after a comma: {text}next_value")
    if re.match(r"[\w.]+\s+=|[\w.]+=\s", text):
        together = re.sub(r"\s*=\s*", "=", text, count=1)
        return Problem(text, None, "can't be read", f"write it without spaces around the sign: {together}")
    first = reason.strip().splitlines()[0] if reason.strip() else "it can't be parsed"
    if first.startswith("LexerNoViableAlt"):
        first = "letters outside a to z need quotes"
    return Problem(
        text,
        None,
        f"can't be read ({first})",
        "put a value with special characters in quotes: 'name=\"a (b)\"'",
    )


# ------------------------------------------------------------------- Hydra
@cache
def _loader_for(folders: tuple[Path, ...]) -> ConfigLoaderImpl:
    from hydra._internal.config_loader_impl import ConfigLoaderImpl
    from hydra._internal.utils import create_config_search_path
    from hydra.core.plugins import Plugins

    Plugins.instance()  # registers the readers of folders
    search_path = create_config_search_path(folders[-1].as_uri())
    for folder in reversed(folders[:-1]):
        search_path.prepend("own", folder.as_uri())
    return ConfigLoaderImpl(search_path)


def _stamp(folders: tuple[Path, ...]) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever an option file does, so that an edited file is seen at once."""
    files = (path for folder in folders for path in folder.glob("*/*.yaml"))
    facts = ((str(path), path.stat()) for path in (*files, folders[-1] / f"{ROOT}.yaml"))
    return tuple(sorted((name, fact.st_mtime_ns, fact.st_size) for name, fact in facts))


_cache: dict[tuple[Any, ...], tuple[Tree, dict[str, str]]] = {}
_CACHE_SIZE = 256


def _composed(
    options: Options, stamp: tuple[Any, ...], choices: tuple[tuple[str, str], ...]
) -> tuple[Tree, dict[str, str]]:
    key = (options.folders, stamp, choices)
    if key not in _cache:
        if len(_cache) >= _CACHE_SIZE:
            _cache.clear()
        _cache[key] = _compose(
            options._loader(), [f"{group}={name}" for group, name in choices], options.groups
        )
    return _cache[key]


def _compose(
    loader: ConfigLoaderImpl, overrides: list[str], groups: tuple[str, ...]
) -> tuple[Tree, dict[str, str]]:
    from hydra._internal.config_repository import CachingConfigRepository
    from hydra._internal.defaults_list import create_defaults_list
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    try:  # as Hydra does for an app, but without the settings of an app (job, logging, launcher), half of the work
        files = CachingConfigRepository(loader.repository)
        found = create_defaults_list(
            repo=files, config_name=ROOT, overrides_list=OverridesParser.create().parse_overrides(overrides),
            prepend_hydra=False, skip_missing=False,
        )  # fmt: skip
        config = loader._compose_config_from_defaults_list(defaults=found.defaults, repo=files)
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise ScenarioError([Problem("options", None, " ".join(lines[:3]) or type(error).__name__)]) from None
    known = found.overrides.known_choices
    chosen = {group: str(option) for group, option in known.items() if group in groups and option is not None}
    tree = cast(Tree, OmegaConf.to_container(config, resolve=False))
    return tree, dict(sorted(chosen.items()))
