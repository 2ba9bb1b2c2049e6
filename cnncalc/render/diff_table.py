"""A difference as the table that people look at: the lines that changed, then the totals."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.compare import ADDED, CHANGED, REMOVED, SAME, Difference
from cnncalc.render import grid
from cnncalc.render.columns import LEFT, RIGHT
from cnncalc.render.diff_lines import DiffLine, folded_difference
from cnncalc.render.diff_words import COLUMNS, HEADERS, TotalLine, counts, side_effects, total_lines
from cnncalc.render.terminal import painted, printable, wrapped

LEAST_IMPORTANT_FIRST = ("receptive_field", "live_bytes", "what")
"""The order in which columns give way to a narrow terminal; the last only where paths would be cut too short."""
SHORTEST_PATH = 24
LONGEST_WHAT = 24
STYLES = {ADDED: "green", REMOVED: "red", CHANGED: "", SAME: "dim"}


def diff_table(
    difference: Difference,
    names: tuple[str, str],
    *,
    width: int,
    color: bool = False,
    glyphs: str = "unicode",
) -> str:
    """The whole table as a text without a final newline.

    Args:
        difference: what is shown.
        names: what the two sides are called.
        width: columns of the terminal; columns give way to stay within it, but no number is cut.
        color: whether to use the terminal's styles.
        glyphs: `unicode` or `ascii`, for an encoding that lacks the others.
    """
    arrow, rule, ellipsis = ("->", "-", "...") if glyphs == "ascii" else ("→", "─", "…")
    heading = f"{printable(names[0])} {arrow} {printable(names[1])}"
    parts = [[painted(part, "bold", color) for part in wrapped(heading, width)]]
    lines = folded_difference(difference)
    if any(line.change != SAME for line in lines):
        blocks = _fitted(_blocks(lines, arrow), width, ellipsis)
        parts.append(grid.lines(blocks, [STYLES[line.change] for line in lines], rule, color=color))
    totals = total_lines(difference)
    parts.append(grid.lines(_total_blocks(totals), [""] * len(totals), rule, color=color))
    sentences = [counts(difference), *side_effects(difference)]
    parts.append([part for sentence in sentences for part in wrapped(sentence, width)])
    return "\n\n".join("\n".join(part) for part in parts)


def _blocks(lines: Sequence[DiffLine], arrow: str) -> list[grid.Block]:
    return [
        grid.Block(name, column.header, column.align, "", [column.how(line, arrow) for line in lines])
        for name, column in COLUMNS.items()
    ]


def _fitted(blocks: Sequence[grid.Block], width: int, ellipsis: str) -> list[grid.Block]:
    """The blocks within the width; what changed about a layer is worth more than the middle of its path."""
    for attempt in (blocks, [_clipped(block, ellipsis) if block.name == "what" else block for block in blocks]):
        kept = grid.fitted(attempt, width, LEAST_IMPORTANT_FIRST[:-1], ellipsis)
        paths, shown = (next(block.width for block in side if block.name == "layer") for side in (blocks, kept))
        if shown >= min(paths, SHORTEST_PATH) and sum(block.width + grid.GAP for block in kept) - grid.GAP <= width:
            return kept
    return grid.fitted(blocks, width, LEAST_IMPORTANT_FIRST, ellipsis)


def _clipped(block: grid.Block, ellipsis: str) -> grid.Block:
    room = LONGEST_WHAT - len(ellipsis)
    cells = [cell if len(cell) <= LONGEST_WHAT else cell[:room].rstrip() + ellipsis for cell in block.cells]
    return block._replace(cells=cells)


def _total_blocks(totals: Sequence[TotalLine]) -> list[grid.Block]:
    columns = zip(TotalLine._fields, HEADERS, zip(*totals, strict=True), strict=True)
    return [
        grid.Block(name, header, LEFT if name == "label" else RIGHT, "", list(cells)) for name, header, cells in columns
    ]
