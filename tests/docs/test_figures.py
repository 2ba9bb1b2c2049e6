"""No figure in the text of a page is typed: a block or a computed table shows it, or it is a quotation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documentation import audit
from tests.docs.blocks import ROOT, blocks_of, prose_of, quotes_of
from tests.specs.printed import UNITS

FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
YEAR = re.compile(r"(?:19|20)\d\d")
OWN = [ROOT / "docs" / name for name in ("index.md", "lecture.md", "papers.md")]


def figures(text: str) -> set[str]:
    """The numbers of a text that no one has in his head: three digits or more, or a fraction."""
    found = {figure.replace(",", "") for figure in FIGURE.findall(text)}
    return {figure for figure in found if len(figure) >= 3}


def shown_on(page: Path) -> set[str]:
    """The numbers that its blocks, quotations and computed tables show."""
    shown = figures("\n".join(block.text for block in blocks_of(page)) + quotes_of(page))
    text = page.read_text("utf-8")
    if audit.MARK.search(text):
        shown |= figures(audit.filled(text))
        shown |= {str(int(float(figure.printed) * UNITS[figure.unit])) for figure in audit.figures()}
    return shown


def typed(prose: str, shown: set[str]) -> set[str]:
    without_versions = prose.replace("Python 3.11", "")
    return {figure for figure in figures(without_versions) - shown if not YEAR.fullmatch(figure)}


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.name)
def test_every_figure_in_the_text_is_shown_by_a_block_or_quoted(page):
    assert typed(prose_of(page), shown_on(page)) == set()


def test_a_typed_figure_is_noticed():
    assert typed("It needs 30,720 weights and 0.3 s.", {"30720"}) == {"0.3"}
