"""Each reader with its corpus of reduced inputs and with some drawn ones; and each target finds what is planted."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from cnncalc.cli.completion.shells import Quiet
from cnncalc.compare import difference
from cnncalc.editor import formatting
from cnncalc.executor.files import rows
from cnncalc.executor.weights import files
from cnncalc.language import load
from cnncalc.lookup import networks
from tests.hostile.fuzzing.campaign import CORPUS, TARGETS, Campaign, Finding, corpus_of, target_named, tried

DRAWN = {
    "npz": 120,
    "safetensors": 200,
    "picture": 120,
    "array": 150,
    "completion": 60,
    "fmt": 60,
    "options": 60,
    "spec": 40,
}
"""How many inputs the tests draw; those that are not named get a few."""

PLANTED: dict[str, tuple[Any, str, Callable[..., bool]]] = {
    "array": (rows, "mapped", lambda path, _: b"f8" in path.read_bytes()),
    "completion": (Quiet, "format_completion", lambda _, item: item.value.endswith("=")),
    "diff": (difference, "compare", lambda before, after, *_: len(before.layers) != len(after.layers)),
    "fmt": (formatting, "_with_line_ends", lambda text: "# a" in text),
    "npz": (files, "_npy_header", lambda file: b"True" in file.getvalue()),
    "options": (networks, "value_of", lambda text: True),
    "picture": (rows, "normalised", lambda pixels, _: pixels.ndim == 2),
    "safetensors": (files, "_found", lambda tensor: tensor.get_dtype() == "BF16"),
    "spec": (load, "read_spec", lambda _, faults: "2147483648" in faults.source.text),
}
"""A function of each reader, and for what it is made to raise a KeyError."""

FEW_HUNDRED = 400

INPUTS = [pytest.param(name, path, id=f"{name}/{path.name}") for name in TARGETS for path in corpus_of(name)]


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def held(name, data):
    came = tried(target_named(name), data)
    assert not isinstance(came, Finding), came.told


@pytest.mark.parametrize(("name", "path"), INPUTS)
def test_no_input_of_the_corpus_breaks_a_promise(name, path):
    held(name, path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_no_drawn_input_breaks_a_promise(name):
    campaign = Campaign(target_named(name), seed=1)
    campaign.run(DRAWN.get(name, 20))
    assert {what: finding.told for what, finding in campaign.findings.items()} == {}


@pytest.mark.parametrize("name", TARGETS)
def test_the_inputs_of_a_target_are_of_many_kinds(name):
    campaign = Campaign(target_named(name), seed=2)
    campaign.run(DRAWN.get(name, 20) // 2)
    assert len(campaign.outcomes) > 3


@pytest.mark.parametrize("name", TARGETS)
def test_the_same_seed_draws_the_same_inputs(name):
    target = target_named(name)
    first, second = ([target.spoil(target.draw(chance), chance) for _ in range(5)] for chance in (Random(7), Random(7)))
    assert first == second


def test_every_reader_has_its_corpus():
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_a_planted_fault_is_found_within_a_few_hundred_runs(name, monkeypatch):
    owner, attribute, due = PLANTED[name]
    whole = getattr(owner, attribute)

    def faulty(*arguments):
        if due(*arguments):
            raise KeyError("planted")
        return whole(*arguments)

    monkeypatch.setattr(owner, attribute, faulty)
    campaign = Campaign(target_named(name), seed=3)
    for _ in range(FEW_HUNDRED // 20):
        campaign.run(20)
        if campaign.findings:
            break
    assert [finding.told for finding in campaign.findings.values() if "KeyError: 'planted'" in finding.told]
