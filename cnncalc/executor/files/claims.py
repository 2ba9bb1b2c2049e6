"""What the file of a picture claims where that costs memory before its pixels do, read without a decoder."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from math import prod
from typing import IO, NamedTuple

MOST_METADATA = 2**20
"""Bytes of EXIF or XMP that are looked at; a JPEG has 64 KiB of it as a rule."""

MOST_ENTRIES = 4096
"""Entries of a TIFF's directory; a camera writes some fifty."""

MOST_NUMBERS = 2**18
"""Numbers of one entry: as many as the strips or tiles of the largest picture."""

SHORT, LONG, LONG8 = 3, 4, 16
NUMBERS = {SHORT: "H", LONG: "L", LONG8: "Q"}
BYTE_LIKE = {1, 2, 6, 7}
"""Types of entries that stay bytes, whatever their length."""

WIDTH, HEIGHT, BITS, SAMPLES, STRIP_ROWS, TILE_WIDTH, TILE_HEIGHT = 256, 257, 258, 277, 278, 322, 323
SCAN, NOTES, EXIF = b"\xda", b"\xe1", b"Exif\0\0"
ALONE = {b"\0", b"\1", *(bytes([marker]) for marker in range(0xD0, 0xDA))}
"""Markers of a JPEG that no length follows, and what is none."""

DIRECTORIES = {34665: "EXIF", 34853: "GPS", 40965: "interoperability"}
"""Entries that lead to directories of their own."""


TIFFS = {b"II*\0", b"MM\0*", b"II\0*", b"MM*\0", b"II+\0", b"MM\0+"}
"""How a TIFF begins, in either order of bytes; with 42 written in the other, and with 43 for files of 64 bits."""


class Claim(NamedTuple):
    """What a file says of itself: its kind, its pixels, bytes that it needs beside them, and what is wrong with it."""

    kind: str
    size: tuple[int, int] = (0, 0)
    beside: int = 0
    fault: str = ""


def claimed(file: IO[bytes]) -> Claim | None:
    """The claim of a WebP, a TIFF or a JPEG; None for other files, and where the beginning tells nothing."""
    start = file.read(30)
    try:
        if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
            return Claim("WEBP", _canvas(start))
        if start[:4] in TIFFS:
            return _tiff(file, start)
        if start[:2] == b"\xff\xd8":
            return _jpeg(file)
    except struct.error:
        pass  # it ends too early, as its decoder will find
    return None


def _canvas(start: bytes) -> tuple[int, int]:
    """Width and height of a WebP's canvas, which is allocated when the file is opened.

    Source: RFC 9649, section 2.7 and RFC 6386, section 9.1.

    >>> _canvas(b"RIFF" + bytes(4) + b"WEBPVP8X" + bytes(8) + bytes([255, 63, 0, 1, 0, 0]))
    (16384, 2)
    """
    match start[12:16]:
        case b"VP8X":
            return int.from_bytes(start[24:27], "little") + 1, int.from_bytes(start[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(start[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack("<HH", start[26:30])
            return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _jpeg(file: IO[bytes]) -> Claim | None:
    """How much EXIF stands before a JPEG's pixels: all of it is joined and read when the file is opened."""
    file.seek(2)
    notes = 0
    while byte := file.read(1):
        if byte != b"\xff":
            continue
        while byte == b"\xff":
            byte = file.read(1)
        if byte == SCAN:
            break
        if byte in ALONE:
            continue
        length = int.from_bytes(file.read(2), "big")
        after = file.tell() + max(0, length - 2)
        if byte == NOTES and file.read(len(EXIF)) == EXIF:
            notes += length
        file.seek(after)
    if notes <= MOST_METADATA:
        return None
    return Claim("JPEG", fault=f"holds {notes:,} bytes of EXIF; at most {MOST_METADATA:,} are read")


def _tiff(file: IO[bytes], start: bytes) -> Claim:
    """The size of a TIFF's first picture, and that of a strip or a tile, which is decoded as a whole.

    Source: TIFF 6.0, sections 2, 8 and 15.
    """
    order, big = "<" if start[:2] == b"II" else ">", b"+" in start[2:4]
    (offset,) = struct.unpack_from(order + "Q" if big else order + "L", start, 8 if big else 4)
    found: dict[int, tuple[int, ...]] = {}
    pending, seen = [("", offset)], set()
    while pending:
        name, offset = pending.pop()
        if offset in seen:
            continue
        seen.add(offset)
        for tag, kind, count, value in _entries(file, order, offset, big=big):
            if count > MOST_NUMBERS and kind not in BYTE_LIKE:
                return Claim("TIFF", fault=f"has an entry of {count:,} numbers; at most {MOST_NUMBERS:,} are read")
            numbers = _numbers(file, order, kind, count, value)
            if not name and tag not in found:
                found[tag] = numbers
            if tag in DIRECTORIES and numbers:
                pending.append((DIRECTORIES[tag], numbers[0]))
        if len(found) > MOST_ENTRIES:
            return Claim("TIFF", fault=f"has more than {MOST_ENTRIES:,} entries in its directory")
    return Claim("TIFF", (_one(found, WIDTH), _one(found, HEIGHT)), _piece_bytes(found))


def _entries(file: IO[bytes], order: str, offset: int, *, big: bool) -> Iterator[tuple[int, int, int, bytes]]:
    """Tag, type, count, and the value or where it lies."""
    file.seek(min(offset, 2**62))
    (count,) = struct.unpack(order + ("Q" if big else "H"), file.read(8 if big else 2))
    size, layout = (20, "HHQ8s") if big else (12, "HHL4s")
    entries = file.read(size * min(count, MOST_ENTRIES + 1))
    for begin in range(0, len(entries) // size * size, size):
        yield struct.unpack_from(order + layout, entries, begin)


def _numbers(file: IO[bytes], order: str, kind: int, count: int, value: bytes) -> tuple[int, ...]:
    """The first numbers of an entry of integers: as many as samples may have."""
    code = NUMBERS.get(kind)
    if code is None or not count:
        return ()
    item = struct.calcsize(order + code)
    if item * count <= len(value):
        return struct.unpack_from(f"{order}{count}{code}", value)
    (where,) = struct.unpack(order + ("Q" if len(value) == 8 else "L"), value)
    file.seek(min(where, 2**62))
    some = min(count, 8)
    return struct.unpack(f"{order}{some}{code}", file.read(item * some))


def _one(found: dict[int, tuple[int, ...]], tag: int, default: int = 0) -> int:
    return found[tag][0] if found.get(tag) else default


def _piece_bytes(found: dict[int, tuple[int, ...]]) -> int:
    """Bytes of a tile, or of a strip as far as there are rows."""
    bits = max(found.get(BITS) or (1,)) * _one(found, SAMPLES, 1)
    width, height = _one(found, WIDTH), _one(found, HEIGHT)
    sides = [(width, min(height, _one(found, STRIP_ROWS, height)))]
    if TILE_WIDTH in found:
        sides.append((_one(found, TILE_WIDTH), _one(found, TILE_HEIGHT)))
    return max(prod(side) for side in sides) * bits // 8
