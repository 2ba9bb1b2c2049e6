"""Reads `vars:` and `variants:`: named values, and named sets of them with expectations of their own."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.reading.declarations import RESERVED, Promise, Spec, Variant
from cnncalc.language.reading.maps import entries_of, read_each, unknown_key
from cnncalc.language.reading.promises import read_promises
from cnncalc.language.reading.scalars import is_name, is_variable
from cnncalc.language.reading.written import Written, read
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.problem import Faults, Problem, Span

KEYS = ("vars", "expect", "budget", "note")


def read_variables(node: Node, faults: Faults) -> dict[str, tuple[Span, Written]]:
    """The variables of a map, in written order; faults are kept and their variables left out."""
    variables = {}

    def variable(key: Scalar, value: Node) -> None:
        check_variable_name(key)
        variables[key.text] = (key.span, read(value, "any"))

    read_each(entries_of(node, "vars is a map of names to values", "write `vars: {width: 1.0}`"), variable, faults.add)
    return variables


def check_variable_name(key: Scalar) -> None:
    """Refuse a name that a formula could not write."""
    if key.text in RESERVED or not is_variable(key.text) or key.text.isdigit():
        message = f"`{key.text[:60]}` cannot name a variable: names have letters, digits and `_`"
        raise Problem(codes.BAD_NAME, message, key.span)


def read_variants(spec: Spec, node: Node, faults: Faults) -> None:
    """All variants of a file, into its spec."""

    def variant(key: Scalar, value: Node) -> None:
        if not is_name(key.text):
            raise Problem(codes.BAD_NAME, f"`{key.text[:60]}` cannot name a variant", key.span)
        if not isinstance(value, Mapping):
            helps = f"write `{key.text}: {{vars: {{width: 0.5}}}}`"
            raise Problem(codes.BAD_VARIANT, "a variant is a map", value.span, helps=helps)
        spec.variants[key.text] = _variant(key, value, faults)

    read_each(entries_of(node, "variants is a map of names"), variant, faults.add)


def _variant(key: Scalar, node: Mapping, faults: Faults) -> Variant:
    variant = Variant(key.text, key.span)

    def part(part: Scalar, content: Node) -> None:
        if part.text == "vars":
            variant.variables = read_variables(content, faults)
        elif part.text in {"expect", "budget"}:
            variant.promises += read_file_promises(part, content, faults)
        elif part.text not in KEYS:
            raise unknown_key(part, KEYS, "a variant", "there are", codes.BAD_VARIANT)

    read_each(node.entries, part, faults.add)
    return variant


def read_file_promises(key: Scalar, node: Node, faults: Faults) -> list[Promise]:
    """The promises of a file or a variant: always a map of metrics."""
    if isinstance(node, Mapping):
        return read_promises(key.text, node, faults)
    message = f"{key.text} is a map of metrics here"
    raise Problem(codes.UNKNOWN_METRIC, message, node.span, helps=f"write `{key.text}: {{params: 5M}}`")
