"""Gives the variables of a file their values: once as written, and for a design what it changes and what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from cnncalc.language.expanding.scope import Lookup, Scope
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Settled, Spec, Variant
from cnncalc.language.values.numerals import Value
from cnncalc.problem import Faults, Problem

T = TypeVar("T")


def settle(spec: Spec) -> None:
    """Give the variables their values as the file writes them, in order; their faults wait for a design."""
    values: dict[str, Value | None] = {}
    found: dict[str, Problem] = {}
    asked_by: dict[str, list[str]] = {}
    lookup = variables_alone(values)
    for name, (_, written) in spec.variables.items():
        for asked in written.names:
            asked_by.setdefault(asked, []).append(name)
        values[name] = _value(written.at, lookup, found, name)
    places = {name: place for place, name in enumerate(values)}
    spec.settled = Settled(values, found, asked_by, places)


def variables_of(
    spec: Spec, variant: Variant | None, chosen: Mapping[str, Value], faults: Faults
) -> dict[str, Value | None]:
    """The variables of one design: those of the variant, then those of the caller, take the place of the file's.

    Only what they change, and whatever asks for it, is made anew: many variants beside many variables cost their sum.
    """
    settled = spec.settled
    values = settled.values.copy()
    overrides = variant.variables if variant else {}
    anew = _affected(settled, [*overrides, *chosen])
    values.update(dict.fromkeys(anew))
    lookup, found = variables_alone(values), dict[str, Problem]()
    for name in anew:
        written = overrides.get(name) or spec.variables[name]
        values[name] = chosen[name] if name in chosen else _value(written[1].at, lookup, found, name)
    for name, problem in settled.faults.items():
        if variant is not None and faults.are_many:  # the file as written tells the others
            break
        if name not in anew:
            faults.add(problem)
    for problem in found.values():
        faults.add(problem)
    return values


def variables_alone(values: dict[str, Value | None]) -> Lookup:
    """Gives variables where there is no tensor yet."""
    return Lookup(Scope(values, None, None, {}, set()), None)


def _affected(settled: Settled, changed: Iterable[str]) -> list[str]:
    """What is changed, with all that asks for it, in the order of the file."""
    reached = {name for name in changed if name in settled.places}
    ahead = [*reached]
    while ahead:
        for name in settled.asked_by.get(ahead.pop(), ()):
            if name not in reached:
                reached.add(name)
                ahead.append(name)
    return sorted(reached, key=settled.places.__getitem__)


def _value(value: Callable[[Lookup], T], lookup: Lookup, found: dict[str, Problem], name: str) -> T | None:
    """A value; None where a fault hides it, which is kept unless it lies further up and is kept already."""
    try:
        return value(lookup)
    except Problem as problem:
        found[name] = problem
    except Unknown:
        pass
    return None
