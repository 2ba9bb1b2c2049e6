"""Reads `blocks:`: the names, parameters and inputs of all of them first, so that they may use one another."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.reading.declarations import RESERVED, Block, BlockParameter, Spec
from cnncalc.language.reading.items import ItemReader, is_empty
from cnncalc.language.reading.modifiers import check_variable_name, reference_of
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.reading.written import read
from cnncalc.language.values.suggest import closest
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.problem import Faults, Label, Problem

KEYS = ("params", "inputs", "layers", "note")


class BlockReader:
    """Reads the blocks of a file into its spec; every fault is kept and breaks its block."""

    def __init__(self, spec: Spec, reader: ItemReader, faults: Faults) -> None:
        self.spec = spec
        self.reader = reader
        self.faults = faults

    def read(self, node: Node | None) -> None:
        """All blocks of a file."""
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return
        if not isinstance(node, Mapping):
            helps = ("write `blocks: {Name: {layers: [...]}}`",)
            self.faults.add(Problem(codes.MISPLACED_VALUE, "blocks is a map of names", node.span, helps=helps))
            return
        blocks = [(block, value) for key, value in node.entries if (block := self._named(key)) is not None]
        for block, value in blocks:
            self._signature(block, value)
        for block, value in blocks:
            layers = value.get("layers") if isinstance(value, Mapping) else None
            if layers is not None and not block.broken:
                try:
                    block.items = self.reader.items(layers, f"`layers` of {block.name}")
                except Problem as problem:
                    block.broken = True
                    self.reader.report(problem)

    def _named(self, key: Scalar) -> Block | None:
        text = key.text
        if is_name(text) and text[0].isupper():
            self.spec.blocks[text] = Block(text, key.span)
            return self.spec.blocks[text]
        helps = (f"write `{text[0].upper()}{text[1:]}`",) if is_name(text) and text[0].isalpha() else ()
        message = f"`{text[:60]}` cannot name a block: blocks are capitalised, kinds are not"
        self.faults.add(Problem(codes.BAD_BLOCK, message, key.span, helps=helps))
        return None

    def _signature(self, block: Block, node: Node) -> None:
        layers = node.get("layers") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or layers is None:
            block.broken = True
            helps = (f"write `{block.name}: {{layers: [...]}}`",)
            message = f"the block {block.name} has no `layers`"
            self.faults.add(Problem(codes.BAD_BLOCK, message, block.span, helps=helps))
            return
        if is_empty(layers):
            block.broken = True
            self.faults.add(Problem(codes.NO_LAYERS, f"the block {block.name} holds no layers", layers.span))
        for key, value in node.entries:
            try:
                self._part(block, key, value)
            except Problem as problem:
                block.broken = True
                self.reader.report(problem)

    def _part(self, block: Block, key: Scalar, value: Node) -> None:
        match key.text:
            case "params":
                self._parameters(block, value)
            case "inputs":
                self._inputs(block, value)
            case "layers" | "note":
                pass
            case other:
                raise Problem(
                    codes.BAD_BLOCK, f"unknown key `{other}` in a block", key.span, helps=lambda: _near_key(other)
                )

    def _inputs(self, block: Block, node: Node) -> None:
        for entry in node.items if isinstance(node, Sequence) else [node]:
            reference = reference_of(entry)
            if not is_name(reference.name) or reference.name in RESERVED:
                message = f"`{reference.name[:60]}` cannot name an input of a block"
                raise Problem(codes.BAD_NAME, message, reference.span)
            if any(reference.name == other.name for other in block.inputs):
                raise Problem(codes.NAME_TWICE, f"the input `{reference.name}` is named twice", reference.span)
            block.inputs.append(reference)

    def _parameters(self, block: Block, node: Node) -> None:
        if isinstance(node, Scalar) and node.is_empty:
            return
        if not isinstance(node, Mapping):
            message = "params is a map: names alone are required, `name: value` has a default"
            raise Problem(codes.BAD_BLOCK, message, node.span, helps="write `params: {a, b: 1}`")
        for key, value in node.entries:
            check_variable_name(key)
            hidden = self.spec.variables.get(key.text)
            if hidden is not None:
                message = f"the parameter `{key.text}` would hide the variable of that name"
                problem = Problem(codes.HIDDEN_NAME, message, helps="give one of them another name")
                self.faults.add(problem.at(key.span), Label(hidden[0], "the variable"))
                block.broken = True
            empty = isinstance(value, Scalar) and value.is_empty
            default = None if empty else read(value, "any")
            block.parameters[key.text] = BlockParameter(key.text, key.span, default)


def _near_key(word: str) -> tuple[str, ...]:
    meant = closest(word, KEYS)
    return (f"did you mean `{meant}`?",) if meant else (f"a block has {', '.join(KEYS)}",)
