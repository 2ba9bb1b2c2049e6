"""A whole network through the fast executor: order, sharing, what is kept, and what it is refused for."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.fast import Plan, needed, run
from cnncalc.executor.fast.draft import draft
from cnncalc.executor.memory import MemoryRefusal
from cnncalc.layers import KINDS
from cnncalc.network import Assembly, Input, Network
from cnncalc.volume import Volume

RANDOM = np.random.default_rng(3)
Row = tuple[str, str, dict[str, object], tuple[str, ...]]


def network(volume: tuple[int, ...], rows: Iterable[Row], outputs: tuple[str, ...], **rest: object) -> Network:
    assembly = Assembly({"input": Input(Volume(volume))})
    for path, kind, values, inputs in rows:
        rank = assembly.volumes[inputs[0]].rank
        assembly.add(path, kind, KINDS[kind].build(rank, values), inputs)
    return assembly.network("net", outputs, **rest)  # type: ignore[arg-type]  # each test gives what it needs


def weights_of(net: Network) -> dict[str, np.ndarray]:
    return {name: RANDOM.standard_normal(array.shape).astype(np.float32) for name, _, array in net.kept()}


def residual() -> Network:
    rows: list[Row] = [
        ("conv_1", "conv", {"filters": 8, "kernel": 3, "padding": 1}, ("input",)),
        ("relu_1", "relu", {}, ("conv_1",)),
        ("conv_2", "conv", {"filters": 8, "kernel": 3, "padding": 1}, ("relu_1",)),
        ("add_1", "add", {}, ("conv_2", "conv_1")),
        ("dropout_1", "dropout", {"rate": 0.5}, ("add_1",)),
        ("global_avg_pool_1", "global_avg_pool", {}, ("dropout_1",)),
        ("fc_1", "fc", {"units": 5}, ("global_avg_pool_1",)),
    ]
    return network((12, 10, 3), rows, ("fc_1",), results={"Residual_1": "add_1"})


def test_a_batch_gives_what_its_images_give_one_by_one() -> None:
    net = residual()
    weights, x = weights_of(net), RANDOM.standard_normal((3, 12, 10, 3)).astype(np.float32)
    together = run(net, {"input": x}, weights).outputs["fc_1"]
    alone = np.concatenate([run(net, {"input": image[None]}, weights).outputs["fc_1"] for image in x])
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-5)


def test_a_plan_runs_often_and_what_it_kept_stays_as_it_was() -> None:
    net = residual()
    plan, x = Plan(net, weights_of(net)), RANDOM.standard_normal((2, 12, 10, 3))
    first = plan.run(x, keep="all")
    seen = {path: first[path].copy() for path in first}
    plan.run(x * 3, keep="all")
    plan.run(x[:1])
    assert list(seen) == [node.path for node in net]
    assert all(np.array_equal(first[path], seen[path]) for path in seen)
    assert all(np.array_equal(plan.run(x, keep="all")[path], seen[path]) for path in seen)


def test_float64_runs_in_float64() -> None:
    net = residual()
    weights, x = weights_of(net), RANDOM.standard_normal((1, 12, 10, 3))
    exact = run(net, {"input": x}, weights, dtype=np.float64).outputs["fc_1"]
    quick = run(net, {"input": x}, weights).outputs["fc_1"]
    assert (exact.dtype.name, quick.dtype.name) == ("float64", "float32")
    np.testing.assert_allclose(quick, exact, rtol=1e-4, atol=1e-4)


def test_the_path_of_a_block_means_its_last_row() -> None:
    net = residual()
    trace = run(net, {"input": np.ones((1, 12, 10, 3))}, weights_of(net), keep=["Residual_1"])
    assert trace["Residual_1"] is trace["add_1"]
    assert list(trace) == ["add_1", "fc_1"]


def test_what_was_not_kept_says_how_to_keep_it() -> None:
    net = residual()
    trace = run(net, {"input": np.ones((1, 12, 10, 3))}, weights_of(net))
    with pytest.raises(KeyError, match=r"conv_1 was not kept: run with keep=\['conv_1'\]"):
        trace["conv_1"]
    with pytest.raises(KeyError, match="there is no 'conv_3' in this network; the nearest path is 'conv_"):
        trace["conv_3"]
    with pytest.raises(ValueError, match="keep must be 'outputs', 'all' or a list of paths, not 'conv_1'"):
        run(net, {"input": np.ones((1, 12, 10, 3))}, weights_of(net), keep="conv_1")


def test_several_outputs_come_by_name() -> None:
    rows: list[Row] = [("a", "relu", {}, ("input",)), ("b", "abs", {}, ("input",))]
    net = network((3,), rows, ("a", "b"), output_names=("up", "size"))
    output = run(net, {"input": np.array([[-1.0, 0.0, 2.0]])}, {}).output
    assert isinstance(output, dict)
    assert {name: array.tolist() for name, array in output.items()} == {"up": [[0, 0, 2]], "size": [[1, 0, 2]]}


def test_an_output_that_hands_on_another_rows_storage_outlives_the_run() -> None:
    rows: list[Row] = [
        ("relu_1", "relu", {}, ("input",)),
        ("identity_1", "identity", {}, ("relu_1",)),
        ("abs_1", "abs", {}, ("relu_1",)),
        ("abs_2", "abs", {}, ("abs_1",)),
        ("add_1", "add", {}, ("abs_2", "identity_1")),
    ]
    net = network((40,), rows, ("identity_1", "add_1"))
    plan = Plan(net, {})
    trace = plan.run(np.ones((1, 40)))
    plan.run(np.full((1, 40), 5.0))
    assert trace["identity_1"].tolist() == [[1.0] * 40]
    assert trace["add_1"].tolist() == [[2.0] * 40]


def test_what_only_training_has_is_not_run() -> None:
    rows: list[Row] = [
        ("relu_1", "relu", {}, ("input",)),
        ("fc_1", "fc", {"units": 2}, ("relu_1",)),
        ("fc_2", "fc", {"units": 2}, ("relu_1",)),
    ]
    net = network((3,), rows, ("fc_1",), aux_outputs=("fc_2",))
    weights = {name: array for name, array in weights_of(net).items() if not name.startswith("fc_2")}
    trace = run(net, {"input": np.ones((1, 3))}, weights, keep="all")
    assert list(trace) == ["relu_1", "fc_1"]
    with pytest.raises(ValueError, match="fc_2 belongs to an auxiliary head"):
        run(net, {"input": np.ones((1, 3))}, weights, keep=["fc_2"])


def test_layers_that_share_weights_read_the_owners() -> None:
    assembly = Assembly({"left": Input(Volume((4,))), "right": Input(Volume((4,)))})
    layer = KINDS["fc"].build(0, {"units": 2})
    assembly.add("fc_1", "fc", layer, ("left",))
    assembly.add("fc_2", "fc", layer, ("right",)).shares = "fc_1"
    assembly.add("subtract_1", "subtract", KINDS["subtract"].build(0, {}), ("fc_1", "fc_2"))
    net = assembly.network("twins", ("subtract_1",))
    x = RANDOM.standard_normal((2, 4))
    output = run(net, {"left": x, "right": x}, weights_of(net)).output
    assert isinstance(output, np.ndarray)
    assert output.tolist() == [[0, 0], [0, 0]]


def test_missing_and_misshapen_weights_are_named() -> None:
    net = residual()
    weights = weights_of(net)
    with pytest.raises(ValueError, match=r"there is no conv_1\.weight among the weights"):
        run(net, {"input": np.ones((1, 12, 10, 3))}, {})
    with pytest.raises(ValueError, match=r"fc_1\.bias must be \(5,\), not \(6,\)"):
        run(net, {"input": np.ones((1, 12, 10, 3))}, weights | {"fc_1.bias": np.zeros(6)})


@st.composite
def graphs(draw: st.DrawFn) -> Network:
    """Rows that each read one or two of the tensors before them, of various sizes."""
    count = draw(st.integers(1, 12))
    rows: list[Row] = []
    for index in range(count):
        names = ["input", *(row[0] for row in rows)]
        kind = draw(st.sampled_from(["abs", "concat", "identity", "slice"]))
        inputs = tuple(draw(st.sampled_from(names[-4:])) for _ in range(2 if kind == "concat" else 1))
        rows.append((f"row{index}", kind, {"start": 0, "stop": 2} if kind == "slice" else {}, inputs))
    kept = draw(st.sets(st.sampled_from([row[0] for row in rows]), max_size=3))
    return network((3, 3, 2), rows, tuple(kept | {rows[-1][0]}))


@given(graphs(), st.integers(1, 3))
def test_no_buffer_lies_where_another_still_lives(net: Network, count: int) -> None:
    drafted = draft(net, count, frozenset(net.outputs), 4)
    layout, works = drafted.layout, drafted.fused.works
    lives: dict[str, tuple[int, int]] = dict.fromkeys(net.inputs, (-1, -1))
    for step, work in enumerate(works):
        for name in (work.path, *work.every_read):
            buffer = layout.homes[name].buffer
            lives[buffer] = (lives.get(buffer, (step, step))[0], step)
    for row in net.outputs:
        buffer = layout.homes[drafted.fused.stored[row]].buffer
        lives[buffer] = (lives[buffer][0], len(works))
    spans = {name: range(entry.offset, entry.offset + entry.size(count)) for name, entry in layout.buffers.items()}
    assert spans.keys() == lives.keys()
    for one, other in ((a, b) for a in lives for b in lives if a < b):
        together = lives[one][0] <= lives[other][1] and lives[other][0] <= lives[one][1]
        apart = spans[one].stop <= spans[other].start or spans[other].stop <= spans[one].start
        assert apart or not together
        if layout.buffers[one].alone or layout.buffers[other].alone:
            assert apart
    assert all(span.stop <= layout.size for span in spans.values())


@given(graphs())
def test_a_graph_gives_the_same_whatever_is_kept(net: Network) -> None:
    x = np.linspace(-1, 1, 18, dtype=np.float32).reshape(1, 3, 3, 2)
    everything, outputs = run(net, {"input": x}, {}, keep="all"), run(net, {"input": x}, {})
    assert all(np.array_equal(everything[path], outputs[path]) for path in net.outputs)


@contextmanager
def allocations() -> Iterator[Callable[[], int]]:
    """The most bytes that were allocated inside at a time, asked for afterwards."""
    gc.collect()  # what an earlier run let go would be used again, and not be counted
    tracemalloc.start()
    try:
        yield lambda: peak
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


MEASURED: dict[str, tuple[tuple[int, ...], dict[str, object]]] = {
    "conv": ((120, 120, 16), {"filters": 32, "kernel": 3, "padding": 1}),
    "depthwise": ((120, 120, 32), {"kernel": 5, "padding": 2, "multiplier": 2}),
    "conv_transpose": ((60, 60, 32), {"filters": 16, "kernel": 4, "stride": 2, "padding": 1}),
    "max_pool": ((120, 120, 16), {"kernel": 3, "stride": 1, "padding": 1}),
    "avg_pool": ((120, 120, 16), {"kernel": 3, "stride": 1, "padding": 1, "count_padding": False}),
    "subsample": ((120, 120, 16), {"kernel": 2}),
    "global_avg_pool": ((200, 200, 16), {}),
    "global_max_pool": ((200, 200, 16), {}),
    "adaptive_avg_pool": ((200, 200, 16), {"output": 50}),
    "fc": ((40, 40, 32), {"units": 64}),
    "rbf": ((40, 40, 32), {"units": 64}),
    "batch_norm": ((120, 120, 32), {}),
    "layer_norm": ((120, 120, 32), {}),
    "group_norm": ((120, 120, 32), {"groups": 4}),
    "instance_norm": ((120, 120, 32), {}),
    "lrn": ((120, 120, 32), {}),
    "scale": ((120, 120, 32), {}),
    "softmax": ((120, 120, 32), {}),
    "log_softmax": ((120, 120, 32), {}),
    "flatten": ((120, 120, 32), {}),
    "reshape": ((120, 120, 32), {"output": (60, 60, 128)}),
    "slice": ((120, 120, 32), {"start": 1, "stop": 31}),
    "channel_shuffle": ((120, 120, 32), {"groups": 4}),
    "pad": ((120, 120, 32), {"padding": 3, "mode": "reflect", "channels_after": 3}),
    "crop": ((120, 120, 32), {"left": 3}),
    "upsample": ((60, 60, 32), {"scale": 2, "mode": "bilinear"}),
    "depth_to_space": ((60, 60, 32), {"block": 2}),
    "space_to_depth": ((120, 120, 16), {"block": 2}),
    "identity": ((120, 120, 16), {}),
    "dropout": ((120, 120, 16), {"rate": 0.5}),
    "gelu": ((120, 120, 32), {}),
    "mish": ((120, 120, 32), {}),
    "act": ((120, 120, 32), {"function": "relu"}),
    "add": ((120, 120, 16), {}),
    "subtract": ((120, 120, 16), {}),
    "multiply": ((120, 120, 16), {}),
    "concat": ((120, 120, 16), {}),
}


def test_the_memory_of_every_class_of_layers_is_measured() -> None:
    assert {KINDS[kind].layer for kind in MEASURED} == {entry.layer for entry in KINDS.values()}


@pytest.mark.parametrize("kind", MEASURED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_run_allocates_no_more_than_it_says(kind: str, dtype: type[np.floating]) -> None:
    volume, values = MEASURED[kind]
    inputs = ("input",) * (2 if KINDS[kind].layer.joins else 1)
    net = network(volume, [("row_1", kind, values, inputs)], ("row_1",))
    weights = {name: np.abs(array) for name, array in weights_of(net).items()}
    x = np.ones((2, *volume), np.float32)
    need = needed(net, 2, dtype)
    here = x.nbytes + sum(array.nbytes for array in weights.values())
    small = residual()
    run(small, {"input": np.ones((1, 12, 10, 3))}, weights_of(small))  # a process's first run also looks for its BLAS
    with allocations() as peak:
        run(net, {"input": x}, weights, dtype=dtype)
    bookkeeping = 2**17
    assert peak() <= need.total - here + bookkeeping


def test_a_run_beyond_free_memory_is_refused_before_anything_is_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnncalc.executor.fast.plan.free_memory", lambda: 2**20)
    net = network((1000, 1000, 3), [("relu_1", "relu", {}, ("input",))], ("relu_1",))
    x = np.broadcast_to(np.zeros((), np.float32), (1, 1000, 1000, 3))
    refusal = r"needs 47\.40 MiB \(49,707,264 bytes\), but 1\.00 MiB \(1,048,576 bytes\) are free.* at relu_1"
    with allocations() as peak, pytest.raises(MemoryRefusal, match=refusal):
        run(net, {"input": x}, {}, threads=1)
    assert peak() < 2**20
