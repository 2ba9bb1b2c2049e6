"""Hostile and broken specs are refused, or computed, in few steps and without a traceback."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.language.expanding.expand import DEEPEST
from cnncalc.language.expanding.walk import MOST_LAYERS
from cnncalc.problem import SpecError
from tests.language.specs import fault, faults, layers, network, underlined
from tests.memory import peak_bytes
from tests.steps import growth, steps

LINEAR = 1.1
"""The most that a layer or fault among many may cost, as a multiple of one among a few."""


@pytest.fixture(autouse=True)
def _small():
    before = peak_bytes()
    yield
    assert peak_bytes() - before < 400 * 2**20


def doubling(levels, inner):
    blocks = "".join(f"  B{level}: {{layers: [B{level + 1}, B{level + 1}]}}\n" for level in range(levels))
    return f"input: 8x8x3\nblocks:\n{blocks}  B{levels}: {{layers: [{inner}]}}\nlayers: [relu, B0]\n"


def nested(depth):
    blocks = "".join(f"  B{level}: {{layers: [B{level + 1}]}}\n" for level in range(1, depth))
    return f"input: 8x8x3\nblocks:\n{blocks}  B{depth}: {{layers: [relu]}}\nlayers: [B1]\n"


@pytest.mark.parametrize(
    "text",
    [
        layers("- relu:\n  repeat: 999999999"),
        layers("- relu\n- relu:\n  repeat: 999999999\n  if: false"),
        layers("- relu\n- sequence: [{relu: , if: false}]\n  repeat: 390000"),
        layers(
            "- sequence:\n    - sequence:\n        - relu:\n          repeat: 1000\n      repeat: 1000\n  repeat: 1000"
        ),
        layers(
            "- relu\n- sequence:\n    - sequence:\n        - relu:\n          repeat: 0\n"
            "      repeat: 1000\n  repeat: 1000"
        ),
        doubling(60, "relu"),
        doubling(60, "{relu: , if: false}"),
    ],
)
def test_bombs_are_refused_before_they_go_off(text):
    found = fault(text)
    assert found.code == "CNN234"
    assert "this spec expands to" in found.message
    assert steps(lambda: fault(text)) < 1_000 * len(text.splitlines())


@pytest.mark.parametrize(
    ("items", "mark"),
    [
        ("- relu\n- relu:\n  repeat: 100001\n- relu", "100001"),
        ("- relu:\n  repeat: 99999\n- relu\n- relu", "99999"),
        ("- relu:\n  repeat: $n\n- relu", "$n"),
        ("- relu:\n  repeat: 3\n- sequence:\n  - relu\n  - relu:\n    repeat: $n\n  repeat: 2", "$n"),
        ("- sequence:\n  - relu:\n    repeat: 400\n  repeat: 300", "300"),
        ("- relu:\n  repeat: 3\n- sequence:\n  - relu:\n    repeat: 10\n  repeat: $n", "$n"),
        ("- Twice:\n  repeat: 99000\n- relu", "99000"),
        ("- Big\n- relu", "500000"),
        ("- add: {a: [{relu: , repeat: 123456}], b: identity}", "123456"),
    ],
)
def test_the_caret_stands_on_the_repeat_that_explodes(items, mark):
    blocks = "blocks: {Twice: {layers: [relu, relu]}, Big: {layers: [relu, {relu: , repeat: 500000}]}}\n"
    found = fault(layers(items, f"vars: {{n: 150000}}\n{blocks}input: 8x8x3"))
    assert (found.code, underlined(found)) == ("CNN234", mark)


def test_a_repeat_that_ended_at_a_fault_is_not_told_for_what_explodes_below_it():
    text = (
        "vars: {many: 300, most: 9000}\ninput: 8x8x3\nlayers:\n"
        "  - conv: 4 9x9\n    repeat: $most\n"
        "  - sequence:\n    - relu:\n      repeat: $many\n    from: input\n    repeat: $many + 100\n"
    )
    assert [(found.code, found.line) for found in faults(text)] == [("CNN402", 4), ("CNN234", 10)]


def test_a_hundred_thousand_layers_are_the_limit_exactly():
    assert len(network(layers(f"- relu:\n  repeat: {MOST_LAYERS}")).nodes) == MOST_LAYERS
    assert fault(layers(f"- relu:\n  repeat: {MOST_LAYERS}\n- relu")).code == "CNN234"


def test_blocks_nest_as_deep_as_the_limit_and_no_deeper():
    assert len(network(nested(DEEPEST)).nodes) == 1
    assert fault(nested(DEEPEST + 1)).message.startswith(f"this spec expands to blocks nested more than {DEEPEST} deep")


def test_deep_sequences_in_deep_blocks_do_not_end_in_a_traceback():
    blocks = "".join(f"  B{level}: {{layers: [{'{sequence: [' * 25}B{level + 1}{']}' * 25}]}}\n" for level in range(60))
    text = f"input: 8x8x3\nblocks:\n{blocks}  B60: {{layers: [relu]}}\nlayers: [B0]\n"
    assert [entry.code for entry in faults(text)] in ([], ["CNN234"])


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("conv: 2000000000 2000000000x2000000000 dilation 2000000000", "CNN402"),
        ("conv: 1 1x1 pad 2000000000", "CNN418"),
        ("conv: 1 3x3 groups 2147483647", "CNN403"),
        ("upsample: 2147483647", "CNN418"),
        ("depth_to_space: 2147483647", "CNN419"),
        ("conv: 99999999999 3x3", "CNN222"),
        ("max_pool: {kernel: 2147483647, stride: 1, padding: 1000000000, dilation: 2147483647}", "CNN402"),
        ("fc: 2147483647", None),
        ("conv_transpose: 1 2147483647x2147483647 stride 2147483647", "CNN418"),
        ("conv: 1 $a**$a 1x1", "CNN206"),
        ("fc: $a**64**64", "CNN248"),
        ("fc: " + "(" * 200 + "1" + ")" * 200, None),
        ("fc: " + "1+" * 400 + "1", None),
        ("pad: 2147483647", "CNN418"),
    ],
)
def test_giant_numbers_are_refused_or_computed(item, code):
    found = [
        entry.code for entry in faults(layers(f"- {item}", "vars: {a: 99}\ninput: 8x8x3\nlint: {ignore: [CNN601]}"))
    ]
    if code is not None:
        assert found == [code]


def test_totals_are_exact_integers_of_any_size():
    (node,) = network(layers("- fc: 2147483647", "input: 2147483647x2147483647x2147483647")).nodes
    assert node.layer.macs(node.read[0]) == 2147483647**4


def circle(count):
    blocks = "".join(f"  B{n}: {{layers: [B{n + 1}]}}\n" for n in range(count))
    return f"input: 8x8x3\nblocks:\n{blocks}  B{count}: {{layers: [B0]}}\nlayers: [relu]\n"


def test_a_chain_of_many_blocks_is_walked_once():
    assert [entry.code for entry in faults(circle(20_000))] == ["CNN230"]
    assert growth(lambda count: partial(faults, circle(count)), few=200, many=1_000) < LINEAR


@pytest.mark.parametrize(
    "item",
    [
        "- cnv{}: 3",
        "- conv: 6 3x3 strd{} 2",
        "- relu:\n    from: nam{}",
        "- conv: 6 3x3 stride 31\n    from: input\n    note: a{}",
        "- conv: $v{} 3x3",
        "- relu:\n    name: n{}/x",
    ],
)
def test_ten_thousand_faults_are_told_and_each_in_no_more_steps_than_one_of_a_few(item):
    def wrong(count):
        return "input: 33x35x3\nlayers:\n" + "".join(f"  {item.format(n)}\n" for n in range(count))

    assert len(faults(wrong(10_000))) >= 10_000
    assert growth(lambda count: partial(faults, wrong(count)), few=200, many=1_000) < LINEAR


def test_a_turn_that_is_refused_again_and_again_is_explained_once():
    def turns(count):
        return layers(
            "- relu:\n  name: a\n- sequence:\n    - conv: 6 3x3 stride 31\n      from: a\n"
            f"    - relu:\n      from: a\n  repeat: {count}",
            "input: 33x35x3",
        )

    assert [entry.code for entry in faults(turns(40_000))] == ["CNN401"]
    assert growth(lambda count: partial(faults, turns(count)), few=400, many=2_000) < LINEAR


@pytest.mark.parametrize(
    "item",
    [
        "- conv: 8 3x3 pad 1\n",
        "- conv: {{filters: 8, kernel: 3, padding: 1}}\n",
        "- relu:\n    name: n{n}\n",
        "- B: {{f: 8}}\n",
        "- add: {{a: [conv: 8 1x1], b: identity}}\n",
    ],
)
def test_steps_are_linear_in_the_layers(item):
    head = "input: 32x32x8\nblocks: {B: {params: {f}, layers: [conv: $f 1x1]}}\nlint: {ignore: [CNN603]}\nlayers:\n"

    def reading(count):
        return partial(network, head + "".join(f"  {item.format(n=n)}" for n in range(count)))

    assert growth(reading, few=200, many=1_000) < LINEAR


SEEDS = [
    layers("- conv: 6 5x5 act relu\n- max_pool: 2\n- fc: 10\n  name: out\n  expect: 10"),
    """\
vars: {n: 2, c: 4}
variants: {v: {vars: {n: 3}}}
input: 16x16x3
rounding: {conv: floor}
blocks:
  B:
    inputs: [skip]
    params: {f, s: 1, g: 2 * $f}
    layers:
      - conv: {filters: $f, kernel: 3, stride: $s, padding: half, bias: false}
      - batch_norm
      - add: {main: [conv: $g 1x1, relu], skip: [conv: $g 1x1]}
        if: $s == 1 and $input.channels > 2
      - concat:
        from: [skip, previous]
layers:
  - conv: $c 3x3 pad 1
    name: stem
  - B: {f: 8}
    from: [previous, stem]
    name: b
  - relu:
    repeat: $n
  - sequence: [conv: $k 1x1, tanh]
    repeat: {k: [4, 8]}
    share: nothing
  - global_avg_pool
  - fc: max(2,$c)
expect: {output: 4, params: at least 1}
budget: {macs: 300M within 1%}
""",
    (
        "inputs: {a: 8x8x1, b: {height: 8, width: 8, channels: 1, mean: 0.5}}\n"
        "layers:\n  - subtract:\n    from: [a, b]\noutputs: x\n"
    ),
]
WORDS = [
    "conv",
    "  ",
    "$n",
    "repeat: 3",
    "from: input",
    ": ",
    "- ",
    "[",
    "}",
    "010",
    "3x3",
    "0",
    "-1",
    "name: a",
    "if: false",
    "share: stem",
    "*",
    "'",
    "identity",
    "previous",
    "1e9",
    "layers",
    "\n",
    "\n  - ",
    "é",
    "×",
]


@st.composite
def mutated(draw):
    """A spec with lines, words or characters deleted, doubled, swapped or put in."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        parts = text.splitlines(keepends=True) if draw(st.booleans()) else list(text)
        if draw(st.booleans()):
            parts = [piece for line in parts for piece in line.split(" ")]
            glue = " "
        else:
            glue = ""
        place = draw(st.integers(0, len(parts) - 1))
        other = draw(st.integers(0, len(parts) - 1))
        match draw(st.sampled_from(["delete", "double", "swap", "insert", "replace"])):
            case "delete":
                del parts[place]
            case "double":
                parts.insert(other, parts[place])
            case "swap":
                parts[place], parts[other] = parts[other], parts[place]
            case "insert":
                parts.insert(place, draw(st.sampled_from(WORDS)))
            case _:
                parts[place] = draw(st.sampled_from(WORDS))
        text = glue.join(parts) or "x"
    return text


@given(mutated())
def test_a_broken_spec_gives_a_network_or_faults_with_places_in_the_file(text):
    net, told = network_or_faults(text)
    assert any(entry.severity == "error" for entry in told) == (net is None)
    for entry in told:
        for span in (entry.span, *(label.span for label in entry.labels)):
            assert 1 <= span.column <= len(entry.source.line(span.line)) + 1
            assert span.length >= 1
    if net is not None:
        assert net.nodes
        assert net.outputs
        assert len({node.path for node in net.nodes}) == len(net.nodes)


def network_or_faults(text):
    try:
        net = network(text)
    except SpecError as error:
        return None, error.diagnostics
    return net, net.warnings
