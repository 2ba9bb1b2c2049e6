"""The keys at the top of a spec, and what stands under them."""

import pytest

from tests.language.specs import fault, faults, layers, network, underlined, volumes

MINIMAL = "input: 8x8x3\nlayers: [fc: 10]\n"


def test_layers_and_an_input_are_enough():
    assert volumes(MINIMAL) == ["10"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [("layers: [fc: 10]\n", "this spec has no `input`"), ("input: 8x8x3\n", "this spec has no `layers`")],
)
def test_layers_and_input_are_required(text, missing):
    found = fault(text)
    assert (found.code, found.message) == ("CNN202", missing)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("version: '3'\nservices: {a: b}\nvolumes: {}\n", "version"),
        ("name: shop\nnetworks: {back: {}}\nservices: {a: b}\n", "networks"),
        ("replicas: 3\n", "replicas"),
        ("apiVersion: v1\nkind: Service\n", "apiVersion"),
    ],
)
def test_a_file_about_something_else_is_one_fault(text, key):
    found = fault(text)
    assert (found.code, underlined(found)) == ("CNN260", key)


@pytest.mark.parametrize(
    "text",
    [
        "layer: [fc: 10]\n",
        "model: [fc: 10]\n",
        "conv: 3 3x3\n",
        "replicas: 3\nexpect: {params: 3}\n",
        "name: a\n",
        "x-a: 1\n",
    ],
)
def test_a_file_with_a_sign_of_a_network_is_a_network_with_faults(text):
    assert {found.code for found in faults(text)} <= {"CNN201", "CNN202"}


def test_input_and_inputs_exclude_each_other():
    found = fault(MINIMAL + "inputs: {a: 8x8x3}\n")
    assert (found.code, underlined(found)) == ("CNN202", "inputs")
    assert underlined(found, found.labels[0].span) == "input"


def test_every_key_of_the_language_is_read():
    net = network(
        """
        cnncalc: 1
        name: a net
        source: {title: T, authors: [A, B], year: 2012, url: https://example.org, note: n}
        note: whatever
        input: 8x8x3
        rounding: floor
        vars: {c: 4}
        variants: {wide: {vars: {c: 8}, expect: {output: 10}, budget: {params: 1M}, note: n}}
        blocks: {B: {params: {f}, layers: [conv: $f 3x3], note: n}}
        layers:
          - B: $c
          - fc: 10
            name: scores
          - relu: {}
            name: side
            from: scores
        outputs: [scores]
        aux_outputs: [side]
        expect: {output: 10}
        budget: {params: 1M}
        weights: weights/net.safetensors
        labels: labels.txt
        lint: {ignore: [CNN603]}
        x-mine: {anything: [at, all]}
        """
    )
    assert (net.name, net.outputs, net.aux_outputs) == ("a net", ("scores",), ("side",))
    assert (net.weights_file, net.labels_file, net.ignored_lints) == (
        "weights/net.safetensors",
        "labels.txt",
        frozenset({"CNN603"}),
    )
    assert net.about["source"] == {
        "title": "T",
        "authors": ["A", "B"],
        "year": "2012",
        "url": "https://example.org",
        "note": "n",
    }


@pytest.mark.parametrize("ignore", ["CNN603", "[CNN603]"])
def test_one_lint_is_ignored_with_or_without_a_list(ignore):
    assert network(layers("- relu", f"input: 8x8x3\nlint: {{ignore: {ignore}}}")).ignored_lints == {"CNN603"}


@pytest.mark.parametrize(
    ("key", "help_"),
    [
        ("variables", "did you mean `vars`?"),
        ("conv", "layers are items of a list: move it below layers, behind a dash"),
        ("Conv2d", "layers are items of a list: move it below layers, behind a dash"),
        ("optimizer", "keys of your own begin with `x-`"),
    ],
)
def test_any_other_key_is_an_error(key, help_):
    found = fault(MINIMAL + f"{key}: 3\n")
    assert (found.code, underlined(found), found.helps) == ("CNN201", key, (help_,))


def test_a_misspelt_key_is_answered_with_the_nearest():
    found = faults(MINIMAL.replace("layers:", "layer:"))
    assert ("CNN201", ("did you mean `layers`?",)) in [(fault.code, fault.helps) for fault in found]


def test_another_version_of_the_language_is_refused():
    found = fault("cnncalc: 2\n" + MINIMAL)
    assert (found.code, underlined(found)) == ("CNN216", "2")


@pytest.mark.parametrize("path", ["../up.npz", "/etc/passwd", "a/../../b", "C:\\w.npz", "~/w.npz", "..\\up.npz"])
@pytest.mark.parametrize("key", ["weights", "labels"])
def test_files_stay_in_the_folder_of_the_spec(key, path):
    found = fault(MINIMAL + f"{key}: '{path}'\n")
    assert found.code == "CNN219"
    assert "leaves the folder of the spec" in found.message


@pytest.mark.parametrize("name", ["010", "1e6", "no", "2012-12-03", "true"])
def test_where_text_is_due_an_unquoted_scalar_is_its_text_as_written(name):
    assert network(f"name: {name}\n{MINIMAL}").name == name


def test_a_layer_may_be_named_010():
    assert [node.path for node in network(layers("- conv: 6 3x3\n  name: 010")).nodes] == ["010"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("lint: {ignore: [CNN401]}", "CNN239"),
        ("lint: [CNN603]", "CNN239"),
        ("outputs: []", "CNN211"),
        ("expect: 10", "CNN235"),
        ("budget: 5M", "CNN235"),
        ("rounding: flor", "CNN223"),
        ("rounding: {fc: floor}", "CNN201"),
        ("source: {titel: T}", "CNN201"),
        ("name: [a]", "CNN211"),
        ("variants: {wide: 3}", "CNN237"),
        ("variants: {wide: {var: {}}}", "CNN237"),
    ],
)
def test_what_a_key_cannot_hold_is_refused(line, code):
    assert fault(MINIMAL + line + "\n").code == code


def test_empty_maps_of_vars_and_params_and_variants_and_blocks_are_empty_maps():
    text = "vars:\nvariants:\nblocks:\n  B:\n    params:\n    layers: [fc: 10]\ninput: 8x8x3\nlayers: [B]\n"
    assert volumes(text) == ["10"]


@pytest.mark.parametrize("text", ["input: 8x8x3\nlayers: []\n", "input: 8x8x3\nlayers:\n"])
def test_an_empty_list_of_layers_is_an_error(text):
    assert fault(text).code == "CNN203"


@pytest.mark.parametrize("item", ["relu: {}\n  if: false", "relu: {}\n  repeat: 0"])
def test_a_network_that_if_or_repeat_leave_empty_is_an_error(item):
    found = fault(layers(f"- {item}"))
    assert (found.code, found.message) == (
        "CNN311",
        "no layer is left between input and output: every one is absent or repeated 0 times",
    )


def test_rounding_may_be_said_for_one_family_and_the_rest_keeps_its_default():
    text = "rounding: {pool: floor}\ninput: 7x7x3\nlayers:\n  - max_pool: 2\n  - conv: 4 2x2 stride 2\n"
    found = fault(text)
    assert (found.code, found.span.line) == ("CNN401", 5)
    assert volumes(text.replace("{pool: floor}", "floor")) == ["3x3x3", "1x1x4"]
    assert volumes(text.replace("{pool: floor}", "{conv: floor, pool: ceil}")) == ["4x4x3", "2x2x4"]


def test_a_layers_own_rounding_wins():
    assert volumes("rounding: floor\ninput: 7x7x3\nlayers: [max_pool: 2 rounding ceil]\n") == ["4x4x3"]


def test_exact_is_the_default_and_floor_and_ceil_are_the_other_two():
    spec = "input: 7x7x3\nlayers: [max_pool: 2 rounding %s]\n"
    assert fault("input: 7x7x3\nlayers: [max_pool: 2]\n").code == "CNN401"
    assert fault(spec % "exact").code == "CNN401"
    assert (volumes(spec % "floor"), volumes(spec % "ceil")) == (["3x3x3"], ["4x4x3"])


def test_a_ceil_window_that_would_begin_beyond_the_image_is_dropped():
    assert volumes("input: 5x5x1\nlayers: [max_pool: 2x2 stride 2 pad 1 rounding ceil]\n") == ["3x3x1"]


def test_all_faults_of_a_file_are_told_in_one_run():
    found = faults(
        """
        inpt: 3
        vars: {a: $b}
        input: 7x7x3
        layers:
          - conv: 6 3x3 strid 2
          - add
          - conv2: 6
          - max_pool: 2x2
            from: input
          - relu:
            from: nowhere
        """
    )
    assert [entry.code for entry in found] == ["CNN201", "CNN227", "CNN206", "CNN309", "CNN205", "CNN401", "CNN301"]


def test_an_unknown_variable_is_underlined_where_it_stands_and_not_in_a_longer_name():
    found = fault("input: 8x8x3\nvars: {w1: 2}\nlayers:\n  - fc: {units: $w1*$w}\n")
    assert (found.code, found.span.column, underlined(found)) == ("CNN227", 21, "$w")
