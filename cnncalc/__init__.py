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

    from cnncalc.analysis import Report
    from cnncalc.executor import compile, init_weights, load_weights, run, save_weights  # noqa: A004  # the field's word
    from cnncalc.network import Network
    from cnncalc.problem import SpecError

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
    source: Any, variant: str | None, variables: Mapping[str, Any] | None, inputs: Mapping[str, tuple[int, ...]] | None
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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("cnncalc.problem" if name == "SpecError" else "cnncalc.executor"), name)
