"""The JSON Schema accepts what the language accepts, refuses typos, and lists everything that the parser knows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

import cnncalc
from cnncalc.cli.schema import schema as command
from cnncalc.editor.schema import schema
from cnncalc.language.reading.declarations import MODIFIERS, SEQUENCE
from cnncalc.language.reading.keys import KEYS
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.layers import KINDS
from cnncalc.metrics import CLAIMED
from tests.editor.layouts import tree_of

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
MENDED = [
    pytest.param(body, id=path.stem)
    for path in sorted((ROOT / "cnncalc" / "lessons").glob("CNN*.md"))
    for body in re.findall(r"^```yaml fixed\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
]

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


def instance(text: str) -> Any:
    """A spec as the values that a YAML 1.2 reader, such as an editor's, gives to a schema."""
    return _value(tree_of(text))


def _value(node: Node) -> Any:
    if isinstance(node, Scalar):
        return _scalar(node)
    if isinstance(node, Mapping):
        return {key.text: _value(value) for key, value in node.entries}
    return [_value(item) for item in node.items]


def _scalar(node: Scalar) -> Any:
    if node.quoted:
        return node.text
    if node.text in _WORDS:
        return _WORDS[node.text]
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    return float(node.text) if _FLOAT.fullmatch(node.text) else node.text


def spec(layer: str) -> str:
    return f"input: 32x32x3\nlayers:\n  - {layer}\n"


def faults(text: str) -> list[str]:
    return [fault.message for fault in VALIDATOR.iter_errors(instance(text))]


def test_the_schema_is_itself_right():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_the_command_prints_the_schema():
    result = CliRunner().invoke(command)
    assert json.loads(result.output) == SCHEMA


@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_spec_that_ships_is_accepted(path):
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize("text", MENDED)
def test_every_mended_lesson_is_accepted(text):
    assert faults(text) == []


def test_every_key_kind_modifier_and_metric_is_there_with_a_description():
    item = SCHEMA["definitions"]["item"]["anyOf"][0]["properties"]
    assert list(SCHEMA["properties"]) == list(KEYS)
    assert list(item) == [*KINDS, SEQUENCE, *MODIFIERS]
    assert list(SCHEMA["definitions"]["expect"]["properties"]) == list(CLAIMED)
    kinds = [SCHEMA["definitions"][f"kind.{name}"] for name in (*KINDS, SEQUENCE)]
    described = [*SCHEMA["properties"].values(), *kinds, *(item[name] for name in MODIFIERS)]
    assert [entry for entry in described if not entry.get("description")] == []


def test_every_parameter_has_its_description_and_its_default():
    for name, kind in KINDS.items():
        if kind.layer.joins:
            continue
        written = json.dumps(SCHEMA["definitions"][f"kind.{name}"])
        assert [entry.doc for entry in kind.parameters.values() if json.dumps(entry.doc)[1:-1] not in written] == []
    stride = SCHEMA["definitions"]["kind.conv"]["else"]["anyOf"][0]["properties"]["stride"]
    assert (stride["description"], stride["default"]) == ("the step of the window (S)", 1)


@pytest.mark.parametrize(
    "layer",
    [
        "relu",
        "relu:",
        "Block",
        "Block: 3x3 pad 1",
        "Größe: 3",
        "conv: 10 5×5 pad 2 act relu bias false",
        "conv: $f kernel $k stride max(1,$s)",
        "conv: {filters: 2*3, kernel: 3, padding: {top: 1, left: $p}, act: {leaky_relu: 0.1}}",
        "conv: {filters: 8, kernel: 3x1, padding: half, act: {prelu: {shared: true}}, connections: [[0, 1], [2]]}",
        "max_pool: 2",
        "max_pool: {kernel: 3, rounding: ceil}",
        "dropout: 1/2",
        "act: $nl",
        "act: {leaky_relu: 0.1}",
        "reshape: [$a, 7, 3]",
        "slice: 0 stop 4",
        "crop: top 1 left 2",
        "concat: {a: identity, b: [relu, conv: 6 1x1]}",
        "add:\n    from: [input, previous]",
        "sequence: [relu, {fc: 10, name: out}]",
        "fc: 10\n    repeat: {n: [1, 2]}\n    if: $a == 1\n    expect: {params: at least 5K, macs: 1e6}",
        "conv: 1 3x3\n    weights: sobel_x",
        "conv: 1 3x3\n    weights: {weight: [[0, 1, 0], [0, 1, 0], [0, 1, 0]], bias: [0.5]}",
    ],
)
def test_what_the_language_allows_is_accepted(layer):
    assert faults(spec(layer)) == []


@pytest.mark.parametrize(
    "layer",
    [
        "cnov: 6 3x3",
        "relu6x",
        "conv",
        "conv: {filtrs: 6, kernel: 3}",
        "conv: {filters: 6}",
        "conv: {filters: six, kernel: 3}",
        "conv: {filters: 0, kernel: 3}",
        "conv: 10 5x5 padd 2",
        "conv: 10 5",
        "conv: 10",
        "conv: 10 5x5 bias yes",
        "conv: 10 5x5 act rellu",
        "conv: {filters: 6, kernel: 3, act: rellu}",
        "conv: {filters: 6, kernel: 3, padding: {up: 1}}",
        "dropout: 2",
        "relu: 3",
        "max_pool: {kernel: 3, rounding: flor}",
        "conv: 6 3x3\n    fc: 10",
        "fc: 10\n    nmae: x",
        "name: x",
        "fc: 10\n    budget: {params: 5MiB}",
        "fc: 10\n    expect: {parms: 5}",
        "add: {a: skip}",
        "conv: 1 3x3\n    weights: sobel_z",
    ],
)
def test_a_typo_is_refused(layer):
    assert faults(spec(layer)) != []


@pytest.mark.parametrize(
    "text",
    [
        "inptu: 3x3x3\nlayers: [relu]\n",
        "input: 3x3x3\nlayer: [relu]\n",
        "layers: [relu]\n",
        "input: 3x3x3\ninputs: {a: 3}\nlayers: [relu]\n",
        "input: 3x3x3\nlayers: []\n",
        "input: 3 by 3\nlayers: [relu]\n",
        "input: 3x3x3\nrounding: up\nlayers: [relu]\n",
        "input: 3x3x3\nblocks: {lower: {layers: [relu]}}\nlayers: [relu]\n",
        "input: 3x3x3\nblocks: {Upper: {parms: {}, layers: [relu]}}\nlayers: [relu]\n",
        "input: 3x3x3\nlint: {ignore: CNN401}\nlayers: [relu]\n",
    ],
)
def test_a_wrong_key_or_value_at_the_top_is_refused(text):
    assert faults(text) != []


def test_keys_of_ones_own_are_accepted():
    assert faults("x-mine: {a: [1]}\n" + spec("relu")) == []


HEADS = {
    "dtype: int8": True,
    "dtype: {weights: int8, activations: int16}": True,
    "dtype: {activations: float16}": True,
    "dtype: float64": False,
    "dtype: {weights: int4}": False,
    "dtype: {bias: int8}": False,
    "dtype: {}": False,
    "variants: {a: {dtype: {weights: int8}}}": True,
    "variants: {a: {budget: none}}": True,
    "variants: {a: {budget: {params: none, peak_activation: 1 KiB, receptive_field: none}}}": True,
    "budget: {receptive_field: {strict: 9, windows: 9x9}}": True,
    "budget: {receptive_field: {windows: at most 9}}": True,
    "budget: {receptive_field: {mean: 9}}": False,
    "variants: {a: {expect: none}}": False,
    "variants: {a: {expect: {params: none}}}": False,
    "budget: none": False,
    "budget: {params: none}": False,
}


@pytest.mark.parametrize("head", HEADS)
def test_dtypes_and_lifted_limits_are_taken_where_the_language_takes_them(head):
    text = f"input: 8x8x1\nlayers: [relu]\n{head}\n"
    assert (not faults(text)) is HEADS[head]
    if HEADS[head]:
        cnncalc.loads(text)
    else:
        with pytest.raises(cnncalc.SpecError):
            cnncalc.loads(text)
