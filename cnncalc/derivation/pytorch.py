"""Writes a layer as a user of PyTorch would: modules to be called one after another, channels first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any

from cnncalc.derivation.framework import (
    Unwritable,
    call,
    is_even,
    names,
    one,
    overhangs,
    parameters,
    rank_name,
    sides,
    unless,
)
from cnncalc.derivation.step import Written
from cnncalc.layers.activation import Activation
from cnncalc.layers.conv import Conv, Convolving, ConvTranspose, Depthwise
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Rbf, Subsample
from cnncalc.layers.join import Add, Concat, Multiply, Subtract
from cnncalc.layers.layer import Layer
from cnncalc.layers.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    LogSoftmax,
    Lrn,
    Scale,
    Softmax,
)
from cnncalc.layers.pool import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from cnncalc.layers.reshape import (
    ChannelShuffle,
    Crop,
    DepthToSpace,
    Dropout,
    Flatten,
    Identity,
    Pad,
    Reshape,
    Slice,
    SpaceToDepth,
    Upsample,
)
from cnncalc.layers.schema import Act
from cnncalc.network import Node
from cnncalc.volume import Volume
from cnncalc.window import CEIL

NAME = "PyTorch"

ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "relu6": "nn.ReLU6()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "gelu_tanh": 'nn.GELU(approximate="tanh")',
    "silu": "nn.SiLU()",
    "mish": "nn.Mish()",
    "sigmoid": "nn.Sigmoid()",
    "hard_sigmoid": "nn.Hardsigmoid()",
    "hard_swish": "nn.Hardswish()",
    "tanh": "nn.Tanh()",
    "scaled_tanh": "x = 1.7159 * torch.tanh(2 * x / 3)",
    "softplus": "nn.Softplus()",
    "abs": "x = x.abs()",
}
"""The activations without parameters."""


def written(node: Node) -> Written:
    """The layer of a node in PyTorch; a reason where PyTorch has none."""
    try:
        return Written(NAME, tuple(lines(node.layer, node.read, node.volume)))
    except Unwritable as reason:
        return Written(NAME, (), str(reason))


@singledispatch
def lines(layer: Layer, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    """Lines of code: a module to be called with `x`, or an assignment to `x`; raises `Unwritable`."""
    raise NotImplementedError(f"nothing writes {layer.kind} in PyTorch")


def activation(act: Act, channels: int) -> Iterator[str]:
    """The module of an activation; nothing for `none`."""
    given = parameters(act)
    if act.function in ACTIVATIONS:
        yield ACTIVATIONS[act.function]
    elif act.function == "leaky_relu":
        yield call("nn.LeakyReLU", given["slope"])
    elif act.function == "elu":
        yield call("nn.ELU", given["alpha"])
    elif act.function == "prelu":
        yield call("nn.PReLU", 1 if given["shared"] else channels)
    elif act.function != "none":
        raise Unwritable(f"PyTorch has no {act.function}")


def padded(padding: Sequence[tuple[int, int]], value: str = "0") -> str:
    """A border of one value; PyTorch names the sides of the last axis first."""
    widths = tuple(width for pair in reversed(padding) for width in pair)
    if value == "0":
        return f"nn.ZeroPad{len(padding)}d({widths!r})"
    return f"nn.ConstantPad{len(padding)}d({widths!r}, {value})"


def cropped(cuts: Sequence[tuple[int, int]], sizes: Sequence[int]) -> str:
    """Slices that leave places off both ends of each axis."""
    inside = [
        f"{before or ''}:{size - after if after else ''}" for (before, after), size in zip(cuts, sizes, strict=True)
    ]
    return f"x = x[{', '.join([':', ':', *inside])}]"


@lines.register
def _(layer: Convolving, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    if getattr(layer, "connections", None) is not None:
        raise Unwritable("PyTorch has no table of connections; a full Conv2d with a mask on its weights comes close")
    if overhangs(layer, x):
        raise Unwritable("PyTorch's convolutions always drop the remainder; `rounding: ceil` has one window more")
    padding = sides(layer.windows(x))
    if not is_even(padding):
        yield padded(padding)
    yield call(
        f"nn.Conv{x.rank}d",
        x.channels,
        volume.channels,
        kernel_size=layer.kernel,
        stride=unless(1, layer.stride),
        padding=unless(0, tuple(before for before, _ in padding)) if is_even(padding) else None,
        dilation=unless(1, layer.dilations),
        groups=unless(1, _groups(layer, x)),
        bias=unless(True, layer.bias),  # noqa: FBT003  # PyTorch's default
    )
    yield from activation(layer.act, volume.channels)


def _groups(layer: Convolving, x: Volume) -> int:
    return layer.groups if isinstance(layer, Conv) else x.channels if isinstance(layer, Depthwise) else 1


@lines.register
def _(layer: ConvTranspose, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    even = is_even(layer.padding)
    yield call(
        f"nn.ConvTranspose{x.rank}d",
        x.channels,
        layer.filters,
        kernel_size=layer.kernel,
        stride=unless(1, layer.stride),
        padding=unless(0, tuple(before for before, _ in layer.padding)) if even else None,
        output_padding=unless(0, layer.output_padding),
        groups=unless(1, layer.groups),
        bias=unless(True, layer.bias),  # noqa: FBT003
        dilation=unless(1, layer.dilation),
    )
    if not even:
        whole = [size + sum(cut) for size, cut in zip(volume.sizes, layer.padding, strict=True)]
        yield cropped(layer.padding, whole)
    yield from activation(layer.act, layer.filters)


@lines.register
def _(layer: MaxPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    padding = sides(layer.windows(x))
    even = is_even(padding)
    if not even:
        _refuse_uneven_ceil(layer.rounding)
        yield padded(padding, 'float("-inf")')
    yield call(
        f"nn.MaxPool{x.rank}d",
        layer.kernel,
        stride=None if layer.stride == layer.kernel else layer.stride,
        padding=unless(0, tuple(before for before, _ in padding)) if even else None,
        dilation=unless(1, layer.dilation),
        ceil_mode=True if layer.rounding == CEIL else None,
    )


def _refuse_uneven_ceil(rounding: str) -> None:
    if rounding == CEIL:
        raise Unwritable("PyTorch's pools pad both sides alike, and a border laid around beforehand changes `ceil`")


@lines.register
def _(layer: AvgPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    padding = sides(layer.windows(x))
    even = is_even(padding)
    if not even:
        if not layer.count_padding:
            raise Unwritable("PyTorch's AvgPool pads both sides alike, and a border laid around beforehand would count")
        _refuse_uneven_ceil(layer.rounding)
        yield padded(padding)
    yield call(
        f"nn.AvgPool{x.rank}d",
        layer.kernel,
        stride=None if layer.stride == layer.kernel else layer.stride,
        padding=unless(0, tuple(before for before, _ in padding)) if even else None,
        ceil_mode=True if layer.rounding == CEIL else None,
        count_include_pad=False if even and layer.count_padding is False else None,
    )


@lines.register
def _(layer: Subsample, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    """A mean pool, and a depthwise 1x1 convolution as one weight and one bias a map."""
    (x,) = reads
    ceil_mode = True if layer.rounding == CEIL else None
    yield call(f"nn.AvgPool{x.rank}d", layer.kernel, ceil_mode=ceil_mode)
    yield call(f"nn.Conv{x.rank}d", x.channels, x.channels, kernel_size=1, groups=x.channels)
    yield from activation(layer.act, x.channels)


@lines.register
def _(layer: Scale, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    if not x.rank:
        raise Unwritable("PyTorch has no such module for vectors; multiply by an nn.Parameter of that many values")
    bias = None if layer.bias else False
    yield call(f"nn.Conv{x.rank}d", x.channels, x.channels, kernel_size=1, groups=x.channels, bias=bias)


@lines.register
def _(layer: GlobalAvgPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield call(f"nn.AdaptiveAvgPool{volume.rank}d", 1)


@lines.register
def _(layer: GlobalMaxPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield call(f"nn.AdaptiveMaxPool{volume.rank}d", 1)


@lines.register
def _(layer: AdaptiveAvgPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield call(f"nn.AdaptiveAvgPool{volume.rank}d", layer.output)


@lines.register
def _(layer: Fc, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    if x.rank:
        yield "nn.Flatten()"
    yield call("nn.Linear", x.size, layer.units, bias=unless(True, layer.bias))  # noqa: FBT003
    yield from activation(layer.act, layer.units)


@lines.register
def _(layer: Rbf, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    raise Unwritable("PyTorch has no such module; torch.cdist(x.flatten(1), centers) ** 2 computes it")


@lines.register
def _(layer: Flatten, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield "nn.Flatten()"


@lines.register
def _(layer: Reshape, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"x = x.reshape(-1, {', '.join(map(str, (volume.channels, *volume.sizes)))})"


@lines.register
def _(layer: Dropout, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield call("nn.Dropout", layer.rate)


@lines.register
def _(layer: Identity, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield "nn.Identity()"


@lines.register
def _(layer: Activation, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    if layer.function.function == "none":
        yield "nn.Identity()"
    yield from activation(layer.function, volume.channels)


@lines.register
def _(layer: Softmax, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield "nn.Softmax(dim=1)"


@lines.register
def _(layer: LogSoftmax, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield "nn.LogSoftmax(dim=1)"


@lines.register
def _(layer: BatchNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    affine = unless(True, layer.affine)  # noqa: FBT003
    yield call(f"nn.BatchNorm{max(volume.rank, 1)}d", volume.channels, eps=unless(1e-5, layer.eps), affine=affine)


@lines.register
def _(layer: LayerNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    """Over the channels of each place, which PyTorch has last only for a moment."""
    rank = volume.rank
    if rank:
        yield f"x = x.permute{(0, *range(2, rank + 2), 1)}"
    yield call("nn.LayerNorm", volume.channels, eps=unless(1e-5, layer.eps))
    if rank:
        yield f"x = x.permute{(0, rank + 1, *range(1, rank + 1))}"


@lines.register
def _(layer: GroupNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield call("nn.GroupNorm", layer.groups, volume.channels, eps=unless(1e-5, layer.eps))


@lines.register
def _(layer: InstanceNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    affine = True if layer.affine else None
    yield call(f"nn.InstanceNorm{volume.rank}d", volume.channels, eps=unless(1e-5, layer.eps), affine=affine)


@lines.register
def _(layer: Lrn, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    """PyTorch divides alpha by the size."""
    if layer.size % 2 == 0:
        raise Unwritable(
            "PyTorch's LocalResponseNorm of even size reaches n/2 before and (n-1)//2 after, not the reverse"
        )
    alpha = layer.alpha if layer.average else layer.alpha * layer.size
    yield call("nn.LocalResponseNorm", layer.size, alpha=alpha, beta=layer.beta, k=layer.k)


@lines.register
def _(layer: Add, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"x = {' + '.join(names(len(reads)))}"


@lines.register
def _(layer: Subtract, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield "x = a - b"


@lines.register
def _(layer: Multiply, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"x = {' * '.join(names(len(reads)))}"


@lines.register
def _(layer: Concat, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"x = torch.cat([{', '.join(names(len(reads)))}], dim=1)"


@lines.register
def _(layer: Slice, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"x = x[:, {layer.start}:{layer.stop}]"


@lines.register
def _(layer: ChannelShuffle, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield call("nn.ChannelShuffle", layer.groups)


@lines.register
def _(layer: Pad, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    rank = volume.rank
    if rank and any(map(any, layer.padding)):
        if layer.mode == "constant":
            yield padded(layer.padding, one(layer.value) if layer.value else "0")
        else:
            widths = tuple(width for pair in reversed(layer.padding) for width in pair)
            module = "Reflection" if layer.mode == "reflect" else "Replication"
            yield f"nn.{module}Pad{rank}d({widths!r})"
    if layer.channels_before or layer.channels_after:
        widths = (*(0, 0) * rank, layer.channels_before, layer.channels_after)
        yield f"x = nn.functional.pad(x, {widths!r}{f', value={layer.value}' if layer.value else ''})"
    elif not any(map(any, layer.padding)):
        yield "nn.Identity()"


@lines.register
def _(layer: Crop, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield cropped(layer.sides(volume.rank), reads[0].sizes)


@lines.register
def _(layer: Upsample, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}[volume.rank]
    options: dict[str, Any] = {}
    if layer.mode == "bilinear":
        options = {"mode": f'"{linear}"', "align_corners": True if layer.align_corners else None}
    yield call("nn.Upsample", scale_factor=layer.scale, **options)


@lines.register
def _(layer: DepthToSpace, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    if volume.rank != 2:
        raise Unwritable(f"PyTorch's PixelShuffle is for images, not for {rank_name(volume)}")
    yield call("nn.PixelShuffle", layer.block)


@lines.register
def _(layer: SpaceToDepth, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    if volume.rank != 2:
        raise Unwritable(f"PyTorch's PixelUnshuffle is for images, not for {rank_name(volume)}")
    yield call("nn.PixelUnshuffle", layer.block)
