"""Pictures and arrays become the input as the spec says; whatever cannot is told in one line."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cnncalc.executor.files.decoding import BYTES_A_PIXEL, MOST_BYTES
from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.files.rows import images_of, sample_images
from cnncalc.network import Input
from cnncalc.volume import Volume
from tests.executor.files.reading import read_image

WHITE = 255.0
MOST_PIXELS = MOST_BYTES // BYTES_A_PIXEL


def entry(*volume: int, **how: Any) -> Input:
    """An input that takes pixels as they are, unless told otherwise."""
    settled: dict[str, Any] = {"fit": "stretch", "scale": 1.0} | how
    return Input(Volume(volume), **settled)


def saved(picture: Image.Image, path: Path, **options: Any) -> Path:
    picture.save(path, **options)
    return path


def gradient(width: int = 8, height: int = 6) -> Image.Image:
    values = np.arange(width * height * 3, dtype=np.uint8).reshape(height, width, 3)
    return Image.fromarray(values)


def test_pixels_of_the_right_size_are_taken_as_they_lie(tmp_path: Path) -> None:
    read = read_image(saved(gradient(), tmp_path / "a.png"), entry(6, 8, 3))
    assert read.dtype == np.float32
    assert np.array_equal(read, np.asarray(gradient()))


def test_a_pixel_becomes_pixel_times_scale_less_mean_over_std(tmp_path: Path) -> None:
    how = {"scale": 1 / 255, "mean": (0.5, 0.25, 0.0), "std": (0.5, 1.0, 2.0)}
    read = read_image(saved(Image.new("RGB", (2, 2), (255, 51, 102)), tmp_path / "a.png"), entry(2, 2, 3, **how))
    assert read[0, 0].tolist() == pytest.approx([1.0, -0.05, 0.2])


def test_the_default_is_a_pixel_over_255(tmp_path: Path) -> None:
    path = saved(Image.new("L", (2, 2), 51), tmp_path / "a.png")
    assert read_image(path, Input(Volume((2, 2, 1)))).ravel().tolist() == pytest.approx([0.2] * 4)


def test_one_channel_takes_luma_and_three_repeat_grey(tmp_path: Path) -> None:
    colour = saved(Image.new("RGB", (2, 2), (200, 100, 50)), tmp_path / "c.png")
    assert read_image(colour, entry(2, 2, 1))[0, 0].tolist() == [round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)]
    grey = saved(Image.new("L", (2, 2), 77), tmp_path / "g.png")
    assert read_image(grey, entry(2, 2, 3))[1, 1].tolist() == [77, 77, 77]


TRANSPARENT: dict[str, Any] = {"RGBA": (0, 0, 0, 0), "LA": (0, 0)}


@pytest.mark.parametrize("mode", TRANSPARENT)
@pytest.mark.parametrize("channels", [1, 3])
def test_transparency_is_laid_on_white(mode: str, channels: int, tmp_path: Path) -> None:
    path = saved(Image.new(mode, (2, 2), TRANSPARENT[mode]), tmp_path / "a.png")
    assert read_image(path, entry(2, 2, channels)).ravel().tolist() == [WHITE] * 4 * channels


def test_half_transparent_black_is_middle_grey(tmp_path: Path) -> None:
    path = saved(Image.new("RGBA", (1, 1), (0, 0, 0, 128)), tmp_path / "a.png")
    assert read_image(path, entry(1, 1, 3))[0, 0].tolist() == pytest.approx([127] * 3, abs=1)


def test_a_palette_with_a_transparent_colour_is_laid_on_white(tmp_path: Path) -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 200, 100, 50])
    picture.putdata([0, 1])
    path = saved(picture, tmp_path / "a.png", transparency=0)
    assert read_image(path, entry(1, 2, 3))[0].tolist() == [[WHITE] * 3, [200, 100, 50]]


PILLOW = int(PIL.__version__.partition(".")[0])
MODES: dict[str, tuple[str, Any, float]] = {
    "1": ("png", 1, 255.0),
    "L": ("png", 100, 100.0),
    "P": ("png", 0, 0.0),
    "RGB": ("png", (100, 100, 100), 100.0),
    "CMYK": ("tif", (0, 0, 0, 155), 100.0),
    "YCbCr": ("tif", (100, 128, 128), 100.0),
    "LAB": ("tif", (255, 128, 128), 255.0),
    "HSV": ("bmp", (0, 0, 100), 100.0),
    "I;16": ("png", 25700, 100.0),
    "I": ("tif", 100, 100.0),
    "F": ("tif", 99.5, 99.5),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("channels", [1, 3])
def test_any_mode_comes_on_a_scale_of_0_to_255(mode: str, channels: int, tmp_path: Path) -> None:
    suffix, value, expected = MODES[mode]
    picture = Image.new(mode, (3, 2), value)
    path = saved(picture.convert("RGB") if suffix == "bmp" else picture, tmp_path / f"a.{suffix}")
    if mode == "YCbCr" and PILLOW < 13:
        path.write_bytes(path.read_bytes() + bytes(6))  # enough for four bytes a pixel: it would be misread in silence
        with pytest.raises(ImageError, match="reads right from version 13 on"):
            read_image(path, entry(2, 3, channels))
        return
    read = read_image(path, entry(2, 3, channels))
    assert read.ravel().tolist() == pytest.approx([expected] * 6 * channels, abs=1)


def test_sixteen_bits_keep_what_eight_would_lose(tmp_path: Path) -> None:
    values = np.array([[0, 1, 65535]], np.uint16)
    path = saved(Image.fromarray(values), tmp_path / "a.png")
    assert read_image(path, entry(1, 3, 1)).ravel().tolist() == pytest.approx([0, 1 / 257, 255])


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (2, (0, 1)), (3, (1, 1)), (4, (1, 0))])
def test_the_exif_orientation_is_applied(orientation: int, corner: tuple[int, int], tmp_path: Path) -> None:
    picture = Image.new("L", (20, 10))
    picture.paste(255, (0, 0, 10, 5))
    exif = Image.Exif()
    exif[0x0112] = orientation
    read = read_image(saved(picture, tmp_path / "a.png", exif=exif), entry(10, 20, 1))
    assert read[9 * corner[0], 19 * corner[1], 0] == WHITE
    assert (read == WHITE).mean() == 0.25


@pytest.mark.parametrize(("orientation", "corner"), [(5, (0, 0)), (6, (0, 9)), (7, (19, 9)), (8, (19, 0))])
def test_a_picture_that_lies_on_its_side_is_turned(orientation: int, corner: tuple[int, int], tmp_path: Path) -> None:
    picture = Image.new("L", (20, 10))
    picture.paste(255, (0, 0, 10, 5))
    exif = Image.Exif()
    exif[0x0112] = orientation
    read = read_image(saved(picture, tmp_path / "a.png", exif=exif), entry(20, 10, 1))
    assert read[(*corner, 0)] == WHITE


def stripes() -> Image.Image:
    """40x10: black, then 10 columns of white, then 10 of grey, then black."""
    picture = Image.new("L", (40, 10))
    picture.paste(255, (10, 0, 20, 10))
    picture.paste(100, (20, 0, 30, 10))
    return picture


def test_crop_covers_the_input_and_cuts_the_centre_out(tmp_path: Path) -> None:
    read = read_image(saved(stripes(), tmp_path / "a.png"), entry(10, 20, 1, fit="crop"))
    assert read[5, :, 0].tolist() == [255] * 10 + [100] * 10


def test_crop_is_what_scaling_the_whole_and_cutting_would_give(tmp_path: Path) -> None:
    read = read_image(saved(stripes(), tmp_path / "a.png"), entry(5, 10, 1, fit="crop"))
    whole = np.asarray(stripes().resize((20, 5), Image.Resampling.BILINEAR))
    assert np.array_equal(read[..., 0], whole[:, 5:15])


@pytest.mark.parametrize("size", [(9, 6), (6, 9), (45, 31), (31, 46), (7, 50)])
def test_crop_cuts_between_whole_pixels_whatever_the_size(tmp_path: Path, size: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
    read = read_image(saved(Image.fromarray(noise), tmp_path / "a.png"), entry(6, 6, 1, fit="crop"))[..., 0]
    width, height = (round(side * 6 / min(size)) for side in size)
    whole = np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BILINEAR), np.float32)
    left, top = (width - 6) // 2, (height - 6) // 2
    assert np.abs(read - whole[top : top + 6, left : left + 6]).max() <= 1


def test_pad_keeps_the_whole_picture_between_borders_of_black(tmp_path: Path) -> None:
    path = saved(Image.new("L", (40, 10), 200), tmp_path / "a.png")
    how = {"fit": "pad", "mean": (50.0,)}
    assert read_image(path, entry(8, 8, 1, **how))[:, 0, 0].tolist() == [-50, -50, -50, 150, 150, -50, -50, -50]


def test_stretch_gives_up_proportions(tmp_path: Path) -> None:
    read = read_image(saved(stripes(), tmp_path / "a.png"), entry(4, 4, 1, fit="stretch"))
    assert (read[:, 1] > read[:, 2]).all()


def test_scaling_is_bilinear(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 200]], np.uint8))
    assert read_image(saved(picture, tmp_path / "a.png"), entry(1, 4, 1)).ravel().tolist() == [0, 50, 150, 200]


def test_a_sliver_of_a_picture_needs_no_giant_on_the_way(tmp_path: Path) -> None:
    path = saved(Image.new("L", (30_000, 1), 9), tmp_path / "a.png")
    assert read_image(path, entry(64, 64, 1, fit="crop")).mean() == 9


def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path) -> None:
    frames = [Image.new("L", (2, 2), value) for value in (10, 200)]
    path = saved(frames[0], tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert read_image(path, entry(2, 2, 1)).ravel().tolist() == [10] * 4


def test_the_pictures_that_ship_can_be_read() -> None:
    for path in sample_images().values():
        read = read_image(path, Input(Volume((60, 80, 3))))
        assert read.shape == (60, 80, 3)
        assert 0.1 < read.std() < 0.5


def fault(path: Path, *volume: int) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImageError) as caught:
            list(images_of(path, entry(*volume)))
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert fault(tmp_path / "a.png", 2, 2, 3) == "no such file or directory"
    assert fault(tmp_path, 2, 2, 3) == "is not a regular file"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    assert fault(tmp_path / "a.png", 2, 2, 3) == "is not a regular file"


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    for content in (b"", b"hello", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"):
        (tmp_path / "a.png").write_bytes(content)
        assert fault(tmp_path / "a.png", 2, 2, 3) == (
            "is not a picture that can be read: PNG, JPEG, WebP, GIF, BMP, TIFF, PPM and PGM can"
        )


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def test_a_picture_that_claims_too_many_pixels_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_that_claims(10_000, 10_000))
    assert fault(path, 2, 2, 3) == f"is 10,000 x 10,000 = 100,000,000 pixels; at most {MOST_PIXELS:,} are read"
    path.write_bytes(png_that_claims(2**30, 2**30))
    assert fault(path, 2, 2, 3) == f"claims more than {MOST_PIXELS:,} pixels; at most that many are read"


def encoded(kind: str) -> bytes:
    stream = io.BytesIO()
    gradient(32, 24).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_broken_picture_is_an_image_error_or_pixels(kind: str, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(encoded(kind))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.img"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    told = shape = None
    try:
        shape = read_image(path, entry(5, 5, 3)).shape
    except ImageError as error:
        told = str(error)
    assert shape == (5, 5, 3) if told is None else told.startswith(f"{path}: ") and "\n" not in told


def test_a_truncated_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(encoded("JPEG")[:-60])
    assert fault(tmp_path / "a.jpg", 2, 2, 3).startswith("cannot be read: image file is truncated")


def test_inputs_that_are_no_pictures_take_arrays(tmp_path: Path) -> None:
    path = saved(gradient(), tmp_path / "a.png")
    assert fault(path, 784) == "the input is a vector of 784, so it takes a .npy file"
    assert fault(path, 4, 4, 5) == "the input has 5 channels, so it takes a .npy file, not a picture"


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16, np.float64, ">f4"])
def test_an_array_is_taken_as_it_is(dtype: Any, tmp_path: Path) -> None:
    values = np.arange(24).reshape(2, 3, 4).astype(dtype)
    np.save(tmp_path / "a.npy", values)
    read = read_image(tmp_path / "a.npy", Input(Volume((2, 3, 4)), mean=(5.0,)))
    assert read.dtype == np.float32
    assert np.array_equal(read, values)


def test_an_array_may_hold_many_images(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(12.0).reshape(4, 3))
    assert np.array_equal(list(images_of(tmp_path / "a.npy", entry(3))), np.arange(12.0).reshape(4, 3))


def test_an_array_of_another_shape_or_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.zeros((3, 8, 8)))
    assert fault(path, 8, 8, 3) == "holds 3x8x8; the input is 8x8x3, channels last, or N of them"
    np.save(path, np.zeros((8, 8, 3), complex))
    assert fault(path, 8, 8, 3) == "holds complex128, and an input is made of real numbers"
    np.save(path, np.zeros((0, 8, 8, 3)))
    assert fault(path, 8, 8, 3).startswith("holds 0x8x8x3")


def test_an_array_with_a_pickle_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}], object), allow_pickle=True)
    assert "cannot be read" in fault(tmp_path / "a.npy", 1)


def test_an_array_whose_header_claims_more_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (2**40, 3)})
    assert "cannot be read" in fault(path, 3)
    path.write_bytes(b"not an array")
    assert "cannot be read" in fault(path, 3)


def test_an_archive_of_arrays_is_told(tmp_path: Path) -> None:
    with (tmp_path / "a.npy").open("wb") as file:
        np.savez(file, a=np.zeros(3))
    assert fault(tmp_path / "a.npy", 3) == "is an archive, not a .npy array"


def test_a_broken_header_is_told_without_the_address_of_an_object(tmp_path: Path) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (8, x, 3), }".ljust(117) + b"\n"
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00v\x00" + header)
    said = fault(tmp_path / "a.npy", 8, 8, 3)
    assert said.startswith("cannot be read: malformed node")
    assert "0x" not in said


def test_a_long_file_is_not_held_as_a_whole(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((400, 64, 64, 3), np.uint8))
    tracemalloc.start()
    try:
        total = sum(float(image.sum()) for image in images_of(tmp_path / "a.npy", entry(64, 64, 3)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 400 * 64 * 64 * 3
    assert peak < 4 * 2**20  # all of it would be 19 MiB as float32
