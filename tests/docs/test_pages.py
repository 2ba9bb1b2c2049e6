"""What a page shows is what its commands and its Python print."""

from __future__ import annotations

import pytest

from tests.docs.blocks import PAGES
from tests.docs.pages import PLAYED, played

SHOWING = [page for page in PAGES if PLAYED.search(page.read_text("utf-8"))]


@pytest.mark.parametrize("name", ["README.md", "index.md", "lecture.md", "papers.md"])
def test_the_pages_that_people_read_first_show_commands_or_python(name):
    assert name in {page.name for page in SHOWING}


@pytest.mark.parametrize("page", SHOWING, ids=lambda page: page.name)
def test_a_page_shows_what_its_blocks_print(page, tmp_path):
    text = page.read_text("utf-8")
    assert played(text, tmp_path) == text


def test_a_command_that_has_gone_stale_is_noticed(tmp_path):
    stale = "```console\n$ cnncalc --version\ncnncalc 0.0.0\n```"
    assert played(stale, tmp_path) != stale


def test_python_that_has_gone_stale_is_noticed(tmp_path):
    stale = '```python\nprint(6 * 7)\n```\n\n```text title="prints"\n41\n```'
    assert played(stale, tmp_path) == stale.replace("41", "42")


def test_an_exit_code_is_shown(tmp_path):
    text = '```yaml title="a.yaml"\ninput: 3x3x1\n```\n\n```console\n$ cnncalc check a.yaml\n```'
    assert played(text, tmp_path).endswith("(exit code 1)\n```")
