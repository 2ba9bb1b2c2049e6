"""Any bytes as a .npy of images: it becomes the input, or is refused in one line."""

from __future__ import annotations

from random import Random

import numpy as np

from tests.hostile.fuzzing.entering import INPUTS, entered
from tests.hostile.fuzzing.mutation import NUMBERS, spoiled_bytes
from tests.hostile.fuzzing.seeds import npy

TYPES = ("f4", "f8", "f2", ">f4", "i1", "u8", "?", "c8", "U3", "M8[s]")
SHAPE = (
    "()",
    "(0,)",
    "(-1, 9, 7, 3)",
    "(9, 7)",
    "(9, 7, 3, 1, 1)",
    "(True, 9, 7, 3)",
    "[9, 7, 3]",
    "(2**70,)",
    "(9.0, 7, 3)",
)


def target(data: bytes) -> str:
    return entered("a.npy", data)


def draw(chance: Random) -> bytes:
    volume = chance.choice(INPUTS).volume
    shape = (*chance.choice(((), (), (1,), (2,), (5,), (0,))), *volume)
    values = np.arange(np.prod(shape)).reshape(shape).astype(chance.choice(TYPES))
    data = npy(values, fortran=chance.random() < 0.2)
    return data if chance.random() < 0.3 else spoil(data, chance)


def spoil(data: bytes, chance: Random) -> bytes:
    start, end = data.find(b"("), data.find(b")")
    change = chance.random()
    if 0 <= start < end and change < 0.3:
        shape = chance.choice((*SHAPE, f"({chance.choice(NUMBERS)}, 7, 3)", f"({chance.choice(NUMBERS)}, 9, 7, 3)"))
        written = shape.encode("utf-8", "replace")
        taken = max(0, len(written) - (end + 1 - start))  # out of the blanks that fill the header
        return data[:start] + written + data[end + 1 : 127 - taken] + data[127:]
    if change < 0.4:
        return data.replace(
            b"'<f4'", chance.choice((b"'|O'", b"'<f9'", b"'<V4'", b"[('a', '<f4')]", b"'<f4'" * 50, b"(" * 400))
        )
    return spoiled_bytes(data, chance)
