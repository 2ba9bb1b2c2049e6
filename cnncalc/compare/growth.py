"""Limits of growth: what `--fail-on` writes, held to a difference exactly, without floats or division."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from cnncalc.compare.totals import Change, TotalChanges
from cnncalc.exact import Exact, ratio
from cnncalc.language.choices import ChoiceError
from cnncalc.language.values.limits import amount
from cnncalc.language.values.numerals import number
from cnncalc.language.values.suggest import closest
from cnncalc.metrics import ALIASES, LIMITED, METRICS
from cnncalc.problem import Problem
from cnncalc.quantity import SIZE, shortest

FORMS = "METRIC:LIMIT, such as params:+5%, macs:+10M or peak_activation:+64KiB"
PERCENT = "%"
GROWTH, SHRINKAGE = "growth", "shrinkage"


class GrowthLimit(NamedTuple):
    """How far a metric may go in one direction.

    Attributes:
        metric: one of `metrics.LIMITED`.
        direction: `growth` or `shrinkage`; the other one is free.
        most: the largest change that is allowed, exact: percent of what it was, or in units of 1.
        unit: `%`, or the unit that was written: K, KiB, ...; empty for a bare number.
    """

    metric: str
    direction: str
    most: Exact
    unit: str


class Excess(NamedTuple):
    """A limit that is exceeded, with the metric before and after."""

    limit: GrowthLimit
    measured: Change


def growth_limit(text: str) -> GrowthLimit:
    """What one `--fail-on` means; raises `ChoiceError`.

    >>> growth_limit("params:+5%"), growth_limit("macs:10M").most
    (GrowthLimit(metric='params', direction='growth', most=5, unit='%'), 10000000)
    """
    name, colon, written = (part.strip() for part in text.partition(":"))
    if not colon or not name or not written:
        raise ChoiceError(f"--fail-on takes {FORMS}, not {text!r}{_meant(text)}")
    metric = _metric(name, written)
    direction = SHRINKAGE if written[0] == "-" else GROWTH
    digits = written[1:].lstrip() if written[0] in "+-" else written
    if digits[:1] in ("+", "-"):
        raise ChoiceError(f"--fail-on {text}: one sign is enough")
    most, unit = _most(metric, digits, text)
    return GrowthLimit(metric, direction, most, unit)


def _meant(text: str) -> str:
    """The same metric and limit in our form; empty where there are none."""
    parts = re.fullmatch(r"\s*(\w+)\s*(?:[<>]?=|[<> ])\s*([-+]?[0-9]\S*)\s*", text)
    return f": write `{parts[1]}:{parts[2]}`" if parts and parts[1] in LIMITED else ""


def _metric(name: str, written: str) -> str:
    if name in LIMITED:
        return name
    if name.lower() in ("flops", "flop"):
        raise ChoiceError(f"--fail-on: FLOPs are 2 x MACs; write `macs:{_of_macs(written)}`")
    meant = ALIASES.get(name.lower()) or closest(name, LIMITED)
    hint = f"did you mean {meant}?" if meant else f"the metrics are {', '.join(LIMITED)}"
    raise ChoiceError(f"--fail-on: there is no metric {name!r}: {hint}")


def _of_macs(written: str) -> str:
    """A limit of FLOPs as one of MACs: a share stays, an amount is halved."""
    digits = written.lstrip("+-")
    try:
        number_, unit = amount(digits)
    except Problem:  # a percentage, or nothing that can be halved
        return written
    half = shortest(ratio(number_, 2), unit).replace(",", "")
    return f"{written[: len(written) - len(digits)]}{half}"


def _most(metric: str, digits: str, text: str) -> tuple[Exact, str]:
    """The exact amount, in percent or in units of 1, and the unit that was written."""
    try:
        if digits.endswith(PERCENT):
            return number(digits[: -len(PERCENT)].rstrip()), PERCENT
        most, unit = amount(digits)
    except Problem as problem:
        raise ChoiceError(f"--fail-on {text}: {problem.line}") from None
    bare, misfit = digits.removesuffix(unit).rstrip(), METRICS[metric].misfit(unit)
    if unit and METRICS[metric].unit is SIZE:
        raise ChoiceError(f"--fail-on: {metric} is in places of the input and has no {unit}: write `{metric}:+{bare}`")
    if misfit:
        raise ChoiceError(f"--fail-on: {misfit[0]}: write `{metric}:+{bare}{misfit[1]}`")
    return most, unit


def exceeded(limits: Iterable[GrowthLimit], totals: TotalChanges) -> list[Excess]:
    """The limits that the totals break, in the order given.

    A percentage is of what was there before, so that any growth from 0 exceeds every percentage.
    """
    return [Excess(limit, change) for limit in limits if breaks(change := totals.of(METRICS[limit.metric]), limit)]


def breaks(change: Change, limit: GrowthLimit) -> bool:
    """Whether a change goes beyond a limit.

    >>> five = GrowthLimit("params", GROWTH, 5, PERCENT)
    >>> breaks(Change(100, 105), five), breaks(Change(100, 106), five), breaks(Change(0, 1), five)
    (False, True, True)
    """
    moved = change.change if limit.direction == GROWTH else -change.change
    if limit.unit == PERCENT:
        return moved * 100 > limit.most * change.before
    return moved > limit.most
