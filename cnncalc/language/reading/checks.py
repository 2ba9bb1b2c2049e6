"""Checks a declared spec without expanding it: what it asks for is there, and what it declares is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import chain

from cnncalc import codes
from cnncalc.codes import Code
from cnncalc.language.reading.declarations import Block, Item, Repeat, Spec, items_inside, sizes_of
from cnncalc.language.reading.shortform import unknown_parameter
from cnncalc.language.reading.written import Written
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.problem import Faults, Label, Problem
from cnncalc.source import Span

Variables = tuple[Collection[str], ...]
"""What is seen at one place: the file's variables, a block's parameters, the columns of each repeat around it."""


def check_references(spec: Spec, faults: Faults) -> None:
    """Report formulas that ask for unknown variables, blocks that contain themselves, and names that hide others.

    Where nothing at all is wrong, a warning says which variables, parameters and blocks nothing asks for.
    """
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
    if not faults.errors:  # what could not be read may use what seems unused
        checker.lint_unused()


class _Checker:
    """Checks what each value asks for against the variables that it can see.

    `asked` are the variables that any value asks for, by the block that it stands in, outside of blocks by "".
    """

    def __init__(self, spec: Spec, faults: Faults) -> None:
        self.spec = spec
        self.faults = faults
        self.inside = ""
        self.asked: dict[str, set[str]] = {"": set(), **{name: set() for name in spec.blocks}}
        self.used: set[str] = set()

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
        self._variants()
        every = (spec.variables,)
        for entry in spec.inputs:
            for written in (entry.volume, *entry.settings.values()):
                self._asks(written, every, tensors=())
        for promises in (spec.promises, *(variant.promises for variant in spec.variants.values())):
            for size in sizes_of(promises):
                self._asks(size, every, tensors=("input",))

    def _variants(self) -> None:
        """Refuse variants that set what is no variable of the file."""
        known = list(self.spec.variables)
        otherwise = f"this spec has {', '.join(known[:20])}" if known else "set it under `vars:` first"
        for variant in self.spec.variants.values():
            for name, (span, _) in variant.variables.items():
                if name not in self.spec.variables:
                    message = f"the variant sets `{name}`, which is not a variable of this file"
                    helps = partial(did_you_mean, name, known, otherwise)
                    self.faults.add(Problem(codes.BAD_VARIANT, message, span, helps=helps))

    def block(self, block: Block) -> None:
        """Defaults may use the file's variables and earlier parameters, the layers all parameters."""
        self.inside = block.name
        earlier: set[str] = set()
        for name, (_, default) in block.parameters.items():
            if default is not None and not self._asks(default, (self.spec.variables, earlier)):
                block.broken = True
            earlier.add(name)
        self.items(block.items, (self.spec.variables, earlier))
        named = {source.name for item in items_inside(block.items) for source in item.sources or ()}
        for reference in block.inputs:
            if reference.name not in named and not block.broken:
                message = f"the input `{reference.name}` of {block.name} is never used"
                helps = "name it in a `from:`, or delete it"
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
            self.used.add(item.block.name)
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
        self.asked[self.inside] |= written.names
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
            return Problem(codes.UNKNOWN_VARIABLE, f"`${owner}` is not known here, where there is no tensor")
        if name in self.spec.variables:
            message = f"`${name}` is set further down: variables can use only earlier ones"
            return Problem(codes.UNKNOWN_VARIABLE, message, helps=f"move `{name}` above the line that uses it")
        return _unknown_variable(name, chain.from_iterable(map(sorted, known)))

    def lint_unused(self) -> None:
        """A warning for each variable, parameter and block that nothing asks for."""
        asked = set[str]().union(*self.asked.values())
        for name, (span, _) in self.spec.variables.items():
            if name not in asked:
                self._unused(codes.UNUSED_VARIABLE, f"the variable `{name}` is never used", span)
        for block in self.spec.blocks.values():
            if block.name not in self.used:
                self._unused(codes.UNUSED_BLOCK, f"the block {block.name} is never used", block.span)
            for name, (span, _) in block.parameters.items() if not block.broken else ():
                if name not in self.asked[block.name]:
                    message = f"the parameter `{name}` of {block.name} is never used"
                    self._unused(codes.UNUSED_PARAMETER, message, span, Label(block.span, "the block"))

    def _unused(self, code: Code, message: str, span: Span, *labels: Label) -> None:
        self.faults.add(Problem(code, message, span, helps="delete it", labels=labels))


def _is_there(name: str, known: Variables, tensors: tuple[str, ...]) -> bool:
    return any(name in words for words in known) or ("." in name and name.partition(".")[0] in tensors)


def _place(written: Written, name: str, faults: Faults) -> Span:
    """Where the variable stands on the line of its formula."""
    span = written.span
    found = re.compile(rf"\${re.escape(name)}(?!\w)").search(faults.source.line(span.line), span.column - 1)
    return Span(span.line, found.start() + 1, len(name) + 1) if found else span


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


def _unknown_variable(name: str, seen: Iterable[str]) -> Problem:
    """The fault of a variable that nobody set; those that are seen there are looked at only if it is shown."""

    def meant() -> str:
        known = list(seen)
        some = f"the variables here are {', '.join('$' + word for word in known[:20])}"
        return did_you_mean(name, known, some if known else "set it under `vars:`", "$")

    return Problem(codes.UNKNOWN_VARIABLE, f"unknown variable `${name}`", helps=meant)
