"""What stands behind `expect`, `budget` and `dtype`: faults at their places, helps with the author's numbers."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.source import edits_of
from tests.language.remedies.following import faults_of

HEAD = "input: 8x8x1\nlayers:\n  - conv: 8 3x3\n  - fc: 3\n"


def faults(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads(text)
    return [(fault.code, fault.message, fault.helps) for fault in caught.value.diagnostics]


def claims_after(text: str) -> list[tuple[str, str, object]]:
    """What is claimed once the helps of the faults of a text, if there are any, have been applied to it."""
    for fault in faults_of(text):
        text = fault.source.edited(edits_of(fault.helps[0])).text
    return [(claim.metric, claim.relation, claim.value) for claim in cnncalc.loads(text).claims]


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("budget: 50K", "budget: {params: 50K}"),
        ("budget: 64 KiB", "budget: {peak_activation: 64 KiB}"),
        ("budget: <= 70K", "budget: {params: <= 70K}"),
        ("budget: params 50K", "budget: {params: 50K}"),
        ("budget: params = 50K", "budget: {params: 50K}"),
        ("budget: 50K parameters, macs <= 3M", "budget: {params: 50K, macs: <= 3M}"),
        ("budget: [params: 50K, weight_memory: 70 KiB]", "budget: {params: 50K, weight_memory: 70 KiB}"),
        ("budget: [50K params, macs 3M]", "budget: {params: 50K, macs: 3M}"),
        ("expect: 3", "expect: {output: 3}"),
        ("expect: 3M", "expect: {params: 3M}"),
        ("expect: 1x1x3", "expect: {output: 1x1x3}"),
    ],
)
def test_what_is_proposed_for_a_limit_keeps_its_numbers_and_can_be_read(written, proposed):
    (found,) = faults(f"{HEAD}{written}\n")
    (said,) = found[2]
    assert said.endswith(f"`{proposed}`")
    assert cnncalc.loads(f"{HEAD}{proposed}\n").claims
    if "[" not in written:
        assert claims_after(f"{HEAD}{written}\n") == claims_after(f"{HEAD}{proposed}\n")


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("flops: 600M", "macs: 300M"),
        ("flops: <= 61705", "macs: <= 30852.5"),
        ("FLOPs: 3G within 2%", "macs: 1.5G within 2%"),
        ("macs: 5 MiB", "macs: 5 M"),
        ("weight_memory: at most 50K", "weight_memory: at most 50KiB"),
        ("params: {max: 40K}", "params: 40K"),
        ("params: {min: 1}", "params: at least 1"),
        ("params: [40K]", "params: 40K"),
    ],
)
def test_so_does_what_is_proposed_for_one_line(written, proposed):
    (found,) = faults(f"{HEAD}budget: {{{written}}}\n")
    (said,) = found[2]
    assert f"`{proposed}`" in said
    assert cnncalc.loads(f"{HEAD}budget: {{{proposed}}}\n").claims
    if written[-1] not in "]}":
        assert claims_after(f"{HEAD}budget: {{{written}}}\n") == claims_after(f"{HEAD}budget: {{{proposed}}}\n")


def test_on_a_layer_too():
    (found,) = faults("input: 8x8x1\nlayers:\n  - conv: 8 3x3\n    budget: 50K\n")
    assert found == ("CNN235", "a budget says what it limits", ("write `budget: {params: 50K}`",))


@pytest.mark.parametrize("written", ["budget: none", "budget: {params: none}", "expect: {params: none}"])
def test_none_is_refused_where_there_is_nothing_to_lift(written):
    code, message, helps = faults(f"{HEAD}{written}\n")[0]
    assert (code, helps) == ("CNN236", ("leave the line out",))
    assert "`none` is for a variant" in message


def test_an_expectation_is_not_lifted():
    (found,) = faults(f"{HEAD}variants: {{a: {{expect: {{params: none}}}}}}\n")
    assert found[1] == "`none` lifts a budget, and what the file expects does not apply to a variant"


@pytest.mark.parametrize("word", ["None", "null", "~", "NONE", "unlimited"])
def test_none_has_one_word(word):
    (found,) = faults(f"{HEAD}variants: {{a: {{budget: {{params: {word}}}}}}}\n")
    assert found == ("CNN236", f"`{word}` is not a limit", ("write `none` to lift the limit of the file",))


NAMELESS = "name it, as in `dtype: int8` or `dtype: {weights: int8, activations: int16}`"


@pytest.mark.parametrize(
    ("written", "code", "proposed"),
    [
        ("fp16", "CNN223", "write `float16`"),
        ("int88", "CNN223", "did you mean `int8`?"),
        ("uint8", "CNN223", "write `int8`, which has as many bytes"),
        ("int4", "CNN223", "the types are float32, float16, bfloat16, int16, int8"),
        ("float64", "CNN223", "the types are float32, float16, bfloat16, int16, int8"),
        ("{weight: int8}", "CNN201", "did you mean `weights`?"),
        ("[int8]", "CNN211", NAMELESS),
        ("{}", "CNN211", NAMELESS),
        ("", "CNN211", NAMELESS),
    ],
)
@pytest.mark.parametrize("place", ["{}", "variants: {{a: {{{}}}}}"])
def test_a_dtype_that_is_none_is_refused(written, code, proposed, place):
    (found,) = faults(f"{HEAD}{place.format(f'dtype: {written}')}\n")
    assert (found[0], found[2]) == (code, (proposed,))


def test_both_parts_of_a_dtype_are_reported():
    found = faults(f"{HEAD}dtype: {{weights: fp16, activations: bf16}}\n")
    assert [entry[2] for entry in found] == [("write `float16`",), ("write `bfloat16`",)]


def test_a_view_of_the_receptive_field_that_there_is_not_is_refused_and_the_near_one_proposed():
    line = "budget: {receptive_field: {windws: 9, strict: 9x9}}"
    assert faults(f"{HEAD}{line}\n") == [
        ("CNN235", "a receptive field is strict or windows, not `windws`", ("did you mean windows?",))
    ]
    assert claims_after(f"{HEAD}{line}\n") == [("receptive_field", "<=", 9), ("receptive_field", "<=", (9, 9))]
    assert faults(f"{HEAD}budget: {{receptive_field: {{mean: 9, strict: 9x9}}}}\n")[0][2] == ()
