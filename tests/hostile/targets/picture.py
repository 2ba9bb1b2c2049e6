"""Any bytes as a picture: it becomes the input, or is refused in one line, whichever decoder it claims to be for."""

from __future__ import annotations

from random import Random

from tests.hostile.fuzzing.entering import entered
from tests.hostile.fuzzing.mutation import SIZES, spoiled_bytes, within
from tests.hostile.fuzzing.seeds import pictures

TAGS = (256, 257, 258, 259, 262, 273, 277, 278, 279, 282, 322, 323, 324, 325, 339, 34675)
"""Of a TIFF: sizes, samples, compression, strips, tiles."""


def target(data: bytes) -> str:
    return entered("p.png", data)


def draw(chance: Random) -> bytes:
    data = chance.choice(pictures())
    return data if chance.random() < 0.1 else spoil(data, chance)


def spoil(data: bytes, chance: Random) -> bytes:
    tag = chance.choice(TAGS).to_bytes(2, "little")
    at = data.find(tag)
    if data.startswith(b"II*\0") and at >= 0 and chance.random() < 0.6:
        place = at + chance.choice((2, 4, 8, 8))
        return data[:place] + (chance.choice(SIZES) % 2**32).to_bytes(4, "little") + data[place + 4 :]
    if chance.random() < 0.1:  # the beginning of one and the end of another
        other = chance.choice(pictures())
        return data[: within(data, chance)] + other[within(other, chance) :]
    return spoiled_bytes(data, chance)
