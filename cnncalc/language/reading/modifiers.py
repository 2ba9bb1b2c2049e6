"""Reads what stands beside the kind of an item: its name and sources, when and how often it is there, its promises."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cnncalc import codes
from cnncalc.language.reading import slips
from cnncalc.language.reading.declarations import RESERVED, Item, Reference, Repeat
from cnncalc.language.reading.promises import read_promises
from cnncalc.language.reading.scalars import is_name, is_variable
from cnncalc.language.reading.written import read
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence, listed
from cnncalc.problem import Faults, Problem, every
from cnncalc.source import Edit, Help, Span, write

IsKind = Callable[[str], bool]
"""Which words name kinds of layers."""


def read_modifier(item: Item, is_kind: IsKind, faults: Faults, key: Scalar, value: Node) -> None:
    """One modifier of an item; raises `Problem`."""
    match key.text:
        case "name":
            reference = reference_of(value)
            item.name, item.name_span = reference.name, reference.span
            check_name(reference.name, reference.span, "a layer", is_kind)
        case "from":
            item.sources = references_of(value)
            if not item.sources:
                raise Problem(codes.MISPLACED_VALUE, "`from` names at least one tensor", value.span)
        case "if":
            item.condition = read(value, "flag")
        case "repeat":
            _repeat(item, value)
        case "share":
            item.share = reference_of(value)
        case "expect" | "budget":
            item.promises += read_promises(key, value, faults)
        case "weights":
            if item.kind is None:
                raise Problem(codes.BAD_WEIGHTS, f"weights belong to a layer, and {item.word} is not one", key.span)
            from cnncalc.language.reading.spec_weights import read_weights

            item.weights = read_weights(value), value


def check_name(text: str, span: Span, what: str, is_kind: IsKind) -> None:
    """Refuse what cannot name anything, is reserved, or looks like an automatic name."""
    if not is_name(text):
        message = f"`{text[:60]}` cannot name {what}: names have letters, digits, `_`, `-` and `.`"
        raise Problem(codes.BAD_NAME, message, span)
    if text in RESERVED:
        raise Problem(codes.NAME_TAKEN, f"`{text}` is reserved and cannot name {what}", span)
    kind, _, number = text.rpartition("_")
    if number.isdecimal() and is_kind(kind):
        message = f"`{text}` has the form of an automatic name, which other layers get"
        free = text.replace("_", "")
        helps = Help(f"write `{free}` or any other name", Edit(free))
        raise Problem(codes.NAME_TAKEN, message, span, helps=helps)


def check_variable_name(key: Scalar) -> None:
    """Refuse a name that a formula could not write."""
    if key.text in RESERVED or not is_variable(key.text) or key.text.isdigit():
        message = f"`{key.text[:60]}` cannot name a variable: names have letters, digits and `_`"
        raise Problem(codes.BAD_NAME, message, key.span)


def reference_of(node: Node) -> Reference:
    """A name that means a layer or a tensor."""
    if not isinstance(node, Scalar) or node.is_empty:
        raise Problem(codes.MISPLACED_VALUE, "a name is due here", node.span)
    return Reference(node.text, node.span)


def references_of(node: Node) -> list[Reference]:
    """The names of a list, or one alone."""
    return every(reference_of, listed(node))


def _repeat(item: Item, node: Node) -> None:
    """A count, or columns, one entry a turn; wrong columns are variables all the same."""
    item.repeat = repeat = Repeat(node.span)
    if not isinstance(node, Mapping):
        repeat.count = read(node, "number")
        return

    def column(entry: tuple[Scalar, Node]) -> None:
        key, column = entry
        repeat.columns[key.text], repeat.column_spans[key.text] = [], key.span
        check_variable_name(key)
        if not isinstance(column, Sequence):
            message = f"the column `{key.text}` of a repeat is a list, one entry for each turn"
            helps = write(f"[{slips.forms.flow(column)}]") if isinstance(column, Scalar) and column.text else ""
            raise Problem(codes.BAD_REPEAT, message, column.span, helps=helps)
        repeat.columns[key.text] = every(partial(read, due="any"), column.items)

    every(column, node.entries)
    if not repeat.columns:
        raise Problem(codes.BAD_REPEAT, "this repeat has neither a count nor columns", node.span)
    if len({len(column) for column in repeat.columns.values()}) > 1:
        lengths = {name: len(column) for name, column in repeat.columns.items()}
        said = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        usual = max(lengths.values(), key=list(lengths.values()).count)
        odd = next(name for name, length in lengths.items() if length != usual)
        span = repeat.column_spans[odd]
        raise Problem(codes.BAD_REPEAT, f"the columns of a repeat must be equally long, but {said}", span)
