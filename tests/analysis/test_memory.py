"""Which tensors are alive: lifetimes, what is handed on, and the peak."""

from __future__ import annotations

from cnncalc.analysis import analyze
from tests.analysis.by_hand import Builder, lenet5, residual_stages


def live(builder: Builder, **rest) -> list[int]:
    return [row.live_bytes // 4 for row in analyze(builder.network(**rest)).layers]


def test_lenet_5_has_the_live_bytes_of_its_chain():
    assert [row.live_bytes for row in analyze(lenet5()).layers] == [22912, 23520, 11104, 8000, 2080, 816, 376]


def test_an_input_dies_after_its_last_reader():
    builder = Builder(10)
    builder.add("a", "relu")
    builder.add("b", "relu")
    assert live(builder) == [20, 20]


def test_a_skipped_tensor_lives_until_the_join_that_reads_it():
    builder = Builder(10)
    a = builder.add("a", "relu")
    builder.add("b", "relu")
    builder.add("c", "relu")
    builder.add("d", "add", a, "c")
    builder.add("e", "relu")
    assert live(builder) == [20, 20, 30, 30, 20]


def test_an_output_lives_to_the_end():
    builder = Builder(10)
    a = builder.add("a", "relu")
    builder.add("b", "relu")
    builder.add("c", "relu")
    assert live(builder, outputs=(a, "c")) == [20, 20, 30]


def test_what_is_handed_on_has_no_storage_and_keeps_its_source_alive():
    builder = Builder(10)
    a = builder.add("a", "relu")
    builder.add("drop", "dropout", rate=0.5)
    builder.add("none", "act", function="none")
    builder.add("b", "relu", a)
    builder.add("c", "add", "none", "b")
    report = analyze(builder.network())
    assert [row.activation_bytes // 4 for row in report.layers] == [10, 0, 0, 10, 10]
    assert [row.activations for row in report.layers] == [10] * 5
    assert [row.live_bytes // 4 for row in report.layers] == [20, 10, 10, 20, 30]
    assert report.totals.peak_live == ("a", "b", "c")


def test_an_input_that_is_handed_on_is_named_as_the_input():
    builder = Builder(10)
    builder.add("identity_1", "identity")
    builder.add("a", "relu")
    report = analyze(builder.network())
    assert report.totals.peak_live == ("input", "a")
    assert report.totals.peak_at == "a"


def test_an_output_that_is_handed_on_lives_to_the_end():
    builder = Builder(10)
    builder.add("a", "relu")
    alias = builder.add("identity_1", "identity")
    builder.add("b", "relu")
    builder.add("c", "relu")
    assert live(builder, outputs=(alias, "c")) == [20, 10, 20, 30]


def test_rows_that_only_training_has_prolong_no_life():
    builder = Builder(10)
    a = builder.add("a", "relu")
    b = builder.add("b", "relu")
    builder.add("aux", "relu", a)
    builder.add("c", "relu", b)
    report = analyze(builder.network(aux_outputs=("aux",)))
    assert [row.live_bytes // 4 for row in report.layers] == [20, 20, 0, 20]


def test_the_peak_stands_at_the_first_row_that_reaches_it():
    builder = Builder(10)
    builder.add("a", "relu")
    builder.add("b", "relu")
    totals = analyze(builder.network()).totals
    assert (totals.peak_at, totals.peak_live) == ("a", ("input", "a"))


def test_inputs_are_alive_from_the_beginning():
    builder = Builder(left=(10,), right=(5,))
    builder.add("a", "relu", "left")
    builder.add("b", "relu", "right")
    builder.add("c", "concat", "a", "b")
    report = analyze(builder.network())
    assert [row.live_bytes // 4 for row in report.layers] == [25, 20, 30]


def test_the_peak_is_the_largest_of_the_rows_and_its_tensors_add_up_to_it():
    report = analyze(residual_stages())
    peak = report.totals.peak_activation_bytes
    assert peak == max(row.live_bytes for row in report.layers) == report[report.totals.peak_at].live_bytes
    assert sum(report[tensor].activation_bytes for tensor in report.totals.peak_live) == peak


def test_one_tensor_read_twice_is_alive_once():
    builder = Builder(10)
    a = builder.add("a", "relu")
    builder.add("b", "add", a, a)
    assert live(builder) == [20, 20]
