"""Files of pictures that claim, or hold, far more than they should; each is small beside what it asks for."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

HUGE = 13_000
"""Pixels along a side: too many, and not so many that Pillow refuses them by itself."""

SHORT, LONG = 3, 4


def encoded(kind: str, mode: str = "RGB", size: tuple[int, int] = (16, 16), **options: Any) -> bytes:
    """A black picture of some kind."""
    stream = BytesIO()
    Image.new(mode, size).save(stream, kind, **options)
    return stream.getvalue()


def tiff(entries: list[tuple[int, int, int, int]], data: bytes = b"", order: str = "<") -> bytes:
    """A TIFF of one directory: (tag, type, count, value), and data, to which a negative value leads."""
    after = 8 + 2 + 12 * len(entries) + 4
    start = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HLH", 42, 8, len(entries))
    for tag, kind, count, value in entries:
        where = after if value < 0 else value
        short = kind == SHORT and count == 1
        start += struct.pack(order + ("HHLHxx" if short else "HHLL"), tag, kind, count, where)
    return start + bytes(4) + data


def grey_tiff(side: int, *rest: tuple[int, int, int, int], data: bytes = b"", order: str = "<") -> bytes:
    """A TIFF of one byte a pixel, compressed by deflate."""
    entries = [(256, LONG, 1, side), (257, LONG, 1, side), (258, SHORT, 1, 8), (259, SHORT, 1, 8), (262, SHORT, 1, 1)]
    return tiff(sorted([*entries, (277, SHORT, 1, 1), *rest]), data, order)


def in_one_tile(side: int, order: str = "<") -> bytes:
    """A TIFF of 16 x 16 pixels in a tile of side x side."""
    data = zlib.compress(bytes(1000))  # the tile is allocated before it is found to be short
    tile = [(322, LONG, 1, side), (323, LONG, 1, side), (324, LONG, 1, -1), (325, LONG, 1, len(data))]
    return grey_tiff(16, *tile, data=data, order=order)


def with_offsets(count: int) -> bytes:
    """A TIFF whose list of strips is as long as that."""
    lists = [(273, LONG, count, -1), (278, LONG, 1, 1), (279, LONG, count, -1)]
    return grey_tiff(16, *lists, data=bytes(4 * count))


def png(*chunks: tuple[bytes, bytes], side: int = 16) -> bytes:
    """A grey PNG that claims a side, with chunks before its pixels."""
    header = (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    pixels = (b"IDAT", zlib.compress(bytes(17 * 16)))
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (header, *chunks, pixels, (b"IEND", b""))
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def webp(side: int) -> bytes:
    """An animation with a frame of 16 x 16 on a canvas of side x side."""
    frame = encoded("WEBP", "RGBA", lossless=True)[12:]
    canvas = b"\x02\0\0\0" + 2 * (side - 1).to_bytes(3, "little")
    placed = bytes(6) + 2 * (15).to_bytes(3, "little") + bytes(4) + frame
    parts = [(b"VP8X", canvas), (b"ANIM", bytes(6)), (b"ANMF", placed)]
    body = b"WEBP" + b"".join(name + struct.pack("<L", len(data)) + data for name, data in parts)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def jpeg(side: int, **options: Any) -> bytes:
    """A JPEG that claims a side."""
    return encoded("JPEG", **options).replace(struct.pack(">BHH", 8, 16, 16), struct.pack(">BHH", 8, side, side))


def jpeg_with_exif(size: int) -> bytes:
    """A JPEG whose EXIF is in many parts, and says its resolution in as many numbers as there is room for."""
    resolution = struct.pack("<HHHLHxxHHLLL", 2, 0x128, SHORT, 1, 2, 0x11A, 5, size // 8, 40, 0)
    exif = b"II*\0\x08\0\0\0" + resolution + b"\1" * size
    parts = (exif[start : start + 65_000] for start in range(0, len(exif), 65_000))
    joined = b"".join(b"\xff\xff\xe1" + struct.pack(">H", len(part) + 8) + b"Exif\0\0" + part for part in parts)
    plain = encoded("JPEG")
    (length,) = struct.unpack(">H", plain[4:6])
    return plain[:2] + joined + plain[4 + length :]


def gif(offset: int) -> bytes:
    """A GIF whose canvas (6) or frame claims too much; the frame's size lies five bytes after its comma."""
    made = bytearray(encoded("GIF", "P"))
    start = offset or made.index(b",", 13) + 5
    made[start : start + 4] = struct.pack("<HH", HUGE, HUGE)
    return bytes(made)


def bmp(side: int) -> bytes:
    """A BMP that claims a side."""
    made = bytearray(encoded("BMP"))
    made[18:26] = struct.pack("<LL", side, side)
    return bytes(made)


BOMB = zlib.compress(bytes(2**26), 1)
REFUSED = {
    "canvas.gif": (gif(6), "at most 67,108,864 are read"),
    "frame.gif": (gif(0), "at most 67,108,864 are read"),
    "claim.bmp": (bmp(HUGE), "at most 67,108,864 are read"),
    "claim.jpg": (jpeg(HUGE), "at most 67,108,864 are read"),
    "progressive.jpg": (jpeg(8_100, progressive=True), "at most 44,739,242 are read"),
    "exif.jpg": (jpeg_with_exif(8_000_000), "bytes of EXIF; at most 1,048,576 are read"),
    "claim.png": (png(side=HUGE), "at most 67,108,864 are read"),
    "text.png": (png((b"zTXt", b"a\0\0" + BOMB)), "Decompressed data too large"),
    "profile.png": (png((b"iCCP", b"a\0\0" + BOMB)), "Decompressed data too large"),
    "claim.ppm": (b"P6 13000 13000 255\n", "at most 67,108,864 are read"),
    "claim.pgm": (b"P5 13000 13000 65535\n", "at most 67,108,864 are read"),
    "tile.tif": (in_one_tile(24_000), "decoding it takes 549.32 MiB"),
    "tile_big_endian.tif": (in_one_tile(24_000, ">"), "decoding it takes 549.32 MiB"),
    "strip.tif": (grey_tiff(HUGE, (278, LONG, 1, HUGE), (273, LONG, 1, -1)), "at most 67,108,864 are read"),
    "offsets.tif": (with_offsets(1_000_000), "has an entry of 1,000,000 numbers"),
    "canvas.webp": (webp(HUGE), "at most 26,843,545 are read"),
}
"""Files by name, with what is said of each."""
