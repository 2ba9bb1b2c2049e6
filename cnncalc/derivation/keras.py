"""Writes a layer as a user of Keras would: layers to be called one after another, channels last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any

from cnncalc.derivation.framework import Unwritable, call, names, overhangs, parameters, rank_name, sides, unless
from cnncalc.derivation.step import Written
from cnncalc.layers.activation import Activation
from cnncalc.layers.conv import Conv, Convolving, ConvTranspose, Depthwise, Sliding
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
from cnncalc.layers.schema import SAME, Act
from cnncalc.network import Node
from cnncalc.volume import Volume
from cnncalc.window import same

NAME = "Keras"
LAYERS = "keras.layers"

ACTIVATIONS = {
    "relu": '"relu"',
    "relu6": '"relu6"',
    "selu": '"selu"',
    "gelu": '"gelu"',
    "gelu_tanh": "lambda x: keras.activations.gelu(x, approximate=True)",
    "silu": '"silu"',
    "mish": '"mish"',
    "sigmoid": '"sigmoid"',
    "hard_sigmoid": '"hard_sigmoid"',
    "hard_swish": '"hard_swish"',
    "tanh": '"tanh"',
    "scaled_tanh": "lambda x: 1.7159 * keras.ops.tanh(2 * x / 3)",
    "softplus": '"softplus"',
    "abs": "keras.ops.abs",
}
"""The activations without parameters: a name that every layer takes, or a function."""


def written(node: Node) -> Written:
    """The layer of a node in Keras; a reason where Keras has none."""
    try:
        return Written(NAME, tuple(lines(node.layer, node.read, node.volume)))
    except Unwritable as reason:
        return Written(NAME, (), str(reason))


@singledispatch
def lines(layer: Layer, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    """Lines of code: a layer to be called with `x`, or an assignment to `x`; raises `Unwritable`."""
    raise NotImplementedError(f"nothing writes {layer.kind} in Keras")


def layer_of(name: str, *arguments: Any, **named: Any) -> str:
    """A call of one of Keras's layers."""
    return call(f"{LAYERS}.{name}", *arguments, **named)


def activation(act: Act, rank: int) -> Iterator[str]:
    """An activation as a layer of its own; nothing for `none`."""
    given = parameters(act)
    if act.function in ACTIVATIONS:
        yield layer_of("Activation", ACTIVATIONS[act.function])
    elif act.function == "leaky_relu":
        yield layer_of("LeakyReLU", negative_slope=given["slope"])
    elif act.function == "elu":
        yield layer_of("ELU", alpha=given["alpha"])
    elif act.function == "prelu":
        shared = [*range(1, rank + 1), *([rank + 1] if given["shared"] else [])]
        yield layer_of("PReLU", shared_axes=shared or None)
    elif act.function != "none":
        raise Unwritable(f"Keras has no {act.function}")


def _inline(act: Act) -> str | None:
    """The activation as an argument of the layer before it; None where it needs a layer of its own."""
    return ACTIVATIONS.get(act.function)


def padded(padding: Sequence[tuple[int, int]]) -> str:
    """A border of zeros."""
    widths = padding[0] if len(padding) == 1 else tuple(padding)
    return f"{LAYERS}.ZeroPadding{len(padding)}D({_pairs(widths)})"


def _pairs(widths: Any) -> str:
    return repr(tuple(map(tuple, widths)) if isinstance(widths[0], tuple) else tuple(widths))


def _is_same(layer: Sliding, x: Volume) -> bool:
    """Whether Keras's `same` pads as this layer does, whatever the size: by that word, or by (F' - 1)/2 at stride 1."""
    if layer.padding == SAME:
        return True
    axes = zip(x.sizes, layer.kernel, layer.stride, layer.dilations, strict=True)
    return set(layer.stride) == {1} and sides(layer.windows(x)) == sides([same(*axis) for axis in axes])


@lines.register
def _(layer: Convolving, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    if getattr(layer, "connections", None) is not None:
        raise Unwritable("Keras has no table of connections; a full Conv2D with a mask on its weights comes close")
    if overhangs(layer, x):
        raise Unwritable("Keras's convolutions always drop the remainder; `rounding: ceil` has one window more")
    if max(layer.stride) > 1 and max(layer.dilations) > 1:
        raise Unwritable("Keras does not combine a stride with a dilation")
    padding = sides(layer.windows(x))
    word = None
    if any(map(any, padding)):
        if _is_same(layer, x):
            word = '"same"'
        else:
            yield padded(padding)
    common = {
        "strides": unless(1, layer.stride),
        "padding": word,
        "dilation_rate": unless(1, layer.dilations),
        "use_bias": unless(True, layer.bias),  # noqa: FBT003  # Keras's default
        "activation": _inline(layer.act),
    }
    if isinstance(layer, Depthwise) and x.rank < 3 and len(set(layer.stride)) == 1:
        multiplier = unless(1, layer.multiplier)
        yield layer_of(f"DepthwiseConv{x.rank}D", layer.kernel, depth_multiplier=multiplier, **common)
    else:
        groups = layer.groups if isinstance(layer, Conv) else x.channels
        yield layer_of(f"Conv{x.rank}D", volume.channels, layer.kernel, groups=unless(1, groups), **common)
    if not _inline(layer.act):
        yield from activation(layer.act, x.rank)


@lines.register
def _(layer: ConvTranspose, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    """Without padding Keras gives S (W - 1) + max(F', S) places; what is too much is cropped."""
    (x,) = reads
    if layer.groups > 1:
        raise Unwritable("Keras's transposed convolutions have no groups")
    if max(layer.stride) > 1 and max(layer.dilation) > 1:
        raise Unwritable("Keras does not combine a stride with a dilation")
    cuts = []
    for window, size, places in zip(layer.windows(x), x.sizes, volume.sizes, strict=True):
        full = window.stride * (size - 1) + max(window.extent, window.stride)
        cuts.append((window.before, full - window.before - places))
    if min(map(min, cuts)) < 0:
        raise Unwritable("Keras would have to add places at the end, and it adds none without its own padding")
    crop = any(map(any, cuts))
    inline = _inline(layer.act)
    yield layer_of(
        f"Conv{x.rank}DTranspose",
        layer.filters,
        layer.kernel,
        strides=unless(1, layer.stride),
        dilation_rate=unless(1, layer.dilation),
        use_bias=unless(True, layer.bias),  # noqa: FBT003
        activation=inline,
    )
    if crop:
        yield f"{LAYERS}.Cropping{x.rank}D({_pairs(cuts[0] if x.rank == 1 else cuts)})"
    if not inline:
        yield from activation(layer.act, x.rank)


@lines.register
def _(layer: MaxPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    if overhangs(layer, x):
        raise Unwritable("Keras's pools always drop the remainder; `rounding: ceil` has one window more")
    if max(layer.dilation) > 1:
        raise Unwritable("Keras's pools have no dilation")
    padding = sides(layer.windows(x))
    if any(map(any, padding)) and not _is_same(layer, x):
        # ZeroPadding would let its zeros win over negative values.
        widths = ((0, 0), *padding, (0, 0))
        yield f'x = keras.ops.pad(x, {widths!r}, constant_values=float("-inf"))'
        yield from _pool("MaxPooling", layer, x, same_padding=False)
    else:
        yield from _pool("MaxPooling", layer, x, same_padding=any(map(any, padding)))


def _pool(name: str, layer: MaxPool | AvgPool | Subsample, x: Volume, *, same_padding: bool) -> Iterator[str]:
    strides = None if layer.stride == layer.kernel else layer.stride
    yield layer_of(f"{name}{x.rank}D", layer.kernel, strides=strides, padding='"same"' if same_padding else None)


@lines.register
def _(layer: AvgPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    if overhangs(layer, x):
        raise Unwritable("Keras's pools always drop the remainder; `rounding: ceil` has one window more")
    padding = sides(layer.windows(x))
    if not any(map(any, padding)):
        yield from _pool("AveragePooling", layer, x, same_padding=False)
    elif layer.count_padding:
        yield padded(padding)
        yield from _pool("AveragePooling", layer, x, same_padding=False)
    elif _is_same(layer, x):
        yield from _pool("AveragePooling", layer, x, same_padding=True)
    else:
        raise Unwritable("Keras leaves padding out of a mean only with its own `same`, which pads otherwise here")


@lines.register
def _(layer: Subsample, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    """A mean pool, and a depthwise 1x1 convolution as one weight and one bias a map."""
    (x,) = reads
    if overhangs(layer, x):
        raise Unwritable("Keras's pools always drop the remainder; `rounding: ceil` has one window more")
    yield from _pool("AveragePooling", layer, x, same_padding=False)
    yield from _one_factor_a_channel(x, bias=True, act=layer.act)


@lines.register
def _(layer: Scale, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    (x,) = reads
    if not x.rank:
        raise Unwritable("Keras has no such layer for vectors; multiply by a weight of that many values")
    yield from _one_factor_a_channel(x, bias=layer.bias, act=Act("none"))


def _one_factor_a_channel(x: Volume, *, bias: bool, act: Act) -> Iterator[str]:
    common = {"use_bias": None if bias else False, "activation": _inline(act)}
    if x.rank < 3:
        yield layer_of(f"DepthwiseConv{x.rank}D", 1, **common)
    else:
        yield layer_of("Conv3D", x.channels, 1, groups=x.channels, **common)
    if not _inline(act):
        yield from activation(act, x.rank)


@lines.register
def _(layer: GlobalAvgPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield layer_of(f"GlobalAveragePooling{volume.rank}D", keepdims=True)


@lines.register
def _(layer: GlobalMaxPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield layer_of(f"GlobalMaxPooling{volume.rank}D", keepdims=True)


@lines.register
def _(layer: AdaptiveAvgPool, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    pairs = list(zip(reads[0].sizes, layer.output, strict=True))
    if any(size % bins for size, bins in pairs):
        raise Unwritable("Keras's pools have windows of one size, and these bins are unequal")
    yield layer_of(f"AveragePooling{volume.rank}D", tuple(size // bins for size, bins in pairs))


def _channel_major(x: Volume) -> Iterator[str]:
    """Channels first, so that flattening takes the values in the order that PyTorch, Caffe and ONNX have."""
    if x.rank:
        if x.places > 1 and x.channels > 1:
            yield f"{LAYERS}.Permute({(x.rank + 1, *range(1, x.rank + 1))!r})"
        yield f"{LAYERS}.Flatten()"


@lines.register
def _(layer: Fc, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield from _channel_major(reads[0])
    yield layer_of(
        "Dense",
        layer.units,
        use_bias=unless(True, layer.bias),  # noqa: FBT003
        activation=_inline(layer.act),
    )
    if not _inline(layer.act):
        yield from activation(layer.act, 0)


@lines.register
def _(layer: Rbf, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    raise Unwritable("Keras has no such layer; sum the squares of x - center over the values for each center")


@lines.register
def _(layer: Flatten, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield from list(_channel_major(reads[0])) or [f"{LAYERS}.Identity()"]


@lines.register
def _(layer: Reshape, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield from _channel_major(reads[0])
    yield f"{LAYERS}.Reshape({(volume.channels, *volume.sizes)!r})"
    if volume.rank:
        yield f"{LAYERS}.Permute({(*range(2, volume.rank + 2), 1)!r})"


@lines.register
def _(layer: Dropout, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield layer_of("Dropout", layer.rate)


@lines.register
def _(layer: Identity, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"{LAYERS}.Identity()"


@lines.register
def _(layer: Activation, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    if layer.function.function == "none":
        yield f"{LAYERS}.Identity()"
    yield from activation(layer.function, volume.rank)


@lines.register
def _(layer: Softmax, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"{LAYERS}.Softmax()"


@lines.register
def _(layer: LogSoftmax, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f'{LAYERS}.Activation("log_softmax")'


@lines.register
def _(layer: BatchNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    trained = None if layer.affine else False
    yield layer_of("BatchNormalization", epsilon=unless(1e-3, layer.eps), center=trained, scale=trained)


@lines.register
def _(layer: LayerNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield layer_of("LayerNormalization", epsilon=unless(1e-3, layer.eps))


@lines.register
def _(layer: GroupNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield layer_of("GroupNormalization", groups=layer.groups, epsilon=unless(1e-3, layer.eps))


@lines.register
def _(layer: InstanceNorm, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    trained = None if layer.affine else False
    epsilon = unless(1e-3, layer.eps)
    yield layer_of("GroupNormalization", groups=-1, epsilon=epsilon, center=trained, scale=trained)


@lines.register
def _(layer: Lrn, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    if layer.size % 2 == 0 or volume.rank != 2:
        raise Unwritable("Keras has no local response normalisation, and TensorFlow's is for images and odd sizes")
    alpha = layer.alpha / layer.size if layer.average else layer.alpha
    radius = layer.size // 2
    yield call("x = tf.nn.lrn", "x", depth_radius=radius, bias=layer.k, alpha=alpha, beta=layer.beta)


@lines.register
def _(layer: Add, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield _joined("Add()", len(reads))


@lines.register
def _(layer: Subtract, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield _joined("Subtract()", len(reads))


@lines.register
def _(layer: Multiply, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield _joined("Multiply()", len(reads))


@lines.register
def _(layer: Concat, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield _joined("Concatenate()", len(reads))


def _joined(layer: str, count: int) -> str:
    return f"x = {LAYERS}.{layer}([{', '.join(names(count))}])"


@lines.register
def _(layer: Slice, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    yield f"x = x[..., {layer.start}:{layer.stop}]"


@lines.register
def _(layer: ChannelShuffle, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    rank = volume.rank
    yield f"{LAYERS}.Reshape({(*volume.sizes, layer.groups, volume.channels // layer.groups)!r})"
    yield f"{LAYERS}.Permute({(*range(1, rank + 1), rank + 2, rank + 1)!r})"
    yield f"{LAYERS}.Reshape({tuple(volume)!r})"


@lines.register
def _(layer: Pad, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    channels = (layer.channels_before, layer.channels_after)
    if layer.mode == "edge":
        raise Unwritable("Keras has no layer that repeats the edge")
    if layer.mode == "reflect":
        yield f'x = keras.ops.pad(x, {((0, 0), *layer.padding, (0, 0))!r}, mode="reflect")'
        if any(channels):
            yield _constant(((0, 0),) * (volume.rank + 1) + (channels,), layer.value)
    elif any(channels) or layer.value or not volume.rank:
        yield _constant(((0, 0), *layer.padding, channels), layer.value)
    else:
        yield padded(layer.padding)


def _constant(widths: tuple[tuple[int, int], ...], value: float) -> str:
    return f"x = keras.ops.pad(x, {widths!r}{f', constant_values={value}' if value else ''})"


@lines.register
def _(layer: Crop, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    cuts = layer.sides(volume.rank)
    yield f"{LAYERS}.Cropping{volume.rank}D({_pairs(cuts[0] if volume.rank == 1 else cuts)})"


@lines.register
def _(layer: Upsample, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    if layer.align_corners:
        raise Unwritable("Keras's UpSampling keeps half-pixel centres; it does not align corners")
    if layer.mode == "bilinear" and volume.rank != 2:
        raise Unwritable(f"Keras interpolates images only, not {rank_name(volume)}")
    yield layer_of(
        f"UpSampling{volume.rank}D", layer.scale, interpolation='"bilinear"' if layer.mode == "bilinear" else None
    )


@lines.register
def _(layer: DepthToSpace, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    _refuse_reordering(volume)
    if volume.channels > 1:
        raise Unwritable("TensorFlow's depth_to_space takes the channels in another order than PyTorch's pixel_shuffle")
    yield call("x = tf.nn.depth_to_space", "x", layer.block)


@lines.register
def _(layer: SpaceToDepth, reads: tuple[Volume, ...], volume: Volume) -> Iterator[str]:
    _refuse_reordering(volume)
    if reads[0].channels > 1:
        raise Unwritable(
            "TensorFlow's space_to_depth gives the channels in another order than PyTorch's pixel_unshuffle"
        )
    yield call("x = tf.nn.space_to_depth", "x", layer.block)


def _refuse_reordering(volume: Volume) -> None:
    if volume.rank != 2:
        raise Unwritable(f"TensorFlow moves channels into places for images only, not for {rank_name(volume)}")
