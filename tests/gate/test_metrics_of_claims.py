"""Every metric that a budget may limit: on the network, on a block and on a layer; in a whole spec, with its line."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.problem import SpecError
from tests.gate.specs import broken

NET = """\
input: 32x32x3
blocks:
  ConvBN:
    params: {{filters}}
    layers:
      - conv: $filters 3x3 pad 1 bias false
      - batch_norm
      - relu
layers:
  - conv: 8 3x3 pad 1
    name: first{layer}
  - ConvBN: 16
    name: middle{block}
  - conv: 4 1x1
{network}"""


def net(metric: str, limit: str, where: str) -> str:
    budget = f"budget: {{{metric}: {limit}}}"
    places = {"layer": "", "block": "", "network": ""}
    places[where] = budget if where == "network" else f"\n    {budget}"
    return NET.format(**places) + "\n"


# metric, the part, what it has; each recomputed here from the sizes in the text
WEIGHTS = {"layer": 8 * 27 + 8, "block": 16 * 8 * 9 + 32, "network": 8 * 27 + 8 + 16 * 8 * 9 + 32 + 4 * 16 + 4}
FIXED = {"layer": 0, "block": 32, "network": 32}
PLACES = 32 * 32
MACS = {"layer": PLACES * 8 * 27, "block": PLACES * 16 * 72, "network": PLACES * (8 * 27 + 16 * 72 + 4 * 16)}
PEAK = {"layer": 4 * PLACES * (3 + 8), "block": 4 * PLACES * (16 + 16), "network": 4 * PLACES * (16 + 16)}
CASES = [
    *(("params", part, value) for part, value in WEIGHTS.items()),
    *(("training_params", part, value) for part, value in WEIGHTS.items()),
    *(("fixed_params", part, value) for part, value in FIXED.items()),
    *(("macs", part, value) for part, value in MACS.items()),
    *(("weight_memory", part, 4 * (WEIGHTS[part] + FIXED[part])) for part in WEIGHTS),
    *(("peak_activation", part, value) for part, value in PEAK.items()),
    *(("receptive_field", part, value) for part, value in (("layer", 3), ("block", 5), ("network", 5))),
    *(("layers", part, value) for part, value in (("layer", 1), ("block", 3), ("network", 5))),
]


@pytest.mark.parametrize(("metric", "part", "value"), CASES)
def test_a_budget_holds_at_its_limit_and_fails_one_below(metric, part, value):
    assert broken(net(metric, str(value), part)) == []
    if value:
        (found,) = broken(net(metric, str(value - 1), part))
        assert found.code == "CNN502"
        named = {"layer": f"{metric} of first ", "block": f"{metric} of middle ", "network": f"{metric} "}[part]
        assert found.message.startswith(named)
        assert "is over the budget of" in found.message


@pytest.mark.parametrize(("part", "line"), [("layer", 12), ("block", 14), ("network", 15)])
def test_a_verdict_stands_on_the_line_of_its_budget(part, line):
    (found,) = broken(net("params", "1", part))
    assert found.place[1] == line
    assert found.source.line(line)[found.span.column - 1 :].startswith("1")


@pytest.mark.parametrize(
    ("metric", "note"),
    [
        ("params", "most in middle/conv_1 (1,152), first (224), conv_2 (68)"),
        ("macs", "most in middle/conv_1 (1,179,648), first (221,184), conv_2 (65,536)"),
        ("weight_memory", "most in middle/conv_1 (4.5 KiB), first (896 B), conv_2 (272 B)"),
        ("peak_activation", "most in middle/conv_1 (64.0 KiB), middle/batch_norm_1 (64.0 KiB)"),
        ("receptive_field", "most in first (+2), middle/conv_1 (+2)"),
    ],
)
def test_a_verdict_names_the_layers_that_cost_most(metric, note):
    (found,) = broken(net(metric, "1", "network"))
    assert found.note == note


def test_a_block_names_the_layers_of_its_own_alone():
    (found,) = broken(net("params", "1", "block"))
    assert found.note == "most in middle/conv_1 (1,152), middle/batch_norm_1 (32)"


@pytest.mark.parametrize(("dtype", "bytes_"), [("float32", 4), ("float16", 2), ("bfloat16", 2), ("int8", 1)])
def test_memory_follows_the_dtype(dtype, bytes_):
    kept = WEIGHTS["network"] + FIXED["network"]
    assert broken(net("weight_memory", str(bytes_ * kept), "network"), dtype) == []
    assert len(broken(net("weight_memory", str(bytes_ * kept - 1), "network"), dtype)) == 1
    assert broken(net("peak_activation", str(bytes_ * PLACES * 32), "network"), dtype) == []
    assert len(broken(net("peak_activation", str(bytes_ * PLACES * 32 - 1), "network"), dtype)) == 1


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("expect: {output: 32x32x5}", "output is 32x32x4, but 32x32x5 is expected"),
        ("expect: {shapes: {middle: 32x32x8}}", "the output of middle is 32x32x16, but 32x32x8 is expected"),
        ("expect: {receptive_field: 7x7}", "receptive_field is 5x5, but 7x7 is expected"),
        ("budget: {receptive_field: 3x3}", "receptive_field is 5x5, but at most 3x3 is allowed"),
    ],
)
def test_a_volume_or_size_is_told_beside_the_expected_one(claim, message):
    (found,) = broken(NET.format(layer="", block="", network=claim))
    assert (found.code, found.message) == ("CNN503", message)


@pytest.mark.parametrize("where", ["layer", "block"])
def test_an_expected_output_of_a_part_is_judged(where):
    texts = {"layer": "", "block": "", "network": "", where: "\n    expect: 32x32x99"}
    (found,) = broken(NET.format(**texts))
    assert found.message.endswith("but 32x32x99 is expected")


@pytest.mark.parametrize(
    ("metric", "limit"),
    [(metric, "5 KiB") for metric in ("params", "fixed_params", "training_params", "macs", "layers", "receptive_field")]
    + [(metric, "5M") for metric in ("weight_memory", "peak_activation")],
)
@pytest.mark.parametrize("where", ["network", "block", "layer"])
def test_a_unit_that_does_not_fit_its_metric_is_one_fault(metric, limit, where):
    with pytest.raises(SpecError) as error:
        cnncalc.loads(net(metric, limit, where))
    (found,) = error.value.diagnostics
    assert found.code == "CNN236"
    assert metric in found.message
