"""``manifest.json``: what a folder of results holds and how it came about."""

from __future__ import annotations

import datetime as dt
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from wardsim.experiment.whole import ResultsError, sha256, write_whole

MANIFEST = "manifest.json"
FORMAT = 2
_CHECKSUM = "sha256"  # of the manifest itself, its last entry
_PACKAGES = ("wardsim", "numpy", "numba", "scipy", "networkx", "pyarrow", "pydantic", "mesa")


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest with a checksum of itself, whole or not at all."""
    listed = {**manifest, _CHECKSUM: _checksum(manifest)}
    lines = ",\n".join(f"{_json(key)}: {_rows(value)}" for key, value in listed.items())
    write_whole(folder / MANIFEST, f"{{\n{lines}\n}}\n".encode())


def _checksum(manifest: dict[str, Any]) -> str:
    return sha256(_json(manifest).encode())


def _rows(value: Any) -> str:
    """A list of entries with one entry a line; anything else on one line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n " + ",\n ".join(_json(entry) for entry in value) + "\n]"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder.

    Raises
    ------
    ResultsError
        There is none, it is damaged, or a later wardsim wrote it.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ResultsError(f"{folder} holds no results: there is no {MANIFEST} in it.") from None
    except OSError as error:
        raise ResultsError(f"Can't read {path}: {error.strerror}.") from error
    try:
        manifest = json.loads(data)
        version = manifest["format"]
        if version == FORMAT:
            whole = manifest.pop(_CHECKSUM) == _checksum(manifest)
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(path, "it is not readable") from error
    if version != FORMAT:
        raise ResultsError(
            f"{path} was written by another version of wardsim (format {version}; this one reads {FORMAT}). "
            "Read it with that version, or choose another folder with out=FOLDER."
        )
    if not whole:
        raise damaged(path, "it is not what was written")
    return dict(manifest)


def damaged(path: Path, why: str) -> ResultsError:
    """The one sentence about a damaged file."""
    return ResultsError(
        f"{path} is damaged: {why}. Nothing was changed. Put the file back from a copy, or delete its folder "
        "and give the same command again; the same seed gives the same results."
    )


def file_entry(data: bytes) -> dict[str, Any]:
    """Checksum and size of a file, as the manifest lists them."""
    return {"sha256": sha256(data), "bytes": len(data)}


def read_checked(path: Path, entry: dict[str, Any]) -> bytes:
    """Read a file that a manifest lists, and hold it to its checksum."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise damaged(path, "it is missing") from None
    except OSError as error:
        raise damaged(path, f"it can't be read ({error.strerror})") from error
    if len(data) != entry["bytes"] or sha256(data) != entry["sha256"]:
        raise damaged(path, "it is not what was written")
    return data


def now() -> str:
    """Local time with its offset, to the second."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


def provenance() -> dict[str, Any]:
    """Command, versions and git state, for whoever wants to know where a result comes from."""
    return {"command": _command(), "versions": versions(), "git": git_state(), "started": now()}


def _command() -> list[str]:
    command: Sequence[str] = getattr(sys, "orig_argv", sys.argv)
    return list(command)


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of Python, of the system and of the packages that results depend on."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


@lru_cache(maxsize=1)
def git_state() -> dict[str, Any] | None:
    """Commit of the checkout that the program runs from; None for an installed wheel."""
    checkout = Path(__file__).resolve().parents[2]
    if not (checkout / ".git").exists():
        return None
    try:
        commit = _git(checkout, "rev-parse", "HEAD")
        return {"commit": commit, "changed": bool(_git(checkout, "status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def _git(checkout: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "--no-optional-locks", "-C", str(checkout), *arguments],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    return done.stdout.strip()
