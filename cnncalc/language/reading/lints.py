"""Warns of what a spec declares and never uses: variables, parameters of blocks, blocks."""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc import codes
from cnncalc.language.reading.declarations import Block, Item, Spec, items_inside
from cnncalc.language.reading.written import Written
from cnncalc.problem import Faults, Label, Problem


def lint_unused(spec: Spec, faults: Faults) -> None:
    """A warning for each variable, parameter and block that nothing asks for."""
    asked = frozenset().union(*(written.names for written in _all_values(spec)))
    for name, (span, _) in spec.variables.items():
        if name not in asked:
            faults.add(Problem(codes.UNUSED_VARIABLE, f"the variable `{name}` is never used", span, helps="delete it"))
    every = [*spec.items, *(item for block in spec.blocks.values() for item in block.items)]
    used = {item.block.name for item in items_inside(every) if item.block}
    for block in spec.blocks.values():
        if block.name not in used:
            message = f"the block {block.name} is never used"
            faults.add(Problem(codes.UNUSED_BLOCK, message, block.span, helps="delete it"))
        if not block.broken:
            _lint_parameters(block, faults)


def _lint_parameters(block: Block, faults: Faults) -> None:
    inside = frozenset().union(*(written.names for written in _values_of_block(block)))
    label = Label(block.span, "the block")
    for parameter in block.parameters.values():
        if parameter.name not in inside:
            message = f"the parameter `{parameter.name}` of {block.name} is never used"
            faults.add(Problem(codes.UNUSED_PARAMETER, message, parameter.span, labels=(label,), helps="delete it"))


def _all_values(spec: Spec) -> Iterator[Written]:
    for _, written in spec.variables.values():
        yield written
    for declaration in spec.inputs:
        yield declaration.volume
        yield from declaration.settings.values()
    promises = list(spec.promises)
    for variant in spec.variants.values():
        promises += variant.promises
        for _, written in variant.variables.values():
            yield written
    yield from (promise.size for promise in promises if promise.size is not None)
    yield from _values(spec.items)
    for block in spec.blocks.values():
        yield from _values_of_block(block)


def _values_of_block(block: Block) -> Iterator[Written]:
    yield from (parameter.default for parameter in block.parameters.values() if parameter.default is not None)
    yield from _values(block.items)


def _values(items: list[Item]) -> Iterator[Written]:
    for item in items_inside(items):
        yield from item.values.values()
        if item.condition is not None:
            yield item.condition
        if item.repeat is not None:
            if item.repeat.count is not None:
                yield item.repeat.count
            for column in item.repeat.columns.values():
                yield from column
        yield from (promise.size for promise in item.promises if promise.size is not None)
