"""Safetensors files as weights: lengths, offsets, types and names of the header as nobody would write them."""

from __future__ import annotations

import json
import struct
from random import Random
from typing import Any

from tests.hostile.fuzzing.loading import loaded
from tests.hostile.fuzzing.mutation import SIZES, spoiled_bytes, spoiled_text
from tests.hostile.fuzzing.seeds import weights

NAMES = ("../c.weight", "__metadata__", "", "\x1b[2J", "c.weight", "x" * 300, "\u202ec.weight", "c/weight")
TYPES = ("F64", "F32", "F16", "BF16", "I8", "I64", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "f32", "", None, 3, "C64")


def target(data: bytes) -> str:
    return loaded("w.safetensors", data)


def draw(chance: Random) -> bytes:
    header: dict[str, Any] = {}
    end = 0
    for name, values in weights().items():
        halves = chance.random() < 0.1
        header[name] = {
            "dtype": "BF16" if halves else "F32",
            "shape": [*values.shape],
            "data_offsets": [end, end + values.nbytes // (1 + halves)],
        }
        end = header[name]["data_offsets"][1]
    for _ in range(chance.choice((0, 0, 1, 2))):
        _misstate(header, chance)
    text = json.dumps(header)
    if chance.random() < 0.2:
        text = spoiled_text(text, chance, (text,))
    told = text.encode("utf-8", "surrogatepass")
    length = chance.choice(SIZES) if chance.random() < 0.05 else len(told)
    data = chance.choice((*[bytes(end)] * 6, bytes(max(0, end - 4)), bytes(end + 4), b"\x7f\x80" * (end // 2)))
    return struct.pack("<Q", length) + told + data


def _misstate(header: dict[str, Any], chance: Random) -> None:
    """One entry under another name, of another type or shape, or at another place."""
    name = chance.choice([*header])
    entry = header[name]
    change = chance.randrange(5)
    if not isinstance(entry, dict) or change == 0:
        header[chance.choice(NAMES)] = header.pop(name)
    elif change == 1:
        entry["dtype"] = chance.choice(TYPES)
    elif change == 2:
        entry["shape"] = chance.choice(
            ([], [0], [-1], [chance.choice(SIZES)] * 3, [1] * 40, "3", [3.5], [*reversed(entry.get("shape") or [])])
        )
    elif change == 3:
        entry["data_offsets"] = [chance.choice(SIZES), chance.choice(SIZES)][: chance.choice((1, 2, 2, 2))]
    else:
        entry.pop(chance.choice([*entry]) if entry else "", None)


def spoil(data: bytes, chance: Random) -> bytes:
    if len(data) > 9 and chance.random() < 0.5:
        (length,) = struct.unpack("<Q", data[:8])
        length = min(length, len(data) - 8)
        text = spoiled_text(data[8 : 8 + length].decode("utf-8", "replace"), chance)
        told = text.encode("utf-8", "replace")
        return struct.pack("<Q", len(told)) + told + data[8 + length :]
    return spoiled_bytes(data, chance)
