"""How the functions of the model are compiled, in one place.

Before anything is compiled, numba's cache is pointed at a folder of this model version, since numba does not
see a change in a function that a cached one calls.  Where nothing can be written, a temporary folder serves.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

from wardsim.model.version import model_version


def cache_folder() -> Path:
    """Folder for compiled code of this model version, made if need be."""
    base = os.environ.get("WARDSIM_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    wanted = Path(base) / "wardsim" / model_version()[:16]
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            pass
    except OSError:
        return Path(tempfile.mkdtemp(prefix="wardsim-"))
    return wanted


_config: Any = numba.config
_njit: Any = numba.njit
_config.CACHE_DIR = str(cache_folder())

#: Whether the model runs as plain Python (NUMBA_DISABLE_JIT=1), slow but with readable errors.
INTERPRETED = bool(_config.DISABLE_JIT)


#: What compiled code alone calls needs no way in from Python.
_INSIDE = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile a function that other compiled functions call (tests use ``function.py_func``)."""
    compiled: F = _njit(**_INSIDE)(function)
    return compiled


def inlined[F: Callable[..., Any]](function: F) -> F:
    """A kernel that is looked up so often that it is put into the place of each call."""
    compiled: F = _njit(forceinline=True, **_INSIDE)(function)
    return compiled


def entry[F: Callable[..., Any]](function: F) -> F:
    """Compile a function that Python calls: cached on disk, and the interpreter is free while it runs."""
    compiled: F = _njit(error_model="numpy", cache=True, nogil=True)(function)
    return compiled
