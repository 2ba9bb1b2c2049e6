"""An image that is read some rows at a time holds exactly what it holds when it is read at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnncalc.executor.files import rows as module
from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.files.rows import (
    ArrayRows,
    FileRows,
    PictureRows,
    Several,
    bands,
    images_of,
    sample_images,
    source,
)
from cnncalc.network import Input
from cnncalc.volume import Volume
from tests.executor.files.reading import read_image

HOW: dict[str, Any] = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}


def by_strips(image: Any, step: int) -> np.ndarray:
    height = image.shape[0]
    return np.concatenate([image.read(start, min(start + step, height)) for start in range(0, height, step)])


def picture(mode: str, path: Path, size: tuple[int, int] = (40, 30)) -> Path:
    generator = np.random.default_rng(5)
    if mode == "I;16":
        made = Image.fromarray(generator.integers(0, 65536, size[::-1], dtype=np.uint16))
    elif mode == "F":
        made = Image.fromarray(generator.normal(100, 50, size[::-1]).astype(np.float32))
    else:
        rgba = Image.fromarray(generator.integers(0, 256, (*size[::-1], 4), dtype=np.uint8))
        made = rgba.convert("RGBA" if mode == "LA" else mode).convert(mode)
    made.save(path)
    return path


MODES = {"1": "png", "L": "png", "LA": "png", "P": "png", "RGB": "png", "RGBA": "png", "CMYK": "tif", "I;16": "png"}


@pytest.mark.parametrize("mode", [*MODES, "F"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("size", [(30, 40), (17, 23)])
def test_the_rows_of_a_picture_are_those_of_the_whole(
    mode: str, channels: int, fit: str, size: tuple[int, int], tmp_path: Path
) -> None:
    path = picture(mode, tmp_path / f"a.{MODES.get(mode, 'tif')}")
    how = HOW if channels == 3 else {"mean": (0.5,), "std": (0.25,)}
    entry = Input(Volume((*size, channels)), fit=fit, **how)
    whole = read_image(path, entry)
    strips = by_strips(source(path, entry), 7)
    assert strips.dtype == np.float32
    assert strips.tobytes() == whole.tobytes()


def test_the_exif_orientation_is_applied_to_rows(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "a.jpg"
    Image.fromarray(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)).resize((20, 10)).save(path, exif=exif)
    entry = Input(Volume((20, 10, 3)))
    assert np.array_equal(by_strips(source(path, entry), 3), read_image(path, entry))


def test_the_pictures_that_ship_read_alike(tmp_path: Path) -> None:
    for path in sample_images().values():
        entry = Input(Volume((60, 80, 3)), fit="crop", **HOW)
        assert np.array_equal(by_strips(source(path, entry), 11), read_image(path, entry))


def test_rows_are_converted_in_bands_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BAND_VALUES", 40 * 3 * 4)
    path = picture("RGB", tmp_path / "a.png")
    entry = Input(Volume((30, 40, 3)), **HOW)
    assert np.array_equal(PictureRows(path, entry).read(1, 30), read_image(path, entry)[1:])


def test_a_picture_is_held_as_it_was_decoded_and_never_as_floats(tmp_path: Path) -> None:
    path = picture("RGB", tmp_path / "a.png")
    assert PictureRows(path, Input(Volume((30, 40, 1)))).held_bytes == 30 * 40
    assert PictureRows(path, Input(Volume((30, 40, 3)))).held_bytes == 30 * 40 * 4
    sixteen = picture("I;16", tmp_path / "b.png")
    assert PictureRows(sixteen, Input(Volume((30, 40, 1)))).held_bytes == 30 * 40 * 4


@pytest.mark.parametrize("shape", [(9, 4, 2), (30, 2), (12,), (3, 4, 5, 2)])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.uint8, bool, np.float64, ">f4", np.int64, np.float16])
def test_the_rows_of_an_array_are_those_of_the_whole(
    shape: tuple[int, ...], order: Any, dtype: Any, tmp_path: Path
) -> None:
    values = np.random.default_rng(3).normal(0, 50, (3, *shape)).astype(dtype)
    entry = Input(Volume(shape))
    path = tmp_path / "a.npy"
    np.save(path, np.asarray(values, order=order))
    whole = list(images_of(path, entry))
    for number in range(3):
        strips = by_strips(FileRows(path, entry, number), 2)
        assert strips.tobytes() == whole[number].tobytes()
    np.save(path, np.asarray(values[0], order=order))
    assert by_strips(FileRows(path, entry), 5).tobytes() == read_image(path, entry).tobytes()


def test_values_beyond_float32_become_infinite_as_they_do_at_once(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[1e300], [-1e300]]))
    assert FileRows(tmp_path / "a.npy", Input(Volume((2, 1)))).read(0, 2).ravel().tolist() == [np.inf, -np.inf]
    wide = FileRows(tmp_path / "a.npy", Input(Volume((2, 1))), dtype=np.float64)
    assert wide.read(0, 2).ravel().tolist() == [1e300, -1e300]


def fault(path: Path, *volume: int) -> str:
    with pytest.raises(ImageError) as caught:
        source(path, Input(Volume(volume)))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_array_that_is_none_is_told_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.array([{}], object), allow_pickle=True)
    assert "cannot be read" in fault(path, 1)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (2**40, 3)})
    assert "cannot be read" in fault(path, 3)
    path.write_bytes(b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b" " * 100)
    assert "cannot be read" in fault(path, 3)
    np.save(path, np.zeros((3, 8, 8)))
    assert fault(path, 8, 8, 3).endswith("holds 3x8x8; the input is 8x8x3, channels last, or N of them")


@pytest.mark.parametrize("suffix", ["npy", "png"])
def test_what_is_no_regular_file_is_not_opened(suffix: str, tmp_path: Path) -> None:
    folder = tmp_path / f"folder.{suffix}"
    folder.mkdir()
    assert fault(folder, 4, 4, 1).endswith("is not a regular file")
    pipe = tmp_path / f"pipe.{suffix}"
    os.mkfifo(pipe)
    assert fault(pipe, 4, 4, 1).endswith("is not a regular file")
    assert fault(tmp_path / f"none.{suffix}", 4, 4, 1).endswith("no such file or directory")


def test_a_file_that_shrinks_while_it_is_read_is_a_fault_of_that_file(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.zeros((1000, 4), np.float32))
    image = FileRows(path, Input(Volume((1000, 4))))
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(ImageError, match=r"a\.npy: cannot be read"):
        image.read(500, 1000)


def test_bands_hold_every_row_once() -> None:
    values = np.arange(24).reshape(12, 2)
    assert np.array_equal(np.concatenate(list(bands(values))), values)
    wide = np.zeros((3, module.BAND_VALUES + 1))
    assert [len(band) for band in bands(wide)] == [1, 1, 1]


def test_several_sinks_take_the_same_rows() -> None:
    class Taking:
        def __init__(self) -> None:
            self.taken: list[tuple[int, list[int]]] = []

        def write(self, start: int, values: np.ndarray) -> None:
            self.taken.append((start, values.tolist()))

    one, other = Taking(), Taking()
    Several([one, other]).write(3, np.array([1, 2]))
    assert one.taken == other.taken == [(3, [1, 2])]


def test_an_array_in_memory_is_read_where_it_lies() -> None:
    values = np.zeros((4, 2))
    assert np.shares_memory(ArrayRows(values).read(1, 3), values)
