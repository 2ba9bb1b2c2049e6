r"""Texts that others wrote, for each kind of reader: nothing in a name or a message steers what shows it.

What would steer a terminal or hide itself stands as U+FFFD, so that one sees that something was there.
"""

from __future__ import annotations

import re
from unicodedata import category

TAB = "    "
"""A tab as we print it: in a fixed width, so that carets stand right in every terminal."""

GONE = "\ufffd"
JOINERS = "\u200c\u200d"  # belong to the writing of several languages, and move nothing
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")

# Patterns for what is rare are texts: `re` compiles them when they are first needed.

# The runners of GitHub and of Azure look for these anywhere in a line, and TeamCity at its beginning.
MARKED = r"#(?=#\w*\[)"
# GitHub's also looks for this at the beginning of a line, blanks aside.
_COLONS = r"(?m)^([^\S\n]*):(?=:)"


def visible(text: str) -> str:
    r"""The text with what would steer a terminal or a build server, or hide itself, made visible; tabs stay.

    >>> visible("a\tb\x1b[2Jc"), visible("##[error]no")
    ('a\tb�[2Jc', '�#[error]no')
    """
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return re.sub(MARKED, GONE, text) if "##" in text else text


def _visible(character: str) -> str:
    steers = category(character) in _INVISIBLE and character not in "\t" + JOINERS
    return GONE if steers else character


def printable(text: str) -> str:
    r"""The same with tabs spread out: what a terminal shows as it stands.

    >>> printable("a\tb\x1b[2Jc")
    'a    b�[2Jc'
    """
    if text.isprintable() and "##" not in text:
        return text  # as nearly every text is
    return visible(text).replace("\t", TAB)


def in_lines(text: str) -> str:
    r"""The same of a text in several lines.

    >>> in_lines("a\tb\n\x1b")
    'a    b\n�'
    """
    return "\n".join(map(printable, text.split("\n")))


def one_line(text: str) -> str:
    r"""The same without line breaks.

    >>> one_line("a\nb")
    'a b'
    """
    return printable(text.replace("\n", " "))


def log(lines: str) -> str:
    r"""Printable lines as a build's log may hold them: none of them begins as a command does.

    >>> log("::error::no\na::b")
    '�:error::no\na::b'
    """
    return re.sub(_COLONS, rf"\1{GONE}", lines) if "::" in lines else lines
