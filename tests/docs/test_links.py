"""Every link of a page leads somewhere: in the repository to a file and a heading, on the site to a page of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documentation import links, site
from tests.docs.blocks import PAGES, ROOT

WRITTEN = (*PAGES, ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "RESULTS.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def links_of(text: str) -> list[str]:
    return [target for target in LINK.findall(without_code(text)) if "://" not in target]


def headings_of(page: Path) -> set[str]:
    """The anchors that GitHub and the site give to headings."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def leads_nowhere(target: str, page: Path) -> bool:
    file, _, anchor = target.partition("#")
    aim = page.parent / file if file else page
    return not aim.exists() or bool(anchor and anchor not in headings_of(aim))


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_of_the_repository_and_to_a_heading_in_it(page):
    text = re.sub(r"<!--.*?-->", "", page.read_text("utf-8"), flags=re.DOTALL)  # what the site alone shows
    assert [target for target in links_of(text) if leads_nowhere(target, page)] == []


@pytest.mark.parametrize("target", ["reference/kinds.md", "language.md#nothing", "nowhere.md", "#nothing"])
def test_a_link_that_leads_nowhere_is_noticed(target):
    assert leads_nowhere(target, ROOT / "docs" / "language.md")


def test_every_link_of_a_page_on_the_site_leads_to_a_page_of_the_site():
    made = {ROOT / "docs" / place for place in site.computed(ROOT)} | set((ROOT / "docs").glob("**/*.md"))
    pages = {page: links.into_site(page.read_text("utf-8")) for page in (ROOT / "docs").glob("*.md")}
    astray = [
        (page.name, target)
        for page, text in pages.items()
        for target in links_of(text)
        if target.partition("#")[0] and page.parent / target.partition("#")[0] not in made
    ]
    assert astray == []


def test_every_computed_page_of_the_reference_is_linked_from_the_written_one():
    page = links.into_site((ROOT / "docs" / "reference.md").read_text("utf-8"))
    computed = {place for place in site.computed(ROOT) if place.startswith("reference/")}
    assert {target for target in links_of(page) if target.startswith("reference/")} == {
        place for place in computed if "diagnostics/" not in place or place.endswith("index.md")
    }
