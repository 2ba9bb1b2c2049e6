"""Walks a declared spec once, in the order of execution; each node gets its volume as it is made."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.expanding.bombs import MOST_LAYERS, MOST_STEPS, too_large
from cnncalc.language.expanding.claims import claim_of
from cnncalc.language.expanding.feeding import Caller, Feeder, fed_by_the_turn_before
from cnncalc.language.expanding.making import Maker
from cnncalc.language.expanding.origins import Origins
from cnncalc.language.expanding.scope import NO_VOLUME, NOTHING, Lookup, Named, Scope, Tensor, unknown_name
from cnncalc.language.expanding.sharing import share_weights
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Block, Branch, Item, Reference, Repeat, Spec, items_inside
from cnncalc.language.reading.written import Written
from cnncalc.language.values.numerals import Value, show
from cnncalc.layers import Kind
from cnncalc.network import Assembly, Claim
from cnncalc.problem import Faults, Label, Problem
from cnncalc.volume import Volume

FEW_VALUES = 10
"""So many parameters or columns, set anew, take about as long as an item that is looked at."""
DEEPEST = 64


class TooLarge(Exception):
    """The expansion was given up; the fault is kept."""


class Expander:
    """Expands the items of one spec with one set of variables."""

    def __init__(self, spec: Spec, assembly: Assembly, faults: Faults) -> None:
        self.spec = spec
        self.assembly = assembly
        self.faults = faults
        spans = {declaration.name: declaration.volume.span for declaration in spec.inputs}
        self.origins = Origins(assembly, spans)
        self.maker = Maker(assembly, faults, spec.rounding, self.origins)
        self.feeder = Feeder(self.maker.report)
        self.caller = Caller(assembly, self.maker.report)
        self.results: dict[str, str] = {}
        self.claims: list[Claim] = []
        self.scopes: dict[str, Scope] = {}
        """The scope of each row inside a block, to say how it was reached."""
        self.steps = 0

    def expand(self, scope: Scope) -> Tensor:
        """All items of the file; what the last one gives."""
        self.caller.file = scope
        bomb = too_large(self.spec)
        if bomb:
            self._refuse_size(self.spec.items[-1], bomb, scope)
        return self._items(self.spec.items, NOTHING if scope.several_inputs else scope.input, scope, "")

    def _items(self, items: list[Item], tensor: Tensor, scope: Scope, prefix: str) -> Tensor:
        for item in items:
            tensor = self._item(item, tensor, scope, prefix)
        return tensor

    def _item(self, item: Item, tensor: Tensor, scope: Scope, prefix: str) -> Tensor:
        path = prefix + item.segment
        if item.name is None:
            scope.automatic.add(item.segment)
        elif self._is_taken(item, scope):
            return None
        if item.repeat is not None and not item.broken:
            return self._turns(item, item.repeat, tensor, scope, path)
        self._count_step(item, scope)
        lookup = Lookup(scope, self._volume(tensor))
        try:
            present = self._is_present(item.condition, lookup)
        except (Problem, Unknown) as fault:
            return self._give_up(item, fault, scope)
        if not present:
            self._bind(item, None, scope, path, absent=True)
            return tensor
        start = len(self.assembly.nodes)
        result = self._make(item, tensor, item.sources, lookup, path)
        if item.name is not None:
            self._bind(item, result, scope, path, start)
        if item.promises:
            self._promise(item, path, lookup)
        return result

    def _is_taken(self, item: Item, scope: Scope) -> bool:
        """Whether another item has the name already; a new turn of the same one may have it."""
        known = scope.names.get(item.name or "")
        if known is None or known.span == item.span:
            return False
        problem = Problem(codes.NAME_TWICE, f"the name `{item.name}` is given twice", helps="give one another name")
        self.maker.report(problem.at(item.name_span), scope, Label(known.span, "first given here"))
        return True

    def _turns(self, item: Item, repeat: Repeat, tensor: Tensor, scope: Scope, path: str) -> Tensor:
        """All turns of a repeated item; its name, its promises and its path mean the last one, its rows are all."""
        first = Lookup(scope, self._volume(tensor))
        last: tuple[Lookup, str, int] | None = None
        sources = item.sources
        try:
            for turn in range(self._turn_count(item, repeat, first, scope)):
                self._count_step(item, scope, len(repeat.columns))
                inner = self._turn_scope(repeat, turn, first, scope)
                lookup = Lookup(inner, self._volume(tensor))
                if not self._is_present(item.condition, lookup):
                    continue
                last = lookup, f"{path}[{turn + 1}]", len(self.assembly.nodes)
                tensor = self._make(item, tensor, sources, lookup, last[1])
                if tensor is None:
                    return self._hide(item, scope)
                if sources is not None and sources is item.sources:
                    sources = fed_by_the_turn_before(sources)
        except (Problem, Unknown) as fault:
            return self._give_up(item, fault, scope)
        if last is None:
            self._bind(item, None, scope, path, absent=True)
            return tensor
        if tensor:
            self.results[path] = tensor
        self._bind(item, tensor, scope, last[1], last[2])
        self._promise(item, path, last[0])
        return tensor

    def _turn_count(self, item: Item, repeat: Repeat, lookup: Lookup, scope: Scope) -> int:
        if repeat.count is None:
            return len(next(iter(repeat.columns.values())))
        count = repeat.count.at(lookup)
        if type(count) is not int or count < 0:
            message = f"a repeat is a whole number of turns, 0 or more, not {show(count)}"
            raise Problem(codes.BAD_REPEAT, message, repeat.count.span)
        if count > MOST_STEPS:
            self._refuse_size(item, f"{count:,} turns", scope)
        return count

    @staticmethod
    def _turn_scope(repeat: Repeat, turn: int, lookup: Lookup, scope: Scope) -> Scope:
        """The scope of one turn: the columns of the repeat are variables in it."""
        if not repeat.columns:
            return scope
        columns: dict[str, Value | None] = {}
        for name, entries in repeat.columns.items():
            columns[name] = entries[turn].at(lookup)
        return scope.with_variables(columns)

    @staticmethod
    def _is_present(condition: Written | None, lookup: Lookup) -> bool:
        """What `if` says; raises `Problem`, or `Unknown` where a fault hides it."""
        if condition is None:
            return True
        present = condition.at(lookup)
        if isinstance(present, bool):
            return present
        raise Problem(codes.BAD_CONDITION, f"`if` is true or false, not {show(present)}", condition.span)

    def _make(self, item: Item, tensor: Tensor, sources: list[Reference] | None, lookup: Lookup, path: str) -> Tensor:
        """The rows of an item at one turn, and what comes out of them."""
        scope = lookup.scope
        inputs = self.feeder.inputs(item, tensor, sources, scope)
        start = len(self.assembly.nodes)
        if item.broken:
            return self._hide(item, scope)
        if item.kind is not None:
            result = self._layer(item, item.kind, inputs, lookup, path)
        elif item.block is not None:
            result = self._block(item, item.block, inputs, lookup, path)
        else:
            single = self.feeder.single(item, inputs, scope)
            result = self._items(item.inner or [], inputs[0] if single else None, scope, path + "/")
        if result:
            self.results[path] = result
            if item.share is not None:
                self._share(item.share, scope, path, start)
        return result

    def _layer(self, item: Item, kind: Kind, inputs: list[Tensor], lookup: Lookup, path: str) -> Tensor:
        scope = lookup.scope
        if item.branches is not None:
            inputs = self._branches(item, item.branches, inputs, scope, path)
        elif kind.layer.joins:
            if item.sources is None:
                self.maker.report(_nothing_to_join(item.word).at(item.span), scope)
                return None
        elif not self.feeder.single(item, inputs, scope):
            return None
        known = tuple([tensor for tensor in inputs if tensor is not None])
        if len(known) < len(inputs):
            self.maker.check_alone(item, kind, scope)
            return None
        if self.maker.node(item, kind, known, lookup, path) is None:
            return None
        if len(self.assembly.nodes) > MOST_LAYERS:
            self._refuse_size(item, f"more than {MOST_LAYERS:,} layers", scope)
        self.origins.spans[path] = item.span
        if scope.use is not None:
            self.scopes[path] = scope
        return path

    def _branches(
        self, item: Item, branches: list[Branch], inputs: list[Tensor], scope: Scope, path: str
    ) -> list[Tensor]:
        """What each branch gives; they all begin at one tensor."""
        tensor = inputs[0] if self.feeder.single(item, inputs, scope) else None
        joined: list[Tensor] = []
        for branch in branches:
            branch_path = f"{path}/{branch.name}"
            result = self._items(branch.items, tensor, scope, branch_path + "/")
            self.feeder.use(result)
            if result is not None:
                self.results[branch_path] = result
            joined.append(result)
        return joined

    def _block(self, item: Item, block: Block, inputs: list[Tensor], lookup: Lookup, path: str) -> Tensor:
        if lookup.scope.depth >= DEEPEST:
            self._refuse_size(item, f"blocks nested more than {DEEPEST} deep", lookup.scope)
        if len(block.parameters) >= FEW_VALUES:
            self._count_step(item, lookup.scope, len(block.parameters))
        inner = self.caller.enter(item, block, inputs, lookup, path)
        return None if inner is None else self._items(block.items, inputs[0], inner, path + "/")

    def _bind(
        self, item: Item, tensor: Tensor, scope: Scope, path: str, start: int = 0, *, absent: bool = False
    ) -> None:
        """Give an item's name its meaning: the rows from `start` on."""
        if item.name is not None:
            rows = range(0) if absent else range(start, len(self.assembly.nodes))
            scope.names[item.name] = Named(tensor, item.span, path, rows, absent)

    def _give_up(self, item: Item, fault: Problem | Unknown, scope: Scope) -> Tensor:
        """Report a fault of the item's condition or repeat, unless it lies further up, and hide the item."""
        if isinstance(fault, Problem):
            self.maker.report(fault, scope)
        return self._hide(item, scope)

    @staticmethod
    def _hide(item: Item, scope: Scope) -> Tensor:
        """A fault hides what the item gives: its names are known, their tensors are not."""
        for hidden in items_inside([item]):
            if hidden.name is not None:
                scope.names.setdefault(hidden.name, Named(None, hidden.span))
        return None

    def _share(self, share: Reference, scope: Scope, path: str, start: int) -> None:
        known = scope.names.get(share.name)
        if known is None:
            self.maker.report(unknown_name(share.name, scope).at(share.span), scope)
            return
        label = Label(known.span, "the weights that it would use")
        if known.absent:
            message = f"`{share.name}` is absent here, and so are its weights"
            self.maker.report(Problem(codes.ABSENT_NAME, message, share.span), scope, Label(known.span, "left out"))
            return
        if known.tensor is None:  # a fault hides it
            return
        mine = self.assembly.nodes[start:]
        theirs = self.assembly.nodes[known.rows.start : known.rows.stop]
        try:
            share_weights(mine, theirs, path, known.path or share.name)
        except Problem as problem:
            self.maker.report(problem.at(share.span), scope, label)

    def _promise(self, item: Item, path: str, lookup: Lookup) -> None:
        for promise in item.promises:
            claim = claim_of(promise, path, lookup, self.faults)
            if claim is not None:
                self.claims.append(claim)

    def _volume(self, tensor: Tensor) -> Volume | None:
        if tensor is None:
            return None
        return self.assembly.volumes[tensor] if tensor else NO_VOLUME

    def _count_step(self, item: Item, scope: Scope, values: int = 0) -> None:
        """Count one item that is looked at; its many parameters or columns count too, a few of them for nothing."""
        self.steps += 1 + values // FEW_VALUES
        if self.steps > MOST_STEPS:
            self._refuse_size(item, f"more than {MOST_STEPS:,} items to look at", scope)

    def _refuse_size(self, item: Item, what: str, scope: Scope) -> None:
        message = f"this spec expands to {what}, and {MOST_LAYERS:,} layers are the most"
        problem = Problem(codes.EXPANSION_TOO_LARGE, message)
        self.maker.report(problem.at(item.span), scope)
        raise TooLarge


def _nothing_to_join(word: str) -> Problem:
    message = f"{word} joins several tensors, and nothing says which"
    branches = f"or write branches: `{word}: {{main: [...], skip: identity}}`"
    return Problem(codes.JOIN_OF_NOTHING, message, helps=("name them: `from: [a, previous]`", branches))
