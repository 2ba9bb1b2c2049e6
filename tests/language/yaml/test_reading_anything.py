"""Whatever the bytes, reading ends in a tree or in faults with a place, never in a traceback."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cnncalc.language.yaml.source import source_of_bytes, source_of_text
from cnncalc.language.yaml.tree import read_tree
from cnncalc.problem import Faults, SpecError
from tests.language.yaml.reading import codes

SPEC = """\
name: it\u2019s
source: {title: 'a', year: 1998}
input: 32x32x1
blocks:
  A:
    params: {c1, out: 4 * $c1}
    layers: [conv: $c1 1x1, relu]
layers:
  - conv: 6 5x5 act tanh   # c
    name: "C1"
  - add:
      main:
        - A: {c1: 3}
      skip: identity
    note: |
      text
expect:
  output: 10
  params: at least 5M
"""
PIECES = [
    *"\t\r\n -:?,[]{}#&*!|>'\"%@`~<=.",
    "\u00a0",
    "\u201c",
    "\uff1a",
    "- ",
    ": ",
    "\n  ",
    "---\n",
    "<<: ",
    ">= ",
    "\ufeff",
]


def held(read_it):
    """Read, and require of a fault that its place is one in the text."""
    try:
        source = read_it()
        faults = Faults(source)
        tree = read_tree(source, faults)
        found = faults.found
    except SpecError as error:
        tree, found = None, error.diagnostics
    assert tree is not None or found
    for fault in found:
        lines = len(fault.source.starts)
        assert 1 <= fault.span.line <= max(1, lines)
        assert 1 <= fault.span.column <= len(fault.source.line(fault.span.line)) + 1
        assert fault.message
        assert not re.search(r"traceback|<.*object", fault.message)


@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(data):
    held(lambda: source_of_bytes(data, "net.yaml"))


@given(st.text(max_size=200))
def test_no_text_ends_in_a_traceback(text):
    held(lambda: source_of_text(text))


@given(st.lists(st.sampled_from([*PIECES, "a", "conv", "1"]), max_size=40).map("".join))
def test_no_heap_of_syntax_ends_in_a_traceback(text):
    held(lambda: source_of_text(text))


@given(
    st.lists(
        st.tuples(st.integers(0, len(SPEC)), st.integers(0, 6), st.sampled_from(["", *PIECES])), min_size=1, max_size=4
    )
)
def test_no_mutation_of_a_spec_ends_in_a_traceback(changes):
    text = SPEC
    for offset, removed, piece in changes:
        text = text[:offset] + piece + text[offset + removed :]
    held(lambda: source_of_text(text))


def test_the_spec_that_is_mutated_is_without_fault():
    assert codes(SPEC) == []
