"""Reads `expect` and `budget`: each line a promise, or `none`, with which a variant lifts a limit of its file."""

from __future__ import annotations

import re
from collections.abc import Callable

from cnncalc import codes, quantity
from cnncalc.exact import ratio
from cnncalc.language.reading.declarations import BUDGET, EXPECT, Lift, Promise
from cnncalc.language.reading.maps import read_each
from cnncalc.language.reading.written import read
from cnncalc.language.values.limits import Limit, amount, limit
from cnncalc.language.values.sizes import is_size
from cnncalc.language.values.suggest import closest
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, listed
from cnncalc.metrics import ALIASES, CLAIMED, METRICS
from cnncalc.problem import Faults, Problem, every, together
from cnncalc.source import Edit, Help

_FOREIGN_METRICS = {**ALIASES, "shape": "output"}
_FLOPS = ("flops", "flop")
_AMOUNT = r"[0-9][0-9.]*(?: ?[A-Za-z]+)?"
_LEAST = ("min", "minimum", "at_least", "least", "lower", "ge", "gte")

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
            raise Problem(
                codes.BAD_LIMIT,
                message,
                value.span,
                helps=Help(f"write `{NONE}` to lift the limit of the file", Edit(NONE)),
            )
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
        problem = Problem(
            codes.UNKNOWN_METRIC, message, key.span, helps=lambda: _halved(metric, value) or _near_metric(metric)
        )
        raise together([problem, *_no_limit_at_all(verb, value)])
    if metric in {"shapes", "output"} and isinstance(value, Mapping):
        return every(lambda entry: _volume(verb, metric, entry[0].text, entry[1]), value.entries)
    if metric == "shapes":
        helps = "name the layers, as in `shapes: {conv1: 28x28x6}`"
        raise Problem(codes.UNKNOWN_METRIC, "shapes is a map of paths to volumes", key.span, helps=helps)
    if metric == "output":
        return [_volume(verb, metric, "", value)]
    if metric == "receptive_field" and isinstance(value, Scalar) and "x" in value.text and " " not in value.text:
        size = read(value, "size")
        relation = "==" if verb == EXPECT else "<="
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


def _limit(verb: str, metric: str, node: Node) -> Limit:
    if not isinstance(node, Scalar) or node.is_empty:
        message = f"{metric} takes a number such as `5M` or `at most 5M`"
        raise Problem(codes.BAD_LIMIT, message, node.span, helps=lambda: _proposed_limit(metric, node))
    found = _limit_of(verb, node)
    misfit = METRICS[metric].misfit(found.unit)
    if misfit:
        message, unit = misfit
        power = "1024" if unit.endswith("iB") else "1000"
        limited = _quoted(node.text.replace(found.unit, unit, 1))
        helps = Help(f"write `{metric}: {limited}`, in powers of {power}", Edit(limited))
        raise Problem(codes.BAD_LIMIT, message, node.span, helps=helps)
    return found


def _limit_of(verb: str, node: Scalar) -> Limit:
    try:
        return limit(node.text, "==" if verb == EXPECT else "<=", quoted=node.quoted and node.text.isdigit())
    except Problem as problem:
        raise problem.at(node.span) from None


def _text(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return "x".join(item.text for item in getattr(node, "items", []) if isinstance(item, Scalar))


def _near_metric(metric: str) -> str:
    """The metric that was probably meant, else all that there are."""
    meant = _our_metric(metric)
    if meant:
        return Help(f"did you mean `{meant}`?", Edit(meant))
    return f"the metrics are {', '.join(CLAIMED)}"


def _halved(metric: str, value: Node) -> str:
    """A limit of FLOPs as one of MACs, of which there are half as many; empty for all else."""
    if metric.lower() not in _FLOPS or not isinstance(value, Scalar) or _read(value.text) is None:
        return ""
    found = re.search(_AMOUNT, value.text)
    assert found is not None  # noqa: S101  # a limit holds an amount
    number, unit = amount(found[0])
    half = quantity.shortest(ratio(number, 2), unit).replace(",", "")
    limited = _quoted(value.text[: found.start()] + half + value.text[found.end() :])
    return Help(f"write `macs: {limited}`: a MAC is two FLOPs", Edit("macs"), Edit(limited, value.span))


def _proposed(verb: str, node: Node) -> str:
    """The map of metrics that was meant by a limit or a volume alone, by pairs in a text, or by a list of them."""
    entries = [entry for part in listed(node) for entry in _entries(verb, part)]
    if not entries or "" in entries:
        return f"say of what and how much, as in `{verb}: {{params: 5M}}`"
    meant = f"{{{', '.join(entries)}}}"
    if not isinstance(node, Scalar):
        return f"a map says the same: `{verb}: {meant}`"
    return Help(f"write `{verb}: {meant}`", Edit(meant))


def _proposed_limit(metric: str, node: Node) -> str:
    """The limit that was meant by a map such as `{max: 5M}`, or by a list of one; empty where none can be seen."""
    words, values = "", listed(node)
    if isinstance(node, Mapping):
        words = "".join(key.text for key, _ in node.entries[:1])
        values = [value for _, value in node.entries]
    if len(values) != 1 or not isinstance(values[0], Scalar) or _read(values[0].text) is None:
        return ""
    least = "at least " if words.lower() in _LEAST else ""
    return f"the limit stands alone: `{metric}: {least}{values[0].text}`"


def _entries(verb: str, node: Node) -> list[str]:
    """The entries of a map that a part stands for; an empty text for what means nothing."""
    if isinstance(node, Mapping):
        return [
            f"{key.text}: {_quoted(value.text)}" if isinstance(value, Scalar) else "" for key, value in node.entries
        ]
    return [_entry(verb, text.strip()) for text in node.text.split(",")] if isinstance(node, Scalar) else [""]


def _entry(verb: str, text: str) -> str:
    """What one text stands for: `5M`, `64 KiB`, `24x24x16`, `params 5M`, `params <= 5M`, `5M params`."""
    alone = _read(text)
    if is_size(text) or (verb == EXPECT and text.isdecimal()):
        return f"output: {text}"
    if alone is not None:
        return f"{'peak_activation' if alone.unit.endswith('iB') else 'params'}: {_quoted(text)}"
    first, _, after = text.partition(" ")
    before, _, last = text.rpartition(" ")
    for word, rest in ((first.rstrip(":="), after.removeprefix("= ")), (last, before)):
        metric = word if word in CLAIMED else _our_metric(word) if word.lower() not in _FLOPS else ""
        if metric and _read(rest) is not None:
            return f"{metric}: {_quoted(rest)}"
    return ""


def _our_metric(word: str) -> str:
    return _FOREIGN_METRICS.get(word.lower()) or closest(word, CLAIMED) or ""


def _read(text: str) -> Limit | None:
    try:
        return limit(text)
    except Problem:
        return None


def _quoted(text: str) -> str:
    """As it stands in a map; `>` alone would begin a folded text."""
    return f'"{text}"' if text.startswith(">") else text
