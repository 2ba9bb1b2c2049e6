"""Walks a declared spec once, in the order of execution, and makes the network: each node gets its volume on the way."""

from __future__ import annotations

from collections.abc import Callable

from cnncalc.language.declarations import Block, Item, Promise, Reference, Spec
from cnncalc.language.formula import Unknown
from cnncalc.language.making import Maker
from cnncalc.language.numerals import Value
from cnncalc.language.scope import Lookup, Named, Scope, Use, unknown_name
from cnncalc.language.sharing import share_weights
from cnncalc.language.written import Placed, Written
from cnncalc.network import Assembly, Claim
from cnncalc.problem import Faults, Label, Problem, Span
from cnncalc.volume import Volume

MOST_LAYERS = 100_000
MOST_STEPS = 4 * MOST_LAYERS
"""Items looked at, absent ones and empty turns included: a bomb need not make a single layer."""
DEEPEST = 64

Tensor = str | None
"""The path of a tensor, or None where a fault hides what it is."""


class TooLarge(Exception):
    """The expansion was given up; the fault has been told."""


class Expander:
    """Expands the items of one spec with one set of variables."""

    def __init__(self, spec: Spec, assembly: Assembly, faults: Faults) -> None:
        self.spec = spec
        self.assembly = assembly
        self.faults = faults
        self.maker = Maker(assembly, faults, spec.rounding)
        self.results: dict[str, str] = {}
        self.claims: list[Claim] = []
        self.used: set[str] = set()
        self.origins: dict[str, tuple[Span, tuple[Label, ...]]] = {}
        self.steps = 0
        self.file_variables: dict[str, Value | None] = {}

    def expand(self, scope: Scope) -> Tensor:
        """All items of the file; what the last one gives."""
        self.file_variables = scope.variables
        return self._items(self.spec.items, scope.input, scope, "")

    def _items(self, items: list[Item], tensor: Tensor, scope: Scope, prefix: str) -> Tensor:
        for item in items:
            tensor = self._item(item, tensor, scope, prefix)
        return tensor

    def _item(self, item: Item, tensor: Tensor, scope: Scope, prefix: str) -> Tensor:
        path = prefix + item.segment
        if item.name is None:
            scope.automatic.add(item.segment)
        elif self._is_taken(item, scope, path):
            return None
        if item.repeat is None:
            self._count_step(item, scope)
            return self._turn(item, tensor, item.sources, scope, path, path)
        return self._turns(item, tensor, scope, path)

    def _is_taken(self, item: Item, scope: Scope, path: str) -> bool:
        """Whether another item has the name already; a new turn of the same one may have it."""
        known = scope.names.get(item.name or "")
        if known is None or known.span == item.span:
            return False
        self.maker.tell(
            Problem("CNN302", "", f"the name `{item.name}` is given twice", helps=("give one of them another name",)),
            item.span,
            scope,
            Label(known.span, "first given here"),
        )
        return True

    def _turns(self, item: Item, tensor: Tensor, scope: Scope, path: str) -> Tensor:
        repeat = item.repeat
        assert repeat is not None
        lookup = self._lookup(scope, tensor)
        try:
            count = self._turn_count(item, lookup)
        except (Placed, Unknown) as fault:
            self._give_up(item, fault, scope)
            return None
        if count == 0:
            self._bind(item, None, scope, path, len(self.assembly.nodes), absent=True)
        sources = item.sources
        for turn in range(count):
            self._count_step(item, scope)
            inner = scope
            if repeat.columns:
                columns = self._columns(item, turn, lookup, scope)
                if columns is None:
                    return None
                inner = scope.with_variables(columns)
            tensor = self._turn(item, tensor, sources, inner, f"{path}[{turn + 1}]", path)
            if turn == 0 and sources is not None:
                sources = _fed_by_the_turn_before(sources)
        return tensor

    def _turn_count(self, item: Item, lookup: Lookup) -> int:
        repeat = item.repeat
        assert repeat is not None
        if repeat.count is None:
            return len(next(iter(repeat.columns.values())))
        count = repeat.count.at(lookup)
        if type(count) is not int or count < 0:
            raise Placed(
                Problem("CNN232", "", f"a repeat is a whole number of turns, 0 or more, not {count}"), repeat.count.span
            )
        return count

    def _columns(self, item: Item, turn: int, lookup: Lookup, scope: Scope) -> dict[str, Value | None] | None:
        assert item.repeat is not None
        columns: dict[str, Value | None] = {}
        for name, entries in item.repeat.columns.items():
            try:
                columns[name] = entries[turn].at(lookup)
            except (Placed, Unknown) as fault:
                self._give_up(item, fault, scope)
                return None
        return columns

    def _turn(
        self, item: Item, tensor: Tensor, sources: list[Reference] | None, scope: Scope, path: str, named: str
    ) -> Tensor:
        """One turn of an item, or the only one."""
        lookup = self._lookup(scope, tensor)
        start = len(self.assembly.nodes)
        if item.condition is not None:
            try:
                present = item.condition.at(lookup)
                if not isinstance(present, bool):
                    raise Placed(Problem("CNN233", "", f"`if` is true or false, not {present}"), item.condition.span)
            except (Placed, Unknown) as fault:
                self._give_up(item, fault, scope)
                return None
            if not present:
                if item.name and item.name not in scope.names:
                    self._bind(item, None, scope, path, start, absent=True)
                return tensor
        inputs = self._inputs(item, tensor, sources, scope)
        if item.broken:
            self._bind(item, None, scope, path, start)
            return None
        result = self._make(item, inputs, scope, path, lookup)
        if result is not None:
            self.results[path] = self.results[named] = result
        self._bind(item, result, scope, path, start)
        if item.share is not None and result is not None:
            self._share(item, scope, path, start)
        for promise in item.promises:
            self._claim(promise, path, lookup)
        return result

    def _make(self, item: Item, inputs: list[Tensor], scope: Scope, path: str, lookup: Lookup) -> Tensor:
        if item.block is not None:
            return self._block(item, item.block, inputs, scope, path, lookup)
        if item.inner is not None:
            return self._items(item.inner, inputs[0], scope, path + "/") if self._single(item, inputs, scope) else None
        return self._layer(item, inputs, scope, path, lookup)

    def _layer(self, item: Item, inputs: list[Tensor], scope: Scope, path: str, lookup: Lookup) -> Tensor:
        assert item.kind is not None
        if item.branches is not None:
            inputs = self._branches(item, inputs, scope, path)
        elif item.kind.layer.joins:
            if item.sources is None:
                self.maker.tell(
                    Problem(
                        "CNN309",
                        "",
                        f"{item.word} joins several tensors, and nothing says which",
                        helps=(
                            "name them: `from: [a, previous]`",
                            f"or write branches: `{item.word}: {{main: [...], skip: identity}}`",
                        ),
                    ),
                    item.span,
                    scope,
                )
                return None
        elif not self._single(item, inputs, scope):
            return None
        known = [tensor for tensor in inputs if tensor is not None]
        if len(known) < len(inputs):
            return None
        node = self.maker.node(item, path, tuple(known), scope, lookup)
        if node is None:
            return None
        if len(self.assembly.nodes) > MOST_LAYERS:
            self._refuse_size(item, f"more than {MOST_LAYERS:,} layers", scope)
        self.origins[path] = (item.span, scope.labels())
        return path

    def _single(self, item: Item, inputs: list[Tensor], scope: Scope) -> bool:
        if len(inputs) == 1:
            return True
        self.maker.tell(
            Problem("CNN307", "", f"{item.word} takes one tensor, and `from` names {len(inputs)}"),
            item.sources[1].span if item.sources else item.span,
            scope,
        )
        return False

    def _branches(self, item: Item, inputs: list[Tensor], scope: Scope, path: str) -> list[Tensor]:
        assert item.branches is not None
        if not self._single(item, inputs, scope):
            return [None]
        joined: list[Tensor] = []
        for name, items in item.branches:
            branch = f"{path}/{name}"
            result = self._items(items, inputs[0], scope, branch + "/")
            self._use(result)
            if result is not None:
                self.results[branch] = result
            joined.append(result)
        return joined

    def _block(self, item: Item, block: Block, inputs: list[Tensor], scope: Scope, path: str, lookup: Lookup) -> Tensor:
        wanted = 1 + len(block.inputs)
        if len(inputs) != wanted:
            names = ", ".join(("input", *(reference.name for reference in block.inputs)))
            self.maker.tell(
                Problem(
                    "CNN307",
                    "",
                    f"{block.name} takes {wanted} tensors ({names}), and {len(inputs)} arrives here"
                    if len(inputs) == 1
                    else f"{block.name} takes {wanted} tensors ({names}), not {len(inputs)}",
                ),
                item.span,
                scope,
            )
            return None
        if len(scope.uses) >= DEEPEST:
            self._refuse_size(item, f"blocks nested more than {DEEPEST} deep", scope)
        inner = Scope(
            dict(self.file_variables),
            inputs[0],
            self._volume(inputs[0]),
            {
                reference.name: Named(tensor, reference.span)
                for reference, tensor in zip(block.inputs, inputs[1:], strict=True)
            },
            uses=(*scope.uses, Use(path, item.span)),
        )
        if not self._arguments(item, block, inner, scope, lookup) or block.broken:
            return None
        return self._items(block.items, inputs[0], inner, path + "/")

    def _arguments(self, item: Item, block: Block, inner: Scope, scope: Scope, lookup: Lookup) -> bool:
        """Set the block's parameters: arguments are the caller's, defaults may ask for earlier ones and `$input`."""
        whole = True
        own = Lookup(inner, inner.input_volume)
        for parameter in block.parameters.values():
            written = item.values.get(parameter.name)
            try:
                if written is not None:
                    inner.variables[parameter.name] = written.at(lookup)
                elif parameter.default is not None:
                    inner.variables[parameter.name] = parameter.default.at(own)
                else:
                    self.maker.tell(
                        Problem(
                            "CNN224",
                            "",
                            f"{block.name} needs {parameter.name}",
                            helps=(f"write `{block.name}: {{{parameter.name}: ...}}`",),
                        ),
                        item.span,
                        scope,
                        Label(parameter.span, "it has no default"),
                    )
                    whole = False
            except Placed as placed:
                self.maker.tell(placed.problem, placed.span, scope if written is not None else inner)
                whole = False
            except Unknown:
                inner.variables[parameter.name] = None
        return whole

    def _inputs(self, item: Item, tensor: Tensor, sources: list[Reference] | None, scope: Scope) -> list[Tensor]:
        """The tensors that an item takes; each counts as used even where the item turns out faulty."""
        if sources is None:
            if scope.several_inputs and tensor is None and not self.assembly.nodes and not self.faults.found:
                self.maker.tell(
                    Problem(
                        "CNN313",
                        "",
                        "the first layer must say which input it takes",
                        helps=(f"write `from: {scope.several_inputs[0]}`",),
                    ),
                    item.span,
                    scope,
                )
            if item.kind is None or not item.kind.layer.joins or item.branches is not None:
                self._use(tensor)
            return [tensor]
        found = [self._source(reference, tensor, scope) for reference in sources]
        for source in found:
            self._use(source)
        return found

    def _source(self, reference: Reference, tensor: Tensor, scope: Scope) -> Tensor:
        if reference.name == "previous":
            return tensor
        if reference.name == "input" and not scope.several_inputs:
            return scope.input
        known = scope.names.get(reference.name)
        if known is None:
            self.maker.tell(unknown_name(reference.name, scope), reference.span, scope)
            return None
        if known.absent:
            self.maker.tell(
                Problem("CNN306", "", f"`{reference.name}` is absent here: its `if` is false or its `repeat` is 0"),
                reference.span,
                scope,
                Label(known.span, "left out"),
            )
            return None
        return known.tensor

    def _use(self, tensor: Tensor) -> None:
        if tensor is not None:
            self.used.add(tensor)

    def _bind(self, item: Item, tensor: Tensor, scope: Scope, path: str, start: int, *, absent: bool = False) -> None:
        if item.name is not None:
            rows = range(start, len(self.assembly.nodes))
            scope.names[item.name] = Named(tensor, item.span, path, rows, absent)

    def _share(self, item: Item, scope: Scope, path: str, start: int) -> None:
        assert item.share is not None
        known = scope.names.get(item.share.name)
        if known is None or known.path == path:
            self.maker.tell(unknown_name(item.share.name, scope), item.share.span, scope)
            return
        if known.absent or known.tensor is None:
            return
        mine = self.assembly.nodes[start:]
        theirs = self.assembly.nodes[known.rows.start : known.rows.stop]
        try:
            share_weights(mine, theirs, path, known.path)
        except Problem as problem:
            self.maker.tell(problem, item.share.span, scope, Label(known.span, "the weights that it would use"))

    def _claim(self, promise: Promise, path: str, lookup: Callable[[str], Value]) -> None:
        claim = claim_of(promise, path, lookup, self.faults)
        if claim is not None:
            self.claims.append(claim)

    def _lookup(self, scope: Scope, tensor: Tensor) -> Lookup:
        return Lookup(scope, self._volume(tensor))

    def _volume(self, tensor: Tensor) -> Volume | None:
        return None if tensor is None else self.assembly.volumes[tensor]

    def _give_up(self, item: Item, fault: Placed | Unknown, scope: Scope) -> None:
        if isinstance(fault, Placed):
            self.maker.tell(fault.problem, fault.span, scope)
        if item.name is not None:
            scope.names[item.name] = Named(None, item.span)

    def _count_step(self, item: Item, scope: Scope) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            self._refuse_size(item, f"more than {MOST_STEPS:,} items to look at", scope)

    def _refuse_size(self, item: Item, what: str, scope: Scope) -> None:
        self.maker.tell(Problem("CNN234", "", f"this spec expands to {what}"), item.span, scope)
        raise TooLarge


def _fed_by_the_turn_before(sources: list[Reference]) -> list[Reference]:
    """`from` feeds the first turn; each next one takes the turn before in place of it."""
    if any(source.name == "previous" for source in sources):
        return sources
    return [Reference("previous", sources[0].span), *sources[1:]]


def claim_of(promise: Promise, path: str, lookup: Callable[[str], Value], faults: Faults) -> Claim | None:
    """A promise as a claim about the rows under a path; None where a fault stops it."""
    size: Written | None = promise.size
    limit = promise.limit
    try:
        if size is not None:
            value = size.at(lookup)
            value = value if isinstance(value, tuple) else (value,)
            if any(type(factor) is not int for factor in value):
                raise Placed(
                    Problem("CNN236", "", f"{promise.metric} is promised a volume of whole numbers"), size.span
                )
            relation = limit.relation if limit else "=="
            return Claim(
                promise.verb, path, promise.metric, promise.subject, relation, value, "", 0, promise.text, promise.span
            )
    except Placed as placed:
        faults.add(placed.problem.code, placed.span, placed.problem.message, helps=placed.problem.helps)
        return None
    except Unknown:
        return None
    assert limit is not None
    return Claim(
        promise.verb,
        path,
        promise.metric,
        promise.subject,
        limit.relation,
        limit.value,
        limit.unit,
        limit.tolerance,
        promise.text,
        promise.span,
    )
