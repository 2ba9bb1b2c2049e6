"""A value as it stands in a spec: known already, or a formula to be asked at each turn; it knows its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, NamedTuple

from cnncalc import codes
from cnncalc.language.formulas.formula import Formula, Unknown
from cnncalc.language.reading.scalars import FORMULA, NUMBER, WORD, Token, boolean, scan
from cnncalc.language.values.numerals import Value, is_numeric, number, real, shortened
from cnncalc.language.values.sizes import almost_a_size, size
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.problem import Problem, every
from cnncalc.source import Edit, Help, Span, write

_FACTOR = r"[0-9]+"
_SIZE = rf"{_FACTOR}(?: ?[xX×] ?{_FACTOR})+"
Lookup = Callable[[str], Value]


class Written(NamedTuple):
    """One value of a spec. `at(lookup)` gives it; `names` are the variables that it asks for.

    A known one is its `value`, any other what `run` makes of its variables.
    A map or a list keeps its `parts`, a map its `keys` too, so that a fault finds its place inside.
    """

    span: Span
    value: Any = None
    run: Callable[[Lookup], Any] | None = None
    names: frozenset[str] = frozenset()
    text: str = ""
    parts: tuple[Written, ...] = ()
    keys: tuple[str, ...] = ()
    key_spans: tuple[Span, ...] = ()

    def place(self, element: tuple[int | str, ...]) -> Span:
        """Where an element of it stands, by the way down; as much of it as is known where it stands alone."""
        if not element:
            return self.span
        first, *rest = element
        number = self.keys.index(first) if first in self.keys else first
        if not isinstance(number, int):
            return self.span
        if first in self.keys and not rest:
            return self.key_spans[number] if self.key_spans else self.span
        return self.parts[number].place(tuple(rest)) if number < len(self.parts) else self._factor(number)

    def _factor(self, number: int) -> Span:
        """Where one factor of a size stands in its text."""
        is_size = self.run is None and re.fullmatch(_SIZE, self.text)
        factors = [(found.start(), len(found[0])) for found in re.finditer(_FACTOR, self.text)] if is_size else []
        if number >= len(factors):
            return self.span
        start, length = factors[number]
        return Span(self.span.line, self.span.column + start + (self.span.length > len(self.text)), length)

    @property
    def constant(self) -> bool:
        """Whether it is the same wherever it is asked."""
        return self.run is None

    def moved(self, lines: int, columns: int) -> Written:
        """The same known value written elsewhere."""
        line, column, length = self.span
        return self._replace(span=Span(line + lines, column + columns, length))

    def at(self, lookup: Lookup) -> Any:
        """The value, where `lookup` gives the variables; raises `Problem`, or `Unknown` from the lookup."""
        return self.value if self.run is None else self.run(lookup)


def hidden(span: Span) -> Written:
    """A value that nobody knows, because a fault hides it."""

    def run(_: Lookup) -> Any:
        raise Unknown

    return Written(span, run=run)


def read(node: Node, due: str) -> Written:
    """The value that a node writes where `due` is due: number, size, flag, word, act, padding, volume, table or any.

    Raises `Problem` for a writing that cannot be one.
    """
    if isinstance(node, Mapping):
        if due in {"padding", "act"}:
            return _mapping(node, {"padding": "number", "act": "act parameters"}[due])
        if due == "act parameters":
            return _mapping(node, "any")
        raise Problem(codes.MISPLACED_VALUE, f"a map is not allowed here: {_wanted(due)} is due", node.span)
    if isinstance(node, Sequence):
        return _list(node, due)
    if node.end_line > node.span.line and not node.quoted:
        remedy = f"YAML folds a line that is too deep into the one above: align line {node.end_line} with its item"
        raise folded(node, remedy)
    return read_token(scan(node.text, node.span, quoted=node.quoted), due)


def read_token(token: Token, due: str) -> Written:
    """The value that a scalar, or one word of a short form, writes where `due` is due."""
    if not token.text and not token.quoted:
        raise Problem(codes.VALUE_MISSING, f"a value is missing: {_wanted(due)} is due", token.span)
    try:
        value = _meaning(token, due)
    except Problem as problem:
        raise problem.at(token.span, quoted=token.quoted) from None
    if isinstance(value, Formula):
        return _formula(value, token)
    return Written(token.span, value, text=token.text)


def _meaning(token: Token, due: str) -> Any:
    if due in {"word", "act"} and "$" not in token.text:
        return token.text
    if due == "flag" and token.kind != FORMULA:
        return boolean(token.text, quoted=token.quoted)
    if due == "real" and token.kind == NUMBER:
        return real(token.text)
    if token.kind == WORD and due in {"number", "real", "size", "volume", "table"}:
        _refuse_word(token, due)
    value = token.value
    if due in {"number", "real"} and isinstance(value, tuple):
        if token.text.startswith("0x"):
            number(token.text)  # says that hexadecimal numbers are none here
        raise Problem(codes.WRONG_TYPE, f"`{token.text}` is a size: {_wanted(due)} is due")
    return value


def _refuse_word(token: Token, due: str) -> None:
    """The fault of a word where a number or a size is due; a number that quotes made a word is named as such."""
    if token.quoted and is_numeric(token.text):
        number(token.text, quoted=True)
    if due in {"size", "volume"} and almost_a_size(token.text):
        size(token.text)
    raise Problem(codes.UNKNOWN_WORD, f"unknown word `{shortened(token.text)}`: {_wanted(due)} is due")


def _formula(formula: Formula, token: Token) -> Written:
    evaluate = formula.evaluate

    def run(lookup: Lookup) -> Value:
        try:
            return evaluate(lookup)
        except Problem as problem:
            raise problem.at(token.span, quoted=token.quoted) from None

    return Written(token.span, None, run, names=formula.names, text=formula.text)


def _mapping(node: Mapping, due: str) -> Written:
    inner = "any" if due == "act parameters" else due

    def entry(entry: tuple[Scalar, Node]) -> tuple[Scalar, Written]:
        key, value = entry
        if due == "act parameters" and isinstance(value, Scalar) and value.is_empty:
            return key, Written(value.span, None)
        return key, read(value, due if isinstance(value, Mapping) else inner)

    return gathered(node.span, every(entry, node.entries))


def gathered(span: Span, entries: Iterable[tuple[Scalar, Written]]) -> Written:
    """A map of written values as one written value."""
    words, values = zip(*entries, strict=True) if entries else ((), ())
    keys = tuple(word.text for word in words)
    composed = _composed(span, values, lambda values: dict(zip(keys, values, strict=True)))
    return composed._replace(keys=keys, key_spans=tuple(word.span for word in words))


def _composed(span: Span, values: Iterable[Written], make: Callable[[Iterable[Any]], Any]) -> Written:
    parts = tuple(values)

    def run(lookup: Lookup) -> Any:
        return make(part.at(lookup) for part in parts)

    if all(part.constant for part in parts):
        return Written(span, run(no_variable), parts=parts)
    names = frozenset[str]().union(*(part.names for part in parts))
    return Written(span, None, run, names=names, parts=parts)


def _list(node: Sequence, due: str) -> Written:
    if due == "real":
        return _composed(node.span, every(partial(read, due="real"), node.items), tuple)
    if due == "volume":
        return _composed(node.span, every(partial(read, due="number"), node.items), tuple)
    if due == "table":
        if node.items and not any(isinstance(item, Sequence) for item in node.items):
            raise _no_table(node.span)
        return _composed(node.span, every(_row, node.items), list)
    if due == "size" and node.items and all(isinstance(item, Scalar) for item in node.items):
        size = "x".join(item.text for item in node.items if isinstance(item, Scalar))
        message = "a size is written with x, not as a list"
        raise Problem(codes.MISPLACED_VALUE, message, node.span, helps=write(size))
    if due == "padding":
        raise _padding_list(node).at(node.span)
    raise Problem(codes.MISPLACED_VALUE, f"a list is not allowed here: {_wanted(due)} is due", node.span)


def _row(node: Node) -> Written:
    if isinstance(node, Sequence):
        return _composed(node.span, every(partial(read, due="number"), node.items), list)
    raise _no_table(node.span)


def _no_table(span: Span) -> Problem:
    message = "connections is a list of lists, one for each filter"
    return Problem(codes.CONNECTIONS_DO_NOT_FIT, message, span, field="connections")


_ORDERS = {
    "PyTorch": ("left", "right", "top", "bottom"),
    "ONNX": ("top", "left", "bottom", "right"),
}
"""In which order tools take four numbers for padding."""


def named_sides(numbers: Collection[str]) -> dict[str, str]:
    """Four numbers for padding as a map of sides, for each tool in whose order they may be.

    >>> named_sides("0101")["PyTorch"]
    '{left: 0, right: 1, top: 0, bottom: 1}'
    """
    return {
        tool: "{" + ", ".join(map(": ".join, zip(order, numbers, strict=True))) + "}" for tool, order in _ORDERS.items()
    }


def _padding_list(node: Sequence) -> Problem:
    texts = [item.text for item in node.items if isinstance(item, Scalar)]
    helps: tuple[str, ...] = ("write a number, a size such as 1x2, or a map of named sides",)
    if len(texts) == 2:
        size = f"{texts[0]}x{texts[1]}"
        helps = (Help(f"write `{size}` for height x width", Edit(size)),)
    elif len(texts) == 4:
        helps = tuple(
            Help(f"write `{sides}` if they are in the order of {tool}", Edit(sides))
            for tool, sides in named_sides(texts).items()
        )
    return Problem(codes.MISPLACED_VALUE, "padding cannot be a list", field="padding", helps=helps)


def folded(node: Scalar, remedy: str) -> Problem:
    """The fault of a plain scalar that runs over several lines."""
    message = f"lines {node.span.line} to {node.end_line} are read as one text, `{shortened(node.text, 60)}`"
    return Problem(codes.FOLDED_LINE, message, node.span, helps=remedy)


_WANTED = {
    "number": "a number",
    "size": "a size such as 3 or 3x3",
    "flag": "true or false",
    "padding": "a number, a size, a word such as half, or a map of sides",
    "real": "a number",
    "volume": "a volume such as 28x28x6",
    "table": "a list of lists",
    "word": "a word",
    "act": "an activation",
}


def _wanted(due: str) -> str:
    return _WANTED.get(due, "a value")


def no_variable(name: str) -> Value:
    """The lookup of a value that is known to ask for nothing."""
    raise KeyError(name)
