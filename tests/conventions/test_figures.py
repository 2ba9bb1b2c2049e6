"""Each convention gives the figures that its tool really gave."""

from __future__ import annotations

import pytest

from cnncalc.conventions import FLOPS, MACS, PARAMS, TOOLS, Convention, counted
from cnncalc.conventions import counting as module
from cnncalc.frameworks import PYTORCH
from cnncalc.layers import KINDS
from tests.conventions.recorded import PEERS, SPECS, counting, figures, network, networks, record, report

CASES = [(tool, name) for tool in PEERS for name in networks(tool)]


def missed(tool: str) -> list[str]:
    """The networks whose recorded figures the convention does not give."""
    unit = TOOLS[tool].unit
    return [
        name
        for name in networks(tool)
        if figures(tool, name)
        != {PARAMS: (found := counting(tool, name)).params, **({unit: found.amount} if unit else {})}
    ]


@pytest.mark.parametrize(("tool", "name"), CASES, ids=map("-".join, CASES))
def test_a_convention_gives_the_figures_of_the_real_tool(tool, name):
    real, found = figures(tool, name), counting(tool, name)
    assert found.params == real[PARAMS]
    if found.convention.unit:
        assert found.amount == real[found.convention.unit]
    else:
        assert not {MACS, FLOPS} & set(real)


@pytest.mark.parametrize("tool", PEERS)
def test_at_least_ten_networks_that_ship_were_recorded_and_all_of_our_own(tool):
    assert len(set(networks(tool)) - set(SPECS)) >= 10
    assert set(SPECS) <= set(record(tool)["figures"])


@pytest.mark.parametrize("tool", PEERS)
def test_a_convention_names_the_version_whose_figures_were_recorded(tool):
    assert TOOLS[tool].version == record(tool)["version"]


@pytest.mark.parametrize("tool", PEERS)
def test_without_any_one_of_its_rules_a_convention_misses_some_figure(tool, monkeypatch):
    convention = TOOLS[tool]
    idle = []
    for field in ("params_rules", "rules"):
        for rule in getattr(convention, field):
            fewer = tuple(other for other in getattr(convention, field) if other is not rule)
            values = {name: getattr(convention, name) for name in convention.fields}
            changed = Convention(*{**values, field: fewer}.values())
            monkeypatch.setattr(module, "TOOLS", {**TOOLS, tool: changed})
            if not missed(tool):
                idle.append(rule.what)
            monkeypatch.undo()
    assert idle == []


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", ["mobilenetv2", "transposed", "norms"])
def test_our_figure_and_the_reasons_add_up_to_the_tools(tool, name):
    found = counting(tool, name)
    sums = {PARAMS: found.own_params, found.convention.unit: found.own_amount}
    for reason in found.reasons:
        sums[reason.of] += reason.amount
        assert reason.amount != 0
        assert reason.layers > 0
    assert sums[PARAMS] == found.params
    assert sums[found.convention.unit] == found.amount


@pytest.mark.parametrize("name", SPECS)
def test_without_padding_taps_the_difference_says_so(name):
    from cnncalc.analysis import INSIDE, analyze

    inside = analyze(network(name), macs=INSIDE)
    for tool in PEERS:
        found, padded = counted(network(name), inside, tool), counting(tool, name)
        assert (found.params, found.amount) == (padded.params, padded.amount)
        taps = sum(reason.amount for reason in found.reasons if reason.what == "products with padding")
        assert taps == padded.own_amount - found.own_amount


def test_our_own_convention_has_no_reasons():
    for name in networks("torch"):
        found = counting("cnncalc", name)
        totals = report(name).totals
        assert (found.params, found.amount, found.reasons) == (totals.params, totals.macs, ())


UNRECORDED: dict[str, str] = {}
"""Kinds of which no figures of the real tools are kept yet, and why: benchmarks/peers records them."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_is_taken_apart(kind):
    assert kind in PYTORCH.rows
    tested = any(node.kind == kind for name in networks("torch") for node in network(name))
    assert tested != (kind in UNRECORDED), f"no figure tests {kind}: record some, or say in UNRECORDED why not"


def test_auxiliary_heads_are_left_out_and_that_is_said():
    found = counting("torch", "googlenet")
    assert found.params == report("googlenet").totals.params < report("googlenet").totals.training_params
    assert any("auxiliary heads" in remark for remark in found.remarks)
    assert not any("auxiliary heads" in remark for remark in counting("torch", "lenet5").remarks)


def test_what_becomes_of_shared_weights_is_said_where_there_are_any():
    assert any("counted twice" in remark for remark in counting("torchinfo", "siamese").remarks)
    assert not any("counted twice" in remark for remark in counting("torchinfo", "lenet5").remarks)
    assert not any("counted twice" in remark for remark in counting("fvcore", "siamese").remarks)
