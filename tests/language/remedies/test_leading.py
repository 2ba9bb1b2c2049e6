"""A help leads on: with it the fault is gone, and helps applied again and again come to an end, never back."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import codes
from cnncalc.judging.judge import Conditions, judge_spec
from cnncalc.language.choices import AS_WRITTEN
from cnncalc.language.remedies.trying import _Change
from cnncalc.language.values import suggest
from cnncalc.language.yaml.source import source_of_text
from cnncalc.problem import Diagnostic
from cnncalc.source import Edit, Span, edits_of
from tests.language.remedies.following import each_help, faults_of, followed, same_fault_after, shown_without_edit

HOME = Path(cnncalc.__file__).parent
BROKEN = [
    pytest.param(text, id=f"{lesson.stem}-{number}")
    for lesson in sorted(HOME.glob("lessons/CNN*.md"))
    for number, text in enumerate(
        re.findall(r"^```yaml\n(.*?)^```$", lesson.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
]


def leads_on(text):
    for step in each_help(text):
        assert not same_fault_after(step), (step.help, step.after)
    path = followed(text)
    texts = [text, *(step.after for step in path)]
    assert len(set(texts)) == len(texts), [step.help for step in path]
    for fault in faults_of(text):
        assert not shown_without_edit(fault), fault.helps


@pytest.mark.parametrize("text", BROKEN)
def test_the_helps_of_a_lesson_lead_on(text):
    leads_on(text)


def _texts_of_the_tests():
    """Every text in the tests that is a spec, right or wrong."""
    for file in sorted(Path(__file__).parents[2].rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "layers:" in node.value:
                yield node.value


def test_the_helps_of_every_broken_text_of_the_tests_lead_on():
    texts = {text for text in _texts_of_the_tests() if len(text) < 4_000}
    assert sum(map(bool, map(faults_of, texts))) > 100
    for text in sorted(texts):
        leads_on(text)


SPECS = {path.stem: path.read_text("utf-8") for path in sorted((HOME.parent / "specs").glob("*.yaml"))}
SMALL = [text for text in SPECS.values() if len(text) < 2_500]
"""The networks that ship, but for those that take long to read again and again."""
FOREIGN = (
    "Conv2d",
    "kernel_size",
    "nn.Linear(400, 120)",
    "MaxPooling2D((2, 2))",
    "strides",
    "3x3/2",
    "pad=same",
    "(5,5)",
)
NUMBERS = ("0", "-1", "2.5", "999999999", "1e9", "x", "010", "3,5")


def _swapped(word):
    return word[0] + word[2] + word[1] + word[3:] if len(word) > 2 else word + word


@st.composite
def broken(draw):
    """A network that ships with one thing wrong in one place."""
    text = draw(st.sampled_from(SMALL))
    how = draw(st.sampled_from(["word", "sign", "number", "foreign", "order", "depth", "line"]))
    if how in {"order", "depth", "line"}:
        lines = text.splitlines(keepends=True)
        at = draw(st.integers(0, len(lines) - 2))
        if how == "line":
            lines[at], lines[at + 1] = lines[at + 1], lines[at]
        elif how == "depth":
            lines[at] = draw(st.sampled_from([" ", "  ", "\t"])) + lines[at]
        else:
            words = lines[at].split(" ")
            words[-2:] = reversed(words[-2:])
            lines[at] = " ".join(words)
        return "".join(lines)
    sought = {
        "word": r"[A-Za-z_]{2,}",
        "sign": r"[:\[\]{},'\"-]",
        "number": r"\d+",
        "foreign": r"[A-Za-z_]{3,}|\d+x\d+",
    }
    found = draw(st.sampled_from(list(re.finditer(sought[how], text))))
    instead = {
        "word": st.just(_swapped(found[0])),
        "sign": st.sampled_from(["", found[0] * 2]),
        "number": st.sampled_from(NUMBERS),
        "foreign": st.sampled_from(FOREIGN),
    }
    return text[: found.start()] + draw(instead[how]) + text[found.end() :]


@settings(max_examples=60, deadline=None)
@given(broken())
def test_the_helps_of_a_network_with_a_slip_lead_on(text):
    leads_on(text)


ITEMS = [
    "Conv2d(3, 6, 5)", "nn.Conv2d(3, 64, kernel_size=3, padding=1)", "Conv2D(32, (3, 3), activation='relu')",
    "MaxPooling2D((2, 2))", "Dense(10)", "nn.Linear(400, 120)", "conv(16, 3)", "conv: 6, 5, padding=2",
    "conv: [16, 3]", "conv: 3x3 32", "conv: 32 3x3 s2", "conv: 32 3x3/2", "conv: 16 3x3 stride=2",
    "conv: 16 3x3 pad=same", "conv: 16 3x3 same", "conv: 16 3x3 relu", "dropout: p=0.5", "dropout: 50%",
    "SeparableConv2D: 100 5x5", "Flatten()", "BatchNorm2d(64)", "conv: 16 (5,5)", "conv: 16@3x3", "conv: 16x3x3",
    "conv: 8 9", "pool: 2", "conv: filters=16, kernel_size=(3,3)",
    "conv: {filters: 16, kernel: 3} act relu",
]  # fmt: skip


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("form", ["  - {}\n", "  - relu\n  - {}\n  - flatten\n"])
def test_what_people_write_ends_in_a_valid_network(item, form):
    text = f"input: 32x32x3\nlayers:\n{form.format(item)}"
    leads_on(text)
    assert not faults_of(followed(text)[-1].after)


@pytest.mark.parametrize(
    "text",
    [
        "input: 1000x4\nlayers:\n  - conv: 8 9\n",
        "input: 1000x4\nlayers:\n  - conv: 8 3x3\n",
        "input: 28x28\nlayers:\n  - conv: 8 3x3\n",
        "input: 32x32\nlayers:\n  - conv: 6 5x5 act relu\n  - max_pool: 2x2\n  - fc: 10\n",
        "input: (32,32,3)\nlayers:\n  - conv: 8 3x3\n",
        "input: 3x32x32\nlayers:\n  - conv: 8 3x3\n",
        "input: 64x1x28x28\nlayers:\n  - conv: 8 3x3\n",
        "input: 32x32x3\nlayers:\n  - add:\n      main: conv: 3 3x3 pad 1\n      skip: identity\n",
        "input: 32x32x3\nlayers:\n  - relu:\n    name: a\n  - add: {main: [conv: 3 1x1], skip: a}\n",
        "input: 32x32x3\nlayers:\n  - conv: 8 3x3\n  - repeat: 3\n",
        "input: 32x32x3\nlayers:\n  - repeat: 3\n    - conv: 8 3x3\n    - relu\n",
        "input: 32x32x3\nlayers:\n  - repeat 2:\n      - conv: 8 3x3\n      - relu\n",
        "input: 32x32x3\nlayers:\n  - conv: 8 3x3\n    pad: 1\n",
        "input: 32x32x3\nlayers:\n  - conv: 8 3x3\n      pad: 1\n",
        "input: 8x8x4\nrounding: floor\nlayers:\n  - add: {main: [conv: 8 3x3 stride 2 pad 1], skip: identity}\n",
        "input: 8x8x4\nlayers:\n  - add:\n      main: [relu, conv: 8 3x3 pad 1]\n      skip: identity\n",
        "input: 32x32x3\nbudget: 50K\nlayers:\n  - conv: 8 3x3\n",
    ],
)
def test_known_circles_end_in_a_valid_network(text):
    leads_on(text)
    assert not faults_of(followed(text)[-1].after)


LINTED = [
    "input: 32x32x3\nlayers:\n  - conv: 8 3x3\n  - batch_norm\n  - relu\n  - fc: 10\n",
    "input: 32x32x3\nlayers:\n  - conv: {filters: 8, kernel: 3}\n  - batch_norm\n  - relu\n  - fc: 10\n",
    "input: 32x32x3\nlayers:\n  - conv:\n      filters: 8\n      kernel: 3\n  - batch_norm\n  - relu\n  - fc: 10\n",
    "input: 33x33x3\nrounding: floor\nlayers:\n  - conv: 8 2x2 stride 3 act relu\n  - fc: 10\n",
    "input: 33x33x3\nlayers:\n  - conv: 8 1x1 stride 2 act relu\n  - fc: 10\n",
    "input: 32x32x3\nlayers:\n  - conv: 8 4x4 pad same act relu\n  - fc: 10\n",
    "input: 33x33x3\nlayers:\n  - conv: 8 1x1 act relu\n  - max_pool: 3x3 stride 2 pad 1\n  - fc: 10\n",
    "input: 32x32x3\nlayers:\n  - conv: 8 3x3\n  - conv: 8 3x3 act relu\n  - fc: 10 bias false\n",
]


def remarks(path, text):
    path.write_text(text, encoding="utf-8")
    conditions = Conditions(AS_WRITTEN, 1, None, frozenset(), strict=False, verify=False)
    return judge_spec(str(path), conditions).diagnostics


@pytest.mark.parametrize("text", LINTED)
def test_the_helps_of_a_lint_lead_on(text, tmp_path):
    path = tmp_path / "net.yaml"
    found = [fault for fault in remarks(path, text) if any(map(edits_of, fault.helps))]
    assert found
    for fault in found:
        for proposal in filter(edits_of, fault.helps):
            after = remarks(path, fault.source.edited(edits_of(proposal)).text)
            assert not [other for other in after if other.severity == "error"]
            assert (fault.code, fault.line) not in {(other.code, other.line) for other in after}


def test_a_kind_is_proposed_though_its_parameters_are_missing_too():
    text = "input: 8x8x3\nlayers:\n  - cnv: 3\n"
    leads_on(text)
    assert followed(text)[0].help == "did you mean `conv`?"
    assert not faults_of(followed(text)[-1].after)


@pytest.mark.parametrize(("written", "moves"), [("- conv: 6 5x5", 0), ("- conv: 6 5x5\n- relu", 1)])
def test_what_is_below_an_edit_moves_by_its_lines_and_what_is_beside_it_stays(written, moves):
    source = source_of_text("input: 8x8x3\nlayers:\n- block\n- relu\n- tanh\n")
    fault = Diagnostic(codes.UNKNOWN_KIND, "no kind", source, Span(3, 3, 5))
    change = _Change.of(fault, [Edit(written, Span(3, 1, 7))])
    assert [change.line(number) for number in (2, 3, 4, 5)] == [2, 3, 4 + moves, 5 + moves]


def test_the_law_sees_a_help_that_leads_back(monkeypatch):
    monkeypatch.setattr("cnncalc.language.remedies.trying.helpful", lambda found, *_: found)
    monkeypatch.setattr(suggest, "closest", lambda word, _: word)
    with pytest.raises(AssertionError):
        leads_on("input: 8x8x3\nlayers:\n  - cnv: 5 3x3\n")
