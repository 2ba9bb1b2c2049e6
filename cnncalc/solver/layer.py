"""Solves for one layer: the kernel, stride and padding with which it gives the wanted output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cnncalc.analysis.sliding import remade, volume_with
from cnncalc.fitting import (
    Changes,
    Fit,
    Search,
    answers,
    default_space,
    everything,
    for_channels,
    is_searchable,
    nearest,
)
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.language.expanding.walk import Refused
from cnncalc.language.load import declared, expanded, standing
from cnncalc.language.shelf import find
from cnncalc.language.values.sizes import size
from cnncalc.layers.schema import article
from cnncalc.lookup.networks import merged, unknown_layer
from cnncalc.network import Network, Node
from cnncalc.problem import Problem, SpecError
from cnncalc.solver import Proposal, Solution, parameters_fragment
from cnncalc.solver.ranges import counts

LEAST = {"kernel": 1, "stride": 1, "padding": 0}
MOST_COMBINATIONS = 100_000


def solve_layer(name: str, path: str, wanted: str, ranges: Mapping[str, str | None], choices: Choices) -> Solution:
    """The answers for the layer of that path; raises `ChoiceError` where the question makes no sense.

    The layer may be faulty, and so may whatever stands behind it: what arrives is known if all before it stands.
    """
    found = find(name)
    choices = merged(choices, found)
    spec, faults = declared(found.source)
    try:
        return _solved(expanded(spec, faults, choices), None, path, wanted, ranges)
    except SpecError:
        network, refused = standing(spec, found.source, choices)
        if path not in network.by_path and path not in refused:
            raise
        return _solved(network, refused.get(path), path, wanted, ranges)


def _solved(
    network: Network, refused: Refused | None, path: str, wanted: str, ranges: Mapping[str, str | None]
) -> Solution:
    """The answers for a layer that stands, or for one that refuses what arrives."""
    if refused:
        return _answered(refused, wanted, ranges)
    if path in network.results and path not in network.by_path:
        raise ChoiceError(f"{path} is a group of layers: name one of them, such as {network.results[path]}")
    if path not in network.by_path:
        raise unknown_layer(path, network)
    return _answered(network.by_path[path], wanted, ranges)


def _answered(node: Node | Refused, wanted: str, ranges: Mapping[str, str | None]) -> Solution:
    target = _wanted(wanted, node)
    rank = node.read[0].rank if isinstance(node, Refused) else node.volume.rank
    sizes, channels = target[:rank], target[rank:]
    search = _search(node, sizes, ranges)  # first, because it refuses joins, which have no one input to be asked about
    found = answers(search, sizes)
    extra = _channels(node, channels, found)
    near = None if found else nearest(search, sizes)
    return Solution(
        f"{node.path}: {node.kind} on {node.read[0]} {_now(node)}; wanted: {'x'.join(map(str, target))}",
        f"{search.combinations:,} combinations of {', '.join(_ranges(search)) or 'nothing'}",
        search.combinations,
        sum(1 for _ in everything(search)),
        [_proposal(answer, node, extra) for answer in found],
        _proposal(near, node, {}) if near else None,
        ["the layers after it are not checked: `cnncalc check` says whether the network still holds"],
    )


def _wanted(text: str, node: Node | Refused) -> tuple[int, ...]:
    """The wanted sizes, with channels where they are named; one number is meant for all axes."""
    try:
        factors = size(text)
    except Problem as problem:
        raise ChoiceError(f"--output takes a size such as 14x14 or 14x14x64: {problem}") from None
    rank = node.read[0].rank if isinstance(node, Refused) else node.volume.rank
    if len(factors) == 1 and rank > 1:
        factors *= rank
    if len(factors) not in {rank, rank + 1}:
        raise ChoiceError(f"--output {text} has {len(factors)} factors, and {node.path} {_now(node)}")
    if min(factors) < 1:
        raise ChoiceError(f"--output {text}: each size is at least 1")
    return factors


def _now(node: Node | Refused) -> str:
    """What the layer does as it is written."""
    return "does not fit" if isinstance(node, Refused) else f"gives {node.volume}"


def _channels(node: Node | Refused, channels: Sequence[int], answered: Sequence[Fit]) -> Changes:
    """The change of channels; a layer that does not fit is asked with the first answer in force."""
    if not channels or (isinstance(node, Refused) and not answered):
        return {}
    layer, x = node.layer, node.read[0]
    if isinstance(node, Refused):
        layer = remade(layer, x.rank, **answered[0].changes)
    found = for_channels(layer, x, channels[0])
    if found is None:
        raise ChoiceError(
            f"no parameter of {node.path} makes it give {channels[0]} channels: a {node.kind} that reads "
            f"{x.channels} gives {layer.output_volume(x).channels}"
        )
    return found


def _search(node: Node | Refused, wanted: Sequence[int], ranges: Mapping[str, str | None]) -> Search:
    layer, x = node.layer, node.read[0]
    if node.layer.joins or (
        not is_searchable(layer) and (isinstance(node, Refused) or tuple(wanted) != node.volume.sizes)
    ):
        nothing = "it has no kernel, stride or padding that would change its sizes"
        raise ChoiceError(f"{node.path} is {article(node.kind)}: {nothing}")
    space = default_space(layer, x, wanted) if is_searchable(layer) else {}
    for name, text in ranges.items():
        if text is None:
            continue
        if name not in space:
            raise ChoiceError(f"{node.path} is {article(node.kind)}, which has no {name}")
        space[name] = counts(text, f"--{name}", LEAST[name])
    search = Search.of(layer, lambda **changes: remade(layer, x.rank, **changes), x, space)
    if search.combinations > MOST_COMBINATIONS:
        raise ChoiceError(
            f"these ranges have {search.combinations:,} combinations; {MOST_COMBINATIONS:,} is the most: narrow one of "
            "--kernel, --stride, --padding"
        )
    return search


def _proposal(answer: Fit, node: Node | Refused, extra: Changes) -> Proposal:
    changes = {**extra, **answer.changes}
    return Proposal(
        parameters_fragment(changes),
        {"output": tuple(volume_with(node.layer, node.read[0], **changes) or answer.volume)},
        changes,
    )


def _ranges(search: Search) -> Iterator[str]:
    """The ranges, as one would write them."""
    for name, values in search.space.items():
        listed = list(values)
        if len(listed) > 2 and all(isinstance(value, int) for value in listed):
            yield f"{name} {listed[0]}..{listed[-1]}"
        else:
            yield f"{name} {' or '.join(map(str, listed))}"
