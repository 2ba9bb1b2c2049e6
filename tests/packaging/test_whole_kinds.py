"""Every kind is whole: what one lacks is named, with the file in which it is missing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc.executor import fast, reference
from cnncalc.executor.fast.algorithms.algorithm import algorithms_of
from cnncalc.executor.fast.kinds import move
from cnncalc.executor.fast.plain.activation import FUNCTIONS as COMPUTED
from cnncalc.executor.reference.activation import FORMULAS
from cnncalc.frameworks import FRAMEWORKS
from cnncalc.glossary.examples import EXAMPLES as REFERENCE_EXAMPLES
from cnncalc.layers import KINDS, Kind, Layer
from cnncalc.layers.activation import FUNCTIONS
from tests.agreement.examples import EXAMPLES
from tests.packaging.scratch_kinds import scratch_clip, scratch_kinds

ROOT = Path(__file__).parents[2]
LANGUAGE = (ROOT / "docs" / "language.md").read_text("utf-8")


def lacking(kind: Kind) -> list[str]:
    """The parts that a kind does not have."""
    own = parts_of_an_activation(kind.name) if kind.name in FUNCTIONS else parts_of_a_class(kind.layer, kind.name)
    parts = {
        **own,
        **{f"a row of {one.name} in cnncalc/frameworks": kind.name in one.rows for one in FRAMEWORKS},
        "its word in docs/language.md": kind.name in documented(),
    }
    return [part for part, there in parts.items() if not there]


def parts_of_a_class(layer: type[Layer], word: str) -> dict[str, bool]:
    """What a kind with a class of its own has."""
    name = layer.__name__
    return {
        f"a docstring of {name}": bool(layer.__doc__),
        f"@reference.forward.register({name}) in cnncalc/executor/reference": known(reference.forward, layer),
        f"@fast.forward.register({name}) in cnncalc/executor/fast": computed(layer),
        "an example in cnncalc/glossary/examples.py": word in REFERENCE_EXAMPLES,
        "an example in tests/agreement/examples.py": word in shown(),
    }


def parts_of_an_activation(word: str) -> dict[str, bool]:
    """What a row of the table of activations has."""
    return {
        "a row of FORMULAS in cnncalc/executor/reference/activation.py": word in FORMULAS,
        "a row of FUNCTIONS in cnncalc/executor/fast/plain/activation.py": word in COMPUTED,
    }


def known(dispatcher: object, layer: type[Layer]) -> bool:
    """Whether a dispatcher has a definition for a class, and not for every layer alike."""
    found, default = dispatcher.dispatch(layer), dispatcher.dispatch(Layer)  # type: ignore[attr-defined]
    return found is not default


def computed(layer: type[Layer]) -> bool:
    """Whether the fast executor has a function, a copy or an algorithm for a class, or nothing to compute."""
    return bool(layer.hands_on) or any(known(dispatcher, layer) for dispatcher in (fast.forward, move, algorithms_of))


@cache
def shown() -> set[str]:
    """The kinds in the examples that hold report and run against each other."""
    return {node.kind for text in EXAMPLES.values() for node in cnncalc.loads(text)} | {"act"}


@cache
def documented() -> set[str]:
    """The words in the table of kinds."""
    rows = LANGUAGE.partition("### Kinds")[2].partition("\n\n`act: none`")[0]
    return set(re.findall(r"\w+", rows))


@pytest.mark.parametrize("word", KINDS)
def test_a_kind_lacks_nothing(word):
    assert lacking(KINDS[word]) == []


def test_an_activation_that_is_declared_alone_lacks_the_rest(monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "scratch_act", ())
    assert lacking(KINDS["abs"]._replace(name="scratch_act")) == [
        "a row of FORMULAS in cnncalc/executor/reference/activation.py",
        "a row of FUNCTIONS in cnncalc/executor/fast/plain/activation.py",
        "a row of PyTorch in cnncalc/frameworks",
        "a row of Keras in cnncalc/frameworks",
        "its word in docs/language.md",
    ]


def test_a_kind_that_is_its_class_alone_lacks_the_rest():
    with scratch_kinds(scratch_clip):
        assert lacking(KINDS["scratch_clip"]) == [
            "an example in cnncalc/glossary/examples.py",
            "an example in tests/agreement/examples.py",
            "its word in docs/language.md",
        ]
        for framework in FRAMEWORKS:
            del framework.rows["scratch_clip"]
        bare = type("Bare", (Layer,), {"names": ("bare",)})
        assert lacking(KINDS["scratch_clip"]._replace(layer=bare)) == [
            "a docstring of Bare",
            "@reference.forward.register(Bare) in cnncalc/executor/reference",
            "@fast.forward.register(Bare) in cnncalc/executor/fast",
            "an example in cnncalc/glossary/examples.py",
            "an example in tests/agreement/examples.py",
            "a row of PyTorch in cnncalc/frameworks",
            "a row of Keras in cnncalc/frameworks",
            "its word in docs/language.md",
        ]
