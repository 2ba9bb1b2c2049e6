"""Archives of arrays as weights: whatever their entries and headers say, the network's arrays come out or a refusal."""

from __future__ import annotations

import io
import warnings
import zipfile
from random import Random

from tests.hostile.fuzzing.loading import loaded
from tests.hostile.fuzzing.mutation import NUMBERS, SIZES, spoiled_bytes
from tests.hostile.fuzzing.seeds import npy, weights

NAMES = (
    "../c.weight",
    "/c.weight",
    "c.weight",
    "c.weight.npy",
    " ",
    "\x1b[2J",
    "c\\weight",
    "x" * 300,
    "\u202ec.weight",
)
TYPES = (
    "<f8",
    ">f4",
    "<f2",
    "<i4",
    "|b1",
    "<c8",
    "|O",
    "<U4",
    "|V8",
    "<M8[ns]",
    "<f16",
    "|S0",
    "",
    "(3,)<f4",
    "[('a','<f4')]",
)
SIGNATURES = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06")
FIELDS = {
    b"PK\x03\x04": (6, 8, 14, 18, 22, 26, 28),
    b"PK\x01\x02": (8, 10, 16, 20, 24, 28, 30, 42),
    b"PK\x05\x06": (8, 10, 12, 16),
}
"""Where the flags, methods, sums, sizes, lengths and offsets stand behind each signature."""


def target(data: bytes) -> str:
    return loaded("w.npz", data)


def draw(chance: Random) -> bytes:
    file = io.BytesIO()
    packed = chance.choice(
        (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    )
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(file, "w", packed) as archive,
    ):  # of names that come twice
        for name, values in weights().items():
            member = npy(values, fortran=chance.random() < 0.1)
            if chance.random() < 0.15:
                member = _spoiled_header(member, chance)
            archive.writestr(chance.choice(NAMES) if chance.random() < 0.05 else f"{name}.npy", member)
    data = file.getvalue()
    return data if chance.random() < 0.3 else spoil(data, chance)


def spoil(data: bytes, chance: Random) -> bytes:
    if chance.random() < 0.4:
        return spoiled_bytes(data, chance)
    signature = chance.choice(SIGNATURES)
    places = [at for at in range(len(data)) if data.startswith(signature, at)]
    if not places:
        return spoiled_bytes(data, chance)
    at = chance.choice(places) + chance.choice(FIELDS[signature])
    length = chance.choice((2, 4))
    return data[:at] + (chance.choice(SIZES) % (1 << 8 * length)).to_bytes(length, "little") + data[at + length :]


def _spoiled_header(member: bytes, chance: Random) -> bytes:
    """A .npy whose header says something else, at the length that it had or at another."""
    magic, header, values = member[:10], member[10:128].decode("latin-1"), member[128:]
    change = chance.randrange(5)
    if change == 0:
        header = header.replace("<f4", chance.choice(TYPES))
    elif change == 1:
        start, end = header.find("("), header.find(")")
        header = f"{header[:start]}({chance.choice(NUMBERS)}, {chance.choice(NUMBERS)}){header[end + 1 :]}"
    elif change == 2:
        header = header.replace("'", "", 1).replace("False", chance.choice(("True", "None", "(" * 500, "False and 1")))
    elif change == 3:
        magic = magic[:6] + bytes([chance.randrange(5), chance.randrange(2)]) + magic[8:]
    else:
        magic = magic[:8] + (chance.choice(SIZES) % 65536).to_bytes(2, "little")
    return magic + header.encode("latin-1", "replace") + values
