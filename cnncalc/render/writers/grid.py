"""Cells in aligned columns: fits them into a width and never cuts a number."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.render.document import LEFT, PATH, Bar, Cell, Chain, Column, Table
from cnncalc.render.formats import Screen
from cnncalc.render.terminal import ASCII, ELLIPSIS, RULE, padded, painted, shortened, shown, width, wrapped

EIGHTHS = "▏▎▍▌▋▊▉█"
BAR_WIDTH = 6
GAP = 2
SHORTEST_PATH = 12
WORTH_MORE = 24
"""So much of a path is worth more than the end of a clipped text, and so much of a chain than columns that yield."""
LONGEST_CLIPPED = 24

Block = Column[str]
"""A column with its cells as they are printed."""


def laid(table: Table, screen: Screen) -> list[Block]:
    """The columns of a table as they fit into the width of a terminal."""
    chains = [_shown(cell, screen) for column in table.columns for cell in column.cells if isinstance(cell, Chain)]
    blocks = [_block(column, screen) for column in table.columns if not chains or column.name != PATH]
    if table.wraps:
        return _wrapping(blocks, table.wraps, screen.width)
    if table.yields is None:
        return blocks
    ellipsis = shown(ELLIPSIS, screen)
    if chains:
        return _beside_chains(chains, blocks, table.yields, screen.width, ellipsis)
    if table.clipped:
        drop = [name for name in table.yields if name != table.clipped]
        paths = next(_width(block) for block in blocks if block.name == PATH)
        clipped = [_clipped(block, ellipsis) if block.name == table.clipped else block for block in blocks]
        for attempt in (blocks, clipped):
            kept = fitted(attempt, screen.width, drop, ellipsis)
            left = next(_width(block) for block in kept if block.name == PATH)
            if left >= min(paths, WORTH_MORE) and total(kept) <= screen.width:
                return kept
    return fitted(blocks, screen.width, table.yields, ellipsis)


def left_out(table: Table, laid: Sequence[Block]) -> list[str]:
    """The columns that have given way, by their headers, or by their names where several have one header."""
    headers = [column.header for column in table.columns]
    kept = {block.name for block in laid}
    return [
        column.header if headers.count(column.header) == 1 else column.name
        for column in table.columns
        if column.name not in kept and column.header and any(column.cells) and table.yields
    ]


def _wrapping(blocks: Sequence[Block], name: str, columns: int) -> list[Block]:
    """The columns with the texts of one of them in several lines, as far as the width asks for that."""
    excess = total(blocks) - columns
    words = next(block for block in blocks if block.name == name)
    if excess <= 0:
        return list(blocks)
    texts = [wrapped(cell, max(SHORTEST_PATH, _width(words) - excess)) for cell in words.cells]
    lines = words._replace(cells=[line for text in texts for line in text])
    return [lines if block is words else block._replace(cells=_spread(block.cells, texts)) for block in blocks]


def _block(column: Column[Cell], screen: Screen) -> Block:
    cells = [drawn(cell, screen.glyphs) if isinstance(cell, Bar) else shown(str(cell), screen) for cell in column.cells]
    return Column(column.name, column.header, cells, column.align, column.style)


def _shown(chain: Chain, screen: Screen) -> Chain:
    return Chain(shown(chain.first, screen), tuple(shown(name, screen) for name in chain.rest))


def _width(block: Block) -> int:
    """The columns that the widest text takes."""
    return max(map(width, (block.header, *block.cells)))


def drawn(bar: Bar, glyphs: str) -> str:
    """A bar as long as the part of the most, in eighths of a character where the terminal has them.

    A part that is there, however small, has the shortest bar.

    >>> drawn(Bar(50, 100), "ascii"), drawn(Bar(1, 10**6), "ascii"), drawn(Bar(0, 100), "ascii")
    ('###', '#', '')
    """
    value, most = bar
    if not value:
        return ""
    marks = "#" if glyphs == ASCII else EIGHTHS
    parts = max(1, (2 * value * BAR_WIDTH * len(marks) + most) // (2 * most))
    whole, rest = divmod(parts, len(marks))
    return marks[-1] * whole + (marks[rest - 1] if rest else "")


def fitted(blocks: Sequence[Block], columns: int, drop: Sequence[str], ellipsis: str) -> list[Block]:
    """The blocks that fit into the width: without some of `drop`, in that order; then paths lose their middles."""
    kept = [block for block in blocks if any(block.cells) or block.name == PATH]  # a table without rows has a head
    for name in drop:
        if total(kept) <= columns:
            return kept
        kept = [block for block in kept if block.name != name]
    excess = total(kept) - columns
    if excess <= 0:
        return kept
    return [_narrowed(block, _width(block) - excess, ellipsis) if block.name == PATH else block for block in kept]


def _narrowed(block: Block, columns: int, ellipsis: str) -> Block:
    room = max(columns, SHORTEST_PATH)
    return block._replace(cells=[shortened(cell, room, ellipsis) for cell in block.cells])


def _clipped(block: Block, ellipsis: str) -> Block:
    room = LONGEST_CLIPPED - len(ellipsis)
    cells = [cell if len(cell) <= LONGEST_CLIPPED else cell[:room].rstrip() + ellipsis for cell in block.cells]
    return block._replace(cells=cells)


def _beside_chains(
    chains: Sequence[Chain], others: Sequence[Block], drop: Sequence[str], columns: int, ellipsis: str
) -> list[Block]:
    """The columns that find room; where a chain takes several lines, the other cells stand beside the first."""
    widest = max(width(chain_lines(chain, columns, ellipsis)[0]) for chain in chains)
    name = Column(PATH, PATH, ["x" * min(widest, max(WORTH_MORE, 2 * columns // 5))], LEFT)
    _, *kept = fitted([name, *others], columns, drop, ellipsis)
    room = max(SHORTEST_PATH, columns - total(kept) - GAP)
    texts = [chain_lines(chain, room, ellipsis) for chain in chains]
    paths = name._replace(cells=[line for lines in texts for line in lines])
    return [paths, *(block._replace(cells=_spread(block.cells, texts)) for block in kept)]


def _spread(cells: Sequence[str], texts: Sequence[Sequence[str]]) -> list[str]:
    """Cells with nothing below them where a chain goes on."""
    return [part for cell, lines in zip(cells, texts, strict=True) for part in (cell, *[""] * (len(lines) - 1))]


def chain_lines(chain: Chain, room: int, ellipsis: str) -> list[str]:
    r"""A chain in one line, or with the rest on lines of their own where they must.

    >>> chain = Chain("stem/conv_1", ("+\xa0batch_norm_1", "+\xa0relu_1"))
    >>> chain_lines(chain, 40, "..."), chain_lines(chain, 16, "...")
    (['stem/conv_1 + batch_norm_1 + relu_1'], ['stem/conv_1', '  + batch_norm_1', '  + relu_1'])
    """
    first, rest = chain
    beside = str(chain)[len(first) :]
    if width(first) + width(beside) <= room or SHORTEST_PATH + width(beside) <= room:
        return [shortened(first, room - width(beside), ellipsis) + beside]
    below = [shortened(line, room - 2, ellipsis) for line in wrapped(" ".join(rest), room - 2)]
    return [shortened(first, room, ellipsis), *(f"  {line}" for line in below)]


def lines(blocks: Sequence[Block], styles: Sequence[str], screen: Screen) -> list[str]:
    """Header, rule and rows; a row's style goes before the columns' own."""
    widths = [_width(block) for block in blocks]
    header = _joined([padded(block.header, size, block.align) for block, size in zip(blocks, widths, strict=True)])
    rule = shown(RULE, screen) * total(blocks)
    found = [painted(header, "bold", screen.color), painted(rule, "dim", screen.color)]
    for row, style in enumerate(styles or [""] * len(blocks[0].cells)):
        cells = []
        for block, size in zip(blocks, widths, strict=True):
            text = padded(block.cells[row], size, block.align)
            cells.append(text if style else painted(text, block.style if block.cells[row] else "", screen.color))
        found.append(painted(_joined(cells), style, screen.color))
    return found


def _joined(cells: Sequence[str]) -> str:
    return (" " * GAP).join(cells).rstrip()


def total(blocks: Sequence[Block]) -> int:
    """The columns that some blocks take beside one another."""
    return sum(_width(block) for block in blocks) + GAP * (len(blocks) - 1)
