"""Files of images, opened for an input: pictures decoded to its size and channels, arrays mapped."""

from __future__ import annotations

import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from cnncalc.executor.memory import free_memory, in_words
from cnncalc.network import Input
from cnncalc.volume import RANK_NAMES
from cnncalc.wording import said_by

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 2**26
"""8192x8192, twice an 8K picture: a file of a few kilobytes can claim any size, so its claim is judged first."""

BYTES_WHILE_READ = 16
"""Bytes of a pixel while it is decoded, laid on white and converted: up to four copies of four bytes."""

ANOTHER_PROGRAM = frozenset({"EPS", "WMF", "FPX", "MIC"})
"""Formats that Pillow hands to another program, or reads by a library of its own kind."""

SIXTEEN_BITS = 257
"""65535/255: what takes a 16-bit pixel to 0..255."""


class ImageError(Exception):
    """A file that cannot become the network's input; the message is one line and begins with the file's name."""


def refuse_irregular(path: Path) -> None:
    """Raise an `ImageError` for what is no regular file: opening a pipe or a device might never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ImageError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except ValueError:
        raise ImageError(f"{str(path)!r}: is not a file name") from None
    if not stat.S_ISREG(mode):
        raise ImageError(f"{path}: is not a regular file")


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Whatever a decoder raises over a broken file, as one line about that file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes and of odd metadata; sizes are judged by us
            yield
    except ImageError:
        raise
    except MemoryError:
        raise ImageError(f"{path}: there is not enough memory to decode it") from None
    except Exception as error:  # noqa: BLE001 # Pillow's thirty decoders raise whatever their arithmetic meets
        raise ImageError(f"{path}: cannot be read: {said_by(error)}") from None


def mapped(path: Path, entry: Input) -> np.memmap[Any, Any]:
    """A map of a .npy, of the input's volume or of some of them; no pixel has been read.

    Raises:
        ImageError: the file is missing, broken or an archive, or holds no real numbers, or another shape.
    """
    refuse_irregular(path)
    with told_of(path):
        # A map of the file: neither a header that claims too much nor a pickle gets as far as memory.
        held = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(held, np.memmap):
        held.close()
        raise ImageError(f"{path}: is an archive, not a .npy array")
    if held.dtype.kind not in "biuf":
        raise ImageError(f"{path}: holds {held.dtype}, and an input is made of real numbers")
    volume = tuple(entry.volume)
    if held.shape != volume and (held.ndim != len(volume) + 1 or held.shape[1:] != volume or not len(held)):
        got = "x".join(map(str, held.shape)) or "a single number"
        raise ImageError(f"{path}: holds {got}; the input is {entry.volume}, channels last, or N of them")
    return held


def decoded(path: Path, entry: Input) -> Image.Image:
    """A picture of any mode that Pillow reads, fitted to the input: of mode L, RGB, or F on a scale of 0..255.

    Raises:
        ImageError: the file is missing, broken or too large, or the input takes no pictures.
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
    """The first frame, decoded after its size has been judged."""
    picture = _opened(path, file)
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise ImageError(
            f"{path}: is {width:,} x {height:,} = {width * height:,} pixels; at most {MOST_PIXELS:,} are read"
        )
    free = free_memory()
    if free is not None and BYTES_WHILE_READ * width * height > free:
        needs, there = in_words(BYTES_WHILE_READ * width * height), in_words(free)
        raise ImageError(f"{path}: decoding {width:,} x {height:,} pixels may take {needs}, and {there} are free")
    picture.load()
    return picture


def _opened(path: Path, file: IO[bytes]) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    for prepare in (Image.preinit, Image.init):  # the common formats first: all thirty take a while to import
        prepare()
        file.seek(0)
        try:
            return Image.open(file, formats=[name for name in Image.OPEN if name not in ANOTHER_PROGRAM])
        except UnidentifiedImageError:
            continue
        except Image.DecompressionBombError:
            raise ImageError(f"{path}: claims more than {MOST_PIXELS:,} pixels; at most that many are read") from None
    raise ImageError(f"{path}: is not a picture that Pillow can read")


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as its EXIF orientation wants it seen; as it lies where that cannot be read."""
    from PIL import ImageOps

    with suppress(Exception):  # broken metadata raises whatever; the pixels are sound all the same
        ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _plain(picture: Image.Image, channels: int) -> Image.Image:
    """As mode L or RGB, or F on a scale of 0..255 where the file holds more than 8 bits."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return _of_many_bits(picture)
    if picture.has_transparency_data:
        picture = _on_white(picture)
    if picture.mode == "LAB":
        picture = _from_lab(picture)
    due = "L" if channels == 1 else "RGB"
    return picture if picture.mode == due else picture.convert(due)  # a copy of an 8K picture would be 127 MiB


def _of_many_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits on a scale of 0..255; 32-bit numbers, whose range nobody states, as they are."""
    from PIL import Image

    values = np.asarray(picture).astype(np.float32)
    # PNG and PGM have no 32-bit pixels: where Pillow says mode I, it widened 16 bits.
    if picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format in {"PNG", "PPM"}):
        values /= SIXTEEN_BITS
    return Image.fromarray(values)


def _on_white(picture: Image.Image) -> Image.Image:
    from PIL import Image

    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, (255, 255, 255, 255)), clear).convert("RGB")


def _from_lab(picture: Image.Image) -> Image.Image:
    from PIL import ImageCms

    to_rgb = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    turned = ImageCms.applyTransform(picture, to_rgb)
    if turned is None:
        raise ValueError("its Lab colours cannot be converted")
    return turned


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
