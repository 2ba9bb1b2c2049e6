"""Proposes how a limit is written, with the numbers that its author wrote."""

from __future__ import annotations

import re

from cnncalc import quantity
from cnncalc.exact import ratio
from cnncalc.language.reading.declarations import EXPECT
from cnncalc.language.values.limits import Limit, amount, limit
from cnncalc.language.values.sizes import is_size
from cnncalc.language.values.suggest import closest, meant_by
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence, listed
from cnncalc.metrics import ALIASES, CLAIMED
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help

_FOREIGN_METRICS = {**ALIASES, "shape": "output"}
_FLOPS = ("flops", "flop")
_AMOUNT = r"[0-9][0-9.]*(?: ?[A-Za-z]+)?"
_LEAST = ("min", "minimum", "at_least", "least", "lower", "ge", "gte")


def near_metric(metric: str) -> str:
    """The metric that was probably meant, else all that there are."""
    meant = _our_metric(metric)
    return meant_by(meant) if meant else f"the metrics are {', '.join(CLAIMED)}"


def halved(metric: str, value: Node) -> str:
    """A limit of FLOPs as one of MACs, of which there are half as many; empty for all else."""
    if metric.lower() not in _FLOPS or not isinstance(value, Scalar) or _read(value.text) is None:
        return ""
    found = re.search(_AMOUNT, value.text)
    assert found is not None  # noqa: S101  # a limit holds an amount
    number, unit = amount(found[0])
    half = quantity.shortest(ratio(number, 2), unit).replace(",", "")
    macs = f"{value.text[: found.start()]}{half}{value.text[found.end() :]}"
    edits = Edit("macs"), Edit(f"{value.style}{macs}{value.style}", value.span)
    return Help(f"write `macs: {macs}`: a MAC is two FLOPs", *edits)


def proposed(verb: str, node: Node) -> str:
    """The map of metrics that was meant by a limit or a volume alone, by pairs in a text, or by a list of them."""
    entries = [entry for part in listed(node) for entry in _entries(verb, part)]
    below = isinstance(node, Sequence) and not node.flow
    if not entries or "" in entries or below:
        return "name each metric before its limit"
    metrics = f"{{{', '.join(entries)}}}"
    return Help(f"write `{verb}: {metrics}`", Edit(metrics))


def proposed_limit(metric: str, node: Node) -> str:
    """The limit that was meant by a map such as `{max: 5M}`, or by a list of one; empty where none can be seen."""
    words, values = "", listed(node)
    if isinstance(node, Mapping):
        words = "".join(key.text for key, _ in node.entries[:1])
        values = [value for _, value in node.entries]
    if len(values) != 1 or not isinstance(values[0], Scalar) or _read(values[0].text) is None:
        return ""
    if isinstance(node, Scalar) or not node.flow:
        return ""
    meant = f"{'at least ' if words.lower() in _LEAST else ''}{values[0].text}"
    return Help(f"write `{metric}: {meant}`", Edit(meant))


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
