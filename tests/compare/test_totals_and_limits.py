"""Totals before and after, exact, and the limits of their growth."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.compare.difference import compare
from cnncalc.compare.growth import GROWTH, PERCENT, SHRINKAGE, GrowthLimit, breaks, exceeded, growth_limit
from cnncalc.compare.totals import Change, SizeChange
from cnncalc.language.choices import ChoiceError
from cnncalc.metrics import LIMITED
from tests.compare.networks import PLAIN, difference


def test_every_total_is_that_of_the_reports():
    found = difference(PLAIN, PLAIN.replace("conv: 32", "conv: 64"))
    for metric, change in found.totals.counted.items():
        assert change == (getattr(found.before.totals, metric), getattr(found.after.totals, metric))
    told = found.totals.to_dict()
    assert list(told) == [
        "layers",
        "params",
        "fixed_params",
        "training_params",
        "macs",
        "weight_bytes",
        "peak_activation_bytes",
        "activations",
        "receptive_field",
    ]
    assert all(list(entry) == ["before", "after", "change", "percent"] for entry in told.values())


def test_the_receptive_field_is_told_side_by_side():
    before = PLAIN.replace("  - fc: 10\n", "")
    after = before.replace("conv: 16 3x3 pad 1", "conv: {filters: 16, kernel: 3x5, padding: 1x2}", 1)
    assert difference(before, after).totals.to_dict()["receptive_field"] == {
        "before": [7, 7],
        "after": [7, 9],
        "change": [0, 2],
        "percent": [0, pytest.approx(200 / 7)],
    }


def test_sizes_of_different_rank_have_no_change():
    told = SizeChange((5,), (5, 5)).to_dict()
    assert (told["change"], told["percent"]) == (None, None)


def test_several_inputs_are_told_by_the_largest_field():
    siamese = cnncalc.analyze(cnncalc.load("siamese"))
    field = compare(siamese, siamese).totals.receptive_field
    assert field.before == field.after
    assert all(isinstance(side, int) for side in field.before)


@given(st.integers(0, 10**20), st.integers(0, 10**20), st.integers(0, 500))
def test_a_percentage_is_judged_without_rounding(before, after, most):
    limit = GrowthLimit("params", GROWTH, most, PERCENT)
    allowed = before + Fraction(before * most, 100)
    assert breaks(Change(before, after), limit) == (after > allowed)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_shrinkage_is_growth_backwards(before, after, most):
    assert breaks(Change(before, after), GrowthLimit("macs", SHRINKAGE, most, "")) == (before - after > most)


@pytest.mark.parametrize("text", ["params:+0%", "params:0%", "params:500%", "params:999999%"])
def test_any_growth_from_nothing_exceeds_every_percentage(text):
    assert breaks(Change(0, 1), growth_limit(text))
    assert not breaks(Change(0, 0), growth_limit(text))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("params:+5%", GrowthLimit("params", GROWTH, 5, "%")),
        ("params:5%", GrowthLimit("params", GROWTH, 5, "%")),
        ("params: +0.5 %", GrowthLimit("params", GROWTH, Fraction(1, 2), "%")),
        ("macs:+10M", GrowthLimit("macs", GROWTH, 10_000_000, "M")),
        ("peak_activation:+64KiB", GrowthLimit("peak_activation", GROWTH, 65536, "KiB")),
        ("weight_memory:100", GrowthLimit("weight_memory", GROWTH, 100, "")),
        ("receptive_field:-0%", GrowthLimit("receptive_field", SHRINKAGE, 0, "%")),
        ("layers:0", GrowthLimit("layers", GROWTH, 0, "")),
    ],
)
def test_a_limit_means_what_it_says(text, limit):
    assert growth_limit(text) == limit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("params", "--fail-on takes METRIC:LIMIT, such as params:"),
        ("params:", "--fail-on takes METRIC:LIMIT"),
        (":5%", "--fail-on takes METRIC:LIMIT"),
        ("", "--fail-on takes METRIC:LIMIT"),
        ("param:5%", "no metric 'param': did you mean params?"),
        ("weight_bytes:5%", "did you mean weight_memory?"),
        ("speed:5%", "there is no metric 'speed'"),
        ("params +5%", "not 'params \\+5%': write `params:\\+5%`"),
        ("macs<=10M", "not 'macs<=10M': write `macs:10M`"),
        ("flops:+10M", "FLOPs are 2 x MACs; write `macs:\\+5M`"),
        ("flops:5%", "FLOPs are 2 x MACs; write `macs:5%`"),
        ("params:+64KiB", "params is a count, and KiB is for memory: write `params:\\+64K`"),
        ("peak_activation:+5M", "is bytes, and M is for counts: write `peak_activation:\\+5MiB`"),
        ("receptive_field:+5K", "is in places of the input and has no K: write `receptive_field:\\+5`"),
        ("params:+-5%", "one sign is enough"),
        ("params:five", "five"),
        ("params:5 percent", "5 percent"),
        ("params:%", "params:%"),
        ("params:1_000", "1_000"),
        ("macs:10mb", "mb"),
    ],
)
def test_a_limit_that_is_none_is_told_in_one_message(text, message):
    with pytest.raises(ChoiceError, match=message) as error:
        growth_limit(text)
    assert "\n" not in str(error.value)


def test_the_limits_that_are_exceeded_are_told_in_their_order():
    found = difference(PLAIN, PLAIN.replace("conv: 32", "conv: 64"))
    limits = [growth_limit(text) for text in ("macs:0%", "layers:0", "params:+1000%", "params:+5%", "macs:-0%")]
    assert [excess.limit for excess in exceeded(limits, found.totals)] == [limits[0], limits[3]]


@pytest.mark.parametrize("metric", LIMITED)
def test_every_metric_can_be_limited(metric):
    found = difference(PLAIN, PLAIN)
    assert exceeded([growth_limit(f"{metric}:0%")], found.totals) == []
