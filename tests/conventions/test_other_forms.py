"""What the recorded figures say of networks that are written otherwise: docs/conventions.md relies on it."""

from __future__ import annotations

import pytest

from cnncalc.conventions import TOOLS
from tests.conventions.recorded import figures, report


@pytest.mark.parametrize("name", ["lenet5", "resnet18"])
def test_what_is_called_as_a_function_is_not_seen_by_torchinfo_and_thop(name):
    assert figures("torchinfo", name, "functions")["macs"] == 0
    assert figures("thop", name, "functions") == {"params": 0, "macs": 0}
    assert 0 < figures("ptflops", name, "functions")["macs"] < figures("ptflops", name)["macs"] / 4


@pytest.mark.parametrize("form", ["mixed", "functions"])
@pytest.mark.parametrize("tool", ["torch", "fvcore", "ptflops_aten"])
@pytest.mark.parametrize("name", ["lenet5", "resnet18"])
def test_tools_that_watch_the_operations_see_functions_too(name, tool, form):
    assert figures(tool, name, form) == figures(tool, name)


@pytest.mark.parametrize("name", ["lenet5", "resnet18"])
def test_ptflops_counts_a_pool_and_a_relu_once_where_they_are_functions(name):
    from tests.conventions.recorded import counting

    again = next(reason for reason in counting("ptflops", name).reasons if reason.wrong)
    assert figures("ptflops", name)["macs"] - figures("ptflops", name, "mixed")["macs"] == again.amount


@pytest.mark.parametrize("name", ["shared", "siamese"])
def test_tied_weights_are_counted_twice_by_torchinfo_and_thop_alone(name):
    params = report(name).totals.params
    twice = {
        tool for tool in TOOLS if tool not in ("cnncalc", "keras") and figures(tool, name, "tied")["params"] > params
    }
    assert twice == {"torchinfo", "thop"}
    assert all(figures(tool, name)["params"] == params for tool in ("torch", "fvcore", "ptflops", "torchinfo", "thop"))
