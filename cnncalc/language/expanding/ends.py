"""Finds what comes out of an expanded spec, and what was computed and never used."""

from __future__ import annotations

from collections.abc import Callable

from cnncalc import codes
from cnncalc.language.expanding.expand import Expander
from cnncalc.language.expanding.scope import NOTHING, Scope, Tensor
from cnncalc.language.reading.declarations import Reference
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.problem import Problem
from cnncalc.source import Span

_HIDES_USES = {
    codes.UNKNOWN_NAME, codes.NAME_TWICE, codes.AUTOMATIC_NAME, codes.ABSENT_NAME, codes.NUMBER_OF_TENSORS,
    codes.JOIN_OF_NOTHING, codes.EMPTY_BRANCH, codes.NO_LAYER_LEFT, codes.NO_OUTPUT, codes.WHICH_INPUT,
}  # fmt: skip
"""Faults of references: where there is one, something may seem unused that is not."""


def ends_of(expander: Expander, result: Tensor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tensors that come out, those named or what the last item gives, and the ones that only training has.

    What nothing uses is reported.
    """
    spec = expander.spec
    if spec.outputs:
        outputs = tuple(filter(None, (_named(reference, expander) for reference in spec.outputs)))
    else:
        outputs = () if result is None else _last(expander, result)
    named = [_named(reference, expander) for reference in spec.aux_outputs]
    for reference, tensor in zip(spec.aux_outputs, named, strict=True):
        if tensor in outputs:
            message = f"`{reference.name}` is already an output, so it cannot be an auxiliary one"
            expander.faults.add(Problem(codes.NO_OUTPUT, message, reference.span))
    auxiliary = tuple(filter(None, named))
    _report_unused(expander, (*outputs, *auxiliary))
    return outputs, auxiliary


def _last(expander: Expander, result: str) -> tuple[str, ...]:
    """What the last item gives; a network in which no layer is left gives nothing."""
    if result != NOTHING and result not in expander.assembly.inputs:
        return (result,)
    if expander.assembly.nodes or expander.spec.items:
        message = "no layer is left between input and output: every one is absent or repeated 0 times"
        expander.faults.add(Problem(codes.NO_LAYER_LEFT, message, expander.spec.items_span))
    return ()


def _named(reference: Reference, expander: Expander) -> Tensor:
    name, scope = reference.name, expander.scope
    known = scope.names.get(name)
    helps: Callable[[], str] | str = ""
    if known is None:
        message, helps = f"there is no layer named `{name}` to use as an output", lambda: _near(name, scope)
    elif known.absent:
        message = f"`{name}` is absent here and cannot be an output"
    elif known.tensor in expander.assembly.inputs:
        message = f"`{name}` is an input: no layer computes it"
    else:
        return known.tensor
    expander.faults.add(Problem(codes.NO_OUTPUT, message, reference.span, helps=helps))
    return None


def _near(name: str, scope: Scope) -> str:
    if name in scope.automatic:
        return "give that layer a `name:`; automatic names change when layers are added"
    return did_you_mean(name, scope.names, "outputs are names of layers in `layers`")


def _report_unused(expander: Expander, ends: tuple[str, ...]) -> None:
    """Whatever is computed and never used is an error; so is an input that nobody takes."""
    assembly, faults = expander.assembly, expander.faults
    unused = assembly.unused(ends)
    if faults.errors:
        # A faulty layer makes nothing that could use its inputs, but it did ask for them.
        if any(fault.code[3] in "12" or fault.code in _HIDES_USES for fault in faults.errors):
            return
        unused = [tensor for tensor in unused if tensor not in expander.used]
    inputs = {declaration.name: declaration.span for declaration in expander.spec.inputs}
    seen: set[Span] = set()
    for tensor in unused:
        span = inputs.get(tensor) or assembly.by_path[tensor].span
        if span is None or span in seen:
            continue
        seen.add(span)
        if tensor in inputs:
            helps = "name it in a `from:`, or delete it"
            faults.add(Problem(codes.INPUT_NEVER_USED, f"the input `{tensor}` is never used", span, helps=helps))
            continue
        helps = "name it in a `from:` or in `outputs:`, or delete it"
        labels = expander.scopes[tensor].labels() if tensor in expander.scopes else ()
        faults.add(Problem(codes.NEVER_USED, f"what `{tensor}` computes is never used", span, helps=helps), *labels)
