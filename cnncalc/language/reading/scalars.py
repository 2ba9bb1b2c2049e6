"""Scans a written scalar once, into a token that says what its text writes; what is due decides what that means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import codes
from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.values.numerals import is_numeric, number, shortened
from cnncalc.language.values.sizes import size
from cnncalc.problem import Problem
from cnncalc.source import NOWHERE, Edit, Help, Span, write

if TYPE_CHECKING:
    from cnncalc.language.formulas.formula import Formula
    from cnncalc.language.values.numerals import Value

NUMBER, SIZE, NEAR_SIZE, FLAG, FORMULA, WORD = "number", "size", "near size", "flag", "formula", "word"
"""What a text writes. A miswritten one is what it was meant as; `3X3` is a near size."""

_SCALAR = re.compile(
    r"(?P<number>-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<size>[0-9]+(?:[x×][0-9]+)+)"
    r"|(?P<word>[^\W\d][\w.-]*)"
)
# Patterns for what is rare are texts: `re` compiles them when they are first needed, which keeps the start short.
_NEAR_SIZE = r"[0-9]+(?: ?[xX×] ?[0-9]+)+"
_NAME = r"[\w.-]+"
_FLAGS = frozenset({"true", "false"})
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})
_SUBTRACTION = r"[0-9.]+(-[0-9.]+)+"
_CALL = rf"\s*(?:{'|'.join(FUNCTIONS)})\s*\("
_FORMULA_SIGN = r"\w\s*\(|[-+*/%^<>=!&|()]|(?:^|\s)(?:not\s|(?:and|or|if|else)\s)"
_FORMULA_WORD = rf"and|or|not|if|else|true|false|{'|'.join(FUNCTIONS)}"
_ONLY_FORMULA = rf"(?:[-+*/%<>=!().,\s0-9]|\b(?:{_FORMULA_WORD})\b|'[^']*')+"


class Token(NamedTuple):
    """A scalar, or one word of a short form, with what it writes and where it stands."""

    kind: str
    text: str
    quoted: bool = False
    span: Span = NOWHERE

    @property
    def value(self) -> Value | Formula:
        """What it means where any value may stand; raises the `Problem` of a number, size, flag or formula."""
        if self.kind == NUMBER:
            return number(self.text)
        if self.kind in {SIZE, NEAR_SIZE}:
            return size(self.text)
        if self.kind == FLAG:
            return boolean(self.text)
        if self.kind == WORD:
            return self.text
        from cnncalc.language.formulas.formula import compile_formula

        return compile_formula(self.text)


def scan(text: str, span: Span = NOWHERE, *, quoted: bool = False) -> Token:
    """The token of a scalar.

    Quotes change nothing for sizes and formulas, because JSON quotes every text, and so do many programs. They do
    for numbers and booleans: a quoted one is a word.

    >>> [scan(text).kind for text in ("010", "3x3", "3 x 3", "True", "1/255", "top-left")]
    ['number', 'size', 'near size', 'flag', 'formula', 'word']
    >>> [scan(text, quoted=True).kind for text in ("6", "3x3", "true", "7 % 4", "on/off")]
    ['word', 'size', 'word', 'formula', 'word']
    """
    found = _SCALAR.fullmatch(text)
    kind = found.lastgroup if found else None
    if kind == WORD and not quoted and (text.lower() in _FLAGS or text in {"Yes", "YES"}):
        kind = FLAG
    elif kind is None or (kind == NUMBER and quoted):
        kind = _rare_kind(text, quoted=quoted)
    return Token(kind, text, quoted, span)


def classify(text: str, *, quoted: bool = False) -> Value | Formula:
    """The meaning of a scalar where any value may stand: number, size, boolean, formula or else word.

    Raises:
        Problem: what `number`, `boolean` or `compile_formula` say of a text that looks like theirs.

    >>> classify("6"), classify("3x3"), classify("relu"), classify("$a*2"), classify("off")
    (6, (3, 3), 'relu', Formula('$a*2'), 'off')
    """
    return scan(text, quoted=quoted).value


def boolean(text: str, *, quoted: bool = False) -> bool:
    """`true` or `false`, in lower case and without quotes; nothing else is either.

    Raises:
        Problem: CNN254 for any other text; it names the one that was probably meant.

    >>> boolean("true"), boolean("false")
    (True, False)
    """
    if not quoted and text in _FLAGS:
        return text == "true"
    meant = "true" if text.lower() in _TRUE else "false" if text.lower() in _FALSE else ""
    if quoted and text in _FLAGS:
        helps = Help(f"remove the quotes: `{text}`", Edit(text))
        raise Problem(codes.NOT_A_FLAG, f'"{text}" is quoted, so it is a word', helps=helps)
    shown = f'"{shortened(text)}"' if quoted else f"`{shortened(text)}`"
    if meant:
        message = f"{shown} is a word here: only true and false are booleans"
        raise Problem(codes.NOT_A_FLAG, message, helps=write(meant))
    raise Problem(codes.NOT_A_FLAG, f"{shown} must be true or false")


def is_name(text: str) -> bool:
    """Whether layers, blocks and branches may be called so: letters of any script, digits, `_`, `-` and `.`.

    >>> [is_name(text) for text in ("3a", "conv1.x", "Größe", "a b", "a/b", "$a", "")]
    [True, True, True, False, False, False, False]
    """
    return re.fullmatch(_NAME, text) is not None


def is_variable(text: str) -> bool:
    """Whether a variable or parameter may be called so: as names, but without `-` and `.`, which formulas read.

    >>> is_variable("stride_on"), is_variable("my-var")
    (True, False)
    """
    return re.fullmatch(r"\w+", text) is not None


def writes_formula(text: str, *, quoted: bool = False) -> bool:
    """Whether a text is to be read as a formula: it holds `$`, a call or an operator; in quotes, nothing but these.

    >>> [writes_formula(text) for text in ("$a", "2*3", "max(1", "top-left", "1/255")]
    [True, True, True, False, True]
    >>> [writes_formula(text, quoted=True) for text in ("7 % 4", "on/off", "2012-12-03")]
    [True, False, False]
    """
    if "$" in text or re.match(_CALL, text):
        return True
    if is_name(text):
        return not quoted and re.fullmatch(_SUBTRACTION, text) is not None
    if quoted and (is_numeric(text) or re.fullmatch(_ONLY_FORMULA, text) is None):
        return False
    return re.search(_FORMULA_SIGN, text) is not None


def _rare_kind(text: str, *, quoted: bool) -> str:
    """What a text writes that is no plain number, size or word."""
    if "$" in text:  # first, because most formulas have one and the patterns below are for what is seldom written
        return FORMULA
    if not quoted and is_numeric(text):
        return NUMBER
    if not quoted and re.fullmatch(_NEAR_SIZE, text):
        return NEAR_SIZE
    return FORMULA if writes_formula(text, quoted=quoted) else WORD
