"""Activations as pictures: what is black, what is white, and how large ones are reduced."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.files.pictures import GAP, LARGEST_TILE, LONGEST_LINE, SMALLEST_TILE, grid


def pixels(maps: np.ndarray) -> np.ndarray:
    return np.asarray(grid(maps).picture)


def tile(sheet: np.ndarray, index: int, side: int) -> np.ndarray:
    return sheet[GAP : GAP + side, GAP + index * (side + GAP) :][:, :side]


def test_each_map_has_its_own_scale() -> None:
    ramp = np.linspace(0, 1, 4)
    maps = np.stack([np.tile(ramp, (4, 1)), np.tile(-1000 * ramp, (4, 1)), np.full((4, 4), 7.0)], -1)
    sheet = pixels(maps)
    first, second = tile(sheet, 0, 48), tile(sheet, 1, 48)
    assert [first[0, 0], first[0, -1], second[0, 0], second[0, -1]] == [0, 255, 255, 0]
    third = sheet[2 * GAP + 48 : 2 * GAP + 96, GAP : GAP + 48]
    assert np.unique(third).tolist() == [128]


def test_a_few_extremes_do_not_darken_a_map() -> None:
    maps = np.tile(np.linspace(0, 1, 100), (100, 1))
    maps[0, 0] = 1000
    sheet = tile(pixels(maps[..., None]), 0, 100)
    assert sheet[50, -1] > 250


def test_what_is_not_finite_is_grey_and_harms_nothing_else() -> None:
    maps = np.array([[np.nan, np.inf], [0.0, 1.0]])[..., None]
    sheet = tile(pixels(maps), 0, 48)
    assert [sheet[0, 0], sheet[0, -1], sheet[-1, 0], sheet[-1, -1]] == [128, 128, 0, 255]
    assert np.unique(tile(pixels(np.full((2, 2, 1), np.nan)), 0, 48)).tolist() == [128]


@pytest.mark.parametrize("side", [1, 2, 7, 48, 100, 256, 1000])
def test_tiles_are_of_a_size_to_look_at(side: int) -> None:
    picture = grid(np.zeros((max(2, side), side, 1))).picture
    assert SMALLEST_TILE <= picture.height - 2 * GAP <= LARGEST_TILE


def test_at_most_64_maps_are_shown_and_the_rest_is_counted() -> None:
    many = grid(np.zeros((8, 8, 100)))
    assert many.left_out == 36
    assert many.picture.height > grid(np.zeros((8, 8, 64))).picture.height


@pytest.mark.parametrize("shape", [(1,), (10,), (5000,), (1, 1, 64), (30, 4), (5000, 2), (1, 3), (3, 9, 9, 5)])
def test_every_rank_has_a_picture_of_reasonable_size(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).standard_normal(shape)
    picture = grid(values).picture
    assert 48 <= picture.height <= 1200
    assert picture.width <= 1200
    assert np.asarray(picture).std() > 0


def test_of_a_clip_the_middle_frame_is_shown() -> None:
    clip = np.random.default_rng(0).standard_normal((5, 6, 6, 3))
    assert np.array_equal(pixels(clip), pixels(clip[2]))


@given(st.lists(st.floats(width=32), min_size=1, max_size=50))
def test_no_values_are_too_odd_to_draw(values: list[float]) -> None:
    vector = np.array(values)
    grid(vector)
    grid(vector[:, None])
    grid(vector[:, None, None])


def test_a_map_that_is_too_large_is_reduced_to_the_means_of_its_parts() -> None:
    small = np.random.default_rng(0).random((64, 64))
    large = small.repeat(8, 0).repeat(8, 1)[..., None]
    means = large[..., 0].reshape(256, 2, 256, 2).mean((1, 3))[..., None]
    assert np.array_equal(pixels(large), pixels(means))


class Watched:
    """Rows that remember the most values that were asked for together."""

    def __init__(self, values: np.ndarray) -> None:
        self.shape = values.shape
        self.most = 0
        self._values = values

    def read(self, start: int, stop: int) -> np.ndarray:
        self.most = max(self.most, stop - start)
        return self._values[start:stop]


@pytest.mark.parametrize("shape", [(3000, 40, 2), (40, 3000, 2), (600, 500, 70), (LONGEST_LINE + 5, 3), (300, 2)])
def test_rows_give_the_very_picture_of_the_whole(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    told = grid(Watched(values))
    assert np.array_equal(np.asarray(told.picture), pixels(values))
    assert told.left_out == max(0, shape[-1] - 64)


def test_a_large_map_is_never_asked_for_as_a_whole() -> None:
    rows = Watched(np.zeros((5000, 1000, 2), np.float32))
    grid(rows)
    assert 0 < rows.most <= 20


def test_of_a_clip_given_as_rows_one_frame_is_read() -> None:
    clip = np.random.default_rng(0).standard_normal((5, 600, 6, 3))
    rows = Watched(clip)
    assert np.array_equal(np.asarray(grid(rows).picture), pixels(clip))
    assert rows.most == 1


def test_a_long_sequence_is_drawn_from_the_ends_of_its_parts() -> None:
    values = np.zeros((LONGEST_LINE * 4, 1), np.float32)
    values[: len(values) // 2] = np.tile([[-1], [1]], (len(values) // 4, 1))
    sheet = tile(pixels(values), 0, 256)[:48]
    dark = (sheet == 20).sum(0)
    assert (dark[:127] == 48).all()
    assert (dark[130:] == 1).all()
