"""Reads the items of a list of layers: which kind each is, its parameters, its branches."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from cnncalc import codes
from cnncalc.language.reading import slips
from cnncalc.language.reading.declarations import MODIFIERS, SEQUENCE, Block, Branch, Item, Spec
from cnncalc.language.reading.maps import read_each
from cnncalc.language.reading.modifiers import check_name, read_modifier
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.reading.shortform import ALIASES, Signature, rewrite, unknown_parameter
from cnncalc.language.reading.written import folded, read
from cnncalc.language.values.suggest import foreign, in_our_words
from cnncalc.language.yaml.characters import odd_character
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.layers import KINDS
from cnncalc.layers.schema import shown
from cnncalc.problem import Faults, Label, Problem
from cnncalc.source import NOWHERE, Edit, Help, Span, write


class ItemReader:
    """Reads items against the kinds of the language and the blocks of the file."""

    def __init__(self, faults: Faults, spec: Spec) -> None:
        self.faults = faults
        self.spec = spec
        self._signatures: dict[str, Signature] = {}

    def is_kind(self, word: str) -> bool:
        """Whether a word says what an item is."""
        return word in KINDS or word == SEQUENCE or word in self.spec.blocks

    def items(self, node: Node, what: str) -> list[Item]:
        """The items of a list, with their path segments; faults are kept and their items marked as broken.

        Raises `Problem` where there is no list.
        """
        if not isinstance(node, Sequence):
            raise slips.items.no_list(node, what, self.faults.source, self.is_kind)
        items = []
        counts: dict[str, int] = {}
        for entry in node.items:
            item = self._item(entry)
            counts[item.word] = counts.get(item.word, 0) + 1
            item.segment = item.name or f"{item.word}_{counts[item.word]}"
            items.append(item)
        return items

    def report(self, problem: Problem) -> None:
        """Keep a fault; an odd character in the text is named for what it is."""
        for one in problem.each:
            line, column, length = one.span or NOWHERE
            odd = odd_character(self.faults.source.line(line)[column - 1 :][:length], Span(line, column))
            self.faults.add(one.but(helps=(odd, *one.proposals)) if odd else one)

    def broken(self, part: Item | Block, problem: Problem) -> None:
        """Keep the fault of an item or a block, which is broken by it."""
        part.broken = True
        self.report(problem)

    def _item(self, node: Node) -> Item:
        try:
            if isinstance(node, Scalar):
                return self._bare(node)
            return self._keyed(node)
        except Problem as problem:
            self.report(problem)
            item = Item(_word_of(node), node.span, broken=True)
            name = node.get("name") if isinstance(node, Mapping) else None
            if isinstance(name, Scalar) and is_name(name.text):  # known, so that whoever names it hears of one fault
                item.name, item.name_span = name.text, name.span
            return item

    def _bare(self, node: Scalar) -> Item:
        if node.is_empty:
            raise Problem(codes.NOT_A_LAYER, "there is no layer after the dash", node.span)
        if node.end_line > node.span.line and not node.quoted:
            raise folded(node, f"align the dash of line {node.end_line} with the one above it")
        word, _, rest = node.text.partition(" ")
        if rest and self.is_kind(word):
            message, helps = f"a colon is missing after `{word}`", write(f"{word}: {rest.strip()}")
            raise Problem(codes.NOT_A_LAYER, message, node.span, helps=helps)
        return self._of_kind(node, Scalar("", node.span), [])

    def _keyed(self, node: Mapping | Sequence) -> Item:
        if isinstance(node, Sequence):
            raise slips.items.list_as_item(node)
        kinds = [entry for entry in node.by_key.values() if entry[0].text not in MODIFIERS]
        if not kinds:
            raise slips.items.no_kind(node, self.faults.source)
        key, value = kinds[0]
        strangers: list[tuple[Scalar, Node]] = []
        if len(kinds) > 1:
            key, value = next((entry for entry in kinds if self.is_kind(entry[0].text)), kinds[0])
            strangers = [entry for entry in kinds if entry[0] is not key]
        item = self._of_kind(key, value, strangers)
        if len(node.by_key) > len(kinds):
            beside = [entry for entry in node.entries if entry[0].text in MODIFIERS]
            read_each(beside, partial(read_modifier, item, self.is_kind, self.faults), partial(self.broken, item))
            self.spec.inner_promises += item.promises
        return item

    def _of_kind(self, key: Scalar, value: Node, strangers: list[tuple[Scalar, Node]]) -> Item:
        word = key.text
        item = Item(word, key.span)
        if word in KINDS:
            item.kind = KINDS[word]
        elif word == SEQUENCE:
            item.inner = self._list_inside(value, word)
        elif word in self.spec.blocks:
            item.block = self.spec.blocks[word]
        else:
            near = partial(in_our_words, word, (*KINDS, SEQUENCE, *self.spec.blocks))
            repeated = slips.items.counted_repeat(key, value, self.faults.source)
            message = f"unknown kind of layer {shown(word)}"
            raise Problem(codes.UNKNOWN_KIND, message, key.span, helps=repeated or near)
        for stranger, content in strangers:
            item.broken = True
            self._stranger(item, key, value, stranger, content)
        if item.inner is None:
            try:
                self._value(item, value)
            except Problem as problem:
                self.broken(item, problem)
        return item

    def _stranger(self, item: Item, key: Scalar, value: Node, stranger: Scalar, content: Node) -> None:
        """Another key beside the kind: a parameter of it one level too high, or a second layer."""
        word, known = stranger.text, self._signature(item).due
        ours = word if word in known else ALIASES.get(word) or foreign(word)
        if ours is not None and ours in known and isinstance(value, Scalar):
            problem = slips.items.beside_kind(self.faults.source, (key, value), (stranger, content), ours)
            self.faults.add(problem, Label(item.span, "the kind"))
        elif self.is_kind(word):
            message = f"this item has two kinds, `{item.word}` and `{word}`"
            begun = slips.forms.new_item(self.faults.source, stranger.span)
            helps = Help(f"begin a new item: `- {word}:`", begun) if begun else "begin a new item with it"
            problem = Problem(codes.NOT_A_LAYER, message, stranger.span, helps=helps)
            self.faults.add(problem, Label(item.span, "the first"))
        else:
            self.faults.add(unknown_parameter(word, "an item", MODIFIERS).at(stranger.span))

    def _value(self, item: Item, value: Node) -> None:
        signature = self._signature(item)
        if item.kind is not None and item.kind.layer.joins:
            self._branches(item, value)
        elif isinstance(value, Scalar):
            if value.text.strip() and not signature.due:
                raise slips.items.takes_nothing(item, value)
            if not value.is_empty:
                self._scalar(item, value, signature)
        elif isinstance(value, Mapping) and (item.word != "act" or "function" in value):  # not `act: {leaky_relu: 0.1}`
            read_each(value.entries, partial(self._parameter, item, signature), partial(self.broken, item))
        elif signature.due:
            first = signature.first or next(iter(signature.due))
            item.values[first] = read(value, signature.due[first])
        else:
            raise slips.items.takes_nothing(item, value)

    def _scalar(self, item: Item, value: Scalar, signature: Signature) -> None:
        """The short form; in quotes it may be one formula with blanks, for the first parameter."""
        first = signature.first
        if value.quoted and first and ("(" in value.text or "$" in value.text):
            with suppress(Problem):
                item.values[first] = read(value, signature.due[first])
                return
        item.values = rewrite(value, signature, partial(self.broken, item))

    def _signature(self, item: Item) -> Signature:
        """What the short form and the map of an item may hold."""
        known = self._signatures.get(item.word)
        if known is None:
            known = self._signatures[item.word] = _signature_of(item)
        return known

    def _parameter(self, item: Item, signature: Signature, key: Scalar, entry: Node) -> None:
        word = key.text
        if word in signature.due:
            item.values[word] = read(entry, signature.due[word])
        elif word == "pad" and "padding" in signature.due:
            raise Problem(codes.UNKNOWN_WORD, "`pad` is for the short form", key.span, helps=write("padding"))
        elif word in MODIFIERS:
            raise slips.items.inside_kind(item, key, entry, self.faults.source)
        else:
            raise unknown_parameter(word, item.word, signature.due).at(key.span)

    def _branches(self, item: Item, value: Node) -> None:
        if is_empty(value) or (isinstance(value, Mapping) and not len(value)):
            return
        if not isinstance(value, Mapping):
            raise slips.items.no_branches(item, value, self.faults.source, self.is_kind)
        item.branches = []
        read_each(value.entries, partial(self._branch, item, item.branches), partial(self.broken, item))

    def _branch(self, item: Item, branches: list[Branch], key: Scalar, value: Node) -> None:
        if key.text in MODIFIERS:
            raise slips.items.inside_kind(item, key, value, self.faults.source)
        branch = Branch(key.text, key.span, [])
        branches.append(branch)
        try:
            check_name(key.text, key.span, "a branch", self.is_kind)
        except Problem as problem:
            self.broken(item, problem)
        if is_empty(value):
            span = slips.forms.entry_span(self.faults.source, key, value)
            keyed = f"{key.text}: identity"
            helps = Help(f"write `{keyed}` to pass the tensor on", Edit(keyed, span))
            raise Problem(codes.EMPTY_BRANCH, f"the branch `{key.text}` is empty", key.span, helps=helps)
        if not isinstance(value, Scalar) or value.text != "identity":
            branch.items = self.items(value, f"the branch `{key.text}`")

    def _list_inside(self, value: Node, word: str) -> list[Item]:
        if is_empty(value):
            raise Problem(codes.NO_LAYERS, f"the {word} holds no layers", value.span)
        return self.items(value, f"a {word}")


def _signature_of(item: Item) -> Signature:
    if item.kind is not None:
        due = {name: entry.type.due for name, entry in item.kind.parameters.items()}
        return Signature(item.word, due, item.kind.first)
    parameters = item.block.parameters if item.block else {}
    return Signature(item.word, dict.fromkeys(parameters, "any"), next(iter(parameters), ""))


def is_empty(node: Node) -> bool:
    """Whether nothing is written where a list is due."""
    return (isinstance(node, Scalar) and node.is_empty) or (isinstance(node, Sequence) and not node.items)


def _word_of(node: Node) -> str:
    """The kind that a faulty item seems to have, so that the numbers of the others stay right."""
    if isinstance(node, Mapping) and len(node):
        return next((key.text for key, _ in node.entries if key.text in KINDS), node.entries[0][0].text)
    return node.text if isinstance(node, Scalar) and node.text in KINDS else "?"
