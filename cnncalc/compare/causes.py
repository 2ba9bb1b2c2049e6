"""Gathers what became of the layers into what somebody changed: each cause once, however many layers it touches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.analysis import Report
from cnncalc.compare.changes import ADDED, CHANGED, REMOVED, FieldChange, LayerChange
from cnncalc.compare.matching import Match, unnumbered
from cnncalc.compare.parts import Part
from cnncalc.exact import decimal

MOVED, RENAMED = "moved", "renamed"
"""What else may be done to a layer or a block; its rows are what they were."""
NETWORK, LAYER, BLOCK, VARIABLES, INPUT, OUTPUTS = "network", "layer", "block", "vars", "input", "outputs"
"""What a cause is about; a network as a whole came or went."""

Values = Mapping[str, tuple[Any, Any]]
"""Variables before and after, by name."""

_TURN = re.compile(r"\[[0-9]+\]")


class Cause(NamedTuple):
    """Something that somebody changed.

    Attributes:
        what: a layer, a block (or another group of layers), variables, an input, or the choice of outputs.
        change: changed, added, removed, moved or renamed.
        paths: of the layers or the block, for each turn and each use its own; of variables the layers that change
            with them; of an input its name.
        changes: the fields that were changed.
        layers: what became of the rows that it is about.
        variables: those of the spec whose values explain it, before and after.
        follows: how many rows follow from these.
    """

    what: str
    change: str
    paths: tuple[str, ...]
    changes: tuple[FieldChange, ...] = ()
    layers: tuple[LayerChange, ...] = ()
    variables: tuple[FieldChange, ...] = ()
    follows: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "what": self.what,
            "change": self.change,
            "paths": list(self.paths),
            "changes": [change.to_dict() for change in self.changes],
            "vars": [change.to_dict() for change in self.variables],
            "layers": len(self.layers),
            "follows": self.follows,
        }


def causes_of(
    before: Report, after: Report, layers: Sequence[LayerChange], match: Match, values: Values
) -> list[Cause]:
    """What somebody changed: inputs, then layers, blocks and variables in order, what is renamed, and the outputs."""
    following = Counter(layer.cause for layer in layers if layer.cause)
    found = [cause._replace(follows=following[cause.paths[0]]) for cause in _of_inputs(before, after)]
    for cause in _of_layers(before, after, layers, match, values):
        follows = sum(following[path] for path in dict.fromkeys(layer.path for layer in cause.layers))
        found.append(cause._replace(follows=follows))
    return [
        *found,
        *_renamed(match, {layer.path: layer for layer in layers}, after),
        *_of_outputs(before, after, match),
    ]


def _of_inputs(before: Report, after: Report) -> Iterator[Cause]:
    for name in {**before.inputs, **after.inputs}:
        was, now = before.inputs.get(name), after.inputs.get(name)
        if was != now:
            change = REMOVED if now is None else ADDED if was is None else CHANGED
            yield Cause(INPUT, change, (name,), (FieldChange("input", was and [*was], now and [*now]),))


def _of_layers(
    before: Report, after: Report, layers: Iterable[LayerChange], match: Match, values: Values
) -> Iterator[Cause]:
    """Those of the rows, gathered by variable, by what moved, by the item as it is written, or by block."""
    heads = {after.layers[y].path: part for (_, y), part in match.heads.items()}
    lost, new = ({report.layers[leaf.row or 0].path: part for part in parts for leaf in part.leaves()}
                 for report, parts in ((before, match.gone), (after, match.come)))  # fmt: skip
    groups: dict[Hashable, dict[Hashable, list[LayerChange]]] = {}
    parts: dict[Hashable, dict[str, Part]] = {}
    for layer in layers:
        if layer.change not in (ADDED, REMOVED, CHANGED):
            continue
        part = (heads if layer.change == CHANGED else lost if layer.change == REMOVED else new).get(layer.path)
        key = (layer.change, *(_of_part(part, layer) if part else _of_item(layer)))
        groups.setdefault(layer.variables or key, {}).setdefault(key, []).append(layer)
        if part:
            parts.setdefault(key, {})[part.path] = part
    for items in groups.values():
        one, members = next(iter(items.items()))
        variables = tuple(FieldChange(name, *map(_plain, values[name])) for name in members[0].variables)
        if len(items) == 1:
            yield _cause(members, [*parts.get(one, {}).values()])._replace(variables=variables)
        else:
            every = tuple(layer for members in items.values() for layer in members)
            yield Cause(VARIABLES, CHANGED, tuple(layer.path for layer in every), (), every, variables)


def _of_item(layer: LayerChange) -> tuple[Hashable, ...]:
    """What the rows of one item that was changed have in common, wherever its block is used and at whatever turn."""
    lines = (layer.before.line if layer.before else 0, layer.after.line if layer.after else 0)
    return (*lines, _item(layer.path), repr(layer.changes))


def _of_part(part: Part, layer: LayerChange) -> tuple[Hashable, ...]:
    """The same of an item that came, went or moved; the turns of one repeat belong together, as do those around it."""
    if part.row is not None and not part.label.startswith("["):
        return layer.row.line, _item(part.path)
    return (_TURN.sub("", part.path),)


def _item(path: str) -> str:
    return _TURN.sub("", path.rpartition("/")[2])


def _cause(layers: Sequence[LayerChange], parts: Sequence[Part]) -> Cause:
    """The cause that some rows of one change are, with the parts that they are all of."""
    first = layers[0]
    if not parts:
        return Cause(LAYER, CHANGED, tuple(layer.path for layer in layers), first.changes, tuple(layers))
    part = parts[0]
    repeated = part.above
    if first.change != CHANGED and part.label.startswith("[") and repeated is not None:
        turns = len(repeated.parts)
        others = turns - sum(one.above is repeated for one in parts)
        numbers = (others, turns) if first.change == ADDED else (turns, others)
        repeats = tuple(dict.fromkeys(one.above.path for one in parts if one.above))
        return Cause(BLOCK, CHANGED, repeats, (FieldChange("repeat", *numbers),), tuple(layers))
    what = LAYER if part.row is not None else BLOCK if part.above else NETWORK
    change = MOVED if first.change == CHANGED else first.change
    return Cause(what, change, tuple(one.path for one in parts), first.changes, tuple(layers))


def _renamed(match: Match, layers: Mapping[str, LayerChange], after: Report) -> Iterator[Cause]:
    """What is called otherwise: once for all turns, and once for all uses of a block that is."""
    groups: dict[Hashable, list[tuple[Part, Part]]] = {}
    for a, b in match.renamed:
        is_block = a.label != a.name and b.label != b.name
        groups.setdefault((a.name, b.name, "" if is_block else unnumbered(a.path)), []).append((a, b))
    for pairs in groups.values():
        a, b = pairs[0]
        inside = tuple(layers[after.layers[leaf.row or 0].path] for _, part in pairs for leaf in part.leaves())
        change = FieldChange("path", a.path, b.path)
        yield Cause(LAYER if b.row is not None else BLOCK, RENAMED, tuple(b.path for _, b in pairs), (change,), inside)


def _of_outputs(before: Report, after: Report, match: Match) -> Iterator[Cause]:
    """Other tensors that are given out, all of which were there before and still are."""
    is_now = {before.layers[x].path: after.layers[y].path for x, y in match.pairs if (x, y) not in match.moved}
    kept = {*is_now.values()}
    outputs = [is_now.get(path) for path in before.outputs]
    if None not in outputs and kept.issuperset(after.outputs) and outputs != [*after.outputs]:
        yield Cause(OUTPUTS, CHANGED, after.outputs, (FieldChange("outputs", [*before.outputs], [*after.outputs]),))


def _plain(value: Any) -> Any:
    """The value of a variable as JSON holds it."""
    if isinstance(value, (bool, str)):
        return value
    return list(value) if isinstance(value, tuple) else decimal(value)
