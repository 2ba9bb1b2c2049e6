"""Reads a whole spec: the keys at the top, each by the module that knows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from cnncalc import codes
from cnncalc.language.reading import slips
from cnncalc.language.reading.blocks import read_blocks
from cnncalc.language.reading.declarations import RESERVED, Reference, Spec, Variant
from cnncalc.language.reading.dtypes import read_dtype
from cnncalc.language.reading.inputs import read_input
from cnncalc.language.reading.items import ItemReader, is_empty
from cnncalc.language.reading.keys import CLAIMS, check_keys
from cnncalc.language.reading.maps import entries_of, read_each, unknown_key
from cnncalc.language.reading.modifiers import check_name, check_variable_name, references_of
from cnncalc.language.reading.promises import of_variant, read_metrics
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.reading.written import Written, hidden, read
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence, listed
from cnncalc.problem import Faults, Problem, every
from cnncalc.source import Edit, Help, Span, write
from cnncalc.window import EXACT, ROUNDINGS
from cnncalc.wording import one_of

VERSION = "1"
VARIANT_KEYS = ("name", "vars", "dtype", "expect", "budget", "note")
SOURCE_KEYS = ("title", "authors", "year", "url", "note")
FAMILIES = ("conv", "pool")


def read_spec(tree: Mapping, faults: Faults) -> Spec:
    """The spec that a tree declares; every fault is kept, and leaves its part empty."""
    spec = Spec(rounding=dict.fromkeys(FAMILIES, EXACT), several_inputs="inputs" in tree and "input" not in tree)
    reader = ItemReader(faults, spec)
    entries = sorted(check_keys(tree, reader), key=lambda entry: _LATE.get(entry[0].text, 0))
    read_each(entries, partial(_read_key, reader), reader.report)
    return spec


def _read_key(reader: ItemReader, key: Scalar, value: Node) -> None:
    """Read one key; those that begin with `x-` are their author's own."""
    if key.text in _READERS:
        _READERS[key.text](reader, value)
    elif key.text in _PARTS:
        part, reads = _PARTS[key.text]
        setattr(reader.spec, part, reads(value))
    elif key.text in CLAIMS:
        reader.spec.promises += read_metrics(key, value, reader.faults)


def _inputs(reader: ItemReader, node: Node) -> None:
    def named(key: Scalar, value: Node) -> None:
        check_name(key.text, key.span, "an input", reader.is_kind)
        reader.spec.inputs.append(read_input(key.text, value, key.span))

    if not reader.spec.several_inputs:  # a fault that is reported already
        return
    if not isinstance(node, Mapping) or not len(node):
        names = ("left", "right") if isinstance(node, Sequence) and len(node.items) == 2 else ("left",)
        named_so = slips.forms.named_entries(names, node)
        helps = write(named_so) if named_so else "name each input before its volume"
        raise Problem(codes.MISPLACED_VALUE, "inputs is a map of names to volumes", node.span, helps=helps)
    read_each(node.entries, named, reader.report)


def _dtype(reader: ItemReader, node: Node) -> None:
    reader.spec.dtype = read_dtype(node, reader.faults)


def _rounding(reader: ItemReader, node: Node) -> None:
    entries = [(Scalar(family, node.span), node) for family in FAMILIES]

    def family(key: Scalar, value: Node) -> None:
        if key.text not in FAMILIES:
            message = f"rounding is for {' and '.join(FAMILIES)}, not `{key.text}`"
            raise Problem(codes.UNKNOWN_KEY, message, key.span)
        word = value.text if isinstance(value, Scalar) else ""
        if word not in ROUNDINGS:
            message = f"rounding must be {one_of(ROUNDINGS)}, not `{word}`"
            near = partial(did_you_mean, word, ROUNDINGS, f"write one of {', '.join(ROUNDINGS)}")
            raise Problem(codes.NOT_A_CHOICE, message, value.span, helps=near)
        reader.spec.rounding[key.text] = word

    read_each(node.entries if isinstance(node, Mapping) else entries, family, reader.report)


def _variables(node: Node, faults: Faults) -> dict[str, tuple[Span, Written]]:
    """The variables of a map, in written order; faults are kept, and their variables have no value."""
    variables: dict[str, tuple[Span, Written]] = {}

    def variable(key: Scalar, value: Node) -> None:
        check_variable_name(key)
        variables[key.text] = (key.span, hidden(value.span))  # whoever asks for a faulty one hears of one fault
        variables[key.text] = (key.span, read(value, "any"))

    read_each(entries_of(node, "vars is a map of names to values", slips.forms.as_map), variable, faults.add)
    return variables


def _variants(reader: ItemReader, node: Node) -> None:
    """All variants of a file, into its spec."""

    def variant(key: Scalar, value: Node) -> None:
        if not is_name(key.text):
            raise Problem(codes.BAD_NAME, f"`{key.text[:60]}` cannot name a variant", key.span)
        if not isinstance(value, Mapping):
            name = next(iter(reader.spec.variables), "")
            sets = f"{{vars: {slips.forms.named_entries((name,), value)}}}"
            helps = (
                write(sets) if name and isinstance(value, Scalar) and value.text else "a variant has vars of its own"
            )
            raise Problem(codes.BAD_VARIANT, "a variant is a map", value.span, helps=helps)
        reader.spec.variants[key.text] = _variant(key, value, reader.faults)

    read_each(entries_of(node, "variants is a map of names"), variant, reader.faults.add)


def _variant(key: Scalar, node: Mapping, faults: Faults) -> Variant:
    variant = Variant(key.text, key.span)

    def part(part: Scalar, content: Node) -> None:
        if part.text == "name":
            variant.title = _text(content, "name")
        elif part.text == "vars":
            variant.variables = _variables(content, faults)
        elif part.text == "dtype":
            variant.dtype = read_dtype(content, faults)
        elif part.text in CLAIMS:
            variant.promises += read_metrics(part, content, faults, of_variant(variant.lifts))
        elif part.text not in VARIANT_KEYS:
            raise unknown_key(part, VARIANT_KEYS, "a variant", "there are", codes.BAD_VARIANT)

    read_each(node.entries, part, faults.add)
    return variant


def _layers(reader: ItemReader, node: Node) -> None:
    reader.spec.items_span = node.span
    if is_empty(node):
        span = node.span if isinstance(node, Sequence) else node.span._replace(length=0)
        helps = Help("a network has at least one layer, such as `[fc: 10]`", Edit(" [fc: 10]", span))
        raise Problem(codes.NO_LAYERS, "`layers` is empty", node.span, helps=helps)
    reader.spec.items = reader.items(node, "`layers`")


def _check_version(_: ItemReader, value: Node) -> None:
    if not isinstance(value, Scalar) or value.text != VERSION:
        message = f"this cnncalc reads version {VERSION} of the language"
        helps = Help(f"write `cnncalc: {VERSION}`", Edit(VERSION))
        raise Problem(codes.OTHER_VERSION, message, value.span, helps=helps)


def _text(node: Node, what: str) -> str:
    if not isinstance(node, Scalar):
        raise Problem(codes.MISPLACED_VALUE, f"{what} is a text", node.span)
    return node.text


def _text_or_list(node: Node, what: str) -> Any:
    return [_text(item, what) for item in node.items] if isinstance(node, Sequence) else _text(node, what)


def _source(reader: ItemReader, node: Node) -> None:
    if not isinstance(node, Mapping):
        reader.spec.about["source"] = {"title": _text(node, "source")}
        return
    for key, _ in node.entries:
        if key.text not in SOURCE_KEYS:
            reader.faults.add(unknown_key(key, SOURCE_KEYS, "source", "a source has"))
    reader.spec.about["source"] = {key.text: _text_or_list(value, key.text) for key, value in node.entries}


def _outputs(node: Node) -> list[Reference]:
    references = _different(node)
    if not references:
        raise Problem(codes.MISPLACED_VALUE, "`outputs` names at least one layer", node.span)
    return references


def _different(node: Node) -> list[Reference]:
    """Names of layers, each once."""
    seen: set[str] = set()

    def different(reference: Reference) -> Reference:
        if reference.name in seen:
            raise Problem(codes.NO_OUTPUT, f"`{reference.name}` is named twice", reference.span)
        if not is_name(reference.name) or reference.name in RESERVED:
            raise Problem(codes.NO_OUTPUT, f"`{reference.name[:60]}` is not the name of a layer", reference.span)
        seen.add(reference.name)
        return reference

    return every(different, references_of(node))


def _file(node: Node) -> str:
    """A file beside the spec, inside its folder."""
    path = _text(node, "a file")
    parts = path.replace("\\", "/").split("/")
    if not path or path.startswith(("/", "\\", "~")) or ".." in parts or ":" in parts[0]:
        message = f"`{path}` leaves the folder of the spec"
        raise Problem(codes.OUTSIDE_FOLDER, message, node.span, helps="name a file beside the spec")
    return path


def _ignored(node: Node) -> frozenset[str]:
    ignore = node.get("ignore") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or ignore is None or len(node) != 1:
        codes_ = [entry.text for entry in listed(node) if isinstance(entry, Scalar) and entry.text.startswith("CNN6")]
        helps = (
            write(f"{{ignore: [{', '.join(codes_)}]}}") if codes_ else "it has one key, ignore, with a list of codes"
        )
        raise Problem(codes.BAD_LINT_SETTING, "lint is a map", node.span, helps=helps)
    return frozenset(every(_lint, references_of(ignore)))


def _lint(lint: Reference) -> str:
    if lint.name.startswith("CNN6") and len(lint.name) == 6 and lint.name[4:].isdecimal():
        return lint.name
    raise Problem(codes.BAD_LINT_SETTING, f"`{lint.name}` is not a lint: lints are CNN601 and up", lint.span)


_PARTS: dict[str, tuple[str, Callable[[Node], object]]] = {
    "name": ("name", partial(_text, what="name")),
    "outputs": ("outputs", _outputs),
    "aux_outputs": ("aux_outputs", _different),
    "weights": ("weights_file", _file),
    "labels": ("labels_file", _file),
    "lint": ("ignored_lints", _ignored),
}
"""The keys that each give one part of a `Spec`, with its name and its reader."""

_READERS: dict[str, Callable[[ItemReader, Node], None]] = {
    "cnncalc": _check_version,
    "note": lambda reader, node: reader.spec.about.update(note=_text(node, "note")),
    "source": _source,
    "input": lambda reader, node: reader.spec.inputs.append(read_input("input", node)),
    "inputs": _inputs,
    "dtype": _dtype,
    "rounding": _rounding,
    "vars": lambda reader, node: reader.spec.variables.update(_variables(node, reader.faults)),
    "variants": _variants,
    "blocks": read_blocks,
    "layers": _layers,
}
"""The other keys, each with what reads it into the spec of a reader."""

_LATE = {"blocks": 1, "layers": 2}
"""What is read when the variables, then the blocks are known."""
