"""The short form: `10 5x5 pad 2` is `{filters: 10, kernel: 5x5, padding: 2}`, by one fixed rewriting."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TypeAlias

from cnncalc import codes
from cnncalc.language.reading.scalars import NUMBER, SIZE, WORD, Token, scan, writes_formula
from cnncalc.language.reading.written import Written, folded, read_token
from cnncalc.language.values.suggest import in_our_words
from cnncalc.language.yaml.nodes import Scalar
from cnncalc.layers.schema import shown
from cnncalc.problem import Label, Problem
from cnncalc.record import MutableRecord
from cnncalc.source import Edit, Help, Span, write

ALIASES = {"pad": "padding"}
"""The only word that stands for another, and in the short form alone."""

Report: TypeAlias = Callable[[Problem], None]

_BETWEEN_BLANKS = re.compile(r"\S+")


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
    places = [(word[0], Span(line, shift + word.start(), len(word[0]))) for word in _BETWEEN_BLANKS.finditer(node.text)]
    found = [scan(text, span) for text, span in places]
    if node.quoted and len(found) == 1 and found[0].kind == NUMBER:
        return [scan(*places[0], quoted=True)]
    return found


def rewrite(node: Scalar, signature: Signature, report: Report) -> dict[str, Written]:
    """The parameters that a short form writes, without those that it cannot mean, which are reported.

    One that comes again with known values is not read anew but moved to its new place.
    """
    if node.style or node.end_line > node.span.line:
        return _Reading(node, signature, report).values
    seen = signature.seen.get(node.text)
    if seen is not None:
        (line, column, _), known = seen
        lines, columns = node.span.line - line, node.span.column - column
        return {name: written.moved(lines, columns) for name, written in known.items()}
    reading = _Reading(node, signature, report)
    if reading.whole and all(written.constant for written in reading.values.values()):
        signature.seen[node.text] = node.span, reading.values
    return reading.values


class _Reading:
    """One reading of one short form, word by word; it goes on behind whatever is wrong."""

    def __init__(self, node: Scalar, signature: Signature, report: Report) -> None:
        self.node = node
        self.signature = signature
        self.report = report
        self.values: dict[str, Written] = {}
        self.places: dict[str, Span] = {}
        self.whole = True
        try:
            self._read()
        except Problem as problem:
            self._wrong(problem)

    def _wrong(self, problem: Problem) -> None:
        self.whole = False
        self.report(problem)

    def _read(self) -> None:
        node, signature = self.node, self.signature
        if node.end_line > node.span.line and not node.quoted:
            raise folded(node, "write it on one line")
        words = tokens(node)
        if words and not signature.due:
            raise Problem(codes.UNKNOWN_WORD, f"{signature.name} takes no parameters", words[0].span)
        rest = self._positional(words) if words and signature.first else words
        while rest:
            rest = self._pair(rest)

    def _positional(self, rest: list[Token]) -> list[Token]:
        """Read the first parameter and `AxB`; what is left are pairs of name and value."""
        signature = self.signature
        due, first = signature.due, signature.first
        named = len(rest) > 1 and self._is_name(rest[0]) and due[first] not in {"word", "act"}
        if not named and (rest[0].kind != SIZE or signature.begins_with_size):
            self._set(first, rest[0], rest[0])
            rest = rest[1:]
        if rest and rest[0].kind == SIZE:
            problem = _no_kernel(rest[0], signature, self.places)
            if problem is None:
                self._set("kernel", rest[0], rest[0])
            else:
                self._wrong(problem)
            return rest[1:]
        if rest and rest[0].text.isdecimal() and "kernel" in due and "kernel" not in self.places:
            self._wrong(_two_numbers(self.values, rest[0], signature))
            return rest[1:]
        return rest

    def _is_name(self, word: Token) -> bool:
        return ALIASES.get(word.text, word.text) in self.signature.due

    def _pair(self, rest: list[Token]) -> list[Token]:
        """Read one name with its value; what is left behind them."""
        name, rest = rest[0], rest[1:]
        due = self.signature.due
        parameter = name.text if name.text in due else ALIASES.get(name.text, name.text)
        if parameter not in due:
            blanks = _blanks(self.node)
            if blanks is not None:  # the words are pieces of a formula
                raise blanks.at(name.span)
            self._wrong(unknown_parameter(name.text, self.signature.name, due).at(name.span))
            return rest[1:] if rest and self._is_value(rest) else rest
        if not rest:
            raise Problem(codes.VALUE_MISSING, f"a value is missing after `{name.text}`", name.span)
        if parameter in self.places:
            self._wrong(_given_twice(parameter, name, self.places[parameter]))
        else:
            self._set(parameter, name, rest[0])
        return rest[1:]

    def _is_value(self, rest: list[Token]) -> bool:
        """Whether the word behind an unknown one seems to be its value, and not a name itself."""
        if rest[0].kind != WORD:
            return True
        return not self._is_name(rest[0]) and (len(rest) == 1 or rest[1].kind == WORD)

    def _set(self, parameter: str, name: Token, value: Token) -> None:
        self.places[parameter] = name.span
        try:
            self.values[parameter] = read_token(value, self.signature.due[parameter])
        except Problem as problem:
            blanks = _blanks(self.node) if problem.code.subject == codes.FORMULA else None
            if blanks is not None:
                raise blanks.at(value.span) from None
            self._wrong(problem)


def _no_kernel(token: Token, signature: Signature, places: Mapping[str, Span]) -> Problem | None:
    """The fault of a size in the second place, if the kernel may not stand there."""
    name, first, size = signature.name, signature.first, token.text
    if "kernel" not in signature.due:
        return Problem(codes.UNKNOWN_WORD, f"{name} has no kernel, so `{size}` means nothing here", token.span)
    if first != "kernel" and first not in places:
        helps = Help(f"write `{name}: 16 {size}` for 16 {first}", Edit(f"16 {size}"))
        return Problem(codes.PARAMETER_MISSING, f"{name} needs {first} before the kernel", token.span, helps=helps)
    return _given_twice("kernel", token, places["kernel"]) if "kernel" in places else None


def _given_twice(parameter: str, word: Token, first: Span) -> Problem:
    labels = (Label(first, f"this is {parameter} already"),)
    return Problem(codes.PARAMETER_TWICE, f"`{parameter}` is given twice", word.span, labels=labels)


def unknown_parameter(word: str, kind: str, known: Collection[str]) -> Problem:
    """The fault of a parameter that a kind does not have, with the one that was probably meant."""
    has = f"{kind} has {', '.join(known)}" if known else f"{kind} takes no parameters"
    if word.isdecimal():
        return Problem(codes.UNKNOWN_WORD, f"{shown(word)} needs a name before it", helps=has)

    return Problem(codes.UNKNOWN_WORD, f"unknown word {shown(word)}", helps=partial(in_our_words, word, known, has))


_NEGATIVE = r"(?<=[a-z])\s+-(?=[0-9.]+(?:\s|$))"  # behind a name, as in `top -1`
_SPACED_OPERATOR = r"\s*(\*\*|//|[-+*/%]|==|!=|<=|>=|<|>)\s*|(\()\s+|\s+(?=\))|(,)\s+"


def _blanks(node: Scalar) -> Problem | None:
    """The fault of blanks in a formula, where they seem to be the trouble, with the formula closed up."""
    text = node.text if "$" in node.text else re.sub(_NEGATIVE, " ", node.text)
    if not writes_formula(text) or not re.search(r"\s[-+*/%(),]|[-+*/%(),]\s", text):
        return None
    joined = re.sub(_SPACED_OPERATOR, lambda found: found.group().strip(), node.text)
    if joined == node.text:
        return None
    line, column, _ = node.span
    helps = write(joined, Span(line, column + node.quoted, len(node.text)))
    return Problem(codes.BLANKS_IN_FORMULA, "a formula in the short form contains no blanks", helps=helps)


def _two_numbers(values: Mapping[str, Written], second: Token, signature: Signature) -> Problem:
    number, size = second.text, f"{second.text}x{second.text}"
    first = f"{next(iter(values.values())).text} " if values else ""
    helps = (
        Help(f"did you mean {size}? write `{signature.name}: {first}{size}`", Edit(size)),
        Help(f"or `kernel {number}` for the same along every axis", Edit(f"kernel {number}")),
    )
    return Problem(codes.TWO_BARE_NUMBERS, f"`{number}` needs a name before it", second.span, helps=helps)
