"""Every word of the language is explained, by what is declared and documented, with an example that is right."""

from __future__ import annotations

import re

import pytest

import cnncalc
from cnncalc.dtype import BYTES
from cnncalc.glossary import foreign_word, meanings_of, near, words
from cnncalc.glossary.examples import PARAMETERS
from cnncalc.glossary.keys import BESIDE_A_LAYER, SECTION_OF
from cnncalc.glossary.kinds import SECTIONS
from cnncalc.glossary.manual import manual
from cnncalc.glossary.meaning import KIND
from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.formulas.parser import KEYWORDS
from cnncalc.language.formulas.tokens import ATTRIBUTES
from cnncalc.language.reading.declarations import MODIFIERS, RESERVED, SEQUENCE
from cnncalc.language.reading.header import FAMILIES, SOURCE_KEYS, VARIANT_KEYS
from cnncalc.language.reading.inputs import FITS, SETTINGS
from cnncalc.language.reading.keys import KEYS
from cnncalc.language.reading.shortform import ALIASES
from cnncalc.language.shelf import shipped, variants_of
from cnncalc.language.values.limits import SPOKEN, UNITS
from cnncalc.language.values.suggest import foreign_words
from cnncalc.language.yaml.source import read_source
from cnncalc.layers import KINDS
from cnncalc.layers.image_kernels import IMAGE_KERNELS
from cnncalc.layers.schema import REQUIRED
from cnncalc.metrics import CLAIMED

PARAMETER_NAMES = {name for kind in KINDS.values() for name in kind.parameters}
VALUES = {
    word
    for kind in KINDS.values()
    for entry in kind.parameters.values()
    if entry.type.due not in {"act", "flag"}
    for word in entry.type.words
}
LANGUAGE = {
    *KINDS, SEQUENCE, *KEYS, *MODIFIERS, *PARAMETER_NAMES, *VALUES, *ALIASES, *RESERVED, *FITS, *SETTINGS, *FAMILIES,
    *SOURCE_KEYS, *VARIANT_KEYS, *CLAIMED, *filter(None, UNITS), *SPOKEN, *FUNCTIONS, *ATTRIBUTES, *KEYWORDS,
    *IMAGE_KERNELS, *BYTES,
}  # fmt: skip
MEANINGS = [(word, number) for word in words() for number, _ in enumerate(meanings_of(word))]


def uses(word: str, text: str) -> bool:
    """Whether a spec uses a word, as itself or as a unit behind a number."""
    return re.search(rf"(?<![A-Za-z_-]){re.escape(word)}(?![\w-])", text) is not None


def test_no_word_of_the_language_is_left_out() -> None:
    assert set(words()) >= LANGUAGE
    assert set(words()) - LANGUAGE <= {"ignore", "params", "layers", "inputs", "within", *cnncalc.volume.AXES[3]}


@pytest.mark.parametrize("word", words())
def test_a_word_has_a_meaning_and_an_example_in_which_it_stands(word: str) -> None:
    meanings = meanings_of(word)
    assert meanings
    examples = [meaning.example for meaning in meanings if meaning.example]
    assert any(uses(word, example) or any(uses(alias, example) for alias, meant in ALIASES.items() if meant == word)
               for example in examples) or word in PARAMETER_NAMES  # fmt: skip


@pytest.mark.parametrize(("word", "number"), MEANINGS)
def test_a_meaning_is_told_and_its_example_is_right(word: str, number: int) -> None:
    meaning = meanings_of(word)[number]
    told = (meaning.text, meaning.passages, [part.text for part in meaning.parts], "value of" in meaning.role)
    assert any(told) or meaning.role == "a key of `source`"
    if meaning.example:
        cnncalc.loads(meaning.example)
    assert set(meaning.near) <= set(words())
    assert word not in meaning.near


@pytest.mark.parametrize("name", sorted(PARAMETER_NAMES))
def test_the_example_of_a_parameter_shows_it(name: str) -> None:
    """By its name or as the first one; the examples of PARAMETERS always by name."""
    (meaning,) = [meaning for meaning in meanings_of(name) if meaning.role.startswith("a parameter of")]
    network = cnncalc.loads(meaning.example)
    assert any(name in KINDS[node.kind].parameters for node in network)
    short = [alias for alias, meant in ALIASES.items() if meant == name]
    is_first = any(KINDS[node.kind].first == name for node in network)
    has_kernel = name == "kernel" and re.search(r"\dx\d", meaning.example.partition("layers:")[2])
    assert any(uses(word, meaning.example) for word in (name, *short)) or is_first or has_kernel
    assert name not in PARAMETERS or uses(name, meaning.example) or is_first


@pytest.mark.parametrize("word", KINDS)
def test_a_kind_has_its_parameters_with_defaults_and_letters(word: str) -> None:
    kind = KINDS[word]
    meaning = next(meaning for meaning in meanings_of(word) if meaning.is_kind)
    assert [part.name for part in meaning.parts] == list(kind.parameters)
    for part, entry in zip(meaning.parts, kind.parameters.values(), strict=True):
        assert (part.text, part.default == "required") == (entry.doc, entry.default is REQUIRED)
        assert part.letter == ("" if entry.letter == entry.name else entry.letter)
    assert word in [node.kind for node in cnncalc.loads(meaning.example)] or word == "act"


@pytest.mark.parametrize("section", sorted({*SECTION_OF.values(), *BESIDE_A_LAYER.values(), *SECTIONS.values()}))
def test_a_section_that_is_quoted_stands_on_the_page(section: str) -> None:
    assert section in {title for title, _ in manual().passages}


@pytest.mark.parametrize("word", ["repeat", "if", "share", "from", "expect", "budget", "padding", "add", "same", "fit"])
def test_the_page_is_quoted_where_it_names_the_word(word: str) -> None:
    passages = [text for meaning in meanings_of(word) for text in meaning.passages]
    assert any(f"`{word}" in text for text in passages)


@pytest.mark.parametrize("metric", CLAIMED)
def test_a_metric_is_explained_by_the_table_of_the_gate(metric: str) -> None:
    assert next(meaning.text for meaning in meanings_of(metric) if meaning.role.startswith("a metric"))
    assert {part.name for part in meanings_of("budget")[0].parts} == set(CLAIMED)
    assert all(part.text for part in meanings_of("budget")[0].parts)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_of_formulas_has_a_row_and_a_call(function: str) -> None:
    meaning = next(meaning for meaning in meanings_of(function) if meaning.role == "a function of formulas")
    assert meaning.text
    assert f"{function}(" in meaning.example


@pytest.mark.parametrize("word", sorted(foreign_words()))
def test_a_word_of_another_framework_leads_to_ours(word: str) -> None:
    if meanings_of(word):  # the same word is one of ours
        return
    found = foreign_word(word)
    assert found is not None
    assert meanings_of(found.ours)


def test_a_call_of_a_framework_leads_to_the_kind_with_its_arguments() -> None:
    found = foreign_word("torch.nn.Conv2d(3, 6, 5)")
    assert found is not None
    assert found.ours == "conv"
    (call,) = found.calls
    assert (call.framework, call.module, dict(call.arguments)["kernel_size"]) == ("PyTorch", "Conv2d", "kernel")


def test_a_variable_is_its_name() -> None:
    assert [meaning.word for meaning in meanings_of("$previous")] == ["previous"]


def test_the_nearest_word_is_named() -> None:
    assert [near(word) for word in ("repaet", "max_pol", "qqqqqq")] == ["repeat", "max_pool", None]


def test_no_network_that_ships_has_the_name_of_a_word() -> None:
    names = {*shipped(), *(name for path in shipped().values() for name in variants_of(read_source(path)))}
    assert names & set(words()) == set()


def test_a_kind_that_was_declared_is_a_word_at_once() -> None:
    assert {meaning.role for word in KINDS for meaning in meanings_of(word) if meaning.is_kind} >= {KIND}
