"""The characters beyond ASCII that a terminal may lack, and what stands for them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.render.document import Bar
    from cnncalc.render.formats import Screen

ASCII = "ascii"
RULE, ELLIPSIS = "─", "…"
SUBSTITUTES = str.maketrans({RULE: "-", ELLIPSIS: "...", "·": "-", "→": "->"})
EIGHTHS = "▏▎▍▌▋▊▉█"
BAR_WIDTH = 6


def shown(text: str, screen: Screen) -> str:
    """A text without what the terminal lacks."""
    return text.translate(SUBSTITUTES) if screen.glyphs == ASCII else text


def drawn(bar: Bar, glyphs: str) -> str:
    """A bar as long as the part of the most, in eighths of a character where the terminal has them.

    A part that is there, however small, has the shortest bar.

    >>> from cnncalc.render.document import Bar
    >>> drawn(Bar(50, 100), "ascii"), drawn(Bar(1, 10**6), "ascii"), drawn(Bar(0, 100), "ascii")
    ('###', '#', '')
    """
    value, most = bar
    if not value:
        return ""
    if glyphs == ASCII:
        return "#" * max(1, (2 * value * BAR_WIDTH + most) // (2 * most))
    eighths = max(1, (16 * value * BAR_WIDTH + most) // (2 * most))
    whole, rest = divmod(eighths, 8)
    return EIGHTHS[-1] * whole + (EIGHTHS[rest - 1] if rest else "")
