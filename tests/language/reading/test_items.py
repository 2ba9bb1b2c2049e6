"""An item of a list of layers: kinds, parameters in both forms, modifiers, and the words of other frameworks."""

import json
import re

import pytest

from cnncalc.layers import KINDS
from cnncalc.source import edits_of
from tests.language.specs import fault, faults, layers, network, underlined, volumes


def only(items, head="input: 32x32x3"):
    """The layer of the only row."""
    (node,) = network(layers(items, head)).nodes
    return node.layer


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("conv: 10 5x5 pad 2", "conv: {filters: 10, kernel: 5x5, padding: 2}"),
        ("conv: 10 5x5 padding 2", "conv: {filters: 10, kernel: 5x5, padding: 2}"),
        ("conv: 10 5×5", "conv: {filters: 10, kernel: 5x5}"),
        ("conv: 10 kernel 5", "conv: {filters: 10, kernel: 5}"),
        ("conv: filters 10 kernel 5", "conv: {filters: 10, kernel: 5}"),
        (
            "conv: 8 3x5 stride 2x1 pad 1x2 rounding floor",
            "conv: {filters: 8, kernel: 3x5, stride: 2x1, padding: 1x2, rounding: floor}",
        ),
        ("conv: 8 3x3 act relu bias false", "conv: {filters: 8, kernel: 3, act: relu, bias: false}"),
        ("depthwise: 3x3 pad 1", "depthwise: {kernel: 3, padding: 1}"),
        ("depthwise: 3 multiplier 2", "depthwise: {kernel: 3, multiplier: 2}"),
        ("max_pool: 2x2", "max_pool: {kernel: 2}"),
        ("max_pool: 2", "max_pool: {kernel: 2}"),
        ("dropout: 0.5", "dropout: {rate: 0.5}"),
        ("leaky_relu: 0.2", "leaky_relu: {slope: 0.2}"),
        ("leaky_relu: slope 0.2", "act: {leaky_relu: 0.2}"),
        ("act: relu", "relu"),
        ("relu: {}", "relu"),
        ("act: {leaky_relu: {slope: 0.1}}", "act: {leaky_relu: 0.1}"),
        ("reshape: 3x1024", "reshape: {output: 3x1024}"),
        ("adaptive_avg_pool: 7x7", "adaptive_avg_pool: {output: 7}"),
        ("slice: start 0 stop 2", "slice: {start: 0, stop: 2}"),
        ("crop: top 1 left 2", "crop: {top: 1, left: 2}"),
        ("pad: 1 channels_after 3", "pad: {padding: 1, channels_after: 3}"),
        ("upsample: 2 mode bilinear", "upsample: {scale: 2, mode: bilinear}"),
    ],
)
def test_the_short_form_is_a_fixed_rewriting_into_the_same_parameters(short, long):
    assert only(f"- {short}") == only(f"- {long}")


def test_a_kind_alone_a_kind_with_a_value_and_a_map_with_modifiers_are_items():
    text = "- relu\n- conv: 6 5x5\n- conv: 6 5x5\n  name: c\n  note: with modifiers"
    assert [node.kind for node in network(layers(text)).nodes] == ["relu", "conv", "conv"]


@pytest.mark.parametrize(
    ("item", "code", "mark"),
    [
        ("conv: 6 5x5\n  relu:", "CNN204", "relu"),
        ("name: lonely", "CNN204", "name"),
        ("conv 6 5x5", "CNN204", "conv 6 5x5"),
        ("[relu]", "CNN204", None),
        ("conv: 6 5x5 strid 2", "CNN206", "strid"),
        ("conv: 6 5x5 p 2", "CNN206", "p"),
        ("relu: 3", "CNN206", "3"),
        ("fc: 10 5", "CNN206", "5"),
        ("fc: 10 5x5", "CNN206", "5x5"),
        ("crop: 1", "CNN206", "1"),
        ("conv: 6 5x5 kernel 3", "CNN207", "kernel"),
        ("conv: 6 5x5 pad 1 padding 2", "CNN207", "padding"),
        ("conv: 6 5x5 stride", "CNN208", "stride"),
        ("conv: 10 5", "CNN209", "5"),
        ("conv: 5x5", "CNN224", "5x5"),
        ("conv", "CNN224", "conv"),
        ("conv: {kernel: 3}", "CNN224", "conv"),
        ("conv: {filters: 6, kernel: 5, pad: 2}", "CNN206", "pad"),
        ("conv: {filters: 6, kernel: 5, name: x}", "CNN213", "name"),
        ("conv: {filters: 6, kernel: [5, 5]}", "CNN211", None),
        ("conv: {filters: 6, kernel: 5, padding: [1, 1, 1, 1]}", "CNN211", None),
        ("conv: {filters: 6, kernel: 5, bias: no}", "CNN254", "no"),
        ("conv: {filters: 6, kernel: 5, bias: 1}", "CNN254", "1"),
        ("conv: 010 5x5", "CNN250", "010"),
        ("conv: {filters: 0x10, kernel: 5}", "CNN250", "0x10"),
        ("conv: {filters: +6, kernel: 5}", "CNN250", "+6"),
        ("conv: {filters: 0o17, kernel: 5}", "CNN250", "0o17"),
        ("conv: {filters: '6', kernel: 5}", "CNN251", "'6'"),
        ("conv: {filters: 1e13, kernel: 5}", "CNN252", "1e13"),
        ("conv: {filters: 2.5, kernel: 5}", "CNN221", "2.5"),
        ("conv: {filters: 3x3, kernel: 5}", "CNN220", "3x3"),
        ("conv: 0 5x5", "CNN222", "0"),
        ("conv: 6 0x3", "CNN222", "0"),
        ("conv: 6 5x5 pad -1", "CNN222", "-1"),
        ("dropout: 1.5", "CNN222", "1.5"),
        ("conv: 6 5x5 act rellu", "CNN223", "rellu"),
        ("act: {leaky_relu: {slop: 1}}", "CNN225", None),
        ("conv: 6 3x3x3", "CNN407", "3x3x3"),
        ("conv: {filters: 6, kernel: 5, padding: {front: 1}}", "CNN426", None),
        ("sequence: []", "CNN203", None),
        ("sequence: relu", "CNN211", "relu"),
        ("lrn: {size: 5, n: 3}", "CNN206", "n"),
        ("avg_pool: 3x3 pad 1", "CNN408", "1"),
        ("max_pool: 2x2 pad 2", "CNN409", "2"),
    ],
)
def test_what_no_item_can_be_is_told_at_its_word(item, code, mark):
    found = fault(layers(f"- {item}"))
    assert found.code == code
    assert mark is None or underlined(found) == mark


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Conv2d: 6 5x5", "conv: 6 5x5"),
        ("Linear: 10", "fc: 10"),
        ("dense: 10", "fc: 10"),
        ("MaxPool2d: 2", "max_pool: 2"),
        ("BatchNorm2d", "batch_norm"),
        ("Dropout: 0.5", "dropout: 0.5"),
        ("ReLU", "relu"),
        ("concatenate: {}", "concat"),
    ],
)
def test_the_kinds_of_other_frameworks_are_answered_with_ours(theirs, ours):
    found = fault(layers(f"- {theirs}"))
    assert (found.code, found.helps) == ("CNN205", (f"write `{ours}`",))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("out_channels", "filters"),
        ("kernel_size", "kernel"),
        ("strides", "stride"),
        ("K", "filters"),
        ("F", "kernel"),
        ("S", "stride"),
        ("P", "padding"),
        ("dilation_rate", "dilation"),
        ("use_bias", "bias"),
        ("activation", "act"),
    ],
)
@pytest.mark.parametrize("form", ["conv: {}", "conv: {{{}}}"])
def test_the_parameters_of_other_frameworks_are_answered_with_ours(form, theirs, ours):
    others = {name: value for name, value in {"filters": 6, "kernel": 5}.items() if name != ours}
    given = {"bias": "false", "act": "relu"}.get(ours, 1)
    sign, apart = (" ", " ") if form == "conv: {}" else (": ", ", ")
    found = fault(
        layers(
            "- " + form.format(apart.join(f"{name}{sign}{value}" for name, value in {**others, theirs: given}.items()))
        )
    )
    assert (found.code, underlined(found), len(found.helps)) == ("CNN206", theirs, 1)
    (node,) = network(found.source.edited(edits_of(found.helps[0])).text).nodes
    assert str(getattr(node.layer, ours)) in {"1", "(1, 1)", "((1, 1), (1, 1))", "False", "relu"}


def test_an_unknown_kind_is_answered_with_the_nearest():
    assert fault(layers("- max_pol: 2")).helps == ("did you mean `max_pool`?",)


def test_two_bare_numbers_ask_for_the_size():
    found = fault(layers("- conv: 10 5"))
    assert found.helps[0] == "write `conv: 10 5x5`"
    assert volumes(layers("- conv: 10 5x5")) == ["28x28x10"]


def test_a_size_from_a_variable_has_its_name():
    assert volumes(layers("- conv: 10 kernel $k", "vars: {k: 5x3}\ninput: 32x32x3")) == ["28x30x10"]


@pytest.mark.parametrize(
    ("head", "item", "volume"),
    [
        ("input: 4x8x8x1", "conv: 2 3x3x3", "2x6x6x2"),
        ("input: 100x1", "conv: 2 kernel 80", "21x2"),
        ("input: 100x1", "conv: 2 kernel 3 pad 1", "100x2"),
        ("input: 4x8x8x1", "max_pool: 2", "2x4x4x1"),
    ],
)
def test_sizes_have_one_factor_an_axis(head, item, volume):
    assert volumes(layers(f"- {item}", head)) == [volume]


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("$a * $b 5x5", "$a*$b 5x5"),
        ("2 * $a 5x5", "2*$a 5x5"),
        ("max(1, $a) 5x5", "max(1,$a) 5x5"),
        ("$a - 1 5x5", "$a-1 5x5"),
    ],
)
def test_blanks_in_a_formula_of_the_short_form_are_answered_without_them(written, joined):
    head = "vars: {a: 2, b: 3}\ninput: 32x32x3"
    found = fault(layers(f"- conv: {written}", head))
    assert (found.code, found.helps) == ("CNN210", (f"write `{joined}`",))
    assert len(volumes(layers(f"- conv: {joined}", head))) == 1


def test_a_value_may_be_a_formula_with_blanks_in_the_map_form_and_in_quotes():
    head = "vars: {a: 2}\ninput: 32x32x3"
    assert volumes(layers('- fc: {units: 2 * $a + 1}\n- fc: "max(2, $a) * 2"', head)) == ["5", "4"]


@pytest.mark.parametrize("parameter", ["filters", "out_channels"])
def test_a_parameter_at_the_depth_of_its_kind_is_to_be_indented(parameter):
    found = faults(layers(f"- conv:\n  {parameter}: 6\n  kernel: 5"))
    assert [(entry.code, underlined(entry)) for entry in found] == [("CNN213", parameter), ("CNN213", "kernel")]
    assert found[0].helps == ("indent `filters` under `conv`",)


def test_a_parameter_beside_a_short_form_is_answered_with_the_whole_line():
    assert fault(layers("- conv: 6 5x5\n  stride: 2")).helps == ("write `conv: 6 5x5 stride 2`",)


@pytest.mark.parametrize("name", ["Größe", "3a", "a-b", "a.b", "conv", "conv1", "1x1"])
def test_names_have_letters_of_any_script_digits_and_three_signs(name):
    assert network(layers(f"- relu:\n  name: {name}")).nodes[0].path == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a/b", "CNN214"),
        ("'a b'", "CNN214"),
        ("'a[1]'", "CNN214"),
        ("a$b", "CNN214"),
        ("input", "CNN215"),
        ("previous", "CNN215"),
        ("identity", "CNN215"),
        ("conv_1", "CNN215"),
        ("relu_12", "CNN215"),
        ("sequence_1", "CNN215"),
        ("B_1", "CNN215"),
        ("[a]", "CNN211"),
    ],
)
def test_other_names_are_refused(name, code):
    found = fault(layers(f"- relu:\n  name: {name}\n- B", "input: 8x8x3\nblocks: {B: {layers: [relu]}}"))
    assert found.code == code


def test_a_word_and_a_number_that_is_no_kind_is_a_name():
    assert network(layers("- relu:\n  name: stage_1")).nodes[0].path == "stage_1"


def test_act_takes_a_variable_and_none_passes_through():
    head = "vars: {nl: %s}\ninput: 8x8x3"
    assert only("- act: $nl", head % "tanh") == only("- tanh", "input: 8x8x3")
    assert only("- act: none").hands_on
    assert only("- conv: 4 3x3 act $nl", head % "relu") == only("- conv: 4 3x3 act relu", "input: 8x8x3")


def test_every_kind_is_known_by_its_word():
    rows = {"conv: 4 3x3", "fc: 3", "relu"}
    assert {row.partition(":")[0] for row in rows} <= set(KINDS)
    for word in (
        "relu6",
        "prelu",
        "elu",
        "selu",
        "gelu",
        "gelu_tanh",
        "silu",
        "mish",
        "sigmoid",
        "hard_sigmoid",
        "hard_swish",
        "tanh",
        "scaled_tanh",
        "softplus",
        "abs",
        "softmax",
        "log_softmax",
        "flatten",
        "identity",
        "batch_norm",
        "layer_norm",
        "instance_norm",
        "lrn",
        "scale",
        "global_avg_pool",
        "global_max_pool",
    ):
        assert len(network(layers(f"- {word}")).nodes) == 1


@pytest.mark.parametrize(
    ("item", "volume"),
    [
        ("global_avg_pool", "1x1x3"),
        ("flatten", "3072"),
        ("reshape: 1024x3", "1024x3"),
        ("subsample: 2x2", "16x16x3"),
        ("rbf: 10", "10"),
        ("depth_to_space: 1", "32x32x3"),
        ("space_to_depth: 2", "16x16x12"),
        ("slice: 1 stop 3", "32x32x2"),
        ("channel_shuffle: 3", "32x32x3"),
        ("group_norm: 3", "32x32x3"),
        ("conv_transpose: 4 2x2 stride 2", "64x64x4"),
        ("pad: {padding: {left: 1}, channels_before: 2}", "32x33x5"),
        ("upsample: 2", "64x64x3"),
        ("upsample: 2x1", "64x32x3"),
    ],
)
def test_kinds_give_the_volumes_that_they_should(item, volume):
    assert volumes(layers(f"- {item}")) == [volume]


@pytest.mark.parametrize(
    ("head", "item", "code"),
    [
        ("input: 10", "lrn", "CNN406"),
        ("input: 10", "instance_norm", "CNN406"),
        ("input: 10", "conv: 4 3x3", "CNN406"),
        ("input: 8x8x3", "conv_transpose: 4 3x3 padding same", "CNN223"),
        ("input: 8x8x3", "conv_transpose: 4 3x3 padding half", "CNN223"),
        ("input: 8x8x3", "conv_transpose: 4 3x3 stride 2 output_padding 2", "CNN411"),
    ],
)
def test_what_a_kind_cannot_take_is_an_error(head, item, code):
    assert fault(layers(f"- {item}", head)).code == code


def test_batch_norm_works_on_vectors():
    assert volumes(layers("- batch_norm", "input: 10")) == ["10"]


@pytest.mark.parametrize(
    ("padding", "volume"),
    [
        ("valid", "6x6x2"),
        ("0", "6x6x2"),
        ("1", "8x8x2"),
        ("half", "8x8x2"),
        ("same", "8x8x2"),
        ("1x0", "8x6x2"),
        ("{top: 1}", "7x6x2"),
        ("{left: 1, right: 2}", "6x9x2"),
        ("{top: 1, bottom: 1, left: 1, right: 1}", "8x8x2"),
    ],
)
def test_paddings(padding, volume):
    assert volumes(layers(f"- conv: {{filters: 2, kernel: 3, padding: {padding}}}", "input: 8x8x3")) == [volume]


def test_half_with_an_even_kernel_lets_the_map_grow_by_one_and_same_is_never_an_error():
    assert volumes(layers("- conv: 2 2x2 padding half", "input: 8x8x3")) == ["9x9x2"]
    assert volumes(layers("- conv: 2 3x3 stride 3 padding same", "input: 7x7x3")) == ["3x3x2"]


def test_half_counts_the_dilation():
    assert volumes(layers("- conv: 2 3x3 dilation 2 padding half", "input: 8x8x3")) == ["8x8x2"]


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ("sobel_x", None),
        ("[sobel_x, sobel_y]", None),
        ("{weight: [[0, 1, 0], [1, 2, 1], [0, 1, 0]]}", "CNN238"),
        ("{bias: [1, 2]}", None),
        ("sobel_z", "CNN238"),
        ("[sobel_x, sobel_y, sobel_x]", "CNN238"),
        ("gaussian_blur_5", "CNN238"),
        ("{bias: [1, 2, 3]}", "CNN238"),
        ("{biases: [1, 2]}", "CNN238"),
        ("{bias: [[1], [2, 3]]}", "CNN238"),
        ("{bias: [1, b]}", "CNN206"),
    ],
)
def test_weights_in_the_spec_fit_their_layer(weights, code):
    text = layers(f"- conv: 2 3x3\n  weights: {weights}", "input: 8x8x1")
    assert [entry.code for entry in faults(text)] == ([code] if code else [])


def test_leading_axes_of_one_may_be_left_out_of_weights():
    assert not faults(layers("- conv: 1 3x3\n  weights: {weight: [[0, 1, 0], [1, 2, 1], [0, 1, 0]]}", "input: 8x8x1"))


@pytest.mark.parametrize("item", ["sequence: [relu]", "relu: {}"])
def test_weights_belong_to_layers_that_keep_some(item):
    assert fault(layers(f"- {item}\n  weights: sobel_x")).code == "CNN238"


@pytest.mark.parametrize(
    ("connections", "message"),
    [
        ("[[0], [3]]", "filter 1 sees channel 3, but the channels are 0 to 2"),
        ("[[0]]", "connections has 1 list, but conv has 2 filters"),
        ("[[0, 0], [1]]", "filter 0 of connections names input channel 0 twice"),
        ("[0, 1]", "connections is a list of lists, one for each filter"),
    ],
)
def test_connections_fit_filters_and_channels(connections, message):
    found = fault(layers(f"- conv: {{filters: 2, kernel: 3, connections: {connections}}}"))
    assert (found.code, found.message) == ("CNN416", message)


def test_a_spec_written_as_json_means_what_it_means_in_yaml():
    written = {
        "input": "8x8x3",
        "vars": {"kernel": "3x3", "filters": "2 * 4"},
        "layers": [
            {"conv": "6 5x5 pad 2 bias false act relu"},
            {"conv": {"filters": "$filters", "kernel": "$kernel", "padding": "1x2", "stride": "1x1"}},
            {"max_pool": "2x2", "if": "1 < 2"},
            {"reshape": "2x5x16"},
        ],
        "expect": {"output": "2x5x16", "params": "at most 1K"},
    }
    plain = """
        input: 8x8x3
        layers:
          - conv: 6 5x5 pad 2 bias false act relu
          - conv: {filters: 8, kernel: 3x3, padding: 1x2, stride: 1x1}
          - max_pool: 2x2
          - reshape: 2x5x16
        expect: {output: 2x5x16, params: at most 1K}
    """
    found, wanted = network(json.dumps(written)), network(plain)
    assert [node.layer for node in found.nodes] == [node.layer for node in wanted.nodes]
    assert [claim.value for claim in found.claims] == [claim.value for claim in wanted.claims]


def test_null_is_an_empty_value_in_a_spec_written_as_json():
    layers_ = [{"relu": None}, {"conv": "4 3x3", "name": "a", "note": None}, {"fc": {"units": 3}}]
    net = network(json.dumps({"input": "8x8x3", "note": None, "vars": None, "layers": layers_}))
    assert [node.path for node in net.nodes] == ["relu_1", "a", "fc_1"]
    found = fault(json.dumps({"input": "8x8x3", "layers": [{"conv": None}]}))
    assert (found.code, underlined(found)) == ("CNN224", '"conv"')
    missing = faults(json.dumps({"input": None, "layers": None}))
    assert [(entry.code, underlined(entry)) for entry in missing] == [("CNN208", "null"), ("CNN203", "null")]


def test_null_is_a_word_elsewhere():
    assert fault("input: 8x8x3\nlayers:\n  - relu: null\n").code == "CNN206"
    assert network('{"input": "8x8x3", "layers": [{"relu": "", "name": "null"}]}').nodes[0].path == "null"


@pytest.mark.parametrize(
    "text",
    [
        "input: N\nlayers: [relu]",
        "input: [8, 8, N]\nlayers: [relu]",
        "input: 8x8x3\nlayers: [fc: N]",
        "input: 8x8x3\nlayers: [fc: 'N']",
        "input: 8x8x3\nlayers: [dropout: 0.N]",
        "input: 8x8x3\nlayers: [conv: N 3x3]",
        "input: 8x8x3\nlayers: [conv: 3 3x3 pad N]",
        "input: 8x8x3\nlayers: [conv: {filters: 3, kernel: 3, connections: [[0], [N], [1]]}]",
        "input: 8x8x3\nlayers: [{relu: , repeat: N}]",
        "input: 8x8x3\nvars: {a: N}\nlayers: [fc: $a]",
        "input: 8x8x3\nlayers: [fc: 3]\nexpect: {params: N}",
        "input: 8x8x3\nlayers: [fc: 3]\nbudget: {params: N K}",
    ],
)
def test_a_number_of_five_thousand_digits_is_called_too_long(text):
    found = fault(text.replace("N", "7" * 5000))
    assert found.code == "CNN252"
    assert re.search(r"is too long: it has 5,00[01] digits, and numbers have at most 18$", found.message)
    assert "7777" in underlined(found)


@pytest.mark.parametrize("text", ["N", "conv: 3 3x3 N", "conv: 3 3x3 N 3", "fc: 3 act N", "fc: {N: 3}", "act: {N: 3}"])
def test_no_message_repeats_a_word_of_any_length(text):
    for word in ("7" * 5000, "w" * 5000):
        for found in faults(layers(f"- {text}".replace("N", word))):
            assert len(found.message) <= 200


def test_whoever_asks_for_a_faulty_variable_or_parameter_hears_of_one_fault():
    head = "input: 8x8x3\nvars: {a: 010}\nblocks: {B: {params: {k: 011, j: 3}, layers: [fc: $k + $j]}}"
    found = faults(layers("- fc: $a\n- B\n- conv: 0 3x3", head))
    assert [(entry.code, underlined(entry)) for entry in found] == [
        ("CNN250", "010"), ("CNN250", "011"), ("CNN222", "0"),
    ]  # fmt: skip


def test_quotes_around_a_short_form_leave_its_places_right():
    found = fault('input: 8x8x3\nlayers:\n  - conv: "6 5x5 stride max(1,$q)"\n')
    assert (found.code, underlined(found)) == ("CNN227", "$q")
