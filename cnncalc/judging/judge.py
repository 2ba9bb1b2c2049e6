"""Judges specs, each with all its variants or the one that is named: on several processors where that pays."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import codes
from cnncalc.analysis import Network, Report, analyze
from cnncalc.codes import CLAIM, ERROR, WARNING
from cnncalc.dtype import Dtype
from cnncalc.gate import budgets, diagnostics, judge, lint
from cnncalc.judging import Judged, Outcome, Unreadable, not_judged
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.language.expanding.terms import OF_THE_FILE
from cnncalc.language.load import declared, expanded, terms_of
from cnncalc.language.shelf import Found, find
from cnncalc.lookup.networks import merged
from cnncalc.problem import Diagnostic, SpecError
from cnncalc.source import Source, Span

if TYPE_CHECKING:
    from cnncalc.language.reading.declarations import Item, Spec
    from cnncalc.problem import Faults

SEVERAL_VARIANTS = 4
"""So many networks of one file fit into memory without looking for garbage, whatever their size."""
PAYS_FROM = 25
"""So many specs take about as long as starting one more process."""
MOST_WORKERS = 8
FAILED = 2
"""The exit code of a worker whose parent is gone; nobody reads it."""
MOST_TOGETHER = 1_000_000
"""So many items may all designs of one file expand to: some twenty seconds."""
CHUNK = 8
"""Specs handed out at once: few enough that all processes end at about the same time."""


class Declaration(NamedTuple):
    """A file that was read: where it was found, the spec that it declares, and the faults met so far.

    `items` gives the items by where they stand; it is filled when a remark asks.
    """

    found: Found
    spec: Spec
    faults: Faults
    items: dict[Span, Item]


class Conditions(NamedTuple):
    """What the command line says of how to judge; the same for every spec.

    `ignored` are the lints that are not reported, `strict` makes errors of the others, `verify` runs each network too.
    """

    choices: Choices
    batch: int
    dtype: Dtype | None
    ignored: frozenset[str]
    strict: bool
    verify: bool


def judge_spec(spec: str, conditions: Conditions) -> Outcome:
    """The verdict on one SPEC; whatever is wrong with it is in the outcome, and takes no other verdict along."""
    try:
        return _judged_spec(spec, conditions)
    except Exception as error:
        from cnncalc.judging.unforeseen import told, wants_traceback

        if wants_traceback():
            raise
        return _outcome([], Unreadable(spec, told(error)))


def _judged_spec(spec: str, conditions: Conditions) -> Outcome:
    try:
        found = find(spec)
        chosen = merged(conditions.choices, found)
        declaration = Declaration(found, *declared(found.source), {})
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
    designs = [chosen.variant] if chosen.variant else [None, *declaration.spec.variants]
    further = declaration._replace(faults=declaration.faults.again())
    for variant in designs:
        if declaration.spec.steps > MOST_TOGETHER:
            networks.append(_too_many(declaration, designs[len(networks) :]))
            break
        if len(networks) == SEVERAL_VARIANTS:
            gc.enable()  # which a short command does not: each network is a heap of cycles that is then let go
        # Expanding adds to the faults of a declaration, so that each further variant begins with those of the file.
        fresh = further._replace(faults=further.faults.again()) if networks else declaration
        try:
            judged = _judged(fresh, chosen._replace(variant=variant), conditions)
            networks.append(judged if chosen.variant else _without_what_the_file_answers(judged))
        except ChoiceError as error:
            return _outcome(networks, Unreadable(found.source.name, str(error)))
    return _outcome(networks)


def _too_many(declaration: Declaration, left: Sequence[str | None]) -> Judged:
    """The verdict on a file whose designs are too much together, beside those that were judged."""
    source, (name, *others) = declaration.found.source, left
    more = f" and {len(others):,} more" if others else ""
    message = (
        f"this file and its variants expand to more than {MOST_TOGETHER:,} items together: "
        f"the variant {name}{more} {'are' if others else 'is'} not judged"
    )
    span = declaration.spec.variants[name].span if name else declaration.spec.items_span
    helps = (f"judge them one by one, as in `cnncalc check {source.name}:{name}`",)
    fault = Diagnostic(codes.EXPANSION_TOO_LARGE, message, source, span, helps=helps)
    return Judged(source.name, "", name, (fault,), None, (), 0.0)


def _without_what_the_file_answers(judged: Judged) -> Judged:
    """Without the expectations of the file as written, which is judged in the same run."""
    return judged._replace(not_judged=tuple(entry for entry in judged.not_judged if entry.why != OF_THE_FILE))


def _outcome(networks: list[Judged], *unreadable: Unreadable) -> Outcome:
    """A lint is reported once a place, whatever its figures are in other variants; a fault once a message."""
    faults: dict[tuple[object, ...], Diagnostic] = {}
    designs: dict[tuple[object, ...], list[str | None]] = {}
    for network in networks:
        for fault in network.faults:
            key = (fault.code, fault.span, "" if fault.code.severity == WARNING else fault.message)
            faults.setdefault(key, fault)
            designs.setdefault(key, []).append(network.variant)
    told = [_of_variants(fault, designs[key]) for key, fault in faults.items()]
    return Outcome(sorted(told, key=lambda fault: fault.sort_key), networks, [*unreadable])


def _of_variants(fault: Diagnostic, designs: Sequence[str | None]) -> Diagnostic:
    """A broken promise with the variants that break it, where the file as written keeps it."""
    variants = [design for design in dict.fromkeys(designs) if design is not None]
    if fault.code.subject != CLAIM or None in designs:
        return fault
    others = f" and {len(variants) - 1:,} more" if len(variants) > 1 else ""
    return fault.but(message=f"{fault.message}, in the variant {variants[0]}{others}")


def _judged(declaration: Declaration, choices: Choices, conditions: Conditions) -> Judged:
    """The network of one variant against its own claims, and against the lints."""
    begin = perf_counter()
    found, spec, faults_before, _ = declaration
    file, ignored = found.source.name, spec.ignored_lints
    try:
        network = expanded(spec, faults_before, choices)
    except SpecError as error:
        faults = tuple(_kept(error.diagnostics, conditions, ignored))
        unmeasured = not_judged(file, choices.variant, terms_of(spec, choices).unmeasured())
        return Judged(file, "", choices.variant, faults, None, (), perf_counter() - begin, not_judged=unmeasured)
    report = analyze(network, batch=conditions.batch, dtype=conditions.dtype)
    verdicts = judge(report, network)
    lints = [_placed(remark, declaration) for remark in lint(network, report, found.source)]
    remarks = [*network.warnings, *diagnostics(verdicts, found.source), *lints]
    if conditions.verify:
        remarks += _verified(network, report, found.source)
    faults = tuple(sorted(_kept(remarks, conditions, ignored), key=lambda fault: fault.sort_key))
    seconds = perf_counter() - begin
    skipped = not_judged(file, network.variant, network.unjudged)
    figures = report.totals, budgets(verdicts), seconds, network.variant_named, skipped
    return Judged(file, network.name, network.variant, faults, *figures)


def _kept(faults: Iterable[Diagnostic], conditions: Conditions, ignored: frozenset[str]) -> list[Diagnostic]:
    """The faults without the ignored lints; under `--strict` those that are left are errors."""
    silent = conditions.ignored | ignored
    kept = [fault for fault in faults if fault.severity == ERROR or fault.code not in silent]
    return [fault.but(raised=True) for fault in kept] if conditions.strict else kept


def _placed(remark: Diagnostic, declaration: Declaration) -> Diagnostic:
    """A lint's remark whose helps know where the parameters that they name are written."""
    from cnncalc.language.remedies.explaining import items_by_place, placed  # for what is found alone

    if not declaration.items:
        declaration.items.update(items_by_place(declaration.spec))
    return placed(remark, declaration.spec, declaration.items)


def _verified(network: Network, report: Report, source: Source) -> list[Diagnostic]:
    """A fault for each row that ran otherwise than reported."""
    from cnncalc.judging.unforeseen import require_room_for_arrays

    require_room_for_arrays()
    from cnncalc.executor.verification import differences  # NumPy, for `--verify` alone

    lines = {row.path: row.line for row in report.layers}
    return [
        Diagnostic(codes.RUN_DIFFERS, text, source, Span(lines.get(path, 1), 1))
        for path, text in differences(network, report, report.batch * report.dtype.activation_bytes)
    ]


def judge_all(specs: Sequence[str], conditions: Conditions, jobs: int | None = None) -> Iterator[Outcome]:
    """The outcome of each spec, in order. `jobs` is the number of processes; without it as many as pay."""
    workers = min(jobs or _workers(len(specs)), len(specs))
    if len(specs) > 1:
        _collect_garbage()
    done = 0
    with suppress(_Unshared):
        for outcome in _shared_out(specs, conditions, workers) if workers > 1 else ():
            yield outcome
            done += 1
    yield from map(partial(judge_spec, conditions=conditions), specs[done:])


class _Unshared(Exception):
    """There can be no further processes here, or one of them died: one process does what is left."""


def _shared_out(specs: Sequence[str], conditions: Conditions, workers: int) -> Iterator[Outcome]:
    # A process that is started looks for its first module in the current folder, which may be a stranger's.
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
        from multiprocessing import get_context

        # A spawned process inherits no threads and no locks; a forked one might inherit a lock that is held.
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    except (ImportError, OSError, NotImplementedError) as error:  # no semaphores, as in some sandboxes
        raise _Unshared from error
    waits = True
    try:
        yield from pool.map(partial(judge_spec, conditions=conditions), specs, chunksize=CHUNK)
    except (BrokenExecutor, OSError) as error:
        raise _Unshared from error
    except KeyboardInterrupt:
        waits = False  # the workers end with this process
        raise
    finally:
        pool.shutdown(wait=waits, cancel_futures=True)


def _begin() -> None:
    """What a worker does first: an interrupt is for the parent to report, and without a parent there is no work."""
    import signal
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()
    _collect_garbage()


def _end_with_the_parent() -> None:
    """However the parent ends, even killed: what both hold of each other is then closed by the system."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(FAILED)


def _collect_garbage() -> None:
    """Collect garbage again, which a short command does not: each network is a heap of cycles that is then let go."""
    gc.freeze()
    gc.enable()


def _workers(specs: int) -> int:
    return max(1, min(_processors(), MOST_WORKERS, specs // PAYS_FROM))


def _processors() -> int:
    """The processors that this process may use."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """One outcome of all specs: errors before warnings, then by place."""
    every = Outcome([], [], [])
    for outcome in outcomes:
        every.diagnostics.extend(outcome.diagnostics)
        every.networks.extend(outcome.networks)
        every.unreadable.extend(outcome.unreadable)
    every.diagnostics.sort(key=lambda fault: fault.sort_key)
    return every
