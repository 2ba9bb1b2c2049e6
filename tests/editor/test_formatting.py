"""`formatted`: one canonical form, every comment, the same meaning, and nothing at all where it cannot promise that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given

from cnncalc.analysis import analyze
from cnncalc.editor import formatting
from cnncalc.editor.formatting import FormattingFault, formatted
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.source import source_of_text
from cnncalc.problem import SpecError
from tests.editor.layouts import layouts

ROOT = Path(__file__).resolve().parents[2]
SPECS = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "specs").glob("*.yaml"))}
LESSONS = [
    (path.stem, mended, body)
    for path in sorted((ROOT / "cnncalc" / "lessons").glob("CNN*.md"))
    for mended, body in re.findall(r"^```yaml( fixed)?\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
]
MENDED = [pytest.param(body, id=code) for code, mended, body in LESSONS if mended]
# A budget that is broken is a verdict and a lint a warning: neither makes a spec unreadable.
BROKEN = [
    pytest.param(body, id=code)
    for code, mended, body in LESSONS
    if not mended and code[:4] in {"CNN1", "CNN2", "CNN3", "CNN4"}
]


def form(text: str) -> str:
    return formatted(source_of_text(text))


def report(text: str) -> dict[str, object]:
    """The report of a spec without the lines that its layers stand on."""
    whole = analyze(expanded(*declared(source_of_text(text)))).to_dict()
    for row in whole["layers"]:
        del row["line"]
    return whole


def layer(*lines: str) -> str:
    return "\n".join(("input: 32x32x3", "layers:", *lines)) + "\n"


@given(layouts(list(SPECS.values())))
def test_in_any_layout_the_form_is_stable_says_the_same_and_keeps_each_comment(drawn):
    text, layout, remarks = drawn
    once = form(layout)
    assert form(once) == once
    assert report(once) == report(text)
    assert [once.count(remark) for remark in remarks] == [remarks.count(remark) for remark in remarks]
    assert [line for line in once.split("\n") if line != line.rstrip()] == []
    assert "\r" not in once
    assert once.endswith("\n")


@pytest.mark.parametrize("text", SPECS.values(), ids=SPECS)
def test_a_spec_that_ships_says_the_same_afterwards(text):
    once = form(text)
    assert form(once) == once
    assert report(once) == report(text)


@pytest.mark.parametrize("text", MENDED)
def test_a_mended_lesson_has_a_stable_form(text):
    assert form(form(text)) == form(text)


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_lesson_is_refused_with_its_faults(text):
    with pytest.raises(SpecError) as due:
        expanded(*declared(source_of_text(text)))
    with pytest.raises(SpecError) as told:
        form(text)
    assert [(fault.code, fault.span) for fault in told.value.diagnostics] == [
        (fault.code, fault.span) for fault in due.value.diagnostics
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  - conv:   10  5×5   pad 2", "  - conv: 10 5x5 pad 2"),
        ("- relu", "  - relu"),
        ("      -    fc: 10", "  - fc: 10"),
        ("  - fc: 10\n    expect: 10\n    name: a", "  - fc: 10\n    name: a\n    expect: 10"),
        ("  - name: a\n    fc: 10", "  - fc: 10\n    name: a"),
        ("  - fc: {units: 10,bias : true , }", "  - fc: {units: 10, bias: true}"),
        ("  - {fc: 10}", "  - {fc: 10}"),
        ("  -\n     'fc':\n        units: 10", "  - fc:\n      units: 10"),
        ("  - fc: 10 # out", "  - fc: 10  # out"),
        ("  - fc: 10        # out", "  - fc: 10        # out"),
        ("  # the end\n  - fc: 10", "  # the end\n  - fc: 10"),
        ("  - # the end\n    fc: 10", "  # the end\n  - fc: 10"),
        ("  - fc: # ten\n      10", "  - fc: 10  # ten"),
        ("  - fc:\n      # ten\n      10", "  # ten\n  - fc: 10"),
        ("  - fc: 10\n  # - relu", "  - fc: 10\n  # - relu"),
        ("  - fc: 10\n    # of the item", "  - fc: 10\n    # of the item"),
        ("\n\n  - relu\n\n\n  - fc: 10", "  - relu\n\n  - fc: 10"),
        ("  - fc: 10\n    note: 'out: ten'", '  - fc: 10\n    note: "out: ten"'),
        ("  - fc: 10\n    note: \"a plain text\"", "  - fc: 10\n    note: a plain text"),
        ("  - fc: 10\n    note: '2012'", '  - fc: 10\n    note: "2012"'),
        ("  - fc: 10\n    note: 'no'", '  - fc: 10\n    note: "no"'),
        ("  - fc: 10\n    note: \"tab\\t\"", '  - fc: 10\n    note: "tab\\t"'),
        ("  - fc: 10\n    note: '\"so\"'", "  - fc: 10\n    note: '\"so\"'"),
        ("  - fc: 10\n    note: one\n      two", "  - fc: 10\n    note: one\n      two"),
        ("  - fc: {units:\n     10}", "  - fc: {units: 10}"),
        ("  - fc:\n      {units: 10}", "  - fc:\n      {units: 10}"),
        ("  - fc: {units: 10,   # why\n  bias: true}", "  - fc: {units: 10,   # why\n         bias: true}"),
        ("  - fc: {\n  units: 10\n  }", "  - fc: {\n        units: 10\n      }"),
        ("  - ? fc\n    : 10", "  - fc: 10"),
        ("  - sequence: [? relu, fc: 10]", "  - sequence: [relu: , fc: 10]"),
    ],
)  # fmt: skip
def test_each_writing_has_its_form(written, expected):
    assert form(layer(written)) == layer(expected)


def test_keys_of_the_file_stand_in_the_language_s_order_and_ones_own_at_the_end():
    text = "x-own: 1\nexpect: {output: 3}\nlayers: [relu]\n\nname: n\ninput: 3\n"
    assert form(text) == "name: n\ninput: 3\nlayers: [relu]\nexpect: {output: 3}\nx-own: 1\n"


def test_the_file_s_heading_stays_above_and_a_key_s_comment_goes_with_its_key():
    text = "# heading\n\n# of layers\nlayers: [relu]\ninput: 3\n"
    assert form(text) == "# heading\n\ninput: 3\n\n# of layers\nlayers: [relu]\n"


@pytest.mark.parametrize("style", [">", "|", ">-", "|+", "|2"])
def test_a_block_of_text_stays_word_for_word(style):
    text = f"note: {style}  # why\n  first  \n  # no comment\n\n    deeper\nx-last: 1\ninput: 3\nlayers: [relu]\n"
    assert f"note: {style}  # why\n  first  \n  # no comment\n\n    deeper\ninput: 3" in form(text)


def test_a_block_of_text_moves_with_its_key():
    text = layer("    - fc: 10", "      note: |", "            one", "              two")
    assert form(text) == layer("  - fc: 10", "    note: |", "      one", "        two")


def test_line_ends_and_a_byte_order_mark_become_what_other_tools_expect():
    assert form("\ufeff---\r\ninput: 3\r\n\r\nlayers: [relu]") == "input: 3\n\nlayers: [relu]\n"


def test_a_spec_in_braces_stays_in_braces():
    text = '{"input": 3,\n"layers": ["relu",\n"softmax"]}'
    assert form(text) == "{input: 3,\n layers: [relu,\n          softmax]}\n"


def test_names_of_any_script_are_kept():
    assert form("name:   'Größe, 網'\n" + layer("  - relu:", "    name: 'größe'")).startswith("name: Größe, 網\n")


def test_what_would_not_mean_the_same_is_not_given_back(monkeypatch):
    monkeypatch.setattr(formatting, "written", lambda token, *_, **__: [token.word.text.replace("10", "11")])
    with pytest.raises(FormattingFault, match="would mean something else"):
        form(layer("  - fc: 10"))


def test_what_could_not_be_read_is_not_given_back(monkeypatch):
    monkeypatch.setattr(formatting, "written", lambda token, *_, **__: [token.word.text.replace("10", "[10")])
    with pytest.raises(FormattingFault, match="cannot be read"):
        form(layer("  - fc: 10"))
