"""Layers of PyTorch and Keras that the language has no counterpart of, each with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_STATE = "no layer here has a state that goes from one step to the next"
_ATTENTION = "attention multiplies values with values, and its costs are not those of a convolution"
_WORDS = "what enters a network here are values, not words"
_LOSS = "a loss is part of training, and what is described here is the network"
_TRAINING = "it changes the data in training alone, and what is described here is the network"

# ruff: noqa: E501  # a row is a line
WITHOUT: tuple[tuple[str, str], ...] = (
    (r"(Stacked)?(RNN|LSTM|GRU|SimpleRNN|ConvLSTM[123]D)(Cells?|Base|CellBase)?|recurrent|TimeDistributed", _STATE),
    (r"Bidirectional|BiLSTM|BiGRU", _STATE),
    (r"(Multihead|Multi_?Head|GroupQuery|GroupedQuery|Additive|Self|Cross)?_?Attention|Transformer\w*|ViT|mha", _ATTENTION),
    (r"Embedding(Bag)?|ReversibleEmbedding|PositionEmbedding|Hashing|CategoryEncoding|StringLookup|IntegerLookup", _WORDS),
    (r"TextVectorization|Discretization|HashedCrossing|FeatureSpace|MelSpectrogram|STFTSpectrogram", _WORDS),
    (r"\w*Loss\w*|(Categorical|Binary)_?Cross_?entropy|MSE", _LOSS),
    (r"Random\w+|Gaussian_?Noise|Activity_?Regularization|AutoContrast|Aug_?Mix|CutMix|MixUp|RandAugment", _TRAINING),
    (r"Solarization|Equalization|MaxNumBoundingBoxes|Rand_?Augment", _TRAINING),
    (r"Locally_?Connected[123]?D?|local", "each of its places has weights of its own; here they are shared"),
    (r"Adaptive_?Max_?Pool(ing)?([123]?D)?", "of adaptive pools there are the means, and global_max_pool for 1x1"),
    (r"Max_?Unpool(ing)?([123]d)?|unpool(ing)?", "it needs the places of the maxima of an earlier pool"),
    (r"(Fractional|Lazy|Stochastic|Mixed)_?Max_?Pool(ing)?([123]d)?|stochastic_pool(ing)?", "its windows are drawn at random"),
    (r"(LP|lp|power)_?Pool(ing)?([123]d)?", "its pools take the maximum or the mean"),
    (r"(Un)?Fold", "it makes columns of windows, which a convolution does by itself"),
    (r"Bilinear|Cosine_?Similarity|Pairwise_?Distance|Dot|CosineProximity", "it compares two tensors with each other"),
    (r"Maximum|Minimum|Average|max(imum)?|min(imum)?|average", "joins here add, subtract, multiply or concatenate"),
    (r"Batch_?Renorm(alization)?", "batch_norm has no bounds on its corrections"),
    (r"RMS_?Norm(alization)?|Unit_?Norm(alization)?|Spectral_?Norm(alization)?|Weight_?Norm\w*", "its norms are batch_norm, layer_norm, group_norm, instance_norm and lrn"),
    (r"Cross_?Map_?LRN_?2d", "lrn reaches over channels with other constants"),
    (r"Lambda|Masking|Wrapper|Einsum_?Dense|Repeat_?Vector|Permute|Parameter(List|Dict)|Module(List|Dict)|Container", "it is code, or depends on it"),
    (r"Adaptive_?Log_?Soft_?max\w*|Soft(min|shrink|sign|_?Min|_?Shrink|_?Sign)|(Hard|Tanh|Soft)_?shrink|Hard_?tanh", "no activation here computes it"),
    (r"(Log_?)?Sigmoid_?Log|Log_?Sigmoid|CELU|RReLU|GLU|SwiGLU|GeGLU|Threshold(ed_?ReLU)?|exponential|Squareplus", "no activation here computes it"),
    (r"Group(ed)?_?Conv(olution)?([123]d)?", "conv takes groups"),
    (r"(Circular|Zero)?_?Circular_?Pad([123]d)?", "pad fills with a value, mirrors or repeats the edge"),
    (r"Max_?out", "it takes the largest of several filters"),
    (r"(De|Un)formable_?Conv\w*|Deform_?Conv\w*", "where its taps lie is computed from the data"),
    (r"Graph_?Conv\w*|GCN\w*", "it works on graphs"),
    (r"Capsule\w*", "it routes by agreement, step after step"),
)  # fmt: skip
"""Patterns of names, in any capitals, each with the reason."""


def no_counterpart(word: str) -> str:
    """Why the language has no such layer; empty where it may have one.

    >>> no_counterpart("LSTM")
    'cnncalc has no LSTM: no layer here has a state that goes from one step to the next'
    >>> no_counterpart("Conv2d")
    ''
    """
    if len(word) > 40:
        return ""
    plain = word.rpartition(".")[2]
    for pattern, why in WITHOUT:
        if re.fullmatch(pattern, plain, re.IGNORECASE):
            return f"cnncalc has no {plain}: {why}"
    return ""


def unlike_ours(word: str, given: Mapping[str, Any], *, is_keras: bool, rank: int) -> str:
    """Why a layer that the language has means something else with these arguments; empty where it does not.

    Args:
        word: its name without modules.
        given: its arguments by name; the first one without a name is ``""``.
        is_keras: whether a module of Keras is named before it.
        rank: the number of axes of the file's input.

    >>> unlike_ours("PReLU", {}, is_keras=True, rank=2)
    'PReLU has a slope for each place here, prelu one for each channel: that is shared_axes=[1, 2] in Keras'
    """
    plain = word.casefold().replace("_", "")
    shape = given.get("normalized_shape", given.get("")) if plain == "layernorm" else given.get("axis")
    if plain in {"layernorm", "layernormalization"} and isinstance(shape, (tuple, list)) and len(shape) > 1:
        ours = "layer_norm each place over its channels"
        nearest = "group_norm: 1 is nearest, with a scale for each channel"
        return f"{word} over several axes normalises the map as a whole, {ours}; {nearest}"
    axes = given.get("shared_axes")
    if plain != "prelu" or (not is_keras and axes is None):
        return ""
    shared = list(axes) if isinstance(axes, (tuple, list)) else []
    if set(range(1, rank + 1)) <= set(shared):
        return ""
    wanted = f"shared_axes={[*range(1, rank + 1)]}"
    return f"{word} has a slope for each place here, prelu one for each channel: that is {wanted} in Keras"
