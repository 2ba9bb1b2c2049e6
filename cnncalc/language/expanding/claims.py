"""Turns what a spec promises (`expect`, `budget`) into claims about the rows under a path."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Promise
from cnncalc.language.reading.written import Lookup
from cnncalc.network import Claim
from cnncalc.problem import Faults, Problem


def claim_of(promise: Promise, path: str, lookup: Lookup, faults: Faults) -> Claim | None:
    """A promise as a claim about the rows under a path; None where a fault stops it."""
    limit, size = promise.limit, promise.size
    head = (promise.verb, path, promise.metric, promise.subject)
    if size is None:
        if limit is None:
            return None
        return Claim(*head, limit.relation, limit.value, limit.unit, limit.tolerance, promise.text, promise.span)
    try:
        value = size.at(lookup)
    except Problem as problem:
        faults.add(problem)
        return None
    except Unknown:
        return None
    factors = value if isinstance(value, tuple) else (value,)
    if not all(type(factor) is int for factor in factors):
        faults.add(Problem(codes.BAD_LIMIT, f"{promise.metric} is promised a volume of whole numbers", size.span))
        return None
    return Claim(*head, limit.relation if limit else "==", factors, "", 0, promise.text, promise.span)
