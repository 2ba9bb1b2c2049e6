"""Reads `blocks:`: the names, parameters and inputs of all of them first, so that they may use one another."""

from __future__ import annotations

from functools import partial

from cnncalc import codes
from cnncalc.language.reading import slips
from cnncalc.language.reading.declarations import RESERVED, Block
from cnncalc.language.reading.items import ItemReader, is_empty
from cnncalc.language.reading.maps import entries_of, read_each, unknown_key
from cnncalc.language.reading.modifiers import check_variable_name, references_of
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.reading.written import hidden, read
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.problem import Label, Problem
from cnncalc.source import write

KEYS = ("params", "inputs", "layers", "note")


def read_blocks(reader: ItemReader, node: Node) -> None:
    """All blocks of a file, into its spec; every fault is kept and breaks its block."""
    blocks: list[tuple[Block, Node]] = []
    entries = entries_of(node, "blocks is a map of names, each with its layers")
    read_each(entries, lambda key, value: blocks.append((_named(reader, key), value)), reader.report)
    whole = [(block, layers) for block, value in blocks if (layers := _signature(reader, block, value)) is not None]
    for block, layers in whole:
        try:
            block.items = reader.items(layers, f"`layers` of {block.name}")
        except Problem as problem:
            reader.broken(block, problem)


def _named(reader: ItemReader, key: Scalar) -> Block:
    text = key.text
    if is_name(text) and text[0].isupper():
        return reader.spec.blocks.setdefault(text, Block(text, key.span))
    helps = write(f"{text[0].upper()}{text[1:]}") if is_name(text) and text[0].isalpha() else ""
    message = f"`{text[:60]}` cannot name a block: blocks are capitalised, kinds are not"
    raise Problem(codes.BAD_BLOCK, message, key.span, helps=helps)


def _signature(reader: ItemReader, block: Block, node: Node) -> Node | None:
    """Read all but the layers of a block, which come back where it has some and nothing is wrong."""
    layers = node.get("layers") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or layers is None:
        helps = (
            slips.forms.under_key("layers", node)
            if isinstance(node, Sequence)
            else "put its list of layers below a key layers"
        )
        message = f"the block {block.name} has no `layers`"
        reader.broken(block, Problem(codes.BAD_BLOCK, message, block.span, helps=helps))
        return None
    if is_empty(layers):
        message = f"the block {block.name} holds no layers"
        reader.broken(block, Problem(codes.NO_LAYERS, message, layers.span))
    read_each(node.entries, partial(_part, reader, block), partial(reader.broken, block))
    return None if block.broken else layers


def _part(reader: ItemReader, block: Block, key: Scalar, value: Node) -> None:
    if key.text == "params":
        _parameters(reader, block, value)
    elif key.text == "inputs":
        _inputs(block, value)
    elif key.text not in KEYS:
        raise unknown_key(key, KEYS, "a block", "a block has", codes.BAD_BLOCK)


def _inputs(block: Block, node: Node) -> None:
    for reference in references_of(node):
        if not is_name(reference.name) or reference.name in RESERVED:
            message = f"`{reference.name[:60]}` cannot name an input of a block"
            raise Problem(codes.BAD_NAME, message, reference.span)
        if any(reference.name == other.name for other in block.inputs):
            raise Problem(codes.NAME_TWICE, f"the input `{reference.name}` is named twice", reference.span)
        block.inputs.append(reference)


def _parameters(reader: ItemReader, block: Block, node: Node) -> None:
    message = "params is a map: a bare name is required, `name: value` has a default"
    entries = entries_of(node, message, slips.forms.as_map, codes.BAD_BLOCK)
    read_each(entries, partial(_parameter, reader, block), partial(reader.broken, block))


def _parameter(reader: ItemReader, block: Block, key: Scalar, value: Node) -> None:
    check_variable_name(key)
    above = reader.spec.variables.get(key.text)
    if above is not None:
        message = f"the parameter `{key.text}` would hide the variable of that name"
        helps, labels = "give one of them another name", (Label(above[0], "the variable"),)
        reader.broken(block, Problem(codes.HIDDEN_NAME, message, key.span, helps=helps, labels=labels))
    block.parameters[key.text] = key.span, hidden(value.span)
    empty = isinstance(value, Scalar) and value.is_empty
    block.parameters[key.text] = key.span, None if empty else read(value, "any")
