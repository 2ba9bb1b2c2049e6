"""A value that fails, wherever a value may stand and whatever stands before it, is told and stops no other verdict."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.layers import KINDS
from cnncalc.problem import SpecError
from tests.cli.terminal import call

FAILING = (
    "1 // ($n - 8)", "$nowhere", "$bad", "$n ** 99", "10 ** 400", "$n * 10 ** 11", "$previous.height", "$input.width",
    "$previous.nothing", "$n.height", "true + 1", "not $n", "relu if $n else 1", "-1", "0", "0.5", "1e400", "3x3 * 2",
    "3x3x3x3x3", "[1, 2]", "[[1], 2]", "{top: 1 // 0}", "{a: $bad}", "''", "'3'", "~", "$", "(", "99999999999999",
    "1x", "min()", "1/0 if $n > 8 else -7", "relu", "null", "yes", "$width", "-$width", "$width x 3", "max($n, 'a')",
)  # fmt: skip
"""Division by zero, what nobody set, what is hidden by a fault, too much, the wrong type, half of a formula."""

REQUIRED = {
    "filters": "2", "kernel": "1", "scale": "1", "block": "1", "output": "2x2x2", "start": "0", "stop": "1",
    "groups": "1", "units": "2", "rate": "0.5", "function": "relu",
}  # fmt: skip

PARAMETERS = [(kind, name) for kind, entry in KINDS.items() for name in entry.parameters]

PLACES = (
    "- relu:\n    repeat: VALUE",
    "- relu:\n    repeat: {c: VALUE}",
    "- conv: {filters: $c, kernel: 1}\n    repeat: {c: [2, VALUE, 3]}",
    "- relu:\n    if: VALUE",
    "- relu:\n    name: VALUE",
    "- relu:\n    from: VALUE",
    "- relu:\n    share: VALUE",
    "- relu:\n    expect: {output: VALUE}",
    "- relu:\n    budget: {params: VALUE}",
    "- B: {p: VALUE}",
    "- B: VALUE",
    "- D",
    "- conv: {filters: $late, kernel: 1}",
    "- conv: VALUE 3x3 pad VALUE",
    "- add: {a: [conv: {filters: VALUE, kernel: 1}], b: identity}",
    "- sequence: [conv: {filters: VALUE, kernel: VALUE}]",
    "- conv: {filters: 2, kernel: 1, weights: VALUE}",
    "- VALUE",
)
HEADS = (
    "vars: {n: 8, bad: $nope, width: VALUE}",
    "vars: {n: 8, width: 2, late: VALUE}",
    "vars: {n: 8, width: 2}\nvariants: {v: {vars: {width: VALUE}}, w: {budget: {params: VALUE}}}",
    "vars: {n: 8, width: 2}\nbudget: {params: VALUE}",
    "vars: {n: 8, width: 2}\nexpect: {output: VALUE}",
    "vars: {n: 8, width: 2}\ndtype: VALUE",
    "vars: {n: 8, width: 2}\noutputs: VALUE",
    "vars: {n: 8, width: 2}\nrounding: VALUE",
    "vars: {n: 8, width: 2}\nlint: {ignore: VALUE}",
    "vars: {n: 8, width: 2}\nname: VALUE",
)
BLOCKS = (
    "blocks:\n"
    "  B: {params: {p}, layers: [conv: {filters: $p, kernel: 1}]}\n"
    "  D: {params: {p: VALUE}, layers: [conv: {filters: $p, kernel: 1}]}\n"
)
INPUTS = ("8x8x4", "13", "16x3", "4x4x4x2", "VALUE", "{size: 8x8x4, mean: VALUE}")
BEFORE = ("", "- fc: 64", "- conv: {filters: 2, kernel: 99}", "- conv: {filters: $nobody, kernel: 1}", "- nonsense")
AFTER = ("", "- relu", "- conv: {filters: 0, kernel: 3}", "- conv: {filters: 8 // ($n - 8), kernel: 3}")

REDUCED = (
    "input: 13\nvars: {n: 8}\nlayers:\n  - conv: {kernel: 3, filters: 8 // ($n - 8)}\n",
    "input: 8x8x3\nvars: {width: $widht}\nlayers: [fc: 64, conv: {filters: 8 * $width, kernel: 3}]\n",
    "input: 8x8x3\nlayers: [fc: 4, conv: {filters: $previous.height, kernel: 3}]\n",
    "input: 8x8x3\nlayers: [conv: 4 99x99, conv: {filters: 8 // 0, kernel: 3}]\n",
    "input: 8x8x3\nvars: {n: 8}\nlayers: [conv: 4 99x99, conv: {filters: 8 // ($n - 8), kernel: 3}]\n",
    "input: 8x8x3\nlayers: [conv: min() 3x3 pad min()]\n",
    "input: 8x8x3\nvars: {width: $nowhere}\nlayers: [conv: {filters: $nowhere, kernel: 1}]\n",
)
"""What fell once, and its nearest kin."""


def item(kind, parameter):
    entry = KINDS[kind]
    values = {name: REQUIRED[name] for name, known in entry.parameters.items() if known.required}
    inside = ", ".join(f"{name}: {value}" for name, value in {**values, parameter: "VALUE"}.items())
    sources = "\n    from: [input, input]" if entry.layer.joins else ""
    return f"- {kind}: {{{inside}}}{sources}"


@st.composite
def specs(draw):
    """One value that fails, at one place or at several, before and behind what may be faulty too."""
    value = draw(st.sampled_from(FAILING))
    places = st.one_of(st.sampled_from(PARAMETERS).map(lambda place: item(*place)), st.sampled_from(PLACES))
    items = [draw(st.sampled_from(BEFORE)), draw(places), draw(st.sampled_from(AFTER))]
    layers = "".join(f"  {written}\n" for written in items if written)
    head = draw(st.sampled_from(HEADS))
    text = f"input: {draw(st.sampled_from(INPUTS))}\n{head}\n{draw(st.sampled_from(('', BLOCKS)))}layers:\n{layers}"
    return text.replace("VALUE", value)


def faults_of(text):
    try:
        cnncalc.loads(text)
    except SpecError as error:
        return error.diagnostics
    return []


def is_told(text):
    """Each fault has a place inside the text, one line that says it, and no place has the same said twice."""
    found = [fault for fault in faults_of(text) if fault.severity == "error"]
    lines = text.splitlines()
    for fault in found:
        assert 1 <= fault.line <= len(lines) + 1
        assert fault.message
        assert "\n" not in fault.message
        assert "Traceback" not in fault.message
    told = [(fault.code, fault.span, fault.message) for fault in found]
    assert len(told) == len(set(told))
    return found


@given(specs())
def test_a_value_that_fails_anywhere_is_told_at_its_place(text):
    is_told(text)


@pytest.mark.parametrize("text", REDUCED)
def test_what_fell_once_is_told_at_its_place(text):
    assert is_told(text)


def test_a_value_that_fails_behind_a_vector_is_told_beside_the_vector():
    assert [fault.code for fault in is_told(REDUCED[0])] == ["CNN406", "CNN247"]


def test_a_variable_that_a_fault_hides_hides_no_fault_of_the_layer_that_asks_for_it():
    assert [fault.code for fault in is_told(REDUCED[1])] == ["CNN227", "CNN406"]


def test_what_asks_for_the_sizes_of_a_vector_is_no_second_fault():
    assert [fault.code for fault in is_told(REDUCED[2])] == ["CNN406"]


@pytest.mark.parametrize("text", REDUCED[3:5])
def test_a_formula_that_fails_whatever_arrives_is_told_behind_a_faulty_layer(text):
    assert [fault.code for fault in is_told(text)] == ["CNN402", "CNN247"]


GOOD = "input: 8x8x3\nlayers:\n  - conv: 4 3x3\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("values")
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    np.save(folder / "image.npy", np.zeros((8, 8, 4), np.float32))
    return folder


def commands(folder: Path):
    bad, good = folder / "bad.yaml", folder / "good.yaml"
    return (
        ("summarize", bad),
        ("summarize", bad, "--format", "json"),
        ("check", bad, good),
        ("check", bad, "--format", "sarif"),
        ("explain", bad),
        ("explain", bad, "conv_1"),
        ("diff", bad, good),
        ("diff", good, bad),
        ("solve", bad, "--input", "7..8", "--exact"),
        ("solve", bad, "conv_1", "--output", "2x2"),
        ("solve", bad, "--vary", "width=1..2", "--under", "params <= 5"),
        ("run", bad, folder / "image.npy"),
        ("run", bad, "--plan"),
        ("fmt", "--check", bad),
    )


def no_traceback(folder, text):
    (folder / "bad.yaml").write_text(text, encoding="utf-8")
    for words in commands(folder):
        called = call(*words)
        assert called.crash is None, (words, called.crash)
        assert called.code in {0, 1, 2}, words
        if words[-1] == folder / "good.yaml" and words[0] == "check":
            assert "checked 2 specs" in called.err


@given(text=specs())
def test_no_command_ends_in_a_traceback_over_a_value_that_fails(files, text):
    no_traceback(files, text)


@pytest.mark.parametrize("text", REDUCED)
def test_no_command_ends_in_a_traceback_over_what_fell_once(files, text):
    no_traceback(files, text)
