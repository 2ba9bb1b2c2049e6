"""Reads `dtype`: one name for all values, or one for the weights and one for the activations."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.dtype import BYTES, PARTS, Dtype
from cnncalc.language.reading.maps import read_each, unknown_key
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.problem import Faults, Problem
from cnncalc.source import Edit, Help, write

_FOREIGN = {
    "float": "float32", "single": "float32", "fp32": "float32", "f32": "float32", "half": "float16", "fp16": "float16",
    "f16": "float16", "bf16": "bfloat16", "short": "int16", "i16": "int16", "i8": "int8", "qint8": "int8",
}  # fmt: skip
_AS_MANY_BYTES = {
    "uint8": "int8", "u8": "int8", "quint8": "int8", "float8": "int8", "fp8": "int8", "uint16": "int16", "u16": "int16",
    "int32": "float32", "i32": "float32", "uint32": "float32", "u32": "float32",
}  # fmt: skip
_OTHERS = frozenset({"float64", "fp64", "f64", "double", "int64", "i64", "uint64", "int4", "uint4", "int2", "bool"})
"""Types of another size than any of ours, one of which would be a wrong guess."""


def read_dtype(node: Node, faults: Faults) -> Dtype:
    """The dtype of a file or a variant; a part that is not named is float32. Faults of parts are kept."""
    if not isinstance(node, Mapping):
        name = _name(node)
        return Dtype(name, name)
    parts: dict[str, str] = {}

    def part(key: Scalar, value: Node) -> None:
        if key.text not in PARTS:
            raise unknown_key(key, PARTS, "dtype", "it is that of")
        parts[key.text] = _name(value)

    read_each(node.entries, part, faults.add)
    if not len(node):
        raise _nameless(node)
    return Dtype(**parts)


def _nameless(node: Node) -> Problem:
    helps = "name it, as in `dtype: int8` or `dtype: {weights: int8, activations: int16}`"
    return Problem(codes.MISPLACED_VALUE, "dtype names a type", node.span, helps=helps)


def _name(node: Node) -> str:
    if not isinstance(node, Scalar) or node.is_empty:
        raise _nameless(node)
    if node.text not in BYTES:
        message = f"`{node.text[:60]}` is no type that memory is counted in"
        raise Problem(codes.NOT_A_CHOICE, message, node.span, helps=lambda: _near(node.text))
    return node.text


def _near(word: str) -> str:
    lower, known = word.lower(), f"the types are {', '.join(BYTES)}"
    if lower in _FOREIGN:
        return write(_FOREIGN[lower])
    if lower in _AS_MANY_BYTES:
        ours = _AS_MANY_BYTES[lower]
        return Help(f"write `{ours}`, which has as many bytes", Edit(ours))
    return known if lower in _OTHERS else did_you_mean(word, BYTES, known)
