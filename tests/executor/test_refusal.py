"""A refusal says what might be done about it, in the words of whoever is told, and only where that may help."""

from __future__ import annotations

import pytest

from cnncalc.executor.memory import MemoryRefusal, Need, refuse_if_too_large

MIB, GIB = 2**20, 2**30


def refusal(need: Need, free: int) -> MemoryRefusal:
    with pytest.raises(MemoryRefusal) as caught:
        refuse_if_too_large(need, free)
    return caught.value


def test_a_python_caller_is_told_of_the_argument_and_a_command_line_of_the_option() -> None:
    told = refusal(Need(0, 8 * GIB, 0), free=4 * GIB)
    assert str(told).endswith("; `cnncalc.run(..., memory=2**30)` computes it in strips of rows")
    assert told.on_a_command_line.endswith("; `--memory 1GiB` computes it in strips of rows")
    assert str(told).startswith(told.fact)
    assert told.on_a_command_line.startswith(told.fact)


@pytest.mark.parametrize(
    ("need", "free", "proposed"),
    [
        (Need(0, 8 * GIB, 0), 900 * MIB, 256 * MIB),
        (Need(500 * MIB, 8 * GIB, 0), 900 * MIB, 128 * MIB),
        (Need(0, 300 * MIB, 0), 299 * MIB, 128 * MIB),
        (Need(0, 64 * GIB, GIB), 32 * GIB, GIB),
    ],
)
def test_what_is_proposed_is_free_twice_over_beside_the_weights(need: Need, free: int, proposed: int) -> None:
    told = refusal(need, free)
    assert told.limit == proposed
    assert need.weights + 2 * proposed <= free
    assert proposed < need.activations + need.scratch


@pytest.mark.parametrize("need", [Need(9 * GIB, GIB, 0), Need(0, GIB, 0)])
def test_where_no_limit_would_help_none_is_proposed(need: Need) -> None:
    told = refusal(need, free=8 * MIB)
    assert told.limit is None
    assert str(told) == told.fact == told.on_a_command_line
    assert "strips" not in str(told)


def test_a_limit_below_a_gibibyte_is_written_in_mebibytes() -> None:
    assert "`--memory 256MiB`" in MemoryRefusal("too much", limit=256 * MIB).on_a_command_line
    assert "memory=2**28" in str(MemoryRefusal("too much", limit=256 * MIB))
