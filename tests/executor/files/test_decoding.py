"""Pictures are of a few formats, and what one takes is bounded before it is decoded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnncalc.executor.files import decoding, opening
from cnncalc.executor.files.claims import claimed
from cnncalc.executor.files.decoding import BYTES_A_PIXEL, FORMATS, MORE_BYTES_A_PIXEL, MOST_FILE_BYTES, decoded
from cnncalc.executor.files.opening import ImageError
from cnncalc.network import Input
from cnncalc.volume import Volume
from tests.cli.terminal import call, spec
from tests.executor.files.hostile import REFUSED, encoded, png

ENTRY = Input(Volume((8, 8, 3)))
SIDE = 1600

BEYOND = 12 * 2**20
"""Bytes that reading a file may take beside its pixels: buffers, a band of rows, the decoder's own code."""

CHILD = """
import sys
from pathlib import Path
from PIL import Image
from cnncalc.executor.files.decoding import decoded
from cnncalc.executor.files.opening import ImageError
from cnncalc.network import Input
from cnncalc.volume import Volume
from tests.memory import peak_bytes
Image.init()
entry = Input(Volume((8, 8, int(sys.argv[1]))))
before = peak_bytes()
for name in sys.argv[2:]:
    try:
        decoded(Path(name), entry)
    except ImageError:
        pass
print(peak_bytes() - before)
"""


def fault(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(ImageError) as caught:
        decoded(path, ENTRY)
    told = str(caught.value)
    assert told.startswith(f"{path}: ")
    assert "\n" not in told
    return told.removeprefix(f"{path}: ")


def taken(channels: int, *files: Path) -> int:
    """Bytes that a process takes at most while it reads some files one after another."""
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, str(channels), *map(str, files)], capture_output=True, check=True
    )
    return int(ran.stdout)


@pytest.mark.parametrize("kind", ["ICO", "ICNS", "TGA", "JPEG2000", "PCX", "DDS", "SGI", "BLP"])
def test_no_other_format_is_decoded(kind: str, tmp_path: Path) -> None:
    made = encoded(kind, "P" if kind == "BLP" else "RGB", (64, 64))
    for name in ("a.png", f"a.{kind.lower()}"):
        told = fault(tmp_path / name, made)
        assert told == "is not a picture that can be read: PNG, JPEG, WebP, GIF, BMP, TIFF, PPM and PGM can"


def test_a_run_tells_of_another_format_and_fails(tmp_path: Path) -> None:
    (tmp_path / "a.ico").write_bytes(encoded("ICO", size=(64, 64)))
    called = call("run", spec(tmp_path, "input: 8x8x3\nlayers: [relu]\n"), tmp_path / "a.ico")
    assert called.code == 2
    assert "PNG, JPEG, WebP, GIF, BMP, TIFF, PPM and PGM" in called.err


@pytest.mark.parametrize("kind", FORMATS)
def test_every_stated_format_is_read_whatever_the_file_is_called(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.ico").write_bytes(encoded(kind, size=(8, 8)))
    assert decoded(tmp_path / "a.ico", ENTRY).size == (8, 8)


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_file_claims_is_judged_before_it_is_decoded(name: str, tmp_path: Path) -> None:
    content, told = REFUSED[name]
    assert told in fault(tmp_path / name, content)


def test_files_that_claim_too_much_take_next_to_nothing(tmp_path: Path) -> None:
    for name, (content, _) in REFUSED.items():
        (tmp_path / name).write_bytes(content)
    assert taken(3, *sorted(tmp_path.iterdir())) < 3 * BEYOND


def test_a_long_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ppm"
    with path.open("wb") as file:
        file.write(b"P6 2 2 255\n")
        file.truncate(MOST_FILE_BYTES + 1)
    with pytest.raises(ImageError, match=r"is 268,435,457 bytes long; of a picture at most 268,435,456 are read"):
        decoded(path, ENTRY)


PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "grey.png": ("L", {}),
    "grey_clear.png": ("LA", {}),
    "colour.png": ("RGB", {}),
    "clear.png": ("RGBA", {}),
    "palette.png": ("P", {"transparency": 0}),
    "deep.png": ("I;16", {}),
    "colour.jpg": ("RGB", {}),
    "print.jpg": ("CMYK", {}),
    "turned.jpg": ("RGB", {}),
    "progressive.jpg": ("CMYK", {"progressive": True}),
    "palette.gif": ("P", {"transparency": 0}),
    "colour.bmp": ("RGB", {}),
    "clear.tif": ("RGBA", {}),
    "one_strip.tif": ("RGB", {"compression": "tiff_lzw", "strip_size": 2**30}),
    "lab.tif": ("LAB", {}),
    "float.tif": ("F", {}),
    "whole.tif": ("I", {}),
    "colour.ppm": ("RGB", {}),
    "deep.pgm": ("I;16", {}),
    "clear.webp": ("RGBA", {"lossless": True, "quality": 0, "method": 0}),
    "colour.webp": ("RGB", {"method": 0}),
}


@pytest.mark.parametrize("channels", [1, 3])
def test_no_mode_of_any_format_takes_more_than_its_pixels_are_counted_for(channels: int, tmp_path: Path) -> None:
    by_cost: dict[int, list[Path]] = {}
    on_its_side = Image.Exif()
    on_its_side[0x0112] = 6
    for name, (mode, options) in PICTURES.items():
        path = tmp_path / name
        picture = Image.linear_gradient("L").resize((SIDE, SIDE))
        deep = mode == "I;16"
        made = Image.fromarray(np.asarray(picture).astype(np.uint16)) if deep else converted(picture, mode)
        how = options | ({"exif": on_its_side} if name.startswith("turned") else {})
        made.save(path, **how)
        kind = "progressive" if "progressive" in options else str(Image.registered_extensions()[path.suffix])
        by_cost.setdefault(MORE_BYTES_A_PIXEL.get(kind, BYTES_A_PIXEL), []).append(path)
    for cost, files in by_cost.items():
        assert taken(channels, *files) < cost * SIDE**2 + BEYOND, cost


def converted(grey: Image.Image, mode: str) -> Image.Image:
    if mode == "LAB":
        return Image.merge("LAB", [grey] * 3)
    return grey.convert(mode) if mode in {"F", "I", "LA"} else grey.convert("RGB").convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "I;16", "LAB"])
def test_what_is_converted_in_bands_has_no_seam(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (30, 40, 4), np.uint8)
    colours = Image.fromarray(noise)
    deep = Image.fromarray(noise[..., 0].astype(np.uint16) * 257)
    lab = Image.merge("LAB", colours.split()[:3])
    made = {"I;16": deep, "LAB": lab}.get(mode) or colours.convert("RGB" if mode == "P" else mode).convert(mode)
    more: dict[str, Any] = {"transparency": 3} if mode == "P" else {}
    made.save(tmp_path / ("a.tif" if mode == "LAB" else "a.png"), **more)
    (path,) = tmp_path.iterdir()
    entry = Input(Volume((30, 40, 3)))
    whole = np.asarray(decoded(path, entry))
    monkeypatch.setattr(decoding, "BAND_PIXELS", 7 * 40)
    assert np.array_equal(np.asarray(decoded(path, entry)), whole)


def test_a_picture_that_is_larger_than_what_is_free_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "free_memory", lambda: 1000)
    assert "2.00 KiB (2,048 bytes), and 1000 B" in fault(tmp_path / "a.png", encoded("PNG"))


def test_an_orientation_of_many_numbers_is_not_looked_at(tmp_path: Path) -> None:
    entry = (1).to_bytes(2, "little") + (0x112).to_bytes(2, "little") + (4).to_bytes(2, "little")
    exif = (
        b"II*\0\x08\0\0\0" + entry + (5_000_000).to_bytes(4, "little") + (26).to_bytes(4, "little") + bytes(20_000_004)
    )
    path = tmp_path / "a.png"
    path.write_bytes(png((b"eXIf", exif)))
    assert taken(3, path) < 2 * len(exif) + BEYOND


@pytest.mark.parametrize("kind", FORMATS)
def test_every_beginning_of_a_file_is_told_or_decoded(kind: str, tmp_path: Path) -> None:
    whole = encoded(kind, size=(24, 24))
    path = tmp_path / "a.img"
    told = []
    for end in [*range(64), *range(64, len(whole), 37)]:
        path.write_bytes(whole[:end])
        try:
            decoded(path, ENTRY)
        except ImageError as error:
            told.append(str(error))
    assert told
    assert all(message.startswith(f"{path}: ") for message in told)


@pytest.mark.parametrize(("lossless", "mode"), [(True, "RGB"), (False, "RGB"), (False, "RGBA")])
def test_the_canvas_of_each_kind_of_webp_is_seen(lossless: bool, mode: str, tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(encoded("WEBP", mode, (300, 17), lossless=lossless))
    with path.open("rb") as file:
        claim = claimed(file)
    assert claim is not None
    assert claim.size == (300, 17)


@pytest.mark.parametrize("big", [False, True])
def test_the_size_of_a_tiff_and_of_its_strips_is_seen(big: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    Image.new("RGB", (300, 17)).save(path, big_tiff=big, compression="tiff_lzw")
    with path.open("rb") as file:
        claim = claimed(file)
    assert claim is not None
    assert (claim.size, claim.beside) == ((300, 17), 300 * 17 * 3)


def test_the_largest_picture_is_stated(tmp_path: Path) -> None:
    page = (Path(opening.__file__).parents[3] / "docs" / "run.md").read_text()
    for kind in (BYTES_A_PIXEL, *MORE_BYTES_A_PIXEL.values()):
        assert f"{decoding.MOST_BYTES // kind / 1e6:.0f} million" in page
    for name in ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF", "PPM"):
        assert name in page
