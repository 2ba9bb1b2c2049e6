"""Every network that ships, and every variant: it loads, says where it comes from, and keeps its promises."""

from __future__ import annotations

from collections import Counter

import pytest

from cnncalc.gate import judge
from cnncalc.language.load import declared
from cnncalc.language.shelf import shipped, variants_of
from cnncalc.language.yaml.source import read_source
from tests.specs.shelf import FILES, NETWORKS, VARIANTS, network, report

PROMISED = {"output", "params", "macs"}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_ships_has_no_faults_and_no_warnings(name):
    assert network(name).warnings == []


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_ships_keeps_its_promises(name):
    broken = [verdict for verdict in judge(report(name), network(name)) if not verdict.passed]
    assert broken == []


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_ships_promises_its_output_parameters_and_macs_exactly(name):
    exact = {claim.metric for claim in network(name).claims if claim.verb == "expect" and not claim.tolerance}
    assert exact >= PROMISED


@pytest.mark.parametrize("name", FILES)
def test_a_network_that_ships_has_a_budget_of_parameters_and_macs(name):
    assert {claim.metric for claim in network(name).claims if claim.verb == "budget"} >= {"params", "macs"}


@pytest.mark.parametrize("name", FILES)
def test_a_network_that_ships_names_its_source(name):
    source = network(name).about["source"]
    assert source["title"]
    assert source["authors"]
    assert 1980 < int(source["year"]) < 2100
    assert source["note"]


def test_a_bare_name_means_one_network():
    variants = [variant for path in shipped().values() for variant in variants_of(read_source(path))]
    assert [name for name, count in Counter([*FILES, *variants]).items() if count > 1] == []


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_that_ships_is_another_network_than_its_file(name):
    assert network(name).variant == name
    assert [node.layer for node in network(name)] != [node.layer for node in network(VARIANTS[name])]


def test_variants_are_found_in_the_text_as_the_language_declares_them():
    for path in shipped().values():
        source = read_source(path)
        spec, _ = declared(source)
        assert variants_of(source) == list(spec.variants), path
