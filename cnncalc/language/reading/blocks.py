"""Reads `blocks:`: the names, parameters and inputs of all of them first, so that they may use one another."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.reading.declarations import RESERVED, Block, Spec
from cnncalc.language.reading.items import ItemReader, is_empty
from cnncalc.language.reading.maps import entries_of, read_each, unknown_key
from cnncalc.language.reading.modifiers import reference_of
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.reading.variables import check_variable_name
from cnncalc.language.reading.written import read
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
        blocks: list[tuple[Block, Node]] = []

        def block(key: Scalar, value: Node) -> None:
            blocks.append((self._named(key), value))

        try:
            entries = entries_of(node, "blocks is a map of names", "write `blocks: {Name: {layers: [...]}}`")
        except Problem as problem:
            self.faults.add(problem)
            return
        read_each(entries, block, self.faults.add)
        whole = [(block, layers) for block, value in blocks if (layers := self._signature(block, value)) is not None]
        for block_, layers in whole:
            self._layers(block_, layers)

    def _named(self, key: Scalar) -> Block:
        text = key.text
        if is_name(text) and text[0].isupper():
            return self.spec.blocks.setdefault(text, Block(text, key.span))
        helps = f"write `{text[0].upper()}{text[1:]}`" if is_name(text) and text[0].isalpha() else ()
        message = f"`{text[:60]}` cannot name a block: blocks are capitalised, kinds are not"
        raise Problem(codes.BAD_BLOCK, message, key.span, helps=helps)

    def _signature(self, block: Block, node: Node) -> Node | None:
        """Read all but the layers of a block, which come back where it has some and nothing is wrong."""
        layers = node.get("layers") if isinstance(node, Mapping) else None

        def broken(problem: Problem) -> None:
            block.broken = True
            self.reader.report(problem)

        if not isinstance(node, Mapping) or layers is None:
            helps = f"write `{block.name}: {{layers: [...]}}`"
            broken(Problem(codes.BAD_BLOCK, f"the block {block.name} has no `layers`", block.span, helps=helps))
            return None
        if is_empty(layers):
            broken(Problem(codes.NO_LAYERS, f"the block {block.name} holds no layers", layers.span))
        read_each(node.entries, lambda key, value: self._part(block, key, value), broken)
        return None if block.broken else layers

    def _layers(self, block: Block, layers: Node) -> None:
        try:
            block.items = self.reader.items(layers, f"`layers` of {block.name}")
        except Problem as problem:
            block.broken = True
            self.reader.report(problem)

    def _part(self, block: Block, key: Scalar, value: Node) -> None:
        if key.text == "params":
            self._parameters(block, value)
        elif key.text == "inputs":
            self._inputs(block, value)
        elif key.text not in KEYS:
            raise unknown_key(key, KEYS, "a block", "a block has", codes.BAD_BLOCK)

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
        message = "params is a map: names alone are required, `name: value` has a default"
        for key, value in entries_of(node, message, "write `params: {a, b: 1}`", codes.BAD_BLOCK):
            check_variable_name(key)
            hidden = self.spec.variables.get(key.text)
            if hidden is not None:
                message = f"the parameter `{key.text}` would hide the variable of that name"
                problem = Problem(codes.HIDDEN_NAME, message, key.span, helps="give one of them another name")
                self.faults.add(problem, Label(hidden[0], "the variable"))
                block.broken = True
            empty = isinstance(value, Scalar) and value.is_empty
            default = None if empty else read(value, "any")
            block.parameters[key.text] = key.span, default
