"""What the commands print: results and tables to standard output, how it goes to standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console(width: int) -> Console:
    """Standard output; as wide as the terminal, or `width` characters where there is none."""
    from rich.console import Console

    found = Console(highlight=False)
    if not found.is_terminal:
        found.width = width
    return found


def say(out: Console, text: str) -> None:
    """One line, unbroken, in which brackets are brackets."""
    out.print(text, markup=False, soft_wrap=True)


def tell(text: str) -> None:
    """One line to the person at the screen, apart from what may go into a file."""
    print(text, file=sys.stderr, flush=True)
