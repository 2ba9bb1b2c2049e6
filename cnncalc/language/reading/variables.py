"""Reads `vars:` and `variants:`: named values, and named sets of them with expectations of their own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from cnncalc import codes
from cnncalc.language.reading.declarations import Promise, Spec, Variant
from cnncalc.language.reading.modifiers import check_variable_name
from cnncalc.language.reading.promises import read_promises
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.reading.written import Written, read
from cnncalc.language.values.suggest import closest
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.problem import Faults, Problem, Span

KEYS = ("vars", "expect", "budget", "note")


def read_variables(node: Node, faults: Faults) -> dict[str, tuple[Span, Written]]:
    """The variables of a map, in written order; faults are kept and their variables left out."""
    if isinstance(node, Scalar) and node.is_empty:
        return {}
    if not isinstance(node, Mapping):
        helps = ("write `vars: {width: 1.0}`",)
        raise Problem(codes.MISPLACED_VALUE, "vars is a map of names to values", node.span, helps=helps)
    variables = {}
    for key, value in node.entries:
        try:
            check_variable_name(key)
            variables[key.text] = (key.span, read(value, "any"))
        except Problem as problem:
            faults.add(problem)
    return variables


def read_variants(spec: Spec, node: Node, faults: Faults) -> None:
    """All variants of a file, into its spec."""
    if isinstance(node, Scalar) and node.is_empty:
        return
    if not isinstance(node, Mapping):
        raise Problem(codes.MISPLACED_VALUE, "variants is a map of names", node.span)
    for key, value in node.entries:
        if not is_name(key.text):
            faults.add(Problem(codes.BAD_NAME, f"`{key.text[:60]}` cannot name a variant", key.span))
        elif not isinstance(value, Mapping):
            helps = (f"write `{key.text}: {{vars: {{width: 0.5}}}}`",)
            faults.add(Problem(codes.BAD_VARIANT, "a variant is a map", value.span, helps=helps))
        else:
            spec.variants[key.text] = _variant(key, value, faults)


def check_variants(spec: Spec, faults: Faults) -> None:
    """Refuse variants that set what is no variable of the file."""
    for variant in spec.variants.values():
        for name, (span, _) in variant.variables.items():
            if name not in spec.variables:
                message = f"the variant sets `{name}`, which is no variable of this file"
                faults.add(Problem(codes.BAD_VARIANT, message, span, helps=partial(_near, name, tuple(spec.variables))))


def _variant(key: Scalar, node: Mapping, faults: Faults) -> Variant:
    variant = Variant(key.text, key.span)
    for part, content in node.entries:
        if part.text == "vars":
            try:
                variant.variables = read_variables(content, faults)
            except Problem as problem:
                faults.add(problem)
        elif part.text in {"expect", "budget"}:
            variant.promises += read_file_promises(part, content, faults)
        elif part.text != "note":
            message = f"unknown key `{part.text}` in a variant"
            faults.add(Problem(codes.BAD_VARIANT, message, part.span, helps=partial(_near, part.text, KEYS)))
    return variant


def read_file_promises(key: Scalar, node: Node, faults: Faults) -> list[Promise]:
    """The promises of a file or a variant: always a map of metrics."""
    if isinstance(node, Mapping):
        return read_promises(key.text, node, faults)
    helps = (f"write `{key.text}: {{params: 5M}}`",)
    faults.add(Problem(codes.UNKNOWN_METRIC, f"{key.text} is a map of metrics here", node.span, helps=helps))
    return []


def unknown_variable(name: str, seen: Iterable[str]) -> Problem:
    """The fault of a variable that nobody set; those that are seen there are looked at only if it is told."""

    def guess() -> tuple[str, ...]:
        known = list(seen)
        meant = closest(name, known)
        if meant:
            return (f"did you mean `${meant}`?",)
        if known:
            return (f"the variables here are {', '.join('$' + word for word in known[:20])}",)
        return ("set it under `vars:`",)

    return Problem(codes.UNKNOWN_VARIABLE, f"unknown variable `${name}`", helps=guess)


def _near(word: str, known: tuple[str, ...]) -> tuple[str, ...]:
    meant = closest(word, known)
    if meant:
        return (f"did you mean `{meant}`?",)
    return (f"there are {', '.join(known[:20])}",) if known else ("set it under `vars:` first",)
