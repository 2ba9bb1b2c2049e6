"""Composes the marked tree of a spec from YAML's events, and refuses what a spec may not use."""

from __future__ import annotations

import gc
import re
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from cnncalc import codes
from cnncalc.language.yaml.characters import character_name, control_characters
from cnncalc.language.yaml.misreadings import Enough, Finder, no_key, reread
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.language.yaml.source import MAX_DEPTH, too_many_levels
from cnncalc.problem import Faults, Label, Problem
from cnncalc.source import Edit, Help, Source, Span

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "read_tree"]

_BLOCKS = "use `blocks:` to say something twice"
_PROPERTY = r"\s*([&!][^\s,\[\]{}]*)"


def read_tree(source: Source, faults: Faults) -> Mapping | None:
    r"""The tree of a spec, or None when there is none to rely on; what is wrong goes to `faults`.

    What YAML reads otherwise than it was meant (`conv:6`, odd blanks, a formula split at its comma) is reported, then
    mended in the tree, so that it is not reported again.

    >>> source = Source("net.yaml", "input: 7x7x3\nlayers: [relu]")
    >>> read_tree(source, Faults(source)).get("input")
    Scalar('7x7x3', 1:8)
    """
    composer = _Composer(source, faults)
    collecting = gc.isenabled()
    gc.disable()  # nothing of a tree becomes garbage while it grows
    try:
        whole = composer.compose()
        if composer.root is None or faults.are_many:
            return None
        root = reread(composer.root, source, faults)
    finally:
        if collecting:
            gc.enable()
    if not whole or root is None:
        return None
    if isinstance(root, Mapping):
        return root
    if not faults.found:
        _report_no_mapping(root, faults)
    return None


def _report_no_mapping(root: Node, faults: Faults) -> None:
    if isinstance(root, Scalar) and root.is_empty:
        _report_empty(faults)
        return
    what, helps = "a text", "begin with a line for the input, such as input: 32x32x3, and a line layers: below it"
    if isinstance(root, Sequence):
        head, at = (
            ("input: 32x32x3\nlayers: ", root.span)
            if root.flow
            else ("input: 32x32x3\nlayers:\n", Span(root.span.line, 1))
        )
        what, helps = (
            "a list",
            Help("put `input: 32x32x3` and `layers:` above the list", Edit(head, at._replace(length=0))),
        )
    message = f"a spec is a map of keys such as `input:` and `layers:`, and this is {what}"
    faults.add(Problem(codes.NOT_A_MAP, message, root.span, helps=helps))


def _report_empty(faults: Faults) -> None:
    first = Edit("input: 32x32x1\nlayers: [flatten, fc: 10]\n", Span(1, 1, 0))
    helps = Help("a first spec: `input: 32x32x1`, and below it `layers: [flatten, fc: 10]`", first)
    faults.add(Problem(codes.EMPTY_SPEC, "there is nothing in this spec", Span(1, 1), helps=helps))


class _Composer(Finder):
    """One reading of one source. `root` is there as soon as it begins, for what is found before a syntax error."""

    def __init__(self, source: Source, faults: Faults) -> None:
        super().__init__(source, faults)
        self.root: Node | None = None
        self.whole = True
        self.is_json = False
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source.text)
        self.next_event = loader.get_event

    def compose(self) -> bool:
        """Read the one document there is; false when the tree has holes."""
        try:
            self._document()
        except Enough:
            return False
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # the two latter: escapes, in PyYAML without C
            # Much is known about mistakes, and it is read only when one was made.
            from cnncalc.language.yaml.faults import add_syntax_fault

            add_syntax_fault(error, self.source, self.faults)
            return False
        return self.whole

    def _document(self) -> None:
        self.next_event()
        event = self.next_event()
        if event.__class__ is StreamEndEvent:
            _report_empty(self.faults)
            return
        self.root = root = self._open(self.next_event())
        self.is_json = isinstance(root, Mapping) and root.flow
        self._fill(root, 1)
        self.next_event()
        event = self.next_event()
        if event.__class__ is DocumentStartEvent:
            message = "a second document begins here, but a spec is only one"
            span = self._span(event.start_mark, 3)
            helps = "delete this line, or keep the second network in a file of its own"
            self.faults.add(Problem(codes.TWO_DOCUMENTS, message, span, helps=helps))

    def _open(self, event: Any) -> Node:
        """The node that an event begins; lists and maps are still empty."""
        kind = event.__class__
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event)
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        mark = event.start_mark
        span = Span(mark.line + 1, mark.column + 1, 1)
        if kind is MappingStartEvent:
            return Mapping([], span, flow=event.flow_style)
        return Sequence([], span, flow=event.flow_style)

    def _fill(self, node: Node, depth: int) -> None:
        """Read what is inside a list or a map, up to its end."""
        if node.__class__ is Scalar:
            return
        if depth > MAX_DEPTH:
            self.whole = False
            self.faults.add(too_many_levels(node.span))
            raise Enough
        end = self._fill_mapping(node, depth) if isinstance(node, Mapping) else self._fill_sequence(node, depth)
        if node.flow and end.line == node.span.line - 1:  # type: ignore[union-attr]
            node.span = Span(node.span.line, node.span.column, max(1, end.column - node.span.column + 1))

    def _fill_sequence(self, node: Any, depth: int) -> Any:
        next_event, items = self.next_event, node.items
        while True:
            event = next_event()
            kind = event.__class__
            if kind is SequenceEndEvent:
                return event.end_mark
            if kind is ScalarEvent:
                items.append(self._scalar(event))
                continue
            item = self._open(event)
            items.append(item)
            self._fill(item, depth + 1)

    def _fill_mapping(self, node: Mapping, depth: int) -> Any:
        next_event, by_key = self.next_event, node.by_key
        while True:
            event = next_event()
            kind = event.__class__
            if kind is MappingEndEvent:
                return event.end_mark
            key = self._scalar(event) if kind is ScalarEvent else None
            if key is None:
                self._report_no_key(event, depth)
            event = next_event()
            value = self._scalar(event) if event.__class__ is ScalarEvent else self._open(event)
            if key is not None and self._is_new(key, by_key):
                by_key[key.text] = (key, value)
            if value.__class__ is not Scalar:
                self._fill(value, depth + 1)

    def _report_no_key(self, event: Any, depth: int) -> None:
        """A list, a map or an alias where a key is due: reported, and left out with its value."""
        self.whole = False
        node = self._open(event)
        if event.__class__ is AliasEvent:
            return
        self._fill(node, depth + 1)
        what = "list" if isinstance(node, Sequence) else "map"
        message = f"a key is a word, and this is a {what}"
        self.report(Problem(codes.KEY_NOT_A_WORD, message, node.span, helps="quote it if it is text"))

    def _is_new(self, key: Scalar, by_key: dict[str, tuple[Scalar, Node]]) -> bool:
        if key.text == "<<" and not key.style:
            message = "a merge key `<<` is not part of the language"
            self.report(Problem(codes.MERGE_KEY, message, key.span, helps=_BLOCKS))
            self.whole = False
            return False
        if not key.text:
            self.report(no_key(key.span))
            return False
        if key.text not in by_key:
            return True
        first = by_key[key.text][0].span
        again = "" if first.line == key.span.line else f" and on line {key.span.line}"
        message = f"`{key.text}` is given twice, on line {first.line}{again}"
        labels = (Label(first, "first given here"),)
        self.report(Problem(codes.KEY_TWICE, message, key.span, labels=labels, helps="keep one of them"))
        return False

    def _scalar(self, event: Any) -> Scalar:
        start, end, style, text = event.start_mark, event.end_mark, event.style, event.value
        line = start.line
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        if not style and end.line == line:
            if self.is_json and text == "null":
                text = ""  # what programs write where nothing is
            return Scalar(text, Span(line + 1, start.column + 1, end.column - start.column or 1), "", line + 1)
        if style == '"' and control_characters(text):
            text = self._without_escapes(start, text)
        if style in ("|", ">"):
            return Scalar(text, Span(line + 1, start.column + 1, 1), style, max(line + 1, end.line + (end.column > 0)))
        until = end.column if end.line == line else len(self.source.line(line + 1).rstrip())
        return Scalar(text, Span(line + 1, start.column + 1, max(1, until - start.column)), style or "", end.line + 1)

    def _alias(self, event: Any) -> Scalar:
        name = event.anchor
        span = self._span(event.start_mark, len(name) + 1)
        self.report(Problem(codes.ANCHOR, f"the alias `*{name}` is not part of the language", span, helps=_BLOCKS))
        self.whole = False
        return Scalar("", span)

    def _refuse_properties(self, event: Any) -> None:
        offset = self._offset(event.start_mark)
        pattern = re.compile(_PROPERTY)
        while found := pattern.match(self.source.text, offset):
            span = self.source.span_at(found.start(1), len(found[1]))
            code, what, helps = codes.TAG, "tag", "delete it: the place of a value decides how it is read"
            if found[1].startswith("&"):
                code, what, helps = codes.ANCHOR, "anchor", _BLOCKS
            self.report(Problem(code, f"the {what} `{found[1]}` is not part of the language", span, helps=helps))
            offset = found.end()

    def _without_escapes(self, start: Any, text: str) -> str:
        """The text without the control characters that it spells, each kind reported once."""
        for character in dict.fromkeys(text[offset] for offset in control_characters(text)):
            text = text.replace(character, "\ufffd")
            message = f"this text spells a {character_name(character)}, which is not allowed in a spec"
            helps = "delete the escape that spells it"
            self.report(Problem(codes.CONTROL_CHARACTER, message, self._span(start, 1), helps=helps))
        return text

    def _offset(self, mark: Any) -> int:
        starts = self.source.starts
        return int(min(starts[min(mark.line, len(starts) - 1)] + mark.column, len(self.source.text)))

    def _span(self, mark: Any, length: int) -> Span:
        return Span(mark.line + 1, mark.column + 1, length)
