"""Parses a formula into closures: precedence climbing with Python's precedences, constant parts folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from cnncalc import codes
from cnncalc.language.formulas.code import Code, binary, call, choice, constant, either, prefix, variable
from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.formulas.tokens import (
    ATTRIBUTES,
    Token,
    attribute_fault,
    bare_word_fault,
    foreign_fault,
    function_fault,
    missing_operator_fault,
    tokens,
)
from cnncalc.language.values.numerals import is_numeric, number
from cnncalc.language.values.sizes import size
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 64
"""Brackets, signs and conditions nest at most so deep."""


_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER = range(1, 9)
_PRECEDENCES = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), _COMPARE),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "//", "%"), _PRODUCT),
    "**": _POWER,
}
KEYWORDS = ("and", "or", "not", "if", "else", "true", "false")
_QUOTE_IT = "inside { } and [ ] YAML splits at a comma: put quotes around the whole formula"
_SURPLUS = {
    ")": ("this bracket was never opened", _QUOTE_IT),
    ",": ("a comma belongs only between the arguments of a function",),
    "else": ("`else` has no `if`", "a choice is written: x if condition else y"),
    "if": ("a second `if` needs brackets",),
}
"""What cannot follow a complete value: the message, and the help where there is one."""


def parse(text: str) -> tuple[Code, dict[str, tuple[int, int]]]:
    """A formula's code, and where each of its names stands first.

    Raises:
        Problem: whatever is wrong with the text, with its place.
    """
    parser = _Parser(tokens(text))
    code = parser.whole()
    return code, parser.places


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.index = 0
        self.depth = 0
        self.places: dict[str, tuple[int, int]] = {}

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def at(self, text: str) -> bool:
        return self.next.text == text and self.next.kind in {"sign", "word"}

    def whole(self) -> Code:
        """The whole text as one formula."""
        code = self.choice()
        if self.next.kind != "end":
            self.surplus()
        return code

    def choice(self) -> Code:
        """`x if condition else y`, or just x."""
        self.enter()
        value = self.expression(_OR)
        if self.at("if"):
            self.take()
            start = self.next.offset
            condition = self.expression(_OR)
            length = self.end_of_last() - start
            self.expect("else", None, "`if` needs an `else`: `x if condition else y`")
            value = choice(value, condition, self.choice(), (start, length))
        self.depth -= 1
        return value

    def expression(self, lowest: int) -> Code:
        """Operands joined by operators of at least that precedence."""
        self.enter()
        left = self.operand()
        compared = False
        while (precedence := _PRECEDENCES.get(self.next.text, 0)) >= lowest:
            token = self.take()
            if precedence == _COMPARE:
                if compared:
                    message = "comparisons cannot be chained here"
                    raise token.fault(codes.COMPARISON_CHAIN, message, self.joined(token))
                compared = True
            # All but the power group to the left.
            right = self.expression(_SIGN if precedence == _POWER else precedence + 1)
            join: Callable[[Token, Code, Code], Code] = either if token.text in {"and", "or"} else binary
            left = join(token, left, right)
        self.depth -= 1
        return left

    def operand(self) -> Code:
        """A value, with whatever stands before it."""
        token = self.take()
        if token.kind in {"number", "size"}:
            return literal(token)
        if token.kind == "quoted":
            return quoted(token)
        if token.kind == "variable":
            return self.variable(token)
        if token.kind == "word":
            return self.word(token)
        if token.text == "(":
            return self.bracket(token)
        if token.text == "-":
            return prefix(token, self.expression(_SIGN))
        self.index -= 1
        return self.missing(token)

    def word(self, token: Token) -> Code:
        """What begins with a word: `not`, `true`, `false`, or a function's call."""
        if token.text == "not":
            return prefix(token, self.expression(_NOT))
        if token.text in {"true", "false"}:
            return constant(token.text == "true")
        if self.at("("):
            return self.call(token)
        if token.text in KEYWORDS:
            self.index -= 1
            return self.missing(token)
        raise foreign_fault(token) or bare_word_fault(token)

    def variable(self, token: Token) -> Code:
        """`$name` or `$name.attribute`."""
        name = token.text[1:]
        owner, _, attribute = name.partition(".")
        if (attribute and attribute not in ATTRIBUTES) or (not attribute and owner in {"input", "previous"}):
            raise attribute_fault(token, owner, attribute)
        self.places.setdefault(name, (token.offset, len(token.text)))
        return variable(name, token)

    def bracket(self, opening: Token) -> Code:
        inner = self.choice()
        self.expect(")", opening, "this bracket is never closed", "close it with )")
        return inner

    def call(self, name: Token) -> Code:
        """A function with its arguments."""
        if name.text not in FUNCTIONS:
            raise function_fault(name)
        opening = self.take()
        arguments = [] if self.at(")") else [self.choice()]
        while self.at(","):
            self.take()
            arguments.append(self.choice())
        self.expect(")", opening, "this bracket is never closed", _QUOTE_IT)
        _, fewest, most = FUNCTIONS[name.text]
        if not fewest <= len(arguments) <= most:
            message = f"{name.text}() takes {_counted(fewest, most)}, but got {len(arguments)}"
            raise name.fault(codes.BAD_FUNCTION, message)
        return call(name, arguments)

    def expect(self, text: str, opening: Token | None, message: str, *helps: str) -> None:
        """Take that sign or word; where the text ends without it, the fault lies at what it would end, or there."""
        if self.at(text):
            self.take()
        elif self.next.kind == "end":
            raise (opening or self.next).fault(codes.FORMULA_SYNTAX, message, *helps)
        else:
            self.surplus()

    def enter(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.next.fault(codes.FORMULA_TOO_LONG, f"the formula nests deeper than {DEEPEST} levels")

    def joined(self, token: Token) -> str:
        """How to say a second comparison, with the operand between the two once more where that is one token."""
        operator, operand = self.tokens[self.index - 3 : self.index - 1]
        if _PRECEDENCES.get(operator.text) != _COMPARE:
            return "join two comparisons with and"
        both = f"and {operand.text} {token.text}"
        return Help(f"write `{both}` here", Edit(both))

    def end_of_last(self) -> int:
        last = self.tokens[self.index - 1]
        return last.offset + len(last.text)

    def missing(self, token: Token) -> NoReturn:
        """A value is due, and something else stands there."""
        if token.text == "+":
            raise token.fault(codes.FORMULA_SYNTAX, "`+` has nothing to its left", "leave it out")
        after = f" after `{self.tokens[self.index - 1].text}`" if self.index else ""
        if token.kind == "end":
            place = self.tokens[self.index - 1] if self.index else token
            raise place.fault(codes.FORMULA_SYNTAX, f"a value is missing{after}" if after else "the formula is empty")
        raise token.fault(codes.FORMULA_SYNTAX, f"a value is due{after}, not `{token.text}`")

    def surplus(self) -> NoReturn:
        """A value is complete, and something follows that does not continue it."""
        token, last = self.next, self.tokens[self.index - 1]
        if token.text in _SURPLUS:
            raise token.fault(codes.FORMULA_SYNTAX, *_SURPLUS[token.text])
        raise foreign_fault(token) or missing_operator_fault(last, token)


def _counted(fewest: int, most: int) -> str:
    if fewest == most:
        return f"{fewest} argument{'s' * (fewest != 1)}"
    return f"{fewest} or {most} arguments" if most == fewest + 1 else f"at least {fewest} arguments"


def literal(token: Token) -> Code:
    """A written number, or a size."""
    try:
        return constant(size(token.text) if token.kind == "size" else number(token.text))
    except Problem as fault:
        raise fault.within(*token.place) from None


def quoted(token: Token) -> Code:
    """A quoted word; a number in quotes would never equal a number, so it is a fault."""
    text = token.text[1:-1]
    if text in {"true", "false"} or is_numeric(text):
        message = f"{token.text} is a word, and never equals a number or a boolean"
        raise token.fault(codes.NUMBER_IN_QUOTES, message, Help(f"remove the quotes: `{text}`", Edit(text)))
    return constant(text)
