"""Checks the keys at the top of a spec: each is known, what must be there is, and none has lost its place."""

from __future__ import annotations

from functools import partial

from cnncalc import codes
from cnncalc.language.reading import slips
from cnncalc.language.reading.items import ItemReader
from cnncalc.language.values.suggest import closest, foreign, meant_by
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.layers import KINDS
from cnncalc.layers.schema import shown
from cnncalc.metrics import CLAIMED
from cnncalc.problem import Label, Problem
from cnncalc.source import Edit, Help

KEYS = (
    "cnncalc", "name", "source", "note", "input", "inputs", "dtype", "rounding", "vars", "variants",
    "blocks", "layers", "outputs", "aux_outputs", "expect", "budget", "weights", "labels", "lint",
)  # fmt: skip
CLAIMS = ("expect", "budget")

ANYBODYS = {"name", "note", "source", "vars", "labels"}
"""Keys that files of all sorts have; every other key says that a file is a network."""

_OWN = "keys of your own begin with `x-`"
_FOREIGN_KEYS = {
    "variables": "vars", "params": "vars", "network": "layers", "model": "layers", "modules": "layers",
    "input_shape": "input", "input_size": "input", "version": "cnncalc",
}  # fmt: skip


def check_keys(tree: Mapping, reader: ItemReader) -> list[tuple[Scalar, Node]]:
    """Report what is wrong with the keys of a spec; the entries that can be read."""
    faults = reader.faults
    entries = tree.entries
    strange = _something_else(tree, reader)
    if strange:
        message = "this file is no network: it has neither `input` nor `layers`, nor any other key of one"
        helps = "end the names of networks in .cnn.yaml, and check those alone, as in: cnncalc check nets/*.cnn.yaml"
        note = f"it has {', '.join(key.text[:40] for key in strange[:3])}"
        faults.add(Problem(codes.NOT_A_NETWORK, message, strange[0].span, note=note, helps=helps))
        return entries
    missing = {"layers", "input"}
    for key, _ in tree.entries:
        if key.text in KEYS or key.text.startswith("x-"):
            continue
        claim = _empty_claim(tree) if key.text in CLAIMED else ""
        entries = [entry for entry in entries if entry[0].text != claim]
        faults.add(_beside_its_claim(key, claim) if claim else _unknown(key, reader, tree))
        missing.discard(_meant_key(key.text))  # which is what is missing then
    if "layers" not in tree and "layers" in missing:
        helps = _as_layers(reader, tree)
        faults.add(Problem(codes.MISSING_PART, "this spec has no `layers`", tree.span, helps=helps))
    if "input" in tree and "inputs" in tree:
        message, span = "a spec has either `input` or `inputs`", tree.key_span("inputs")
        problem = Problem(codes.MISSING_PART, message, span, helps="keep one of them")
        faults.add(problem, Label(tree.key_span("input"), "one input is declared here"))
    elif "input" not in tree and "inputs" not in tree and "input" in missing:
        volume = "input: 224x224x3"
        helps = Help(f"add the volume that comes in, such as `{volume}`", slips.forms.key_above(tree, volume))
        faults.add(Problem(codes.MISSING_PART, "this spec has no `input`", tree.span, helps=helps))
    return entries


def _something_else(tree: Mapping, reader: ItemReader) -> list[Scalar]:
    """The keys of a file that is about something else: none is a network's, nor like one or a layer."""
    keys = [key for key, _ in tree.entries if key.text not in ANYBODYS and not key.text.startswith("x-")]
    if any(key.text in KEYS for key in keys):
        return []
    ours = any(_near_key(key.text, reader, tree) != _OWN for key in keys[:20] if key.text != "version")
    return [] if ours else keys


def _unknown(key: Scalar, reader: ItemReader, tree: Mapping) -> Problem:
    message = f"unknown key {shown(key.text)}"
    return Problem(codes.UNKNOWN_KEY, message, key.span, helps=partial(_near_key, key.text, reader, tree))


def _is_layer(word: str, reader: ItemReader) -> bool:
    return reader.is_kind(word) or foreign(word) in KINDS


def _as_layers(reader: ItemReader, tree: Mapping) -> Help:
    """The help that makes a list of the layers that stand at the top of a file, or begins one."""
    if "layers" in tree:
        return Help("layers are items of a list: move it below layers, behind a dash")
    source = reader.faults.source
    named = [(key, foreign(key.text) or "") for key, _ in tree.entries if _is_layer(key.text, reader)]
    if not named:
        first = "layers: [fc: 10]"
        return Help(f"add a list of layers, such as `{first}`", slips.forms.key_below(source, tree, first))
    layers = [(key, "" if reader.is_kind(key.text) else name) for key, name in named]
    return Help(
        "layers are items of a list: write `layers:` and below it an item of each",
        *slips.forms.as_layers(source, layers),
    )


def _near_key(word: str, reader: ItemReader, tree: Mapping) -> str:
    if _is_layer(word, reader):
        return _as_layers(reader, tree)
    ours = _meant_key(word)
    return meant_by(ours) if ours else _OWN


def _meant_key(word: str) -> str:
    """The key that an unknown one seems to be; `inputs` counts as `input`, which it stands in for."""
    return _FOREIGN_KEYS.get(word) or closest(word, KEYS) or ""


def _empty_claim(tree: Mapping) -> str:
    """The last `expect` or `budget` of a spec that says nothing; empty where each says something."""
    empty = [
        key.text for key, value in tree.entries if key.text in CLAIMS and isinstance(value, Scalar) and value.is_empty
    ]
    return empty[-1] if empty else ""


def _beside_its_claim(key: Scalar, claim: str) -> Problem:
    message = f"`{key.text}` belongs under `{claim}`, and is not indented"
    return Problem(
        codes.MISPLACED_PARAMETER,
        message,
        key.span,
        helps=Help("indent it by 2 spaces", Edit("  ", key.span._replace(length=0))),
    )
