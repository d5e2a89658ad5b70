"""The model version: a hash of everything that can change a result."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

#: Packages and files whose content decides what a run gives.
SOURCES = ("scenario", "roster", "power", "model", "observe")

PACKAGES = ("holidays", "networkx", "numba", "numpy")


@cache
def model_version() -> str:
    """Hash of the sources of scenario, roster, power, model and observe, of the register, and of the versions
    of the packages that compute, or know the public holidays."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in PACKAGES).encode())
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".csv"):
                digest.update(str(path.relative_to(root).as_posix()).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
