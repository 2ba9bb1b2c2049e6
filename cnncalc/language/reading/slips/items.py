"""Faults in the form of an item, each with the item as it should stand."""

from __future__ import annotations

import re
from collections.abc import Callable

from cnncalc import codes
from cnncalc.language.reading.declarations import SEQUENCE, Item
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.reading.shortform import ALIASES
from cnncalc.language.reading.slips.forms import beside, entry_span, flow, indented, new_item, one_line, without_entry
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence, listed
from cnncalc.layers import KINDS
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help, Source, Span, write

IsKind = Callable[[str], bool]
"""Which words name kinds of layers."""

_SHORT = {ours: short for short, ours in ALIASES.items()}
_COUNTED = r"(?:repeat|for|times|loop)[ _x(]*([0-9]+)\)?|([0-9]+) ?x"


def no_list(node: Node, what: str, source: Source, is_kind: IsKind) -> Problem:
    """The fault of what is no list where layers are due."""
    helps = "begin each layer with a dash, or write the list in brackets"
    if isinstance(node, Mapping):
        helps = write(f"[{flow(node)[1:-1]}]") if node.flow else Help(helps, *_dashed(node, source))
    elif isinstance(node, Scalar) and node.text:
        word = re.split(r"[\s:]", node.text, maxsplit=1)[0]
        helps = write(f"[{flow(node)}]") if is_kind(word) else helps
        if is_name(node.text) and not is_kind(word):
            helps = write(f"[{{identity: , from: {node.text}}}]")
    return Problem(codes.MISPLACED_VALUE, f"{what} is a list of layers", node.span, helps=helps)


def _dashed(node: Mapping, source: Source) -> list[Edit]:
    """The edits that make an item of each key."""
    edits = []
    for key, _ in node.entries:
        moved = indented(source, [key])
        edits += [Edit("- ", key.span._replace(length=0)), *moved[1:]]
    return edits


def list_as_item(node: Sequence) -> Problem:
    """The fault of a list where one layer is due."""
    line, column, _ = node.span
    below = "" if node.flow else f"\n{' ' * (column - 1)}"
    helps = Help(f"`{SEQUENCE}:` makes one item of a list", Edit(f"{SEQUENCE}:{below or ' '}", Span(line, column, 0)))
    return Problem(codes.NOT_A_LAYER, "a list is not a layer", node.span, helps=helps)


def no_kind(node: Mapping, source: Source) -> Problem:
    """The fault of an item that holds nothing but what stands beside a kind."""
    message = "this item names no kind of layer"
    if not len(node):
        return Problem(codes.NOT_A_LAYER, message, node.span, helps="name its kind first")
    key, value = node.entries[0]
    helps: tuple[str, ...] = ()
    if key.text == "repeat" and isinstance(value, Sequence):
        helps = (_repeated("2", key, value, source),)
    elif not node.flow:
        helps = tuple(filter(None, (_joined_above(source, key), _joined_below(source, node))))
    return Problem(codes.NOT_A_LAYER, message, key.span, helps=helps or "name its kind first")


def counted_repeat(key: Scalar, value: Node, source: Source) -> str:
    """The help for `repeat 2:` and the like with a list below; empty for another key."""
    found = re.fullmatch(_COUNTED, key.text, re.IGNORECASE)
    if found is None or not isinstance(value, Sequence):
        return ""
    return _repeated(found[1] or found[2], key, value, source)


def _repeated(count: str, key: Scalar, value: Sequence, source: Source) -> str:
    """The help that shows a repeated list of layers as the whole item that it should be."""
    head = entry_span(source, key, value)
    if value.flow:
        whole = f"{SEQUENCE}: {flow(value)}"
        edits = (Edit(whole, head), *beside(source, key.span, source.offset(head) + head.length, f"repeat: {count}"))
        return Help(f"write `- {{{whole}, repeat: {count}}}`", *edits) if len(edits) == 2 else ""
    shown = one_line(value)
    words = (
        f"write `- {{repeat: {count}, {SEQUENCE}: {shown}}}`" if shown else f"write `repeat: {count}` and `{SEQUENCE}:`"
    )
    return Help(words, Edit(f"repeat: {count}\n{' ' * (key.span.column - 1)}{SEQUENCE}:", head))


def _joined_above(source: Source, key: Scalar) -> str:
    """The help that writes a key beside the kind of the item above."""
    line, column, _ = key.span
    above = next((number for number in range(line - 1, 0, -1) if source.line(number).strip()), 0)
    found = re.fullmatch(r"( *- +)([\w.-]+)(:.*)?", source.line(above))
    if found is None or len(found[1]) != column - 1:
        return ""
    text = source.line(line).strip()[1:].strip()
    edits = [] if found[3] else [Edit(":", Span(above, found.end(2) + 1, 0))]
    whole = f"- {{{found[2]}{found[3] or ': '}, {text}}}"
    return Help(f"write `{whole}` if it belongs to the layer above", *edits, _no_dash(source, line))


def _joined_below(source: Source, node: Mapping) -> str:
    """The help that writes keys beside the kind of the item below."""
    line, column, _ = node.entries[-1][0].span
    below = next((number for number in range(line + 1, len(source.starts)) if source.line(number).strip()), 0)
    found = re.fullmatch(r"( *- +)([\w.-]+)(:.*)?", source.line(below))
    if found is None or len(found[1]) != column - 1:
        return ""
    text = ", ".join(f"{key.text}: {flow(value)}" for key, value in node.entries)
    edits = [] if found[3] else [Edit(":", Span(below, found.end(2) + 1, 0))]
    whole = f"- {{{text}, {found[2]}{found[3] or ':'}}}"
    return Help(f"write `{whole}` if it belongs to the layer below", *edits, _no_dash(source, below))


def _no_dash(source: Source, line: int) -> Edit:
    """The edit that makes a further key of what begins an item."""
    return Edit(" ", Span(line, source.line(line).index("-") + 1))


def takes_nothing(item: Item, value: Node) -> Problem:
    """The fault of parameters of a kind that has none."""
    line, column, _ = item.span
    helps: str = "leave out what follows its colon"
    if value.span.line == line:
        helps = Help(f"write `{item.word}` alone", Edit(item.word, Span(line, column, _end(value) - column)))
    place = value.span
    if isinstance(value, Scalar):
        word = value.text.split(maxsplit=1)[0] if value.text.strip() else ""
        place = Span(place.line, place.column + value.quoted, max(1, len(word)))
    return Problem(codes.UNKNOWN_WORD, f"{item.word} takes no parameters", place, helps=helps)


def _end(node: Node) -> int:
    return node.span.column + node.span.length


def beside_kind(source: Source, kind: tuple[Scalar, Node], stranger: tuple[Scalar, Node], ours: str) -> Problem:
    """The fault of a parameter that stands beside its kind: in the short form it belongs behind the others."""
    (key, value), (word, content) = kind, stranger
    message = f"`{word.text}` is a parameter of {key.text} but is beside it"
    helps: str = "write it with the other parameters"
    begun = new_item(source, word.span) if word.text in KINDS else None
    shown = f"{word.text}: {one_line(content)}".rstrip()
    layer = (Help(f"or begin a new item for that layer: `- {shown}`", begun),) if begun else ()
    if word.text in KINDS:
        message += f", where `{word.text}` would be a layer of its own"
    renamed = [Edit(ours, word.span)] if ours != word.text else []
    if isinstance(value, Scalar) and value.is_empty and not isinstance(content, Scalar):
        helps = Help(f"indent `{ours}` under `{key.text}`", *renamed, *indented(source, [word]))
    elif isinstance(value, Scalar) and value.is_empty:
        helps = Help(f"indent `{ours}` under `{key.text}`", *renamed, *_all_indented(source, key))
    elif isinstance(value, Scalar) and isinstance(content, Scalar) and content.text:
        gone = without_entry(source, word, content)
        more = f" {_SHORT.get(ours, ours)} {content.text}"
        end = Span(value.span.line, _end(value) - (value.style in {"'", '"'}), 0)
        if gone is not None:
            helps = Help(f"write `{key.text}: {value.text}{more}`", Edit(more, end), gone)
    return Problem(codes.MISPLACED_PARAMETER, message, word.span, helps=(helps, *layer))


def _all_indented(source: Source, key: Scalar) -> list[Edit]:
    """The edits that move every line below a kind, down to the next item, to the right."""
    edits = []
    for number in range(key.span.line + 1, len(source.starts)):
        line = source.line(number)
        if line.strip() and len(line) - len(line.lstrip()) < key.span.column - 1:
            break
        if line.strip():
            edits.append(Edit("  ", Span(number, 1, 0)))
    return edits


def inside_kind(item: Item, key: Scalar, value: Node, source: Source) -> Problem:
    """The fault of a modifier that stands among the parameters or branches of its kind."""
    message = f"`{key.text}` belongs beside {item.word}, not inside it"
    helps: str = f"move `{key.text}` out, to the depth of `{item.word}`"
    gone = without_entry(source, key, value)
    text = one_line(value)
    if gone is not None and text:
        line, column, _ = item.span
        before = source.line(line)[: column - 1]
        apart = f"\n{' ' * (column - 1)}" if not before.replace("-", "").strip() else ", "
        helps = Help(helps, Edit(f"{key.text}: {text}{apart}", Span(line, column, 0)), gone)
    return Problem(codes.MISPLACED_PARAMETER, message, key.span, helps=helps)


def no_branches(item: Item, value: Node, source: Source, is_kind: IsKind) -> Problem:
    """The fault of a join that is given something else than a map of branches."""
    word, entries = item.word, listed(value)
    names = [entry.text for entry in entries if isinstance(entry, Scalar) and is_name(entry.text)]
    kinds = any(is_kind(name) for name in names)
    helps: str = "name each branch before its list of layers, or name the tensors with `from:`"
    if len(names) == len(entries) and not kinds and value.span.line == item.span.line:
        taken = names if len(names) > 1 else [*names, "previous"]
        after = source.offset(item.span) + item.span.length
        gap = Span(
            item.span.line, item.span.column + item.span.length, _end(value) - item.span.column - item.span.length
        )
        moved = beside(source, item.span, after, f"from: [{', '.join(taken)}]")
        edits = [
            edit._replace(span=gap) if edit.text.endswith("]") or edit.text.endswith("}") else edit for edit in moved
        ]
        helps = Help(f"write `{word}:` and below it `from: [{', '.join(taken)}]`", *edits)
    elif isinstance(value, Sequence) and one_line(value):
        helps = _branched(word, value, source)
    message = f"{word} takes a map of branches, or tensors with `from:`"
    return Problem(codes.JOIN_OF_NOTHING, message, value.span, helps=helps)


def _branched(word: str, value: Sequence, source: Source) -> Help:
    """The help that makes the first branch of a list of layers, beside one that passes the tensor on."""
    branches = f"{{main: {one_line(value)}, skip: identity}}"
    if value.flow:
        return write(branches)
    line, column, _ = value.span
    depth = " " * (column - 1)
    last = line
    for number in range(line, len(source.starts)):
        if source.line(number).strip():
            if len(source.line(number)) - len(source.line(number).lstrip()) < column - 1:
                break
            last = number
    skip = Edit(f"\n{depth}skip: identity", Span(last, len(source.line(last)) + 1, 0))
    return Help(f"write `{word}: {branches}`", Edit(f"main:\n{depth}", Span(line, column, 0)), skip)
