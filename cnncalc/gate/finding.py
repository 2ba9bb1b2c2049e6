"""What a lint found: a remark about one row, which the caller gives its place."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.codes import Code


class Finding(NamedTuple):
    """A remark about a design that is allowed and probably not meant.

    Attributes:
        code: the lint's code.
        path: the row that it is about.
        message: one sentence with the figures in it, without the row's path.
        note: what to write beside the caret.
        helps: proposals, each computed and true.
        others: further rows that contribute, each with what is to be said of it.
    """

    code: Code
    path: str
    message: str
    note: str = ""
    helps: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
