"""Pictures decoded to an input's size and channels: of a few formats, and only where that takes little memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from cnncalc.executor.files.claims import MOST_METADATA, claimed
from cnncalc.executor.files.opening import ImageError, refuse_irregular, told_of
from cnncalc.executor.memory import free_memory, in_words
from cnncalc.network import Input
from cnncalc.volume import RANK_NAMES

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
"""What pictures come in; PGM and PBM are of PPM's family. No other decoder is reached."""

IN_WORDS = "PNG, JPEG, WebP, GIF, BMP, TIFF, PPM and PGM"

MOST_BYTES = 2**29
"""What a picture may take while it is decoded and converted: a file of a few kilobytes can claim any size."""

MOST_FILE_BYTES = 2**28
"""How long its file may be: parts of it, such as notes that are no pixels, are read whole."""

BYTES_A_PIXEL = 8
"""As it was decoded, and once more: turned upright or converted, four bytes each."""

MORE_BYTES_A_PIXEL = {"WEBP": 20, "progressive": 12}
"""WebP keeps two canvases and its own values beside; a progressive JPEG all its coefficients."""

BAND_PIXELS = 2**18
"""Pixels that are converted at a time, where that takes several copies."""

PHOTOMETRIC, YCBCR = 262, 6
"""The tag of a TIFF that says what its numbers are, and one of its values."""

SIXTEEN_BITS = 257
"""65535/255: what takes a 16-bit pixel to 0..255."""


def decoded(path: Path, entry: Input) -> Image.Image:
    """A picture of any mode, fitted to the input: of mode L, RGB, or F on a scale of 0..255.

    Raises:
        ImageError: the file is missing, broken, too large or of another format, or the input takes no pictures.
    """
    refuse_irregular(path)
    volume = entry.volume
    if volume.rank != 2:
        raise ImageError(f"{path}: the input is a {RANK_NAMES[volume.rank]} of {volume}, so it takes a .npy file")
    if volume.channels not in {1, 3}:
        raise ImageError(f"{path}: the input has {volume.channels} channels, so it takes a .npy file, not a picture")
    with told_of(path), path.open("rb") as file:
        picture = _plain(_upright(_loaded(path, file)), volume.channels)
        return _fitted(picture, (volume[1], volume[0]), entry.fit)


def _loaded(path: Path, file: IO[bytes]) -> Image.Image:
    """The first frame, decoded after what it claims has been judged."""
    if (length := path.stat().st_size) > MOST_FILE_BYTES:
        raise ImageError(f"{path}: is {length:,} bytes long; of a picture at most {MOST_FILE_BYTES:,} are read")
    claim = claimed(file)
    if claim is not None:  # its decoder allocates as it opens the file, or more than the pixels
        _refuse_large(path, claim.size, claim.kind, claim.beside)
        if claim.fault:
            raise ImageError(f"{path}: {claim.fault}")
    picture = _opened(path, file)
    progressive = picture.format == "JPEG" and "progressive" in picture.info
    _refuse_large(path, picture.size, "progressive" if progressive else picture.format or "")
    _refuse_misread(path, picture)
    picture.load()
    return picture


def _refuse_misread(path: Path, picture: Image.Image) -> None:
    """Pillow before 13 takes the three bytes of an unpacked YCbCr pixel for three of four bytes, RGBX."""
    colours = getattr(picture, "tag_v2", {}).get(PHOTOMETRIC)
    if colours == YCBCR and picture.mode == "RGB" and any(tile[0] == "raw" for tile in getattr(picture, "tile", ())):
        raise ImageError(f"{path}: holds YCbCr that is not packed, which Pillow reads right from version 13 on")


def _refuse_large(path: Path, size: tuple[int, int], kind: str, beside: int = 0) -> None:
    """Raise an `ImageError` where so many pixels of a kind, and some bytes beside, take more than they may."""
    width, height = size
    each = MORE_BYTES_A_PIXEL.get(kind, BYTES_A_PIXEL)
    if width * height > MOST_BYTES // each:
        raise ImageError(
            f"{path}: is {width:,} x {height:,} = {width * height:,} pixels; at most {MOST_BYTES // each:,} are read"
        )
    taken = max(each * width * height, 4 * width * height + beside)
    if taken > MOST_BYTES:
        raise ImageError(f"{path}: decoding it takes {in_words(taken)}, and at most {in_words(MOST_BYTES)} are used")
    free = free_memory()
    if free is not None and taken > free:
        needs, there = in_words(taken), in_words(free)
        raise ImageError(f"{path}: decoding {width:,} x {height:,} pixels may take {needs}, and {there} are free")


def _opened(path: Path, file: IO[bytes]) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    Image.preinit()  # the common ones; the others take a while to import
    known = tuple(name for name in FORMATS if name in Image.OPEN)
    for formats in (known, tuple(set(FORMATS) - set(known))):
        file.seek(0)
        try:
            if formats:
                return Image.open(file, formats=formats)
        except UnidentifiedImageError:
            continue
        except Image.DecompressionBombError:
            most = MOST_BYTES // BYTES_A_PIXEL
            raise ImageError(f"{path}: claims more than {most:,} pixels; at most that many are read") from None
    raise ImageError(f"{path}: is not a picture that can be read: {IN_WORDS} can")


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as its EXIF orientation wants it seen; as it lies where that cannot be read."""
    from PIL import Image

    turned = Image.Transpose
    turns = {
        2: turned.FLIP_LEFT_RIGHT,
        3: turned.ROTATE_180,
        4: turned.FLIP_TOP_BOTTOM,
        5: turned.TRANSPOSE,
        6: turned.ROTATE_270,
        7: turned.TRANSVERSE,
        8: turned.ROTATE_90,
    }
    notes = (picture.info.get(name, b"") for name in ("exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"))
    orientation = 1
    with suppress(Exception):  # broken metadata raises whatever; the pixels are sound all the same
        if max(map(len, notes)) <= MOST_METADATA:
            orientation = picture.getexif().get(0x0112, 1)
    turn = turns.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _plain(picture: Image.Image, channels: int) -> Image.Image:
    """As mode L or RGB, or F on a scale of 0..255 where the file holds more than 8 bits."""
    due = "L" if channels == 1 else "RGB"
    if picture.mode == "F":
        return picture
    if picture.mode.startswith("I"):
        # PNG and PGM have no 32-bit pixels: where Pillow says mode I, it widened 16 bits.
        sixteen = picture.mode.startswith("I;16") or picture.format in {"PNG", "PPM"}
        return _in_bands(picture, "F", _of_sixteen_bits if sixteen else _of_many_bits)
    if picture.has_transparency_data:
        return _in_bands(picture, due, lambda band: _on_white(band).convert(due))
    if picture.mode == "LAB":
        from_lab = _from_lab()
        return _in_bands(picture, due, lambda band: from_lab(band).convert(due))
    return picture if picture.mode == due else picture.convert(due)  # a copy of an 8K picture would be 127 MiB


def _in_bands(picture: Image.Image, mode: str, convert: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """A picture converted some rows at a time, so that what lies between the two is small."""
    from PIL import Image

    result = Image.new(mode, picture.size)
    width, height = picture.size
    step = max(1, BAND_PIXELS // width)
    for top in range(0, height, step):
        result.paste(convert(picture.crop((0, top, width, min(top + step, height)))), (0, top))
    return result


def _of_many_bits(picture: Image.Image) -> Image.Image:
    """32-bit numbers, whose range nobody states, as they are."""
    from PIL import Image

    return Image.fromarray(np.asarray(picture).astype(np.float32))


def _of_sixteen_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits on a scale of 0..255."""
    from PIL import Image

    return Image.fromarray(np.asarray(picture).astype(np.float32) / np.float32(SIXTEEN_BITS))


def _on_white(picture: Image.Image) -> Image.Image:
    from PIL import Image

    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, (255, 255, 255, 255)), clear).convert("RGB")


def _from_lab() -> Callable[[Image.Image], Image.Image]:
    from PIL import ImageCms

    to_rgb = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")

    def convert(picture: Image.Image) -> Image.Image:
        turned = ImageCms.applyTransform(picture, to_rgb)
        if turned is None:
            raise ValueError("its Lab colours cannot be converted")
        return turned

    return convert


def _fitted(picture: Image.Image, size: tuple[int, int], fit: str) -> Image.Image:
    """The picture at (width, height), scaled bilinearly; itself where it has that size."""
    from PIL import Image

    if picture.size == size:
        return picture
    bilinear = Image.Resampling.BILINEAR
    if fit == "pad":
        share = min(due / side for due, side in zip(size, picture.size, strict=True))
        width, height = (min(due, max(1, round(side * share))) for due, side in zip(size, picture.size, strict=True))
        canvas = Image.new(picture.mode, size)
        canvas.paste(picture.resize((width, height), bilinear), ((size[0] - width) // 2, (size[1] - height) // 2))
        return canvas
    return picture.resize(size, bilinear, box=_centre(picture.size, size) if fit == "crop" else None)


def _centre(size: tuple[int, int], due: tuple[int, int]) -> tuple[float, float, float, float]:
    """The part of a picture that the centre of the scaled picture shows: left, top, right, bottom.

    The scaled picture has whole pixels and is cut between them, so that where nothing needs scaling the pixels are the
    file's; resizing this part alone gives the same without the rest of the scaled picture.

    >>> _centre((400, 300), (10, 10))  # 13 x 10 when scaled, from column 1 on
    (30.76923076923077, 0.0, 338.46153846153845, 300.0)
    >>> _centre((9, 6), (6, 6))
    (1.0, 0.0, 7.0, 6.0)
    """
    share = max(wanted / side for wanted, side in zip(due, size, strict=True))
    sides = []
    for wanted, side in zip(due, size, strict=True):
        scaled = max(wanted, round(side * share))
        start = (scaled - wanted) // 2
        sides.append((start * side / scaled, (start + wanted) * side / scaled))
    (left, right), (top, bottom) = sides
    return left, top, right, bottom
