"""The faults of words in a formula, each with the word that was probably meant."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.formulas.tokens import Token
from cnncalc.language.values.suggest import closest
from cnncalc.problem import Problem

ATTRIBUTES = ("channels", "height", "width", "depth", "length", "size")
"""What can be asked of a tensor."""

_KEYWORDS = {
    "AND": "and", "And": "and", "OR": "or", "Or": "or", "NOT": "not", "Not": "not", "IF": "if", "If": "if",
    "ELSE": "else", "Else": "else", "then": "x if condition else y", "True": "true", "TRUE": "true", "Yes": "true",
    "False": "false", "FALSE": "false", "None": "'none'", "null": "'none'", "mod": "%", "div": "//", "is": "==",
    "eq": "==", "xor": "!=",
}  # fmt: skip

_FUNCTIONS = {
    "int": "floor", "trunc": "floor", "ceiling": "ceil", "maximum": "max", "minimum": "min",
    "make_divisible": "divisible", "_make_divisible": "divisible",
}  # fmt: skip

_ATTRIBUTES = {
    "c": "channels", "ch": "channels", "filters": "channels", "features": "channels", "h": "height", "w": "width",
    "d": "depth", "l": "length", "t": "length", "shape": "size", "dims": "size",
}  # fmt: skip


def keyword_fault(token: Token) -> Problem | None:
    """A word that another language has in this place, or None."""
    if token.kind != "word" or token.text not in _KEYWORDS:
        return None
    return token.fault(
        codes.FOREIGN_WORD, f"`{token.text}` means nothing in a formula", f"write `{_KEYWORDS[token.text]}`"
    )


def bare_word_fault(token: Token) -> Problem:
    """A word without `$` or quotes where a value is due."""
    name = token.text
    return token.fault(
        codes.BARE_WORD,
        f"`{name}` is a bare word where a value is due",
        f"did you mean the variable `${name}`, or the word `'{name}'`?",
    )


def function_fault(token: Token) -> Problem:
    """A function that does not exist."""
    meant = _FUNCTIONS.get(token.text) or closest(token.text, FUNCTIONS)
    guess = f"did you mean `{meant}`?" if meant else f"the functions are {', '.join(FUNCTIONS)}"
    return token.fault(codes.BAD_FUNCTION, f"unknown function `{token.text}`", guess)


def attribute_fault(token: Token, owner: str, attribute: str) -> Problem:
    """Something asked of a tensor that it does not have; or nothing asked."""
    if not attribute:
        known = ", ".join(ATTRIBUTES)
        ours = f"write `${owner}.channels`; there are {known}"
        return token.fault(codes.BAD_REFERENCE, f"`${owner}` is a tensor and not a number", ours)
    meant = _ATTRIBUTES.get(attribute.lower()) or closest(attribute, ATTRIBUTES)
    guess = f"did you mean `${owner}.{meant}`?" if meant else f"the attributes are {', '.join(ATTRIBUTES)}"
    return token.fault(codes.BAD_REFERENCE, f"`${owner}` has no attribute `{attribute}`", guess)


def missing_operator_fault(last: Token, token: Token) -> Problem:
    """Two values side by side."""
    if token.kind == "word" and token.text in {"x", "X"}:
        ours = "write `*` to multiply; a size has no blanks: `3x3`"
        return token.fault(codes.FORMULA_SYNTAX, f"`{token.text}` is no operator", ours)
    product = (
        (f"write `{last.text} * {token.text}` to multiply",) if token.kind in {"number", "size", "variable"} else ()
    )
    return token.fault(
        codes.FORMULA_SYNTAX, f"an operator is missing between `{last.text}` and `{token.text}`", *product
    )
