"""Every row of the YAML table: what YAML misreads or refuses is told in the words of the person who wrote it."""

import pytest

from cnncalc.source import Help
from tests.language.yaml.reading import codes, only_fault, plain, read, written

HEAD = "input: 32x32x1\nlayers:\n"


# Colons and dashes


@pytest.mark.parametrize(
    ("line", "column", "help_"),
    [
        ("  - conv:6 5x5", 9, "`conv: 6 5x5`"),
        ("  - conv: {filters:6, kernel: 5x5}", 19, "`filters: 6`"),
        ("  - conv: [relu, conv:6]", 22, "`conv: 6`"),
        ("  - conv: 6 5x5\n    name:c1\n    note: x", 9, "`name: c1`"),
        ("rounding:floor\nexpect: {}", 9, "`rounding: floor`"),
    ],
)
def test_a_colon_without_a_space_is_pointed_at(line, column, help_):
    fault = only_fault(HEAD + line)
    assert (fault.code, fault.span.column) == ("CNN114", column)
    assert fault.helps == (f"put a space after the colon: {help_}",)


def test_a_colon_without_a_space_is_mended_in_the_tree():
    tree, _ = read(HEAD + "  - conv:6 5x5\n  - fc: {units:10, act: relu}\n")
    assert plain(tree)["layers"] == [{"conv": "6 5x5"}, {"fc": {"units": "10", "act": "relu"}}]
    assert tree.get("layers").items[0].get("conv").span == (3, 10, 5)


def test_parameters_on_lines_of_their_own_without_a_space_are_seen():
    fault = only_fault(HEAD + "  - conv:\n      filters:6\n      kernel:5x5\n")
    assert (fault.code, fault.span) == ("CNN114", (4, 14, 1))


def test_addresses_and_prose_may_hold_colons():
    text = "source: {url: https://arxiv.org/abs/1, authors: [a:b]}\nx-pairs: [a:b, c:d]\nlayers:\n  - relu:\n"
    text += "    note: [a:b]\n"
    assert codes(text) == []
    assert codes("weights: [http://x]\n") == []


@pytest.mark.parametrize("text", ["layers:\n  -relu: {}\n", "layers:\n  -relu\n  -conv: 6\n"])
def test_a_dash_without_a_space_is_pointed_at(text):
    fault = only_fault(text)
    assert (fault.code, fault.span) == ("CNN128", (2, 3, fault.span.length))
    assert "`- relu" in fault.helps[0]


@pytest.mark.parametrize("behind", ["", "   # what follows belongs to it"])
@pytest.mark.parametrize(("item", "meant"), [("relu", "- relu:"), ("conv 6 5x5", "- conv: 6 5x5")])
def test_an_item_with_something_under_it_needs_a_colon(item, meant, behind):
    fault = only_fault(f"{HEAD}  - {item}{behind}\n\n    name: c1\n")
    assert (fault.code, written(fault)) == ("CNN116", item)
    assert fault.labels[0].span == (5, 5, 4)
    assert fault.helps == (f"write `{meant}` on line 3 when something follows",)


@pytest.mark.parametrize(
    ("text", "word", "help_"),
    [
        ("input: 3\nrounding floor\nlayers: []", "rounding floor", "write `rounding: floor`"),
        ("input 3\nlayers: []", "input 3", "write `input: 3`"),
        ("input: 3\nlayers\nexpect: 3", "layers", "write `layers:`, or delete the line"),
    ],
)
def test_a_key_without_its_colon_is_told(text, word, help_):
    fault = only_fault(text)
    assert (fault.code, written(fault), fault.helps) == ("CNN122", word, (help_,))


@pytest.mark.parametrize(
    ("line", "help_"),
    [
        ("name: LeNet: the first  # 1998", 'quote the text: `name: "LeNet: the first"`'),
        ('name: say "a": b', "quote the text: `name: 'say \"a\": b'`"),
        ("conv: filters: 6", "put parameters in braces: `conv: {filters: 6}`"),
        ("x: - a", "put each item on a line of its own, below and indented"),
    ],
)
def test_two_keys_on_one_line_are_told(line, help_):
    fault = only_fault("input: 3\n" + line)
    assert fault.code == "CNN121"
    assert help_ in fault.helps


# Comparisons and formulas


@pytest.mark.parametrize("comparison", [">= 5M", ">=5M", "> 3", ">5M"])
@pytest.mark.parametrize("text", ["expect:\n  params: {}   # many\n", "expect: {{params: {}, macs: 3}}\n"])
def test_a_comparison_that_begins_a_folded_text_has_to_be_quoted(text, comparison):
    fault = only_fault(text.format(comparison))
    assert (fault.code, written(fault)) == ("CNN115", comparison)
    assert fault.helps[0] == f'quote it: `params: "{comparison}"`'
    assert ("or write `params: at least 5M`" in fault.helps) == (">=" in comparison)


def test_a_comparison_that_yaml_reads_as_an_indentation_is_seen():
    fault = only_fault("budget:\n  macs: >3\n  params: 5\n")
    assert (fault.code, written(fault)) == ("CNN115", ">3")


def test_folded_texts_and_comparisons_without_a_trap_are_left_alone():
    assert (
        codes("note: >2\n    indented\n   text\nx-e: >\n  text\nbudget: {params: <= 5M}\nexpect: {params: '>= 5M'}")
        == []
    )


@pytest.mark.parametrize(
    ("line", "formula", "help_"),
    [
        ("{r: max(1, $c), k: 3}", "max(1, $c)", '`r: "max(1, $c)"`'),
        ("{k: 3, r: max(1, min(2, $c)) + 1}", "max(1, min(2, $c)) + 1", '`r: "max(1, min(2, $c)) + 1"`'),
        ("[min(2, $c), 3]", "min(2, $c)", '`"min(2, $c)"`'),
        (
            '{r: max(1, 2) if $a == "x" else 3}',
            'max(1, 2) if $a == "x" else 3',
            "`r: 'max(1, 2) if $a == \"x\" else 3'`",
        ),
    ],
)
def test_a_formula_split_at_its_comma_is_joined_and_has_to_be_quoted(line, formula, help_):
    tree, (fault,) = read("a: " + line)
    assert (fault.code, written(fault), fault.helps) == ("CNN119", formula, (f"quote it: {help_}",))
    value = plain(tree)["a"]
    assert formula in (value["r"] if isinstance(value, dict) else value)
    assert len(value) == 2 or "if" in formula


def test_balanced_formulas_and_lists_of_parameters_are_left_alone():
    text = "a: {out: divisible(32), c}\nb: ['max(1, 2)', (3), 4]\nc: max(1, 2)\nnote: {a: f(1, b: 2}"
    assert codes(text) == []


# Brackets, quotes, depth


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("input: [32, 32, 1\nlayers:\n  - conv: {filters: 6}\n", (1, 8)),
        ("a: 1\nlayers:\n  - conv: {filters: 6, kernel: 5x5\n  - relu\n", (3, 11)),
        ("a: {b: [1, 2}\n", (1, 8)),
        ("a: {b: ']', c: # }\n", (1, 4)),
        ("a: [1, 2", (1, 4)),
        ("a: [1,\n  [2],\n", (1, 4)),
        ("a: [1\nb: [2]\nc: 3]\n", (1, 4)),
    ],
)
def test_a_bracket_that_is_never_closed_is_pointed_at_where_it_opens(text, place):
    _, (fault,) = read(text)
    if fault.code == "CNN124":
        assert fault.labels[0].span[:2] == place
    else:
        assert (fault.code, fault.span[:2]) == ("CNN117", place)
        assert fault.message == f"this {written(fault)} is never closed"


@pytest.mark.parametrize("text", ["a: ]", "a: [1]]", "a: [1}", "}", "a: {b: 1]"])
def test_a_bracket_that_closes_nothing_is_pointed_at(text):
    fault = only_fault(text)
    assert fault.code == "CNN124"
    assert written(fault) in "]}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {b: 1 c: 2}", "a comma is missing before `c:`"),
        ("a: [1,, 2]", "nothing comes before this comma"),
        ("a: [- b, - c]", "the items inside [] have no dash"),
        ('a: {b: "1" "2"}', "a comma is missing between two entries of this {}"),
    ],
)
def test_commas_are_counted(text, message):
    fault = only_fault(text)
    assert (fault.code, fault.message) == ("CNN123", message)


@pytest.mark.parametrize(("text", "place"), [('name: "LeNet\nlayers: []\n', (1, 7)), ("a: 1\nb: ['c, 'd']", (2, 11))])
def test_a_quote_that_is_never_closed_is_pointed_at_where_it_opens(text, place):
    faults = read(text)[1]
    assert faults[0].code in ("CNN118", "CNN123")
    if faults[0].code == "CNN118":
        assert faults[0].span[:2] == place


@pytest.mark.parametrize(
    ("line", "help_"),
    [
        ("a: 'it's'", 'quote the whole of it: `"it\'s"`'),
        ('a: "x" == $b', "quote the whole of it: `'\"x\" == $b'`"),
        ("a: [x] y", 'quote the whole of it: `"[x] y"`'),
    ],
)
def test_text_behind_a_closing_quote_is_told(line, help_):
    fault = only_fault(line)
    assert (fault.code, fault.helps) == ("CNN125", (help_,))


@pytest.mark.parametrize(("text", "word"), [("a: @b", "@b"), ("a: `b`", "`b`"), ("a: [%b]", "%b")])
def test_a_word_with_a_forbidden_beginning_has_to_be_quoted(text, word):
    fault = only_fault(text)
    assert (fault.code, written(fault), fault.helps) == ("CNN126", word, (f'quote it: `"{word}"`',))


@pytest.mark.parametrize(("text", "escape"), [(r'a: "b\q"', r"\q"), (r'a: "\x1"', r"\x"), (r'a: "\ud800"', r"\u")])
def test_an_unknown_escape_is_pointed_at(text, escape):
    fault = only_fault(text)
    assert (fault.code, written(fault)) == ("CNN127", escape)


@pytest.mark.parametrize(("text", "code"), [("a: *", "CNN109"), ("a: & b", "CNN109"), ("if: !x!y z", "CNN111")])
def test_half_an_alias_or_a_tag_is_told_as_one(text, code):
    assert only_fault(text).code == code


@pytest.mark.parametrize(
    ("text", "span", "help_"),
    [
        (HEAD + "  - conv: 6\n   name: a", (4, 4, 4), "indent it by 4 spaces, as on line 3"),
        (HEAD + "  - conv: 6\n     name: a", (4, 6, 4), "indent it by 4 spaces, as on line 3"),
        (HEAD + "  - conv: 6\n - relu", (4, 2, 1), "indent it by 2 spaces, as on line 3"),
        ("a: 1\n b: 2", (2, 2, 1), "begin it at the start of the line, as line 1 does"),
        ("- a\nb: c", (2, 1, 1), "begin it with `- ` to make it an item of the list"),
        ("a: b\n- c", (2, 1, 1), "indent it under the key that it belongs to"),
    ],
)
def test_a_line_at_the_wrong_depth_is_told_with_the_depths_that_are_open(text, span, help_):
    fault = only_fault(text)
    assert (fault.code, fault.span, fault.helps) == ("CNN120", span, (help_,))


def test_the_dash_that_makes_an_item_is_written_at_the_depth_of_its_line():
    (helped,) = only_fault("- a\nb: c").helps
    assert isinstance(helped, Help)
    (edit,) = helped.edits
    assert (edit.text, edit.span) == ("- ", (2, 1, 0))


def test_the_open_depths_are_named_with_their_lines():
    message = only_fault(HEAD + "  - conv: 6\n   name: a").message
    open_ = "what is open above it by 0 (line 2), 2 (line 3) or 4 (line 3)"
    assert message == f"`name` is indented by 3 spaces, and {open_}"


def test_what_was_read_before_a_syntax_error_is_told_with_it():
    assert codes("a: 1\na: 2\nlayers:\n  - conv:6\n  - fc: &x 1\n  - relu: [\n") == [
        "CNN107",
        "CNN114",
        "CNN109",
        "CNN117",
    ]


def test_other_syntax_errors_are_told_in_yaml_s_words():
    fault = only_fault("%YAML 3.0\n---\na: 1")
    assert (fault.code, fault.span) == ("CNN129", (1, 1, 1))
    assert "incompatible YAML document" in fault.message
