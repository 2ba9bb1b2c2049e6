"""Texts for what programs read: workflow commands, SARIF, CSV, XML and JSON."""

from __future__ import annotations

import re

from cnncalc.safe import GONE, MARKED, in_lines, log, one_line

_FORMULA = "=+-@\t\r"
_NUMBERS = r"-|[-+]?[0-9.]+(x-?[0-9.]+)*"
_ESCAPE = r"\\\\|\\ud[89ab]..\\ud[c-f]..|\\ud[89a-f].."


def command_data(text: str) -> str:
    r"""A text, which may have several lines, behind one of GitHub's workflow commands.

    >>> command_data("50 %\nof it")
    '50 %25%0Aof it'
    """
    return in_lines(text).replace("%", "%25").replace("\n", "%0A")


def command_property(text: str) -> str:
    """The value of a property of such a command.

    >>> command_property("C:/nets,old/a.yaml")
    'C%3A/nets%2Cold/a.yaml'
    """
    return command_data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


def sarif(text: str) -> str:
    r"""A message of SARIF, in which brackets make links; where there is none, nothing is escaped.

    Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 3.11.6.

    >>> sarif("turn[1] (of 2)"), sarif("see [a](http://b)")
    ('turn[1] (of 2)', 'see \\[a\\](http://b)')
    """
    text = in_lines(text)
    return re.sub(r"([\\\[\]])", r"\\\1", text) if "](" in text else text


def cell(text: str) -> str:
    """A cell of a table that a spreadsheet may open: a formula is a text there.

    >>> cell("=1+1"), cell("-3"), cell("-0.5x-0.5"), cell("-a")
    ("'=1+1", '-3', '-0.5x-0.5', "'-a")
    """
    if text.startswith(tuple(_FORMULA)) and not re.fullmatch(_NUMBERS, text):
        text = f"'{text}"
    return log(one_line(text))


def xml(text: str) -> str:
    """A text with the characters alone that XML 1.0 can hold, lines kept; whoever writes the XML escapes it."""
    return in_lines(text).replace("\ufffe", GONE).replace("\uffff", GONE)


def json(encoded: str) -> str:
    r"""JSON in ASCII without halves of characters, which many readers refuse; a log takes nothing in it for a command.

    >>> json('"\\udc80 \\ud83d\\ude00 ##[error]"')
    '"\\ufffd \\ud83d\\ude00 \\u0023#[error]"'
    """
    if "\\ud" in encoded:
        encoded = re.sub(_ESCAPE, lambda found: r"\ufffd" if len(found[0]) == 6 else found[0], encoded)
    return re.sub(MARKED, r"\\u0023", encoded) if "##" in encoded else encoded
