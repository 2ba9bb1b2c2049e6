"""Every code block of the documentation is executed: played, loaded, or read by whoever reads such files."""

from __future__ import annotations

import json
import re
import shlex
import subprocess

import pytest
import yaml
from markdown_it import MarkdownIt

import cnncalc
from cnncalc.cli.group import COMMANDS
from cnncalc.cli.group import cnncalc as program
from cnncalc.language.reading.keys import KEYS
from tests.docs.blocks import BLOCKS, PAGES, Block, blocks_of

BEGINNINGS = {"bullet_list_open", "ordered_list_open", "table_open"}
ASSIGNMENT = re.compile(r"^(?:\w+=\S*\s+)+")


def played_on_its_page(block: Block) -> None:
    """The page player runs it (test_pages.py): here only that it stands where the player looks for it."""
    if block.language == "text":
        assert block.title == "prints", f"{block}: what is no Python's output is no text block"
        above = max((other for other in blocks_of(block.page) if other.line < block.line), key=lambda other: other.line)
        assert above.language == "python"


def a_spec_or_other_yaml(block: Block) -> None:
    wrong = re.search(r"wrong (CNN\d+)", block.info)
    if wrong:
        with pytest.raises(cnncalc.SpecError) as caught:
            cnncalc.loads(block.text)
        assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [wrong[1]]
    elif block.title.endswith((".yaml", ".yml")) and "layers:" in block.text:
        others = "\n".join(other.text for other in blocks_of(block.page) if other.line != block.line)
        assert re.search(rf"\b{re.escape(block.title)}\b", others), f"{block}: no block uses {block.title}"
    elif re.search(r"^layers:", block.text, re.MULTILINE):
        cnncalc.loads(block.text)
    else:
        yaml.safe_load(block.text)


def a_shell_command(block: Block) -> None:
    """Its syntax is right, and each command of the program in it has the arguments that it takes."""
    checked = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert checked.stderr == "", str(block)
    for line in re.split(r"\n|&&|\|\||[;|]", block.text.replace("\\\n", " ")):
        words = shlex.split(ASSIGNMENT.sub("", line.strip()), comments=True)
        if words[:1] == ["cnncalc"]:
            name, command, arguments = program.resolve_command(program.make_context("cnncalc", ["specs"]), words[1:])
            assert command is not None
            command.make_context(name, [word for word in arguments if not word.startswith(">")])


READERS = {
    "console": played_on_its_page,
    "json": lambda block: json.loads(block.text),
    "python": played_on_its_page,
    "sh": a_shell_command,
    "text": played_on_its_page,
    "yaml": a_spec_or_other_yaml,
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_a_page_says_what_it_holds(page):
    assert [str(block) for block in blocks_of(page) if block.language not in READERS] == []


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language in READERS], ids=str)
def test_a_block_is_what_it_says(block):
    READERS[block.language](block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_in_the_text_of_a_page_exists(page):
    named = re.findall(r"`cnncalc ([a-z][\w-]*)", page.read_text("utf-8"))
    assert [name for name in named if name not in (*COMMANDS, *KEYS)] == []


def test_a_command_with_an_option_that_is_not_there_is_noticed():
    import click

    block = Block(PAGES[0], 1, "sh", "cnncalc summarize lenet5 --colums output\n")
    with pytest.raises(click.NoSuchOption, match="--colums"):
        a_shell_command(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_list_or_table_begins_after_an_empty_line_or_a_heading(page):
    """GitHub does without; the site's Markdown would run it into the paragraph above."""
    lines = page.read_text("utf-8").splitlines()
    tokens = MarkdownIt().enable("table").parse("\n".join(lines))
    begins = [token.map[0] for token in tokens if token.map and token.level == 0 and token.type in BEGINNINGS]
    assert [line + 1 for line in begins if line and not re.match(r"$|#|<!--", lines[line - 1])] == []
