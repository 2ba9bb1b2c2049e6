"""Reads the images of a file of any bytes for inputs of several sizes, and holds them to what is promised."""

from __future__ import annotations

import traceback
from itertools import islice
from pathlib import Path

import numpy as np

from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.files.rows import how_many, images_of, source
from cnncalc.network import Input
from cnncalc.volume import Volume
from tests.hostile.fuzzing.promises import desk, in_short, require

INPUTS = (
    Input(Volume((9, 7, 3))),
    Input(Volume((5, 5, 1)), "pad"),
    Input(Volume((4, 6, 3)), "stretch"),
    Input(Volume((4, 3))),
)
MOST_READ = 3
SLIPS = (LookupError, TypeError, AttributeError, NameError, ZeroDivisionError, AssertionError)
"""What no reader of ours raises on purpose."""


def entered(name: str, data: bytes) -> str:
    """What came of it with each input: how many images, or the beginning of the refusal."""
    with desk({name: data}):
        return ", ".join(dict.fromkeys(_read(Path(name), entry) for entry in INPUTS))


def _read(path: Path, entry: Input) -> str:
    try:
        count = how_many(path, entry)
        images = [*islice(images_of(path, entry), MOST_READ)]
        rows = source(path, entry).read(0, 1)
    except ImageError as error:
        require(str(error).startswith(str(path)), "a refusal that does not begin with the file's name")
        require("\n" not in str(error), "a refusal of several lines")
        _raise_what_is_ours(error.__context__)
        return in_short(str(error).removeprefix(str(path))) or "refused"
    require(len(images) == min(count, MOST_READ), "another number of images than was counted")
    for image in images:
        require(image.shape == tuple(entry.volume), "an image of another shape")
        require(image.dtype == np.float32, "an image of another type")
    require(np.array_equal(rows, images[0][:1], equal_nan=True), "the first row is another when it is read alone")
    return f"{min(count, MOST_READ)} read"


def _raise_what_is_ours(hidden: BaseException | None) -> None:
    """Whatever a decoder raises becomes a refusal; a slip of our own must not be taken for one."""
    if isinstance(hidden, SLIPS) and "/cnncalc/" in traceback.extract_tb(hidden.__traceback__)[-1].filename:
        raise hidden
