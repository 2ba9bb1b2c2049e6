"""What one written scalar means, given what is due in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc import codes
from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.values.limits import Limit, amount, limit
from cnncalc.language.values.numerals import looks_like_number, number, shortened
from cnncalc.language.values.sizes import looks_like_size, size
from cnncalc.problem import Problem

if TYPE_CHECKING:
    from cnncalc.language.formulas.formula import Formula
    from cnncalc.language.values.numerals import Value

__all__ = [
    "Limit", "amount", "boolean", "classify", "is_name", "is_variable", "is_word", "limit", "looks_like_formula",
    "number", "size",
]  # fmt: skip

_NAME = re.compile(r"[\w.-]+")
_VARIABLE = r"\w+"
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})
_MISWRITTEN_SIZE = r"[0-9]+(?: ?[xX×] ?[0-9]+)+"
_CALL = re.compile(rf"\s*(?:{'|'.join(FUNCTIONS)})\s*\(")
_ANY_CALL = re.compile(r"\w\s*\(")
_OPERATOR = re.compile(r"[-+*/%^<>=!&|()]")
_KEYWORD = r"(?:^|\s)(?:not\s|(?:and|or|if|else)\s)"
_FORMULA_WORD = rf"and|or|not|if|else|true|false|{'|'.join(FUNCTIONS)}"
_ONLY_FORMULA = rf"(?:[-+*/%<>=!().,\s0-9]|\b(?:{_FORMULA_WORD})\b|'[^']*')+"


def boolean(text: str, *, quoted: bool = False) -> bool:
    """`true` or `false`, in lower case and without quotes; nothing else is either.

    Raises:
        Problem: CNN254 for any other text; it names the one that was probably meant.

    >>> boolean("true"), boolean("false")
    (True, False)
    """
    if not quoted and text in {"true", "false"}:
        return text == "true"
    meant = "true" if text.lower() in _TRUE else "false" if text.lower() in _FALSE else ""
    if quoted and text in {"true", "false"}:
        raise Problem(codes.NOT_A_FLAG, f'"{text}" is quoted, so it is a word', helps=f"remove the quotes: `{text}`")
    shown = f'"{shortened(text)}"' if quoted else f"`{shortened(text)}`"
    if meant:
        message = f"{shown} is a word here: only true and false are booleans"
        raise Problem(codes.NOT_A_FLAG, message, helps=f"write `{meant}`")
    raise Problem(codes.NOT_A_FLAG, f"{shown} must be true or false")


def is_name(text: str) -> bool:
    """Whether layers, blocks and branches may be called so: letters of any script, digits, `_`, `-` and `.`.

    >>> [is_name(text) for text in ("3a", "conv1.x", "Größe", "a b", "a/b", "$a", "")]
    [True, True, True, False, False, False, False]
    """
    return _NAME.fullmatch(text) is not None


def is_variable(text: str) -> bool:
    """Whether a variable or parameter may be called so: as names, but without `-` and `.`, which formulas read.

    >>> is_variable("stride_on"), is_variable("my-var")
    (True, False)
    """
    return re.fullmatch(_VARIABLE, text) is not None


def is_word(text: str) -> bool:
    """Whether a text is a plain word: a name that is neither a number nor a size nor a boolean.

    >>> [is_word(text) for text in ("relu", "off", "3x3", "010", "true")]
    [True, True, False, False, False]
    """
    return is_name(text) and text not in {"true", "false"} and not looks_like_size(text) and not looks_like_number(text)


def looks_like_formula(text: str, *, quoted: bool = False) -> bool:
    """Whether a text is to be read as a formula: it holds `$`, a call or an operator; in quotes, nothing but these.

    >>> [looks_like_formula(text) for text in ("$a", "2*3", "max(1", "top-left", "1/255")]
    [True, True, True, False, True]
    >>> [looks_like_formula(text, quoted=True) for text in ("7 % 4", "on/off", "2012-12-03")]
    [True, False, False]
    """
    if "$" in text or _CALL.match(text):
        return True
    if is_name(text):
        return not quoted and _is_subtraction(text)
    if quoted and (looks_like_number(text) or re.fullmatch(_ONLY_FORMULA, text) is None):
        return False
    return bool(_ANY_CALL.search(text) or _OPERATOR.search(text) or re.search(_KEYWORD, text))


def classify(text: str, *, quoted: bool = False) -> Value | Formula:
    """The meaning of a scalar where any value may stand: number, size, boolean, formula or else word.

    Quotes change nothing for sizes and formulas, because JSON quotes every text, and so do many programs. They do
    for numbers and booleans: a quoted one is a word.

    Raises:
        Problem: what `number`, `boolean` or `compile_formula` say of a text that looks like theirs.

    >>> classify("6"), classify("3x3"), classify("relu"), classify("$a*2"), classify("off")
    (6, (3, 3), 'relu', Formula('$a*2'), 'off')
    """
    if quoted:
        if looks_like_size(text):
            return size(text)
    else:
        if text in {"true", "false"} or text.lower() in {"true", "false"} or text in {"Yes", "YES"}:
            return boolean(text)
        if looks_like_size(text):
            return size(text)
        if looks_like_number(text):
            return number(text)
        if re.fullmatch(_MISWRITTEN_SIZE, text):
            return size(text)  # a fault that says how to write it
    if not looks_like_formula(text, quoted=quoted):
        return text
    from cnncalc.language.formulas.formula import compile_formula

    return compile_formula(text)


def _is_subtraction(text: str) -> bool:
    """`3-1` has the form of a name and is a formula."""
    return re.fullmatch(r"[0-9.]+(-[0-9.]+)+", text) is not None
