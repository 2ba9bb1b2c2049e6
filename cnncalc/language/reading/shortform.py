"""The short form: `10 5x5 pad 2` is `{filters: 10, kernel: 5x5, padding: 2}`, by one fixed rewriting."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import partial

from cnncalc import codes
from cnncalc.language.reading.scalars import NUMBER, SIZE, Token, scan, writes_formula
from cnncalc.language.reading.written import Written, read, read_token
from cnncalc.language.values.suggest import in_our_words
from cnncalc.language.yaml.nodes import Scalar
from cnncalc.problem import Problem
from cnncalc.record import MutableRecord
from cnncalc.source import Span

ALIASES = {"pad": "padding"}
"""The only word that stands for another, and in the short form alone."""

_WORD = re.compile(r"\S+")


class Signature(MutableRecord):
    """What the short form needs to know of a kind or block: its parameters with what is due for each, the first one.

    `seen` are short forms of known values that were read already, each with its place.
    """

    name: str
    due: Mapping[str, str]
    first: str
    seen: dict[str, tuple[Span, dict[str, Written]]] = {}

    @property
    def begins_with_size(self) -> bool:
        """Whether a size at the beginning is the first parameter; else it is the kernel."""
        return self.due[self.first] in {"size", "volume", "any"} and (
            self.first == "kernel" or "kernel" not in self.due
        )


def tokens(node: Scalar) -> list[Token]:
    """The words of a scalar; quotes shift the columns by one.

    Quotes around a lone number make a text of it; around several words they only hold the short form together.
    """
    line, column, _ = node.span
    shift = column + (node.style in {"'", '"'})
    places = [(word[0], Span(line, shift + word.start(), len(word[0]))) for word in _WORD.finditer(node.text)]
    found = [scan(text, span) for text, span in places]
    if node.quoted and len(found) == 1 and found[0].kind == NUMBER:
        return [scan(*places[0], quoted=True)]
    return found


def rewrite(node: Scalar, signature: Signature) -> dict[str, Written]:
    """The parameters that a short form writes; raises `Problem` for what it cannot mean.

    One that comes again with known values is not read anew but moved to its new place.
    """
    if node.style or node.end_line > node.span.line:
        return _rewritten(node, signature)
    seen = signature.seen.get(node.text)
    if seen is not None:
        (line, column, _), known = seen
        lines, columns = node.span.line - line, node.span.column - column
        return {name: written.moved(lines, columns) for name, written in known.items()}
    values = _rewritten(node, signature)
    if all(written.constant for written in values.values()):
        signature.seen[node.text] = node.span, values
    return values


def _rewritten(node: Scalar, signature: Signature) -> dict[str, Written]:
    if node.end_line > node.span.line and not node.quoted:
        return {signature.first: read(node, "any")}  # a fault: YAML has folded it
    words = tokens(node)
    if not words:
        return {}
    if not signature.due:
        helps = f"write `- {signature.name}`"
        raise Problem(codes.UNKNOWN_WORD, f"{signature.name} takes no parameters", words[0].span, helps=helps)
    values: dict[str, Written] = {}
    rest = _positional(words, signature, values, node)
    while rest:
        name, rest = rest[0], rest[1:]
        parameter = name.text if name.text in signature.due else ALIASES.get(name.text, name.text)
        if parameter not in signature.due:
            unknown = _blanks(node) or unknown_parameter(name.text, signature.name, signature.due)
            raise unknown.at(name.span)
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
    named = len(rest) > 1 and ALIASES.get(head, head) in due and due[first] not in {"word", "act"}
    if not named and (rest[0].kind != SIZE or signature.begins_with_size):
        values[first] = _value(rest[0], due[first], node)
        rest = rest[1:]
    if rest and rest[0].kind == SIZE:
        values["kernel"] = _value(_kernel(rest[0], signature, values), due["kernel"], node)
        rest = rest[1:]
    elif rest and rest[0].text.isdecimal() and "kernel" in due and "kernel" not in values:
        raise _two_numbers(values, rest[0], signature)
    return rest


def _kernel(token: Token, signature: Signature, values: Mapping[str, Written]) -> Token:
    """The size that stands in the second place, if the kernel may stand there."""
    name, first, size = signature.name, signature.first, token.text
    if "kernel" not in signature.due:
        raise Problem(codes.UNKNOWN_WORD, f"{name} has no kernel, so `{size}` means nothing here", token.span)
    if first != "kernel" and first not in values:
        helps = f"write `{name}: 16 {size}` for 16 {first}"
        raise Problem(codes.PARAMETER_MISSING, f"{name} needs {first} before the kernel", token.span, helps=helps)
    if "kernel" in values:
        raise Problem(codes.PARAMETER_TWICE, "kernel is given twice", token.span)
    return token


def _value(token: Token, due: str, node: Scalar) -> Written:
    try:
        return read_token(token, due)
    except Problem as problem:
        blanks = _blanks(node) if problem.code.subject == codes.FORMULA else None
        if blanks:
            raise blanks.at(token.span) from None
        raise


def unknown_parameter(word: str, kind: str, known: Collection[str]) -> Problem:
    """The fault of a parameter that a kind does not have, with the one that was probably meant."""
    has = f"{kind} has {', '.join(known)}" if known else f"{kind} takes no parameters"
    if word.isdecimal():
        return Problem(codes.UNKNOWN_WORD, f"`{word}` needs a name before it", helps=has)

    return Problem(codes.UNKNOWN_WORD, f"unknown word `{word}`", helps=partial(in_our_words, word, known, has))


_SPACED_OPERATOR = r"\s*(\*\*|//|[-+*/%]|==|!=|<=|>=|<|>)\s*|(\()\s+|\s+(?=\))|(,)\s+"


def _blanks(node: Scalar) -> Problem | None:
    """The fault of blanks in a formula, where they seem to be the trouble, with the formula closed up."""
    if not writes_formula(node.text) or not re.search(r"\s[-+*/%(),]|[-+*/%(),]\s", node.text):
        return None
    joined = re.sub(_SPACED_OPERATOR, lambda found: found.group().strip(), node.text)
    return Problem(codes.BLANKS_IN_FORMULA, "a formula in the short form contains no blanks", helps=f"write `{joined}`")


def _two_numbers(values: Mapping[str, Written], second: Token, signature: Signature) -> Problem:
    number, size = second.text, f"{second.text}x{second.text}"
    first = f"{next(iter(values.values())).text} " if values else ""
    helps = (
        f"did you mean {size}? write `{signature.name}: {first}{size}`",
        f"or `kernel {number}` for the same along every axis",
    )
    return Problem(codes.TWO_BARE_NUMBERS, f"`{number}` needs a name before it", second.span, helps=helps)
