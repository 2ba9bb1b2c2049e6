"""Sound inputs to begin with: the specs that ship, those of the lessons, and small files of the other formats."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import cnncalc

ROOT = Path(__file__).resolve().parents[3]
LARGE = 2_500
"""Characters; the specs that ship and are longer expand to hundreds of layers, which take long to explain."""

TINY = """\
name: tiny
input: 8x8x3
vars: {width: 4, act: relu}
variants:
  wide: {vars: {width: 8}}
blocks:
  Body: {params: {n: 1}, layers: [conv: {filters: $width * $n, kernel: 3, padding: same}, act: $act]}
layers:
  - Body:
  - max_pool: 2x2
  - add: {main: [conv: $width 1x1], skip: identity}
    name: sum
  - fc: 10
  - softmax
expect: {output: 10}
budget: {params: at most 5M}
"""
WEIGHED = """\
input: 6x6x2
layers:
  - conv: 3 3x3
    name: c
  - batch_norm:
    name: n
  - fc: 2
    name: f
"""
"""A network whose weights are read; its arrays have one to four axes."""


@cache
def spec_texts() -> tuple[str, ...]:
    """Specs of the whole language, faulty ones among them: each lesson has one that provokes its fault."""
    shipped = [path.read_text("utf-8") for path in sorted((ROOT / "specs").glob("*.yaml"))]
    lessons = [path.read_text("utf-8") for path in sorted((ROOT / "cnncalc" / "lessons").glob("CNN*.md"))]
    block = re.compile(r"^```yaml(?: fixed)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
    taught = [body for text in lessons for body in block.findall(text)]
    return (TINY, WEIGHED, *(text for text in shipped if len(text) < LARGE), *taught)


@cache
def weights() -> dict[str, NDArray[np.float32]]:
    """Arrays for the weighed network."""
    return dict(cnncalc.init_weights(cnncalc.loads(WEIGHED)))


def npy(values: NDArray[np.generic], *, fortran: bool = False) -> bytes:
    """An array as a .npy file."""
    file = io.BytesIO()
    np.save(file, np.asfortranarray(values) if fortran else values)
    return file.getvalue()


@cache
def pictures() -> tuple[bytes, ...]:
    """Small pictures of the common formats, in the modes that each can hold."""
    ramp = Image.linear_gradient("L").resize((17, 11))
    found = []
    for format_ in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO", "TGA", "PCX", "SGI"):
        for mode in ("L", "RGB", "RGBA", "P", "1", "CMYK", "I;16", "F", "LAB"):
            file = io.BytesIO()
            try:
                ramp.convert(mode).save(file, format_)
            except (OSError, ValueError, KeyError):  # the format has no such mode
                continue
            found.append(file.getvalue())
    frames = io.BytesIO()
    ramp.save(frames, "GIF", save_all=True, append_images=[ramp.rotate(90)])
    turned = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    ramp.save(turned, "JPEG", exif=exif, progressive=True)
    return (*found, frames.getvalue(), turned.getvalue(), *_tiffs(ramp))


def _tiffs(picture: Image.Image) -> list[bytes]:
    """Pictures in TIFF as it may be packed."""
    files = []
    for packed in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "group4", "jpeg"):
        file = io.BytesIO()
        picture.convert("1" if packed == "group4" else "L").save(file, "TIFF", compression=packed)
        files.append(file.getvalue())
    return files
