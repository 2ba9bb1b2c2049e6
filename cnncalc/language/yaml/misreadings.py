"""Reports what YAML accepts but reads otherwise than it was meant, and mends it in the tree."""

from __future__ import annotations

import re

from cnncalc import codes
from cnncalc.language.yaml.characters import alike, look_alike, odd_characters, printable, with_plain_characters
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.problem import Faults, Problem
from cnncalc.source import Edit, Help, Source, Span

_PROSE_KEYS = frozenset({"name", "note", "source"})
# Texts, which `re` compiles when a spec has use for them, and most have not.
_GLUED = r"([A-Za-z_][\w.-]*):(?!//)([^\s:](?s:.)*)"
_GLUED_DASH = r"-[A-Za-z_]"
_SYNTAX = r"^- |: |:$|,"
_FORMULA_MARK = r"[()\[\]{},]"
_HEADER_DIGIT = r"[>|][+-]?[0-9]+"


def glued(text: str) -> re.Match[str] | None:
    """A word and what follows its colon without a space between them.

    >>> glued("conv:6 5x5").groups()
    ('conv', '6 5x5')
    """
    return re.fullmatch(_GLUED, text) if ":" in text else None


def glued_colon(word: str, apart: str, colon: Span) -> Problem:
    """The fault of a colon without a space behind it; `apart` is how it is written, if that is one line."""
    helps = Help(f"put a space after the colon{f': `{apart}`' if apart else ''}", Edit(": "))
    return Problem(codes.NO_SPACE_AFTER_COLON, f"there is no space after the colon of `{word}:`", colon, helps=helps)


def glued_dash(word: str, item: str, span: Span) -> Problem:
    """The fault of a dash without a space behind it."""
    helps = Help(f"put a space after the dash: `- {item}`", Edit("- ", span._replace(length=1)))
    return Problem(codes.NO_SPACE_AFTER_DASH, f"there is no space between the dash and `{word}`", span, helps=helps)


def no_key(span: Span) -> Problem:
    """The fault of a colon with nothing before it."""
    return Problem(codes.KEY_NOT_A_WORD, "there is no key before the colon", span, helps="write a word before it")


def is_prose(key: str) -> bool:
    """Whether the values of a top-level key are prose."""
    return key in _PROSE_KEYS or key.startswith("x-")


def quoted(text: str) -> str:
    """The text as YAML reads it back unchanged: in quotes, with the kind of quotes it does not hold.

    >>> print(quoted("a: b"), quoted('$a == "x"'))
    "a: b" '$a == "x"'
    """
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


class Enough(Exception):
    """So many faults are kept that no more are looked for."""


class Finder:
    """Looks through one source, and keeps what it finds."""

    def __init__(self, source: Source, faults: Faults) -> None:
        self.source = source
        self.faults = faults

    def report(self, problem: Problem) -> None:
        """Keep a fault.

        Raises:
            Enough: so many are kept now that no more are shown.
        """
        self.faults.add(printable(problem))
        if self.faults.are_many:
            raise Enough


def reread(root: Node, source: Source, faults: Faults) -> Node | None:
    """The tree as it was most likely meant; each place where YAML reads it otherwise goes to `faults`.

    None where an odd character stands for syntax, so that the tree has another form than was meant.
    """
    reader = _Reader(source, faults)
    try:
        if isinstance(root, Scalar):
            root = reader.word(root)
        else:
            reader.below(root, top=True)
    except Enough:
        return None
    return root if reader.reliable else None


class _Reader(Finder):
    def __init__(self, source: Source, faults: Faults) -> None:
        super().__init__(source, faults)
        # Asked once for the file, because most files hold none and the words are many.
        self.has_odd = bool(odd_characters(source.text))
        self.reliable = True
        self.passed = 0
        """The offset up to which the entries of a list or map in braces are taken up by one before them."""

    def below(self, node: Node, *, top: bool = False) -> None:
        """Look through everything inside a list or a map."""
        if isinstance(node, Mapping):
            self._mapping(node, top=top)
        elif isinstance(node, Sequence):
            self._sequence(node)

    def _sequence(self, node: Sequence) -> None:
        items = node.items
        if node.flow:
            self.passed = 0
            items[:] = [self._joined(item) for item in items if self._offset(item) >= self.passed]
        for place, item in enumerate(items):
            if item.__class__ is Scalar:
                if ":" in item.text or self.has_odd:
                    items[place] = self.word(item)
            else:
                self.below(item)

    def _mapping(self, node: Mapping, *, top: bool) -> None:
        by_key = node.by_key
        if node.flow:
            self._mend_flow(node)
        mended = False
        for text, (key, value) in list(by_key.items()):
            if text.startswith("-") or self.has_odd:
                mended |= self._key(key)
            if text == "note" or (top and is_prose(text)):
                continue
            if value.__class__ is Scalar:
                by_key[text] = (key, self._value(key, value))
            else:
                self.below(value)
        if mended:
            _reindex(node, list(by_key.values()))

    def _key(self, key: Scalar) -> bool:
        """Mend a key; true if it is another word now."""
        before = key.text
        if re.match(_GLUED_DASH, before) and not key.style:
            self.reliable = False
            self.report(glued_dash(before[1:], f"{before[1:]}:", key.span))
        self._plain_characters(key)
        return key.text != before

    def _value(self, key: Scalar, value: Scalar) -> Node:
        """What a plain or folded word after a colon was meant to be."""
        if value.style:
            self._comparison(key, value)
            return value
        if value.span.line > key.end_line:
            return self.word(value)
        self._plain_characters(value)
        return value

    def word(self, item: Scalar) -> Node:
        """A plain word that stands alone: `conv:6` was meant to be a key with a value."""
        if item.style:
            return item
        self._plain_characters(item)
        found = glued(item.text)
        return Mapping([self._split(item, found)], item.span) if found else item

    def _split(self, scalar: Scalar, found: re.Match[str]) -> tuple[Scalar, Scalar]:
        word, rest = found[1], found[2]
        line, column, length = scalar.span
        apart = f"{word}: {rest}" if scalar.end_line == line else ""
        self.report(glued_colon(word, apart, Span(line, column + len(word))))
        key = Scalar(word, Span(line, column, len(word)))
        skip = len(word) + 1
        return key, Scalar(rest, Span(line, column + skip, max(1, length - skip)), "", scalar.end_line)

    def _plain_characters(self, scalar: Scalar) -> None:
        """Name each kind of odd character in a plain word, and take it for what was meant."""
        if not self.has_odd or scalar.style:
            return
        held = odd_characters(scalar.text)
        if not held:
            return
        start = self._offset(scalar)
        folded = scalar.end_line > scalar.span.line
        written = self.source.text[
            start : self.source.starts[scalar.end_line] if folded else start + scalar.span.length
        ]
        for character in dict.fromkeys(written[offset] for offset in odd_characters(written)):
            places = [self.source.span_at(start + offset) for offset in alike(written, character)]
            self.report(look_alike(character, self.source.span_at(start + written.index(character)), *places))
        meant = with_plain_characters(scalar.text).strip()
        if re.search(_SYNTAX, meant):
            self.reliable = False
        scalar.text = meant[1:-1] if len(meant) > 1 and meant[0] == meant[-1] and meant[0] in "'\"" else meant

    def _comparison(self, key: Scalar, value: Scalar) -> None:
        """`macs: >3` is a block of text in YAML, indented by 3, and here an empty one."""
        if value.text or value.style not in ">|":
            return
        line = self.source.line(value.span.line)
        found = re.match(_HEADER_DIGIT, line[value.span.column - 1 :])
        if found:
            message = f"`{found[0]}` begins a block of text in YAML and does not compare"
            span = Span(value.span.line, value.span.column, len(found[0]))
            self.report(Problem(codes.COMPARISON_AS_TEXT, message, span, helps=comparison_helps(key.text, found[0])))

    def _mend_flow(self, node: Mapping) -> None:
        """In braces: `{filters:6}` is a key without a value, `{r: max(1, $c)}` two entries."""
        mended: list[tuple[Scalar, Node]] = []
        self.passed = 0
        for key, value in node.by_key.values():
            if self._offset(key) < self.passed:
                continue
            found = glued(key.text) if isinstance(value, Scalar) and value.is_empty and not key.style else None
            word, piece = self._split(key, found) if found else (key, value)
            mended.append((word, self._joined(piece, f"{word.text}: ")))
        _reindex(node, mended)

    def _joined(self, piece: Node, before: str = "") -> Node:
        """The formula that begins with this piece; itself if it is no piece."""
        if not isinstance(piece, Scalar) or piece.style or piece.text.count("(") <= piece.text.count(")"):
            return piece
        start = self._offset(piece)
        end = end_of_formula(self.source.text, start)
        if end == 0:
            return piece
        self.passed = end
        written = self.source.text[start:end]
        formula = " ".join(written.split())
        span = Span(piece.span.line, piece.span.column, len(written.splitlines()[0].rstrip()))
        message = f"YAML splits this formula at its comma: `{piece.text}` is only its beginning"
        whole = Edit(quoted(formula), Span(piece.span.line, piece.span.column, len(written.rstrip())))
        helps = Help(f"quote it: `{before}{quoted(formula)}`", whole)
        self.report(Problem(codes.FORMULA_SPLIT, message, span, helps=helps))
        return Scalar(formula, span)

    def _offset(self, node: Node) -> int:
        return self.source.starts[node.span.line - 1] + node.span.column - 1


def _reindex(node: Mapping, entries: list[tuple[Scalar, Node]]) -> None:
    node.by_key.clear()
    for entry in entries:
        node.by_key.setdefault(entry[0].text, entry)


def end_of_formula(text: str, start: int) -> int:
    """Where a formula ends that begins inside braces or brackets; 0 if its parentheses do not close.

    >>> end_of_formula("{r: max(1, $c) + 1, k: 3}", 4)
    18
    """
    depth = 0
    for found in re.compile(_FORMULA_MARK).finditer(text, start, start + 400):
        character, offset = found[0], found.start()
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character in "[]{}" or (character == "," and depth == 0) or depth < 0 or depth > 20:
            return offset if depth == 0 else 0
    return 0


def comparison_helps(key: str, comparison: str) -> tuple[str, ...]:
    """How to write a comparison so that YAML takes it for a text.

    >>> comparison_helps("params", ">= 5M")
    ('quote it: `params: ">= 5M"`', 'or write `params: at least 5M`')
    """
    before = f"{key}: " if key else ""
    helps = (Help(f"quote it: `{before}{quoted(comparison)}`", Edit(quoted(comparison))),)
    if comparison.startswith(">="):
        spoken = f"at least {comparison[2:].strip()}"
        return (*helps, Help(f"or write `{before}{spoken}`", Edit(spoken)))
    return helps
