"""Markdown as tests need it: sections, tables, code spans, fenced blocks, links and anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
README = CHECKOUT / "README.md"
CONTRIBUTING = CHECKOUT / "CONTRIBUTING.md"
ODD = CHECKOUT / "wardsim" / "ODD.md"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(text: str, language: str = "") -> list[str]:
    """Contents of the fenced blocks in one language ('' for those that name none)."""
    return [body for name, body in _FENCE.findall(text) if name == language]


def without_blocks(text: str) -> str:
    return _FENCE.sub("", text)


def prose(text: str) -> str:
    """What is said in the document's own words: no code, no addresses."""
    return _LINK.sub(lambda m: m.group(0).split("](")[0][1:], _SPAN.sub(" ", without_blocks(text)))


def spans(text: str) -> list[str]:
    """Code spans outside fenced blocks."""
    return _SPAN.findall(without_blocks(text))


def links(text: str) -> list[str]:
    return _LINK.findall(without_blocks(text))


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", without_blocks(text), re.M)


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def section(text: str, heading: str) -> str:
    """From a heading (its beginning is enough) to the next one of the same or a higher level."""
    lines = text.splitlines(keepends=True)
    for first, line in enumerate(lines):
        if found := re.match(rf"(#+) {re.escape(heading)}", line):
            level = len(found.group(1))
            rest = (i for i in range(first + 1, len(lines)) if re.match(rf"#{{1,{level}}} ", lines[i]))
            return "".join(lines[first : next(rest, len(lines))])
    raise AssertionError(f"there is no section {heading!r}")


def subsections(text: str, level: int = 3) -> Iterator[tuple[str, str]]:
    """(heading, text) of all sections of a level."""
    parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.M)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def table(text: str) -> list[list[str]]:
    """Rows of the first table, without its head."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def bullets(text: str) -> list[str]:
    return [line[2:].strip() for line in text.splitlines() if line.startswith("- ")]


def plain(sentences: Iterable[str]) -> list[str]:
    """Sentences of the catalogue of words as a document writes them, with ordinary spaces."""
    return [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in sentences]
