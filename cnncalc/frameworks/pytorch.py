"""PyTorch's modules: a row for each kind, called one after another, channels first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cnncalc.frameworks.read_only import PYTORCH_ALSO
from cnncalc.frameworks.site import Site, grown
from cnncalc.frameworks.spelling import (
    Assignment,
    Call,
    Code,
    Framework,
    Line,
    Module,
    Ours,
    Refusal,
    Row,
    Spelled,
    Step,
    always,
    called,
    connections,
    drops_remainder,
    module,
    theirs,
)
from cnncalc.layers.schema import Like, Sides
from cnncalc.volume import Volume
from cnncalc.window import CEIL

OWN_MODULE = "nn.Module"
"""Stands for a module of the user's own."""


def even_padding(site: Site) -> tuple[int, ...] | int:
    """Padding that is the same on both sides; what is not is laid around before, or cut off afterwards."""
    return 0 if site.is_uneven() else tuple(before for before, _ in site.padding())


def border(value: Any = None, needed: Callable[[Site], bool] = Site.is_uneven) -> Step:
    """A border laid around beforehand where a module would pad both sides alike."""
    return lambda site: [padded(site.x, site.padding(), value)] if needed(site) else []


def no_pool_pads_so(site: Site) -> bool:
    """Whether padding differs from side to side, or is more than half of the kernel, which PyTorch's pools refuse."""
    return site.is_uneven() or site.pads_more_than_half()


def pooling_padding(site: Site) -> tuple[int, ...] | int:
    """Padding that a pool takes itself; all other is laid around before."""
    return 0 if no_pool_pads_so(site) else even_padding(site)


def padded(x: Volume, sides: Sides, value: Any = None, how: str = "Zero") -> Call:
    """A border of one value, or made otherwise; PyTorch names the sides of the last axis first."""
    widths = tuple(width for pair in reversed(sides) for width in pair)
    how, fill = ("Constant", (value,)) if value else (how, ())
    return Call(f"nn.{how}Pad{x.rank}d", x, grown(x, sides), (widths, *fill))


def cropped(x: Volume, cuts: Sides) -> str:
    """Places left off both ends of each axis."""
    pairs = zip(cuts, x.sizes, strict=True)
    inside = [f"{before or ''}:{size - after if after else ''}" for (before, after), size in pairs]
    return f"x[{', '.join([':', ':', *inside])}]"


def uncropped(site: Site) -> Volume:
    """What a transposed convolution gives, which can crop both sides alike only."""
    return grown(site.y, site.padding()) if site.is_uneven() else site.y


def crop_unevenly(site: Site) -> str:
    """What a transposed convolution cannot crop itself."""
    return cropped(site.arriving, site.padding()) if site.is_uneven() else ""


def upsampling_mode(site: Site) -> str:
    """PyTorch's word for an interpolation names the number of axes."""
    return {1: "linear", 2: "bilinear", 3: "trilinear"}[site.x.rank] if site.value("mode") == "bilinear" else "nearest"


def pad(site: Site) -> Iterator[Line]:
    """A border by a module, then channels by a function."""
    x, sides, value, mode = site.x, site.value("padding"), site.value("value"), site.value("mode")
    if any(map(any, sides)):
        mirrors = {"reflect": "Reflection", "edge": "Replication"}
        yield padded(x, sides, how=mirrors[mode]) if mode in mirrors else padded(x, sides, value)
    channels = (site.value("channels_before"), site.value("channels_after"))
    if any(channels):
        fill = {"value": value} if value else {}
        every = (*(0, 0) * x.rank, *channels)
        yield Assignment(called("nn.functional.pad", Code("x"), every, **fill), grown(x, sides), site.y)


def permuted(site: Site, *axes: int) -> str:
    """The axes in another order; a vector stays as it is."""
    return f"x.permute{axes}" if site.has_places() else ""


GROUPS, DILATION, EPS, BIAS = Ours("groups", 1), Ours("dilation", 1), Ours("eps", 1e-5), Ours("bias", default=True)
FEATURES = {"num_features": Site.channels_in, "eps": EPS, "momentum": theirs}
CEIL_MODE = Ours(
    "rounding",
    default=False,
    value=lambda site: site.value("rounding") == CEIL,
    read=lambda on, _: CEIL if on else None,
)
COUNT_PADDING = Ours(
    "count_padding",
    default=True,
    value=lambda site: site.value("count_padding") is not False,
    read=lambda counts, given: counts if given.get("padding") else None,
)
SLOPES = Ours(
    "shared", Spelled(1), lambda site: 1 if site.value("shared") else site.x.channels, lambda count, _: count == 1
)
# PyTorch divides alpha by the size.
LRN_ALPHA = Ours(
    "alpha",
    Spelled(1e-4),
    lambda site: site.value("alpha") * (1 if site.value("average") else site.value("size")),
    lambda alpha, given: alpha / given["size"],
)
SLIDING = {"kernel_size": Ours("kernel"), "stride": Ours("stride", 1), "padding": Ours("padding", 0, even_padding)}
POOLING = {
    **SLIDING,
    "stride": Ours("stride", Like("kernel")),
    "padding": Ours("padding", 0, pooling_padding),
}
ALIKE = "both sides alike, by at most half of the kernel"

BORDER_BEFORE_CEIL = Refusal(
    lambda site: no_pool_pads_so(site) and site.value("rounding") == CEIL,
    f"PyTorch's pools pad {ALIKE}, and padding added beforehand changes `ceil`",
)


# A depthwise convolution is one whose groups are the channels that arrive.
MULTIPLIER = Ours("multiplier", value=Site.channels_out, read=lambda maps, given: maps // given["in_channels"])


def weighted(name: str, out_channels: Any, **arguments: Any) -> Module:
    """A convolution of PyTorch's, by whatever name."""
    return module(name, 2, in_channels=Site.channels_in, out_channels=out_channels, **arguments)


def convolution(out_channels: Any, groups: Any) -> Row:
    """What the ordinary and the depthwise convolution share."""
    slides = weighted("nn.Conv{rank}d", out_channels, **SLIDING, dilation=DILATION, groups=groups, bias=BIAS)
    return connections("Conv2d"), drops_remainder("convolutions"), border(), slides


def factor_a_channel(**bias: Ours) -> Module:
    """A depthwise 1x1 convolution: one weight and one bias a map."""
    one = weighted("nn.Conv{rank}d", Site.channels_out, kernel_size=1, groups=Site.channels_in, **bias)
    return one.but(means=False)


SAME_NAMES = ("GELU", "Sigmoid", "Tanh", "Softplus")
"""The activations that PyTorch calls as the language does, but for capitals."""

IN_PLACE = ("ReLU", "ReLU6", "SELU", "SiLU", "Mish")
"""Likewise; these can overwrite what they read."""

ROWS: dict[str, Row] = {
    "conv": convolution(Ours("filters"), GROUPS),
    "depthwise": convolution(MULTIPLIER, Ours("", 1, Site.channels_in)),
    "conv_transpose": (
        weighted(
            "nn.ConvTranspose{rank}d",
            Ours("filters"),
            **SLIDING,
            output_padding=Ours("output_padding", 0),
            groups=GROUPS,
            bias=BIAS,
            dilation=DILATION,
        ).but(gives=uncropped),
        crop_unevenly,
    ),
    "max_pool": (
        BORDER_BEFORE_CEIL,
        border(Code('float("-inf")'), no_pool_pads_so),
        module("nn.MaxPool{rank}d", 1, **POOLING, dilation=DILATION, return_indices=theirs, ceil_mode=CEIL_MODE),
    ),
    "avg_pool": (
        Refusal(
            lambda site: no_pool_pads_so(site) and not site.value("count_padding"),
            f"PyTorch's AvgPool pads {ALIKE}, and padding added beforehand would count",
        ),
        BORDER_BEFORE_CEIL,
        border(needed=no_pool_pads_so),
        module("nn.AvgPool{rank}d", 1, **POOLING, ceil_mode=CEIL_MODE, count_include_pad=COUNT_PADDING),
    ),
    "adaptive_avg_pool": (module("nn.AdaptiveAvgPool{rank}d", 1, output_size=Ours("output")),),
    "global_avg_pool": (module("nn.AdaptiveAvgPool{rank}d", 1, output_size=1),),
    "global_max_pool": (module("nn.AdaptiveMaxPool{rank}d", 1, output_size=1),),
    "subsample": (
        module("nn.AvgPool{rank}d", 1, kernel_size=Ours("kernel"), ceil_mode=CEIL_MODE).but(holds=False),
        factor_a_channel(),
    ),
    "fc": (
        module("nn.Flatten").but(where=Site.has_places, gives=Site.flat, holds=False),
        module("nn.Linear", 2, in_features=Site.values_in, out_features=Ours("units"), bias=BIAS),
    ),
    "rbf": (
        Refusal(always, "PyTorch has no such module; torch.cdist(x.flatten(1), centers) ** 2 computes it"),
        module(OWN_MODULE),
    ),
    "flatten": (module("nn.Flatten"),),
    "reshape": (lambda site: f"x.reshape{(-1, site.y.channels, *site.y.sizes)}",),
    "dropout": (module("nn.Dropout", 1, p=Ours("rate", Spelled(0.5)), inplace=theirs),),
    "identity": (module("nn.Identity"),),
    "slice": ("x[:, {start}:{stop}]",),
    "channel_shuffle": (module("nn.ChannelShuffle", 1, groups=Ours("groups")),),
    "pad": (pad,),
    "crop": (lambda site: cropped(site.x, site.value("sides")(site.x.rank)),),
    "upsample": (
        module(
            "nn.Upsample",
            scale_factor=Ours("scale"),
            mode=Ours("mode", "nearest", upsampling_mode, lambda word, _: "bilinear" if "linear" in word else word),
            align_corners=Ours("align_corners", default=False),
        ),
    ),
    "depth_to_space": (
        Refusal(Site.is_no_image, "PyTorch's PixelShuffle is for images, not for {volumes}"),
        module("nn.PixelShuffle", 1, upscale_factor=Ours("block")),
    ),
    "space_to_depth": (
        Refusal(Site.is_no_image, "PyTorch's PixelUnshuffle is for images, not for {volumes}"),
        module("nn.PixelUnshuffle", 1, downscale_factor=Ours("block")),
    ),
    "batch_norm": (module("nn.BatchNorm{rank}d", 1, **FEATURES, affine=Ours("affine", default=True)),),
    # Over the channels of each place, which PyTorch has last only for a moment.
    "layer_norm": (
        lambda site: permuted(site, 0, *range(2, site.x.rank + 2), 1),
        module("nn.LayerNorm", 1, normalized_shape=Site.channels_in, eps=EPS),
        lambda site: permuted(site, 0, site.x.rank + 1, *range(1, site.x.rank + 1)),
    ),
    "group_norm": (module("nn.GroupNorm", 2, num_groups=Ours("groups"), num_channels=Site.channels_in, eps=EPS),),
    "instance_norm": (module("nn.InstanceNorm{rank}d", 1, **FEATURES, affine=Ours("affine", default=False)),),
    "lrn": (
        Refusal(
            lambda site: site.value("size") % 2 == 0,
            "PyTorch's LocalResponseNorm of even size reaches n/2 before and (n-1)//2 after, not the reverse",
        ),
        module(
            "nn.LocalResponseNorm", 1, size=Ours("size"), alpha=LRN_ALPHA, beta=Ours("beta"), k=Ours("k", Spelled(1.0))
        ),
    ),
    "scale": (
        Refusal(
            Site.is_vector, "PyTorch has no such module for vectors; multiply by an nn.Parameter of that many values"
        ),
        factor_a_channel(bias=BIAS).but(where=Site.has_places),
        module(OWN_MODULE).but(where=Site.is_vector),
    ),
    "softmax": (module("nn.Softmax", dim=1),),
    "log_softmax": (module("nn.LogSoftmax", dim=1),),
    "add": ("{inputs: + }",),
    "subtract": ("{inputs: - }",),
    "multiply": ("{inputs: * }",),
    "concat": ("torch.cat([{inputs}], dim=1)",),
    "act": (),
    **{name.lower(): (module(f"nn.{name}"),) for name in SAME_NAMES},
    **{name.lower(): (module(f"nn.{name}", inplace=theirs),) for name in IN_PLACE},
    "leaky_relu": (module("nn.LeakyReLU", 1, negative_slope=Ours("slope", Spelled(0.01)), inplace=theirs),),
    "prelu": (module("nn.PReLU", 1, num_parameters=SLOPES),),
    "elu": (module("nn.ELU", 1, alpha=Ours("alpha", Spelled(1.0)), inplace=theirs),),
    "gelu_tanh": (module("nn.GELU", approximate="tanh"),),
    "hard_sigmoid": (module("nn.Hardsigmoid", inplace=theirs),),
    "hard_swish": (module("nn.Hardswish", inplace=theirs),),
    "scaled_tanh": ("1.7159 * torch.tanh(2 * x / 3)",),
    "abs": ("x.abs()",),
}
"""What PyTorch calls each kind, by the language's word; where several kinds have one module, the first is meant."""

PYTORCH = Framework("PyTorch", OWN_MODULE, ROWS, PYTORCH_ALSO)
