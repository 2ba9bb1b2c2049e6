"""Blocks, variables, formulas in their places, variants and choices."""

from fractions import Fraction

import pytest

from cnncalc.language.choices import ChoiceError
from cnncalc.problem import SpecError
from cnncalc.volume import Volume
from tests.language.specs import fault, faults, layers, network, paths, underlined, volumes

BLOCK = """
vars: {{w: 2}}
lint: {{ignore: [CNN601, CNN602, CNN603]}}
input: 8x8x4
blocks:
  B:
    params: {params}
    layers: [{inner}]
layers:
  - {use}
"""


def spec(use="B", params="{}", inner="relu"):
    return BLOCK.format(params=params, inner=inner, use=use)


@pytest.mark.parametrize("use", ["B: 8", "B: f 8", "B: {f: 8}", "B: 4*$w", "B: {f: 4 * $w}", "B: $input.channels*2"])
def test_blocks_are_used_like_kinds(use):
    assert volumes(spec(use, "{f}", "conv: $f 1x1")) == ["8x8x8"]


def test_a_size_is_the_parameter_kernel_and_pad_the_padding_of_a_block():
    assert volumes(
        spec("B: 8 3x3 pad 1", "{f, kernel: 1, padding: 0}", "'conv: x'").replace(
            "['conv: x']", "[conv: {filters: $f, kernel: $kernel, padding: $padding}]"
        )
    ) == ["8x8x8"]


def test_a_parameter_called_pad_is_pad():
    assert volumes(spec("B: 8 pad 1", "{f, pad: 0}", "conv: $f 3x3 padding $pad")) == ["8x8x8"]


def test_no_default_means_required():
    found = fault(spec("B", "{f}", "conv: $f 1x1"))
    assert (found.code, found.message, underlined(found)) == ("CNN224", "B needs f", "B")
    assert underlined(found, found.labels[0].span) == "f"


def test_a_default_that_asks_for_a_missing_argument_is_silent():
    block = "blocks: {B: {params: {f, g: 2*$f}, layers: [conv: $f 1x1, conv: $g 1x1]}}"
    assert fault(f"input: 8x8x3\n{block}\nlayers: [B]\n").message == "B needs f"


def test_a_default_is_a_formula_over_earlier_parameters_and_the_blocks_input():
    assert volumes(spec("B: 3", "{a, b: 2 * $a * $input.channels}", "conv: $b 1x1")) == ["8x8x24"]
    found = fault(spec("B: 3", "{a, b: $c, c: 2}", "conv: $b 1x1"))
    assert (found.code, underlined(found)) == ("CNN227", "$c")


def test_input_in_an_argument_is_the_callers_and_in_a_default_the_blocks_own():
    text = """
    input: 8x8x4
    blocks:
      Inner: {params: {arg, own: $input.channels}, layers: [conv: $arg+$own 1x1]}
      Outer: {layers: [conv: 6 1x1, Inner: $input.channels]}
    layers: [Outer]
    """
    assert volumes(text) == ["8x8x6", "8x8x10"]


def test_input_in_branches_and_sequences_is_the_blocks_own():
    text = """
    input: 8x8x4
    blocks:
      B:
        layers:
          - conv: 6 1x1
          - sequence: [conv: $input.channels+1 1x1]
          - concat: {a: [conv: $input.channels+2 1x1], b: [{relu: , from: input}]}
    layers: [conv: 5 1x1, B]
    """
    assert volumes(text) == ["8x8x5", "8x8x6", "8x8x6", "8x8x7", "8x8x5", "8x8x12"]


def test_previous_is_what_arrives_at_the_item():
    assert volumes(
        layers(
            "- conv: 5 1x1\n- conv: 2*$previous.channels 1x1\n- fc: $previous.size // $previous.height".replace(
                "$previous.size // $previous.height", "$previous.size//$previous.height"
            )
        )
    ) == ["32x32x5", "32x32x10", "320"]


@pytest.mark.parametrize(
    ("use", "params", "inner", "code", "mark"),
    [
        ("B: 8 strid 2", "{f, stride: 1}", "conv: $f 1x1 stride $stride", "CNN206", "strid"),
        ("B: {g: 8}", "{f: 1}", "conv: $f 1x1", "CNN206", "g"),
        ("B: 8 3x3", "{f}", "conv: $f 1x1", "CNN206", "3x3"),
        ("B: 8", "{}", "relu", "CNN206", "8"),
        ("B: 8", "{w}", "conv: $w 1x1", "CNN228", "w"),
        ("B: 8", "{input}", "relu", "CNN214", "input"),
        ("B: 8", "[f]", "conv: 3 1x1", "CNN229", "["),
        ("B: $x", "{f}", "conv: $f 1x1", "CNN227", "$x"),
        ("B: $f", "{f}", "conv: $f 1x1", "CNN227", "$f"),
        ("B: 2.5", "{f}", "conv: $f 1x1", "CNN221", "$f"),
        ("B: relu", "{f}", "conv: $f 1x1", "CNN220", "$f"),
        ("B: 2", "{f}", "conv: $ff 1x1", "CNN227", "$ff"),
        ("b", "{f: 1}", "conv: $f 1x1", "CNN205", "b"),
    ],
)
def test_faults_in_the_use_of_blocks_stand_at_their_word(use, params, inner, code, mark):
    found = faults(spec(use, params, inner))
    assert found[0].code == code
    assert underlined(found[0]).startswith(mark)


def test_a_block_sees_its_own_parameters_and_the_files_vars_but_not_its_callers():
    text = """
    vars: {w: 3}
    input: 8x8x4
    blocks:
      Inner: {layers: [conv: $w 1x1, conv: $f 1x1]}
      Outer: {params: {f}, layers: [Inner, conv: $f 1x1]}
    layers: [Outer: 8]
    """
    found = fault(text)
    assert (found.code, underlined(found), found.span.line) == ("CNN227", "$f", 5)


def test_inside_a_block_the_use_is_labelled():
    text = """\
input: 7x7x3
blocks:
  Down:
    layers:
      - conv: 4 2x2 stride 2
  Stage:
    layers:
      - Down
layers:
  - relu
  - Stage:
    name: first
"""
    found = fault(text)
    assert (found.code, found.span.line) == ("CNN401", 5)
    told = [(label.span.line, underlined(found, label.span), label.text) for label in found.labels]
    assert told == [
        (1, "7x7x3", "W = H = 7"),
        (8, "Down", "used here as `first/Down_1`"),
        (11, "Stage", "used here as `first`"),
    ]


def test_a_fault_that_several_uses_and_turns_share_is_told_once():
    text = spec("B:\n    repeat: 5\n  - B", "{}", "conv: 3 3x3 stride 2").replace("8x8x4", "8x8x4")
    assert [entry.code for entry in faults(text)] == ["CNN401"]


def test_further_inputs_of_a_block_come_by_from():
    text = """
    input: 8x8x4
    blocks:
      Up:
        inputs: [skip]
        layers:
          - upsample: 2
          - concat: {}
            from: [skip, previous]
    layers:
      - conv: 3 1x1
        name: enc
      - max_pool: 2
      - Up:
        from: [previous, enc]
    """
    assert volumes(text)[-1] == "8x8x6"
    found = faults(text.replace("        from: [previous, enc]\n", ""))
    assert found[0].code == "CNN307"
    assert found[0].message == "Up takes 2 tensors (input, skip), and 1 arrives"


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ("lower: {layers: [relu]}", "CNN229"),
        ("A: {}", "CNN229"),
        ("A: [relu]", "CNN229"),
        ("A: {layers: []}", "CNN203"),
        ("A: {layers: relu}", "CNN211"),
        ("A: {layer: [relu], layers: [relu]}", "CNN229"),
        ("A: {layers: [relu], inputs: [input]}", "CNN214"),
        ("A: {layers: [A]}", "CNN230"),
        ("A: {layers: [B]}, B: {layers: [A]}", "CNN230"),
        ("A: {layers: [{add: {x: [B], y: identity}}]}, B: {layers: [{sequence: [A]}]}", "CNN230"),
    ],
)
def test_blocks_that_are_none(blocks, code):
    assert [entry.code for entry in faults(f"input: 8x8x4\nblocks: {{{blocks}}}\nlayers: [relu]\n")] == [code]


def test_blocks_may_use_blocks_that_stand_below_them():
    text = "input: 8x8x4\nblocks: {A: {layers: [B]}, B: {layers: [relu]}}\nlayers: [A]\n"
    assert paths(text) == ["A_1/B_1/relu_1"]


def test_vars_use_only_earlier_ones():
    assert volumes("vars: {a: 2, b: $a * 3}\ninput: 8x8x4\nlayers: [conv: $b 1x1]\n") == ["8x8x6"]
    found = fault("vars: {b: $a * 3, a: 2}\ninput: 8x8x4\nlayers: [conv: $b 1x1]\n")
    assert (found.code, underlined(found), found.helps) == ("CNN227", "$a", ("move `a` above the line that uses it",))


@pytest.mark.parametrize("name", ["my-var", "input", "1", "a.b"])
def test_variables_have_names_that_formulas_can_write(name):
    assert fault(f"vars: {{{name}: 2}}\ninput: 8x8x4\nlayers: [relu]\n").code == "CNN214"


def test_a_fractional_filter_count_is_an_error_and_never_rounded():
    found = fault(layers("- conv: 5*$w 1x1", "vars: {w: 0.5}\ninput: 8x8x4"))
    assert (found.code, found.message, underlined(found)) == (
        "CNN221",
        "filters must be a whole number, not 2.5",
        "5*$w",
    )


def test_unused_variables_parameters_and_blocks_are_warnings():
    net = network(
        """
        vars: {a: 1}
        input: 8x8x4
        blocks:
          B: {params: {p: 1}, layers: [relu]}
        layers: [relu]
        """
    )
    assert [(entry.code, entry.severity) for entry in net.warnings] == [
        ("CNN601", "warning"),
        ("CNN603", "warning"),
        ("CNN602", "warning"),
    ]


VARIANTS = """
vars: {n: 1, c: 2 * $n}
variants:
  two: {vars: {n: 2}, expect: {params: 20}}
input: 8x8x4
layers: [conv: $c 1x1]
expect: {params: 10}
"""


def test_a_variant_is_a_named_set_of_vars_that_later_ones_see():
    assert volumes(VARIANTS) == ["8x8x2"]
    assert volumes(VARIANTS, variant="two") == ["8x8x4"]


def test_a_variant_has_its_own_expectations_and_a_set_value_none():
    assert [claim.value for claim in network(VARIANTS).claims] == [10]
    assert [claim.value for claim in network(VARIANTS, variant="two").claims] == [20]
    assert network(VARIANTS, variables={"n": 3}).claims == ()


NAMED = "name: ResNet-50\nvariants: {resnet152: {name: ResNet-152}, wide: {}}\ninput: 8x8x3\nlayers: [fc: 10]\n"


def test_a_variant_may_have_a_name_which_is_then_the_networks():
    named, wide, bare = (network(NAMED, variant=variant) for variant in ("resnet152", "wide", None))
    assert (named.name, named.variant, named.variant_named) == ("ResNet-152", "resnet152", True)
    assert (wide.name, wide.variant, wide.variant_named) == ("ResNet-50", "wide", False)
    assert (bare.name, bare.variant, bare.variant_named) == ("ResNet-50", None, False)


def test_a_name_of_a_variant_is_a_text():
    with pytest.raises(SpecError, match="name is a text"):
        network(NAMED.replace("{name: ResNet-152}", "{name: [a, b]}"))


def test_a_value_that_is_set_wins_over_the_variant():
    assert volumes(VARIANTS, variant="two", variables={"n": 5}) == ["8x8x10"]


def test_an_input_may_be_chosen():
    assert volumes(VARIANTS, inputs={"input": Volume((4, 4, 4))}) == ["4x4x2"]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"variant": "tow"}, "there is no variant tow: did you mean two?"),
        ({"variables": {"m": 1}}, "there is no variable m to set"),
        ({"inputs": {"left": Volume((1,))}}, "there is no input left"),
    ],
)
def test_a_choice_that_the_file_does_not_have_is_refused(choice, message):
    with pytest.raises(ChoiceError, match=message):
        network(VARIANTS, **choice)


def test_a_variant_that_sets_what_is_no_variable_is_told_though_it_is_not_chosen():
    found = fault(VARIANTS.replace("vars: {n: 2}", "vars: {m: 2}"))
    assert (found.code, underlined(found)) == ("CNN237", "m")


def test_a_variable_may_be_a_word_a_size_a_fraction_or_a_boolean():
    head = "vars: {a: tanh, k: 3x1, w: 0.5, b: false}\ninput: 8x8x4"
    text = layers("- conv: {filters: 4 * $w, kernel: $k, act: $a, bias: $b}", head)
    (node,) = network(text).nodes
    settings = node.layer.settings(node.read[0])
    assert [settings[name] for name in ("filters", "kernel", "act", "bias")] == [2, [3, 1], "tanh", False]
    assert volumes(text, variables={"w": Fraction(1, 4)}) == ["6x8x1"]


def claims(text):
    return [(claim.path, claim.metric, claim.subject, claim.value) for claim in network(text).claims]


def test_expect_on_an_item_is_a_volume_or_a_map():
    text = layers(
        "- conv: 4 1x1\n  expect: 32x32x4\n"
        "- relu:\n  expect: {output: [32, 32, 2 * 2], params: 0}\n  budget: {macs: 5M}"
    )
    assert claims(text) == [
        ("conv_1", "output", "", (32, 32, 4)),
        ("relu_1", "output", "", (32, 32, 4)),
        ("relu_1", "params", "", 0),
        ("relu_1", "macs", "", 5_000_000),
    ]


def test_at_the_top_expect_names_paths_and_several_outputs():
    text = layers("- relu:\n  name: a\n- fc: 3\n  name: b") + (
        "outputs: [a, b]\nexpect: {output: {a: 32x32x3, b: 3}, shapes: {a: 32x32x3}, receptive_field: 5x5, layers: 2}\n"
    )
    assert claims(text) == [
        ("", "output", "a", (32, 32, 3)),
        ("", "output", "b", (3,)),
        ("", "shapes", "a", (32, 32, 3)),
        ("", "receptive_field", "", (5, 5)),
        ("", "layers", "", 2),
    ]


def test_a_promise_on_a_repeated_item_speaks_of_it_as_a_whole_and_of_its_last_turn():
    text = layers("- conv: $f 1x1\n  repeat: {f: [4, 8]}\n  expect: [32, 32, $f]\n  budget: {params: 1K}")
    assert claims(text) == [("conv_1", "output", "", (32, 32, 8)), ("conv_1", "params", "", 1000)]


@pytest.mark.parametrize(
    ("promise", "code"),
    [
        ("expect: {parms: 3}", "CNN235"),
        ("budget: 5M", "CNN235"),
        ("expect: {params: 5KiB}", "CNN236"),
        ("expect: {weight_memory: 5K}", "CNN236"),
        ("expect: {params: [5]}", "CNN236"),
        ("expect: {params: about 5}", "CNN257"),
        ("expect: [32, 0.5]", "CNN236"),
        ("expect: $x", "CNN227"),
        ("expect: {shapes: 3x3}", "CNN235"),
    ],
)
def test_promises_that_mean_nothing(promise, code):
    assert fault(layers(f"- relu:\n  {promise}")).code == code
