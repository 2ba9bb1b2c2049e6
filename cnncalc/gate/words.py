"""Says what a verdict means: a sentence for the table, a diagnostic for who broke the expectation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cnncalc import codes, quantity
from cnncalc.exact import Exact
from cnncalc.gate.judge import Verdict
from cnncalc.metrics import FIELD, METRICS, VOLUMES
from cnncalc.problem import Diagnostic
from cnncalc.source import Source

if TYPE_CHECKING:
    from cnncalc.analysis import Claim
    from cnncalc.network import Unjudged


RELATIONS = {"==": "", "<=": "at most ", ">=": "at least ", "<": "less than ", ">": "more than "}


def diagnostics(verdicts: Iterable[Verdict], source: Source) -> list[Diagnostic]:
    """A fault for each claim that does not hold, where it is written."""
    return [_diagnostic(verdict, source) for verdict in verdicts if not verdict.passed]


def sentences(verdicts: Iterable[Verdict]) -> list[tuple[str, str, bool]]:
    """For the table: expect or budget, what came of it in one sentence, and whether it holds."""
    return [(verdict.claim.verb, _sentence(verdict), verdict.passed) for verdict in verdicts]


def unjudged_sentences(unjudged: Iterable[Unjudged]) -> list[tuple[str, str]]:
    """For the table: expect or budget, and what of it is not judged and why, together where the reason is the same."""
    alike: dict[tuple[str, str], dict[str, None]] = {}
    for verb, metric, _, _, why in unjudged:
        alike.setdefault((verb, why), {})[metric] = None
    return [(verb, f"not judged: {', '.join(metrics)}: {why}") for (verb, why), metrics in alike.items()]


def _sentence(verdict: Verdict) -> str:
    """Limit and measured number, so that a reader sees how much room is left."""
    claim = verdict.claim
    if verdict.measured is None:
        return f"{_subject(claim)}: there is no such path"
    limit = f"{_subject(claim)} {_limit(claim)}"
    if verdict.passed and claim.relation == "==" and not claim.tolerance:
        return limit
    return f"{limit}: it is {_measured(verdict)}"


def _diagnostic(verdict: Verdict, source: Source) -> Diagnostic:
    claim = verdict.claim
    if verdict.measured is None:
        return _missing_path(verdict, source)
    if isinstance(verdict.measured, tuple) or isinstance(claim.value, tuple):
        code, message = codes.OTHER_VOLUME, _differs(verdict)
    elif claim.verb == "budget" and claim.relation in ("<=", "<"):
        code, message = codes.OVER_BUDGET, _over_budget(verdict, claim.value)
    else:
        code, message = codes.EXPECTATION_NOT_MET, _not_met(verdict)
    return Diagnostic(code, message, source, claim.span, _note(verdict), (), _helps(verdict))


def _differs(verdict: Verdict) -> str:
    """A volume or size that is not the one written."""
    claim = verdict.claim
    what = "allowed" if claim.verb == "budget" else "expected"
    return f"{_subject(claim)} is {_measured(verdict)}, but {_limit(claim)} is {what}"


def _not_met(verdict: Verdict) -> str:
    """A number that is not as expected, in full, because it is usually missed by little."""
    claim, difference = verdict.claim, verdict.difference
    what = "what the budget asks for" if claim.verb == "budget" else "expected"
    said = f"{_subject(claim)} is {_measured(verdict)}, but {_limit(claim)} is {what}"
    if not difference:  # less than 5 is expected, and it is 5
        return said
    above, below = ("many", "few") if METRICS[claim.metric].unit is quantity.COUNT else ("much", "little")
    return f"{said}: {_amount(max(difference, -difference), verdict)} too {above if difference > 0 else below}"


def _over_budget(verdict: Verdict, limit: Exact) -> str:
    """A number that is over what is allowed, and by which share."""
    claim, excess = verdict.claim, verdict.difference
    allowed = f"{'less than ' if claim.relation == '<' else ''}{quantity.shortest(limit, _unit(claim))}"
    said = f"{_subject(claim)} {_measured(verdict)} is over the budget of {allowed}"
    if not excess:
        return said
    share = f" ({quantity.percent(excess, limit)})" if limit > 0 else ""
    return f"{said} by {_amount(excess, verdict)}{share}"


def _subject(claim: Claim) -> str:
    """What is measured, and of which layer."""
    if claim.metric in VOLUMES and claim.subject:
        return f"the output of {claim.subject}"
    metric = f"{claim.metric} ({claim.subject})" if claim.subject else claim.metric
    return f"{metric} of {claim.path}" if claim.path else metric


def _limit(claim: Claim) -> str:
    """The limit as one says it: at most 5M, 300M within 1 %."""
    if isinstance(claim.value, tuple):
        return RELATIONS[claim.relation] + quantity.size(claim.value)
    within = f" within {quantity.exact(claim.tolerance * 100)} %" if claim.tolerance else ""
    return f"{RELATIONS[claim.relation]}{quantity.shortest(claim.value, _unit(claim))}{within}"


def _unit(claim: Claim) -> str:
    """The unit that the author chose."""
    return claim.unit or METRICS[claim.metric].unit.bare


def _measured(verdict: Verdict) -> str:
    measured = verdict.measured
    if measured is None:
        return "not there"
    if isinstance(measured, tuple):
        return quantity.size(measured)
    return _amount(measured, verdict)


def _amount(value: Exact, verdict: Verdict) -> str:
    """A number in the unit of the claim or a smaller one, with the decimals that part measured from expected."""
    unit = quantity.unit_within(value, _unit(verdict.claim))
    scale = quantity.UNITS[unit]
    if scale == 1:
        return quantity.shortest(value, unit)
    places = 2
    while verdict.difference and -scale < verdict.difference * 10**places < scale:
        places += 1
    return quantity.in_unit(value, unit, places)


def _note(verdict: Verdict) -> str:
    """The three layers that have most of what is measured."""
    if not verdict.costliest:
        return ""
    return "most in " + ", ".join(f"{path} ({_cost(cost, verdict.claim)})" for path, cost in verdict.costliest)


def _cost(cost: Exact, claim: Claim) -> str:
    """What one layer has of a metric; of a receptive field, what it adds to it."""
    unit = METRICS[claim.metric].unit
    return f"{'+' if unit is quantity.SIZE else ''}{unit.exactly(cost)}"


def _helps(verdict: Verdict) -> tuple[str, ...]:
    """What to write if the network is right and the expectation is not; a budget is not to be written away."""
    claim, measured = verdict.claim, verdict.measured
    if claim.verb != "expect" or claim.relation != "==" or measured is None:
        return ()
    sizes = measured if isinstance(measured, tuple) else (measured,)
    whole = sizes and all(value.denominator == 1 for value in sizes)
    line = f"{claim.subject or claim.metric}: {quantity.size(sizes)}"
    return (f"if the network is right, write `{line}`",) if whole else ()


def _missing_path(verdict: Verdict, source: Source) -> Diagnostic:
    from difflib import get_close_matches  # slow to import, and only faults need it

    claim = verdict.claim
    path = claim.path if claim.metric == FIELD else claim.subject or claim.path
    known = verdict.known
    near = get_close_matches(path, known[:5000], n=3, cutoff=0.5)
    helps = (f"did you mean {' or '.join(f'`{name}`' for name in near)}?",) if near else ()
    return Diagnostic(
        codes.CLAIM_ON_NOTHING, f"there is no layer or group of layers `{path}`", source, claim.span, "", (), helps
    )
