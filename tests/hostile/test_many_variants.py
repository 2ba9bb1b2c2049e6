"""A file of many variants is judged one network after the other, in the memory of a few."""

import gc

import pytest

from cnncalc.judging.judge import Conditions, judge_spec
from cnncalc.language.choices import AS_WRITTEN
from tests.cli.terminal import spec


@pytest.fixture
def _without_collecting():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_without_collecting")
def test_the_networks_of_many_variants_are_let_go_although_a_short_command_looks_for_no_garbage(tmp_path):
    variants = "".join(f"  v{number}: {{vars: {{n: {2_000 + number}}}}}\n" for number in range(24))
    text = f"input: 8x8x3\nvars: {{n: 1}}\nvariants:\n{variants}layers:\n  - relu:\n    repeat: $n\n"
    conditions = Conditions(AS_WRITTEN, 1, None, frozenset(), strict=False, verify=False)
    before = len(gc.get_objects())
    outcome = judge_spec(str(spec(tmp_path, text)), conditions)
    assert len(outcome.networks) == 25
    assert len(gc.get_objects()) - before < 10_000  # a network leaves about 900 behind
