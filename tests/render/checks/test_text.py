"""Faults as they are printed: carets that stand right, whatever the line holds."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import codes
from cnncalc.problem import Diagnostic, Label
from cnncalc.render.checks.faults import text
from cnncalc.render.terminal import width
from cnncalc.safe import printable
from cnncalc.source import Source, Span
from tests.render.written import checked

concise = partial(checked, "concise")
json_text = partial(checked, "json")

LECTURE = Source("lecture.yaml", "input: 7x7x3\nlayers:\n  - conv: 5 3x3 stride 3\n")
MISFIT = Diagnostic(
    codes.STRIDE_DOES_NOT_FIT,
    "stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number",
    LECTURE,
    Span(3, 24),
    "F=3, S=3, P=0 leave 1 row and 1 column uncovered",
    (Label(Span(1, 8, 5), "W = H = 7"),),
    (
        "`stride 2` gives 3x3x5, `stride 1` gives 5x5x5",
        "`pad 1` gives 3x3x5: (7 - 3 + 2)/3 + 1 = 3",
        "or set `rounding: floor` to drop the remainder as PyTorch and Keras do: 2x2x5",
    ),
)
AS_DESIGNED = """\
error[CNN401]: stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number
 --> lecture.yaml:3:24
  |
1 | input: 7x7x3
  |        ----- W = H = 7
2 | layers:
3 |   - conv: 5 3x3 stride 3
  |                        ^ F=3, S=3, P=0 leave 1 row and 1 column uncovered
  |
help: `stride 2` gives 3x3x5, `stride 1` gives 5x5x5
help: `pad 1` gives 3x3x5: (7 - 3 + 2)/3 + 1 = 3
help: or set `rounding: floor` to drop the remainder as PyTorch and Keras do: 2x2x5"""


def fault(line: str, span: Span, *labels: Label, note: str = "here", code: codes.Code = codes.NOT_UTF8) -> Diagnostic:
    return Diagnostic(code, "wrong", Source("net.yaml", line), span, note, labels, ())


def drawn(*args, width: int = 120, **rest) -> list[str]:
    """The lines below the place."""
    return text([fault(*args, **rest)], width=width).split("\n")[3:]


def test_a_fault_reads_as_it_was_designed():
    assert text([MISFIT]) == AS_DESIGNED


def test_colour_changes_nothing_but_the_colour():
    assert re.sub(r"\x1b\[[0-9;]*m", "", text([MISFIT], color=True)) == AS_DESIGNED
    assert "\x1b[1;31merror[CNN401]\x1b[0m" in text([MISFIT], color=True)


def test_a_gap_of_several_lines_is_an_ellipsis():
    lines = drawn("a\nb\nc\nd", Span(4, 1), Label(Span(1, 1), "there"))
    assert lines == ["1 | a", "  | - there", "...", "4 | d", "  | ^ here"]


def test_line_numbers_are_flush_right():
    lines = drawn("\n" * 8 + "nine\nten", Span(10, 1), Label(Span(9, 1), "there"))
    assert lines == [" 9 | nine", "   | - there", "10 | ten", "   | ^ here"]


def test_several_marks_on_one_line_each_have_their_text():
    assert drawn("conv: 5 3x3 stride 3", Span(1, 9, 3), Label(Span(1, 7), "five"), Label(Span(1, 20), "stride")) == [
        "1 | conv: 5 3x3 stride 3",
        "  |       - ^^^        - stride",
        "  |       | |",
        "  |       | here",
        "  |       |",
        "  |       five",
    ]


def test_a_caret_hides_the_dashes_below_it():
    assert drawn("abcdef", Span(1, 3, 2), Label(Span(1, 1, 6), "all"), note="") == [
        "1 | abcdef",
        "  | --^^--",
        "  | |",
        "  | all",
    ]


def test_a_tab_is_spread_out_and_the_caret_stands_below_its_word():
    assert drawn("\tconv: x", Span(1, 8)) == ["1 |     conv: x", "  |           ^ here"]
    assert drawn("a\tb", Span(1, 2)) == ["1 | a    b", "  |  ^^^^ here"]


def test_wide_characters_take_two_columns_and_combining_marks_none():
    assert drawn("畳み: é x", Span(1, 1, 2)) == ["1 | 畳み: é x", "  | ^^^^ here"]
    assert drawn("畳e\u0301x", Span(1, 4)) == ["1 | 畳e\u0301x", "  |    ^ here"]


def test_a_span_of_no_width_has_a_caret_all_the_same():
    assert drawn("e\u0301x", Span(1, 2)) == ["1 | e\u0301x", "  |  ^ here"]
    assert drawn("abc", Span(1, 2, 0)) == ["1 | abc", "  |  ^ here"]


def test_a_span_past_the_end_points_behind_the_line():
    assert drawn("abc", Span(1, 40, 5)) == ["1 | abc", "  |    ^ here"]
    assert drawn("abc", Span(9, 1)) == ["9 |", "  | ^ here"]


def test_a_long_line_is_shown_around_the_fault():
    line = "x" * 200 + " bad " + "y" * 200
    shown, below = drawn(line, Span(1, 202, 3), width=50)
    assert len(shown) <= 50
    assert shown.startswith("1 | ...x")
    assert shown.endswith("y...")
    assert shown[below.index("^") :].startswith("bad ")


def test_the_beginning_of_a_long_line_stays_where_it_is():
    shown, below = drawn("bad " + "y" * 200, Span(1, 1, 3), width=50)
    assert shown == "1 | bad " + "y" * 39 + "..."
    assert below == "  | ^^^ here"


def test_what_would_steer_the_terminal_is_made_visible():
    found = text([Diagnostic(codes.NOT_UTF8, "a\x1b[31m\nb", Source("a\x1bb", "x\x1b[2J\u202ey"), Span(1, 2), "n\x07")])
    assert "\x1b" not in found
    assert "\u202e" not in found
    assert "\x07" not in found
    assert "error[CNN101]: a�[31m b" in found


@given(st.text(max_size=60), st.integers(-3, 80), st.integers(0, 80), st.integers(20, 60))
def test_whatever_the_line_holds_the_carets_stand_below_what_is_meant(line, column, length, columns):
    line = "".join(line.splitlines())
    shown, below, *_ = drawn(line, Span(1, column, length), width=columns)
    assert width(shown) <= max(columns, 33)
    assert "^" in below
    assert "\n" not in shown
    start = min(max(column - 1, 0), len(line))
    if width(printable(line)) + 4 <= columns:
        assert below.index("^") == 4 + width(printable(line[:start]))


def test_warnings_come_after_errors_and_then_files_and_lines_count():
    first, second = fault("a", Span(1, 1), code=codes.BIAS_BEFORE_NORM), fault("a\nb", Span(2, 1))
    assert concise([first, second]) == "net.yaml:2:1: CNN101 wrong\nnet.yaml:1:1: CNN611 wrong"
    assert text([first]).startswith("warning[CNN611]: wrong\n")


def test_faults_are_parted_by_an_empty_line():
    assert text([MISFIT, MISFIT]) == f"{AS_DESIGNED}\n\n{AS_DESIGNED}"
    assert text([]) == ""


@pytest.mark.parametrize("form", [text, concise])
def test_at_most_a_hundred_faults_of_a_file_are_printed(form):
    found = form([*(fault("a\n" * 130, Span(line + 1, 1)) for line in range(123)), MISFIT])
    assert found.count("net.yaml:") == 100 + 1
    assert found.endswith("net.yaml: and 23 faults more")
    assert "lecture.yaml:3:24" in found


def test_the_json_has_the_keys_of_the_interface():
    assert json.loads(json_text([MISFIT])) == {
        "diagnostics": [
            {
                "code": "CNN401",
                "severity": "error",
                "message": "stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number",
                "file": "lecture.yaml",
                "line": 3,
                "column": 24,
                "help": list(MISFIT.helps),
            }
        ],
        "not_judged": [],
    }
    assert json.loads(json_text([])) == {"diagnostics": [], "not_judged": []}


def test_the_json_counts_what_it_leaves_out():
    found = json.loads(json_text([fault("a\n" * 130, Span(line + 1, 1)) for line in range(101)]))
    assert len(found["diagnostics"]) == 100
    assert found["left_out"] == {"net.yaml": 1}
