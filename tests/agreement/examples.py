"""Small networks written by hand, at least one for every kind: the same each time, quick to run, hard to please."""

EXAMPLES = {
    "conv": (
        "{input: 9x8x2, layers: [conv: {filters: 3, kernel: 3x2, stride: 2x1, padding: {top: 1, left: 2}, act: "
        "prelu, rounding: floor}, conv: 2 2x3 act gelu]}"
    ),
    "conv, plain": "{input: 11x9x2, layers: [conv: 3 3x3, conv: 2 3x3 stride 2 bias false]}",
    "conv, ceil": (
        "{input: 8x6x1, layers: [conv: {filters: 2, kernel: 2, stride: 3, padding: {top: 1}, rounding: ceil}]}"
    ),
    "conv, ceil, wide": "{input: 1x3x1, layers: [conv: {filters: 1, kernel: 1x2, padding: 1x3, rounding: ceil}]}",
    "conv, dilated": (
        "{input: 13x1, layers: [conv: {filters: 2, kernel: 3, dilation: 2}, conv: {filters: 2, kernel: 2}]}"
    ),
    "conv, half": "{input: 7x9x1, rounding: floor, layers: [conv: 2 3x2 stride 2 pad half]}",
    "conv, same": "{input: 9x8x1, layers: [conv: 2 3x2 stride 2 pad same, conv: 2 3x3]}",
    "conv, same, stride 1": "{input: 4x5x1, layers: [conv: 2 3x2 pad same]}",
    "conv, grouped": "{input: 6x5x4, layers: [conv: 6 3x2 groups 2]}",
    "conv, connections": (
        "{input: 7x6x3, layers: [conv: {filters: 3, kernel: 3x2, connections: [[0, 1], [2], [0, 1, 2]]}]}"
    ),
    "conv, clip": (
        "{input: 5x4x6x2, layers: [conv: {filters: 2, kernel: 2x1x3, stride: 1x1x2, rounding: floor, padding: "
        "{front: 1, right: 1}}]}"
    ),
    "conv, shared": (
        "{input: 5x5x2, layers: [{conv: 2 3x3 pad 1 act prelu, name: a}, {conv: 2 3x3 pad 1 act prelu, share: a}]}"
    ),
    "depthwise": (
        "{input: 8x7x3, layers: [depthwise: {kernel: 3x2, multiplier: 2, stride: 1x2, padding: {left: 1, bottom: "
        "1}, rounding: floor, act: prelu}]}"
    ),
    "depthwise, dilated": "{input: 12x2, layers: [depthwise: {kernel: 3, dilation: 3, bias: false, padding: half}]}",
    "conv_transpose": (
        "{input: 4x5x2, layers: [conv_transpose: {filters: 4, kernel: 3x2, stride: 2x3, output_padding: 1x2, "
        "groups: 2, padding: {top: 1, right: 1}, act: prelu}]}"
    ),
    "conv_transpose, dilated": (
        "{input: 6x2, layers: [conv_transpose: {filters: 2, kernel: 3, dilation: 2, stride: 2, padding: 2, bias: "
        "false}, conv: {filters: 1, kernel: 2}]}"
    ),
    "max_pool": (
        "{input: 9x8x2, layers: [max_pool: {kernel: 3x2, stride: 2x3, padding: {top: 1, right: 1}, dilation: "
        "1x2, rounding: floor}]}"
    ),
    "max_pool, ceil": "{input: 5x6x1, layers: [max_pool: {kernel: 2, stride: 2, padding: 1, rounding: ceil}]}",
    "max_pool, same": "{input: 8x9x1, layers: [max_pool: 3x2 stride 2 pad same, max_pool: 2x3 stride 1]}",
    "avg_pool": (
        "{input: 9x8x2, layers: [avg_pool: {kernel: 3x2, stride: 2x1, padding: {top: 1, right: 1}, rounding: "
        "floor, count_padding: true}, avg_pool: 2x2 stride 1]}"
    ),
    "avg_pool, ceil": "{input: 10x2, rounding: ceil, layers: [avg_pool: {kernel: 3, stride: 4}]}",
    "subsample": "{input: 9x6x2, rounding: floor, layers: [subsample: {kernel: 2x3, act: prelu}]}",
    "subsample, exact": "{input: 6x8x2, layers: [subsample: 2]}",
    "global_avg_pool": "{input: 7x6x2, layers: [conv: 2 2x3, global_avg_pool, conv: 2 1x1]}",
    "global_max_pool": "{input: 3x4x5x2, layers: [max_pool: 1x2x2 stride 1, global_max_pool]}",
    "adaptive_avg_pool": "{input: 6x8x2, layers: [conv: 2 1x3, adaptive_avg_pool: 3x2]}",
    "adaptive_avg_pool, unequal": "{input: 7x9x1, layers: [adaptive_avg_pool: 3x5]}",
    "fc": (
        "{input: 6x5x2, layers: [conv: 2 3x2, {fc: 3 act prelu, name: a}, fc: 3 bias false, {fc: 3, name: b}, "
        "{fc: 3, share: b}]}"
    ),
    "fc, one array shared": "{input: 4, layers: [{fc: 4 bias false, name: a}, relu, {fc: 4 bias false, share: a}]}",
    "flatten": "{input: 6x5x2, layers: [conv: 2 3x2 stride 1x3, flatten, fc: 2]}",
    "reshape": "{input: 6x4x2, layers: [max_pool: 2x3 stride 2x1, reshape: 2x6, conv: {filters: 2, kernel: 1}]}",
    "softmax": "{input: 2x3x3, layers: [conv: 3 2x2, softmax]}",
    "log_softmax, image": "{input: 4x4x2, layers: [conv: 2 2x3, log_softmax]}",
    "log_softmax": "{input: 5, layers: [fc: 4, log_softmax]}",
    "batch_norm": "{input: 4x3x3, layers: [conv: 2 2x2, batch_norm, batch_norm: {affine: false}]}",
    "layer_norm": "{input: 4x3x3, layers: [conv: 2 2x2, layer_norm]}",
    "group_norm": "{input: 5x4x4, layers: [conv: 4 3x2, group_norm: 2, crop: {top: 1}]}",
    "instance_norm": "{input: 5x4x2, layers: [conv: 4 3x2, instance_norm, instance_norm: {affine: false}]}",
    "lrn": "{input: 4x5x4, layers: [conv: 4 2x2, lrn: {size: 2, average: true}]}",
    "scale": "{input: 4x4x3, layers: [conv: 3 2x2, scale, scale: {bias: true}]}",
    "activations": (
        "{input: 4x3x2, layers: [conv: 3 2x2, relu, {prelu: {shared: true}}, prelu, leaky_relu: 0.2, act: none, tanh]}"
    ),
    "identity": (
        "{input: 4x4x2, layers: [{conv: 3 3x3 pad 1, name: a}, identity, {identity: , name: b}, conv: 3 1x1, "
        "{add: , from: [b, previous]}]}"
    ),
    "dropout": "{input: 4x4x2, layers: [max_pool: 2, dropout: 0.5, dropout: 0.1, conv: 2 2x2]}",
    "add": "{input: 7x8x2, layers: [{conv: 2 3x2, name: a}, conv: 2 3x3 pad 1, {add: , from: [a, previous, a]}]}",
    "add, misaligned": (
        "{input: 9x9x2, layers: [add: {a: [conv: 2 2x2 stride 2 pad same], b: [conv: {filters: 2, kernel: 3, "
        "stride: 2, padding: same}]}]}"
    ),
    "add, unequal": (
        "{input: 8x8x2, layers: [add: {a: [conv: 2 3x3, max_pool: 3], b: [adaptive_avg_pool: 2]}, conv: 2 1x2]}"
    ),
    "add, unequal sides": (
        "{input: 11x1, layers: [add: {a: [{conv: {filters: 2, kernel: 3}}, {max_pool: 3}], b: [{conv: {filters: "
        "2, kernel: 9}}]}, {conv: {filters: 1, kernel: 2}}]}"
    ),
    "subtract": (
        "{inputs: {left: 6x5x2, right: 6x5x2}, layers: [{conv: 2 3x2, from: left, name: l}, {conv: 2 3x2, from: "
        "right, share: l}, {subtract: , from: [l, previous]}, relu]}"
    ),
    "multiply": (
        "{input: 6x5x3, layers: [conv: 3 2x2, multiply: {gate: [global_avg_pool, conv: 3 1x1 act sigmoid], x: "
        "identity}]}"
    ),
    "multiply, one place": "{input: 4x5x2, layers: [multiply: {gate: [conv: 2 4x5], x: [conv: 2 2x3]}]}",
    "multiply, a narrow middle": (
        "{input: 7x9x2, layers: [multiply: {gate: [conv: 2 7x9], x: [crop: {top: 2, bottom: 2, left: 3, right: 2}]}]}"
    ),
    "multiply, a spread gate": (
        "{input: 3x4x2, layers: [multiply: {gate: [conv: 8 3x4, depth_to_space: 2, conv: 2 2x2], x: [conv: 2 2x2]}]}"
    ),
    "multiply, sequence": (
        "{input: 6x2, layers: [multiply: {gate: [conv: {filters: 2, kernel: 6}], x: [conv: {filters: 2, kernel: 2}]}]}"
    ),
    "concat": (
        "{input: 7x6x2, layers: [concat: {a: identity, b: [conv: 3 3x3 pad 1], c: [max_pool: 3x1 stride 1 pad "
        "1x0]}, conv: 2 2x2]}"
    ),
    "slice": "{input: 6x5x4, layers: [conv: 5 3x2, slice: {start: 1, stop: 4}, conv: 2 2x2]}",
    "channel_shuffle": "{input: 4x5x4, layers: [conv: 6 2x2 groups 2, channel_shuffle: 2, conv: 4 1x1 groups 2]}",
    "pad": (
        "{input: 5x4x2, layers: [conv: 2 2x2, pad: {padding: {top: 1, right: 2}, channels_before: 1, "
        "channels_after: 2, value: 0.5}, conv: 2 3x2]}"
    ),
    "pad, reflect": (
        "{input: 7x6x1, layers: [pad: {padding: 2x1, mode: reflect}, conv: 2 3x3, pad: {padding: {left: 1}, "
        "mode: edge}]}"
    ),
    "crop": "{input: 9x8x2, layers: [max_pool: 2x2 stride 1, crop: {top: 1, bottom: 2, left: 2}, conv: 2 2x1]}",
    "crop, clip": "{input: 4x3x5x1, layers: [conv: 1 2x1x2, crop: {front: 1, back: 1, right: 1}]}",
    "upsample": "{input: 5x4x2, layers: [conv: 2 2x2, upsample: 2x3]}",
    "upsample, bilinear": "{input: 6x5x1, layers: [conv: 1 2x1, upsample: 2 mode bilinear]}",
    "upsample, aligned": "{input: 5x4x1, layers: [upsample: 2x3 mode bilinear align_corners true]}",
    "depth_to_space": "{input: 4x3x8, layers: [conv: 8 1x2, depth_to_space: 2]}",
    "depth_to_space, sequence": "{input: 6x4, layers: [depth_to_space: 2]}",
    "upsample, sequence": "{input: 6x1, layers: [upsample: 3]}",
    "behind places that see by turns": (
        "{input: 8x1, outputs: [a, b, c, d, e, f, g, h, i, j, k], layers: [{conv_transpose: 1 kernel 2 stride 2 "
        "dilation 3, name: u}, {conv: 1 kernel 3, name: a}, {depthwise: 3, from: u, name: b}, {max_pool: 3 stride 2 "
        "rounding floor, from: u, name: c}, {avg_pool: 3 stride 1, from: u, name: d}, {subsample: 3, from: u, name: "
        "e}, {space_to_depth: 3, from: u, name: f}, {conv_transpose: 1 kernel 5 stride 2, from: u, name: g}, "
        "{upsample: {scale: 3, mode: bilinear}, from: u, name: h}, {upsample: {scale: 2, mode: bilinear, "
        "align_corners: true}, from: u, name: i}, {adaptive_avg_pool: 4, from: u, name: j}, {adaptive_avg_pool: 6, "
        "from: u, name: k}]}"
    ),
    "space_to_depth": "{input: 7x6x2, layers: [conv: 2 2x3, space_to_depth: 2, conv: 2 1x2]}",
    "rbf": "{input: 5x4x2, layers: [conv: 2 2x2, rbf: 3]}",
    "auxiliary heads": (
        "{input: 6x6x2, aux_outputs: [head], layers: [{conv: 2 3x3, name: a}, {fc: 3, name: head}, {batch_norm: "
        ", from: a}, {fc: 3, share: head}, dropout: 0.1]}"
    ),
    "an auxiliary head that comes first": (
        "{input: 6, aux_outputs: [head], layers: [{fc: 6 bias false, name: head}, {fc: 6 bias false, from: "
        "input, share: head}]}"
    ),
    "several outputs": "{input: 8x8x1, outputs: [a, b], layers: [{conv: 6 3x3, name: a}, {max_pool: 2, name: b}]}",
    "an output that lives on": (
        "{input: 8x8x1, outputs: [a, c], layers: [{conv: 3 3x3, name: a}, max_pool: 2, conv: 4 2x2, {fc: 2, name: c}]}"
    ),
    "a large middle": (
        "{input: 4x4x1, layers: [conv: 8 1x1, {conv: 8 1x1, name: a}, conv: 2 1x1, conv: 1 1x1, {concat: , from: "
        "[previous, a]}, conv: 1 1x1]}"
    ),
    "an input that lives": (
        "{inputs: {a: 4x4x3, b: 5}, layers: [{conv: 2 2x2, from: a}, {flatten: , name: v}, {fc: 18, from: b}, "
        "{add: , from: [previous, v]}, {concat: , from: [previous, b]}]}"
    ),
    "blocks": (
        "{input: 8x8x2, blocks: {Unit: {params: {f, k: 3}, layers: [conv: {filters: $f, kernel: $k, padding: "
        "half}, batch_norm, {add: , from: [input, previous], if: $f == $input.channels}]}}, layers: [{Unit: 2, "
        "repeat: 2, name: u}, Unit: {f: 4, k: 1}, {sequence: [relu, max_pool: 2]}]}"
    ),
}
"""Specs by what they show."""
