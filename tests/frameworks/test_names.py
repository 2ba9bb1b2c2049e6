"""Each layer of PyTorch and Keras is answered with the kind that it means, or with the reason why there is none."""

from __future__ import annotations

import pytest

from cnncalc.frameworks.without import no_counterpart
from cnncalc.language.remedies.loose import kinds_of
from cnncalc.language.values.suggest import foreign, in_our_words
from cnncalc.layers import KINDS
from tests.frameworks.names import COUNTERPARTS, WITHOUT
from tests.language.specs import fault, layers


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_a_layer_with_a_counterpart_is_answered_with_it(name: str) -> None:
    assert (foreign(name) or name.lower()) == COUNTERPARTS[name]
    assert not no_counterpart(name)


@pytest.mark.parametrize("name", WITHOUT)
@pytest.mark.parametrize("form", ["{}: 3", "{}(3, 3)"])
def test_a_layer_without_counterpart_is_said_to_have_none(name: str, form: str) -> None:
    found = fault(layers(f"- {form.format(name)}"))
    assert len(found.helps) == 1
    assert found.helps[0].startswith(f"cnncalc has no {name}: ")


@pytest.mark.parametrize("name", WITHOUT)
def test_a_similar_word_of_another_meaning_is_never_proposed(name: str) -> None:
    assert "did you mean" not in in_our_words(name, KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_ours_lacks_a_counterpart(kind: str) -> None:
    assert not no_counterpart(kind)
    assert kinds_of(kind) == (kind,)
