"""Cells in aligned columns: fits them into a width and never cuts a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.render.terminal import padded, painted, shortened, width

GAP = 2
SHORTEST_PATH = 12


class Block(NamedTuple):
    """A column with its cells: `name` says which, `cells` are its texts from top to bottom."""

    name: str
    header: str
    align: str
    style: str
    cells: list[str]

    @property
    def width(self) -> int:
        """The columns that the widest text takes."""
        return max(width(text) for text in (self.header, *self.cells))


def fitted(blocks: Sequence[Block], columns: int, drop: Sequence[str], ellipsis: str) -> list[Block]:
    """The blocks that fit into the width: without some of `drop`, in that order; then paths lose their middles."""
    kept = [block for block in blocks if any(block.cells)]
    for name in drop:
        if total(kept) <= columns:
            return kept
        kept = [block for block in kept if block.name != name]
    excess = total(kept) - columns
    if excess <= 0:
        return kept
    return [_narrowed(block, block.width - excess, ellipsis) if block.name == "layer" else block for block in kept]


def lines(blocks: Sequence[Block], styles: Sequence[str], rule: str, *, color: bool) -> list[str]:
    """Header, rule and rows; `styles` has one style a row, which goes before the columns' own."""
    widths = [block.width for block in blocks]
    header = _joined([padded(block.header, size, block.align) for block, size in zip(blocks, widths, strict=True)])
    found = [painted(header, "bold", color), painted(rule * total(blocks), "dim", color)]
    for row, style in enumerate(styles):
        cells = []
        for block, size in zip(blocks, widths, strict=True):
            text = padded(block.cells[row], size, block.align)
            cells.append(text if style else painted(text, block.style if block.cells[row] else "", color))
        found.append(painted(_joined(cells), style, color))
    return found


def _joined(cells: Sequence[str]) -> str:
    return (" " * GAP).join(cells).rstrip()


def total(blocks: Sequence[Block]) -> int:
    """The columns that some blocks take beside one another."""
    return sum(block.width for block in blocks) + GAP * (len(blocks) - 1)


def _narrowed(block: Block, columns: int, ellipsis: str) -> Block:
    room = max(columns, SHORTEST_PATH)
    return block._replace(cells=[shortened(cell, room, ellipsis) for cell in block.cells])
