"""The totals of every network that ships: the engine, separate arithmetic and a golden table say the same."""

from __future__ import annotations

import pytest

import cnncalc
from tests.specs.arithmetic import BY_ARITHMETIC, resnet_cifar
from tests.specs.shelf import NETWORKS, as_text, network, report, table

GOLDEN = {row["network"]: row for row in table("totals.csv")}


def test_the_golden_table_and_the_arithmetic_hold_every_network_that_ships():
    assert set(GOLDEN) == set(BY_ARITHMETIC) == set(NETWORKS)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_totals_are_those_of_the_golden_table(name):
    totals = report(name).totals
    assert GOLDEN[name] == {
        "network": name,
        "output": as_text(network(name).volume(network(name).outputs[0])),
        "params": str(totals.params),
        "fixed_params": str(totals.fixed_params),
        "training_params": str(totals.training_params),
        "macs": str(totals.macs),
    }


@pytest.mark.parametrize("name", NETWORKS)
def test_the_totals_are_those_of_separate_arithmetic(name):
    totals = report(name).totals
    assert (totals.params, totals.fixed_params, totals.macs) == BY_ARITHMETIC[name]()


def test_a_variable_takes_the_cifar_resnet_to_the_1202_layers_of_table_6():
    totals = cnncalc.analyze(cnncalc.load("resnet20", vars={"n": 200})).totals
    assert (totals.params, totals.fixed_params, totals.macs) == resnet_cifar(200)
    assert round(totals.params / 1e6, 1) == 19.4
