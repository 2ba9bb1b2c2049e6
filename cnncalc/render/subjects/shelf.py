"""The networks that ship, with their totals."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc import quantity
from cnncalc.render.document import LEFT, Column, Document, Table
from cnncalc.render.subjects import Subject


class Shelf(Subject):
    """Name, title, output, params and MACs of each network; variants are set in."""

    rows: Sequence[tuple[str, str, str, int, int]]

    def document(self, _: str) -> Document:
        """One table."""
        names, titles, outputs, params, macs = zip(*self.rows, strict=True)
        columns = [
            Column("name", "network", names, LEFT, "cyan"),
            Column("title", "", titles, LEFT),
            Column("output", "output", outputs),
            Column("params", "params", [quantity.exact(number) for number in params]),
            Column("macs", "MACs", [quantity.count(number) for number in macs]),
        ]
        return [[Table(columns, wraps="title")]]
