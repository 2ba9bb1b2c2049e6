"""What a lint found: a remark about one row, which the caller gives its place."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """A remark about a design that is allowed and probably not meant.

    Attributes:
        code: the lint's number in the catalog of lessons.
        path: the row that it is about.
        message: one sentence with the figures in it, without the row's path.
        note: what to write beside the caret.
        helps: proposals, each computed and true.
        others: further rows that contribute, each with what is to be said of it.
    """

    code: str
    path: str
    message: str
    note: str = ""
    helps: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
