"""Makes an input smaller as long as the same comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

TRIES = 600


def reduced(data: bytes, same: Callable[[bytes], bool], tries: int = TRIES) -> bytes:
    r"""The input without lines, then without bytes, that it does not need; after so many tries it is left as it is.

    >>> reduced(b"one\ntwo\nthree\n", lambda data: b"w" in data)
    b'w'
    """
    left = [tries]

    def asked(parts: Sequence[bytes]) -> bool:
        left[0] -= 1
        return same(b"".join(parts))

    lines = _fewest(data.splitlines(keepends=True), asked, left)
    rest = b"".join(lines)
    return b"".join(_fewest([rest[at : at + 1] for at in range(len(rest))], asked, left))


def _fewest(parts: list[bytes], same: Callable[[Sequence[bytes]], bool], left: list[int]) -> list[bytes]:
    """Zeller's ddmin without its subsets: drop ever smaller stretches as long as the rest does the same."""
    length = len(parts) // 2
    while length:
        at = 0
        while at < len(parts) and left[0] > 0:
            fewer = parts[:at] + parts[at + length :]
            if fewer and same(fewer):
                parts = fewer
            else:
                at += length
        length //= 2
    return parts
