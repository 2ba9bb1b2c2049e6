"""The dtype of a network: the type in which weights and activations are stored, and the bytes of one value of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

BYTES: Mapping[str, int] = {"float32": 4, "float16": 2, "bfloat16": 2, "int16": 2, "int8": 1}
"""The bytes of one value, by the name of its type."""

DEFAULT = "float32"


class Dtype(NamedTuple):
    """What weights and activations are stored in.

    >>> Dtype("int8", "int16").weight_bytes, str(Dtype("int8", "int16")), str(Dtype("int8", "int8"))
    (1, 'int8 weights, int16 activations', 'int8')
    """

    weights: str = DEFAULT
    activations: str = DEFAULT

    @property
    def weight_bytes(self) -> int:
        """The bytes of one weight."""
        return BYTES[self.weights]

    @property
    def activation_bytes(self) -> int:
        """The bytes of one value of an activation."""
        return BYTES[self.activations]

    @property
    def is_one(self) -> bool:
        """Whether weights and activations have the same."""
        return self.weights == self.activations

    @property
    def is_default(self) -> bool:
        """Whether it is what a network has that says nothing."""
        return self == FLOAT32

    def facts(self) -> str | dict[str, str]:
        """As JSON holds it: one name, or a map where the two differ."""
        return self.weights if self.is_one else self._asdict()

    def __str__(self) -> str:
        return self.weights if self.is_one else f"{self.weights} weights, {self.activations} activations"


FLOAT32 = Dtype()
PARTS = Dtype._fields


def dtype_of(written: str | Mapping[str, str] | Dtype) -> Dtype:
    """What somebody writes for a dtype: one name, a map of parts, or that map as `weights=int8,activations=int16`.

    A part that is not named is float32.

    Raises:
        ValueError: there is no such type, or no such part.

    >>> dtype_of("int8"), dtype_of({"weights": "int8"}) == dtype_of("weights=int8")
    (Dtype(weights='int8', activations='int8'), True)
    """
    if isinstance(written, Dtype):
        return written
    if isinstance(written, str) and "=" not in written:
        return Dtype(_known(written), written)
    return Dtype(**{_part(name): _known(value) for name, value in _entries(written)})


def _entries(written: str | Mapping[str, str]) -> list[tuple[str, str]]:
    """The parts with their names; a text names each of them once."""
    if not isinstance(written, str):
        return [*written.items()]
    halves = [entry.partition("=") for entry in written.split(",")]
    entries = [(name.strip(), value.strip()) for name, _, value in halves]
    if len(dict(entries)) < len(entries):
        raise ValueError(f"dtype names a part twice: {written}")
    return entries


def _part(name: str) -> str:
    if name not in PARTS:
        raise ValueError(f"dtype is of {' and '.join(PARTS)}, not of {name!r}")
    return name


def _known(name: object) -> str:
    if not isinstance(name, str) or name not in BYTES:
        raise ValueError(f"dtype must be one of {', '.join(BYTES)}, not {name!r}")
    return name
