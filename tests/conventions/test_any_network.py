"""What holds of every convention on networks drawn from the whole language."""

from __future__ import annotations

from math import prod

from hypothesis import given

import cnncalc
from cnncalc.conventions import PARAMS, TOOLS, counted
from cnncalc.layers import FIXED
from tests.agreement.effort import effort
from tests.agreement.strategies import specs


@effort(1 / 2)
@given(specs())
def test_reasons_add_up_and_no_reason_is_empty(text):
    network = cnncalc.loads(text)
    report = cnncalc.analyze(network)
    for tool in TOOLS:
        found = counted(network, report, tool)
        sums = {PARAMS: found.own_params, found.convention.unit: found.own_amount}
        for reason in found.reasons:
            assert reason.amount
            sums[reason.of] += reason.amount
        assert (sums[PARAMS], sums[found.convention.unit]) == (found.params, found.amount)


@effort(1 / 2)
@given(specs())
def test_params_are_the_values_of_the_arrays_that_a_weight_file_holds(text):
    network = cnncalc.loads(text)
    report = cnncalc.analyze(network)
    arrays = [array for _, node, array in network.kept() if not node.training_only]
    trained = sum(prod(array.shape) for array in arrays if array.role != FIXED)
    assert {counted(network, report, tool).params for tool in ("torch", "fvcore", "ptflops", "torchinfo")} == {trained}
    assert counted(network, report, "keras").params == sum(prod(array.shape) for array in arrays)
