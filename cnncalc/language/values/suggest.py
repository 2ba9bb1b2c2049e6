"""What somebody probably meant: the nearest of our words, or ours for another framework's."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from cnncalc.source import Edit, Help, write

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_LONGEST_WORD = 40
_MOST_CANDIDATES = 5000

LISTED = {
    "filters": "n_filters num_filters nb_filters num_output filter_count K",
    "kernel": "kernel_shape ksize filter_size window window_size F",
    "stride": "stride_size S",
    "padding": "P paddings pads zero_padding",
    "dilation": "dilations dilate atrous",
    "groups": "group n_groups cardinality",
    "bias": "bias_term has_bias with_bias",
    "act": "activation activations activation_function nonlinearity act_fn",
    "units": "num_units n_units neurons hidden_units hidden_size outputs_count",
    "multiplier": "channel_multiplier",
    "eps": "variance_epsilon",
    "affine": "elementwise_affine",
    "slope": "alpha_slope leakiness",
    "rate": "p drop_rate dropout_rate dropout_ratio prob",
    "block": "block_size",
    "rounding": "rounding_mode",
    "count_padding": "exclude_pad",
    "conv": "convolution convolutional convolution2d Convolution1D Convolution3D",
    "depthwise": "depthwise_conv dwconv",
    "conv_transpose": "deconv deconvolution transposed_conv conv_transposed",
    "fc": "gemm inner_product fully_connected",
    "max_pool": "max_pooling",
    "avg_pool": "average_pool mean_pool avg_pooling",
    "global_avg_pool": "global_average_pool gap global_pool",
    "global_max_pool": "gmp",
    "batch_norm": "bn",
    "layer_norm": "ln",
    "group_norm": "gn",
    "instance_norm": "InstanceNormalization",
    "lrn": "local_response_normalization",
    "concat": "Concatenate cat concatenation join merge route",
    "add": "sum eltwise residual shortcut addition plus skip_add",
    "subtract": "sub difference minus",
    "multiply": "mul product times gate hadamard",
    "flatten": "ravel",
    "dropout": "drop",
    "identity": "noop pass passthrough linear_activation",
    "crop": "center_crop",
    "upsample": "interpolate resize",
    "space_to_depth": "reorg focus",
    "channel_shuffle": "shuffle",
    "relu": "rectifier rectified_linear",
    "leaky_relu": "lrelu leaky",
    "prelu": "ParametricReLU",
    "hard_sigmoid": "hsigmoid",
    "hard_swish": "hswish",
    "silu": "swish swish1",
    "sigmoid": "logistic",
    "tanh": "hyperbolic_tangent",
    "sequence": "Sequential seq",
    "from": "inputs_from bottom src",
    "name": "id label layer_name",
    "repeat": "repeats times_repeated depth_repeat",
    "input": "input_shape input_size input_dim",
    "channels": "in_channels num_channels depth_channels",
}
"""Words of Caffe, ONNX, the lecture and everyday use; those of PyTorch and Keras stand in their tables."""


def _squeezed(word: str) -> str:
    """Without case and underscores, so that MaxPool, maxpool and max_pool are one word."""
    return word.casefold().replace("_", "")


@cache
def foreign_words() -> dict[str, str]:
    """The words of PyTorch, Keras, Caffe, ONNX and the lecture that are not ours, each with ours."""
    from cnncalc.frameworks import FRAMEWORKS  # a valid spec needs none of them

    words = {theirs: ours for ours, listed in LISTED.items() for theirs in listed.split()}
    known = {_squeezed(word) for word in words} | set(_our_words())
    for theirs, ours in (pair for framework in FRAMEWORKS for pair in framework.words()):
        if _squeezed(theirs) not in known:
            words.setdefault(theirs, ours)
    return words


@cache
def _our_words() -> dict[str, str]:
    """Our own words by what they are without case and underscores."""
    from cnncalc.layers import KINDS

    parameters = (name for kind in KINDS.values() for name in kind.parameters)
    return {_squeezed(word): word for word in (*parameters, *LISTED, *KINDS)}


def foreign(word: str) -> str | None:
    """Our word for one of another framework, whatever its case and underscores.

    The lecture's letter P is padding and PyTorch's p the rate of dropout, so a word as written goes first.

    >>> foreign("Conv2d"), foreign("CONV2D"), foreign("P"), foreign("p"), foreign("quux")
    ('conv', 'conv', 'padding', 'rate', None)
    """
    words, ours = foreign_words(), _our_words()
    if word in words:
        return words[word]
    sought = _squeezed(word)
    if word == ours.get(sought) or not 1 < len(word) <= _LONGEST_WORD:
        return None
    return next((meant for theirs, meant in words.items() if _squeezed(theirs) == sought), ours.get(sought))


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a slip of the fingers turns into the word, or that the word abbreviates; None if none is near.

    A word of n characters may differ by n/3 insertions, deletions, changes or swaps of neighbours, at least one.
    The first 5,000 candidates are looked at.

    >>> closest("fliters", ["filters", "kernel"]), closest("kern", ["filters", "kernel"]), closest("xyz", ["kernel"])
    ('filters', 'kernel', None)
    """
    if not 0 < len(word) <= _LONGEST_WORD:
        return None
    sought, most = word.casefold(), max(1, len(word) // 3)
    best: tuple[int, str] | None = None
    abbreviated = []
    for candidate in islice(candidates, _MOST_CANDIDATES):
        if candidate == word or not candidate:
            continue
        folded = candidate.casefold()
        if len(sought) >= 3 and folded.startswith(sought):
            abbreviated.append(candidate)
        if abs(len(folded) - len(sought)) <= most < max(len(sought), len(folded)):
            found = (_distance(sought, folded, most), candidate)
            if found[0] <= most:
                best = min(best or found, found)
    if best:
        return best[1]
    return min(abbreviated, key=lambda candidate: (len(candidate), candidate)) if abbreviated else None


def meant_by(text: str) -> Help:
    """The help that asks whether this was meant.

    >>> meant_by("filters")
    'did you mean `filters`?'
    """
    return Help(f"did you mean `{text}`?", Edit(text))


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", sign: str = "") -> str:
    """The help that names the nearest of the known words, or another one; `sign` stands before a variable.

    >>> did_you_mean("fliters", ["filters", "kernel"]), did_you_mean("xyz", ["kernel"], "there is kernel")
    ('did you mean `filters`?', 'there is kernel')
    """
    near = closest(word, known)
    return meant_by(f"{sign}{near}") if near else otherwise


def in_our_words(word: str, known: Collection[str], otherwise: str = "") -> str:
    """The help that names our word for one of another framework, the nearest of the known words, or another help.

    >>> in_our_words("n_filters", ["filters"]), in_our_words("fliters", ["filters"])
    ('write `filters`', 'did you mean `filters`?')
    """
    ours = foreign(word) or foreign(word.rpartition(".")[2])
    if ours and ours in known:
        return write(ours)
    from cnncalc.frameworks.without import no_counterpart

    return no_counterpart(word) or did_you_mean(word, known, otherwise)


def _distance(a: str, b: str, most: int) -> int:
    """The optimal string alignment distance, or anything above `most` as soon as it must be more."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, sign in enumerate(a, 1):
        previous, row, earlier = row, [i], before
        for j, other in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = previous
        if min(row) > most:
            return most + 1
    return row[-1]
