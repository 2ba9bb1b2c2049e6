"""Ways to spoil an input a little: numbers at the edges of types, lines and words moved about, bytes turned."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

NUMBERS = (
    "0", "-1", "1", "2", "-0", "0.5", "1/3", "255", "256", "65536", "2147483647", "2147483648", "4294967296",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "9" * 30, "1e400", "1e-400", "-1e999999999",
    "nan", "inf", ".5", "5.", "1_000", "0x10", "\u0663", "7x7", "0x0", "1x1x1x1x1", "1..4", "4..1", "1..9999999999",
    "50%", "1 MiB", "1e3M", "5M", "", "''", "~",
)  # fmt: skip
PIECES: tuple[str, ...] = (
    *"\t\r\n -:?,[]{}#&*!|>'\"%@`~<=.$\x00\x1b\u00a0\u00d7\u201c\u202e\ufeff\U0001f600",
    "- ", ": ", "\n  ", "\n", "---\n", "...\n", "<<: ", ">= ", "at least ", "&a ", "*a", "!!python/object ", "\r\n",
    "$x", "${", "//",
    "**", " // 0", "(" * 40, "[" * 70, "{a: " * 20, "../", "\\", "::error::", "](http://a.b)", "\ud7ff", "a" * 300,
)  # fmt: skip
SIZES = (0, 1, 2, 127, 128, 255, 256, 32767, 65535, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**64 - 1)

_NUMBER = re.compile(r"-?\d[\d.]*")
_TOKEN = re.compile(r"[\w$.-]+|[^\w\s]")


def spoiled_text(text: str, chance: Random, others: Sequence[str] = ()) -> str:
    """The text after one to four changes of its lines, words or characters; `others` lend lines and words."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(_OF_TEXTS)(text, chance, others or (text,))
    return text


def spoiled_bytes(data: bytes, chance: Random) -> bytes:
    """The bytes after one to four changes."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = chance.choice(_OF_BYTES)(data, chance)
    return data


def within(data: bytes, chance: Random) -> int:
    """A place in the data, often near its beginning, where headers are."""
    end = len(data)
    return chance.randrange(min(end, 64) if chance.random() < 0.5 else end) if end else 0


def _number(text: str, chance: Random, _: Sequence[str]) -> str:
    return _replaced(text, _NUMBER, chance.choice(NUMBERS), chance)


def _word(text: str, chance: Random, others: Sequence[str]) -> str:
    words = _TOKEN.findall(chance.choice(others)) or [""]
    return _replaced(text, _TOKEN, chance.choice(words), chance)


def _replaced(text: str, pattern: re.Pattern[str], new: str, chance: Random) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text + new
    start, end = chance.choice(found).span()
    return f"{text[:start]}{new}{text[end:]}"


def _piece(text: str, chance: Random, _: Sequence[str]) -> str:
    place = chance.randint(0, len(text))
    return f"{text[:place]}{chance.choice(PIECES)}{text[place + chance.choice((0, 0, 1, 5)) :]}"


def _of_lines(
    change: Callable[[list[str], int, Random, Sequence[str]], None],
) -> Callable[[str, Random, Sequence[str]], str]:
    def changed(text: str, chance: Random, others: Sequence[str]) -> str:
        lines = text.splitlines(keepends=True) or ["\n"]
        change(lines, chance.randrange(len(lines)), chance, others)
        return "".join(lines)

    return changed


def _twice(lines: list[str], at: int, chance: Random, _: Sequence[str]) -> None:
    lines.insert(chance.randint(0, len(lines)), lines[at])


def _gone(lines: list[str], at: int, chance: Random, _: Sequence[str]) -> None:
    del lines[at : at + chance.choice((1, 1, 3))]


def _swapped(lines: list[str], at: int, chance: Random, _: Sequence[str]) -> None:
    other = chance.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _spliced(lines: list[str], at: int, chance: Random, others: Sequence[str]) -> None:
    lent = chance.choice(others).splitlines(keepends=True) or ["\n"]
    start = chance.randrange(len(lent))
    lines[at:at] = lent[start : start + chance.choice((1, 2, 5))]


def _indented(lines: list[str], at: int, chance: Random, _: Sequence[str]) -> None:
    lines[at] = "  " + lines[at] if chance.random() < 0.5 else lines[at].removeprefix("  ")


def _split(text: str, chance: Random, others: Sequence[str]) -> str:
    """The beginning of one and the end of another."""
    other = chance.choice(others)
    return text[: chance.randint(0, len(text))] + other[chance.randint(0, len(other)) :]


_OF_TEXTS: tuple[Callable[[str, Random, Sequence[str]], str], ...] = (
    _number,
    _number,
    _word,
    _word,
    _piece,
    _split,
    *map(_of_lines, (_twice, _gone, _swapped, _spliced, _indented)),
)


def _turned(data: bytes, chance: Random) -> bytes:
    at = within(data, chance)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _bit(data: bytes, chance: Random) -> bytes:
    at = within(data, chance)
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :] if data else data


def _size(data: bytes, chance: Random) -> bytes:
    """A number of one to eight bytes, of either order, overwritten by one from the edge of a type."""
    at, length = within(data, chance), chance.choice((1, 2, 4, 4, 8))
    number = chance.choice(SIZES) % (1 << 8 * length)
    return data[:at] + number.to_bytes(length, chance.choice(("little", "big"))) + data[at + length :]


def _cut(data: bytes, chance: Random) -> bytes:
    return data[: within(data, chance)]


def _without(data: bytes, chance: Random) -> bytes:
    at = within(data, chance)
    return data[:at] + data[at + chance.choice((1, 2, 4, 16)) :]


def _repeated(data: bytes, chance: Random) -> bytes:
    at, length = within(data, chance), chance.choice((1, 4, 16, 256))
    return data[:at] + data[at : at + length] * 2 + data[at + length :]


def _digit(data: bytes, chance: Random) -> bytes:
    """A written number replaced, as in a header that is text."""
    return _number(data.decode("latin-1"), chance, ()).encode("latin-1", "replace")


_OF_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _turned,
    _bit,
    _size,
    _size,
    _size,
    _cut,
    _without,
    _repeated,
    _digit,
)
