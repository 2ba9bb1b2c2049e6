"""The code blocks of the documentation, as a Markdown reader finds them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md")))


class Block(NamedTuple):
    """One code block: where it stands, what its fence says, what it holds."""

    page: Path
    line: int
    info: str
    text: str

    @property
    def language(self) -> str:
        """The first word of the fence; nothing for an indented block."""
        return self.info.partition(" ")[0]

    @property
    def title(self) -> str:
        """The name that the page gives it."""
        found = re.search(r'title="([^"]+)"', self.info)
        return found[1] if found else ""

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """Every code block of a page, fenced or indented."""
    tokens = MarkdownIt().parse(page.read_text("utf-8"))
    return [
        Block(page, (token.map or [0])[0] + 1, token.info.strip(), token.content)
        for token in tokens
        if token.type in {"fence", "code_block"}
    ]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def prose_of(page: Path) -> str:
    """A page without its code blocks, quotes, comments and links."""
    lines = page.read_text("utf-8").splitlines()
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type in {"fence", "code_block", "blockquote_open"} and token.map:
            lines[slice(*token.map)] = [""] * (token.map[1] - token.map[0])
    return re.sub(r"<!--.*?-->|\]\([^)]*\)", "", "\n".join(lines), flags=re.DOTALL)


def quotes_of(page: Path) -> str:
    """What a page quotes."""
    return "\n".join(line for line in page.read_text("utf-8").splitlines() if line.startswith(">"))
