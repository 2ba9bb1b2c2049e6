"""Which of our words somebody probably meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.frameworks import FRAMEWORKS
from cnncalc.language.values.suggest import LISTED, closest, foreign, foreign_words
from tests.steps import steps

PARAMETERS = ["filters", "kernel", "stride", "padding", "dilation", "groups", "bias", "act", "rounding"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("fliters", "filters"), ("filter", "filters"), ("kernal", "kernel"), ("Kernel", "kernel"), ("strid", "stride"),
        ("paddding", "padding"), ("grops", "groups"), ("dil", "dilation"), ("round", "rounding"), ("bais", "bias"),
    ],
)  # fmt: skip
def test_a_slip_of_the_fingers_finds_its_word(word, meant):
    assert closest(word, PARAMETERS) == meant


@pytest.mark.parametrize("word", ["", "q", "quux", "momentum", "learning_rate", "filters" * 10, "f" * 10**6])
def test_a_word_far_from_all_finds_none(word):
    assert closest(word, PARAMETERS) is None


def test_a_word_is_never_its_own_correction():
    assert closest("kernel", ["kernel"]) is None


def test_the_answer_does_not_depend_on_the_order_of_the_candidates():
    assert closest("cony", ["cons", "conv", "cone"]) == closest("cony", ["cone", "conv", "cons"]) == "cone"


def test_of_many_candidates_five_thousand_are_looked_at():
    candidates = (f"stage{n}/conv_{n}" for n in range(10**6))
    closest("stage4/conv_12", candidates)
    assert next(candidates) == "stage5000/conv_5000"


def test_a_candidate_that_is_far_away_costs_less_than_a_table_of_its_letters():
    length = 40
    assert steps(lambda: closest("a" * length, ["b" * length])) < 2 * length**2


@given(st.text("abcdef", min_size=4, max_size=12), st.data())
def test_one_slip_in_a_long_word_is_always_forgiven(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    slip = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + "z" + word[place:],
                word[:place] + "z" + word[place + 1 :],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    assert closest(slip, [word]) == (word if slip != word else None)


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("out_channels", "filters"), ("n_filters", "filters"), ("num_filters", "filters"), ("K", "filters"),
        ("kernel_size", "kernel"), ("ksize", "kernel"), ("F", "kernel"), ("strides", "stride"), ("S", "stride"),
        ("P", "padding"), ("pads", "padding"), ("Conv2d", "conv"), ("conv2d", "conv"), ("Conv1D", "conv"),
        ("Convolution", "conv"), ("Linear", "fc"), ("Dense", "fc"), ("gemm", "fc"), ("MaxPool2d", "max_pool"),
        ("MaxPooling2D", "max_pool"), ("maxpool", "max_pool"), ("AvgPool2d", "avg_pool"),
        ("AveragePooling2D", "avg_pool"), ("BatchNorm2d", "batch_norm"), ("BatchNormalization", "batch_norm"),
        ("bn", "batch_norm"), ("GlobalAveragePooling2D", "global_avg_pool"), ("gap", "global_avg_pool"),
        ("AdaptiveAvgPool2d", "adaptive_avg_pool"), ("Concatenate", "concat"), ("cat", "concat"), ("Add", "add"),
        ("sum", "add"), ("eltwise", "add"), ("residual", "add"), ("Multiply", "multiply"), ("mul", "multiply"),
        ("Dropout", "dropout"), ("ReLU", "relu"), ("LeakyReLU", "leaky_relu"), ("GELU", "gelu"),
        ("Conv2DTranspose", "conv_transpose"), ("ConvTranspose2d", "conv_transpose"), ("deconv", "conv_transpose"),
        ("DepthwiseConv2D", "depthwise"), ("dwconv", "depthwise"), ("UpSampling2D", "upsample"),
        ("Upsample", "upsample"), ("PixelShuffle", "depth_to_space"), ("Flatten", "flatten"),
        ("ZeroPadding2D", "pad"), ("activation", "act"), ("nonlinearity", "act"), ("use_bias", "bias"),
        ("num_groups", "groups"), ("out_features", "units"), ("neurons", "units"), ("epsilon", "eps"),
        ("negative_slope", "slope"), ("p", "rate"), ("ceil_mode", "rounding"), ("Softmax", "softmax"),
    ],
)  # fmt: skip
def test_the_word_of_another_framework_names_ours(word, ours):
    assert foreign(word) == ours


@given(st.sampled_from(sorted(word for word in foreign_words() if len(word) > 1)))
def test_the_case_of_a_foreign_word_does_not_matter(word):
    assert foreign(word.upper()) == foreign(word.lower()) == foreign(word) == foreign_words()[word]


def test_our_own_words_are_foreign_to_nobody():
    assert [word for word in foreign_words() if word in foreign_words().values()] == []
    assert foreign("conv") is None


@given(st.text("0123456789 ?é中\n$", max_size=100))
def test_no_word_breaks_the_search(word):
    assert foreign(word) is None
    assert closest(word, PARAMETERS) in {None, *PARAMETERS}


def test_the_names_of_modules_come_from_the_tables_and_no_word_stands_in_both():
    theirs = {word.casefold() for framework in FRAMEWORKS for word, _ in framework.words()}
    assert {"conv2d", "maxpooling2d", "batchnormalization", "linear", "strides", "epsilon"} <= theirs
    listed = {word.casefold() for words in LISTED.values() for word in words.split() if len(word) > 1}
    assert listed & theirs == {"activation"}  # a parameter of Keras's layers, and its layer of an activation alone
