"""What a run leaves behind: the outputs, and whichever activations were to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy.typing as npt

from cnncalc.arguments import refused
from cnncalc.network import Network


class Trace(Mapping[str, npt.NDArray[Any]]):
    """Activations by path, each (images, *sizes, channels).

    The path of a block, join, branch or sequence means its last row's output. Iterating gives the paths of the rows
    that were kept, in the order in which they ran.

    Args:
        network: what ran.
        arrays: the activations that were kept, the outputs among them, by the paths of their rows.
    """

    def __init__(self, network: Network, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self._network = network
        self._arrays = {node.path: arrays[node.path] for node in network.nodes if node.path in arrays}

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in self.outputs.items())
        kept = f"{len(self._arrays)} of {len(self._network)} layers kept"
        return f"<trace of the {self._network.called}: {shapes}, {kept}>"

    @property
    def output(self) -> npt.NDArray[Any] | dict[str, npt.NDArray[Any]]:
        """The network's output; where it has several, a dict of them by name."""
        outputs = self.outputs
        return outputs if len(outputs) > 1 else next(iter(outputs.values()))

    @property
    def outputs(self) -> dict[str, npt.NDArray[Any]]:
        """The outputs by name, however many there are."""
        names = self._network.output_names or self._network.outputs
        return {name: self._arrays[path] for name, path in zip(names, self._network.outputs, strict=True)}

    def __getitem__(self, path: str) -> npt.NDArray[Any]:
        """The activation of a path; a KeyError says whether there is none or it was not kept."""
        row = row_of(self._network, path)
        if row not in self._arrays:
            raise KeyError(f"{path} was not kept: run with keep=[{path!r}] or keep='all'")
        return self._arrays[row]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


def row_of(network: Network, path: str) -> str:
    """The row whose output a path means; a KeyError names the nearest path where there is none."""
    row = network.results.get(path, path)
    if row not in network.by_path and row not in network.inputs:
        raise network.absent(path)
    return row


def rows_to_keep(network: Network, keep: Any) -> frozenset[str]:
    """The rows that `keep` asks for: ``"outputs"``, ``"all"``, or a collection of paths; the outputs always.

    Raises:
        KeyError: a path is not in the network.
        ValueError: a path takes part in training only, or is a single text that is not one of the two words.
    """
    if keep == "all":
        return frozenset(node.path for node in network.inference)
    if keep == "outputs":
        return frozenset(network.outputs)
    if isinstance(keep, str):
        raise ValueError(f"keep must be 'outputs', 'all' or a list of paths, not {keep!r}")  # noqa: TRY004 # a text is one
    if not isinstance(keep, Iterable):
        raise refused("keep", "'outputs', 'all' or a list of paths", keep)
    rows = [row_of(network, path) for path in keep]
    for row in rows:
        if row in network.by_path and network.by_path[row].training_only:
            raise ValueError(f"{row} belongs to an auxiliary head, which is used only in training")
    return frozenset((*rows, *network.outputs))
