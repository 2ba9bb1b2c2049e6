"""The list of networks that ship, with their totals."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc import quantity
from cnncalc.render import grid


def shelf_table(rows: Sequence[tuple[str, str, str, int, int]], *, color: bool = False) -> str:
    """Name, title, output, params and MACs in aligned columns, without a final newline; variants are set in."""
    names, titles, outputs, params, macs = zip(*rows, strict=True)
    blocks = [
        grid.Block("layer", "network", "left", "cyan", list(names)),
        grid.Block("title", "", "left", "", list(titles)),
        grid.Block("output", "output", "right", "", list(outputs)),
        grid.Block("params", "params", "right", "", [f"{number:,}" for number in params]),
        grid.Block("macs", "MACs", "right", "", [quantity.count(number) for number in macs]),
    ]
    return "\n".join(grid.lines(blocks, [""] * len(rows), "─", color=color))
