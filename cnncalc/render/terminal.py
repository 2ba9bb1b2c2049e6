"""What a terminal makes of a text: how wide it is, what is lacking there, its colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category, east_asian_width

from cnncalc.render.formats import Screen
from cnncalc.safe import JOINERS, printable

GLUE = "\u00a0"
RESET = "\x1b[0m"
STYLES = {
    "": "",
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
    "red": "\x1b[1;31m",
    "yellow": "\x1b[1;33m",
    "green": "\x1b[32m",
    "blue": "\x1b[1;34m",
    "cyan": "\x1b[36m",
}

HANG = 4
"""How far the rest of a line is set in that has neither a second column nor an equals sign."""
GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
EQUATION = re.compile(r" *\S+ (?== )")
NOTE = re.compile(r" *note: ")
QUOTED = re.compile(r"`[^`]*`")
EQUALS, ITEMS = re.compile(r" (?== )"), re.compile(r"(?<=[;.]) (?=\S)")
"""Where a line of each kind is best broken."""

ASCII = "ascii"
RULE, ELLIPSIS = "─", "…"
_SUBSTITUTES = str.maketrans({RULE: "-", ELLIPSIS: "...", "·": "-", "→": "->"})


def shown(text: str, screen: Screen) -> str:
    """A printable text, without the characters that the terminal lacks."""
    text = printable(text)
    return text.translate(_SUBSTITUTES) if screen.glyphs == ASCII else text


def width(text: str) -> int:
    """How many columns a printable text takes: wide characters two, combining marks none.

    >>> width("abc"), width("畳み込み"), width("e\u0301")
    (3, 8, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if category(character) in ("Mn", "Me") or character in JOINERS:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int, align: str) -> str:
    """The text with blanks on its left (`right` aligned) or on its right.

    >>> padded("畳", 4, "right"), padded("ab", 4, "left")
    ('  畳', 'ab  ')
    """
    blanks = " " * (columns - width(text))
    return blanks + text if align == "right" else text + blanks


def paired(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Two texts a line, the second flush.

    >>> paired([("a", "one"), ("bc", "two")])
    ['a   one', 'bc  two']
    """
    widest = max((width(first) for first, _ in pairs), default=0)
    return [f"{padded(first, widest, 'left')}  {second}".rstrip() for first, second in pairs]


def shortened(text: str, columns: int, ellipsis: str) -> str:
    """The text with its middle left out where it is too long.

    >>> shortened("conv2/Bottleneck_2[1]/add_1", 15, "...")
    'conv2/.../add_1'
    """
    if width(text) <= columns:
        return text
    room = max(columns - width(ellipsis), 2)
    head, tail = text[: room - room // 2], text[len(text) - room // 2 :]
    while width(head) + width(tail) > room:
        head, tail = (head[:-1], tail) if width(head) >= width(tail) else (head, tail[1:])
    return head + ellipsis + tail


def painted(text: str, style: str, color: bool) -> str:  # noqa: FBT001  # passed on, never written out at a call
    """The text in a style of `STYLES`, where there is colour at all."""
    return f"{STYLES[style]}{text}{RESET}" if color and style and text else text


def hung(line: str, columns: int) -> list[str]:
    """A line with what does not fit below it: under its second column, its first equals sign, or what `note:` says.

    >>> hung("  H2 = (H1 - F)/S + 1 = (32 - 5)/1 + 1 = 28", 32)
    ['  H2 = (H1 - F)/S + 1', '     = (32 - 5)/1 + 1 = 28']
    >>> hung("  K = 10  filters of the layer", 20)
    ['  K = 10  filters of', '          the layer']
    >>> hung("  conv2/Bottleneck_1/conv_1  size 3; start 0; jump 1", 36)
    ['  conv2/Bottleneck_1/conv_1', '      size 3; start 0; jump 1']
    """
    if width(line) <= columns:
        return [line]
    body = line.lstrip(" ")
    indent = len(line) - len(body)
    gap = GAP.search(line, indent)
    lines = []
    if gap and gap.end() > columns // 2:  # no room beside the first column
        lines, body, hang = [line[: gap.start()]], line[gap.end() :], indent + HANG
        indent = hang
    else:
        start = gap or EQUATION.match(line) or NOTE.match(line)
        hang = start.end() if start and start.end() <= columns // 2 else indent + HANG
    parts = EQUALS if EQUATION.match(line) and not gap else ITEMS
    first, *rest = " ".join(_glued(part, columns - hang) for part in parts.split(body)).split(" ")
    lines.append(" " * indent + first)
    for word in rest:
        if width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] += f" {word}"
        elif word:
            lines.append(" " * hang + word)
    return [text.replace(GLUE, " ").rstrip() for text in lines]


def _glued(part: str, columns: int) -> str:
    """A part of a line, such as a side of an equation, which is not broken where it fits into one."""
    return part.replace(" ", GLUE) if width(part) <= columns else part


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most so many columns, broken at blanks only; `GLUE` is a blank that is not broken at.

    >>> wrapped("what comes out of each layer", 12)
    ['what comes', 'out of each', 'layer']
    """
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [line.replace(GLUE, " ") for line in lines]


def hanging(head: str, text: str, columns: int) -> list[str]:
    """A text behind its head, the rest of its lines set in; what stands in backticks is not broken.

    >>> hanging("help: ", "or set `rounding: floor` to drop the remainder", 26)
    ['help: or set', '      `rounding: floor` to', '      drop the remainder']
    """
    if width(head) + width(text) <= columns:
        return [head + text]
    whole = QUOTED.sub(lambda quoted: quoted[0].replace(" ", GLUE), text)
    hang = width(head) or HANG
    first, *rest = wrapped(whole, columns - hang)
    return [head + first, *(" " * hang + line for line in rest)]
