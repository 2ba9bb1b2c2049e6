"""Every fault that a rule can state is stated once, beside the nearest values that it takes."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import cnncalc
from cnncalc.layers import KINDS, refuse_vector
from cnncalc.problem import Problem
from cnncalc.volume import Volume

PACKAGE = Path(cnncalc.__file__).parent
RULES = [*sorted((PACKAGE / "layers").glob("*.py")), PACKAGE / "window.py", PACKAGE / "volume.py"]
WORDS = Path(__file__).parent / "data" / "words_of_faults.txt"
IMAGE = Volume((8, 6, 4))
CONV = {"filters": 6, "kernel": 3}
TABLE = {"filters": 2, "kernel": 1}


class Case(NamedTuple):
    """A fault: the values that have it, and those closest to them that have none."""

    code: str
    kind: str
    refused: dict[str, Any]
    taken: dict[str, Any]
    inputs: tuple[Volume, ...] = (IMAGE,)
    fitting: tuple[Volume, ...] = ()
    """Inputs that go with the values that are taken, where they must be others."""


CASES = [
    Case("CNN401", "conv", {**CONV, "stride": 2}, {**CONV, "stride": 1}),
    Case("CNN402", "conv", {**CONV, "kernel": 7}, {**CONV, "kernel": 6}),
    Case("CNN403", "conv", {**CONV, "groups": 4}, {**CONV, "groups": 2}),
    Case("CNN403", "group_norm", {"groups": 3}, {"groups": 4}),
    Case("CNN411", "conv_transpose", {**CONV, "stride": 2, "output_padding": 2},
         {**CONV, "stride": 2, "output_padding": 1}),
    Case("CNN408", "avg_pool", {"kernel": 2, "padding": 1}, {"kernel": 2, "padding": 1, "count_padding": False}),
    Case("CNN409", "max_pool", {"kernel": 2, "padding": 2}, {"kernel": 2, "padding": 1}),
    Case("CNN410", "max_pool", {"kernel": 2, "padding": 4, "stride": 1, "dilation": 7},
         {"kernel": 2, "padding": 3, "stride": 1, "dilation": 6}),
    Case("CNN407", "conv", {**CONV, "kernel": (3, 3, 3)}, {**CONV, "kernel": (3, 3)}),
    Case("CNN407", "conv", {**CONV, "padding": (1, 1, 1)}, {**CONV, "padding": (1, 1)}),
    Case("CNN412", "reshape", {"output": (8, 6, 5)}, {"output": (6, 8, 4)}),
    Case("CNN413", "slice", {"start": 2, "stop": 2}, {"start": 2, "stop": 3}),
    Case("CNN413", "slice", {"start": 0, "stop": 5}, {"start": 0, "stop": 4}),
    Case("CNN414", "crop", {"top": 4, "bottom": 4}, {"top": 4, "bottom": 3}),
    Case("CNN415", "pad", {"padding": {"left": 6}, "mode": "reflect"}, {"padding": {"left": 5}, "mode": "reflect"}),
    Case("CNN416", "conv", {**TABLE, "connections": [0, 1]}, {**TABLE, "connections": [[0], [1]]}),
    Case("CNN416", "conv", {**TABLE, "connections": [[0], [1, 1]]}, {**TABLE, "connections": [[0], [1, 0]]}),
    Case("CNN416", "conv", {**TABLE, "connections": [[0], [4]]}, {**TABLE, "connections": [[0], [3]]}),
    Case("CNN416", "conv", {**TABLE, "connections": [[0]]}, {**TABLE, "connections": [[0], []]}),
    Case("CNN416", "conv", {**TABLE, "connections": [[0], [1]], "groups": 2},
         {**TABLE, "connections": [[0], [1]], "groups": 1}),
    Case("CNN427", "upsample", {"scale": 2, "align_corners": True},
         {"scale": 2, "align_corners": True, "mode": "bilinear"}),
    Case("CNN419", "depth_to_space", {"block": 3}, {"block": 2}),
    Case("CNN419", "space_to_depth", {"block": 4}, {"block": 2}),
    Case("CNN426", "crop", {"front": 1}, {"front": 0}),
    Case("CNN426", "pad", {"padding": {"front": 1}}, {"padding": {"top": 1}}),
    Case("CNN406", "instance_norm", {}, {}, (Volume((3,)),), (Volume((1, 3)),)),
    Case("CNN406", "lrn", {}, {}, (Volume((3,)),), (Volume((1, 3)),)),
    Case("CNN420", "add", {}, {}, (IMAGE,), (IMAGE, IMAGE)),
    Case("CNN420", "subtract", {}, {}, (IMAGE,) * 3, (IMAGE,) * 2),
    Case("CNN404", "add", {}, {}, (IMAGE, Volume((8, 6, 3))), (IMAGE, IMAGE)),
    Case("CNN404", "multiply", {}, {}, (IMAGE, Volume((1, 1, 3))), (IMAGE, Volume((1, 1, 4)))),
    Case("CNN405", "concat", {}, {}, (IMAGE, Volume((8, 5, 4))), (IMAGE, Volume((8, 6, 5)))),
    Case("CNN221", "conv", {**CONV, "filters": 2.5}, {**CONV, "filters": 2}),
    Case("CNN224", "conv", {"filters": 6}, CONV),
    Case("CNN222", "conv", {**CONV, "act": {"relu": 1}}, {**CONV, "act": {"elu": 1}}),
    Case("CNN225", "conv", {**CONV, "act": {"elu": {"slope": 1}}}, {**CONV, "act": {"elu": {"alpha": 1}}}),
    Case("CNN407", "reshape", {"output": (2, 2, 2, 2, 12)}, {"output": (2, 2, 4, 12)}),
    Case("CNN418", "upsample", {"scale": 2**31 - 1}, {"scale": 2**28 - 1}),
    Case("CNN417", "conv_transpose", {**CONV, "padding": 5}, {**CONV, "padding": 3}),
    Case("CNN220", "conv", {**CONV, "filters": "six"}, CONV),
    Case("CNN222", "conv", {**CONV, "filters": 0}, {**CONV, "filters": 1}),
    Case("CNN222", "conv", {**CONV, "filters": 2**31}, {**CONV, "filters": 2**31 - 1}),
    Case("CNN222", "dropout", {"rate": -0.1}, {"rate": 0.0}),
    Case("CNN222", "dropout", {"rate": 1.1}, {"rate": 1.0}),
    Case("CNN222", "batch_norm", {"eps": 0.0}, {"eps": 1e-45}),
    Case("CNN220", "batch_norm", {"eps": "small"}, {}),
    Case("CNN220", "batch_norm", {"affine": 1}, {"affine": True}),
    Case("CNN223", "pad", {"padding": 1, "mode": "wrap"}, {"padding": 1, "mode": "reflect"}),
    Case("CNN223", "conv", {**CONV, "padding": "full"}, {**CONV, "padding": "half"}),
    Case("CNN223", "conv", {**CONV, "act": {"rellu": 1}}, {**CONV, "act": {"elu": 1}}),
    Case("CNN223", "conv", {**CONV, "act": "rellu"}, {**CONV, "act": "relu"}),
    Case("CNN220", "conv", {**CONV, "act": 3}, {**CONV, "act": "relu"}),
    # Sides, axes and positions that differ: the words name the right one of each.
    Case("CNN415", "pad", {"padding": {"top": 1, "bottom": 9}, "mode": "reflect"},
         {"padding": {"top": 1, "bottom": 7}, "mode": "reflect"}),
    Case("CNN414", "crop", {"left": 5, "right": 1}, {"left": 4, "right": 1}),
    Case("CNN401", "conv", {**CONV, "stride": (2, 1)}, {**CONV, "stride": (1, 1)}),
    Case("CNN402", "conv", {**CONV, "kernel": (1, 9), "padding": {"left": 2}},
         {**CONV, "kernel": (1, 8), "padding": {"left": 2}}),
    Case("CNN402", "conv", {**CONV, "dilation": (1, 3)}, {**CONV, "dilation": (3, 1)}),
    Case("CNN419", "space_to_depth", {"block": 8}, {"block": 1}),
    Case("CNN404", "add", {}, {}, (Volume((8, 6, 3)), IMAGE, IMAGE), (IMAGE,) * 3),
    Case("CNN404", "add", {}, {}, (IMAGE, Volume((8, 6, 3)), Volume((8, 6, 2))), (IMAGE,) * 3),
    Case("CNN405", "concat", {}, {}, (IMAGE, IMAGE, Volume((7, 6, 4))), (IMAGE, IMAGE, Volume((8, 6, 9)))),
]  # fmt: skip
"""The codes in the order of the rules; `test_every_fault_of_a_rule_is_stated_here` says which rule has no case."""


def made(kind: str, values: dict[str, Any], inputs: tuple[Volume, ...]) -> Volume:
    entry = KINDS[kind]
    refuse_vector(entry.layer, inputs[0])
    return entry.build(inputs[0].rank, values).output_volume(*inputs)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code} {case.kind} {case.refused}" for case in CASES])
def test_a_rule_refuses_what_does_not_fit_and_takes_what_is_closest_to_it(case: Case) -> None:
    with pytest.raises(Problem) as caught:
        made(case.kind, case.refused, case.inputs)
    assert caught.value.code == case.code
    made(case.kind, case.taken, case.fitting or case.inputs)


def test_its_words_are_those_that_were_read_and_found_good() -> None:
    """A new case brings a new line; `python -m tests.layers.test_faults` prints all of them."""
    assert told() == WORDS.read_text("utf-8").splitlines()


def told() -> list[str]:
    """What each case says, a line each."""
    lines = []
    for case in CASES:
        with pytest.raises(Problem) as caught:
            made(case.kind, case.refused, case.inputs)
        arriving = " and ".join(map(str, case.inputs))
        lines.append(f"{case.kind} {case.refused} on {arriving}: {caught.value.code} {caught.value.message}")
    return lines


def test_every_fault_of_a_rule_is_stated_here(monkeypatch: pytest.MonkeyPatch) -> None:
    stated: set[tuple[str, int]] = set()
    begin = Problem.__init__

    def noted(problem: Problem, *given: Any, **named: Any) -> None:
        frame = sys._getframe(1)  # whoever states the fault
        stated.add((frame.f_code.co_filename, frame.f_lineno))
        begin(problem, *given, **named)

    monkeypatch.setattr(Problem, "__init__", noted)
    for case in CASES:
        with pytest.raises(Problem):
            made(case.kind, case.refused, case.inputs)
    missing = [
        f"{rule.name}:{call.lineno}"
        for rule in RULES
        for call in ast.walk(ast.parse(rule.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Problem"
        and not any((str(rule), line) in stated for line in range(call.lineno, (call.end_lineno or 0) + 1))
    ]
    assert missing == []


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in told()))
