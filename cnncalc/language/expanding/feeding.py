"""Finds what an item is given: the tensors that it takes, and inside a block the values of its parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cnncalc import codes
from cnncalc.language.expanding.scope import NOTHING, Lookup, Named, Scope, Tensor, Use, asks_what_arrives, named
from cnncalc.language.expanding.walk import Walk
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Block, Item, Reference
from cnncalc.problem import Label, Problem
from cnncalc.source import Edit, Help, Span, write


def inputs_of(walk: Walk, item: Item, tensor: Tensor, sources: list[Reference] | None, scope: Scope) -> list[Tensor]:
    """The tensors that an item takes, one but for joins and blocks; None for each that a fault hides."""
    joins = item.kind is not None and item.kind.layer.joins and item.branches is None
    if sources is None:
        if not joins:
            implied = Reference("previous", item.span)
            return [_reported(walk, implied, tensor, scope, partial(_ahead, walk, item))]
        if item.broken:
            return []
        raise _nothing_to_join(item)
    found = [_reported(walk, reference, tensor, scope) for reference in sources]
    if len(found) == 1 or joins or item.block is not None or item.broken:
        return found
    message = f"{item.word} takes one tensor, and `from` names {len(found)}"
    helps = "concat or add makes one tensor of several"
    walk.report(Problem(codes.NUMBER_OF_TENSORS, message, sources[1].span, helps=helps), scope)
    return [None]


def _ahead(walk: Walk, item: Item, text: str) -> list[Edit]:
    from cnncalc.language.reading.slips.forms import ahead  # a valid spec needs no remedies

    return ahead(walk.faults.source, item.span, text)


def _in_place(_: str) -> list[Edit]:
    """For a `from:` that is written, and names the wrong tensor."""
    return []


def _reported(
    walk: Walk, reference: Reference, tensor: Tensor, scope: Scope, ahead: Callable[[str], list[Edit]] = _in_place
) -> Tensor:
    """What a reference means, which is asked for from now on; a fault of it is kept. `ahead` writes a `from:`."""
    try:
        return walk.use(_source(reference, tensor, scope, ahead))
    except Problem as problem:
        walk.report(problem, scope)
        return None


def _source(reference: Reference, tensor: Tensor, scope: Scope, ahead: Callable[[str], list[Edit]]) -> Tensor:
    names = scope.several_inputs
    if reference.name == "previous":
        if tensor == NOTHING:
            message = f"there are {len(names)} inputs, and the first layer does not say which it takes"
            taken = f"from: {names[0]}"
            helps = Help(f"write `{taken}`", *(ahead(taken) or [Edit(names[0])]))
            raise Problem(codes.WHICH_INPUT, message, reference.span, helps=helps)
        return tensor
    if reference.name == "input":
        if names:
            message = f"`input` is one tensor, and there are {len(names)} inputs"
            raise Problem(codes.WHICH_INPUT, message, reference.span, helps=tuple(map(write, names[:5])))
        return scope.input
    return named(reference, scope, ": its `if` is false or its `repeat` is 0").tensor


def _nothing_to_join(item: Item) -> Problem:
    message = f"{item.word} joins several tensors, and nothing says which"
    helps = ("name at least two tensors in a `from:` list", "or give it branches, each a name with a list of layers")
    return Problem(codes.JOIN_OF_NOTHING, message, item.span, helps=helps)


def fed_by_the_turn_before(sources: list[Reference]) -> list[Reference]:
    """`from` feeds the first turn; each next one takes the turn before in place of it."""
    if any(source.name == "previous" for source in sources):
        return sources
    return [Reference("previous", sources[0].span), *sources[1:]]


def entered(walk: Walk, item: Item, block: Block, inputs: list[Tensor], lookup: Lookup, path: str) -> Scope:
    """The scope inside the block that an item uses; raises `Problem`, or `Unknown` where the fault is kept.

    Arguments are formulas of the caller; defaults are the block's own, over earlier parameters and `$input`.
    """
    if len(inputs) != 1 + len(block.inputs):
        raise _wrong_number(item, block, len(inputs))
    names = {
        reference.name: Named(arriving, reference.span)
        for reference, arriving in zip(block.inputs, inputs[1:], strict=True)
    }
    use = Use(path, item.span, lookup.scope.use, lookup.scope.depth + 1)
    inner = Scope({}, inputs[0], walk.volume(inputs[0]), names, set(), use=use, around=walk.scope, arriving={})
    own = Lookup(inner, inner.input_volume)
    whole = not block.broken
    for name, (span, default) in block.parameters.items():
        argument = item.values.get(name)
        written, asked = (default, own) if argument is None else (argument, lookup)
        inner.variables[name] = None  # unknown, so that defaults that ask for a faulty one stay silent
        try:
            if written is None:
                asked = lookup
                raise _missing(item, block, name, span)
            inner.variables[name] = written.at(asked)
            formula = asks_what_arrives(written, asked.scope) if written.names else ""
            if formula:
                inner.arriving[name] = formula
        except Problem as problem:
            walk.report(problem, asked.scope)
            whole = False
        except Unknown:
            continue
    if not whole:
        raise Unknown
    return inner


def _missing(item: Item, block: Block, parameter: str, span: Span) -> Problem:
    message = f"{block.name} needs {parameter}"
    helps = f"give {parameter} a value beside the others of {block.name}"
    labels = (Label(span, "it has no default"),)
    return Problem(codes.PARAMETER_MISSING, message, item.span, helps=helps, labels=labels)


def _wrong_number(item: Item, block: Block, found: int) -> Problem:
    wanted = ["previous", *(reference.name for reference in block.inputs)]
    what = f"{block.name} takes {len(wanted)} tensor{'s' if len(wanted) > 1 else ''}"
    if len(wanted) > 1:
        what += f" ({', '.join(['input', *wanted[1:]])})"
    message = f"{what}, and {'1 arrives' if found == 1 else f'`from` names {found}'}"
    helps = (f"name them in a `from:` list, in the order {', '.join(wanted)}",) if len(wanted) > 1 else ()
    labels = (Label(block.inputs[0].span, "declared here"),) if block.inputs else ()
    return Problem(codes.NUMBER_OF_TENSORS, message, item.span, helps=helps, labels=labels)
