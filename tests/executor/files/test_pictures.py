"""Activations as pictures: what is black, what is white, and how large ones are reduced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageDraw

from cnncalc.executor.files.pictures import LARGEST_TILE, LONGEST_LINE, PLOT_HEIGHT, grid
from cnncalc.executor.files.scale import MOST_RANKED, scale_of
from cnncalc.executor.files.sheet import BAR, BARS_HEIGHT, GAP, INK, LINE, NUMBER, PAPER


def pixels(maps: np.ndarray) -> np.ndarray:
    return np.asarray(grid(maps).picture)


def tile(sheet: np.ndarray, index: int, side: int) -> np.ndarray:
    """A tile of the first row, below its number."""
    return sheet[GAP + NUMBER :, GAP + index * (side + GAP) :][:side, :side]


def test_all_maps_have_one_scale() -> None:
    ramp = np.linspace(0, 1, 4)
    maps = np.stack([np.tile(ramp, (4, 1)), np.tile(ramp / 2, (4, 1))], -1)
    sheet = pixels(maps)
    first, second = tile(sheet, 0, 256), tile(sheet, 1, 256)
    assert [first[0, 0], first[0, -1], second[0, 0], second[0, -1]] == [0, 255, 0, 128]


def test_zero_is_in_the_middle_where_values_have_both_signs() -> None:
    maps = np.stack([np.full((4, 4), 3.0), np.zeros((4, 4)), np.full((4, 4), -1.5)], -1)
    picture = grid(maps)
    sheet = np.asarray(picture.picture)
    assert [tile(sheet, index, 256)[9, 9] for index in range(2)] == [255, 128]
    assert sheet[GAP + NUMBER + 256 + GAP + NUMBER :, GAP:][9, 9] == 64
    assert picture.caption == "black is -3, the grey in the middle 0, white 3"


@pytest.mark.parametrize(("low", "high"), [(2.0, 5.0), (-5.0, -2.0), (0.0, 4.0)])
def test_where_values_have_one_sign_the_scale_goes_from_least_to_greatest(low: float, high: float) -> None:
    picture = grid(np.linspace(low, high, 9).reshape(3, 3, 1))
    first = tile(np.asarray(picture.picture), 0, 255)
    assert [first[0, 0], first[-1, -1]] == [0, 255]
    assert "middle" not in picture.caption


def test_the_greys_are_drawn_below_the_tiles_from_black_to_white() -> None:
    sheet = pixels(np.random.default_rng(0).standard_normal((8, 8, 4)))
    rows = [row for row in range(len(sheet)) if sheet[row, GAP] == 0 and sheet[row, GAP + BAR[0] - 1] == 255]
    assert len(rows) == BAR[1]
    assert (np.diff(sheet[rows[0], GAP : GAP + BAR[0]].astype(int)) >= 0).all()


@pytest.mark.parametrize("channels", [1, 5, 64, 100])
def test_each_tile_carries_the_number_of_its_channel(channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    text = ImageDraw.ImageDraw.text

    def noted(pen: ImageDraw.ImageDraw, at: tuple[int, int], words: str, **more: Any) -> None:
        written.append(words)
        text(pen, at, words, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noted)
    picture = grid(np.random.default_rng(0).random((8, 8, channels)))
    assert written[: min(channels, 64)] == [str(number) for number in range(min(channels, 64))]
    assert "; ".join(written[min(channels, 64) :]) == picture.caption
    assert (np.asarray(picture.picture)[GAP : GAP + NUMBER, : GAP + 20] == INK).any()


def test_a_few_extremes_do_not_darken_a_map() -> None:
    maps = np.tile(np.linspace(0, 1, 100), (100, 1))
    maps[0, 0] = 1000
    picture = grid(maps[..., None])
    sheet = tile(np.asarray(picture.picture), 0, 200)
    assert sheet[50, -1] > 250
    assert "white 0.999 or more" in picture.caption or "white 1 or more" in picture.caption


def test_a_map_that_is_almost_everywhere_0_is_still_seen() -> None:
    maps = np.zeros((64, 64, 2))
    maps[3, 3, 0] = -4
    maps[5, 5, 1] = 2
    assert scale_of(maps)[:2] == (-4, 4)
    assert scale_of(np.abs(maps))[:2] == (0, 4)


def test_of_very_many_values_some_tell_where_the_tails_are_and_all_which_are_the_ends() -> None:
    values = np.random.default_rng(0).random((512, 512, 8))
    values[100, 100, 3] = 7
    scale = scale_of(values)
    assert values.size > 4 * MOST_RANKED
    assert scale.greatest == 7
    assert scale.high == pytest.approx(np.percentile(values, 99.5), abs=1e-3)


def test_what_is_not_finite_is_in_the_middle_and_harms_nothing_else() -> None:
    maps = np.array([[np.nan, np.inf], [0.0, 1.0]])[..., None]
    picture = grid(maps)
    sheet = tile(np.asarray(picture.picture), 0, 256)
    assert [sheet[0, 0], sheet[0, -1], sheet[-1, 0], sheet[-1, -1]] == [128, 128, 0, 255]
    assert picture.caption == "black is 0, white 1; 2 not finite, in the middle"
    nothing = grid(np.full((2, 2, 1), np.nan))
    assert np.unique(tile(np.asarray(nothing.picture), 0, 256)).tolist() == [128]
    assert nothing.caption == "there is no finite value; 4 not finite, in the middle"


def test_a_constant_map_is_grey_and_its_value_is_told() -> None:
    picture = grid(np.full((4, 4, 2), 7.0))
    assert np.unique(tile(np.asarray(picture.picture), 0, 256)).tolist() == [128]
    assert picture.caption == "every value is 7"


@pytest.mark.parametrize("channels", [1, 6, 64, 70])
@pytest.mark.parametrize("side", [2, 5, 7, 10, 28, 55, 56, 70, 90, 100, 224, 256, 300])
def test_tiles_are_of_a_size_to_look_at(side: int, channels: int) -> None:
    sheet = pixels(np.arange(side * side * channels).reshape(side, side, channels) % 97)
    frame = sheet[GAP + NUMBER - 1, GAP - 1 :]
    width = int((frame == LINE).argmin()) - 2
    assert 96 <= width <= LARGEST_TILE
    assert len(sheet) <= 8 * (LARGEST_TILE + NUMBER + GAP) + 100


def test_the_maps_of_lenet_are_no_thumbnails() -> None:
    """Its first six, of 28x28, were 56 pixels wide."""
    assert grid(np.random.default_rng(0).random((28, 28, 6))).picture.width > 3 * 200


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
    picture, frame = grid(clip), grid(clip[2])
    tiles = np.asarray(frame.picture)[: -2 * NUMBER]
    assert np.array_equal(np.asarray(picture.picture)[: len(tiles)], tiles)
    assert picture.caption == f"frame 3 of 5; {frame.caption}"


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
    sheet = tile(pixels(values), 0, 256)[:PLOT_HEIGHT]
    dark = (sheet == INK).sum(0)
    assert (dark[:127] == PLOT_HEIGHT).all()
    assert (dark[130:] == 1).all()


def test_the_lines_of_a_sequence_have_one_scale_and_one_where_0_is() -> None:
    values = np.stack([np.linspace(-5, 5, 200).clip(-4, 4), np.linspace(0, 2, 200)], -1)
    sheet = pixels(values)
    first = tile(sheet, 0, 200)[:PLOT_HEIGHT]
    second = tile(sheet[PLOT_HEIGHT + NUMBER + GAP :], 0, 200)[:PLOT_HEIGHT]  # below it
    assert [(first == INK)[:, side].argmax() for side in (0, -1)] == [PLOT_HEIGHT - 1, 0]
    assert 20 < (second == INK)[:, -1].argmax() < 28
    assert (first[PLOT_HEIGHT // 2 - 1 : PLOT_HEIGHT // 2 + 1, 50] == LINE).any()
    assert grid(values).caption == "the lower edge is -4, the line in the middle 0, the upper edge 4"


@pytest.mark.parametrize("count", [1, 10, 120, 600, 4096])
def test_the_bars_of_a_vector_are_numbered_and_their_scale_is_told(count: int) -> None:
    values = np.linspace(-1, 3, count) if count > 1 else np.array([3.0])
    picture = grid(values)
    assert picture.caption.startswith(f"from {min(0.0, values[0]):.3g} to 3; the line is 0")
    assert (f"512 bars for {count:,} values" in picture.caption) == (count > 512)
    below = np.asarray(picture.picture)[BARS_HEIGHT + GAP : BARS_HEIGHT + 2 * GAP + NUMBER]
    assert (below < PAPER).any()


def test_a_map_that_is_larger_than_a_tile_is_reduced_before_it_is_drawn() -> None:
    assert grid(np.zeros((3000, 2000, 1))).picture.height < LARGEST_TILE + 100


@pytest.mark.parametrize("shape", [(9,), (1, 9), (1, 1, 9), (1, 1, 1, 9)])
def test_what_has_one_place_is_a_vector(shape: tuple[int, ...]) -> None:
    values = np.arange(9.0)
    assert grid(values.reshape(shape)).caption.endswith("from 0 to 8; the line is 0")
