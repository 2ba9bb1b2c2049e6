"""Enters a block: a name space of its own, with the parameters set by arguments and defaults."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.expanding.making import Maker
from cnncalc.language.expanding.scope import Lookup, Named, Scope, Tensor, Use
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Block, Item
from cnncalc.problem import Label, Problem


class Caller:
    """Makes the scope of each use of a block; what is wrong with the use is told and gives None."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.file: Scope | None = None
        """The scope of the file, whose variables every block sees."""

    def enter(self, item: Item, block: Block, inputs: list[Tensor], lookup: Lookup, path: str) -> Scope | None:
        """The scope inside the block that an item uses; None where its tensors or arguments are wrong."""
        scope = lookup.scope
        if len(inputs) != 1 + len(block.inputs):
            self._tell_inputs(item, block, len(inputs), scope)
            return None
        names: dict[str, Named] = {}
        for reference, arriving in zip(block.inputs, inputs[1:], strict=True):
            names[reference.name] = Named(arriving, reference.span)
        tensor = inputs[0]
        volume = None if tensor is None else self.maker.assembly.volumes[tensor]
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
                self.maker.report(Problem(codes.PARAMETER_MISSING, message, item.span, helps=helps), scope, label)
                inner.variables[parameter.name] = None  # unknown, so that defaults that ask for it stay silent
                whole = False
                continue
            try:
                inner.variables[parameter.name] = written.at(lookup if argument is not None else own)
            except Problem as problem:
                self.maker.report(problem, scope if argument is not None else inner)
                inner.variables[parameter.name] = None
                whole = False
            except Unknown:
                inner.variables[parameter.name] = None
        return whole

    def _tell_inputs(self, item: Item, block: Block, found: int, scope: Scope) -> None:
        wanted = ["previous", *(reference.name for reference in block.inputs)]
        what = f"{block.name} takes {len(wanted)} tensor{'s' if len(wanted) > 1 else ''}"
        if len(wanted) > 1:
            what += f" ({', '.join(['input', *wanted[1:]])})"
        message = f"{what}, and {'1 arrives' if found == 1 else f'`from` names {found}'}"
        helps = (f"write `from: [{', '.join(wanted)}]` with names of yours",) if len(wanted) > 1 else ()
        label = (Label(block.inputs[0].span, "declared here"),) if block.inputs else ()
        self.maker.report(Problem(codes.NUMBER_OF_TENSORS, message, item.span, helps=helps), scope, *label)
