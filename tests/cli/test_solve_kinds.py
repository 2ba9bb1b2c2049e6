"""Whatever kind a layer is, each question about it has answers, or one sentence that says why it has none."""

import pytest

from cnncalc import loads
from cnncalc.layers import KINDS
from tests.agreement.examples import EXAMPLES
from tests.cli.terminal import call


def _one_of_each():
    """A small network and the path of a layer in it, for each kind and rank that the examples hold."""
    found: dict[tuple[str, int], tuple[str, str, tuple[int, ...]]] = {}
    for text in EXAMPLES.values():
        for node in loads(text).nodes:
            found.setdefault((node.kind, node.volume.rank), (text, node.path, node.volume))
    return found


CASES = _one_of_each()
RANGES = (("--kernel", "1..2"), ("--stride", "1..2"), ("--padding", "0..1"))


def questions(volume):
    """Of a layer what it gives already, other sizes, other channels, too few factors and too many; limits on it."""
    larger = "x".join(str(size + 1) for size in volume)
    for wanted in (str(volume), larger, "x".join(map(str, volume.sizes)) or "5", "1", "0", "2x2", "1x1x1x1x1"):
        yield "--output", wanted
    yield from (("--output", larger, *ranges) for ranges in RANGES)
    for asked in (("--under", "macs <= 5"), ("--exact",)):
        yield from ((*asked, *swept) for swept in ((), ("--input", "1..3"), ("--vary", "nothing=1..2")))


def test_every_kind_is_asked():
    assert {kind for kind, _ in CASES} == {node.kind for text in EXAMPLES.values() for node in loads(text).nodes}
    assert not {kind for kind, entry in KINDS.items() if entry.layer.joins} - {kind for kind, _ in CASES}


@pytest.mark.parametrize(("text", "path", "volume"), CASES.values(), ids=[f"{kind}-{rank}" for kind, rank in CASES])
def test_each_question_about_a_layer_is_answered_or_refused_in_one_sentence(text, path, volume, tmp_path):
    spec = tmp_path / "net.yaml"
    spec.write_text(text, encoding="utf-8")
    for question in questions(volume):
        code, out, err, crash = call("solve", spec, path, *question)
        assert crash is None, (question, crash)
        if code == 2:
            assert err.startswith("error: "), question
            assert err.count("\n") == 1, (question, err)
            assert not out
        else:
            assert "tried: " in out, (question, out, err)
