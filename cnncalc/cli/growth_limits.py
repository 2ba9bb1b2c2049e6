"""Reads what `--fail-on` says: `params:+5%`, `macs:+10M`, `peak_activation:+64KiB`, `receptive_field:-0%`."""

from __future__ import annotations

from cnncalc.compare.growth import GROWTH, PERCENT, SHRINKAGE, GrowthLimit
from cnncalc.language.choices import ChoiceError
from cnncalc.metrics import ALIASES, LIMITED, METRICS
from cnncalc.quantity import BYTES, SIZE

FORMS = "METRIC:LIMIT, such as params:+5%, macs:+10M or peak_activation:+64KiB"


def growth_limit(text: str) -> GrowthLimit:
    """What one `--fail-on` means; raises `ChoiceError`.

    >>> growth_limit("params:+5%"), growth_limit("macs:10M").most
    (GrowthLimit(metric='params', direction='growth', most=5, unit='%'), 10000000)
    """
    name, colon, written = (part.strip() for part in text.partition(":"))
    if not colon or not name or not written:
        raise ChoiceError(f"--fail-on takes {FORMS}, not {text!r}")
    metric = _metric(name)
    direction = SHRINKAGE if written[0] == "-" else GROWTH
    digits = written[1:].lstrip() if written[0] in "+-" else written
    if digits[:1] in ("+", "-"):
        raise ChoiceError(f"--fail-on {text}: one sign is enough")
    most, unit = _most(metric, digits, text)
    return GrowthLimit(metric, direction, most, unit)


def _metric(name: str) -> str:
    if name in LIMITED:
        return name
    if name.lower() in ("flops", "flop"):
        raise ChoiceError("--fail-on: FLOPs are 2 x MACs; write `macs`")
    from cnncalc.language.values.suggest import closest

    meant = ALIASES.get(name.lower()) or closest(name, LIMITED)
    hint = f"did you mean {meant}?" if meant else f"there are {', '.join(LIMITED)}"
    raise ChoiceError(f"--fail-on: there is no metric {name!r}: {hint}")


def _most(metric: str, digits: str, text: str) -> tuple[int, str]:
    """The exact amount, in percent or in units of 1, and the unit that was written."""
    from cnncalc.language.values.limits import amount
    from cnncalc.language.values.numerals import number
    from cnncalc.problem import Problem

    try:
        if digits.endswith(PERCENT):
            return number(digits[: -len(PERCENT)].rstrip()), PERCENT  # type: ignore[return-value]  # or a fraction
        most, unit = amount(digits)
    except Problem as problem:
        helps = "".join(f"; {help_}" for help_ in problem.helps)
        raise ChoiceError(f"--fail-on {text}: {problem}{helps}") from None
    _check_unit(metric, unit, digits.removesuffix(unit).rstrip())
    return most, unit  # type: ignore[return-value]  # or a fraction


def _check_unit(metric: str, unit: str, digits: str) -> None:
    due = METRICS[metric].unit
    if due is SIZE and unit:
        raise ChoiceError(f"--fail-on: {metric} is in pixels and has no {unit}: write `{metric}:+{digits}`")
    if METRICS[metric].takes(unit):
        return
    if due is BYTES:
        raise ChoiceError(f"--fail-on: {metric} is bytes, and {unit} is for counts: write `{metric}:+{digits}{unit}iB`")
    raise ChoiceError(f"--fail-on: {metric} is a count, and {unit} is for memory: write `{metric}:+{digits}{unit[0]}`")
