"""No line of `expect` or `budget` goes by in silence: each is judged of every design that it speaks of, or named."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.dtype import BYTES, PARTS, dtype_of
from cnncalc.judging.judge import Conditions, judge_spec
from cnncalc.lookup.networks import choices_of
from cnncalc.metrics import METRICS
from tests.agreement.strategies import specs

LIMITED = ("params", "macs", "peak_activation", "weight_memory")
ON_LAYERS = 4
"""Lines of `expect` and `budget` on the layers of `TEXT`."""
TEXT = """\
vars: {{c: {c}, deep: {deep}}}
{variants}input: 8x8x1
layers:
  - conv: $c 3x3
    expect: [6, 6, $c]
    budget: {{macs: {most}}}
  - conv: $c 1x1
    if: $deep
    expect: {{params: at least 1}}
    budget: {{params: {most}}}
  - fc: 3
expect: {{output: 3, params: at least 1}}
{head}"""
MANY = 10**6
dtypes = st.none() | st.sampled_from([*BYTES]) | st.fixed_dictionaries(dict.fromkeys(PARTS, st.sampled_from([*BYTES])))
limits = st.dictionaries(st.sampled_from(LIMITED), st.integers(0, 3000), max_size=3)


class Variant(NamedTuple):
    """What a drawn variant says: the value of a variable, limits of its own, and those that it lifts."""

    c: int
    deep: bool
    own: dict[str, int]
    lifted: tuple[str, ...]


variants = st.builds(
    lambda c, deep, own, lifted: Variant(c, deep, own, tuple(name for name in lifted if name not in own)),
    st.integers(1, 12),
    st.booleans(),
    limits,
    st.just(LIMITED) | st.lists(st.sampled_from(LIMITED), unique=True, max_size=2),
)


def flow(entries: dict[str, Any]) -> str:
    return f"{{{', '.join(f'{name}: {value}' for name, value in entries.items())}}}"


def text_of(c: int, deep: bool, head: dict[str, int], drawn: dict[str, Variant]) -> str:
    lines = []
    for name, variant in drawn.items():
        budget = "none" if variant.lifted == LIMITED else flow({**variant.own, **dict.fromkeys(variant.lifted, "none")})
        values = flow({"c": variant.c, "deep": str(variant.deep).lower()})
        lines.append(f"  {name}: {{vars: {values}, budget: {budget}, expect: {{params: at least 2}}}}\n")
    return TEXT.format(
        c=c,
        deep=str(deep).lower(),
        variants="variants:\n" + "".join(lines) if lines else "",
        head=f"budget: {flow(head)}\n",
        most=MANY,
    )


def outcome(path, text, variant=None, settings=(), sizes=(), dtype=None):
    path.write_text(text, encoding="utf-8")
    conditions = Conditions(choices_of(variant, settings, sizes), 1, dtype, frozenset(), strict=False, verify=False)
    return judge_spec(str(path), conditions)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("drawn") / "net.yaml"


def measured(text, variant, settings, sizes, dtype):
    choices = choices_of(variant, settings, sizes)
    network = cnncalc.loads(text, variant, dict(choices.variables), dict(choices.inputs))
    totals = analyze(network, dtype=dtype).totals
    return network, {name: getattr(totals, METRICS[name].total) for name in LIMITED}


def of_whole(head: dict[str, int], variant: Variant | None) -> dict[str, int]:
    """The limits of the whole network that are in force."""
    if variant is None:
        return head
    return {**{name: limit for name, limit in head.items() if name not in variant.lifted}, **variant.own}


@given(
    st.integers(1, 12),
    st.booleans(),
    limits,
    st.dictionaries(st.sampled_from(["wide", "thin"]), variants),
    st.sampled_from([(), ("c=9",), ("deep=false",), ("c=2", "deep=true")]),
    st.sampled_from([(), ("16x16x1",)]),
    dtypes,
    st.data(),
)
def test_a_design_fails_exactly_where_it_exceeds_a_limit_and_no_line_is_lost(
    path, c, deep, head, drawn, settings, sizes, dtype, data
):
    text = text_of(c, deep, head, drawn)
    chosen = data.draw(st.sampled_from([None, *drawn]))
    stored = None if dtype is None else dtype_of(dtype)
    found = outcome(path, text, chosen, settings, sizes, stored)
    designs = [chosen] if chosen else [None, *drawn]
    assert [network.variant for network in found.networks] == designs
    told = Counter(entry.variant for entry in found.not_judged)
    for network in found.networks:
        variant = None if network.variant is None else drawn[network.variant]
        loaded, numbers = measured(text, network.variant, settings, sizes, stored)
        over = {name for name, limit in of_whole(head, variant).items() if numbers[name] > limit}
        codes = [fault.code for fault in network.errors]
        assert codes == ["CNN502"] * len(over)
        replaced = len(head.keys() & variant.own.keys()) if variant else 0
        written = len(head) - replaced + ON_LAYERS
        written += (len(variant.own) + 1) if variant else 2
        if chosen:
            written += 1  # `output` at the top, which the variant does not replace
        assert len(loaded.claims) + told[network.variant] == written
        if settings or sizes:
            assert {claim.verb for claim in loaded.claims} <= {"budget"}


@given(specs(), st.integers(0, 200), st.integers(0, 4000), dtypes)
def test_a_drawn_network_fails_exactly_where_it_exceeds_its_budget(path, text, params, peak, dtype):
    stored = None if dtype is None else dtype_of(dtype)
    found = outcome(path, f"{text}\nbudget: {{params: {params}, peak_activation: {peak}}}\n", dtype=stored)
    totals = analyze(cnncalc.loads(text), dtype=stored).totals
    over = [totals.params > params, totals.peak_activation_bytes > peak]
    assert len([fault for fault in found.diagnostics if fault.code == "CNN502"]) == sum(over)
    assert found.not_judged == []


def test_what_could_not_be_made_is_held_to_nothing_and_says_so(path):
    text = text_of(8, True, {"params": 5}, {"wide": Variant(4, True, {}, ())}).replace("3x3", "3x3 stride 4")
    found = outcome(path, text)
    assert {entry.why for entry in found.not_judged} == {"the design has faults, so that nothing was measured"}
    assert Counter(entry.variant for entry in found.not_judged) == {None: 3 + ON_LAYERS, "wide": 2 + ON_LAYERS}


def test_a_line_in_a_block_is_judged_where_the_block_is_used(path):
    block = "blocks: {B: {layers: [{conv: 2 1x1, expect: 8x8x2, budget: {params: 9}}]}}\ninput: 8x8x1\n"
    unused = outcome(path, block + "layers: [relu]\n")
    assert [(entry.verb, entry.why) for entry in unused.not_judged] == [
        ("expect", "the layer that it stands on is not there in this design"),
        ("budget", "the layer that it stands on is not there in this design"),
    ]
    assert outcome(path, block + "layers: [B, B]\n").not_judged == []


def test_a_fault_at_the_top_names_the_variant_that_has_it(path):
    drawn = {"wide": Variant(9, True, {}, ()), "same": Variant(1, True, {}, ())}
    fault = outcome(path, text_of(1, True, {"params": 150}, drawn)).diagnostics[0]
    assert fault.code == "CNN502"
    assert fault.message.endswith(", in the variant wide")
    shared = outcome(path, text_of(9, True, {"params": 150}, {"same": Variant(9, True, {}, ())})).diagnostics[0]
    assert shared.code == "CNN502"
    assert "variant" not in shared.message
