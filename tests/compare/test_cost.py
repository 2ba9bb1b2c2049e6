"""What a difference costs: as many steps a row in a long network as in a short one, whatever was done to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnncalc.compare import distance
from cnncalc.compare.difference import compare
from cnncalc.compare.distance import cheapest
from tests.compare.networks import report
from tests.steps import growth

WIDTHS = (4, 8, 4, 16, 8, 8, 32)


def flat(size: int, edit: Callable[[list[str]], None] = lambda _: None) -> str:
    items = [f"conv: {WIDTHS[number * number % 7]} 1x1" if number % 3 else "relu" for number in range(size)]
    edit(items)
    return "input: 4x4x4\nlayers:\n" + "".join(f"  - {item}\n" for item in items)


def far_apart(items: list[str]) -> None:
    items[len(items) // 9] = "conv: 5 1x1"
    items[-1] = "conv: 5 1x1"


def scattered(items: list[str]) -> None:
    for place in range(len(items) - 1, 0, -10):
        items.insert(place, "batch_norm")


def widened(items: list[str]) -> None:
    items[:] = [f"conv: {2 * int(item.split()[1])} 1x1" if item.startswith("conv") else item for item in items]


@pytest.mark.parametrize("edit", [far_apart, scattered, widened, list.reverse])
def test_a_long_network_costs_no_more_a_row(edit):
    def call(size: int) -> Callable[[], object]:
        before, after = report(flat(size)), report(flat(size, edit))
        return lambda: compare(before, after)

    assert growth(call, few=300, many=1200) < 2.5


def test_turns_that_all_changed_cost_no_more_each():
    def call(size: int) -> Callable[[], object]:
        text = f"input: 4x4x4\nlayers:\n  - sequence: [conv: 4 1x1, relu]\n    repeat: {size}\n"
        before, after = report(text), report(text.replace("relu", "batch_norm, relu"))
        return lambda: compare(before, after)

    assert growth(call, few=700, many=2100) < 2.5


def test_the_band_is_as_wide_as_the_changes_need_and_bounded():
    priced = 0

    def price(x: int, y: int) -> int | None:
        nonlocal priced
        priced += 1
        return 0 if x == y else None

    same = [6] * 10_000
    assert cheapest(same, same, price) == [(index, index) for index in range(10_000)]
    assert priced <= 10_000 * (2 * distance.NARROWEST + 1)
    priced = 0
    assert cheapest(same, [6] * 5_000, price) is None
    assert priced == 0
