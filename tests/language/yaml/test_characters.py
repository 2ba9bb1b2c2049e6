"""Tabs and look-alikes: named where they stand in place of syntax, allowed in comments and prose."""

import pytest

from cnncalc.language.yaml.characters import character_name, odd_character, odd_characters
from cnncalc.source import Edit, Span
from tests.language.yaml.reading import codes, only_fault, plain, read, tree_of


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("\tinput: 3", (1, 1, 1)),
        ("layers:\n\t- relu", (2, 1, 1)),
        ("layers:\n  \t- relu", (2, 3, 1)),
        ("layers:\n  -\trelu", (2, 4, 1)),
        ("layers:\n  - conv: 6\t5x5", (2, 12, 1)),
        ("layers:\n  - conv:\n\t  filters: 6", (3, 1, 1)),
    ],
)
def test_a_tab_is_named_where_it_stands(text, span):
    fault = only_fault(text)
    assert (fault.code, fault.span) == ("CNN112", span)
    assert "there is a tab here" in fault.message


def test_further_lines_that_begin_with_tabs_are_counted():
    assert only_fault("layers:\n\t- a\n\t- b\n\t- c\n").note == "2 more lines begin with tabs below"


ODD_CASES = [
    ("layers:\n\u00a0\u00a0- conv: 6", (2, 1), "no-break space (U+00A0)", "type an ordinary space instead"),
    ("layers:\n  - conv:\u00a06 5x5", (2, 10), "no-break space (U+00A0)", "type an ordinary space instead"),
    ("input:\u00a032x32x1\nlayers: []", (1, 7), "no-break space (U+00A0)", "type an ordinary space instead"),
    ("act: \u201crelu", (1, 6), "left double quotation mark (U+201C)", 'type `"` instead'),
    ("act: relu\u200b", (1, 10), "zero width space (U+200B)", "delete it"),
    ("input\uff1a 32x32x1\nlayers: []", (1, 6), "fullwidth colon (U+FF1A)", "type `:` instead"),
    ("a: {b: 1\uff0c c: 2}", (1, 9), "fullwidth comma (U+FF0C)", "type `,` instead"),
    ("a: [1\uff0c 2]", (1, 6), "fullwidth comma (U+FF0C)", "type `,` instead"),
    ("layers:\n  \u2013 conv: 6", (2, 3), "en dash (U+2013)", "type `-` instead"),
    ("expect: {params: \u2264 5M}", (1, 18), "less-than or equal to (U+2264)", "type `<=` instead"),
    ("a: 1\n\ufeffb: 3", (2, 1), "zero width no-break space (U+FEFF)", "delete it"),
    ("name: \u201cMobileNetV2: Residuals\u201d", (1, 7), "left double quotation mark (U+201C)", 'type `"` instead'),
]


@pytest.mark.parametrize(("text", "place", "name", "help_"), ODD_CASES)
def test_a_look_alike_is_named_with_what_to_type(text, place, name, help_):
    fault = only_fault(text)
    assert (fault.code, fault.span[:2]) == ("CNN113", place)
    assert f"a {name} is here" in fault.message
    assert fault.helps == (help_,)


def test_curly_quotes_around_a_word_are_mended():
    tree, faults = read("x: 1\nact: \u201crelu\u201d")
    assert [fault.span[:2] for fault in faults] == [(2, 6), (2, 11)]
    assert plain(tree)["act"] == "relu"


def test_comments_and_prose_may_hold_odd_characters():
    text = (
        "name: \u201cNet\u201d \u2014 a\u00a0test   # \u201cwell\u201d\n"
        "source:\n  title: it\u2019s\n  authors: [K\u00a0S, \u201cH\u201d]\n"
        "note: >\n  \u201cyes\u201d\n  \tor\n"
        "x-mine: {a\u00a0b: \u201cc\u201d}\n"
        "layers:\n  - relu:   # \u2013 \u3000\n    note: it\u2019s\u00a0so\n  - act: '\u00a0'\n"
    )
    assert codes(text) == []


def test_odd_characters_in_prose_are_not_blamed_for_a_fault_elsewhere():
    assert codes("name: a\u00a0b\nlayers:\n  - relu\n    note: it\u2019s\n") == ["CNN116"]


def test_the_times_sign_is_no_odd_character():
    assert plain(tree_of("input: 32×32×3")) == {"input": "32×32×3"}


def test_odd_character_finds_the_first_and_says_what_to_type():
    here = Span(3, 5, 9)
    assert odd_character("relu", here) is None
    assert odd_character("名前 é ×", here) is None
    found = odd_character("a\tb\tc", here)
    assert found == "it holds a tab: type an ordinary space instead"
    assert found.edits == (Edit(" ", Span(3, 6)), Edit(" ", Span(3, 8)))
    found = odd_character("ab\u2019s\u00a0", here)
    assert found == "it holds a right single quotation mark (U+2019): type `'` instead"
    assert found.edits == (Edit("'", Span(3, 7)),)


def test_every_odd_character_has_a_name():
    odd = [chr(number) for number in range(0x10000) if odd_characters(chr(number))]
    assert len(odd) > 100
    assert [character for character in odd if character_name(character).startswith("control")] == []
