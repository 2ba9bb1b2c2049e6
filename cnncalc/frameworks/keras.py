"""Keras's layers: a row for each kind, called one after another, channels last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnncalc.frameworks import keras_steps as steps
from cnncalc.frameworks.keras_steps import LAYERS
from cnncalc.frameworks.read_only import KERAS_ALSO
from cnncalc.frameworks.site import Site, grown
from cnncalc.frameworks.spelling import (
    UNSAID,
    Call,
    Code,
    Framework,
    Module,
    Ours,
    Refusal,
    Row,
    Spelled,
    always,
    connections,
    drops_remainder,
    module,
    theirs,
)
from cnncalc.layers.schema import Like

OWN_LAYER = "keras.layers.Layer"
"""Stands for a layer of the user's own."""


def layer(name: str, positional: int = 0, /, **arguments: Any) -> Module:
    """One of Keras's layers."""
    return module(LAYERS + name, positional, **arguments)


def activation_word(site: Site) -> Any:
    """The activation as an argument of the layer before it; None where it needs a layer of its own."""
    line = KERAS.lines(site.activation)[0] if site.activation else None
    return line.positional[0] if isinstance(line, Call) and line.module == f"{LAYERS}Activation" else None


def activation(word: str) -> Row:
    """An activation that every layer takes by its name, or a function that it takes."""
    return (layer("Activation", 1, activation=word),)


SAME_WORDS = "relu relu6 selu gelu silu mish sigmoid hard_sigmoid hard_swish tanh softplus".split()  # noqa: SIM905  # shorter
"""The activations that Keras calls as the language does."""


def of_tensorflow(function: str, refusal: str) -> Row:
    """Channels moved into places or back."""
    return (
        Refusal(Site.is_no_image, "TensorFlow moves channels into places for images only, not for {volumes}"),
        Refusal(lambda site: min(site.x.channels, site.y.channels) > 1, f"TensorFlow's {function} {refusal}"),
        f"tf.nn.{function}(x, {{block}})",
    )


STRIDES, POOL_STRIDES = Ours("stride", 1), Ours("stride", Like("kernel"))
KERNEL, DILATION, PADDING = (
    Ours("kernel"),
    Ours("dilation", 1),
    Ours("padding", "valid", steps.padding_word, steps.word_read),
)
BIAS, ACTIVATION = Ours("bias", default=True), Ours("act", None, activation_word)
EPSILON, AFFINE = Ours("eps", 1e-3), Ours("affine", default=True)
GROUPS = Ours("", 1, Site.channels_in)
STEPPING = {"strides": STRIDES, "padding": PADDING}
SPREADING = {"data_format": theirs, "dilation_rate": DILATION}
FINISHING = {"activation": ACTIVATION, "use_bias": BIAS}
TRANSPOSING = {
    "strides": STRIDES,
    # What comes out is cropped by a layer of its own, so that these are read alone.
    "padding": Ours("padding", "valid", lambda _: "valid", steps.transposed_padding),
    "output_padding": Ours("output_padding", None, theirs, steps.transposed_shortfall),
    **SPREADING,
    **FINISHING,
}
POOLING = {"pool_size": Ours("kernel", Spelled(2)), "strides": POOL_STRIDES, "padding": PADDING}

# Keras's own `same` leaves padding out of a mean.
COUNT_PADDING = Ours("count_padding", None, theirs, lambda _, given: False if given.get("padding") == "same" else None)

POOLS_DROP_REMAINDER = drops_remainder("pools")
STRIDE_WITH_DILATION = Refusal(
    lambda site: steps.strides(site) and steps.dilates(site), "Keras does not combine a stride with a dilation"
)
CONVOLUTION = (connections("Conv2D"), drops_remainder("convolutions"), STRIDE_WITH_DILATION, steps.border)


def depthwise(where: Callable[[Site], bool], groups: Any, kernel: Any, /, **arguments: Any) -> tuple[Module, Module]:
    """A depthwise convolution; where Keras has none, a convolution with as many groups as channels."""
    alone = layer("DepthwiseConv{rank}D", 1, kernel_size=kernel, **arguments)
    arguments.pop("depth_multiplier", None)
    grouped = layer("Conv{rank}D", 2, filters=Site.channels_out, kernel_size=kernel, groups=groups, **arguments)
    return alone.but(where=where), grouped.but(where=lambda site: site.has_places() and not where(site), means=False)


def factor_a_channel(**arguments: Ours) -> Row:
    """One weight and one bias a map: a depthwise 1x1 convolution, which Keras does not have for clips."""
    alone, grouped = depthwise(lambda site: 0 < site.x.rank < 3, Site.channels_in, 1, **arguments)
    return alone.but(means=False), grouped


ROWS: dict[str, Row] = {
    "conv": (
        *CONVOLUTION,
        layer(
            "Conv{rank}D",
            2,
            filters=Ours("filters"),
            kernel_size=KERNEL,
            **STEPPING,
            **SPREADING,
            groups=Ours("groups", 1),
            **FINISHING,
        ),
    ),
    "depthwise": (
        *CONVOLUTION,
        *depthwise(
            steps.is_depthwise,
            GROUPS,
            KERNEL,
            **STEPPING,
            depth_multiplier=Ours("multiplier", 1),
            **SPREADING,
            **FINISHING,
        ),
    ),
    "conv_transpose": (
        Refusal(lambda site: site.value("groups") > 1, "Keras's transposed convolutions have no groups"),
        STRIDE_WITH_DILATION,
        Refusal(
            lambda site: min(map(min, steps.transposed_cuts(site))) < 0,
            "Keras would have to add places at the end, and it adds none without its own padding",
        ),
        layer("Conv{rank}DTranspose", 2, filters=Ours("filters"), kernel_size=KERNEL, **TRANSPOSING).but(
            gives=lambda site: grown(site.y, steps.transposed_cuts(site))
        ),
        steps.crop_transposed,
    ),
    "max_pool": (
        POOLS_DROP_REMAINDER,
        Refusal(steps.dilates, "Keras's pools have no dilation"),
        steps.border_that_never_wins,
        layer("MaxPooling{rank}D", 1, **POOLING),
    ),
    "avg_pool": (
        POOLS_DROP_REMAINDER,
        Refusal(
            lambda site: steps.pads_itself(site) and not site.value("count_padding"),
            "Keras leaves padding out of a mean only with its own `same`, which pads differently here",
        ),
        steps.border,
        layer("AveragePooling{rank}D", 1, **POOLING, **{UNSAID: COUNT_PADDING}),
    ),
    "adaptive_avg_pool": (
        Refusal(steps.has_unequal_bins, "Keras's pools have windows of one size, and these bins are unequal"),
        layer("AveragePooling{rank}D", 1, pool_size=steps.bin_sizes),
    ),
    "global_avg_pool": (layer("GlobalAveragePooling{rank}D", keepdims=True),),
    "global_max_pool": (layer("GlobalMaxPooling{rank}D", keepdims=True),),
    "subsample": (
        POOLS_DROP_REMAINDER,
        layer("AveragePooling{rank}D", 1, pool_size=KERNEL).but(holds=False),
        *factor_a_channel(activation=ACTIVATION),
    ),
    "fc": (steps.channel_major, layer("Dense", 1, units=Ours("units"), **FINISHING)),
    "rbf": (
        Refusal(always, "Keras has no such layer; sum the squares of x - center over the values for each center"),
        module(OWN_LAYER),
    ),
    "flatten": (steps.channel_major,),
    "reshape": (steps.reshape,),
    "dropout": (layer("Dropout", 1, rate=Ours("rate")),),
    "identity": (layer("Identity"),),
    "slice": ("x[..., {start}:{stop}]",),
    "channel_shuffle": (steps.channel_shuffle,),
    "pad": (Refusal(lambda site: site.value("mode") == "edge", "Keras has no layer that repeats the edge"), steps.pad),
    "crop": (lambda site: [steps.cropped(site, site.value("sides")(site.x.rank))],),
    "upsample": (
        Refusal(
            lambda site: site.value("align_corners"),
            "Keras's UpSampling does not align corners",
        ),
        Refusal(
            lambda site: site.value("mode") == "bilinear" and site.is_no_image(),
            "Keras interpolates images only, not {volumes}",
        ),
        layer(
            "UpSampling{rank}D",
            1,
            size=Ours("scale", Spelled(2)),
            data_format=theirs,
            interpolation=Ours("mode", "nearest"),
        ),
    ),
    "depth_to_space": of_tensorflow(
        "depth_to_space", "takes the channels in a different order from PyTorch's pixel_shuffle"
    ),
    "space_to_depth": of_tensorflow(
        "space_to_depth", "gives the channels in a different order from PyTorch's pixel_unshuffle"
    ),
    "batch_norm": (layer("BatchNormalization", epsilon=EPSILON, center=AFFINE, scale=AFFINE),),
    "layer_norm": (layer("LayerNormalization", epsilon=EPSILON),),
    "group_norm": (layer("GroupNormalization", groups=Ours("groups", Spelled(32)), epsilon=EPSILON),),
    "instance_norm": (layer("GroupNormalization", groups=-1, epsilon=EPSILON, center=AFFINE, scale=AFFINE),),
    "lrn": (
        Refusal(
            lambda site: site.value("size") % 2 == 0 or site.is_no_image(),
            "Keras has no local response normalisation, and TensorFlow's is for images and odd sizes",
        ),
        steps.lrn,
    ),
    "scale": (
        Refusal(Site.is_vector, "Keras has no such layer for vectors; multiply by a weight of that many values"),
        *factor_a_channel(use_bias=BIAS),
        module(OWN_LAYER).but(where=Site.is_vector),
    ),
    "softmax": (layer("Softmax"),),
    "log_softmax": activation("log_softmax"),
    "add": ("keras.layers.Add()([{inputs}])",),
    "subtract": ("keras.layers.Subtract()([{inputs}])",),
    "multiply": ("keras.layers.Multiply()([{inputs}])",),
    "concat": ("keras.layers.Concatenate()([{inputs}])",),
    "act": (),
    "leaky_relu": (layer("LeakyReLU", negative_slope=Ours("slope", Spelled(0.3))),),
    "prelu": (layer("PReLU", shared_axes=Ours("shared", None, steps.slope_axes, steps.slopes_are_one)),),
    "elu": (layer("ELU", alpha=Ours("alpha", Spelled(1.0))),),
    **{word: activation(word) for word in SAME_WORDS},
    "gelu_tanh": activation(Code("lambda x: keras.activations.gelu(x, approximate=True)")),
    "scaled_tanh": activation(Code("lambda x: 1.7159 * keras.ops.tanh(2 * x / 3)")),
    "abs": activation(Code("keras.ops.abs")),
}
"""What Keras calls each kind, by the language's word for it; where several kinds have one layer, the first is meant."""

KERAS = Framework("Keras", OWN_LAYER, ROWS, KERAS_ALSO)
