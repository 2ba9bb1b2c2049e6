"""Every console block of the documentation prints what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import CONSOLE, played

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))) if CONSOLE.search(path.read_text("utf-8"))]


def test_the_readme_shows_commands():
    assert ROOT / "README.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_its_commands_print(page, tmp_path):
    text = page.read_text("utf-8")
    assert played(text, tmp_path) == text


def test_a_page_that_has_gone_stale_is_noticed(tmp_path):
    stale = "```console\n$ cnncalc --version\ncnncalc 0.0.0\n```"
    assert played(stale, tmp_path) != stale
