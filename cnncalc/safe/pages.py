"""Texts for Markdown, HTML and TeX: as they are, and no link, mention, picture, tag or command."""

from __future__ import annotations

import re

from cnncalc.safe import GONE, in_lines, one_line

_MARKDOWN = str.maketrans({**{sign: f"\\{sign}" for sign in "\\`*_{}[]#|~$"}, "&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LINKING = r"(?i)@\w|#\d|\bgh-\d|www\.|\w://|mailto:|xmpp:"
"""What GitHub makes a link or a mention of, however it is escaped: all but code."""
_BLOCK = r" *(?=[-+=:])| *\d+(?=[.)])"
"""The beginning of a list, a rule, a heading, or of what a log takes for a command."""

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_TEX = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "#$%&_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        GONE: "?",
    }
)


def markdown(text: str) -> str:
    r"""A text in a heading or a cell of Markdown: as it is, and no link, mention, picture or tag.

    >>> markdown("conv2/a_b|c [1]"), markdown("see www.a.org, @you")
    ('conv2/a\\_b\\|c \\[1\\]', 'see `www.a.org,` `@you`')
    """
    text = one_line(text)
    if not re.search(_LINKING, text):
        return text.translate(_MARKDOWN)
    return " ".join(_word(word) for word in text.split(" "))


def _word(word: str) -> str:
    """A word, as code where it would be more; a table's bars and other backticks stand outside of that."""
    if not re.search(_LINKING, word):
        return word.translate(_MARKDOWN)
    parts = re.split(r"([`|\\]+)", word)
    return "".join(part.translate(_MARKDOWN) if place % 2 else code(part) for place, part in enumerate(parts))


def paragraph(text: str) -> str:
    r"""A text that stands in lines of its own in Markdown: no list and no rule either.

    >>> paragraph("- a"), paragraph("1. a"), paragraph("::error::a")
    ('\\- a', '1\\. a', '\\::error::a')
    """
    shown = markdown(text).lstrip(" ")
    found = re.match(_BLOCK, shown)
    return f"{shown[: found.end()]}\\{shown[found.end() :]}" if found else shown


def code(name: str) -> str:
    """A name as a span of code in Markdown.

    >>> code("a`b")
    "`a'b`"
    """
    return f"`{one_line(name).replace('`', chr(39))}`" if name else ""


def html(text: str) -> str:
    """A text or an attribute's value in HTML; lines stay.

    >>> html("a < b")
    'a &lt; b'
    """
    return in_lines(text).translate(_HTML)


def tex(text: str) -> str:
    r"""A text in a paragraph of TeX.

    >>> tex("a_b \\input{c}")
    'a\\_b \\textbackslash{}input\\{c\\}'
    """
    return one_line(text).translate(_TEX)


def verbatim(text: str) -> str:
    r"""A text between bars in TeX, as it is; nothing where it holds a bar itself.

    >>> verbatim("conv: 8 50%"), verbatim("a | b")
    ('\\verb|conv: 8 50%|', '')
    """
    text = one_line(text).replace(GONE, "?")
    return "" if "|" in text or not text else rf"\verb|{text}|"
