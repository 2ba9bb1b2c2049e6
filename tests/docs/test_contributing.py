"""CONTRIBUTING.md is true: the files that it names are there, and what it calls by name is in them."""

from __future__ import annotations

import re

import pytest

from tests.docs.blocks import ROOT, blocks_of

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FILES = {path.name for path in ROOT.iterdir()}
CODE = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))
PATHS = sorted({text for text in CODE if re.fullmatch(r"[\w./-]+", text) and ("/" in text or text in FILES)})
LINKS = sorted({target for target in re.findall(r"\]\(([^)#]+)", PAGE) if "://" not in target})
TESTED = sorted(
    {
        word
        for block in blocks_of(ROOT / "CONTRIBUTING.md")
        for line in block.text.splitlines()
        if line.startswith("python -m pytest")
        for word in line.split()
        if word.startswith("tests")
    }
)
RECIPES = re.findall(r"^## (Add an? [^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
TABLES = sorted({text for text in CODE if re.fullmatch(r"[A-Z]{3,}", text)})
SOURCES = [(ROOT / path).read_text("utf-8") for path in PATHS if path.endswith(".py") and (ROOT / path).exists()]


@pytest.mark.parametrize("path", [*PATHS, *LINKS, *TESTED])
def test_a_file_that_the_page_names_is_there(path):
    assert (ROOT / path).exists()


def test_the_page_names_files():
    assert len(PATHS) > 40
    assert len(TESTED) > 20


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_the_page_names_is_in_one_of_its_files(name):
    assert any(re.search(rf"^(\w+, )*{name}\b.*=", source, re.MULTILINE) for source in SOURCES)


def test_there_is_a_recipe_for_whatever_is_added_often():
    whats = {title.split()[2] for title, _ in RECIPES} | {title.rpartition(" ")[2] for title, _ in RECIPES}
    wanted = {"kind", "activation", "parameter", "lint", "diagnostic", "format", "command", "convention", "metric"}
    assert wanted <= whats


@pytest.mark.parametrize(("title", "text"), RECIPES, ids=[title for title, _ in RECIPES])
def test_a_recipe_lists_files_and_ends_in_a_command(title, text):
    assert re.search(r"^1\. `[\w./-]+`|^1\. The kind's class in `", text, re.MULTILINE)
    assert "```sh\npython -m pytest tests/" in text
