"""Activations as pictures: what is black, what is white, and under which names they are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnncalc.executor.pictures import GAP, LARGEST_TILE, SMALLEST_TILE, file_name, grid, save_activation


def pixels(maps: np.ndarray, *, signed: bool = False) -> np.ndarray:
    return np.asarray(grid(maps, signed=signed).picture)


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


def test_signed_puts_zero_at_middle_grey() -> None:
    maps = np.array([[0.0, 2.0], [-1.0, 1.0]])[..., None]
    sheet = tile(pixels(maps, signed=True), 0, 48)
    assert sheet[0, 0] in {127, 128}
    assert sheet[0, -1] == 255
    assert 0 < sheet[-1, 0] < 127


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
    grid(vector[:, None, None], signed=True)


def test_an_activation_is_kept_as_a_picture_and_as_numbers(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((6, 6, 2)).astype(np.float32)
    picture, array = save_activation("conv2/Bottleneck_2[3]/add_1", values, tmp_path / "new" / "folder")
    assert np.array_equal(np.load(array), values)
    with Image.open(picture) as opened:
        assert opened.size == grid(values).picture.size
    assert sorted(path.name for path in picture.parent.iterdir()) == sorted([picture.name, array.name])


NAMES = st.text(st.sampled_from("aAbB01_-.[]/é日:\\\0*"), min_size=1, max_size=12)


@given(NAMES, NAMES)
def test_no_two_paths_share_a_file_whatever_their_case(one: str, other: str) -> None:
    assert (file_name(one).lower() == file_name(other).lower()) == (one == other)


@given(NAMES | st.sampled_from(["..", ".", "../../etc/passwd", "/abs", "con", "NUL", "a" * 500, "-rf"]))
def test_a_file_name_is_plain_and_stays_in_its_folder(path: str) -> None:
    name = file_name(path)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.~")
    assert not name.startswith(".")
    assert len(name) <= 120
    assert (Path("folder") / f"{name}.png").parent == Path("folder")


def test_ordinary_paths_keep_their_names() -> None:
    assert [file_name(path) for path in ("conv_1", "pool-2", "fc8")] == ["conv_1", "pool-2", "fc8"]


def test_names_that_windows_keeps_for_itself_are_avoided() -> None:
    assert file_name("con") != "con"
    assert file_name("lpt1").startswith("lpt1~")
