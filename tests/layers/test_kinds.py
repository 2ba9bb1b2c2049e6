"""A class made outside the package is a kind of the language as soon as it says its word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import cnncalc
from cnncalc.derivation.explain import explain_row
from cnncalc.editor.formatting import formatted
from cnncalc.editor.schema import schema
from cnncalc.language.yaml.source import source_of_text
from cnncalc.layers import KINDS, WEIGHT, Array, Layer
from cnncalc.layers.conv import Conv
from cnncalc.layers.join import Join
from cnncalc.layers.layer import kind
from cnncalc.layers.schema import Count, Flag, parameter
from cnncalc.problem import SpecError
from cnncalc.volume import Volume
from tests.render.written import explanation_text


@pytest.fixture
def kinds() -> Iterator[None]:
    """Three kinds from outside, which are forgotten afterwards."""

    @kind("maxout")
    class Maxout(Layer):
        """The largest of each group of neighbouring channels."""

        pieces: int = parameter(Count(), "how many channels a group has")
        scaled: bool = parameter(Flag(), "whether each result has a trained factor", False)

        def output_volume(self, x: Volume) -> Volume:
            return x.with_channels(x.channels // self.pieces)

        def arrays(self, x: Volume) -> tuple[Array, ...]:
            return (Array.of("weight", (x.channels // self.pieces,), WEIGHT),) if self.scaled else ()

    @kind("extremum")
    class Extremum(Join):
        """The largest of equal volumes, value by value."""

    @kind("causal")
    class Causal(Conv):
        """A convolution with one more parameter than its base."""

        taps: int = parameter(Count(), "how many steps back it sees", 1)

    yield
    for word in ("maxout", "extremum", "causal"):
        del KINDS[word]


@pytest.mark.usefixtures("kinds")
def test_it_is_read_and_counted() -> None:
    net = cnncalc.loads("{input: 4x4x6, layers: [maxout: {pieces: 3, scaled: true}, maxout: 2]}")
    assert [(row.path, row.output, row.params) for row in cnncalc.analyze(net).layers] == [
        ("maxout_1", (4, 4, 2), 2),
        ("maxout_2", (4, 4, 1), 0),
    ]


@pytest.mark.usefixtures("kinds")
def test_it_explains_itself_by_its_own_rules() -> None:
    net = cnncalc.loads("{input: 4x4x6, layers: [maxout: {pieces: 3, scaled: true}]}")
    page = explanation_text(explain_row(net, cnncalc.analyze(net), "maxout_1"))
    assert "D2 = floor(D1/pieces) = floor(6/3) = 2" in page
    assert "weights = D2 = 2" in page


@pytest.mark.usefixtures("kinds")
def test_it_inherits_the_parameters_of_its_base() -> None:
    assert [*KINDS["causal"].parameters] == [*KINDS["conv"].parameters, "taps"]


@pytest.mark.usefixtures("kinds")
def test_it_is_offered_for_a_word_that_is_nearly_its_own() -> None:
    with pytest.raises(SpecError) as raised:
        cnncalc.loads("{input: 4x4x6, layers: [maxot: 2]}")
    assert "did you mean `maxout`?" in raised.value.diagnostics[0].helps


@pytest.mark.usefixtures("kinds")
def test_the_schema_and_the_formatter_know_it() -> None:
    assert {"kind.maxout", "kind.extremum"} <= schema()["definitions"].keys()
    text = "input: 4x4x6\nlayers:\n  - extremum:\n      a: [ {conv:   '6 1x1'} ]\n      b: [identity]\n"
    assert "6 1x1" in formatted(source_of_text(text))


def test_it_is_forgotten_with_its_word() -> None:
    with pytest.raises(SpecError):
        cnncalc.loads("{input: 4x4x6, layers: [maxout: 2]}")
