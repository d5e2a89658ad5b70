"""What `import wardsim` offers, each name loaded when it is first used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import wardsim

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", wardsim.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(wardsim, name) is not None


def test_names_are_listed_and_others_are_refused() -> None:
    assert set(wardsim.__all__) <= set(dir(wardsim))
    assert wardsim.__all__ == sorted(wardsim.__all__)
    with pytest.raises(AttributeError, match="simulat"):
        wardsim.simulat  # type: ignore[attr-defined]


def test_importing_wardsim_loads_nothing_else(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); before = set(sys.modules)\n"
        "import wardsim; new = set(sys.modules) - before\n"
        "print(sorted(m for m in new if m.startswith('wardsim')), {'numpy', 'pydantic', 'pandas'} & new)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert out.stdout.strip() == "['wardsim'] set()"
