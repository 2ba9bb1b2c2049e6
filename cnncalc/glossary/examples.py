"""An example of each kind of layer, and of the parameters that are best seen in one of their own."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, str]] = {
    "conv": ("32x32x3", "conv: 10 5x5 pad 2"),
    "depthwise": ("56x56x64", "depthwise: 3x3 stride 2 pad same"),
    "conv_transpose": ("16x16x128", "conv_transpose: 64 2x2 stride 2"),
    "max_pool": ("55x55x96", "max_pool: 3x3 stride 2"),
    "avg_pool": ("28x28x6", "avg_pool: 2x2"),
    "global_avg_pool": ("7x7x2048", "global_avg_pool"),
    "global_max_pool": ("16x7x7x512", "global_max_pool"),
    "adaptive_avg_pool": ("13x13x256", "adaptive_avg_pool: {output: 6x6}"),
    "fc": ("32x32x3", "fc: 10"),
    "identity": ("32x32x3", "identity"),
    "dropout": ("4096", "dropout: 0.5"),
    "flatten": ("5x5x16", "flatten"),
    "reshape": ("6272", "reshape: {output: 7x7x128}"),
    "slice": ("56x56x128", "slice: {start: 64, stop: 128}"),
    "channel_shuffle": ("28x28x240", "channel_shuffle: 3"),
    "pad": ("224x224x3", "pad: 3"),
    "crop": ("64x64x512", "crop: {top: 4, bottom: 4, left: 4, right: 4}"),
    "upsample": ("16x16x64", "upsample: 2"),
    "depth_to_space": ("120x160x48", "depth_to_space: 4"),
    "space_to_depth": ("32x32x3", "space_to_depth: 2"),
    "batch_norm": ("56x56x64", "batch_norm"),
    "layer_norm": ("56x56x96", "layer_norm"),
    "group_norm": ("56x56x64", "group_norm: 32"),
    "instance_norm": ("256x256x32", "instance_norm"),
    "lrn": ("55x55x96", "lrn"),
    "scale": ("56x56x64", "scale"),
    "softmax": ("1000", "softmax"),
    "log_softmax": ("1000", "log_softmax"),
    "add": ("56x56x64", "add: {main: [conv: 64 3x3 pad 1], skip: identity}"),
    "subtract": ("56x56x64", "subtract: {left: [conv: 64 1x1], right: identity}"),
    "multiply": ("7x7x64", "multiply: {map: identity, gate: [global_avg_pool, conv: 64 1x1 act sigmoid]}"),
    "concat": ("28x28x192", "concat: {one: [conv: 64 1x1], three: [conv: 128 3x3 pad 1]}"),
    "subsample": ("28x28x6", "subsample: 2x2"),
    "rbf": ("84", "rbf: 10"),
    "act": ("28x28x6", "act: {leaky_relu: 0.1}"),
}
"""An input and an item of each kind; what comes out is computed. An activation needs none: its word is an item."""

PARAMETERS: dict[str, tuple[str, str]] = {
    "stride": ("32x32x3", "conv: 10 5x5 stride 2 pad same"),
    "dilation": ("64x64x16", "conv: 16 3x3 pad same dilation 2"),
    "groups": ("56x56x64", "conv: 64 3x3 pad 1 groups 32"),
    "bias": ("32x32x16", "conv: 16 3x3 bias false"),
    "act": ("32x32x3", "conv: 6 5x5 act relu"),
    "rounding": ("32x32x6", "max_pool: 3x3 stride 2 rounding floor"),
    "connections": ("14x14x3", "conv: {filters: 2, kernel: 5, connections: [[0, 1], [1, 2]]}"),
    "multiplier": ("56x56x32", "depthwise: 3x3 multiplier 2 pad 1"),
    "output_padding": ("12x12x64", "conv_transpose: 32 3x3 stride 2 pad 1 output_padding 1"),
    "count_padding": ("28x28x64", "avg_pool: 3x3 stride 1 pad 1 count_padding false"),
    "function": ("28x28x6", "act: {function: relu}"),
    "slope": ("28x28x6", "leaky_relu: {slope: 0.1}"),
    "shared": ("28x28x6", "prelu: {shared: true}"),
    "alpha": ("28x28x6", "elu: {alpha: 0.5}"),
    "eps": ("56x56x64", "batch_norm: {eps: 1e-3}"),
    "affine": ("256x256x32", "instance_norm: {affine: false}"),
    "mode": ("32x32x3", "pad: 1 mode reflect"),
    "value": ("32x32x1", "pad: 2 value 1"),
    "channels_before": ("28x28x16", "pad: 0 channels_before 8 channels_after 8"),
    "channels_after": ("28x28x16", "pad: 0 channels_before 8 channels_after 8"),
    "front": ("16x56x56x64", "crop: {front: 2, back: 2}"),
    "back": ("16x56x56x64", "crop: {front: 2, back: 2}"),
    "scale": ("16x16x64", "upsample: {scale: 2}"),
    "align_corners": ("16x16x64", "upsample: 2 mode bilinear align_corners true"),
    "size": ("55x55x96", "lrn: {size: 5, alpha: 1e-4, beta: 0.75, k: 2}"),
    "beta": ("55x55x96", "lrn: {size: 5, alpha: 1e-4, beta: 0.75, k: 2}"),
    "k": ("55x55x96", "lrn: {size: 5, alpha: 1e-4, beta: 0.75, k: 2}"),
    "average": ("55x55x96", "lrn: 5 average true"),
}
"""An input and an item that shows a parameter; the others are seen in the examples of their kinds."""


def spec(size: str, item: str) -> str:
    """The spec of one item.

    >>> print(spec("32x32x3", "relu"))
    input: 32x32x3
    layers:
      - relu
    """
    return f"input: {size}\nlayers:\n  - {item}"
