"""The reference of the Python interface: every public name is on its page, and is told in its docstring."""

from __future__ import annotations

import doctest
import inspect
import os
import re
from importlib import import_module
from pathlib import Path

import pytest

import cnncalc
from documentation import python
from tests.docs.blocks import ROOT

NAMED = re.findall(r"^::: (\S+)$", python.page(), re.MULTILINE)


def meant(name: str) -> object:
    """The thing of a dotted name: its module is imported, what is left are attributes."""
    module, _, last = name.rpartition(".")
    return getattr(import_module(module), last)


def test_every_public_name_is_on_the_page_once():
    assert [name for name in cnncalc.__all__ if NAMED.count(f"cnncalc.{name}") != 1] == []


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_exists_and_is_told(name):
    thing = meant(name)
    assert thing.__doc__
    if inspect.isclass(thing):
        members = {word: value for word, value in vars(thing).items() if not word.startswith("_")}
        told = [value.fget if isinstance(value, property) else value for value in members.values()]
        assert [value.__name__ for value in told if inspect.isfunction(value) and not value.__doc__] == []


@pytest.mark.parametrize("name", [name for name in cnncalc.__all__ if inspect.isfunction(getattr(cnncalc, name))])
def test_a_public_function_tells_its_arguments_its_errors_and_an_example(name):
    text = inspect.getdoc(getattr(cnncalc, name)) or ""
    if name != "loads":  # told as `load`
        assert "Raises:" in text
        told = re.search(r"^Args:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        assert told is not None
        arguments = inspect.signature(getattr(cnncalc, name)).parameters
        assert re.findall(r"^ {4}(\w+): ", told[1], re.MULTILINE) == list(arguments)
    assert ">>> " in text


def test_the_page_names_the_classes_that_come_back():
    returned = {
        inspect.signature(getattr(cnncalc, name)).return_annotation
        for name in cnncalc.__all__
        if inspect.isfunction(getattr(cnncalc, name))
    }
    classes = {name.rpartition(".")[2] for name in NAMED}
    assert {word for word in returned if re.fullmatch(r"[A-Z]\w+", word) and word != "None"} <= classes


@pytest.mark.site
def test_the_built_page_has_each_name_with_its_example():
    """Run by `.ci/run` on the site that it has built: `SITE=site python -m pytest -m site`."""
    page = (Path(os.environ.get("SITE", ROOT / "site")) / "reference" / "python.html").read_text("utf-8")
    assert [name for name in NAMED if f'id="{name}"' not in page] == []
    assert "<blockquote" not in page  # what `>>>` would be in Markdown
    assert ":::" not in page


@pytest.mark.site
def test_the_examples_of_what_reads_docstrings_hold():
    from documentation import docstrings

    assert doctest.testmod(docstrings).failed == 0
