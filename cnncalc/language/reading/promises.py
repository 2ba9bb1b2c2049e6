"""Reads `expect` and `budget`: which metric is promised what."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.reading.declarations import Promise
from cnncalc.language.reading.telling import Guess, tell_placed
from cnncalc.language.reading.written import Placed, read
from cnncalc.language.values.limits import Limit, limit
from cnncalc.language.values.suggest import closest
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.metrics import ALIASES, CLAIMED, METRICS
from cnncalc.problem import Faults, Problem
from cnncalc.quantity import BYTES

_FOREIGN = {**ALIASES, "shape": "output"}


def read_promises(verb: str, node: Node, faults: Faults) -> list[Promise]:
    """The promises of one `expect` or `budget`; faults are kept and their lines left out."""
    try:
        if not isinstance(node, Mapping):
            return [_whole(verb, node)]
    except Placed as placed:
        tell_placed(faults, placed)
        return []
    promises: list[Promise] = []
    for key, value in node.entries:
        try:
            promises += _metric(verb, key, value)
        except Placed as placed:
            tell_placed(faults, placed)
    return promises


def _whole(verb: str, node: Node) -> Promise:
    """A volume by itself: what comes out."""
    if verb == "budget":
        raise Placed(
            Problem(codes.UNKNOWN_METRIC, "", "a budget says what it limits", helps=("write `budget: {params: 5M}`",)),
            node.span,
        )
    return Promise(verb, "output", "", None, read(node, "volume"), _text(node), node.span)


def _metric(verb: str, key: Scalar, value: Node) -> list[Promise]:
    metric = key.text
    if metric not in CLAIMED:
        raise Placed(Guess(codes.UNKNOWN_METRIC, f"unknown metric `{metric}`", lambda: _near_metric(metric)), key.span)
    if metric == "shapes":
        return _shapes(verb, key, value)
    if metric == "output":
        if isinstance(value, Mapping):
            return [
                Promise(verb, "output", name.text, None, read(size, "volume"), _text(size), size.span)
                for name, size in value.entries
            ]
        return [Promise(verb, "output", "", None, read(value, "volume"), _text(value), value.span)]
    if metric == "receptive_field" and isinstance(value, Scalar) and "x" in value.text and " " not in value.text:
        size = read(value, "size")
        relation = "==" if verb == "expect" else "<="
        return [Promise(verb, metric, "", Limit(relation, 0), size, value.text, value.span)]
    return [Promise(verb, metric, "", _limit(verb, metric, value), None, _text(value), value.span)]


def _near_metric(metric: str) -> tuple[str, ...]:
    meant = _FOREIGN.get(metric.lower()) or closest(metric, CLAIMED)
    return (f"did you mean `{meant}`?",) if meant else (f"the metrics are {', '.join(CLAIMED)}",)


def _shapes(verb: str, key: Scalar, value: Node) -> list[Promise]:
    if not isinstance(value, Mapping):
        raise Placed(
            Problem(
                codes.UNKNOWN_METRIC,
                "",
                "shapes is a map of paths to volumes",
                helps=("write `shapes: {conv1: 28x28x6}`",),
            ),
            key.span,
        )
    return [
        Promise(verb, "shapes", path.text, None, read(size, "volume"), _text(size), size.span)
        for path, size in value.entries
    ]


def _limit(verb: str, metric: str, node: Node) -> Limit:
    if not isinstance(node, Scalar) or node.is_empty:
        raise Placed(
            Problem(codes.BAD_LIMIT, "", f"{metric} is promised a number such as `5M` or `at most 5M`"), node.span
        )
    try:
        found = limit(node.text, "==" if verb == "expect" else "<=", quoted=node.quoted and node.text.isdigit())
    except Problem as problem:
        raise Placed(problem, node.span) from None
    _check_unit(metric, found, node)
    return found


def _check_unit(metric: str, found: Limit, node: Scalar) -> None:
    """Counts take K, M, G; memory takes KiB, MiB, GiB or bare bytes."""
    if METRICS[metric].takes(found.unit):
        return
    if METRICS[metric].unit is not BYTES:
        raise Placed(
            Problem(
                codes.BAD_LIMIT,
                "",
                f"{metric} is a count, and {found.unit} is for memory",
                helps=(f"write `{found.unit[0]}` for powers of 1000",),
            ),
            node.span,
        )
    raise Placed(
        Problem(
            codes.BAD_LIMIT,
            "",
            f"{metric} is bytes, and {found.unit} is for counts",
            helps=(f"write `{found.unit}iB` for powers of 1024",),
        ),
        node.span,
    )


def _text(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return "x".join(item.text for item in getattr(node, "items", []) if isinstance(item, Scalar))
