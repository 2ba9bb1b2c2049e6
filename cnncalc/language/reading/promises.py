"""Reads `expect` and `budget`: which metric is promised what."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.reading.declarations import Promise
from cnncalc.language.reading.maps import read_each
from cnncalc.language.reading.written import read
from cnncalc.language.values.limits import Limit, limit
from cnncalc.language.values.suggest import closest
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.metrics import ALIASES, CLAIMED, METRICS
from cnncalc.problem import Faults, Problem

_FOREIGN = {**ALIASES, "shape": "output"}


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
        raise Problem(codes.UNKNOWN_METRIC, message, key.span, helps=lambda: _near_metric(metric))
    if metric in {"shapes", "output"} and isinstance(value, Mapping):
        return [_volume(verb, metric, name.text, size) for name, size in value.entries]
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


def _near_metric(metric: str) -> str:
    meant = _FOREIGN.get(metric.lower()) or closest(metric, CLAIMED)
    return f"did you mean `{meant}`?" if meant else f"the metrics are {', '.join(CLAIMED)}"


def _limit(verb: str, metric: str, node: Node) -> Limit:
    if not isinstance(node, Scalar) or node.is_empty:
        raise Problem(codes.BAD_LIMIT, f"{metric} is promised a number such as `5M` or `at most 5M`", node.span)
    try:
        found = limit(node.text, "==" if verb == "expect" else "<=", quoted=node.quoted and node.text.isdigit())
    except Problem as problem:
        raise problem.at(node.span) from None
    misfit = METRICS[metric].misfit(found.unit)
    if misfit:
        message, unit = misfit
        power = "1024" if unit.endswith("iB") else "1000"
        raise Problem(codes.BAD_LIMIT, message, node.span, helps=f"write `{unit}` for powers of {power}")
    return found


def _text(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return "x".join(item.text for item in getattr(node, "items", []) if isinstance(item, Scalar))
