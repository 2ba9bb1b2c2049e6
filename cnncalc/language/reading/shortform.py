"""The short form: `10 5x5 pad 2` is `{filters: 10, kernel: 5x5, padding: 2}`, by one fixed rewriting."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from cnncalc import codes
from cnncalc.language.reading.words import looks_like_formula
from cnncalc.language.reading.written import Written, read_text
from cnncalc.language.values.numerals import looks_like_number
from cnncalc.language.values.sizes import looks_like_size
from cnncalc.language.values.suggest import closest, foreign
from cnncalc.language.yaml.nodes import Scalar
from cnncalc.problem import Problem, Span

ALIASES = {"pad": "padding"}
"""The only word that stands for another, and in the short form alone."""

_WORD = re.compile(r"\S+")
_SIZE = re.compile(r"\d+([x×]\d+)+")
_BARE_NUMBER = re.compile(r"\d+")


class Signature(NamedTuple):
    """What the short form needs to know of a kind or block: its parameters with what is due for each, the first one."""

    name: str
    due: Mapping[str, str]
    first: str


class Token(NamedTuple):
    """One word of a short form with its place."""

    text: str
    span: Span


def tokens(node: Scalar) -> list[Token]:
    """The words of a scalar; quotes shift the columns by one."""
    line, column, _ = node.span
    shift = 1 if node.style in {"'", '"'} else 0
    return [
        Token(found.group(), Span(line, column + shift + found.start(), len(found.group())))
        for found in _WORD.finditer(node.text)
    ]


class ShortForms:
    """Rewrites short forms; one that comes again with known values is not read anew but moved to its new place."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[Span, dict[str, Written]]] = {}

    def rewrite(self, node: Scalar, signature: Signature) -> dict[str, Written]:
        """The parameters that a short form writes; raises `Problem` for what it cannot mean."""
        if node.style or node.end_line > node.span.line:
            return rewrite(node, signature)
        key = (signature.name, node.text)
        seen = self._seen.get(key)
        if seen is not None:
            (line, column, _), known = seen
            lines, columns = node.span.line - line, node.span.column - column
            return {name: written.moved(lines, columns) for name, written in known.items()}
        values = rewrite(node, signature)
        if all(written.constant for written in values.values()):
            self._seen[key] = (node.span, values)
        return values


def rewrite(node: Scalar, signature: Signature) -> dict[str, Written]:
    """The parameters that a short form writes; raises `Problem` for what it cannot mean."""
    if node.end_line > node.span.line and not node.quoted:
        return {signature.first or "value": read_text(node.text, node.span, "any", node)}
    words = tokens(node)
    if not words:
        return {}
    if not signature.due:
        helps = (f"write `- {signature.name}`",)
        raise Problem(codes.UNKNOWN_WORD, f"{signature.name} takes no parameters", words[0].span, helps=helps)
    values: dict[str, Written] = {}
    rest = _positional(words, signature, values, node)
    while rest:
        name, rest = rest[0], rest[1:]
        parameter = name.text if name.text in signature.due else ALIASES.get(name.text, name.text)
        if parameter not in signature.due:
            raise _unknown(name, signature, node).at(name.span)
        if parameter in values:
            raise Problem(codes.PARAMETER_TWICE, f"{parameter} is given twice", name.span)
        if not rest:
            raise Problem(codes.VALUE_MISSING, f"a value is missing after `{name.text}`", name.span)
        values[parameter] = _value(rest[0], signature.due[parameter], node)
        rest = rest[1:]
    return values


def _positional(words: list[Token], signature: Signature, values: dict[str, Written], node: Scalar) -> list[Token]:
    """Read the first parameter and `AxB`; what is left are pairs of name and value."""
    rest, due, first = words, signature.due, signature.first
    if not first:
        return rest
    head = rest[0].text
    named = len(rest) > 1 and ALIASES.get(head, head) in due and due.get(first) not in {"word", "act"}
    if not named and (not _is_size(head) or (due[first] in {"size", "volume", "any"} and not _skips_first(signature))):
        values[first] = _value(rest[0], due[first], node)
        rest = rest[1:]
    if rest and _is_size(rest[0].text):
        if "kernel" not in due:
            message = f"{signature.name} has no kernel, so `{rest[0].text}` means nothing here"
            raise Problem(codes.UNKNOWN_WORD, message, rest[0].span)
        if first != "kernel" and first not in values:
            raise _missing_first(rest[0].text, signature).at(rest[0].span)
        if "kernel" in values:
            raise Problem(codes.PARAMETER_TWICE, "kernel is given twice", rest[0].span)
        values["kernel"] = _value(rest[0], due["kernel"], node)
        rest = rest[1:]
    elif rest and _BARE_NUMBER.fullmatch(rest[0].text) and "kernel" in due and "kernel" not in values:
        raise _two_numbers(values, rest[0], signature).at(rest[0].span)
    return rest


def _skips_first(signature: Signature) -> bool:
    return signature.first != "kernel" and "kernel" in signature.due


def _is_size(text: str) -> bool:
    return bool(_SIZE.fullmatch(text)) or (looks_like_size(text) and not text.isdigit())


def _value(token: Token, due: str, node: Scalar) -> Written:
    # Quotes around a lone number make a text of it; around several words they only hold the short form together.
    style = node.style if due != "word" and looks_like_number(node.text) else ""
    try:
        return read_text(token.text, token.span, due, Scalar(token.text, token.span, style))
    except Problem as problem:
        joined = _without_blanks(node)
        if joined and problem.code.subject == codes.FORMULA:
            raise _blanks(joined).at(token.span) from None
        raise


def _unknown(name: Token, signature: Signature, node: Scalar) -> Problem:
    joined = _without_blanks(node)
    if joined:
        return _blanks(joined)
    return unknown_parameter(name.text, signature.name, signature.due)


def unknown_parameter(word: str, kind: str, known: Collection[str]) -> Problem:
    """The fault of a parameter that a kind does not have, with the one that was probably meant."""
    has = f"{kind} has {', '.join(known)}" if known else f"{kind} takes no parameters"
    if _BARE_NUMBER.fullmatch(word):
        return Problem(codes.UNKNOWN_WORD, f"`{word}` needs a name before it", helps=has)

    def guess() -> tuple[str, ...]:
        ours = foreign(word)
        if ours in known:
            return (f"write `{ours}`",)
        meant = closest(word, known)
        return (f"did you mean `{meant}`?",) if meant else (has,)

    return Problem(codes.UNKNOWN_WORD, f"unknown word `{word}`", helps=guess)


_SPACED_OPERATOR = re.compile(r"\s*(\*\*|//|[-+*/%]|==|!=|<=|>=|<|>)\s*|(\()\s+|\s+(?=\))|(,)\s+")


def _without_blanks(node: Scalar) -> str:
    """The same text with its formulas closed up, where blanks in formulas seem to be the trouble."""
    if not looks_like_formula(node.text) or not re.search(r"\s[-+*/%(),]|[-+*/%(),]\s", node.text):
        return ""
    return _SPACED_OPERATOR.sub(lambda found: found.group().strip(), node.text)


def _blanks(joined: str) -> Problem:
    return Problem(codes.BLANKS_IN_FORMULA, "a formula in the short form holds no blanks", helps=f"write `{joined}`")


def _two_numbers(values: Mapping[str, Written], second: Token, signature: Signature) -> Problem:
    size = f"{second.text}x{second.text}"
    first = f"{next(iter(values.values())).text} " if values else ""
    helps = (
        f"did you mean {size}? write `{signature.name}: {first}{size}`",
        f"or `kernel {second.text}` for the same along every axis",
    )
    return Problem(codes.TWO_BARE_NUMBERS, f"`{second.text}` needs a name before it", helps=helps)


def _missing_first(size: str, signature: Signature) -> Problem:
    helps = f"write `{signature.name}: 16 {size}` for 16 {signature.first}"
    return Problem(codes.PARAMETER_MISSING, f"{signature.name} needs {signature.first} before the kernel", helps=helps)
