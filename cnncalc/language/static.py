"""Checks a declared spec without expanding it: variables that nobody set, recursion, hiding, and what is never used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnncalc.language.declarations import Block, Item, Spec
from cnncalc.language.scope import unknown_variable
from cnncalc.language.shortform import unknown_parameter
from cnncalc.language.written import Written
from cnncalc.problem import Faults, Label, Span


def check_references(spec: Spec, faults: Faults) -> None:
    """Tell formulas that ask for unknown variables, blocks that contain themselves, and names that hide others."""
    _check_variables(spec, faults)
    _check_items(spec.items, set(spec.variables), faults)
    for block in spec.blocks.values():
        known = set(spec.variables)
        for parameter in block.parameters.values():
            if parameter.default is not None:
                _check_names(parameter.default, known, faults)
            known.add(parameter.name)
        _check_items(block.items, known, faults)
    for cycle in _cycles(spec.blocks):
        told = " uses ".join(block.name for block in (*cycle, cycle[0]))
        faults.add(
            "CNN230",
            cycle[0].span,
            f"a block cannot contain itself: {told}",
            helps=("use `repeat:` to say something several times",),
        )
        for block in cycle:
            block.broken = True


def _check_variables(spec: Spec, faults: Faults) -> None:
    known: set[str] = set()
    for name, (_, written) in spec.variables.items():
        _check_names(written, known, faults)
        known.add(name)
    for variant in spec.variants.values():
        earlier: set[str] = set()
        for name in spec.variables:
            if name in variant.variables:
                _check_names(variant.variables[name][1], earlier, faults)
            earlier.add(name)
    for declaration in spec.inputs:
        for written in (declaration.volume, *declaration.settings.values()):
            _check_names(written, set(spec.variables), faults)


def _check_items(items: list[Item], known: set[str], faults: Faults) -> None:
    for item in items:
        inner = known
        if item.repeat is not None and item.repeat.columns:
            inner = known | set(item.repeat.columns)
            for name in item.repeat.columns:
                if name in known:
                    item.broken = True
                    faults.add(
                        "CNN228",
                        item.repeat.span,
                        f"the column `{name}` would hide another variable of that name",
                        helps=("give the column another name",),
                    )
        for written in _written(item, inside=False):
            if not _check_names(written, known, faults):
                item.broken = True
        for written in _written(item, inside=True):
            if not _check_names(written, inner, faults):
                item.broken = True
        if item.block is not None:
            for name, written in item.values.items():
                if name not in item.block.parameters:
                    problem = unknown_parameter(name, item.block.name, item.block.parameters)
                    faults.add(problem.code, written.span, problem.message, helps=problem.helps)
        for nested in _nested(item):
            _check_items(nested, inner, faults)


def _check_names(written: Written, known: Iterable[str], faults: Faults) -> bool:
    """Whether all variables of a value are set; those that are not are told."""
    known = set(known)
    missing = [name for name in written.names if name not in known and not name.startswith(("input.", "previous."))]
    if not missing:
        return True
    for part in written.parts or (written,):
        if part is not written:
            _check_names(part, known, faults)
            continue
        for name in sorted(missing):
            problem = unknown_variable(name, dict.fromkeys(known))
            faults.add(problem.code, _place(written, name, faults), problem.message, helps=problem.helps)
    return False


def _place(written: Written, name: str, faults: Faults) -> Span:
    """Where the variable stands on the line of its formula."""
    span = written.span
    column = faults.source.line(span.line).find(f"${name}", span.column - 1)
    return Span(span.line, column + 1, len(name) + 1) if column >= 0 else span


def _written(item: Item, *, inside: bool) -> Iterator[Written]:
    """The values of an item: those of its repeat, or those that see the columns of the repeat."""
    if not inside:
        if item.repeat is not None:
            if item.repeat.count is not None:
                yield item.repeat.count
            for column in item.repeat.columns.values():
                yield from column
        return
    yield from item.values.values()
    if item.condition is not None:
        yield item.condition
    for promise in item.promises:
        if promise.size is not None:
            yield promise.size


def _nested(item: Item) -> Iterator[list[Item]]:
    if item.inner is not None:
        yield item.inner
    for _, branch in item.branches or ():
        yield branch


def _all_items(items: list[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        for nested in _nested(item):
            yield from _all_items(nested)


def _cycles(blocks: dict[str, Block]) -> Iterator[list[Block]]:
    """Blocks that come back to themselves, each cycle once; every edge is walked once."""
    uses = {name: [item.block for item in _all_items(block.items) if item.block] for name, block in blocks.items()}
    done: set[str] = set()
    for start in blocks.values():
        trail: list[Block] = [start]
        stack = [iter(uses[start.name])] if start.name not in done else []
        while stack:
            block = next(stack[-1], None)
            if block is None:
                stack.pop()
                done.add(trail.pop().name)
            elif block in trail:
                yield trail[trail.index(block) :]
            elif block.name not in done:
                trail.append(block)
                stack.append(iter(uses[block.name]))


def lint_unused(spec: Spec, faults: Faults) -> None:
    """Warn of variables, parameters and blocks that nothing asks for."""
    asked = _asked(spec)
    for name, (span, _) in spec.variables.items():
        if name not in asked:
            faults.add("CNN601", span, f"the variable `{name}` is never used", helps=("delete it",), severity="warning")
    used = {item.block.name for block in spec.blocks.values() for item in _all_items(block.items) if item.block}
    used |= {item.block.name for item in _all_items(spec.items) if item.block}
    for block in spec.blocks.values():
        if block.name not in used:
            faults.add(
                "CNN603", block.span, f"the block {block.name} is never used", helps=("delete it",), severity="warning"
            )
        inside = _names_in(block.items)
        for parameter in block.parameters.values():
            if parameter.default is not None:
                inside |= parameter.default.names
        for parameter in block.parameters.values():
            if parameter.name not in inside:
                message = f"the parameter `{parameter.name}` of {block.name} is never used"
                faults.add(
                    "CNN602",
                    parameter.span,
                    message,
                    labels=(Label(block.span, "the block"),),
                    helps=("delete it",),
                    severity="warning",
                )


def _names_in(items: list[Item]) -> set[str]:
    names: set[str] = set()
    for item in _all_items(items):
        for written in (*_written(item, inside=False), *_written(item, inside=True)):
            names |= written.names
    return names


def _asked(spec: Spec) -> set[str]:
    names = _names_in(spec.items)
    for block in spec.blocks.values():
        names |= _names_in(block.items)
        for parameter in block.parameters.values():
            if parameter.default is not None:
                names |= parameter.default.names
    for _, written in spec.variables.values():
        names |= written.names
    for variant in spec.variants.values():
        for _, written in variant.variables.values():
            names |= written.names
    for declaration in spec.inputs:
        for written in (declaration.volume, *declaration.settings.values()):
            names |= written.names
    for promise in (*spec.promises, *(promise for variant in spec.variants.values() for promise in variant.promises)):
        if promise.size is not None:
            names |= promise.size.names
    return names
