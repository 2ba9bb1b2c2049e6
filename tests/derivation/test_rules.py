"""Each kind has its rules, and what is told beside the numbers is true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.derivation.explain import explain_row
from cnncalc.problem import SpecError
from tests.derivation.held import hold
from tests.render.written import explanation_json, explanation_text, tex


def explained(text: str, path: str) -> str:
    net = cnncalc.loads(text)
    return explanation_text(explain_row(net, cnncalc.analyze(net), path))


def test_a_convolution_is_told_to_be_a_cross_correlation() -> None:
    assert "cross-correlation" in explained("{input: 7x7x3, layers: [conv: 5 3x3]}", "conv_1")


def test_the_lecture_s_formula_stands_as_the_lecture_has_it() -> None:
    page = explained("{input: 7x7x3, layers: [conv: 5 3x3 stride 2]}", "conv_1")
    assert "W2 = (W1 - F)/S + 1 = (7 - 3)/2 + 1 = 3" in page
    assert "weights = F x F x D1 x K = 3 x 3 x 3 x 5 = 135" in page


def test_what_the_stride_leaves_over_is_told() -> None:
    page = explained("{input: 8x8x3, layers: [conv: {filters: 5, kernel: 3, stride: 2, rounding: floor}]}", "conv_1")
    assert "no window reaches 1 padded pixel at the end of the height" in page


def test_a_layer_that_shares_its_weights_counts_none_and_says_whose_they_are() -> None:
    text = "{input: 4, layers: [{fc: 4, name: a}, relu, {fc: 4, share: a}]}"
    page = explained(text, "fc_2")
    assert "weights = 0" in page
    assert "uses the weights of a" in page


def test_the_line_of_the_spec_is_shown_with_its_number() -> None:
    page = explained("input: 7x7x3\nlayers:\n  - relu\n  - conv: 5 3x3\n", "conv_1")
    assert "   4 |   - conv: 5 3x3\n" in page


def test_slides_have_fractions() -> None:
    net = cnncalc.loads("{input: 7x7x3, layers: [conv: 5 3x3 stride 2]}")
    page = tex(explain_row(net, cnncalc.analyze(net), "conv_1"))
    assert r"W_{2} &= \frac{W_{1} - F}{S} + 1 = \frac{7 - 3}{2} + 1 = 3" in page


def test_json_is_an_object_with_its_schema() -> None:
    import json

    net = cnncalc.loads("{input: 7x7x3, layers: [conv: 5 3x3 stride 2]}")
    told = json.loads(explanation_json(explain_row(net, cnncalc.analyze(net), "conv_1")))
    assert told["schema"] == "cnncalc.explanation/1"
    height = told["sections"]["output"]["steps"][0]
    assert height == {
        "quantity": "height", "letter": "H2", "formula": "(H1 - F)/S + 1", "numbers": "(7 - 3)/2 + 1", "value": 3,
    }  # fmt: skip


SMALL = st.integers(1, 4)


@st.composite
def windows(draw: st.DrawFn) -> str:
    """A layer with a window, its parameters drawn axis by axis."""
    kind = draw(
        st.sampled_from(
            ["conv: {filters: 4, groups: 2", "depthwise: {multiplier: 2", "max_pool: {", "conv_transpose: {filters: 3"]
        )
    )
    sides = ", ".join(f"{side}: {draw(st.integers(0, 2))}" for side in ("top", "bottom", "left", "right"))
    words = ["same", "half"] if "transpose" not in kind else []
    padding = draw(st.sampled_from([f"{{{sides}}}", "0", "1", *words]))
    entries = [f"kernel: {draw(SMALL)}x{draw(SMALL)}", f"stride: {draw(SMALL)}x{draw(SMALL)}", f"padding: {padding}"]
    entries.append(f"dilation: {draw(st.integers(1, 2))}")
    if "transpose" not in kind:
        entries.append(f"rounding: {draw(st.sampled_from(['exact', 'floor', 'ceil']))}")
    joint = "" if kind.endswith("{") else ", "
    return f"{kind}{joint}{', '.join(entries)}}}"


@given(st.integers(1, 12), st.integers(1, 12), st.lists(windows(), min_size=1, max_size=3))
def test_the_printed_arithmetic_of_drawn_layers_gives_the_reports_numbers(
    height: int, width: int, layers: list[str]
) -> None:
    text = f"{{input: {height}x{width}x4, layers: [{', '.join(f'{{{layer}}}' for layer in layers)}]}}"
    try:
        net = cnncalc.loads(text)
    except SpecError:
        return
    report = cnncalc.analyze(net)
    for row in report.layers:
        hold(net, report, row.path)
