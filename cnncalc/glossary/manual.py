"""The page on the language as it ships: passages, rows of tables, and specs, each found by the words in it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "docs", _PACKAGE.parent / "docs")
"""Where the pages lie in an installed package, and in a source checkout."""

FENCE = "```"
PAGES = ("language.md", "ci.md")
"""The second has the table of metrics."""


class Passage(NamedTuple):
    """A paragraph, with the title of its section."""

    section: str
    text: str


class Row(NamedTuple):
    """The first two cells of a row, with the header of the first."""

    header: str
    first: str
    second: str


class Manual(NamedTuple):
    """What there is on the pages, in their order: examples are right specs."""

    passages: list[Passage]
    rows: list[Row]
    examples: list[Passage]

    def row(self, word: str, header: str) -> str:
        """The second cell of the row that names the word in its first, of the table with that header; else empty."""
        return next((row.second for row in self.rows if row.header == header and word in _spans(row.first)), "")

    def told(self, word: str, section: str) -> tuple[str, ...]:
        """The passages of a section that name the word as code: by itself, or with what may follow it."""
        named = rf"\$?{re.escape(word)}(?:[:( .].*)?"
        return tuple(text for text in self.section(section) if any(re.fullmatch(named, span) for span in _spans(text)))

    def section(self, title: str) -> tuple[str, ...]:
        """All passages of a section; one that leads to an example ends as a sentence."""
        return tuple(
            f"{text.removesuffix(':')}." if text[-1] == ":" else text for at, text in self.passages if at == title
        )

    def example(self, pattern: str, section: str = "") -> str:
        """The first spec in which a pattern is found, if possible one of that section; empty if there is none."""
        used = re.compile(pattern, re.MULTILINE)
        order = sorted(self.examples, key=lambda example: example.section != section)
        return next((text for _, text in order if used.search(text)), "")


@cache
def manual() -> Manual:
    """Read when a word is asked for, and once."""
    found = Manual([], [], [])
    folder = next(folder for folder in _FOLDERS if (folder / PAGES[0]).is_file())
    for page in PAGES:
        _read((folder / page).read_text(encoding="utf-8"), found)
    return found


def _read(page: str, found: Manual) -> None:
    section, fence = "", ""
    block: list[str] = []
    for line in [*page.split("\n"), ""]:
        if fence and line != FENCE:
            block.append(line)
        elif fence or line.startswith(("#", FENCE)) or not line:
            _keep(block, fence, section, found)
            block = []
            fence = "" if fence else line if line.startswith(FENCE) else ""
            section = line.lstrip("# ") if line.startswith("#") else section
        else:
            block.append(line)


def _keep(block: list[str], fence: str, section: str, found: Manual) -> None:
    """A paragraph, a table, or what stands between two fences."""
    if not block:
        return
    if fence:
        if fence.startswith(f"{FENCE}yaml") and "wrong" not in fence and "layers:" in " ".join(block):
            found.examples.append(Passage(section, "\n".join(block)))
    elif block[0].startswith("|"):
        header, _ = _cells(block[0])
        found.rows.extend(Row(header, *_cells(line)) for line in block[2:])
    else:
        found.passages.append(Passage(section, " ".join(block)))


def _cells(line: str) -> tuple[str, str]:
    first, second, *_ = [cell.strip() for cell in line.strip("|").split("|")]
    return first, second


def _spans(text: str) -> list[str]:
    """What is set as code in a text."""
    return re.findall(r"`([^`]+)`", text)
