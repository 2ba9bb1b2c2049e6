"""The code that spells a layer, as data: modules that are made and called, and assignments to `x`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.layers import Array
from cnncalc.volume import Volume


class Code(str):
    """Python that stands as it is, where other texts are quoted."""

    __slots__ = ()


def called(function: str, *positional: Any, **named: Any) -> str:
    """A call as Python writes it.

    >>> called("nn.Conv2d", 3, 10, kernel_size=5), called("f", Code("x"), (1, 0), mode="reflect")
    ('nn.Conv2d(3, 10, kernel_size=5)', 'f(x, (1, 0), mode="reflect")')
    """
    written = [*map(_literal, positional), *(f"{name}={_literal(value)}" for name, value in named.items())]
    return f"{function}({', '.join(written)})"


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return value if isinstance(value, Code) else f'"{value}"'
    return repr(value)


class Call(NamedTuple):
    """A module that is made with those arguments, and called with what the line before it gave.

    Attributes:
        module: its name, such as ``nn.Conv2d``.
        x: the volume that it reads.
        y: the volume that it gives.
        positional: arguments without a name.
        named: arguments by name; those that have the framework's default are left out.
        arrays: those of the layer's arrays that it holds, as the framework stores them.
    """

    module: str
    x: Volume
    y: Volume
    positional: tuple[Any, ...] = ()
    named: Mapping[str, Any] = {}
    arrays: tuple[Array, ...] = ()

    def __str__(self) -> str:
        return called(self.module, *self.positional, **self.named)


class Assignment(NamedTuple):
    """An expression of `x`, or of the inputs `a`, `b`, ... of a join, whose value becomes `x`."""

    expression: str
    x: Volume
    y: Volume

    def __str__(self) -> str:
        return f"x = {self.expression}"


Line = Call | Assignment
