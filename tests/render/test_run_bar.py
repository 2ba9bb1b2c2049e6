"""The bar of a run is drawn where there is something to wait for and somebody watches, and goes when the run ends."""

from __future__ import annotations

import pytest

from cnncalc.render.run_bar import RunBar


def completed(pictures: int, parts: int, *, wanted: bool) -> list[float | None]:
    """How far the bar is after each part of each picture; None where there is none."""
    found: list[float | None] = []
    with RunBar(pictures, wanted=wanted) as bar:
        for _ in range(pictures):
            for part in range(parts):
                bar.within(part + 1, parts)
                found.append(None if bar._drawn is None else bar._drawn.tasks[0].completed)
            bar.advance()
        found.append(None if bar._drawn is None else bar._drawn.tasks[0].completed)
    return found


def test_pictures_and_their_parts_are_counted():
    assert completed(2, 4, wanted=True) == [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2]


def test_one_picture_in_strips_has_a_bar():
    assert completed(1, 2, wanted=True) == [0.5, 1, 1]


@pytest.mark.parametrize(("pictures", "parts", "wanted"), [(1, 1, True), (3, 3, False), (0, 1, True)])
def test_otherwise_there_is_none(pictures, parts, wanted):
    assert set(completed(pictures, parts, wanted=wanted)) == {None}


def test_many_pictures_have_a_bar_from_the_start():
    with RunBar(2, wanted=True) as bar:
        assert bar._drawn is not None
        assert bar._drawn.tasks[0].completed == 0


def test_the_bar_stops_when_the_run_fails():
    with pytest.raises(RuntimeError, match="no more"), RunBar(2, wanted=True) as bar:
        raise RuntimeError("no more")
    assert bar._drawn is not None
    assert bar._drawn.finished or not bar._drawn.live.is_started
