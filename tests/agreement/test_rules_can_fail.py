"""The second law: whichever rule is off by one, the agreement notices it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

import cnncalc
from cnncalc.analysis import INSIDE, analyze, counting, field, memory, move
from cnncalc.layers import KINDS
from tests.agreement.counting import Observation, observe
from tests.agreement.examples import EXAMPLES
from tests.agreement.law import report_is_what_runs
from tests.agreement.rules import (
    EQUIVALENT,
    MODULES,
    NOT_DONE,
    OUT_OF_REACH,
    Leaf,
    NotBroken,
    Rule,
    broken,
    classes,
    leaves,
    replaced,
    rules,
)

RULES = {rule.title: rule for rule in rules()}


class Evidence(NamedTuple):
    """What the examples show while nothing is broken."""

    observations: dict[str, Observation]
    met: dict[str, dict[Leaf, list[str]]]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Every example run once, and which results each rule gives in it."""
    observations = {title: observe(cnncalc.loads(text)) for title, text in EXAMPLES.items()}
    met: dict[str, dict[Leaf, list[str]]] = {title: {} for title in RULES}
    here: set[tuple[str, Leaf]] = set()
    with pytest.MonkeyPatch.context() as patch:
        for rule in RULES.values():
            replaced(rule, _noting(rule, here), patch)
        for example, text in EXAMPLES.items():
            here.clear()
            loaded = cnncalc.loads(text)
            analyze(loaded), analyze(loaded, macs=INSIDE)
            for title, leaf in here:
                met[title].setdefault(leaf, []).append(example)
    return Evidence(observations, met)


def _noting(rule: Rule, here: set[tuple[str, Leaf]]) -> Any:
    def noting(*arguments: Any, **named: Any) -> Any:
        value = rule.function(*arguments, **named)
        here.update((rule.title, leaf) for leaf in leaves(rule, value))
        return value

    return noting


def _breaking(rule: Rule, leaf: Leaf) -> Any:
    def breaking(*arguments: Any, **named: Any) -> Any:
        if leaf == NOT_DONE:
            return None
        value = rule.function(*arguments, **named)
        try:
            return broken(value, leaf, arguments)
        except Exception as fault:
            raise NotBroken(f"{rule.title} {leaf}: {value!r}") from fault

    return breaking


def judge(title: str, seen: Observation | None) -> None:
    """Load an example and hold its report against what ran."""
    loaded = cnncalc.loads(EXAMPLES[title])
    seen = seen or observe(loaded)
    report_is_what_runs(loaded, seen)


def notices(rule: Rule, leaf: Leaf, titles: list[str], observations: dict[str, Observation]) -> bool:
    """Whether an example fails while the rule is off by one; it runs anew only where the known run tells nothing."""
    with pytest.MonkeyPatch.context() as patch:
        replaced(rule, _breaking(rule, leaf), patch)
        after_the_run = rule.owner in (field, move, memory, counting)
        runs = (observations,) if after_the_run else (observations, {})
        return any(fails(title, seen.get(title)) for seen in runs for title in titles)


def fails(title: str, seen: Observation | None) -> bool:
    """Whether an example does not agree; a fault is noticed as well as a wrong number is."""
    try:
        judge(title, seen)
    except Exception:  # noqa: BLE001  # whatever it is, it is noticed
        return True
    return False


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_examples_agree_while_no_rule_is_broken(title, evidence):
    judge(title, evidence.observations[title])


def test_every_kind_has_an_example():
    shown = {node.kind for text in EXAMPLES.values() for node in cnncalc.loads(text)}
    functions = {"act"} | {kind for kind in KINDS if KINDS[kind].layer is KINDS["act"].layer}
    assert set(KINDS) - functions - shown == set()
    assert shown & functions


@pytest.mark.parametrize("title", RULES)
def test_a_rule_off_by_one_is_noticed(title, evidence):
    rule, met = RULES[title], evidence.met[title]
    assert met, f"no example asks {title}: add one, or say in OUT_OF_REACH why no report can"
    survivors = {leaf for leaf, titles in met.items() if not notices(rule, leaf, titles, evidence.observations)}
    equivalent = {leaf for owner, leaf in EQUIVALENT if owner == title}
    assert survivors == equivalent, f"{title} can be wrong and nothing notices: {survivors - equivalent}"


@pytest.mark.parametrize("kind", [name for name in KINDS if KINDS[name].layer.reads_whole_map])
def test_a_kind_that_forgets_to_read_the_whole_map_is_noticed(kind, evidence, monkeypatch):
    monkeypatch.setattr(KINDS[kind].layer, "reads_whole_map", False)
    assert any(fails(title, evidence.observations[title]) for title in EXAMPLES)


def test_what_is_excused_exists():
    named = {name for module in MODULES for name in vars(module)} | {name for kind in classes() for name in dir(kind)}
    assert set(OUT_OF_REACH) - named == set()
    assert {owner for owner, _ in EQUIVALENT} - set(RULES) == set()
