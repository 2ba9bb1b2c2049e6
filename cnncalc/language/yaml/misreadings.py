"""Reports what YAML accepts but reads otherwise than it was meant, and mends it in the tree."""

from __future__ import annotations

import re

from cnncalc import codes
from cnncalc.language.yaml.characters import character_name, odd_characters, printable, remedy, with_plain_characters
from cnncalc.language.yaml.lines import PROSE_KEYS, quoted
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.problem import Faults, Problem, Source, Span

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


def reread(root: Node, source: Source, faults: Faults) -> Node | None:
    """The tree as it was most likely meant; each place where YAML reads it otherwise goes to `faults`.

    None where an odd character stands for syntax, so that the tree has another form than was meant.
    """
    reader = _Reader(source, faults)
    try:
        if isinstance(root, Scalar):
            root = reader.word(root)
        else:
            reader.below(root, prose=False, top=True)
    except _Enough:
        return None
    return root if reader.reliable else None


class _Enough(Exception):
    """So many faults are kept that no more are looked for."""


class _Reader:
    def __init__(self, source: Source, faults: Faults) -> None:
        self.source = source
        self.faults = faults
        # Asked once for the file, because most files hold none and the words are many.
        self.has_odd = bool(odd_characters(source.text))
        self.reliable = True

    def _report(self, problem: Problem) -> None:
        self.faults.add(printable(problem))
        if self.faults.are_many:
            raise _Enough

    def below(self, node: Node, *, prose: bool, top: bool = False) -> None:
        """Look through everything inside a list or a map."""
        if prose or node.__class__ is Scalar:
            return
        if isinstance(node, Mapping):
            self._mapping(node, top=top)
        elif isinstance(node, Sequence):
            self._sequence(node)

    def _sequence(self, node: Sequence) -> None:
        items = node.items
        if node.flow:
            items[:] = self._joined_items(items)
        for place, item in enumerate(items):
            if item.__class__ is Scalar:
                if ":" in item.text or self.has_odd:
                    items[place] = self.word(item)
            else:
                self.below(item, prose=False)

    def _mapping(self, node: Mapping, *, top: bool) -> None:
        by_key = node.by_key
        if node.flow:
            self._mend_flow(node)
        mended = False
        for text, (key, value) in list(by_key.items()):
            prose = text == "note" or (top and (text in PROSE_KEYS or text.startswith("x-")))
            if text.startswith("-") or self.has_odd:
                mended |= self._key(key)
            if value.__class__ is Scalar:
                if not prose:
                    by_key[text] = (key, self._value(key, value))
            else:
                self.below(value, prose=prose)
        if mended:
            _reindex(node, list(by_key.values()))

    def _key(self, key: Scalar) -> bool:
        """Mend a key; true if it is another word now."""
        before = key.text
        if re.match(_GLUED_DASH, before) and not key.style:
            self.reliable = False
            message = f"there is no space between the dash and `{before[1:]}`"
            helps = f"put a space after the dash: `- {before[1:]}:`"
            self._report(Problem(codes.NO_SPACE_AFTER_DASH, message, key.span, helps=helps))
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
        if found is None:
            return item
        key, value = self._split(item, found)
        return Mapping([(key, value)], item.span)

    def _split(self, scalar: Scalar, found: re.Match[str]) -> tuple[Scalar, Scalar]:
        word, rest = found[1], found[2]
        line, column, length = scalar.span
        message = f"there is no space after the colon of `{word}:`"
        colon = Span(line, column + len(word), 1)
        example = f": `{word}: {rest}`" if scalar.end_line == line else ""
        self._report(Problem(codes.NO_SPACE_AFTER_COLON, message, colon, helps=f"put a space after the colon{example}"))
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
        seen: set[str] = set()
        start = self._offset(scalar)
        for offset in odd_characters(self.source.text[start : start + scalar.span.length]):
            self._report_odd(self.source.text[start + offset], start + offset, seen)
        if not seen:  # on a later line of a folded word
            self._report_odd(scalar.text[held[0]], start, seen)
        meant = with_plain_characters(scalar.text).strip()
        if re.search(_SYNTAX, meant):
            self.reliable = False
        scalar.text = meant[1:-1] if len(meant) > 1 and meant[0] == meant[-1] and meant[0] in "'\"" else meant

    def _report_odd(self, character: str, offset: int, seen: set[str]) -> None:
        if character in seen:
            return
        seen.add(character)
        code = codes.TAB if character == "\t" else codes.LOOK_ALIKE
        message = f"a {character_name(character)} stands here, which YAML does not take for syntax"
        if character == "\t":
            message = "a tab stands here where a space is due"
        self._report(Problem(code, message, self.source.span_at(offset), helps=remedy(character)))

    def _comparison(self, key: Scalar, value: Scalar) -> None:
        """`macs: >3` is a block of text in YAML, indented by 3, and here an empty one."""
        if value.text or value.style not in ">|":
            return
        line = self.source.line(value.span.line)
        found = re.match(_HEADER_DIGIT, line[value.span.column - 1 :])
        if found:
            message = f"`{found[0]}` begins a block of text in YAML, it does not compare"
            span = Span(value.span.line, value.span.column, len(found[0]))
            self._report(Problem(codes.COMPARISON_AS_TEXT, message, span, helps=comparison_helps(key.text, found[0])))

    def _mend_flow(self, node: Mapping) -> None:
        """In braces: `{filters:6}` is a key without a value, `{r: max(1, $c)}` two entries."""
        mended: list[tuple[Scalar, Node]] = []
        end = 0
        for key, value in node.by_key.values():
            start = self._offset(key)
            if start < end:
                continue
            entry: tuple[Scalar, Node] = (key, value)
            if isinstance(value, Scalar) and not value.style:
                entry, end = self._mended_entry(key, value)
            mended.append(entry)
        _reindex(node, mended)

    def _mended_entry(self, key: Scalar, value: Scalar) -> tuple[tuple[Scalar, Node], int]:
        if not value.text and ":" in key.text and not key.style:
            found = glued(key.text)
            if found:
                key, value = self._split(key, found)
        if "(" not in value.text:
            return (key, value), 0
        joined, end = self._joined(value, f"{key.text}: ")
        return (key, joined), end

    def _joined_items(self, items: list[Node]) -> list[Node]:
        mended: list[Node] = []
        end = 0
        for item in items:
            if self._offset(item) < end:
                continue
            if isinstance(item, Scalar) and not item.style and "(" in item.text:
                joined, end = self._joined(item, "")
                mended.append(joined)
            else:
                mended.append(item)
        return mended

    def _joined(self, piece: Scalar, before: str) -> tuple[Scalar, int]:
        """The formula that begins with this piece, and the offset where it ends (0 if it is no piece)."""
        if piece.text.count("(") <= piece.text.count(")"):
            return piece, 0
        start = self._offset(piece)
        end = end_of_formula(self.source.text, start)
        if end == 0:
            return piece, 0
        formula = " ".join(self.source.text[start:end].split())
        first = self.source.text[start:end].splitlines()[0].rstrip()
        span = Span(piece.span.line, piece.span.column, len(first))
        message = f"YAML splits this formula at its comma: `{piece.text}` is only its beginning"
        self._report(Problem(codes.FORMULA_SPLIT, message, span, helps=f"quote it: `{before}{quoted(formula)}`"))
        return Scalar(formula, span), end

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
    helps = (f"quote it: `{before}{quoted(comparison)}`",)
    if comparison.startswith(">="):
        return (*helps, f"or write `{before}at least {comparison[2:].strip()}`")
    return helps
