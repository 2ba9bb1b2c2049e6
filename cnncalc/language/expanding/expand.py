"""Walks a declared spec once, in the order of execution; each node gets its volume as it is made."""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc import codes
from cnncalc.language.expanding.feeding import entered, fed_by_the_turn_before, inputs_of
from cnncalc.language.expanding.making import check_alone, make
from cnncalc.language.expanding.scope import NOTHING, Lookup, Named, Scope, Tensor
from cnncalc.language.expanding.sharing import share_weights
from cnncalc.language.expanding.walk import FEW_VALUES, MOST_LAYERS, MOST_STEPS, Walk
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Block, Branch, Item, Reference, Repeat, items_inside
from cnncalc.language.reading.written import Written
from cnncalc.language.values.numerals import show
from cnncalc.layers import Kind
from cnncalc.problem import Label, Problem

DEEPEST = 64


class Expander(Walk):
    """Expands the items of one spec with one set of variables."""

    def expand(self) -> Tensor:
        """All items of the file; what the last one gives."""
        self.refuse_bomb()
        first = NOTHING if self.scope.several_inputs else self.scope.input
        return self._items(self.spec.items, first, self.scope, "")

    def _items(self, items: list[Item], tensor: Tensor, scope: Scope, prefix: str) -> Tensor:
        for item in items:
            tensor = self._item(item, tensor, scope, prefix)
        return tensor

    def _item(self, item: Item, tensor: Tensor, scope: Scope, prefix: str) -> Tensor:
        """What an item gives; a fault of it is kept, and hides it."""
        if item.name is None:
            scope.automatic.add(item.segment)
        elif self._is_taken(item, scope):
            return None
        around = len(self.turning)
        try:
            if item.repeat is not None and not item.broken:
                return self._turns(item, item.repeat, tensor, scope, prefix + item.segment)
            return self._once(item, tensor, scope, prefix + item.segment)
        except Problem as problem:
            self.report(problem, scope)
        except Unknown:  # a fault further up is kept already
            pass
        finally:
            del self.turning[around:]
        for hidden in items_inside([item]):  # their names are known, their tensors are not
            if hidden.name is not None:
                scope.names.setdefault(hidden.name, Named(None, hidden.span))
        return None

    def _is_taken(self, item: Item, scope: Scope) -> bool:
        """Whether another item has the name already; a new turn of the same one may have it."""
        known = scope.names.get(item.name or "")
        if known is None or known.span == item.span:
            return False
        message, labels = f"the name `{item.name}` is given twice", (Label(known.span, "first given here"),)
        helps = "give one another name"
        self.report(Problem(codes.NAME_TWICE, message, item.name_span, helps=helps, labels=labels), scope)
        return True

    def _once(self, item: Item, tensor: Tensor, scope: Scope, path: str) -> Tensor:
        self.count_step(item, scope)
        lookup = Lookup(scope, self.volume(tensor))
        if not _is_present(item.condition, lookup):
            self._bind(item, None, scope, path, absent=True)
            return tensor
        start = len(self.assembly.nodes)
        result = self._make(item, tensor, item.sources, lookup, path)
        self._bind(item, result, scope, path, start)
        self.promise(item.promises, path, lookup)
        return result

    def _turns(self, item: Item, repeat: Repeat, tensor: Tensor, scope: Scope, path: str) -> Tensor:
        """All turns of a repeated item; its name, its promises and its path mean the last one, its rows are all."""
        first = Lookup(scope, self.volume(tensor))
        last: tuple[Lookup, str, int] | None = None
        sources = item.sources
        for turn, inner in enumerate(self._turn_scopes(item, repeat, first), 1):
            self.count_step(item, scope, len(repeat.columns))
            lookup = Lookup(inner, self.volume(tensor))
            if not _is_present(item.condition, lookup):
                continue
            last = lookup, f"{path}[{turn}]", len(self.assembly.nodes)
            tensor = self._make(item, tensor, sources, lookup, last[1])
            if tensor is None:
                raise Unknown
            if sources is not None and sources is item.sources:
                sources = fed_by_the_turn_before(sources)
        if last is None:
            self._bind(item, None, scope, path, absent=True)
            return tensor
        if tensor:
            self.results[path] = tensor
        self._bind(item, tensor, scope, last[1], last[2])
        self.promise(item.promises, path, last[0])
        return tensor

    def _turn_scopes(self, item: Item, repeat: Repeat, lookup: Lookup) -> Iterator[Scope]:
        """The scope of each turn; the columns of the repeat are variables in it."""
        scope = lookup.scope
        if repeat.count is None:
            self.turning.append((min(map(len, repeat.columns.values())), repeat, scope))
            for entries in zip(*repeat.columns.values(), strict=True):
                columns = {name: entry.at(lookup) for name, entry in zip(repeat.columns, entries, strict=True)}
                yield scope._replace(variables=columns, around=scope)
            return
        count = repeat.count.at(lookup)
        if type(count) is not int or count < 0:
            message = f"a repeat is a whole number of turns, 0 or more, not {show(count)}"
            raise Problem(codes.BAD_REPEAT, message, repeat.count.span)
        self.turning.append((count, repeat, scope))
        if count > MOST_STEPS:
            self.refuse_size(item, f"{count:,} turns", scope)
        for _ in range(count):
            yield scope

    def _make(self, item: Item, tensor: Tensor, sources: list[Reference] | None, lookup: Lookup, path: str) -> Tensor:
        """The rows of an item at one turn, and what comes out of them."""
        scope = lookup.scope
        inputs = inputs_of(self, item, tensor, sources, scope)
        start = len(self.assembly.nodes)
        if item.broken:
            if item.kind is not None:
                check_alone(self, item, item.kind, scope)
            raise Unknown
        if item.kind is not None:
            result = self._layer(item, item.kind, inputs, lookup, path)
        elif item.block is not None:
            result = self._block(item, item.block, inputs, lookup, path)
        else:
            result = self._items(item.inner or [], inputs[0], scope, path + "/")
        if result:
            self.results[path] = result
            if item.share is not None:
                try:
                    share_weights(item.share, scope, self.assembly.nodes, start, path)
                except Problem as problem:
                    self.report(problem, scope)
        return result

    def _layer(self, item: Item, kind: Kind, inputs: list[Tensor], lookup: Lookup, path: str) -> Tensor:
        scope = lookup.scope
        if item.branches is not None:
            inputs = [self._branch(branch, inputs[0], scope, path) for branch in item.branches]
        known = tuple([tensor for tensor in inputs if tensor is not None])
        if len(known) < len(inputs):
            check_alone(self, item, kind, scope)
            raise Unknown
        make(self, item, kind, known, lookup, path)
        if len(self.assembly.nodes) > MOST_LAYERS:
            self.refuse_size(item, f"more than {MOST_LAYERS:,} layers", scope)
        if scope.use is not None:
            self.scopes[path] = scope
        return path

    def _branch(self, branch: Branch, tensor: Tensor, scope: Scope, path: str) -> Tensor:
        """What a branch gives; all of a join begin at one tensor."""
        result = self._items(branch.items, tensor, scope, f"{path}/{branch.name}/")
        if result is not None:
            self.results[f"{path}/{branch.name}"] = result
        return self.use(result)

    def _block(self, item: Item, block: Block, inputs: list[Tensor], lookup: Lookup, path: str) -> Tensor:
        if lookup.scope.depth >= DEEPEST:
            self.turning.clear()  # they go on, but not downwards
            self.refuse_size(item, f"blocks nested more than {DEEPEST} deep", lookup.scope)
        if len(block.parameters) >= FEW_VALUES:
            self.count_step(item, lookup.scope, len(block.parameters))
        return self._items(block.items, inputs[0], entered(self, item, block, inputs, lookup, path), path + "/")

    def _bind(
        self, item: Item, tensor: Tensor, scope: Scope, path: str, start: int = 0, *, absent: bool = False
    ) -> None:
        """Give an item's name its meaning: the rows from `start` on."""
        if item.name is not None:
            rows = range(0) if absent else range(start, len(self.assembly.nodes))
            scope.names[item.name] = Named(tensor, item.span, path, rows, absent)


def _is_present(condition: Written | None, lookup: Lookup) -> bool:
    """What `if` says; raises `Problem`, or `Unknown` where a fault hides it."""
    if condition is None:
        return True
    present = condition.at(lookup)
    if isinstance(present, bool):
        return present
    raise Problem(codes.BAD_CONDITION, f"`if` is true or false, not {show(present)}", condition.span)
