"""The graph: names, `from`, joins, absence, repetition, paths, sharing, outputs, and what is never used."""

import pytest

from tests.language.specs import fault, faults, layers, network, paths, underlined, volumes

SMALL = "input: 8x8x4"


def inputs_of(text):
    return {node.path: node.inputs for node in network(text).nodes}


def test_an_item_takes_the_output_of_the_item_above():
    assert inputs_of(layers("- relu\n- tanh", SMALL)) == {"relu_1": ("input",), "tanh_1": ("relu_1",)}


def test_from_is_a_name_or_a_list_of_names():
    text = "- relu:\n  name: a\n- tanh:\n  from: a\n  name: b\n- add:\n  from: [b, a, previous, input]"
    assert inputs_of(layers(text, SMALL))["add_1"] == ("b", "a", "b", "input")


def test_previous_is_what_arrives_here_and_input_the_networks():
    text = (
        "- relu\n- tanh:\n  from: input\n  name: t\n- add:\n  from: [previous, input]\n- concat:\n  from: [previous, t]"
    )
    assert [entry.code for entry in faults(layers(text, SMALL))] == ["CNN303"]


@pytest.mark.parametrize(
    ("name", "code", "help_"),
    [
        ("encl", "CNN301", "did you mean `enc1`?"),
        ("relu_1", "CNN305", "give that layer a `name:` and use it here"),
        ("later", "CNN301", "the names above are enc1, input, previous"),
    ],
)
def test_only_names_given_above_can_be_used(name, code, help_):
    text = f"- relu\n- tanh:\n  name: enc1\n- add:\n  from: [previous, {name}]\n- relu:\n  name: later"
    found = fault(layers(text, SMALL))
    assert (found.code, underlined(found), found.helps) == (code, name, (help_,))


def test_a_name_given_twice_is_an_error_that_shows_both():
    found = fault(layers("- relu:\n  name: a\n- tanh:\n  name: a", SMALL))
    assert (found.code, underlined(found), underlined(found, found.labels[0].span)) == ("CNN302", "a", "relu")


def test_branches_and_sequences_open_no_name_space():
    text = "- add:\n    a: [relu: {}]\n    b:\n      - tanh:\n        name: t\n- sequence:\n    - relu:\n      name: t"
    assert fault(layers(text, SMALL)).code == "CNN302"
    used = "- add:\n    a: identity\n    b:\n      - tanh:\n        name: t\n- add:\n  from: [previous, t]"
    assert inputs_of(layers(used, SMALL))["add_2"] == ("add_1", "add_1/b/t")


def test_a_join_takes_branches_from_one_tensor():
    text = "- relu\n- concat:\n    a: [conv: 2 1x1, relu]\n    b: identity\n    c: [max_pool: 3x3 stride 1 pad 1]"
    net = network(layers(text, SMALL))
    assert paths(layers(text, SMALL)) == [
        "relu_1",
        "concat_1/a/conv_1",
        "concat_1/a/relu_1",
        "concat_1/c/max_pool_1",
        "concat_1",
    ]
    assert net.nodes[-1].inputs == ("concat_1/a/relu_1", "relu_1", "concat_1/c/max_pool_1")
    assert net.nodes[-1].volume == (8, 8, 10)


@pytest.mark.parametrize(
    ("item", "code", "mark"),
    [
        ("add", "CNN309", "add"),
        ("add: [a, b]", "CNN309", None),
        ("add: 3", "CNN309", "3"),
        ("add: {a: identity, b: []}", "CNN310", "b"),
        ("add: {a: identity, b: }", "CNN310", "b"),
        ("add: {a: identity, b: relu}", "CNN211", "relu"),
        ("add: {a: identity, input: identity}", "CNN215", "input"),
        ("add: {a: identity, from: [x]}", "CNN213", "from"),
        ("add: {a: [relu]}", "CNN420", "add"),
        ("subtract:\n  from: [input, input, input]", "CNN420", None),
        ("relu:\n  from: [input, input]", "CNN307", "input"),
        ("add: {a: identity, b: [relu]}\n  from: [input, input]", "CNN307", "input"),
        ("relu:\n  from: []", "CNN211", None),
    ],
)
def test_what_a_join_cannot_be(item, code, mark):
    found = fault(layers("- " + item.replace("\n  ", "\n  "), SMALL))
    assert found.code == code
    assert mark is None or underlined(found) == mark


def test_a_list_in_a_join_is_answered_with_from():
    assert fault(layers("- add: [a, b]", SMALL)).helps[0] == "write `add:` and below it `from: [a, b]`"


def test_one_tensor_may_be_joined_with_itself():
    assert volumes(layers("- relu:\n  name: a\n- add:\n  from: [a, a]", SMALL)) == ["8x8x4", "8x8x4"]


@pytest.mark.parametrize("odd", [0, 1, 2])
def test_a_join_checks_every_input_wherever_the_odd_one_stands(odd):
    branches = ["[conv: 6 1x1]"] * 3
    branches[odd] = "[conv: 5 1x1]"
    text = layers(f"- add: {{a: {branches[0]}, b: {branches[1]}, c: {branches[2]}}}", SMALL)
    found = fault(text)
    assert (found.code, underlined(found)) == ("CNN404", "abc"[odd])
    given = [f"gives 8x8x{5 if place == odd else 6}" for place in range(3)]
    assert [(underlined(found, label.span), label.text) for label in found.labels] == [("conv", text) for text in given]


def test_an_odd_source_is_underlined_itself_and_the_other_labelled():
    found = fault(layers("- conv: 5 1x1\n  name: a\n- add:\n  from: [input, a]", SMALL))
    assert (found.code, underlined(found)) == ("CNN404", "a")
    labels = [(underlined(found, label.span), label.text) for label in found.labels]
    assert labels == [("8x8x4", "is 8x8x4"), ("conv", "gives 8x8x5")]


def test_a_concat_labels_the_items_that_gave_each_size():
    found = fault(layers("- concat:\n    a: [max_pool: 2, relu, conv: 7 1x1]\n    b: [relu]", SMALL))
    assert (found.code, underlined(found)) == ("CNN405", "concat")
    labels = [(found.source.line(label.span.line).strip(), label.text) for label in found.labels]
    assert labels == [("a: [max_pool: 2, relu, conv: 7 1x1]", "gives 4x4x4"), ("input: 8x8x4", "is 8x8x4")]


def test_of_many_joined_tensors_the_odd_one_and_some_others_are_labelled():
    branches = ", ".join(f"b{place}: [conv: {5 if place == 20 else 6} 1x1]" for place in range(30))
    found = fault(layers(f"- add: {{{branches}}}", SMALL))
    assert underlined(found) == "b20"
    assert sorted(label.text for label in found.labels) == ["gives 8x8x5", *["gives 8x8x6"] * 3]


def test_multiply_lets_a_gate_stretch():
    text = "- multiply:\n    map: identity\n    gate: [global_avg_pool, conv: %d 1x1, sigmoid]"
    assert volumes(layers(text % 4, SMALL))[-1] == "8x8x4"
    assert fault(layers(text % 3, SMALL)).code == "CNN404"


@pytest.mark.parametrize(
    ("head", "volume"), [("input: 10", "20"), ("input: 9x2", "9x4"), ("input: 4x5x6x2", "4x5x6x4")]
)
def test_concat_works_in_any_rank(head, volume):
    assert volumes(layers("- concat:\n  from: [input, input]", head)) == [volume]


def test_concat_of_unequal_ranks_or_sizes_is_an_error():
    assert fault(layers("- concat: {a: [flatten], b: identity}", SMALL)).code == "CNN405"
    assert fault(layers("- concat: {a: [max_pool: 2], b: identity}", SMALL)).code == "CNN405"


def test_where_an_item_is_absent_the_tensor_passes_through():
    assert inputs_of(layers("- relu\n- tanh:\n  if: false\n- tanh:\n  repeat: 0\n- elu", SMALL)) == {
        "relu_1": ("input",),
        "elu_1": ("relu_1",),
    }


@pytest.mark.parametrize("how", ["if: false", "repeat: 0", "repeat: {c: []}"])
def test_an_absent_name_is_unbound_and_using_it_is_an_error(how):
    found = fault(layers(f"- relu\n- tanh:\n  name: a\n  {how}\n- add:\n  from: [previous, a]", SMALL))
    assert (found.code, underlined(found), found.labels[0].text) == ("CNN306", "a", "left out")


def test_an_absent_weight_cannot_be_shared():
    text = "- conv: 4 1x1\n  name: a\n  if: false\n- conv: 4 1x1\n  share: a"
    assert fault(layers(text, SMALL)).code == "CNN306"


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("true", 1),
        ("false", 0),
        ("1 == 1", 1),
        ("1==2", 0),
        ("$n > 2", 1),
        ("not $b", 0),
        ("$b and $n == 3", 1),
        ("$input.channels == 4", 1),
        ("$previous.height < 8", 0),
        ("$w == 'x'", 0),
    ],
)
def test_conditions(condition, count):
    text = layers(
        f"- relu\n- tanh:\n  if: {condition}", f"vars: {{n: 3, b: true, w: y}}\nlint: {{ignore: [CNN601]}}\n{SMALL}"
    )
    assert len(network(text).nodes) == 1 + count


@pytest.mark.parametrize(
    ("condition", "code"),
    [("1", "CNN254"), ("$n", "CNN233"), ("yes", "CNN254"), ("maybe", "CNN254"), ("$n + 1", "CNN233"), ("$m", "CNN227")],
)
def test_a_condition_that_is_not_true_or_false_is_an_error(condition, code):
    found = [entry.code for entry in faults(layers(f"- relu\n- tanh:\n  if: {condition}", f"vars: {{n: 3}}\n{SMALL}"))]
    assert found == [code]


def test_a_repeat_has_its_turns_in_its_paths_even_one():
    assert paths(layers("- relu:\n  repeat: 1\n- tanh:\n  repeat: 2", SMALL)) == ["relu_1[1]", "tanh_1[1]", "tanh_1[2]"]


def test_the_columns_of_a_repeat_are_zipped_and_seen_inside():
    text = """
    - sequence:
        - conv: $f 1x1
        - add:
            a: [conv: $f 3x3 pad $p]
            b: [conv: $f 1x1]
      repeat: {f: [8, 16, 32], p: [1, 1, 1]}
    """
    assert volumes(layers(text, SMALL))[3::4] == ["8x8x8", "8x8x16", "8x8x32"]


@pytest.mark.parametrize(
    ("repeat", "code"),
    [
        ("-1", "CNN232"),
        ("1.5", "CNN232"),
        ("{a: [1], b: [1, 2]}", "CNN232"),
        ("{a: 3}", "CNN232"),
        ("{}", "CNN232"),
        ("{input: [1]}", "CNN214"),
        ("{a-b: [1]}", "CNN214"),
        ("true", "CNN232"),
        ("two", "CNN206"),
        ("$c.x", "CNN244"),
        ("{w: [1]}", "CNN228"),
    ],
)
def test_what_a_repeat_cannot_be(repeat, code):
    found = fault(layers(f"- relu:\n  repeat: {repeat}", f"vars: {{w: 3}}\nlint: {{ignore: [CNN601]}}\n{SMALL}"))
    assert found.code in {code, "CNN220"}


def test_from_on_a_repeated_item_feeds_the_first_turn():
    text = "- relu:\n  name: a\n- tanh\n- conv: 4 1x1\n  from: a\n  repeat: 3\n  name: c\n- add:\n  from: [previous, a]"
    found = faults(layers(text, SMALL))
    assert [entry.code for entry in found] == ["CNN303"]
    text = text.replace("- tanh\n", "")
    assert list(inputs_of(layers(text, SMALL)).items())[1:] == [
        ("c[1]", ("a",)),
        ("c[2]", ("c[1]",)),
        ("c[3]", ("c[2]",)),
        ("add_1", ("c[3]", "a")),
    ]


def test_from_with_previous_on_a_repeated_join_keeps_the_others():
    text = "- relu:\n  name: a\n- tanh\n- add:\n  from: [previous, a]\n  repeat: 2"
    assert inputs_of(layers(text, SMALL))["add_1[2]"] == ("add_1[1]", "a")


def test_from_feeds_the_first_turn_that_is_there():
    text = "- relu:\n  name: a\n- conv: 4 1x1\n  from: a\n  if: $i > 1\n  repeat: {i: [1, 2, 3]}"
    assert inputs_of(layers(text, SMALL)) == {
        "a": ("input",),
        "conv_1[2]": ("a",),
        "conv_1[3]": ("conv_1[2]",),
    }


def test_a_name_on_a_repeated_item_means_the_last_turn():
    text = "- relu:\n  name: a\n  repeat: 3\n- tanh\n- add:\n  from: [previous, a]"
    assert inputs_of(layers(text, SMALL))["add_1"] == ("tanh_1", "a[3]")


def test_a_turn_that_is_broken_hides_the_turns_after_it_and_what_reads_them_and_nothing_else():
    turns = (
        "- sequence:\n    - conv: {filters: 4, kernel: $k}\n      name: inner\n    - relu\n"
        "  repeat: {k: [3, 9, 1, 50]}\n  name: outer\n"
    )
    behind = "- conv: 4 99x99\n- add:\n  from: [inner, outer]\n- conv: 4 77x77\n  from: input"
    found = faults(layers(turns + behind, "input: 8x8x3"))
    assert [(fault.code, fault.message) for fault in found] == [
        ("CNN402", "a kernel of 9 does not fit into 6"),
        ("CNN402", "a kernel of 77 does not fit into 8"),
    ]


def test_a_number_counts_all_items_of_the_kind_as_written_and_a_repeat_once():
    text = "- relu\n- relu:\n  name: n\n- relu:\n  if: false\n- relu:\n  repeat: 2\n- relu\n"
    text += "- act: tanh\n- sequence: [relu]"
    assert paths(layers(text, SMALL)) == [
        "relu_1",
        "n",
        "relu_4[1]",
        "relu_4[2]",
        "relu_5",
        "act_1",
        "sequence_1/relu_1",
    ]


def test_the_path_of_the_specification():
    text = """
    input: 8x8x4
    blocks:
      ConvBN: {params: {f}, layers: [conv: $f 1x1, batch_norm: {}]}
      Bottleneck:
        params: {mid}
        layers:
          - add:
              main: [ConvBN: $mid, ConvBN: 4]
              skip: identity
      Stage:
        layers:
          - Bottleneck: 2
          - Bottleneck: 2
            repeat: 3
    layers:
      - Stage:
        name: conv2
    """
    assert "conv2/Bottleneck_2[3]/add_1/main/ConvBN_2/conv_1" in paths(text)
    assert len(set(paths(text))) == len(paths(text)) == 20


def test_a_path_of_a_group_means_its_last_row():
    net = network(layers("- sequence:\n    - relu\n    - tanh\n  name: s\n  repeat: 2", SMALL))
    assert (net["s"].path, net["s[1]"].path) == ("s[2]/tanh_1", "s[1]/tanh_1")
    assert len(net.within("s")) == 4


def test_sharing_takes_the_weights_of_a_layer():
    net = network(
        layers("- conv: 4 3x3 pad 1\n  name: a\n- conv: 4 3x3 pad 1\n  share: a\n- conv: 4 3x3\n  share: a", SMALL)
    )
    assert [node.shares for node in net.nodes] == [None, "a", "a"]
    assert sum(array.counted for _, _, array in net.kept()) == 4 * 4 * 9 + 4


def test_sharing_takes_the_weights_of_a_block_row_by_row():
    block = "{params: {s: 1}, layers: [conv: 4 3x3 pad 1 stride $s rounding floor, batch_norm, relu]}"
    head = f"blocks: {{B: {block}}}\ninput: 8x8x4"
    net = network(layers("- B:\n  name: a\n- B: {s: 2}\n  share: a", head))
    assert [node.shares for node in net.nodes] == [None, None, None, "a/conv_1", "a/batch_norm_1", None]


def test_sharing_through_a_repeat_means_its_last_turn_and_shares_each_of_its_own_turns():
    net = network(layers("- conv: 4 1x1\n  name: a\n  repeat: 2\n- conv: 4 1x1\n  share: a\n  repeat: 2", SMALL))
    assert [node.shares for node in net.nodes] == [None, None, "a[2]", "a[2]"]


def test_sharing_what_shares_leads_to_the_first():
    net = network(
        layers("- conv: 4 1x1\n  name: a\n- conv: 4 1x1\n  share: a\n  name: b\n- conv: 4 1x1\n  share: b", SMALL)
    )
    assert [node.shares for node in net.nodes] == [None, "a", "a"]


@pytest.mark.parametrize(
    ("item", "code", "message"),
    [
        (
            "conv: 5 1x1\n  share: a",
            "CNN308",
            "`share` does not fit: weight of `a` is 4x4x1x1, and 5x4x1x1 is needed here",
        ),
        (
            "conv: 4 3x3\n  share: a",
            "CNN308",
            "`share` does not fit: weight of `a` is 4x4x1x1, and 4x4x3x3 is needed here",
        ),
        ("conv: 4 1x1 bias false\n  share: a", "CNN308", "`share` does not fit: `a` has bias, which has no place here"),
        ("fc: 4\n  share: a", "CNN308", "`share` does not fit: `a` is a conv, and `fc_1` is a fc"),
        ("conv: 4 1x1\n  share: b", "CNN301", "unknown name `b`, which `share` names"),
        ("conv: 4 1x1\n  share: c\n  name: c", "CNN301", "unknown name `c`, which `share` names"),
        (
            "sequence: [conv: 4 1x1, relu]\n  share: a",
            "CNN308",
            "`share` does not fit: `a` has 1 layer, and this has 2",
        ),
        (
            "conv: 4 1x1\n  share: a\n  weights: {bias: [1, 2, 3, 4]}",
            "CNN308",
            "`share` does not fit: `conv_2` has weights of its own in the spec and cannot share",
        ),
    ],
)
def test_weights_of_other_kinds_or_shapes_cannot_be_shared(item, code, message):
    found = fault(layers(f"- conv: 4 1x1\n  name: a\n- {item}", SMALL))
    assert (found.code, found.message) == (code, message)


def test_whatever_is_computed_and_never_used_is_an_error():
    found = fault(layers("- relu:\n  name: a\n- tanh\n- elu:\n  from: a", SMALL))
    assert (found.code, underlined(found), found.message) == ("CNN303", "tanh", "what `tanh_1` computes is never used")


def test_what_a_block_gets_and_its_layers_leave_is_never_used():
    head = "blocks: {B: {inputs: [skip], layers: [{relu: , from: skip}]}}\ninput: 8x8x4"
    found = fault(layers("- relu:\n  name: a\n- tanh\n- B:\n  from: [previous, a]", head))
    assert (found.code, underlined(found)) == ("CNN303", "tanh")


def test_what_several_turns_leave_unused_is_told_once():
    found = faults(layers("- relu:\n  name: a\n- sequence: [tanh: {}, {elu: , from: a}]\n  repeat: 5", SMALL))
    assert [entry.code for entry in found] == ["CNN303"]


def test_an_unused_input_of_a_block_is_an_error():
    head = "blocks: {B: {inputs: [skip], layers: [relu]}}\ninput: 8x8x4"
    found = fault(layers("- relu:\n  name: a\n- B:\n  from: [a, input]", head))
    assert (found.code, underlined(found)) == ("CNN304", "skip")


def test_outputs_are_named_or_the_last_item():
    text = layers("- relu:\n  name: a\n- tanh:\n  name: b", SMALL)
    assert network(text).outputs == ("b",)
    assert network(text + "outputs: [b, a]\n").outputs == ("b", "a")
    assert network(text + "outputs: a\naux_outputs: b\n").aux_outputs == ("b",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("outputs: [c]", "there is no layer named `c` to use as an output"),
        ("outputs: [relu_1]", "there is no layer named `relu_1` to use as an output"),
        ("outputs: [b, b]", "`b` is named twice"),
        ("outputs: [b, gone]", "`gone` is absent here and cannot be an output"),
        ("outputs: [b]\naux_outputs: [b]", "`b` is already an output, so it cannot be an auxiliary one"),
        ("outputs: [input]", "`input` is not the name of a layer"),
        ("outputs: [a/b]", "`a/b` is not the name of a layer"),
    ],
)
def test_what_cannot_be_an_output(line, message):
    text = layers("- relu\n- elu:\n  if: false\n  name: gone\n- tanh:\n  name: b", SMALL) + line + "\n"
    found = fault(text)
    assert (found.code, found.message) == ("CNN312", message)


def test_an_input_cannot_be_an_output():
    text = "inputs: {l: 4, r: 4}\nlayers:\n  - add:\n    from: [l, r]\noutputs: [l]\n"
    assert [entry.code for entry in faults(text)] == ["CNN312"]


def test_only_training_has_what_only_auxiliary_outputs_need():
    text = layers("- relu:\n  name: a\n- fc: 3\n  name: aux\n- fc: 2\n  from: a\n  name: out", SMALL)
    net = network(text + "outputs: [out]\naux_outputs: [aux]\n")
    assert [node.training_only for node in net.nodes] == [False, True, False]
