"""Finds the tensors that an item takes: what arrives from above, or what its `from:` names."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.expanding.making import Maker
from cnncalc.language.expanding.scope import NOTHING, Scope, Tensor, unknown_name
from cnncalc.language.reading.declarations import Item, Reference
from cnncalc.problem import Label, Problem, Span


class Feeder:
    """Resolves sources and remembers which tensors were asked for, even by items that turn out faulty."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
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
            self.maker.report(Problem(codes.WHICH_INPUT, message, span, helps=f"write `from: {names[0]}`"), scope)
            return None
        return self.use(tensor)

    def _source(self, reference: Reference, tensor: Tensor, scope: Scope) -> Tensor:
        name = reference.name
        if name == "previous":
            return self._arriving(tensor, reference.span, scope)
        if name == "input":
            if scope.several_inputs:
                self.maker.report(several_inputs(scope).at(reference.span), scope)
                return None
            return self.use(scope.input)
        known = scope.names.get(name)
        if known is None:
            self.maker.report(unknown_name(name, scope).at(reference.span), scope)
            return None
        if known.absent:
            message = f"`{name}` is absent here: its `if` is false or its `repeat` is 0"
            self.maker.report(Problem(codes.ABSENT_NAME, message, reference.span), scope, Label(known.span, "left out"))
            return None
        return self.use(known.tensor)

    def single(self, item: Item, inputs: list[Tensor], scope: Scope) -> bool:
        """Whether one tensor comes in, as for all but joins and blocks; more are told."""
        if len(inputs) == 1:
            return True
        message = f"{item.word} takes one tensor, and `from` names {len(inputs)}"
        span = item.sources[1].span if item.sources else item.span
        helps = "`concat` or `add` makes one tensor of several"
        self.maker.report(Problem(codes.NUMBER_OF_TENSORS, message, span, helps=helps), scope)
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
