"""The conventions themselves: what each tool counts and we do not, as its own figures show.

Whether a number is right here is not a matter of memory: tests/conventions/data holds the figures of the real tools.
"""

from __future__ import annotations

from collections.abc import Mapping

from cnncalc.conventions.convention import FLOPS, MACS, Convention, Part, Rule, norm, of_images, upsampling

OWN = "cnncalc"


def modules(*names: str) -> frozenset[str]:
    """PyTorch's modules of those names; ``{rank}`` stands for each number of axes."""
    return frozenset(f"nn.{name.format(rank=rank)}" for name in names for rank in (1, 2, 3))


CONVOLUTIONS, TRANSPOSED = modules("Conv{rank}d"), modules("ConvTranspose{rank}d")
PRODUCTS = CONVOLUTIONS | TRANSPOSED | modules("Linear")
BATCH_NORMS, GROUP_NORMS, LAYER_NORMS = modules("BatchNorm{rank}d"), modules("GroupNorm"), modules("LayerNorm")
NORMS = BATCH_NORMS | GROUP_NORMS | LAYER_NORMS | modules("InstanceNorm{rank}d")
AVG_POOLS, ADAPTIVE_AVG_POOLS = modules("AvgPool{rank}d"), modules("AdaptiveAvgPool{rank}d")
POOLS = AVG_POOLS | ADAPTIVE_AVG_POOLS | modules("MaxPool{rank}d", "AdaptiveMaxPool{rank}d")
PRELUS, SOFTMAXES, UPSAMPLINGS = modules("PReLU"), modules("Softmax"), modules("Upsample")
OWN_MODULES = modules("Module")
"""What stands for a layer that PyTorch does not have: a scale of vectors, radial basis functions."""

MODULES_ALONE = "what is called as a function (torch.nn.functional) and not as a module is not seen"
TIED_TWICE = (
    "one module called twice, as here, has its params counted once; two modules that tie a weight have it counted twice"
)

STORED = "weights that `connections` leaves out, which a framework stores as zeros"
DENSE_PARAMS = Rule(STORED, CONVOLUTIONS, Part.unconnected_params)
DENSE = (
    Rule(STORED, CONVOLUTIONS, Part.unconnected_products),
    Rule(
        "one factor for each channel (scale, subsample), in a framework a 1x1 depthwise convolution",
        CONVOLUTIONS,
        Part.products_of_factors,
    ),
)
BIASES = Rule("biases: one for each value that comes out of a convolution or fc", PRODUCTS, Part.biases)
BY_OUTPUT = Rule(
    "transposed convolutions: every weight at each place that comes out",
    TRANSPOSED,
    Part.products_by_output,
    "in fact each place that goes in meets every weight",
)

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
    rules=DENSE,
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
        *DENSE,
        Rule("batch norms: 2 for each value, 1 without scale and shift", BATCH_NORMS, norm(affine=2, plain=1)),
        Rule(
            "layer, group and instance norms: 5 for each value, 4 without scale and shift",
            NORMS - BATCH_NORMS,
            norm(affine=5, plain=4),
        ),
        Rule(
            "adaptive mean pools of images: 1 for each value that goes in",
            ADAPTIVE_AVG_POOLS,
            of_images(Part.values_in),
        ),
        Rule(
            "upsampling of images: 1 for each value that comes out, 4 where it is bilinear",
            UPSAMPLINGS,
            of_images(upsampling(nearest=1, linear=4)),
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
        *DENSE,
        BIASES,
        Rule("norms: 2 for each value, 1 for a layer norm and without scale and shift", NORMS, Part.ptflops_norm),
        Rule("pools: 1 for each value that goes in", POOLS, Part.values_in),
        Rule(
            "activations: 1 for each value (relu, relu6, leaky_relu, prelu, elu, gelu, silu, softmax)",
            SOFTMAXES | modules("ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "GELU", "SiLU"),
            Part.values_in,
        ),
        Rule("upsampling: 1 for each value that comes out", UPSAMPLINGS, Part.values_out),
        Rule(
            "the same pools, activations and upsampling once more",
            POOLS | UPSAMPLINGS | modules("ReLU", "PReLU", "ELU", "GELU"),
            Part.values_again,
            "the module is counted, and then the function that the module calls",
        ),
        Rule(
            "lrn: the squares, their window and two operations more, a value each",
            modules("LocalResponseNorm"),
            Part.ptflops_lrn,
        ),
    ),
    remark="by its default backend, which sees neither F.conv2d nor F.linear; the other, aten, counts differently",
)

TORCHINFO = Convention(
    "torchinfo",
    "1.8.0",
    "torchinfo.summary",
    MACS,
    "mult-adds",
    params_rules=(DENSE_PARAMS,),
    rules=(
        *DENSE,
        BIASES,
        BY_OUTPUT,
        Rule(
            "norms: each scale and shift once",
            NORMS,
            Part.trained_params,
            "each is used at every place, as a convolution's weight is, which is counted there",
        ),
        Rule("prelu and scale: each parameter once", PRELUS | OWN_MODULES, Part.trained_params),
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
            OWN_MODULES | GROUP_NORMS,
            lambda part: -part.trained_params(),
            "they are params all the same",
        ),
    ),
    rules=(
        *DENSE,
        BY_OUTPUT,
        Rule(
            "batch, layer and instance norms: 4 for each value, 2 without scale and shift",
            NORMS - GROUP_NORMS,
            norm(affine=4, plain=2),
        ),
        Rule("prelu: 1 for each value", PRELUS, Part.values_in),
        Rule("softmax: 3n - 1 for the n values of a place", SOFTMAXES, Part.softmax),
        Rule("mean pools: 1 for each value that comes out", AVG_POOLS, Part.values_out),
        Rule(
            "adaptive mean pools: 1 for each value that goes in, and that comes out",
            ADAPTIVE_AVG_POOLS,
            lambda part: part.values_in() + part.values_out(),  # the sums, and the divisions
        ),
        Rule(
            "upsampling: 1 for each value that comes out, 5 where it is linear, 11 bilinear, 0 trilinear",
            UPSAMPLINGS,
            Part.thop_upsampling,
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
            BATCH_NORMS | OWN_MODULES,
            Part.fixed_params,
        ),
    ),
    remark="Keras counts no MACs and no FLOPs; its summary separates trainable from non-trainable params",
)

TOOLS: Mapping[str, Convention] = {
    convention.name: convention for convention in (CNNCALC, TORCH, FVCORE, PTFLOPS, TORCHINFO, THOP, KERAS)
}
"""Every convention, by its word for `--counting`."""
