"""What earlier runs left in a folder, as the page that they wrote there lists it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

PAGE = "index.html"
MARK = '<meta name="generator" content="cnncalc run">'
LISTED = re.compile(r'<meta name="cnncalc-files" content="([\w.~ -]*)">', re.ASCII)
LONGEST_LINE = 16 * 1024 * 1024


def marks(names: Iterable[str]) -> str:
    """Two lines of a page by which a later run knows it, and the files that belong to it."""
    return f'{MARK}\n<meta name="cnncalc-files" content="{" ".join(names)}">\n'


def earlier(folder: Path) -> list[str] | None:
    """The files that are there of those that the page lists, in its order; None where the page is not of a run.

    Raises:
        OSError: the page cannot be read.
    """
    page = folder / PAGE
    if not page.exists():
        return []
    with page.open(encoding="utf-8", errors="replace") as file:
        *_, mark, names = (file.readline(LONGEST_LINE) for _ in range(5))
    listed = LISTED.fullmatch(names.rstrip("\n"))
    if mark.rstrip("\n") != MARK or listed is None:
        return None
    return [name for name in listed[1].split() if (folder / name).is_file()]
