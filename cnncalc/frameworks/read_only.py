"""Layers of PyTorch and Keras that are read though they are never written: other names, and names for two of ours."""

from __future__ import annotations

from typing import Any

from cnncalc.frameworks.spelling import UNSAID, Given, Module, Ours, Spelled, module, theirs
from cnncalc.layers.schema import Like, Sides

Meant = tuple[tuple[str, Module], ...]
"""The kinds that one layer of theirs means, one after another, each with its part of the arguments."""


def _means(kind: str, *names: str, **arguments: Any) -> tuple[Meant, ...]:
    """Names that mean one kind with the same arguments."""
    return tuple(((kind, module(name, 0, **arguments)),) for name in names)


def sides_of_pytorch(widths: Any, _: Given) -> Any:
    """One width for all sides, or the two of each axis, the last axis first."""
    if not isinstance(widths, (tuple, list)):
        return widths
    if len(widths) % 2:
        raise ValueError
    return tuple(reversed([tuple(widths[place : place + 2]) for place in range(0, len(widths), 2)]))


def channels_last(shape: Any, _: Given) -> Any:
    """The volume of a shape that has the channels first."""
    return (*shape[1:], shape[0]) if isinstance(shape, (tuple, list)) else shape


def one_axis(pair: Any, _: Given) -> Any:
    """Both sides of the only axis."""
    return (tuple(pair),) if isinstance(pair, (tuple, list)) else pair


def all_axes(sides: Any, _: Given) -> Sides | int | tuple[int, ...]:
    """A width, one for each axis, or both sides of each axis."""
    return (
        tuple(tuple(side) if isinstance(side, list) else side for side in sides) if isinstance(sides, list) else sides
    )


RATE, SCALE = Ours("rate", Spelled(0.5)), Ours("scale")
SIDES = Ours("padding", read=sides_of_pytorch)
CONVOLVING = {
    "out_channels": Ours("filters"),
    "kernel_size": Ours("kernel"),
    "stride": Ours("stride", 1),
    "padding": Ours("padding", 0),
}
TAIL = {"dilation": Ours("dilation", 1), "groups": Ours("groups", 1), "bias": Ours("bias", default=True)}

PYTORCH_ALSO: tuple[Meant, ...] = (
    *_means("dropout", "nn.Dropout1d", "nn.Dropout2d", "nn.Dropout3d", "nn.AlphaDropout", p=RATE, inplace=theirs),
    *_means("dropout", "nn.FeatureAlphaDropout", p=RATE, inplace=theirs),
    *_means("softmax", "nn.Softmax1d", "nn.Softmax2d"),
    *_means("batch_norm", "nn.SyncBatchNorm", num_features=theirs, eps=Ours("eps", 1e-5), momentum=theirs),
    *_means("batch_norm", "nn.LazyBatchNorm{rank}d", eps=Ours("eps", 1e-5), momentum=theirs),
    *_means("instance_norm", "nn.LazyInstanceNorm{rank}d", eps=Ours("eps", 1e-5), affine=Ours("affine", default=False)),
    *_means("conv", "nn.LazyConv{rank}d", **CONVOLVING, **TAIL),
    *_means(
        "conv_transpose",
        "nn.LazyConvTranspose{rank}d",
        **CONVOLVING,
        output_padding=Ours("output_padding", 0),
        groups=TAIL["groups"],
        bias=TAIL["bias"],
        dilation=TAIL["dilation"],
    ),
    *_means("fc", "nn.LazyLinear", out_features=Ours("units"), bias=TAIL["bias"]),
    *_means("upsample", "nn.UpsamplingNearest2d", size=theirs, scale_factor=SCALE),
    *_means(
        "upsample",
        "nn.UpsamplingBilinear2d",
        size=theirs,
        scale_factor=SCALE,
        mode=Ours("mode", "bilinear"),
        align_corners=Ours("align_corners", default=True),
    ),
    *_means("pad", "nn.ZeroPad{rank}d", padding=SIDES),
    *_means("pad", "nn.ConstantPad{rank}d", padding=SIDES, value=Ours("value")),
    *_means("pad", "nn.ReflectionPad{rank}d", padding=SIDES, mode=Ours("mode", "reflect")),
    *_means("pad", "nn.ReplicationPad{rank}d", padding=SIDES, mode=Ours("mode", "edge")),
    *_means("reshape", "nn.Unflatten", dim=theirs, unflattened_size=Ours("output", read=channels_last)),
)

SEPARABLE = (
    "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "depth_multiplier", "activation",
    "use_bias",
)  # fmt: skip


def _word(word: Any, _: Given) -> Any:
    """`same` alone says something."""
    return None if word == "valid" else word


KERNEL, PADDING = Ours("kernel"), Ours("padding", "valid", read=_word)
DEPTHWISE = {
    "kernel_size": KERNEL,
    "strides": Ours("stride", 1),
    "padding": PADDING,
    "dilation_rate": Ours("dilation", 1),
    "depth_multiplier": Ours("multiplier", 1),
}
POINTWISE = {"filters": Ours("filters"), "activation": Ours("act", None), "use_bias": Ours("bias", default=True)}
POOLING = {"pool_size": Ours("kernel", Spelled(2)), "strides": Ours("stride", Like("kernel")), "padding": PADDING}
COUNT_PADDING = Ours("count_padding", None, read=lambda _, given: False if given.get("padding") == "same" else None)


def _part(arguments: dict[str, Ours], **fixed: Ours) -> Module:
    """A part of a separable convolution: the arguments that are its own in their order, and what is fixed."""
    own = {name: arguments.get(name, theirs) for name in SEPARABLE}
    return module("keras.layers.SeparableConv{rank}D", 0, **own, **fixed)


KERAS_ALSO: tuple[Meant, ...] = (
    (
        ("depthwise", _part(DEPTHWISE, bias=Ours("bias", default=False))),
        ("conv", _part(POINTWISE, kernel=Ours("kernel", 1))),
    ),
    *_means("max_pool", "MaxPool1D", "MaxPool2D", "MaxPool3D", **POOLING),
    *_means("avg_pool", "AvgPool1D", "AvgPool2D", "AvgPool3D", **POOLING, **{UNSAID: COUNT_PADDING}),
    *_means("global_avg_pool", "GlobalAvgPool{rank}D", keepdims=theirs),
    *_means("global_max_pool", "GlobalMaxPool{rank}D", keepdims=theirs),
    *_means("flatten", "Flatten"),
    *_means("reshape", "Reshape", target_shape=Ours("output")),
    *_means("dropout", "SpatialDropout{rank}D", "AlphaDropout", "GaussianDropout", rate=Ours("rate")),
    *_means("relu6", "ReLU", max_value=6),
    *_means("relu", "ReLU", max_value=theirs, negative_slope=theirs, threshold=theirs),
    *_means("leaky_relu", "LeakyReLU", alpha=Ours("slope", Spelled(0.3))),
    *_means("pad", "ZeroPadding1D", padding=Ours("padding", Spelled(1), read=one_axis)),
    *_means("pad", "ZeroPadding2D", "ZeroPadding3D", padding=Ours("padding", Spelled(1), read=all_axes)),
    *_means("crop", "Cropping1D", cropping=Ours("sides", Spelled(1), read=one_axis)),
    *_means("crop", "Cropping2D", "Cropping3D", cropping=Ours("sides", Spelled(1), read=all_axes)),
)
