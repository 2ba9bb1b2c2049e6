"""The reference finds its windows by trying: it runs when every rule of shape, weights and windows is poisoned."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import given

import cnncalc
from cnncalc.executor import reference
from cnncalc.network import Network
from tests.agreement.effort import effort
from tests.agreement.examples import EXAMPLES
from tests.agreement.rules import Rule, replaced, rules
from tests.agreement.running import material
from tests.agreement.strategies import specs

PARAMETERS = ("stride", "padding")
"""Properties of a subsample that say what it is: its stride is its kernel, and it has no padding."""

POISON = [rule for rule in rules() if rule.name not in PARAMETERS]


def _poisoned(rule: Rule) -> Any:
    def poisoned(*arguments: Any, **named: Any) -> NoReturn:
        raise AssertionError(f"the reference asked {rule.title}")

    return poisoned


def runs_without_rules(network: Network) -> None:
    """Run twice, the second time with every rule poisoned, and require the same outputs."""
    images, weights = material(network, 0)
    before = reference.run(network, images, weights, keep="all")
    with pytest.MonkeyPatch.context() as patch:
        for rule in POISON:
            replaced(rule, _poisoned(rule), patch)
        after = reference.run(network, images, weights, keep="all")
    assert list(after) == list(before)
    for path in before:
        assert np.array_equal(before[path], after[path], equal_nan=True)


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_reference_asks_no_rule(title):
    runs_without_rules(cnncalc.loads(EXAMPLES[title]))


@effort(1 / 2)
@given(specs())
def test_the_reference_asks_no_rule_on_drawn_networks(text):
    runs_without_rules(cnncalc.loads(text))


def test_the_poison_is_deadly(monkeypatch):
    for rule in POISON:
        replaced(rule, _poisoned(rule), monkeypatch)
    with pytest.raises(AssertionError, match="the reference asked"):
        cnncalc.loads(EXAMPLES["conv"])
