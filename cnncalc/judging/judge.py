"""Judges one spec: the file with all its variants, or with the one that is named."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import codes
from cnncalc.analysis import DTYPE_BYTES, Network, Report, analyze
from cnncalc.codes import ERROR, WARNING
from cnncalc.gate import budgets, diagnostics, judge, lint
from cnncalc.judging import Judged, Outcome, Unreadable
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.language.load import declared, expanded
from cnncalc.language.shelf import Found, find
from cnncalc.lookup.networks import merged
from cnncalc.problem import Diagnostic, Source, Span, SpecError

if TYPE_CHECKING:
    from cnncalc.language.reading.declarations import Spec
    from cnncalc.problem import Faults

SEVERAL_VARIANTS = 4
"""So many networks of one file fit into memory without looking for garbage, whatever their size."""


class Conditions(NamedTuple):
    """What the command line says of how to judge; the same for every spec.

    `ignored` are the lints that are not reported, `strict` makes errors of the others, `verify` runs each network too.
    """

    choices: Choices
    dtype: str
    ignored: frozenset[str]
    strict: bool
    verify: bool


def judge_spec(spec: str, conditions: Conditions) -> Outcome:
    """The verdict on one SPEC; whatever is wrong with it is in the outcome."""
    try:
        found = find(spec)
        chosen = merged(conditions.choices, found)
        declaration = declared(found.source)
    except SpecError as error:
        name = error.diagnostics[0].source.name if error.diagnostics else spec
        faults = tuple(_kept(error.diagnostics, conditions, frozenset()))
        return _outcome([Judged(name, "", conditions.choices.variant, faults, None, (), 0.0)])
    except ChoiceError as error:
        return _outcome([], Unreadable(spec, str(error)))
    except OSError as error:
        from cnncalc.files import reason  # slow to import, and most files can be read

        return _outcome([], Unreadable(spec, reason(error)))
    networks: list[Judged] = []
    for variant in [chosen.variant] if chosen.variant else [None, *declaration[0].variants]:
        if len(networks) == SEVERAL_VARIANTS:
            gc.enable()  # which a short command does not: each network is a heap of cycles that is then let go
        # Expanding adds to the faults of a declaration, so that each further variant is declared anew.
        fresh = declared(found.source) if networks else declaration
        try:
            networks.append(_judged(found, fresh, chosen._replace(variant=variant), conditions))
        except ChoiceError as error:
            return _outcome(networks, Unreadable(found.source.name, str(error)))
    return _outcome(networks)


def _outcome(networks: list[Judged], *unreadable: Unreadable) -> Outcome:
    """A lint is reported once a place, whatever its figures are in other variants; a fault once a message."""
    faults: dict[tuple[object, ...], Diagnostic] = {}
    for fault in (fault for network in networks for fault in network.faults):
        is_lint = fault.code.severity == WARNING
        faults.setdefault((fault.code, fault.span, "" if is_lint else fault.message), fault)
    return Outcome(sorted(faults.values(), key=lambda fault: fault.sort_key), networks, [*unreadable])


def _judged(found: Found, declaration: tuple[Spec, Faults], choices: Choices, conditions: Conditions) -> Judged:
    """The network of one variant against its own claims, and against the lints."""
    begin = perf_counter()
    file, ignored = found.source.name, declaration[0].ignored_lints
    try:
        network = expanded(*declaration, choices)
    except SpecError as error:
        faults = tuple(_kept(error.diagnostics, conditions, ignored))
        return Judged(file, "", choices.variant, faults, None, (), perf_counter() - begin)
    report = analyze(network, dtype=conditions.dtype)
    verdicts = judge(report, network)
    remarks = [*network.warnings, *diagnostics(verdicts, found.source), *lint(network, report, found.source)]
    if conditions.verify:
        remarks += _verified(network, report, found.source)
    faults = tuple(sorted(_kept(remarks, conditions, ignored), key=lambda fault: fault.sort_key))
    return Judged(file, network.name, network.variant, faults, report.totals, budgets(verdicts), perf_counter() - begin)


def _kept(faults: Iterable[Diagnostic], conditions: Conditions, ignored: frozenset[str]) -> list[Diagnostic]:
    """The faults without the ignored lints; under `--strict` those that are left are errors."""
    silent = conditions.ignored | ignored
    kept = [fault for fault in faults if fault.severity == ERROR or fault.code not in silent]
    return [Diagnostic(**{**fault.__dict__, "raised": True}) for fault in kept] if conditions.strict else kept


def _verified(network: Network, report: Report, source: Source) -> list[Diagnostic]:
    """A fault for each row that ran otherwise than reported."""
    from cnncalc.executor.verification import Reported, differences  # NumPy, for `--verify` alone

    lines = {row.path: row.line for row in report.layers}
    rows = {
        row.path: Reported(row.output, row.params + row.fixed_params, row.macs, row.live_bytes) for row in report.layers
    }
    value_bytes = DTYPE_BYTES[report.dtype]
    found = differences(network, rows, report.totals.macs, report.totals.activations, value_bytes)
    return [
        Diagnostic(codes.RUN_DIFFERS, difference.text, source, Span(lines.get(difference.path, 1), 1))
        for difference in found
    ]
