"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> str:
    """A table; the columns named in `numbers` stand to the right.

    >>> print(table(["kind", "params"], [["conv", "760"]], numbers=["params"]))
    | kind | params |
    | --- | ---: |
    | conv | 760 |
    """
    rule = ["---:" if title in numbers else "---" for title in titles]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (titles, rule, *rows))


def cell(text: str) -> str:
    r"""A text that holds neither a line break nor a bar.

    >>> cell("a | b")
    'a \\| b'
    """
    return " ".join(text.split()).replace("|", "\\|")
