"""Many variables cost what they are, and not once for each place that could see them."""

from contextlib import suppress
from functools import partial

import pytest

from cnncalc import loads
from cnncalc.language.expanding.scope import Lookup
from cnncalc.language.load import declared
from cnncalc.language.yaml.source import source_of_text
from cnncalc.problem import SpecError
from tests.memory import peak_bytes
from tests.steps import growth

MANY = 12_000
LINEAR = 1.1
"""The most that one of many may cost, as a multiple of one of a few."""


def variables(count):
    return "vars:\n" + "".join(f"  v{number}: 1\n" for number in range(count))


def chain(count):
    links = "".join(f"  v{number}: $v{number - 1} + 0\n" for number in range(1, count))
    return f"input: 4x4x1\nvars:\n  v0: 3\n{links}layers:\n  - conv: {{filters: $v{count - 1}, kernel: 1}}\n"


def repeated(turns, seen):
    column = ",".join(["2"] * turns)
    layer = f"  - conv: {{filters: $c*$v0, kernel: 1}}\n    repeat: {{c: [{column}]}}\n"
    return f"input: 4x4x1\n{variables(seen)}layers:\n{layer}"


def used(times, seen):
    block = "blocks:\n  A: {layers: [{conv: {filters: $v0, kernel: 1}}]}\n"
    return f"input: 4x4x1\n{variables(seen)}{block}layers:\n  - A:\n    repeat: {times}\n"


def misnamed(count):
    named = "".join(f"  - relu:\n    name: a{number}\n" for number in range(count))
    wrong = "".join(f"  - relu:\n    from: b{number}\n" for number in range(count))
    return f"input: 4x4x1\nlayers:\n  - relu:\n    from: b1\n{named}{wrong}"


def varied(count):
    variants = "".join(f"  w{number}: {{vars: {{v{number}: 2}}}}\n" for number in range(count))
    return f"input: 4x4x1\n{variables(count)}variants:\n{variants}layers: [relu]\n"


def read(text):
    with suppress(SpecError):
        loads(text)


@pytest.fixture(autouse=True)
def _small():
    before = peak_bytes()
    yield
    assert peak_bytes() - before < 400 * 2**20


def test_a_long_chain_of_variables_is_read_to_its_end():
    assert loads(chain(MANY)).nodes[0].volume == (4, 4, 3)


def test_each_turn_of_a_repeat_sees_many_variables_without_a_copy_of_them():
    assert len(loads(repeated(5_000, seen=MANY)).nodes) == 5_000


def test_each_use_of_a_block_sees_many_variables_without_a_copy_of_them():
    assert len(loads(used(5_000, seen=MANY)).nodes) == 5_000


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
    with pytest.raises(SpecError, match="more than 400,000 items to expand"):
        loads(f"input: 4x4x1\n{text.format(values)}")


def test_names_that_nobody_gave_are_told_with_those_above_alone():
    with pytest.raises(SpecError) as caught:
        loads(misnamed(6_000))
    assert caught.value.diagnostics[0].helps == ("the names above are input, previous",)


def test_many_variables_beside_many_variants_are_not_each_looked_for_in_each():
    _, faults = declared(source_of_text(varied(MANY)))
    assert not faults.errors


@pytest.mark.parametrize("text", [repeated, used])
def test_a_scope_holds_its_own_variables_and_no_copy_of_those_around_it(text, monkeypatch):
    held, whole = {}, Lookup.__init__

    def noted(self, scope, arriving):
        held[id(scope.variables)] = scope.variables
        whole(self, scope, arriving)

    monkeypatch.setattr(Lookup, "__init__", noted)
    loads(text(300, seen=400))
    assert 400 <= sum(map(len, held.values())) <= 2 * 400 + 300


@pytest.mark.parametrize(
    "text",
    [
        chain,
        lambda count: repeated(count, seen=count),
        lambda count: used(count, seen=count),
        misnamed,
        varied,
    ],
    ids=["a chain of variables", "turns of a repeat", "uses of a block", "unknown names", "variants"],
)
def test_one_of_many_takes_no_more_steps_than_one_of_a_few(text):
    assert growth(lambda count: partial(read, text(count)), few=200, many=1_000) < LINEAR


def test_a_variable_of_the_file_is_seen_inside_a_repeat_inside_a_block_inside_a_repeat():
    network = loads(
        "input: 4x4x1\n"
        "vars: {w: 2}\n"
        "blocks: {A: {params: {p}, layers: [{conv: {filters: $w*$p*$c, kernel: 1}, repeat: {c: [1, 5]}}]}}\n"
        "layers: [{A: {p: $w+$d}, repeat: {d: [1, 5]}}]\n"
    )
    assert [node.volume.channels for node in network.nodes] == [6, 30, 14, 70]
