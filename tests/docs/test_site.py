"""The computed pages of the site hold what the program declares, and the site asks nothing of a network."""

from __future__ import annotations

import doctest
import re

import click
import pytest
import yaml

from cnncalc.cli.group import COMMANDS
from cnncalc.cli.group import cnncalc as program
from cnncalc.glossary.examples import EXAMPLES
from cnncalc.glossary.kinds import type_words
from cnncalc.language.shelf import shipped, variants_of
from cnncalc.language.yaml.source import read_source
from cnncalc.layers import KINDS
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.schema import ParameterType
from documentation import audit, commands, fences, kinds, lessons, links, markdown, networks, site
from tests.docs.blocks import ROOT
from tests.specs.shelf import table

CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def computed():
    return site.computed(ROOT)


def pages_in(nav):
    for entry in nav:
        if isinstance(entry, str):
            yield entry
        else:
            (below,) = entry.values()
            yield from [below] if isinstance(below, str) else pages_in(below)


def test_the_navigation_names_every_page_once(computed):
    written = [str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").glob("**/*.md")]
    assert sorted(pages_in(CONFIG["nav"])) == sorted([*written, *computed])


def test_the_site_fetches_no_font_no_script_and_no_style():
    assert CONFIG["theme"]["font"] is False
    assert [plugin if isinstance(plugin, str) else next(iter(plugin)) for plugin in CONFIG["plugins"]] == [
        "search",
        "mkdocstrings",
    ]
    assert "inventories" not in str(CONFIG["plugins"])  # of other projects' sites
    assert "extra_javascript" not in CONFIG
    assert [style for style in CONFIG["extra_css"] if "//" in style] == []
    for style in CONFIG["extra_css"]:
        assert not re.search(r"@import|url\(", (ROOT / "docs" / style).read_text("utf-8"))


def test_no_computed_page_loads_a_picture_or_a_script_from_elsewhere(computed):
    assert [place for place, text in computed.items() if re.search(r"!\[[^]]*\]\(http|<script|<img", text)] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.name not in FUNCTIONS], ids=lambda k: k.name)
def test_the_reference_shows_each_kind_with_its_parameters_and_an_example(kind):
    text = kinds.section(kind)
    assert text.startswith(f"### `{kind.name}`")
    assert re.search(r"Out comes \*\*[\dx]+\*\*", text)
    if kind.name != "act":
        assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(kind.parameters)


def test_every_kind_with_an_example_exists():
    assert set(EXAMPLES) == set(KINDS) - set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_activation_is_in_the_reference(name, computed):
    assert f"| `{name}` |" in computed["reference/kinds.md"]


def test_a_type_of_which_the_reference_knows_nothing_is_noticed():
    class Colour(ParameterType):
        due = "colour"

    with pytest.raises(NotImplementedError, match="what a colour is"):
        type_words(Colour())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_reference_shows_each_command_with_its_options(name, computed):
    text = computed["reference/commands.md"].split(f"## `cnncalc {name}`")[1].split("\n## ")[0]
    command = program.get_command(click.Context(program), name)
    assert command is not None
    options = [opt for parameter in command.params for opt in parameter.opts if opt.startswith("-")]
    assert [option for option in options if f"`{option}`" not in text] == []


def test_the_catalog_holds_each_lesson_under_its_own_address(computed):
    known = lessons.titles()
    assert len(known) == len(list(lessons.LESSONS.glob("CNN*.md")))
    index = computed["reference/diagnostics/index.md"]
    for code in known:
        ((place, anchor),) = re.findall(rf"\[{code}\]\(([\w.]+)#(\w+)\)", index)
        assert f"{{ #{anchor} }}" in computed[f"reference/diagnostics/{place}"]


def test_every_network_that_ships_is_on_its_page(computed):
    names = [*shipped(), *(variant for path in shipped().values() for variant in variants_of(read_source(path)))]
    assert [name for name in names if f"`{name}`" not in computed["reference/networks.md"]] == []


def test_every_fence_of_the_site_is_a_language_and_perhaps_a_title(computed):
    """Anything else ends no block, and the rest of the page becomes code."""
    written = {str(path): path.read_text("utf-8") for path in (ROOT / "docs").glob("**/*.md")}
    for place, text in {**written, **computed}.items():
        begins = re.findall(r"^ *```(.*)$", fences.titled(text), re.MULTILINE)[::2]
        assert [info for info in begins if not re.fullmatch(r'\w+(?: title="[^"]+")?', info)] == [], place


def test_the_audit_finds_what_the_table_of_printed_figures_says():
    said = [row["agreement"] for row in table("published.csv")]
    assert [figure.agreement for figure in audit.figures()] == said


def test_the_audited_page_shows_every_printed_figure_once():
    page = audit.filled((ROOT / "docs" / "papers.md").read_text("utf-8"))
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(audit.figures())
    differing = [figure for figure in audit.figures() if figure.agreement == "no"]
    assert sum("**differs**" in row for row in rows) == len(differing) > 0


def test_a_source_without_figures_is_noticed():
    with pytest.raises(ValueError, match="no printed figure comes from Turing 1950"):
        audit.filled("<!-- audit: Turing 1950 -->")


@pytest.mark.parametrize(
    "module", [audit, commands, fences, kinds, lessons, links, markdown, networks], ids=lambda m: m.__name__
)
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0
