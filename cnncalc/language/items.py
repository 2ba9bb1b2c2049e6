"""Reads the items of a list of layers: kind, parameters, modifiers, branches."""

from __future__ import annotations

import re

from cnncalc.language.characters import odd_character
from cnncalc.language.declarations import Block, Item, Reference, Repeat
from cnncalc.language.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.language.promises import read_promises
from cnncalc.language.shortform import Signature, rewrite, unknown_parameter
from cnncalc.language.suggest import closest, foreign
from cnncalc.language.words import is_name
from cnncalc.language.written import Placed, Written, read
from cnncalc.layers import KINDS
from cnncalc.problem import Faults, Label, Problem

MODIFIERS = ("name", "from", "if", "repeat", "share", "expect", "budget", "weights", "note")
RESERVED = frozenset({"input", "previous", "identity"})
SEQUENCE = "sequence"

_AUTOMATIC = re.compile(r"(.+)_\d+")


class ItemReader:
    """Reads items against the kinds of the language and the blocks of the file."""

    def __init__(self, faults: Faults, blocks: dict[str, Block]) -> None:
        self.faults = faults
        self.blocks = blocks

    def items(self, node: Node, what: str) -> list[Item]:
        """The items of a list, with their path segments; faults are kept and their items marked as broken."""
        if not isinstance(node, Sequence):
            self.faults.add(
                "CNN211",
                node.span,
                f"{what} is a list of layers",
                helps=("begin each layer with `- `, or write the list in brackets",),
            )
            return []
        items = []
        counts: dict[str, int] = {}
        for entry in node.items:
            item = self._item(entry)
            counts[item.word] = counts.get(item.word, 0) + 1
            item.segment = item.name or f"{item.word}_{counts[item.word]}"
            items.append(item)
        return items

    def _item(self, node: Node) -> Item:
        try:
            return self._read(node)
        except Placed as placed:
            self.tell(placed)
            return Item(_word_of(node), node.span, node.span.line, broken=True)

    def tell(self, placed: Placed, *labels: Label) -> None:
        """Keep a placed fault; an odd character in the text is named for what it is."""
        problem = placed.problem
        helps = problem.helps
        text = self.faults.source.line(placed.span.line)[placed.span.column - 1 :][: placed.span.length]
        odd = odd_character(text)
        if odd:
            helps = (f"it holds a {odd[1]}", *helps)
        self.faults.add(problem.code, placed.span, problem.message, note=problem.note, labels=labels, helps=helps)

    def _read(self, node: Node) -> Item:
        if isinstance(node, Scalar):
            return self._bare(node)
        if isinstance(node, Sequence):
            raise Placed(
                Problem("CNN204", "", "a list is no layer", helps=("`sequence:` makes one item of a list of layers",)),
                node.span,
            )
        return self._keyed(node)

    def _bare(self, node: Scalar) -> Item:
        if node.is_empty:
            raise Placed(Problem("CNN204", "", "there is no layer after the dash"), node.span)
        if node.end_line > node.span.line and not node.quoted:
            message = f"lines {node.span.line} to {node.end_line} are read as one text, `{node.text[:60]}`"
            raise Placed(
                Problem(
                    "CNN212", "", message, helps=(f"align the dash of line {node.end_line} with the one above it",)
                ),
                node.span,
            )
        word, _, rest = node.text.partition(" ")
        if rest and self._known(word):
            raise Placed(
                Problem("CNN204", "", f"a colon is missing after `{word}`", helps=(f"write `{word}: {rest.strip()}`",)),
                node.span,
            )
        return self._of_kind(node, Scalar("", node.span), [])

    def _keyed(self, node: Mapping) -> Item:
        kinds = [(key, value) for key, value in node.entries if key.text not in MODIFIERS]
        if not kinds:
            raise Placed(
                Problem("CNN204", "", "this item names no kind of layer", helps=("write `- KIND:` first",)), node.span
            )
        key, value = next(((key, value) for key, value in kinds if self._known(key.text)), kinds[0])
        strangers = [stranger for stranger, _ in kinds if stranger is not key]
        item = self._of_kind(key, value, strangers)
        self._modifiers(item, node)
        return item

    def _known(self, word: str) -> bool:
        return word in KINDS or word == SEQUENCE or word in self.blocks

    def _of_kind(self, key: Scalar, value: Node, strangers: list[Scalar]) -> Item:
        word = key.text
        item = Item(word, key.span, key.span.line)
        if word == SEQUENCE:
            item.inner = self._list_inside(value, word)
        elif word in self.blocks:
            item.block = self.blocks[word]
        elif word in KINDS:
            item.kind = KINDS[word]
        else:
            raise Placed(self._unknown_kind(word), key.span)
        if strangers:
            self._tell_strangers(item, value, strangers)
            return item
        if item.inner is None:
            self._value(item, value)
        return item

    def _unknown_kind(self, word: str) -> Problem:
        ours = foreign(word)
        meant = ours if ours in KINDS else closest(word, (*KINDS, SEQUENCE, *self.blocks))
        helps: tuple[str, ...] = ()
        if meant:
            helps = (f"write `{meant}`",) if meant == ours else (f"did you mean `{meant}`?",)
        return Problem("CNN205", "", f"unknown kind of layer `{word}`", helps=helps)

    def _tell_strangers(self, item: Item, value: Node, strangers: list[Scalar]) -> None:
        """Other keys beside the kind: its parameters one level too high, or a second layer."""
        item.broken = True
        known = _parameters(item)
        for stranger in strangers:
            word = stranger.text
            if word in known and isinstance(value, Scalar):
                first = (
                    f"indent `{word}` under `{item.word}`"
                    if value.is_empty
                    else f"write `{item.word}: {value.text} {word} ...`"
                )
                self.faults.add(
                    "CNN213",
                    stranger.span,
                    f"`{word}` is a parameter of {item.word} and stands beside it",
                    labels=(Label(item.span, "the kind"),),
                    helps=(first,),
                )
            elif self._known(word):
                self.faults.add(
                    "CNN204",
                    stranger.span,
                    f"this item has two kinds, `{item.word}` and `{word}`",
                    labels=(Label(item.span, "the first"),),
                    helps=(f"begin a new item: `- {word}:`",),
                )
            else:
                problem = unknown_parameter(word, "an item", MODIFIERS)
                self.faults.add("CNN206", stranger.span, problem.message, helps=problem.helps)

    def _value(self, item: Item, value: Node) -> None:
        due = _parameters(item)
        if item.kind is not None and item.kind.layer.joins:
            self._branches(item, value)
        elif isinstance(value, Mapping) and not self._is_act_map(item, value):
            for key, entry in value.entries:
                self._parameter(item, due, key, entry)
        elif isinstance(value, Scalar):
            signature = Signature(item.word, due, _first(item))
            if (
                value.quoted
                and "$" not in value.text
                and due.get(signature.first) not in {"word", "act"}
                and " " not in value.text
            ):
                self._guarded(item, signature.first, value, due.get(signature.first, "any"))
            elif not value.is_empty:
                try:
                    item.values.update(rewrite(value, signature))
                except Placed as placed:
                    self._break(item, placed)
        elif due:
            self._guarded(item, _first(item) or next(iter(due)), value, due.get(_first(item), "any"))
        else:
            self._break(item, Placed(Problem("CNN206", "", f"{item.word} takes no parameters"), value.span))

    @staticmethod
    def _is_act_map(item: Item, value: Mapping) -> bool:
        return item.word == "act" and not any(key.text == "function" for key, _ in value.entries)

    def _parameter(self, item: Item, due: dict[str, str], key: Scalar, entry: Node) -> None:
        word = key.text
        if word not in due:
            problem = unknown_parameter(word, item.word, due)
            if word == "pad" and "padding" in due:
                problem = Problem("CNN206", "", "`pad` is for the short form", helps=("write `padding`",))
            self._break(item, Placed(problem, key.span))
            return
        self._guarded(item, word, entry, due[word])

    def _guarded(self, item: Item, name: str, node: Node, due: str) -> None:
        try:
            item.values[name] = read(node, due)
        except Placed as placed:
            self._break(item, placed)

    def _break(self, item: Item, placed: Placed) -> None:
        item.broken = True
        self.tell(placed)

    def _branches(self, item: Item, value: Node) -> None:
        if isinstance(value, Scalar) and value.is_empty:
            return
        if not isinstance(value, Mapping):
            self._break(
                item,
                Placed(
                    Problem(
                        "CNN309",
                        "",
                        f"{item.word} takes a map of branches, or tensors with `from:`",
                        helps=(f"write `{item.word}: {{main: [...], skip: identity}}`",),
                    ),
                    value.span,
                ),
            )
            return
        item.branches = []
        for key, branch in value.entries:
            self._check_name(key, "a branch")
            item.branches.append((key.text, self._branch(key, branch)))

    def _branch(self, key: Scalar, branch: Node) -> list[Item]:
        if isinstance(branch, Scalar) and branch.text == "identity":
            return []
        empty = (isinstance(branch, Scalar) and branch.is_empty) or (isinstance(branch, Sequence) and not branch.items)
        if empty:
            self.faults.add(
                "CNN310",
                key.span,
                f"the branch `{key.text}` is empty",
                helps=(f"write `{key.text}: identity` to hand on the tensor",),
            )
            return []
        return self.items(branch, f"the branch `{key.text}`")

    def _list_inside(self, value: Node, word: str) -> list[Item]:
        if isinstance(value, Sequence) and not value.items or isinstance(value, Scalar) and value.is_empty:
            raise Placed(Problem("CNN203", "", f"the {word} holds no layers"), value.span)
        return self.items(value, f"a {word}")

    def _modifiers(self, item: Item, node: Mapping) -> None:
        for key, value in node.entries:
            if key.text in MODIFIERS:
                try:
                    self._modifier(item, key, value)
                except Placed as placed:
                    self._break(item, placed)

    def _modifier(self, item: Item, key: Scalar, value: Node) -> None:
        match key.text:
            case "name":
                item.name = self._name(value)
            case "from":
                item.sources = self._sources(value)
            case "if":
                item.condition = read(value, "flag")
            case "repeat":
                item.repeat = self._repeat(value)
            case "share":
                item.share = self._reference(value)
            case "expect" | "budget":
                item.promises += read_promises(key.text, value, self.faults)
            case "weights":
                item.weights = _weights(value)

    def _name(self, node: Node) -> str:
        reference = self._reference(node)
        self._check_name(Scalar(reference.name, reference.span), "a layer")
        return reference.name

    def _check_name(self, node: Scalar, what: str) -> None:
        """Refuse what cannot name anything, is reserved, or looks like an automatic name."""
        text = node.text
        if not is_name(text):
            raise Placed(
                Problem("CNN214", "", f"`{text}` cannot name {what}: names have letters, digits, `_`, `-` and `.`"),
                node.span,
            )
        if text in RESERVED:
            raise Placed(Problem("CNN215", "", f"`{text}` is reserved and cannot name {what}"), node.span)
        match = _AUTOMATIC.fullmatch(text)
        if match and self._known(match[1]):
            raise Placed(
                Problem(
                    "CNN215",
                    "",
                    f"`{text}` has the form of an automatic name, which other layers get",
                    helps=(f"write `{text.replace('_', '')}` or any other name",),
                ),
                node.span,
            )

    @staticmethod
    def _reference(node: Node) -> Reference:
        if not isinstance(node, Scalar) or node.is_empty:
            raise Placed(Problem("CNN211", "", "a name is due here"), node.span)
        return Reference(node.text, node.span)

    def _sources(self, node: Node) -> list[Reference]:
        if isinstance(node, Sequence):
            if not node.items:
                raise Placed(Problem("CNN211", "", "`from` names at least one tensor"), node.span)
            return [self._reference(entry) for entry in node.items]
        return [self._reference(node)]

    @staticmethod
    def _repeat(node: Node) -> Repeat:
        if not isinstance(node, Mapping):
            return Repeat(node.span, read(node, "number"))
        columns: dict[str, list[Written]] = {}
        for key, column in node.entries:
            if not isinstance(column, Sequence):
                raise Placed(
                    Problem(
                        "CNN232",
                        "",
                        f"the column `{key.text}` of a repeat is a list, one entry a turn",
                        helps=(f"write `{key.text}: [8, 16, 32]`",),
                    ),
                    column.span,
                )
            columns[key.text] = [read(entry, "any") for entry in column.items]
        lengths = {len(column) for column in columns.values()}
        if len(lengths) > 1:
            told = ", ".join(f"{name} has {len(column)}" for name, column in columns.items())
            raise Placed(Problem("CNN232", "", f"the columns of a repeat are equally long, and {told}"), node.span)
        if not columns:
            raise Placed(Problem("CNN232", "", "this repeat has neither a count nor columns"), node.span)
        return Repeat(node.span, None, columns)


def _weights(node: Node) -> Written:
    """Weights in the spec: a kernel's name, a list of names, or nested lists by array name."""
    if isinstance(node, Mapping):
        return Written(node.span, {key.text: _nested(value) for key, value in node.entries})
    if isinstance(node, Sequence):
        return Written(node.span, tuple(read(entry, "word").at(_no_variable) for entry in node.items))
    return Written(node.span, (read(node, "word").at(_no_variable),))


def _nested(node: Node) -> object:
    if isinstance(node, Sequence):
        return [_nested(entry) for entry in node.items]
    written = read(node, "number")
    if not written.constant:
        raise Placed(Problem("CNN238", "", "weights are numbers; a variable cannot stand here"), node.span)
    return float(written.at(_no_variable))


def _no_variable(name: str) -> str:
    raise KeyError(name)


def _parameters(item: Item) -> dict[str, str]:
    """What is due for each parameter of an item's kind or block."""
    if item.kind is not None:
        return {name: entry.type.due for name, entry in item.kind.parameters.items()}
    if item.block is not None:
        return dict.fromkeys(item.block.parameters, "any")
    return {}


def _first(item: Item) -> str:
    if item.kind is not None:
        return item.kind.first
    if item.block is not None:
        return next(iter(item.block.parameters), "")
    return ""


def _word_of(node: Node) -> str:
    """The kind that a faulty item seems to have, so that the numbers of the others stay right."""
    if isinstance(node, Mapping) and node.entries:
        return next((key.text for key, _ in node.entries if key.text in KINDS), node.entries[0][0].text)
    return node.text if isinstance(node, Scalar) and node.text in KINDS else "?"
