"""The marked tree: what was written, where it was written, and what a spec may not use."""

import gc
from typing import Any

import pytest
import yaml

from cnncalc.language.yaml.source import MAX_DEPTH
from cnncalc.language.yaml.tree import Mapping, Scalar, Sequence, read_tree
from cnncalc.problem import Faults
from cnncalc.source import Source
from tests.language.yaml.reading import codes, only_fault, plain, read, tree_of, written

LENET = """\
name: LeNet-5, as it is drawn today
input: 32x32x1
layers:
  - conv: 6 5x5 act tanh
  - avg_pool: 2x2
  - fc: {units: 10, bias: false}   # the last
    name: prob
expect: {output: 10, params: 61706}
"""


def test_a_spec_becomes_maps_lists_and_words_as_they_were_written():
    assert plain(tree_of(LENET)) == {
        "name": "LeNet-5, as it is drawn today",
        "input": "32x32x1",
        "layers": [
            {"conv": "6 5x5 act tanh"},
            {"avg_pool": "2x2"},
            {"fc": {"units": "10", "bias": "false"}, "name": "prob"},
        ],
        "expect": {"output": "10", "params": "61706"},
    }


@pytest.mark.parametrize(
    "text", ["no", "off", "010", "1_000", "16:9", "0x10", "2012-12-03", ".inf", "1e-4", "~", "null", "True", "=", "3a"]
)
def test_no_word_is_resolved(text):
    value = tree_of(f"x-value: {text}\n{text}: 1").get("x-value")
    assert isinstance(value, Scalar)
    assert (value.text, value.quoted) == (text, False)


def words(node):
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield key
            yield from words(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from words(item)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["LeNet", "réseau 网络 🙂 x", "ﬁ"])
def test_every_span_underlines_its_word_whatever_the_letters_and_line_ends(name, line_end):
    source = Source(
        "net.yaml", LENET.replace("LeNet-5", name).replace("name: prob", "name: pröb").replace("\n", line_end)
    )
    tree: Any = read_tree(source, Faults(source))
    found = list(words(tree))
    assert len(found) == 21
    for word in found:
        line, column, length = word.span
        assert source.line(line)[column - 1 : column - 1 + length] == word.text


def test_flow_collections_are_underlined_whole():
    source = Source("net.yaml", "a: [1, {b: ü}]\nc:   {d: e, f}  # g")
    tree: Any = read_tree(source, Faults(source))
    assert (tree.get("a").span, tree.get("c").span) == ((1, 4, 11), (2, 6, 9))
    assert tree.get("c").flow


def test_an_absent_value_is_an_empty_word_right_behind_its_key():
    tree = tree_of("conv:\nparams: {c1, c2: }\nlast:   # nothing")
    value = tree.get("conv")
    assert isinstance(value, Scalar)
    assert (value.is_empty, value.span) == (True, (1, 6, 1))
    assert tree.get("last").span == (3, 6, 1)
    params = tree.get("params")
    assert [params.get(key).is_empty for key in ("c1", "c2")] == [True, True]
    assert params.get("c1").span == (2, 12, 1)


def test_quotes_and_blocks_of_text_are_told_from_plain_words():
    tree = tree_of("a: '5'\nb: \"5\"\nc: |\n  5\nd: >\n  5\n  6\ne: 5\nf: ''")
    assert [tree.get(key).style for key in "abcdef"] == ["'", '"', "|", ">", "", "'"]
    assert [tree.get(key).quoted for key in "abcdef"] == [True] * 4 + [False, True]
    assert not tree.get("f").is_empty
    assert [tree.get(key).end_line for key in "abcdef"] == [1, 2, 4, 7, 8, 9]


def test_a_plain_word_folded_over_two_lines_says_where_it_ends():
    conv = tree_of("layers:\n  - conv: 6 5x5\n     - relu   # too deep\n").get("layers").items[0].get("conv")
    assert (conv.text, conv.span, conv.end_line) == ("6 5x5 - relu", (2, 11, 5), 3)


def test_a_mapping_finds_keys_and_their_places():
    tree = tree_of("a: 1\nbc: 2")
    assert ("bc" in tree, "d" in tree, len(tree)) == (True, False, 2)
    assert tree.key_span("bc") == (2, 1, 2)
    assert tree.key_span("d") == tree.span


def test_a_duplicate_key_shows_both_lines_and_the_first_stays():
    tree, (fault,) = read("input: 1\nlayers:\n  - a: 1\n    b: 2\n    'a': 3\n")
    assert (fault.code, fault.span, fault.labels[0].span) == ("CNN107", (5, 5, 3), (3, 5, 1))
    assert fault.message == "`a` is given twice, on line 3 and on line 5"
    assert plain(tree)["layers"] == [{"a": "1", "b": "2"}]


def test_duplicates_are_told_in_prose_and_in_braces_too():
    assert codes("source: {year: 1, year: 2}\nx-a:\n  b: 1\n  b: 2") == ["CNN107", "CNN107"]


def test_anchors_aliases_tags_and_merge_keys_are_all_told_in_one_reading():
    tree, faults = read("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\ne: !!str &y 5\nf: !mine {}\n")
    assert tree is None
    assert [(fault.code, fault.span.line, written(fault)) for fault in faults] == [
        ("CNN109", 1, "&x"),
        ("CNN109", 2, "*x"),
        ("CNN110", 4, "<<"),
        ("CNN109", 4, "*x"),
        ("CNN111", 5, "!!str"),
        ("CNN109", 5, "&y"),
        ("CNN111", 6, "!mine"),
    ]
    assert all("blocks:" in fault.helps[0] for fault in faults if fault.code != "CNN111")


def test_a_bomb_of_aliases_costs_nothing():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
    tree, faults = read(bomb)
    assert tree is None
    assert {fault.code for fault in faults} == {"CNN109"}


def test_faults_beyond_a_hundred_are_not_collected():
    assert len(codes("\n".join(f"a: {n}" for n in range(5000)))) == 100


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "---\n", "   \n# c\n"])
def test_an_empty_spec_is_told(text):
    assert only_fault(text).code == "CNN103"


@pytest.mark.parametrize(("text", "what"), [("- conv: 6", "a list"), ("LeNet", "a text"), ("[1, 2]", "a list")])
def test_a_spec_that_is_no_map_is_told(text, what):
    fault = only_fault(text)
    assert fault.code == "CNN104"
    assert fault.message.endswith(f"this is {what}")


def test_a_second_document_is_refused_at_its_mark():
    tree, (fault,) = read("---\na: 1\n---\nb: 2")
    assert (fault.code, fault.span) == ("CNN105", (3, 1, 3))
    assert plain(tree) == {"a": "1"}
    assert only_fault("a: 1\n...\nb: 2").code == "CNN105"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_too_many_levels_are_refused_where_they_begin(opening):
    assert only_fault("a:\n  " + opening * 200_000).code == "CNN106"


def test_sixty_four_levels_are_allowed_and_one_more_is_not():
    def nested(levels):
        return "a: " + "[" * (levels - 1) + "]" * (levels - 1)

    assert codes(nested(MAX_DEPTH)) == []
    assert codes(nested(MAX_DEPTH + 1)) == ["CNN106"]


@pytest.mark.parametrize("text", ["[a]: 1", "{a: 1}: 1", "? - a\n: 1", ": 1", "{: 1}", "'': 1"])
def test_a_key_that_is_no_word_is_told(text):
    assert only_fault(text).code == "CNN108"


def test_a_control_character_cannot_be_spelled_by_an_escape():
    fault = only_fault('name: "red \\e[31m"')
    assert (fault.code, fault.span.column) == ("CNN102", 7)


def test_a_message_shows_no_control_character_and_stays_on_one_line():
    _, faults = read('"a\\e\\nb": 1\n"a\\e\\nb": 2\nc: !' + "x" * 5000)
    assert {fault.code for fault in faults} == {"CNN102", "CNN107", "CNN111"}
    assert all(fault.message.isprintable() and len(fault.message) <= 200 for fault in faults)


def test_the_collector_is_on_again_after_reading_whatever_was_read():
    for text in ("a: 1", "a: [", "a: *b"):
        read(text)
        assert gc.isenabled()


@pytest.mark.parametrize("text", [LENET, "a: 1\na: 2", "a: [1", "a: &b 1", "- relu\n  name: x"])
def test_pyyaml_without_its_c_parser_reads_the_same(text, monkeypatch):
    tree, faults = read(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    slow_tree, slow_faults = read(text)
    assert plain(slow_tree) == plain(tree)
    assert [fault.place for fault in slow_faults] == [fault.place for fault in faults]
