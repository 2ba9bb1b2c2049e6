"""Activations in files: whole or not at all, the same whether they come at once or row by row, under plain names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnncalc.executor.files.pictures import grid
from cnncalc.executor.files.rows import Values
from cnncalc.executor.files.saving import ArrayFile, file_name, files_of, growing
from cnncalc.volume import Volume


def saved_at_once(path: str, values: Values, folder: Path) -> tuple[Path, Path]:
    folder.mkdir()
    picture, array = files_of(path, folder)
    with picture.open("wb") as file:
        grid(values).save(file)
    np.save(array, values)
    return picture, array


def test_an_activation_is_kept_as_a_picture_and_as_numbers(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((6, 6, 2)).astype(np.float32)
    path, folder = "conv2/Bottleneck_2[3]/add_1", tmp_path / "new" / "folder"
    with growing(path, Volume(values.shape), values.dtype, folder) as rows:
        rows.write(0, values)
    picture, array = files_of(path, folder)
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


def grown(values: Values, folder: Path, step: int = 3) -> None:
    with growing("maps", Volume(values.shape), values.dtype, folder) as rows:
        for start in range(0, len(values), step):
            rows.write(start, values[start : start + step])


@pytest.mark.parametrize("shape", [(7, 5, 2), (400, 300, 3), (5,), (1, 1, 9), (50, 2), (4, 6, 6, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_grows_row_by_row_is_byte_for_byte_what_is_saved_at_once(
    shape: tuple[int, ...], dtype: type, tmp_path: Path
) -> None:
    values: Values = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    at_once = saved_at_once("maps", values, tmp_path / "at once")
    grown(values, tmp_path / "row by row")
    assert len(at_once) == 2
    for path in at_once:
        assert (tmp_path / "row by row" / path.name).read_bytes() == path.read_bytes()


def test_views_of_any_order_are_written_in_order(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((8, 12, 4)).astype(np.float32)[::2, ::3, ::-1]
    grown(values, tmp_path)
    assert np.array_equal(np.load(tmp_path / "maps.npy"), values)


def broken_off(values: Values, folder: Path) -> None:
    with growing("maps", Volume((4, 4, 1)), np.float32, folder) as rows:
        rows.write(0, values)
        raise RuntimeError("no more rows")


def test_what_breaks_off_leaves_nothing_and_spoils_nothing(tmp_path: Path) -> None:
    values = np.ones((4, 4, 1), np.float32)
    grown(values, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(RuntimeError, match="no more rows"):
        broken_off(values[:2] * 7, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_rows_that_never_came_are_a_fault_and_no_file(tmp_path: Path) -> None:
    with (
        pytest.raises(Exception, match="cannot be read"),
        growing("maps", Volume((4, 4, 1)), np.float32, tmp_path) as rows,
    ):
        rows.write(0, np.ones((2, 4, 1), np.float32))
    assert list(tmp_path.iterdir()) == []


def test_a_growing_file_is_open_only_while_it_is_written_to(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.npy" for number in range(2000)]
    files = [ArrayFile(path, (2, 1), np.float32) for path in paths]
    for file in files:
        file.write(0, np.ones((2, 1)))
    assert np.load(paths[-1]).tolist() == [[1.0], [1.0]]


def test_a_folder_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"exists|directory"), growing("a", Volume((1,)), np.float32, tmp_path / "file"):
        pass
