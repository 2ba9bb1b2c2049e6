"""What a help writes stands where it belongs, and blanks before a sign are a formula's only behind a variable."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc import SpecError
from cnncalc.problem import Diagnostic
from cnncalc.source import Help


def only(text: str) -> Diagnostic:
    with pytest.raises(SpecError) as refused:
        cnncalc.loads(text)
    (found,) = refused.value.diagnostics
    return found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{input: 8x8x3}", "{input: 8x8x3, layers: [fc: 10]}"),
        ("{input: 8x8x3}\n", "{input: 8x8x3, layers: [fc: 10]}\n"),
        ("input: 8x8x3\n", "input: 8x8x3\nlayers: [fc: 10]\n"),
    ],
)
def test_a_key_is_written_within_the_braces_of_a_file_that_has_them(text, written):
    (helped,) = only(text).helps
    assert isinstance(helped, Help)
    (edit,) = helped.edits
    assert edit.span is not None
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: edit.span.line - 1])) + edit.span.column - 1
    assert text[:start] + edit.text + text[start + edit.span.length :] == written
    assert cnncalc.analyze(cnncalc.loads(written)).layers[0].kind == "fc"


def test_a_sign_behind_a_name_is_a_negative_number_and_behind_a_variable_a_difference():
    found = only("input: 8x8x3\nlayers:\n  - crop: top -1\n")
    assert (found.code, found.message) == ("CNN222", "top must be at least 0, not -1")
    found = only("input: 8x8x3\nvars: {n: 4}\nlayers:\n  - conv: $n -1 3x3\n")
    assert (found.code, found.helps) == ("CNN210", ("write `$n-1 3x3`",))
