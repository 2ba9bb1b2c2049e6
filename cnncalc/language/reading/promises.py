"""Reads `expect` and `budget`: each line a promise, or `none`, with which a variant lifts a limit of its file."""

from __future__ import annotations

from collections.abc import Callable

from cnncalc import codes
from cnncalc.language.reading.declarations import BUDGET, EXPECT, FIELD_VIEWS, Lift, Promise
from cnncalc.language.reading.maps import read_each
from cnncalc.language.reading.written import read
from cnncalc.language.values.limits import Limit, limit
from cnncalc.language.values.sizes import is_size
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.metrics import CLAIMED, FIELD, METRICS
from cnncalc.problem import Faults, Problem, every, together
from cnncalc.source import Edit, Help

NONE = "none"
"""What a variant says to be free of a limit."""

_NEARLY_NONE = ("none", "null", "~", "unlimited", "off")

Keep = Callable[[Lift], None]
"""Takes a lift; refuses it where there is nothing to lift."""


def read_promises(key: Scalar, node: Node, faults: Faults) -> list[Promise]:
    """The promises of one `expect` or `budget` of an item, where a volume may stand by itself."""
    if isinstance(node, Mapping) or _is_none(node):
        return read_metrics(key, node, faults, _nothing_to_lift)
    if key.text == BUDGET:
        message = "a budget says what it limits"
        raise Problem(codes.UNKNOWN_METRIC, message, node.span, helps=lambda: _proposed(BUDGET, node))
    return [_volume(key.text, "output", "", node)]


def read_metrics(key: Scalar, node: Node, faults: Faults, lift: Keep | None = None) -> list[Promise]:
    """The promises of a file or a variant: always a map of metrics. Faults are kept and their lines left out.

    `lift` receives what is not promised but lifted; without it there is nothing to lift.
    """
    verb, lifted = key.text, lift or _nothing_to_lift
    if _is_none(node):
        lifted(Lift(verb, "", f"{verb}: {NONE}", node.span))
        return []
    if not isinstance(node, Mapping):
        message = f"{verb} is a map of metrics here"
        raise Problem(codes.UNKNOWN_METRIC, message, node.span, helps=lambda: _proposed(verb, node))
    promises: list[Promise] = []

    def line(metric: Scalar, value: Node) -> None:
        if lift and isinstance(value, Scalar) and value.text.lower() in _NEARLY_NONE and not _is_none(value):
            message = f"`{value.text}` is not a limit"
            helps = Help(f"write `{NONE}` to lift the limit of the file", Edit(NONE))
            raise Problem(codes.BAD_LIMIT, message, value.span, helps=helps)
        if _is_none(value) and metric.text in CLAIMED:
            lifted(Lift(verb, metric.text, f"{verb}: {{{metric.text}: {NONE}}}", value.span))
        else:
            promises.extend(_metric(verb, metric, value))

    read_each(node.entries, line, faults.add)
    return promises


def _is_none(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text == NONE


def of_variant(lifts: list[Lift]) -> Keep:
    """Keeps what a variant lifts: limits of the file, whose expectations it does not have anyway."""

    def kept(lift: Lift) -> None:
        if lift.verb == EXPECT:
            message = f"`{NONE}` lifts a budget, and what the file expects does not apply to a variant"
            raise Problem(codes.BAD_LIMIT, message, lift.span, helps="leave the line out")
        lifts.append(lift)

    return kept


def _nothing_to_lift(lift: Lift) -> None:
    message = f"`{NONE}` is for a variant, which lifts a limit of its file: here is nothing to lift"
    raise Problem(codes.BAD_LIMIT, message, lift.span, helps="leave the line out")


def _volume(verb: str, metric: str, subject: str, node: Node) -> Promise:
    return Promise(verb, metric, subject, Limit("==", 0), read(node, "volume"), _text(node), node.span)


def _metric(verb: str, key: Scalar, value: Node) -> list[Promise]:
    metric = key.text
    if metric not in CLAIMED:
        message = f"unknown metric `{metric}`"
        problem = Problem(codes.UNKNOWN_METRIC, message, key.span, helps=lambda: _near(metric, value))
        raise together([problem, *_no_limit_at_all(verb, value)])
    if metric in {"shapes", "output"} and isinstance(value, Mapping):
        return every(lambda entry: _volume(verb, metric, entry[0].text, entry[1]), value.entries)
    if metric == "shapes":
        helps = "name each layer before its volume"
        if isinstance(value, Scalar) and value.text:
            helps = Help(f"write `output: {value.text}` for what comes out", Edit("output"))
        raise Problem(codes.UNKNOWN_METRIC, "shapes is a map of paths to volumes", key.span, helps=helps)
    if metric == "output":
        return [_volume(verb, metric, "", value)]
    if metric == FIELD and isinstance(value, Mapping) and any(name.text in FIELD_VIEWS for name, _ in value.entries):
        return every(lambda entry: _field(verb, _view(entry[0]), entry[1]), value.entries)
    if metric == FIELD:
        return [_field(verb, "", value)]
    return [Promise(verb, metric, "", _limit(verb, metric, value), None, _text(value), value.span)]


def _view(key: Scalar) -> str:
    """The receptive field that is meant: of all that a value depends on, or of windows alone."""
    if key.text not in FIELD_VIEWS:
        message = f"a receptive field is {' or '.join(FIELD_VIEWS)}, not `{key.text}`"
        raise Problem(codes.UNKNOWN_METRIC, message, key.span, helps=lambda: _near_view(key.text))
    return key.text


def _field(verb: str, view: str, value: Node) -> Promise:
    """A receptive field: a size, or a limit of its larger side."""
    if isinstance(value, Scalar) and "x" in value.text and " " not in value.text:
        relation = "==" if verb == EXPECT else "<="
        return Promise(verb, FIELD, view, Limit(relation, 0), read(value, "size"), value.text, value.span)
    return Promise(verb, FIELD, view, _limit(verb, FIELD, value), None, _text(value), value.span)


def _no_limit_at_all(verb: str, value: Node) -> list[Problem]:
    """The fault of what is no limit of any metric: neither an amount nor a size."""
    if not isinstance(value, Scalar) or value.is_empty or is_size(value.text.lower()) or "$" in value.text:
        return []
    try:
        _limit_of(verb, value)
    except Problem as problem:
        return [problem]
    return []


def _limit(verb: str, metric: str, node: Node) -> Limit:
    if not isinstance(node, Scalar) or node.is_empty:
        message = f"{metric} takes a number such as `5M` or `at most 5M`"
        raise Problem(codes.BAD_LIMIT, message, node.span, helps=lambda: _proposed_limit(metric, node))
    found = _limit_of(verb, node)
    misfit = METRICS[metric].misfit(found.unit)
    if misfit:
        message, unit = misfit
        power = "1024" if unit.endswith("iB") else "1000"
        mended = node.text.replace(found.unit, unit, 1)
        edit = Edit(f"{node.style}{mended}{node.style}")
        helps = Help(f"write `{metric}: {mended}`, in powers of {power}", edit)
        raise Problem(codes.BAD_LIMIT, message, node.span, helps=helps)
    return found


def _limit_of(verb: str, node: Scalar) -> Limit:
    try:
        return limit(node.text, "==" if verb == EXPECT else "<=", quoted=node.quoted and node.text.isdigit())
    except Problem as problem:
        raise problem.at(node.span, quoted=node.quoted) from None


# What is proposed is worked out where it is shown, and so is what works it out: it keeps the start short.


def _proposed(verb: str, node: Node) -> str:
    from cnncalc.language.reading.slips.limits import proposed

    return proposed(verb, node)


def _proposed_limit(metric: str, node: Node) -> str:
    from cnncalc.language.reading.slips.limits import proposed_limit

    return proposed_limit(metric, node)


def _near_view(view: str) -> str:
    from cnncalc.language.values.suggest import closest

    meant = closest(view, FIELD_VIEWS)
    return Help(f"did you mean {meant}?", Edit(meant)) if meant else ""


def _near(metric: str, value: Node) -> str:
    from cnncalc.language.reading.slips.limits import halved, near_metric

    return halved(metric, value) or near_metric(metric)


def _text(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return "x".join(item.text for item in getattr(node, "items", []) if isinstance(item, Scalar))
