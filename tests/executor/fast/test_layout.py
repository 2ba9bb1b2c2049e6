"""Where tensors lie: parts of a concat in its buffer, borders as wide as readers want, packed weights in a limit."""

from __future__ import annotations

from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor import fast, reference
from cnncalc.executor.fast import Plan
from cnncalc.executor.fast import draft as drafting
from cnncalc.executor.fast.algorithms.fourier import FACTORS, _quick_length
from cnncalc.executor.fast.algorithms.transposed import _along
from cnncalc.executor.fast.draft import Draft, draft
from cnncalc.executor.fast.layout import Home
from cnncalc.network import Network
from tests.agreement.effort import effort
from tests.agreement.running import material
from tests.agreement.strategies import specs


def loaded(layers: str, header: str = "") -> Network:
    return cnncalc.loads(f"{{input: 9x9x2, {header}layers: [{layers}]}}")


def drafted(network: Network, forced: str | None = "columns") -> Draft:
    return draft(network, 1, frozenset(network.outputs), 4, forced=forced)


def homes(layers: str) -> dict[str, tuple[str, int]]:
    return {name: (home.buffer, home.first) for name, home in drafted(loaded(layers)).layout.homes.items()}


A, B = "{conv: 3 1x1, name: a}", "{conv: 4 1x1, name: b, from: input}"
C, CA = "{concat: , from: [a, b], name: c}", "{concat: , from: [a, a], name: c}"


def test_the_parts_of_a_concat_lie_in_its_buffer_one_after_another():
    found = homes(f"{A}, {B}, {C}, conv: 2 1x1")
    assert (found["a"], found["b"], found["c"]) == (("c", 0), ("c", 3), ("c", 0))


def test_the_parts_of_a_concat_in_a_concat_lie_in_the_outer_one():
    found = homes(f"{A}, {B}, {C}, {{conv: 5 1x1, name: d}}, {{concat: , from: [d, c], name: e}}, conv: 2 1x1")
    assert [found[name] for name in "abcde"] == [("e", 5), ("e", 8), ("e", 5), ("e", 0), ("e", 0)]


def test_an_input_stays_where_it_is_fed_and_is_copied():
    found = homes(f"{A}, {{concat: , from: [input, a], name: c}}, conv: 2 1x1")
    assert found["input"] == ("input", 0)
    assert found["a"] == ("c", 2)


def test_a_part_of_two_concats_lies_in_the_first_only():
    found = homes(f"{A}, {B}, {C}, {{concat: , from: [b, a], name: d}}, {{add: , from: [c, d]}}")
    assert (found["a"], found["b"]) == (("c", 0), ("c", 3))
    assert found["d"] == ("d", 0)


def test_a_part_that_a_concat_has_twice_lies_at_its_first_place():
    found = homes(f"{A}, {{concat: , from: [a, input, a], name: c}}, conv: 2 1x1")
    assert found["a"] == ("c", 0)


def test_a_buffer_has_the_widest_border_that_a_reader_of_any_part_wants():
    readers = (
        "{conv: {filters: 1, kernel: 3x1, padding: half}, from: a, name: r}",
        "{conv: {filters: 1, kernel: 1x5, padding: half}, from: a, name: s}",
        "{conv: {filters: 1, kernel: 1, padding: {bottom: 3}}, from: b, name: t}",
        "{conv: {filters: 1, kernel: 2, padding: {top: 2}}, from: c, name: u}",
    )
    layers = f"{A}, {B}, {C}, {', '.join(readers)}"
    layout = drafted(loaded(layers, "outputs: [r, s, t, u], ")).layout
    assert layout.buffers["c"].halo == ((2, 3), (2, 2))
    assert layout.buffers["input"].halo == ((0, 0), (0, 0))


@pytest.mark.parametrize(
    "layers",
    [
        f"{A}, {B}, {C}, {{concat: , from: [b, input, a, b], name: d}}, {{concat: , from: [c, d, c]}}",
        f"{A}, {CA}, {{concat: , from: [c, a]}}, conv: 2 3x3 pad 2",
        f"{A}, relu, {{identity: , name: i}}, {B}, {C}, dropout: 0.5, {{concat: , from: [c, previous, i]}}",
        f"{A}, {{concat: , from: [input, input], name: c}}, {{conv: 3 3x3 pad 1, name: d}}, {{add: , from: [d, a]}}",
        "concat: {a: identity, b: [max_pool: 3 stride 1 pad 1, conv: 2 1x1], c: [depthwise: 5 pad 2]}, conv: 2 3x3",
    ],
)
def test_concats_of_all_kinds_hold_what_they_join(layers):
    network = loaded(layers)
    images, weights = material(network, 0)
    for forced in ("columns", "winograd4", "fourier", None):
        for keep in ("outputs", "all"):
            computed = fast.run(network, images, weights, keep=keep, forced=forced)
            expected = reference.run(network, images, weights, keep=keep)
            for path in expected:
                np.testing.assert_allclose(computed[path], expected[path], rtol=1e-3, atol=1e-4, err_msg=path)


@effort(1)
@given(specs())
def test_tensors_of_a_drawn_network_share_no_channel_while_both_live(text):
    network = cnncalc.loads(text)
    made = drafted(network, None)
    parts: dict[str, list[range]] = {}
    for work in made.fused.works:
        home = made.layout.homes[work.path]
        assert home.first + work.node.volume.channels <= made.layout.buffers[home.buffer].volume.channels
        if home != Home(work.path, 0):
            parts.setdefault(home.buffer, []).append(range(home.first, home.first + work.node.volume.channels))
    joined = {work.path for work in made.fused.works if work.node.kind == "concat"}
    assert set(parts) <= joined
    for ranges in parts.values():
        for one in ranges:
            for other in ranges:
                nested = set(one) <= set(other) or set(other) <= set(one)
                assert nested or not set(one) & set(other)


@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 4), st.integers(0, 4), st.integers(1, 6), st.integers(0, 4))
def test_the_phases_of_an_axis_scatter_every_pixel_through_every_tap_once(
    kernel, stride, dilation, before, size, extra
):
    """By the definition: pixel p adds by tap t to place p x stride + t x dilation - before, where there is one."""
    places = max(1, (size - 1) * stride + (kernel - 1) * dilation + 1 - before + extra)
    wanted = {
        (pixel, tap, pixel * stride + tap * dilation - before)
        for pixel in range(size)
        for tap in range(kernel)
        if 0 <= pixel * stride + tap * dilation - before < places
    }
    seen: list[tuple[int, int, int]] = []
    covered: list[int] = []
    for phase in _along(kernel, stride, dilation, before, size, places):
        own = range(places)[phase.places]
        covered += own
        for number, place in enumerate(own):
            for position, tap in enumerate(phase.taps):
                pixel = number - phase.before + position * phase.dilation
                if 0 <= pixel < size:
                    seen.append((pixel, tap, place))
    assert sorted(seen) == sorted(wanted)
    assert sorted(covered) == list(range(places))


@given(st.integers(1, 5000))
def test_a_quick_length_is_the_least_one_with_small_factors(length):
    def is_quick(number: int) -> bool:
        while (factor := gcd(number, 2 * 3 * 5)) > 1:
            number //= factor
        return number == 1

    assert FACTORS == (2, 3, 5)
    found = _quick_length(length)
    assert is_quick(found)
    assert not any(map(is_quick, range(length, found)))


DEEP = cnncalc.loads("{input: 20x20x16, layers: [" + ", ".join(["conv: 16 3x3 pad 1"] * 6) + "]}")
WEIGHTS = 6 * (16 * 16 * 9 + 16)


def packed(limit: float, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """The values that all packed weights have where they may be so much more than the file's, and the algorithms."""
    monkeypatch.setattr(drafting, "EXTRA_BYTES", int(limit * WEIGHTS) * 4)
    monkeypatch.setattr(drafting, "EXTRA_PERCENT", 0)
    # Winograd costs least here, then columns: the costs are given so that the machine's own do not matter.
    monkeypatch.setattr("cnncalc.executor.fast.costs.THIN_PRODUCT", 0.0)
    monkeypatch.setattr("cnncalc.executor.fast.costs.CALL", 0)
    steps = draft(DEEP, 1, frozenset(DEEP.outputs), 4).steps
    return sum(step.doing.packed_values for step in steps), [step.doing.name for step in steps]


def test_transformed_weights_stay_within_their_limit(monkeypatch):
    unlimited, names = packed(100, monkeypatch)
    assert set(names) == {"winograd4"}
    assert unlimited == 6 * 36 * 16 * 16
    sizes = []
    for limit in (3.5, 2, 1, 0.5, 0.1):
        size, names = packed(limit, monkeypatch)
        sizes.append(size)
        assert size <= (1 + limit) * WEIGHTS
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0]
    assert "winograd4" not in names


def test_what_cannot_be_made_smaller_is_taken_all_the_same(monkeypatch):
    size, names = packed(0, monkeypatch)
    assert set(names) == {"columns"}
    assert size >= WEIGHTS


def test_a_plan_holds_what_its_draft_says():
    _, weights = material(DEEP, 0)
    plan = Plan(DEEP, weights, threads=2)
    plan(np.zeros((1, 20, 20, 16), np.float32))
    made = plan.drafted(1)
    packed_bytes = sum(step.doing.packed_values for step in made.steps) * 4
    run_bytes = (made.layout.size + 2 * made.scratch + made.shared) * 4
    biases = sum(array.nbytes for name, array in weights.items() if name.endswith("bias"))
    assert packed_bytes + run_bytes <= plan.held_bytes <= packed_bytes + run_bytes + biases + 4096
