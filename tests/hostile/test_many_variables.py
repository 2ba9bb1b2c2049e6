"""Many variables cost what they are, and not once for each place that could see them."""

import time

import pytest

from cnncalc import loads
from cnncalc.language.load import declared
from cnncalc.language.yaml.source import source_of_text
from cnncalc.problem import SpecError
from tests.memory import peak_bytes

SECONDS = 6.0
"""Generous, for slow machines under load; copied or searched anew at each place they take more, or all memory."""

MANY = 12_000
VARS = "vars:\n" + "".join(f"  v{number}: 1\n" for number in range(MANY))


@pytest.fixture(autouse=True)
def _soon_and_small():
    before, start = peak_bytes(), time.process_time()
    yield
    assert time.process_time() - start < SECONDS
    assert peak_bytes() - before < 400 * 2**20


def test_a_long_chain_of_variables_is_read_in_linear_time():
    chain = "".join(f"  v{number}: $v{number - 1} + 0\n" for number in range(1, MANY))
    network = loads(f"input: 4x4x1\nvars:\n  v0: 3\n{chain}layers:\n  - conv: {{filters: $v{MANY - 1}, kernel: 1}}\n")
    assert network.nodes[0].volume == (4, 4, 3)


def test_each_turn_of_a_repeat_sees_many_variables_without_a_copy_of_them():
    column = ",".join(["2"] * 5_000)
    text = f"input: 4x4x1\n{VARS}layers:\n  - conv: {{filters: $c*$v0, kernel: 1}}\n    repeat: {{c: [{column}]}}\n"
    assert len(loads(text).nodes) == 5_000


def test_each_use_of_a_block_sees_many_variables_without_a_copy_of_them():
    text = f"input: 4x4x1\n{VARS}blocks:\n  A: {{layers: [{{conv: {{filters: $v9, kernel: 1}}}}]}}\nlayers:\n"
    assert len(loads(f"{text}  - A:\n    repeat: 5000\n").nodes) == 5_000


@pytest.mark.parametrize(
    "text",
    [
        "blocks: {{A: {{params: {{{}}}, layers: [relu]}}}}\nlayers: [{{A: , repeat: 50000}}]\n",
        "blocks: {{A: {{layers: [{{relu: , repeat: {{{}}}}}]}}}}\nlayers: [{{A: , repeat: 50000}}]\n",
    ],
    ids=["parameters of a block", "columns of a repeat"],
)
def test_many_values_that_are_set_anew_at_each_use_count_as_items_to_look_at(text):
    values = ", ".join(f"p{number}: [1]" if "repeat: {{" in text else f"p{number}: 1" for number in range(MANY))
    with pytest.raises(SpecError, match="more than 400,000 items to look at"):
        loads(f"input: 4x4x1\n{text.format(values)}")


def test_names_that_nobody_gave_are_told_in_linear_time_with_those_above_alone():
    many = 6_000
    named = "".join(f"  - relu:\n    name: a{number}\n" for number in range(many))
    wrong = "".join(f"  - relu:\n    from: b{number}\n" for number in range(many))
    with pytest.raises(SpecError) as caught:
        loads(f"input: 4x4x1\nlayers:\n  - relu:\n    from: b1\n{named}{wrong}")
    assert caught.value.diagnostics[0].helps == ("the names above are input, previous",)


def test_many_variables_beside_many_variants_are_not_each_looked_for_in_each():
    variants = "".join(f"  w{number}: {{vars: {{v{number}: 2}}}}\n" for number in range(MANY))
    _, faults = declared(source_of_text(f"input: 4x4x1\n{VARS}variants:\n{variants}layers: [relu]\n"))
    assert not faults.errors


def test_a_variable_of_the_file_is_seen_inside_a_repeat_inside_a_block_inside_a_repeat():
    network = loads(
        "input: 4x4x1\n"
        "vars: {w: 2}\n"
        "blocks: {A: {params: {p}, layers: [{conv: {filters: $w*$p*$c, kernel: 1}, repeat: {c: [1, 5]}}]}}\n"
        "layers: [{A: {p: $w+$d}, repeat: {d: [1, 5]}}]\n"
    )
    assert [node.volume.channels for node in network.nodes] == [6, 30, 14, 70]
