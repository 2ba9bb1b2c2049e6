"""Finds what an item is given: the tensors that it takes, and inside a block the values of its parameters."""

from __future__ import annotations

from typing import Protocol

from cnncalc import codes
from cnncalc.language.expanding.scope import NOTHING, Lookup, Named, Scope, Tensor, Use, unknown_name
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Block, Item, Reference
from cnncalc.network import Assembly
from cnncalc.problem import Label, Problem, Span


class Report(Protocol):
    """Keeps a fault of a scope, as `Maker.report` does."""

    def __call__(self, problem: Problem, scope: Scope, *labels: Label) -> None: ...


class Feeder:
    """Resolves sources and remembers which tensors were asked for, even by items that turn out faulty."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.used: set[str] = set()

    def inputs(self, item: Item, tensor: Tensor, sources: list[Reference] | None, scope: Scope) -> list[Tensor]:
        """The tensors that an item takes; None for each that a fault hides."""
        if sources is not None:
            return [self._source(reference, tensor, scope) for reference in sources]
        if item.kind is not None and item.kind.layer.joins and item.branches is None:
            return [tensor]  # a fault of its own: nothing says what it joins
        return [self._arriving(tensor, item.span, scope)]

    def use(self, tensor: Tensor) -> Tensor:
        """Remember that a tensor is asked for."""
        if tensor:
            self.used.add(tensor)
        return tensor

    def _arriving(self, tensor: Tensor, span: Span, scope: Scope) -> Tensor:
        if tensor == NOTHING:
            names = scope.several_inputs
            message = f"there are {len(names)} inputs, and the first layer does not say which it takes"
            self.report(Problem(codes.WHICH_INPUT, message, span, helps=f"write `from: {names[0]}`"), scope)
            return None
        return self.use(tensor)

    def _source(self, reference: Reference, tensor: Tensor, scope: Scope) -> Tensor:
        name = reference.name
        if name == "previous":
            return self._arriving(tensor, reference.span, scope)
        if name == "input":
            if scope.several_inputs:
                self.report(several_inputs(scope).at(reference.span), scope)
                return None
            return self.use(scope.input)
        known = scope.names.get(name)
        if known is None:
            self.report(unknown_name(name, scope).at(reference.span), scope)
            return None
        if known.absent:
            message = f"`{name}` is absent here: its `if` is false or its `repeat` is 0"
            self.report(Problem(codes.ABSENT_NAME, message, reference.span), scope, Label(known.span, "left out"))
            return None
        return self.use(known.tensor)

    def single(self, item: Item, inputs: list[Tensor], scope: Scope) -> bool:
        """Whether one tensor comes in, as for all but joins and blocks; more are a fault."""
        if len(inputs) == 1:
            return True
        message = f"{item.word} takes one tensor, and `from` names {len(inputs)}"
        span = item.sources[1].span if item.sources else item.span
        helps = "`concat` or `add` makes one tensor of several"
        self.report(Problem(codes.NUMBER_OF_TENSORS, message, span, helps=helps), scope)
        return False


def several_inputs(scope: Scope) -> Problem:
    """The fault of saying `input` where there are several."""
    names = scope.several_inputs
    message = f"`input` is one tensor, and there are {len(names)} inputs"
    return Problem(codes.WHICH_INPUT, message, helps=f"name one of them: {', '.join(names)}")


def fed_by_the_turn_before(sources: list[Reference]) -> list[Reference]:
    """`from` feeds the first turn; each next one takes the turn before in place of it."""
    if any(source.name == "previous" for source in sources):
        return sources
    return [Reference("previous", sources[0].span), *sources[1:]]


class Caller:
    """Makes the scope of each use of a block; what is wrong with the use is reported and gives None."""

    def __init__(self, assembly: Assembly, report: Report) -> None:
        self.assembly = assembly
        self.report = report
        self.file: Scope | None = None
        """The scope of the file, whose variables every block sees."""

    def enter(self, item: Item, block: Block, inputs: list[Tensor], lookup: Lookup, path: str) -> Scope | None:
        """The scope inside the block that an item uses; None where its tensors or arguments are wrong."""
        scope = lookup.scope
        if len(inputs) != 1 + len(block.inputs):
            self._report_inputs(item, block, len(inputs), scope)
            return None
        names: dict[str, Named] = {}
        for reference, arriving in zip(block.inputs, inputs[1:], strict=True):
            names[reference.name] = Named(arriving, reference.span)
        tensor = inputs[0]
        volume = None if tensor is None else self.assembly.volumes[tensor]
        inner = Scope({}, tensor, volume, names, use=Use(path, item.span, scope.use), around=self.file)
        whole = self._arguments(item, block, inner, lookup)
        return inner if whole and not block.broken else None

    def _arguments(self, item: Item, block: Block, inner: Scope, lookup: Lookup) -> bool:
        """Arguments are formulas of the caller; defaults are the block's own, over earlier parameters and `$input`."""
        whole, scope = True, lookup.scope
        own = Lookup(inner, inner.input_volume)
        for parameter in block.parameters.values():
            argument = item.values.get(parameter.name)
            written = argument or parameter.default
            if written is None:
                message = f"{block.name} needs {parameter.name}"
                helps = f"write `{block.name}: {{{parameter.name}: ...}}`"
                label = Label(parameter.span, "it has no default")
                self.report(Problem(codes.PARAMETER_MISSING, message, item.span, helps=helps), scope, label)
                inner.variables[parameter.name] = None  # unknown, so that defaults that ask for it stay silent
                whole = False
                continue
            try:
                inner.variables[parameter.name] = written.at(lookup if argument is not None else own)
            except Problem as problem:
                self.report(problem, scope if argument is not None else inner)
                inner.variables[parameter.name] = None
                whole = False
            except Unknown:
                inner.variables[parameter.name] = None
        return whole

    def _report_inputs(self, item: Item, block: Block, found: int, scope: Scope) -> None:
        wanted = ["previous", *(reference.name for reference in block.inputs)]
        what = f"{block.name} takes {len(wanted)} tensor{'s' if len(wanted) > 1 else ''}"
        if len(wanted) > 1:
            what += f" ({', '.join(['input', *wanted[1:]])})"
        message = f"{what}, and {'1 arrives' if found == 1 else f'`from` names {found}'}"
        helps = (f"write `from: [{', '.join(wanted)}]` with names of yours",) if len(wanted) > 1 else ()
        label = (Label(block.inputs[0].span, "declared here"),) if block.inputs else ()
        self.report(Problem(codes.NUMBER_OF_TENSORS, message, item.span, helps=helps), scope, *label)
