"""What a broken claim tells its author, and what the table says of every claim."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cnncalc.analysis import Claim, analyze
from cnncalc.gate import diagnostics, judge, sentences
from cnncalc.problem import Diagnostic
from cnncalc.source import Source
from tests.analysis.by_hand import lenet5
from tests.gate.specs import broken, claim

SOURCE = Source("net.yaml", "expect: {params: 60000}")


def faults(*claims: Claim) -> list[Diagnostic]:
    network = lenet5(claims=claims)
    return diagnostics(judge(analyze(network), network), SOURCE)


@pytest.mark.parametrize(
    ("wanted", "code", "message"),
    [
        (claim("params", 60000), "CNN501", "params is 61,706, but 60,000 is expected: 1,706 too many"),
        (claim("params", 62000), "CNN501", "params is 61,706, but 62,000 is expected: 294 too few"),
        (claim("macs", 420, ">="), None, ""),
        (
            claim("macs", 5 * 10**6, ">=", unit="M"),
            "CNN501",
            "macs is 0.42M, but at least 5M is expected: 4.58M too few",
        ),
        (
            claim("macs", 300_000, unit="K", tolerance=Fraction(1, 100)),
            "CNN501",
            "macs is 416.52K, but 300K within 1 % is expected: 116.52K too many",
        ),
        (
            claim("layers", 7, "<", verb="expect"),
            "CNN501",
            "layers is 7, but less than 7 is expected",
        ),
        (
            claim("params", 60000, "<=", verb="budget"),
            "CNN502",
            "params 61,706 is over the budget of 60,000 by 1,706 (2.8 %)",
        ),
        (
            claim("macs", 416_519, "<=", verb="budget", unit="K"),
            "CNN502",
            "macs 416.520K is over the budget of 416.519K by 1 (<0.1 %)",
        ),
        (
            claim("params", 60_946, "<=", verb="budget", unit="K"),
            "CNN502",
            "params 61.71K is over the budget of 60.946K by 760 (1.2 %)",
        ),
        (
            claim("peak_activation", 3 * 2**30, ">=", unit="GiB"),
            "CNN501",
            "peak_activation is 22.97 KiB, but at least 3 GiB is expected: 3.00 GiB too little",
        ),
        (
            claim("peak_activation", 20 * 1024, "<=", verb="budget", unit="KiB"),
            "CNN502",
            "peak_activation 22.97 KiB is over the budget of 20 KiB by 2.97 KiB (14.8 %)",
        ),
        (
            claim("params", 40000, "<=", verb="budget", path="fc_1"),
            "CNN502",
            "params of fc_1 48,120 is over the budget of 40,000 by 8,120 (20.3 %)",
        ),
        (claim("layers", 7, "<", verb="budget"), "CNN502", "layers 7 is over the budget of less than 7"),
        (claim("params", 0, "<=", verb="budget"), "CNN502", "params 61,706 is over the budget of 0 by 61,706"),
        (
            claim("params", 70000, ">=", verb="budget"),
            "CNN501",
            "params is 61,706, but at least 70,000 is what the budget asks for: 8,294 too few",
        ),
        (claim("output", (11,)), "CNN503", "output is 10, but 11 is expected"),
        (
            claim("shapes", (28, 28, 8), subject="conv_1"),
            "CNN503",
            "the output of conv_1 is 28x28x6, but 28x28x8 is expected",
        ),
        (claim("output", (28, 28, 8), path="conv_1"), "CNN503", "output of conv_1 is 28x28x6, but 28x28x8 is expected"),
        (claim("receptive_field", (31, 31)), "CNN503", "receptive_field is 32x32, but 31x31 is expected"),
        (claim("receptive_field", 31), "CNN501", "receptive_field is 32, but 31 is expected: 1 too much"),
        (
            claim("shapes", (28, 28, 6), subject="covn_1"),
            "CNN504",
            "there is no layer or group of layers `covn_1`",
        ),
    ],
)
def test_a_broken_claim_says_by_how_much(wanted, code, message):
    found = faults(wanted)
    assert [(fault.code, fault.message) for fault in found] == ([(code, message)] if code else [])


def test_a_fault_stands_where_the_claim_is_written():
    (fault,) = faults(claim("params", 60000))
    assert (fault.place, fault.span.length, fault.severity) == (("net.yaml", 1, 18), 5, "error")


def test_the_costliest_layers_stand_beside_the_caret():
    (fault,) = faults(claim("weight_memory", 1, "<=", verb="budget"))
    assert fault.note == "most in fc_1 (188.0 KiB), fc_2 (39.7 KiB), conv_2 (9.4 KiB)"


def test_an_exact_expectation_says_what_to_write_and_a_budget_does_not():
    assert faults(claim("params", 60000))[0].helps == ("if the network is right, write `params: 61706`",)
    assert faults(claim("shapes", (1,), subject="conv_1"))[0].helps == (
        "if the network is right, write `conv_1: 28x28x6`",
    )
    assert faults(claim("params", 60000, "<=", verb="budget"))[0].helps == ()


def test_a_missing_path_names_near_ones():
    assert faults(claim("shapes", (1,), subject="covn_1"))[0].helps[0].startswith("did you mean `conv_1`")
    assert faults(claim("shapes", (1,), subject="zzzzz"))[0].helps == ()


def test_every_claim_is_told_whether_it_holds_or_not():
    claims = (
        claim("params", 61706),
        claim("macs", 500_000, "<=", verb="budget", unit="K"),
        claim("output", (11,)),
        claim("shapes", (1,), subject="nowhere"),
    )
    network = lenet5(claims=claims)
    assert sentences(judge(analyze(network), network)) == [
        ("expect", "params 61,706", True),
        ("budget", "macs at most 500K: it is 416.52K", True),
        ("expect", "output 11: it is 10", False),
        ("expect", "the output of nowhere: there is no such path", False),
    ]


def test_the_view_of_a_receptive_field_is_said_and_mended():
    net = "input: 16x16x1\nlayers: [conv: 1 3x3 pad 1, instance_norm: {}]\nexpect: {receptive_field: {windows: 9x9}}"
    (found,) = broken(net)
    assert found.message == "receptive_field (windows) is 3x3, but 9x9 is expected"
    assert found.helps == ("if the network is right, write `windows: 3x3`",)
