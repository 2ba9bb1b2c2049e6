"""Judges one spec: the file with all its variants, or with the one that is named."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.cli.choosing import merged
from cnncalc.cli.failing import reason
from cnncalc.codes import ERROR, WARNING
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.language.shelf import Found, find
from cnncalc.problem import Diagnostic, SpecError
from cnncalc.render.outcome import Budget, Judged, Unreadable

if TYPE_CHECKING:
    from cnncalc.language.reading.declarations import Spec
    from cnncalc.problem import Faults

SEVERAL_VARIANTS = 4
"""So many networks of one file fit into memory without looking for garbage, whatever their size."""


class Terms(NamedTuple):
    """What the command line says of how to judge; the same for every spec.

    `ignored` are the lints that are not told, `strict` makes errors of those that are, `verify` runs each network too.
    """

    choices: Choices
    dtype: str
    ignored: frozenset[str]
    strict: bool
    verify: bool


class Outcome(NamedTuple):
    """What came of one spec: its faults, each told once, and its networks one by one."""

    diagnostics: list[Diagnostic]
    networks: list[Judged]
    unreadable: list[Unreadable]


def judge_spec(spec: str, terms: Terms) -> Outcome:
    """The verdict on one SPEC; whatever is wrong with it is in the outcome."""
    from cnncalc.language.load import declared

    try:
        found = find(spec)
        chosen = merged(terms.choices, found)
        declaration = declared(found.source)
    except SpecError as error:
        name = error.diagnostics[0].source.name if error.diagnostics else spec
        faults = tuple(_told(error.diagnostics, terms, frozenset()))
        return _outcome([Judged(name, "", terms.choices.variant, faults, None, (), 0.0)], [])
    except ChoiceError as error:
        return _outcome([], [Unreadable(spec, str(error))])
    except OSError as error:
        return _outcome([], [Unreadable(spec, reason(error))])
    networks: list[Judged] = []
    for variant in [chosen.variant] if chosen.variant else [None, *declaration[0].variants]:
        if len(networks) == SEVERAL_VARIANTS:
            gc.enable()  # which a short command does not: each network is a heap of cycles that is then let go
        # Expanding adds to the faults of a declaration, so that each further variant is declared anew.
        fresh = declared(found.source) if networks else declaration
        try:
            networks.append(_judged(found, fresh, chosen._replace(variant=variant), terms))
        except ChoiceError as error:
            return _outcome(networks, [Unreadable(found.source.name, str(error))])
    return _outcome(networks, [])


def _outcome(networks: list[Judged], unreadable: list[Unreadable]) -> Outcome:
    """A lint is told once a place, whatever its figures are in other variants; a fault once a message."""
    told: dict[tuple[object, ...], Diagnostic] = {}
    for fault in (fault for network in networks for fault in network.faults):
        lint = fault.code.severity == WARNING
        told.setdefault((fault.code, fault.span, "" if lint else fault.message), fault)
    return Outcome(sorted(told.values(), key=lambda fault: fault.sort_key), networks, unreadable)


def _judged(found: Found, declaration: tuple[Spec, Faults], choices: Choices, terms: Terms) -> Judged:
    """The network of one variant against its own claims, and against the lints."""
    from cnncalc.analysis import analyze
    from cnncalc.gate import diagnostics, judge, lint, within_limits
    from cnncalc.language.load import expanded

    begin = perf_counter()
    file, ignored = found.source.name, declaration[0].ignored_lints
    try:
        network = expanded(*declaration, choices)
    except SpecError as error:
        faults = tuple(_told(error.diagnostics, terms, ignored))
        return Judged(file, "", choices.variant, faults, None, (), perf_counter() - begin)
    network.folder = found.folder
    report = analyze(network, dtype=terms.dtype)
    verdicts = judge(report, network)
    told = [*network.warnings, *diagnostics(verdicts, found.source), *lint(network, report, found.source)]
    if terms.verify:
        from cnncalc.cli.verifying import verified

        told += verified(network, report, found.source)
    budgets = tuple(Budget(*entry) for entry in within_limits(verdicts))
    faults = tuple(sorted(_told(told, terms, ignored), key=lambda fault: fault.sort_key))
    return Judged(file, network.name, network.variant, faults, report.totals, budgets, perf_counter() - begin)


def _told(faults: Iterable[Diagnostic], terms: Terms, ignored: frozenset[str]) -> list[Diagnostic]:
    """The faults without the ignored lints; under `--strict` those that are left are errors."""
    silent = terms.ignored | ignored
    kept = [fault for fault in faults if fault.severity == ERROR or fault.code not in silent]
    return [_raised(fault) for fault in kept] if terms.strict else kept


def _raised(fault: Diagnostic) -> Diagnostic:
    return Diagnostic(**{**fault.__dict__, "raised": True})
