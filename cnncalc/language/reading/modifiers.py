"""Reads what stands beside the kind of an item: its name and sources, when and how often it is there, its promises."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cnncalc import codes
from cnncalc.language.reading.declarations import RESERVED, Item, Promise, Reference, Repeat
from cnncalc.language.reading.maps import read_each
from cnncalc.language.reading.scalars import is_name, is_variable
from cnncalc.language.reading.written import read
from cnncalc.language.values.limits import Limit, limit
from cnncalc.language.values.sizes import is_size
from cnncalc.language.values.suggest import closest
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence, listed
from cnncalc.metrics import ALIASES, CLAIMED, METRICS
from cnncalc.problem import Faults, Problem, every, together
from cnncalc.source import Span

IsKind = Callable[[str], bool]
"""Which words name kinds of layers."""

_FOREIGN_METRICS = {**ALIASES, "shape": "output"}


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

            item.weights = read_weights(value), value.span


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
        raise Problem(codes.NAME_TAKEN, message, span, helps=f"write `{text.replace('_', '')}` or any other name")


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
            raise Problem(codes.BAD_REPEAT, message, column.span, helps=f"write `{key.text}: [8, 16, 32]`")
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


def read_promises(key: Scalar, node: Node, faults: Faults) -> list[Promise]:
    """The promises of one `expect` or `budget`; faults are kept and their lines left out."""
    promises: list[Promise] = []
    entries, read = (node.entries, _metric) if isinstance(node, Mapping) else ([(key, node)], _whole)
    read_each(entries, lambda metric, value: promises.extend(read(key.text, metric, value)), faults.add)
    return promises


def _whole(verb: str, _: Scalar, node: Node) -> list[Promise]:
    """A volume by itself: what comes out."""
    if verb == "budget":
        helps = "write `budget: {params: 5M}`"
        raise Problem(codes.UNKNOWN_METRIC, "a budget says what it limits", node.span, helps=helps)
    return [_volume(verb, "output", "", node)]


def _volume(verb: str, metric: str, subject: str, node: Node) -> Promise:
    return Promise(verb, metric, subject, Limit("==", 0), read(node, "volume"), _text(node), node.span)


def _metric(verb: str, key: Scalar, value: Node) -> list[Promise]:
    metric = key.text
    if metric not in CLAIMED:
        message = f"unknown metric `{metric}`"
        problem = Problem(codes.UNKNOWN_METRIC, message, key.span, helps=lambda: _near_metric(metric))
        raise together([problem, *_no_limit_at_all(verb, value)])
    if metric in {"shapes", "output"} and isinstance(value, Mapping):
        return every(lambda entry: _volume(verb, metric, entry[0].text, entry[1]), value.entries)
    if metric == "shapes":
        helps = "write `shapes: {conv1: 28x28x6}`"
        raise Problem(codes.UNKNOWN_METRIC, "shapes is a map of paths to volumes", key.span, helps=helps)
    if metric == "output":
        return [_volume(verb, metric, "", value)]
    if metric == "receptive_field" and isinstance(value, Scalar) and "x" in value.text and " " not in value.text:
        size = read(value, "size")
        relation = "==" if verb == "expect" else "<="
        return [Promise(verb, metric, "", Limit(relation, 0), size, value.text, value.span)]
    return [Promise(verb, metric, "", _limit(verb, metric, value), None, _text(value), value.span)]


def _no_limit_at_all(verb: str, value: Node) -> list[Problem]:
    """The fault of what is no limit of any metric: neither an amount nor a size."""
    if not isinstance(value, Scalar) or value.is_empty or is_size(value.text.lower()) or "$" in value.text:
        return []
    try:
        _limit_of(verb, value)
    except Problem as problem:
        return [problem]
    return []


def _near_metric(metric: str) -> str:
    meant = _FOREIGN_METRICS.get(metric.lower()) or closest(metric, CLAIMED)
    return f"did you mean `{meant}`?" if meant else f"the metrics are {', '.join(CLAIMED)}"


def _limit(verb: str, metric: str, node: Node) -> Limit:
    if not isinstance(node, Scalar) or node.is_empty:
        raise Problem(codes.BAD_LIMIT, f"{metric} takes a number such as `5M` or `at most 5M`", node.span)
    found = _limit_of(verb, node)
    misfit = METRICS[metric].misfit(found.unit)
    if misfit:
        message, unit = misfit
        power = "1024" if unit.endswith("iB") else "1000"
        raise Problem(codes.BAD_LIMIT, message, node.span, helps=f"write `{unit}` for powers of {power}")
    return found


def _limit_of(verb: str, node: Scalar) -> Limit:
    try:
        return limit(node.text, "==" if verb == "expect" else "<=", quoted=node.quoted and node.text.isdigit())
    except Problem as problem:
        raise problem.at(node.span) from None


def _text(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return "x".join(item.text for item in getattr(node, "items", []) if isinstance(item, Scalar))
