"""What goes into a run: a batch of images for each of the network's inputs, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cnncalc.arguments import described

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cnncalc.network import Network
    from cnncalc.volume import Volume


class InputError(ValueError):
    """Images that do not fit the network; the message names the input and both shapes."""


def batch(network: Network, images: ArrayLike | Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    """The images of each input by its name, (N, height, width, channels) with the same N everywhere.

    Raises:
        InputError: an input is missing or unknown, a shape is not the input's volume, or batches differ in length.
        TypeError: what is given is no array, or the weights where images are due.

    >>> from cnncalc.network import Input, Network
    >>> from cnncalc.volume import Volume
    >>> network = Network("n", {"input": Input(Volume((4, 4, 1)))}, [], ())
    >>> batch(network, np.zeros((2, 4, 4)))
    Traceback (most recent call last):
        ...
    cnncalc.executor.feeding.InputError: input needs images of (N, 4, 4, 1), not (2, 4, 4)
    """
    if not isinstance(images, Mapping) and len(network.inputs) != 1:
        names = ", ".join(network.inputs)
        raise InputError(f"{network.name} has {len(network.inputs)} inputs: give a dict with {names}")
    given = images if isinstance(images, Mapping) else dict.fromkeys(network.inputs, images)
    for name in given:
        if name not in network.inputs:
            if any(name == kept for kept, _, _ in network.kept()):
                raise TypeError(f"images are due here, and {name} is one of the weights: run(network, images, weights)")
            raise InputError(f"{network.name} has no input {name}; it has {', '.join(network.inputs)}")
    arrays = {}
    for name, entry in network.inputs.items():
        if name not in given:
            raise InputError(f"nothing was given for the input {name}")
        wanted = f"({', '.join(['N', *map(str, entry.volume)])})"
        array = _array(name, wanted, given[name])
        if array.shape[1:] != tuple(entry.volume) or array.ndim == 0:
            raise InputError(f"{name} needs images of {wanted}, not {array.shape}{_remedy(array.shape, entry.volume)}")
        if array.dtype.kind not in "fiubO":
            raise InputError(f"{name} holds {array.dtype}, which are not numbers")
        arrays[name] = array
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{length} for {name}" for name, length in lengths.items())
        raise InputError(f"every input needs the same number of images, not {told}")
    return arrays


def _array(name: str, wanted: str, given: ArrayLike) -> NDArray[Any]:
    """What NumPy or another library calls an array; lists may be ragged, and texts are files that nobody has read."""
    if not hasattr(given, "__array__"):
        raise TypeError(f"{name} needs an array of {wanted}, not {described(given)}")
    try:
        return np.asarray(given)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} needs an array of {wanted}, and {described(given)} is none: {error}") from None


def _remedy(shape: tuple[int, ...], volume: Volume) -> str:
    """What would make the shape right, where a usual slip explains it."""
    if shape == tuple(volume):
        return ": one image is a batch too, images[None]"
    if shape[1:] == (volume.channels, *volume.sizes):
        return ": channels come last, np.moveaxis(images, 1, -1)"
    return ""
