"""cnncalc: a convolutional network as one YAML file, its true numbers, and its run.

>>> import cnncalc
>>> report = cnncalc.analyze(cnncalc.load("lenet5"))
>>> report.totals.params, report.totals.macs
(61706, 416520)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from cnncalc.analysis import Report
    from cnncalc.executor.fast import Plan
    from cnncalc.executor.trace import Trace
    from cnncalc.network import Network
    from cnncalc.problem import SpecError

    Weights = dict[str, NDArray[Any]]

__version__ = "0.1.0"
__all__ = [
    "SpecError",
    "analyze",
    "compile",
    "init_weights",
    "load",
    "load_weights",
    "loads",
    "run",
    "save_weights",
]

# Every room is entered only when it is needed: `import cnncalc` alone costs next to nothing, and NumPy is not loaded
# until something computes with arrays.


def load(
    spec: str | PathLike[str],
    variant: str | None = None,
    vars: Mapping[str, Any] | None = None,  # noqa: A002  # the language's own word
    inputs: Mapping[str, tuple[int, ...]] | None = None,
) -> Network:
    """The network that SPEC means: a path, or the name of one that ships.

    Args:
        spec: ``"net.yaml"``, ``"lenet5"``, ``"resnet50:resnet101"`` or ``"resnet101"``.
        variant: one of the file's variants.
        vars: values that take the place of the file's variables.
        inputs: other sizes of inputs, by name, as (height, width, channels).

    Raises:
        SpecError: the file is wrong; its `diagnostics` say where and how, all faults of one run.
        OSError: the file cannot be read.
        ValueError: there is no such network, variant, variable or input.

    >>> load("resnet101").volume("fc_1")
    Volume((1000,))
    """
    from os import fspath

    from cnncalc.language.shelf import find

    found = find(fspath(spec))
    return _expanded(found.source, variant or found.variant, vars, inputs)


def loads(
    text: str,
    variant: str | None = None,
    vars: Mapping[str, Any] | None = None,  # noqa: A002  # the language's own word
    inputs: Mapping[str, tuple[int, ...]] | None = None,
) -> Network:
    """The network that a text describes; otherwise as `load`.

    >>> loads("{input: 7x7x3, layers: [conv: 5 3x3 stride 2]}").nodes
    [<conv_1: conv 3x3x5>]
    """
    from cnncalc.language.yaml.source import source_of_text

    return _expanded(source_of_text(text), variant, vars, inputs)


def _expanded(
    source: Any,
    variant: str | None,
    variables: Mapping[str, Any] | None,
    inputs: Mapping[str, tuple[int, ...]] | None,
) -> Network:
    from cnncalc.language.choices import Choices, chosen_values
    from cnncalc.language.load import declared, expanded
    from cnncalc.volume import Volume

    volumes = {name: Volume(sizes) for name, sizes in (inputs or {}).items()}
    return expanded(*declared(source), Choices(variant, chosen_values(variables or {}), volumes))


def analyze(network: Network, batch: int = 1, dtype: str = "float32", macs: str = "padded") -> Report:
    """Every number of the network: shapes, params, MACs, memory, receptive field; params and MACs are for one image.

    Args:
        network: what `load` gives.
        batch: images at once; activations and memory are for the batch.
        dtype: float32, float16, bfloat16 or int8.
        macs: ``"padded"`` counts the taps that meet padding, ``"inside"`` leaves them out.

    >>> analyze(load("lenet5"))["conv_1"].macs
    117600
    """
    from cnncalc.analysis import analyze
    from cnncalc.render.notebook import shown

    return shown(analyze(network, batch=batch, dtype=dtype, macs=macs))


def init_weights(network: Network, seed: int = 0) -> Weights:
    """Weights to begin with, float32, by name; those that stand in the spec are the spec's.

    >>> init_weights(load("lenet5"))["conv_1.weight"].shape
    (6, 1, 5, 5)
    """
    from cnncalc.executor import init_weights

    return init_weights(network, seed=seed)


def run(
    network: Network,
    images: NDArray[Any] | Mapping[str, NDArray[Any]],
    weights: Weights | None = None,
    keep: Any = "outputs",
    dtype: str = "float32",
    threads: int | None = None,
    memory: int | None = None,
) -> Trace:
    """The network on images: (N, H, W, C), or arrays by name where there are several inputs.

    Args:
        network: what `load` gives.
        images: channels last, already scaled as the network wants them.
        weights: by name; the initial ones of seed 0 without them.
        keep: ``"outputs"``, ``"all"``, or the paths whose outputs the trace should hold.
        dtype: ``"float32"`` or ``"float64"``.
        threads: how many compute; as many as the process may use by default. Results do not depend on it.
        memory: bytes that activations and scratch may take; what does not fit is computed in strips of rows.

    >>> import numpy as np
    >>> run(load("lenet5"), np.zeros((1, 32, 32, 1), np.float32)).output.shape
    (1, 10)
    """
    from cnncalc.executor import run

    return run(network, images, weights, keep=keep, dtype=dtype, threads=threads, memory=memory)


def compile(  # noqa: A001  # what the field calls it
    network: Network,
    weights: Weights | None = None,
    threads: int | None = None,
    images: int | None = None,
    dtype: str = "float32",
) -> Plan:
    """A plan of the network's inference, to be called many times: ``plan(images)`` gives the output array.

    Args:
        network: what `load` gives.
        weights: by name; the initial ones of seed 0 without them.
        threads: how many compute; as many as the process may use by default.
        images: how many images the plan will see; by default so many that work on the weights does not count.
        dtype: ``"float32"`` or ``"float64"``.

    >>> import numpy as np
    >>> plan = compile(load("lenet5"))
    >>> plan(np.zeros((8, 32, 32, 1), np.float32)).shape
    (8, 10)
    """
    from cnncalc.executor import compile  # noqa: A004 # what the field calls it

    return compile(network, weights, threads=threads, images=images, dtype=dtype)


def save_weights(path: str | PathLike[str], weights: Weights) -> None:
    """Write weights as .npz or .safetensors; the file appears whole or not at all."""
    from cnncalc.executor import save_weights

    save_weights(path, weights)


def load_weights(path: str | PathLike[str], network: Network) -> Weights:
    """Read the weights of a network; wrong, missing and surplus names or shapes are listed in one error."""
    from cnncalc.executor import load_weights

    return load_weights(path, network)


def __getattr__(name: str) -> Any:
    if name == "SpecError":
        from cnncalc.problem import SpecError

        return SpecError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
