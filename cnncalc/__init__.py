"""cnncalc: a convolutional network as one YAML file, its true numbers, and its run.

>>> import cnncalc
>>> report = cnncalc.analyze(cnncalc.load("lenet5"))
>>> report.totals.params, report.totals.macs
(61706, 416520)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from cnncalc.arguments import in_place, path_of, refused, whole

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import DTypeLike, NDArray

    from cnncalc.analysis import Report
    from cnncalc.executor import save_weights
    from cnncalc.executor.fast import Plan
    from cnncalc.executor.trace import Trace
    from cnncalc.network import Network
    from cnncalc.problem import SpecError
    from cnncalc.source import Source

__version__ = "0.1.0"
__all__ = ["SpecError", "analyze", "compile", "init_weights", "load", "load_weights", "loads", "run", "save_weights"]

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
        vars: values that replace the file's variables.
        inputs: other sizes of inputs, by name, as (height, width, channels).

    Raises:
        SpecError: the file is wrong; its `diagnostics` say where and how, all faults of one run.
        OSError: the file cannot be read.
        TypeError: an argument is something else, such as a network that is loaded already.
        ValueError: there is no such network, variant, variable or input.

    >>> load("resnet101").volume("fc_1")
    Volume((1000,))
    """
    text = path_of("spec", "a path or the name of a network that ships", spec)
    if "\n" in text:
        raise ValueError("spec must be a path or a name, not a text of several lines: `cnncalc.loads` reads texts")
    from cnncalc.language.shelf import find
    from cnncalc.problem import SpecError

    try:
        found = find(text)
        return _expanded(found.source, found.variant if variant is None else variant, vars, inputs)
    except SpecError as error:
        raise _framed(error) from None


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
    if not isinstance(text, str):
        raise refused("text", "the text of a spec (`cnncalc.load` reads files)", text)
    from cnncalc.language.yaml.source import source_of_text
    from cnncalc.problem import SpecError

    try:
        return _expanded(source_of_text(text), variant, vars, inputs)
    except SpecError as error:
        if len(text.split()) == 1:  # no spec is one word, and every name is
            error.add_note(f"note: `cnncalc.load({text.strip()!r})` reads a file, or a network that ships")
        raise _framed(error) from None


def analyze(
    network: Network | str | PathLike[str],
    batch: int = 1,
    dtype: str | Mapping[str, str] | None = None,
    macs: str = "padded",
    field: str = "strict",
) -> Report:
    """Every number of the network: shapes, params, MACs, memory, receptive field; params and MACs are for one image.

    Args:
        network: what `load` gives, or a SPEC as `load` takes it.
        batch: images at once; activations and memory are for the batch.
        dtype: float32, float16, bfloat16, int16 or int8, or ``{"weights": "int8", "activations": "int16"}``; that of
            the spec where it is None, and float32 where the spec says nothing.
        macs: ``"padded"`` counts the taps that meet padding, ``"inside"`` leaves them out.
        field: ``"strict"`` receptive fields follow everything that a value depends on; ``"windows"`` leaves out the
            statistics of a whole map and gates, as the literature does.

    Raises:
        TypeError: an argument is something else.
        ValueError: a dtype, a way of counting or a field that there is not, or a batch below 1.

    >>> analyze("lenet5")["conv_1"].macs
    117600
    """
    if dtype is not None and not isinstance(dtype, (str, Mapping)):
        raise refused("dtype", "a name such as 'int8', or one for weights and one for activations", dtype)
    from cnncalc.analysis import analyze
    from cnncalc.render.notebook import shown

    return shown(analyze(_network(network), batch=whole("batch", batch, 1), dtype=dtype, macs=macs, field=field))


def compile(  # noqa: A001  # what the field calls it
    network: Network | str | PathLike[str],
    weights: Mapping[str, NDArray[Any]] | None = None,
    threads: int | None = None,
    images: int | None = None,
    dtype: DTypeLike = "float32",
) -> Plan:
    """A plan of the network's inference, to be called many times: ``plan(images)`` gives the output array.

    Args:
        network: what to run: what `load` gives, or a SPEC as `load` takes it.
        weights: arrays by name; the initial ones of seed 0 without them.
        threads: how many compute; as many as the process may use by default.
        images: how many images the plan will see; by default so many that work on the weights does not count.
        dtype: ``"float32"`` or ``"float64"``.

    Raises:
        WeightsError: names, shapes or types of the weights are not the network's; it lists all of them.
        MemoryRefusal: initial weights would need more memory than is free.
        TypeError: an argument is something else.
        ValueError: a dtype that there is not, or fewer threads or images than one.

    >>> import cnncalc, numpy as np
    >>> plan = cnncalc.compile("lenet5")
    >>> plan(np.zeros((8, 32, 32, 1), np.float32)).shape
    (8, 10)
    """
    from cnncalc import executor

    return executor.compile(_network(network), weights, threads, images, dtype)


def run(
    network: Network | str | PathLike[str],
    images: NDArray[Any] | Mapping[str, NDArray[Any]],
    weights: Mapping[str, NDArray[Any]] | None = None,
    keep: str | Collection[str] = "outputs",
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    memory: int | None = None,
    executor: str = "fast",
) -> Trace:
    """The network on a batch of images, after the weights and the images were checked.

    Args:
        network: what to run: what `load` gives, or a SPEC as `load` takes it.
        images: (N, height, width, channels), scaled as the network wants them, or such arrays by the name of the
            input; memory maps are read in rows where `memory` is given.
        weights: arrays by name, as `init_weights` and `load_weights` give them; without them the initial ones of
            seed 0, which are only made once it is clear that the run fits into free memory.
        keep: whose activations the trace holds: ``"outputs"``, ``"all"``, or paths.
        dtype: ``"float32"``, which is what fast computes in by default, or ``"float64"``, as the reference does.
        threads: how many compute; as many as the process may use by default. Results do not depend on it.
        memory: bytes that activations and scratch of the fast executor may take; what does not fit is computed in
            strips of rows. What the trace holds comes on top.
        executor: ``"fast"`` computes by a plan of matrix products; ``"reference"`` as the definitions are written, for
            small networks.

    Raises:
        WeightsError: names, shapes or types of the weights are not the network's; it lists all of them.
        InputError: images that do not fit the network.
        MemoryRefusal: the run needs more memory than is free, or not even strips fit into `memory`; nothing has been
            allocated.
        KeyError: `keep` names a path that the network does not have.
        TypeError: an argument is something else, such as weights where images are due.
        ValueError: an executor or a dtype that there is not, or fewer threads than one.

    >>> import cnncalc, numpy as np
    >>> cnncalc.run("lenet5", np.zeros((1, 32, 32, 1), np.float32)).output.shape
    (1, 10)
    """
    from cnncalc.executor import run

    return run(_network(network), images, weights, keep, dtype, threads, memory, executor)


def init_weights(
    network: Network | str | PathLike[str], seed: int = 0, dtype: DTypeLike = "float32"
) -> dict[str, NDArray[Any]]:
    """Every array that the network keeps, by name, ready for training or for a first look.

    Weights are uniform, with the variance that the activation after them asks for: gain/fan_in, as He et al. (2015)
    have it before the relu family. Biases are 0 and scales 1. What the spec writes under `weights:` stands instead. An
    array's numbers depend on the seed and on its own name alone: another layer more or less changes no others.

    Args:
        network: whose arrays are wanted: what `load` gives, or a SPEC as `load` takes it.
        seed: 0 or above.
        dtype: ``"float32"`` or ``"float64"``.

    Raises:
        WeightsError: weights in the spec that do not fit their layer, all of them listed.
        TypeError: an argument is something else.
        ValueError: a dtype that there is not, or a seed below 0.

    >>> init_weights("lenet5")["conv_1.weight"].shape
    (6, 1, 5, 5)
    """
    from cnncalc.executor import init_weights

    return init_weights(_network(network), seed, dtype)


def load_weights(path: str | PathLike[str], network: Network | str | PathLike[str]) -> dict[str, NDArray[Any]]:
    """The weights of a network from a file (.npz or .safetensors), as float32.

    Every header is read and held against the network before the first value is; nothing is unpickled, and no array
    is allocated that the network does not expect. float16, bfloat16 and float64 are converted.

    Args:
        path: of the file.
        network: whose weights they are: what `load` gives, or a SPEC as `load` takes it.

    Raises:
        WeightsError: a damaged file, or names, shapes and types that are not the network's; it lists all of them.
        OSError: the file cannot be read.
        TypeError: an argument is something else.

    >>> load_weights("lenet5.h5", "lenet5")
    Traceback (most recent call last):
        ...
    cnncalc.executor.weights.check.WeightsError: lenet5.h5: weights are kept in .npz or .safetensors files
    """
    file = path_of("path", "the path of a weight file", in_place(path, network))
    from cnncalc.executor import load_weights

    return load_weights(file, _network(network))


def _network(given: Network | str | PathLike[str]) -> Network:
    """A network as it is, or the one that a SPEC means."""
    from cnncalc.network import Network

    if isinstance(given, Network):
        return given
    if isinstance(given, str) or hasattr(given, "__fspath__"):
        return load(given)
    raise refused("network", "a network, a path, or the name of a network that ships", given)


def _expanded(
    source: Source, variant: str | None, variables: Mapping[str, Any] | None, inputs: Mapping[str, Any] | None
) -> Network:
    from cnncalc.language.choices import Choices, chosen_inputs, chosen_values
    from cnncalc.language.load import declared, expanded

    if variant is not None and not isinstance(variant, str):
        raise refused("variant", "the name of a variant", variant)
    return expanded(*declared(source), Choices(variant, chosen_values(variables), chosen_inputs(inputs)))


def _framed(error: SpecError) -> SpecError:
    """The fault of a spec as the command prints it, without the frames of our own functions."""
    from cnncalc.render.notebook import framed

    return framed(error).with_traceback(None)


def __getattr__(name: str) -> Any:
    if name not in {"SpecError", "save_weights"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("cnncalc.problem" if name == "SpecError" else "cnncalc.executor"), name)
