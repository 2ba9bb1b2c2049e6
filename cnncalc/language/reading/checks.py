"""Checks a declared spec without expanding it: what it asks for is there, and what it declares is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from cnncalc import codes
from cnncalc.language.reading.declarations import Block, Item, Repeat, Spec, items_inside
from cnncalc.language.reading.shortform import unknown_parameter
from cnncalc.language.reading.variables import check_variants, unknown_variable
from cnncalc.language.reading.written import Written
from cnncalc.problem import Faults, Label, Problem, Span

Variables = tuple[Collection[str], ...]
"""What is seen at one place: the file's variables, a block's parameters, the columns of each repeat around it."""


def check_references(spec: Spec, faults: Faults) -> None:
    """Report formulas that ask for unknown variables, blocks that contain themselves, and names that hide others."""
    checker = _Checker(spec, faults)
    checker.head()
    checker.items(spec.items, (spec.variables,))
    for block in spec.blocks.values():
        checker.block(block)
    for cycle in _cycles(spec.blocks):
        message = f"a block cannot contain itself: {' uses '.join(block.name for block in (*cycle, cycle[0]))[:200]}"
        helps = "use `repeat:` to say something several times"
        faults.add(Problem(codes.BLOCK_IN_ITSELF, message, cycle[0].span, helps=helps))
        for block in cycle:
            block.broken = True


class _Checker:
    """Checks what each value asks for against the variables that it can see."""

    def __init__(self, spec: Spec, faults: Faults) -> None:
        self.spec = spec
        self.faults = faults

    def head(self) -> None:
        """Variables may use earlier ones, inputs and expectations all of them; there is no tensor yet."""
        spec = self.spec
        in_variants: dict[str, list[Written]] = {}
        for variant in spec.variants.values():
            for name, (_, written) in variant.variables.items():
                in_variants.setdefault(name, []).append(written)
        earlier: set[str] = set()
        for name, (_, written) in spec.variables.items():
            for value in (written, *in_variants.get(name, ())):
                self._asks(value, (earlier,), tensors=())
            earlier.add(name)
        check_variants(spec, self.faults)
        every = (spec.variables,)
        for written in spec.input_values:
            self._asks(written, every, tensors=())
        for size in spec.promised_sizes:
            self._asks(size, every, tensors=("input",))

    def block(self, block: Block) -> None:
        earlier: set[str] = set()
        for parameter in block.parameters.values():
            if parameter.default is not None and not self._asks(parameter.default, (self.spec.variables, earlier)):
                block.broken = True
            earlier.add(parameter.name)
        self.items(block.items, (self.spec.variables, earlier))
        named = {source.name for item in items_inside(block.items) for source in item.sources or ()}
        for reference in block.inputs:
            if reference.name not in named and not block.broken:
                message = f"the input `{reference.name}` of {block.name} is never used"
                helps = f"take it with `from: {reference.name}`, or delete it"
                self.faults.add(Problem(codes.INPUT_NEVER_USED, message, reference.span, helps=helps))

    def items(self, items: list[Item], known: Variables) -> None:
        for item in items:
            self._item(item, known)

    def _item(self, item: Item, known: Variables) -> None:
        inner = known
        if item.repeat is not None:
            inner = self._repeat(item, item.repeat, known)
        for written in item.written:
            if written.names and not self._asks(written, inner):
                item.broken = True
        if item.block is not None:
            for name, written in item.values.items():
                if name not in item.block.parameters:
                    self.faults.add(unknown_parameter(name, item.block.name, item.block.parameters).at(written.span))
                    item.broken = True
        if item.inner is not None:
            self.items(item.inner, inner)
        for branch in item.branches or ():
            self.items(branch.items, inner)

    def _repeat(self, item: Item, repeat: Repeat, known: Variables) -> Variables:
        """What is seen inside a repeat: its columns too, which may hide nothing."""
        for name, span in repeat.column_spans.items():
            if _is_there(name, known, ()):
                item.broken = True
                helps = "give the column another name"
                message = f"the column `{name}` would hide another variable of that name"
                hidden = self.spec.variables.get(name)
                label = (Label(hidden[0], "the variable"),) if hidden else ()
                self.faults.add(Problem(codes.HIDDEN_NAME, message, span, helps=helps), *label)
        for written in repeat.written:
            if not self._asks(written, known):
                item.broken = True
        return (*known, repeat.columns) if repeat.columns else known

    def _asks(self, written: Written, known: Variables, tensors: tuple[str, ...] = ("input", "previous")) -> bool:
        """Whether everything that a value asks for is there; what is not is reported where it stands."""
        missing = [name for name in written.names if not _is_there(name, known, tensors)]
        if not missing:
            return True
        if written.parts:
            for part in written.parts:
                self._asks(part, known, tensors)
            return False
        for name in sorted(missing):
            self.faults.add(self._missing(name, known).at(_place(written, name, self.faults)))
        return False

    def _missing(self, name: str, known: Variables) -> Problem:
        owner, dot, _ = name.partition(".")
        if dot:
            return Problem(codes.UNKNOWN_VARIABLE, f"`${owner}` is not known here, where no tensor is")
        if name in self.spec.variables:
            message = f"`${name}` is set further down: variables use earlier ones"
            return Problem(codes.UNKNOWN_VARIABLE, message, helps=f"move `{name}` above the line that uses it")
        return unknown_variable(name, chain.from_iterable(map(sorted, known)))


def _is_there(name: str, known: Variables, tensors: tuple[str, ...]) -> bool:
    return any(name in words for words in known) or ("." in name and name.partition(".")[0] in tensors)


def _place(written: Written, name: str, faults: Faults) -> Span:
    """Where the variable stands on the line of its formula."""
    span = written.span
    line = faults.source.line(span.line)
    column = line.find(f"${name}", span.column - 1)
    while column >= 0 and line[column + 1 + len(name) : column + 2 + len(name)].isidentifier():
        column = line.find(f"${name}", column + 1)
    return Span(span.line, column + 1, len(name) + 1) if column >= 0 else span


def _cycles(blocks: dict[str, Block]) -> Iterator[list[Block]]:
    """Blocks that come back to themselves, each cycle once; every use is looked at once."""
    uses = {
        name: list({item.block.name: item.block for item in items_inside(block.items) if item.block}.values())
        for name, block in blocks.items()
    }
    done: set[str] = set()
    for start in blocks.values():
        if start.name in done:
            continue
        trail = {start.name: start}
        stack = [iter(uses[start.name])]
        while stack:
            block = next(stack[-1], None)
            if block is None:
                stack.pop()
                done.add(trail.popitem()[0])
            elif block.name in trail:
                names = list(trail)
                yield [trail[name] for name in names[names.index(block.name) :]]
            elif block.name not in done:
                trail[block.name] = block
                stack.append(iter(uses[block.name]))


def lint_unused(spec: Spec, faults: Faults) -> None:
    """A warning for each variable, parameter and block that nothing asks for."""
    values = [written for _, written in spec.variables.values()] + spec.input_values + spec.promised_sizes
    values += [written for variant in spec.variants.values() for _, written in variant.variables.values()]
    values += _values(spec.items)
    for block in spec.blocks.values():
        values += _values_of_block(block)
    asked = _names(values)
    for name, (span, _) in spec.variables.items():
        if name not in asked:
            faults.add(Problem(codes.UNUSED_VARIABLE, f"the variable `{name}` is never used", span, helps="delete it"))
    every = [*spec.items, *(item for block in spec.blocks.values() for item in block.items)]
    used = {item.block.name for item in items_inside(every) if item.block}
    for block in spec.blocks.values():
        if block.name not in used:
            message = f"the block {block.name} is never used"
            faults.add(Problem(codes.UNUSED_BLOCK, message, block.span, helps="delete it"))
        inside = _names(_values_of_block(block))
        for parameter in block.parameters.values() if not block.broken else ():
            if parameter.name not in inside:
                message = f"the parameter `{parameter.name}` of {block.name} is never used"
                problem = Problem(codes.UNUSED_PARAMETER, message, parameter.span, helps="delete it")
                faults.add(problem, Label(block.span, "the block"))


def _names(values: Iterable[Written]) -> frozenset[str]:
    return frozenset[str]().union(*(written.names for written in values))


def _values_of_block(block: Block) -> list[Written]:
    defaults = [parameter.default for parameter in block.parameters.values() if parameter.default is not None]
    return defaults + _values(block.items)


def _values(items: list[Item]) -> list[Written]:
    every = list(items_inside(items))
    return [value for item in every for value in (*item.written, *(item.repeat.written if item.repeat else ()))]
