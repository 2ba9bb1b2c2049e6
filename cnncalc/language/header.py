"""Reads a whole spec: the keys at the top, blocks, variables and variants; items are read by `items`."""

from __future__ import annotations

from typing import Any

from cnncalc.language.declarations import Block, BlockParameter, Reference, Spec, Variant
from cnncalc.language.inputs import read_input
from cnncalc.language.items import RESERVED, ItemReader
from cnncalc.language.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.language.promises import read_promises
from cnncalc.language.suggest import closest
from cnncalc.language.words import is_name, is_variable
from cnncalc.language.written import Placed, Written, read
from cnncalc.layers import KINDS
from cnncalc.problem import Faults, Label, Problem
from cnncalc.window import EXACT, ROUNDINGS

VERSION = "1"
KEYS = (
    "cnncalc", "name", "source", "note", "input", "inputs", "rounding", "vars", "variants", "blocks", "layers",
    "outputs", "aux_outputs", "expect", "budget", "weights", "labels", "lint",
)  # fmt: skip
SOURCE_KEYS = ("title", "authors", "year", "url", "note")
FAMILIES = ("conv", "pool")


class SpecReader:
    """Reads one tree into a `Spec`; every fault is kept and reading goes on."""

    def __init__(self, tree: Mapping, faults: Faults) -> None:
        self.tree = tree
        self.faults = faults
        self.spec = Spec(rounding=dict.fromkeys(FAMILIES, EXACT))
        self.reader = ItemReader(faults, self.spec.blocks)

    def read(self) -> Spec:
        """The declared spec. Faults of the file as a whole leave its parts empty."""
        self._check_keys()
        for key, value in self.tree.entries:
            self._guarded(key, value)
        self._blocks()
        self._layers()
        return self.spec

    def _check_keys(self) -> None:
        for key, _ in self.tree.entries:
            word = key.text
            if word in KEYS or word.startswith("x-"):
                continue
            meant = {
                "variables": "vars",
                "params": "vars",
                "network": "layers",
                "model": "layers",
                "modules": "layers",
            }.get(word)
            meant = meant or closest(word, KEYS)
            if word in KINDS:
                helps: tuple[str, ...] = (
                    f"layers are items of a list: write `layers:` and below it `  - {word}: ...`",
                )
            else:
                helps = (f"did you mean `{meant}`?",) if meant else ("keys of your own begin with `x-`",)
            self.faults.add("CNN201", key.span, f"unknown key `{word}`", helps=helps)
        if "layers" not in self.tree:
            self.faults.add(
                "CNN202", self.tree.span, "this spec has no `layers`", helps=("add `layers:` with a list below it",)
            )
        if "input" in self.tree and "inputs" in self.tree:
            self.faults.add(
                "CNN202",
                self.tree.key_span("inputs"),
                "a spec has either `input` or `inputs`",
                labels=(Label(self.tree.key_span("input"), "one input is declared here"),),
                helps=("keep one of them",),
            )
        elif "input" not in self.tree and "inputs" not in self.tree:
            self.faults.add("CNN202", self.tree.span, "this spec has no `input`", helps=("add `input: 224x224x3`",))

    def _guarded(self, key: Scalar, value: Node) -> None:
        try:
            self._key(key, value)
        except Placed as placed:
            self.reader.tell(placed)

    def _key(self, key: Scalar, value: Node) -> None:
        spec = self.spec
        match key.text:
            case "cnncalc":
                if not isinstance(value, Scalar) or value.text != VERSION:
                    raise Placed(
                        Problem("CNN216", "", f"this cnncalc reads version {VERSION} of the language"), value.span
                    )
            case "name":
                spec.name = _text(value, "name")
            case "note":
                spec.about["note"] = _text(value, "note")
            case "source":
                spec.about["source"] = self._source(value)
            case "input":
                spec.inputs.append(read_input("input", value))
            case "inputs":
                self._inputs(value)
            case "rounding":
                self._rounding(value)
            case "vars":
                spec.variables = self._variables(value, "vars")
            case "variants":
                self._variants(value)
            case "outputs":
                spec.outputs = _references(value)
            case "aux_outputs":
                spec.aux_outputs = _references(value)
            case "expect" | "budget":
                if not isinstance(value, Mapping):
                    raise Placed(
                        Problem(
                            "CNN235",
                            "",
                            f"{key.text} is a map of metrics here",
                            helps=(f"write `{key.text}: {{params: 5M}}`",),
                        ),
                        value.span,
                    )
                spec.promises += read_promises(key.text, value, self.faults)
            case "weights":
                spec.weights_file = _file(value)
            case "labels":
                spec.labels_file = _file(value)
            case "lint":
                spec.ignored_lints = _ignored(value)

    def _source(self, node: Node) -> dict[str, Any]:
        if not isinstance(node, Mapping):
            return {"title": _text(node, "source")}
        for key, _ in node.entries:
            if key.text not in SOURCE_KEYS:
                meant = closest(key.text, SOURCE_KEYS)
                helps = (f"did you mean `{meant}`?",) if meant else (f"a source has {', '.join(SOURCE_KEYS)}",)
                self.faults.add("CNN201", key.span, f"unknown key `{key.text}` in source", helps=helps)
        return {
            key.text: [_text(item, key.text) for item in value.items]
            if isinstance(value, Sequence)
            else _text(value, key.text)
            for key, value in node.entries
        }

    def _inputs(self, node: Node) -> None:
        if not isinstance(node, Mapping) or not len(node):
            raise Placed(
                Problem(
                    "CNN211", "", "inputs is a map of names to volumes", helps=("write `inputs: {left: 105x105x1}`",)
                ),
                node.span,
            )
        self.spec.several_inputs = True
        for key, value in node.entries:
            if not is_name(key.text) or key.text in RESERVED:
                self.faults.add("CNN214", key.span, f"`{key.text}` cannot name an input")
                continue
            try:
                self.spec.inputs.append(read_input(key.text, value, key.span))
            except Placed as placed:
                self.reader.tell(placed)

    def _rounding(self, node: Node) -> None:
        entries = [(Scalar(family, node.span), node) for family in FAMILIES]
        if isinstance(node, Mapping):
            entries = [(key, value) for key, value in node.entries]
        for key, value in entries:
            if key.text not in FAMILIES:
                raise Placed(
                    Problem("CNN201", "", f"rounding is for {' and '.join(FAMILIES)}, not `{key.text}`"), key.span
                )
            word = value.text if isinstance(value, Scalar) else ""
            if word not in ROUNDINGS:
                meant = closest(word, ROUNDINGS)
                helps = (f"did you mean `{meant}`?",) if meant else ()
                raise Placed(
                    Problem("CNN223", "", f"rounding must be {' or '.join(ROUNDINGS)}, not `{word}`", helps=helps),
                    value.span,
                )
            self.spec.rounding[key.text] = word

    def _variables(self, node: Node, what: str) -> dict[str, tuple[Any, Written]]:
        if isinstance(node, Scalar) and node.is_empty:
            return {}
        if not isinstance(node, Mapping):
            raise Placed(
                Problem(
                    "CNN211", "", f"{what} is a map of names to values", helps=(f"write `{what}: {{width: 1.0}}`",)
                ),
                node.span,
            )
        variables = {}
        for key, value in node.entries:
            try:
                check_variable_name(key)
                variables[key.text] = (key.span, read(value, "any"))
            except Placed as placed:
                self.reader.tell(placed)
        return variables

    def _variants(self, node: Node) -> None:
        if not isinstance(node, Mapping):
            raise Placed(Problem("CNN211", "", "variants is a map of names"), node.span)
        for key, value in node.entries:
            variant = Variant(key.text, key.span)
            if not is_name(key.text):
                self.faults.add("CNN214", key.span, f"`{key.text}` cannot name a variant")
            if not isinstance(value, Mapping):
                raise Placed(
                    Problem(
                        "CNN237", "", "a variant is a map", helps=(f"write `{key.text}: {{vars: {{width: 0.5}}}}`",)
                    ),
                    value.span,
                )
            for part, content in value.entries:
                self._variant_part(variant, part, content)
            self.spec.variants[key.text] = variant

    def _variant_part(self, variant: Variant, part: Scalar, content: Node) -> None:
        if part.text == "vars":
            variant.variables = self._variables(content, "vars")
        elif part.text in {"expect", "budget"} and isinstance(content, Mapping):
            variant.promises += read_promises(part.text, content, self.faults)
        elif part.text not in {"note", "name"}:
            meant = closest(part.text, ("vars", "expect", "budget", "note"))
            helps = (f"did you mean `{meant}`?",) if meant else ("a variant has vars, expect, budget and note",)
            self.faults.add("CNN237", part.span, f"unknown key `{part.text}` in a variant", helps=helps)

    def _blocks(self) -> None:
        node = self.tree.get("blocks")
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return
        if not isinstance(node, Mapping):
            self.faults.add("CNN211", node.span, "blocks is a map of names")
            return
        for key, _ in node.entries:  # all names first: blocks may use blocks that stand below them
            if self._is_block_name(key):
                self.spec.blocks[key.text] = Block(key.text, key.span)
        for key, value in node.entries:
            block = self.spec.blocks.get(key.text)
            if block is not None:
                self._signature(block, value)
        for key, value in node.entries:
            block = self.spec.blocks.get(key.text)
            if block is not None and isinstance(value, Mapping) and (layers := value.get("layers")) is not None:
                block.items = self.reader.items(layers, f"`layers` of {block.name}")

    def _is_block_name(self, key: Scalar) -> bool:
        text = key.text
        if not is_name(text) or not text[0].isupper():
            helps = (f"write `{text[0].upper()}{text[1:]}`",) if is_name(text) and text[0].isalpha() else ()
            self.faults.add(
                "CNN229", key.span, f"`{text}` cannot name a block: blocks are capitalised, kinds are not", helps=helps
            )
            return False
        return True

    def _signature(self, block: Block, node: Node) -> None:
        if not isinstance(node, Mapping) or "layers" not in node:
            block.broken = True
            self.faults.add("CNN229", block.span, f"the block {block.name} has no `layers`")
            return
        for key, value in node.entries:
            try:
                self._block_part(block, key, value)
            except Placed as placed:
                block.broken = True
                self.reader.tell(placed)

    def _block_part(self, block: Block, key: Scalar, value: Node) -> None:
        match key.text:
            case "params":
                self._block_parameters(block, value)
            case "inputs":
                for reference in _references(value):
                    if not is_name(reference.name) or reference.name in RESERVED:
                        raise Placed(Problem("CNN214", "", f"`{reference.name}` cannot name an input"), reference.span)
                    block.inputs.append(reference)
            case "layers" | "note":
                pass
            case other:
                meant = closest(other, ("params", "inputs", "layers", "note"))
                helps = (f"did you mean `{meant}`?",) if meant else ("a block has params, inputs, layers and note",)
                raise Placed(Problem("CNN229", "", f"unknown key `{other}` in a block", helps=helps), key.span)

    def _block_parameters(self, block: Block, node: Node) -> None:
        if isinstance(node, Scalar) and node.is_empty:
            return
        if not isinstance(node, Mapping):
            raise Placed(
                Problem(
                    "CNN229",
                    "",
                    "params is a map: names alone are required, `name: value` has a default",
                    helps=("write `params: {a, b: 1}`",),
                ),
                node.span,
            )
        for key, value in node.entries:
            check_variable_name(key)
            if key.text in self.spec.variables:
                first = self.spec.variables[key.text][0]
                self.faults.add(
                    "CNN228",
                    key.span,
                    f"the parameter `{key.text}` would hide the variable of that name",
                    labels=(Label(first, "the variable"),),
                    helps=("give one of them another name",),
                )
                block.broken = True
            empty = isinstance(value, Scalar) and value.is_empty
            block.parameters[key.text] = BlockParameter(key.text, key.span, None if empty else read(value, "any"))

    def _layers(self) -> None:
        node = self.tree.get("layers")
        if node is None:
            return
        self.spec.items_span = node.span
        if isinstance(node, Sequence) and not node.items or isinstance(node, Scalar) and node.is_empty:
            self.faults.add(
                "CNN203", node.span, "`layers` is empty", helps=("a network has at least one layer: `- conv: 6 5x5`",)
            )
            return
        self.spec.items = self.reader.items(node, "`layers`")


def check_variable_name(key: Scalar) -> None:
    """Refuse a name that a formula could not write."""
    if key.text in RESERVED or not is_variable(key.text) or key.text.isdigit():
        raise Placed(
            Problem("CNN214", "", f"`{key.text}` cannot name a variable: names have letters, digits and `_`"), key.span
        )


def _text(node: Node, what: str) -> str:
    if not isinstance(node, Scalar):
        raise Placed(Problem("CNN211", "", f"{what} is a text"), node.span)
    return node.text


def _references(node: Node) -> list[Reference]:
    entries = node.items if isinstance(node, Sequence) else [node]
    references = []
    for entry in entries:
        if not isinstance(entry, Scalar) or entry.is_empty:
            raise Placed(Problem("CNN211", "", "names of layers are due here"), entry.span)
        references.append(Reference(entry.text, entry.span))
    return references


def _file(node: Node) -> str:
    """A file beside the spec, inside its folder."""
    path = _text(node, "a file")
    parts = path.replace("\\", "/").split("/")
    if not path or path.startswith(("/", "\\", "~")) or ".." in parts or ":" in parts[0]:
        raise Placed(
            Problem("CNN219", "", f"`{path}` leaves the folder of the spec", helps=("name a file beside the spec",)),
            node.span,
        )
    return path


def _ignored(node: Node) -> frozenset[str]:
    ignore = node.get("ignore") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or ignore is None or len(node) != 1:
        raise Placed(Problem("CNN239", "", "lint is a map", helps=("write `lint: {ignore: [CNN603]}`",)), node.span)
    codes = _references(ignore)
    for code in codes:
        if not (code.name.startswith("CNN6") and code.name[3:].isdigit() and len(code.name) == 6):
            raise Placed(Problem("CNN239", "", f"`{code.name}` is no lint: lints are CNN601 and up"), code.span)
    return frozenset(code.name for code in codes)
