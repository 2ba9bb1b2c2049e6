"""The conventions themselves: what each tool counts and we do not, as its own figures show.

Whether a number is right here is not a matter of memory: tests/conventions/data holds the figures of the real tools.
"""

from __future__ import annotations

from collections.abc import Mapping

from cnncalc.conventions import amounts as the
from cnncalc.conventions.convention import FLOPS, MACS, Convention, Rule
from cnncalc.conventions.part import ADAPTIVE_AVG_POOL, ADAPTIVE_MAX_POOL, CHANNEL_CONV

OWN = "cnncalc"

CONVOLUTIONS = frozenset({"conv", "depthwise", CHANNEL_CONV})
TRANSPOSED = frozenset({"conv_transpose"})
PRODUCTS = CONVOLUTIONS | TRANSPOSED | {"fc"}
CHANNEL_CONVS = frozenset({CHANNEL_CONV})
SCALES = frozenset({"scale"})
PRELUS = frozenset({"prelu"})
NORMS = frozenset({"batch_norm", "layer_norm", "group_norm", "instance_norm"})
SLIDING_POOLS = frozenset({"max_pool", "avg_pool"})
ADAPTIVE_POOLS = frozenset({ADAPTIVE_AVG_POOL, ADAPTIVE_MAX_POOL})
UPSAMPLINGS = frozenset({"upsample"})

STORED = "weights that `connections` leaves out, which a framework stores as zeros"
FACTORS = "a factor a channel (scale, subsample), which a framework has as a 1x1 depthwise convolution"
BIASES = "biases: one for each value that comes out of a convolution or fc"
BY_OUTPUT = "transposed convolutions: every weight at each place that comes out"
BY_OUTPUT_WRONG = "it is each place that goes in that meets every weight"

MODULES_ALONE = "what is called as a function (torch.nn.functional) and not as a module is not seen"
TIED_TWICE = (
    "one module called twice, as here, has its params counted once; two modules that tie a weight have it counted twice"
)

DENSE_PARAMS = Rule(STORED, CONVOLUTIONS, the.unconnected_params)
DENSE = Rule(STORED, CONVOLUTIONS, the.unconnected_products)
CHANNEL_FACTORS = Rule(FACTORS, CHANNEL_CONVS, the.values_out)

CNNCALC = Convention(
    OWN,
    "",
    "cnncalc summarize",
    MACS,
    "MACs",
    remark="products of weights with values in convolutions and fc, padding taps among them unless --macs inside; "
    "no biases, norms, pools or activations; FLOPs are twice that",
)

TORCH = Convention(
    "torch",
    "2.13.0",
    "torch.utils.flop_counter.FlopCounterMode",
    FLOPS,
    "FLOPs",
    params_rules=(DENSE_PARAMS,),
    rules=(DENSE._replace(amount=the.twice(DENSE.amount)), CHANNEL_FACTORS._replace(amount=the.twice(the.values_out))),
    remark="FLOPs are 2 x MACs of convolutions and matrix products, and nothing else; "
    "params are the sum over model.parameters(), which the counter does not give",
)

FVCORE = Convention(
    "fvcore",
    "0.1.5.post20221221",
    "fvcore.nn.FlopCountAnalysis",
    MACS,
    '"flops" (MACs)',
    params_rules=(DENSE_PARAMS,),
    rules=(
        DENSE,
        CHANNEL_FACTORS,
        Rule(
            "batch norms: 2 for each value, 1 without scale and shift",
            frozenset({"batch_norm"}),
            the.norm(affine=2, plain=1),
        ),
        Rule(
            "layer, group and instance norms: 5 for each value, 4 without scale and shift",
            NORMS - {"batch_norm"},
            the.norm(affine=5, plain=4),
        ),
        Rule(
            "adaptive mean pools of images: 1 for each value that goes in",
            frozenset({ADAPTIVE_AVG_POOL}),
            the.of_images(the.values_in),
        ),
        Rule(
            "upsampling of images: 1 for each value that comes out, 4 where it is bilinear",
            UPSAMPLINGS,
            the.of_images(the.upsampling(nearest=1, linear=4)),
        ),
    ),
    remark='what it calls "flops" are MACs: a product and its addition are one',
)

PTFLOPS = Convention(
    "ptflops",
    "0.7.5",
    "ptflops.get_model_complexity_info(backend='pytorch')",
    MACS,
    "MACs",
    params_rules=(DENSE_PARAMS,),
    rules=(
        DENSE,
        CHANNEL_FACTORS,
        Rule(BIASES, PRODUCTS, the.biases),
        Rule(
            "norms: 2 for each value, 1 for a layer norm and without scale and shift",
            NORMS,
            the.ptflops_norm,
        ),
        Rule("pools: 1 for each value that goes in", SLIDING_POOLS | ADAPTIVE_POOLS, the.values_in),
        Rule(
            "activations: 1 for each value (relu, relu6, leaky_relu, prelu, elu, gelu, silu, softmax)",
            frozenset({"relu", "relu6", "leaky_relu", "prelu", "elu", "gelu", "gelu_tanh", "silu", "softmax"}),
            the.values_in,
        ),
        Rule("upsampling: 1 for each value that comes out", UPSAMPLINGS, the.values_out),
        Rule(
            "the same pools, activations and upsampling once more",
            SLIDING_POOLS | ADAPTIVE_POOLS | UPSAMPLINGS | {"relu", "prelu", "elu", "gelu", "gelu_tanh"},
            the.values_again,
            "the module is counted, and then the function that the module calls",
        ),
        Rule(
            "lrn: the squares, their window and two operations more, a value each", frozenset({"lrn"}), the.ptflops_lrn
        ),
    ),
    remark="by its default backend, which sees neither F.conv2d nor F.linear; the other, aten, counts otherwise",
)

TORCHINFO = Convention(
    "torchinfo",
    "1.8.0",
    "torchinfo.summary",
    MACS,
    "mult-adds",
    params_rules=(DENSE_PARAMS,),
    rules=(
        DENSE,
        CHANNEL_FACTORS,
        Rule(BIASES, PRODUCTS, the.biases),
        Rule(BY_OUTPUT, TRANSPOSED, the.transposed_by_output, BY_OUTPUT_WRONG),
        Rule(
            "norms: each scale and shift once",
            NORMS,
            the.own_params,
            "each is used at every place, as a convolution's weight is, which is counted there",
        ),
        Rule("prelu and scale: each parameter once", PRELUS | SCALES, the.own_params),
    ),
    remark=MODULES_ALONE,
    shared=TIED_TWICE,
)

THOP = Convention(
    "thop",
    "0.1.1.post2209072238",
    "thop.profile",
    MACS,
    "MACs",
    params_rules=(
        DENSE_PARAMS,
        Rule(
            "params of layers that it does not know (group norm, scale of a vector)",
            SCALES | {"group_norm"},
            the.minus(the.own_params),
            "they are params all the same",
        ),
    ),
    rules=(
        DENSE,
        CHANNEL_FACTORS,
        Rule(BY_OUTPUT, TRANSPOSED, the.transposed_by_output, BY_OUTPUT_WRONG),
        Rule(
            "batch, layer and instance norms: 4 for each value, 2 without scale and shift",
            NORMS - {"group_norm"},
            the.norm(affine=4, plain=2),
        ),
        Rule("prelu: 1 for each value", PRELUS, the.values_in),
        Rule("softmax: 3n - 1 for the n values of a place", frozenset({"softmax"}), the.softmax),
        Rule("mean pools: 1 for each value that comes out", frozenset({"avg_pool"}), the.values_out),
        Rule(
            "adaptive mean pools: 1 for each value that goes in, and that comes out",
            frozenset({ADAPTIVE_AVG_POOL}),
            the.values_in_and_out,
        ),
        Rule(
            "upsampling: 1 for each value that comes out, 5 where it is linear, 11 bilinear, 0 trilinear",
            UPSAMPLINGS,
            the.thop_upsampling,
        ),
    ),
    remark=MODULES_ALONE,
    shared=TIED_TWICE,
)

KERAS = Convention(
    "keras",
    "3.15.1",
    "model.count_params()",
    "",
    "",
    params_rules=(
        DENSE_PARAMS,
        Rule(
            "params that are not trained (running means and variances of batch norms, fixed centres)",
            frozenset({"batch_norm", "rbf"}),
            the.fixed,
        ),
    ),
    remark="Keras counts no MACs and no FLOPs; its summary parts trainable from non-trainable params",
)

TOOLS: Mapping[str, Convention] = {
    convention.name: convention for convention in (CNNCALC, TORCH, FVCORE, PTFLOPS, TORCHINFO, THOP, KERAS)
}
"""Every convention, by its word for `--counting`."""
