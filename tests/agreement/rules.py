"""Every rule that a report rests on, found by looking, and each of them off by one."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from cnncalc import network, window
from cnncalc.analysis import counting, field, memory, move
from cnncalc.layers import FIXED, KINDS, WEIGHT, Array, Layer
from cnncalc.window import FieldStep, Taps, Window

FAMILIES = sorted({entry.layer.__module__ for entry in KINDS.values()})
MODULES = (window, *(sys.modules[name] for name in FAMILIES), field, move, memory, counting, network)
"""Where the functions are that a report rests on."""

OUT_OF_REACH = {
    "analyze": "puts together what the other rules say",
    "check": "refuses parameters; it has no result",
    "bordered": "the layer that a strip computes; strips are held to the whole",
    "but": "another window, whose own rules are broken",
    "changed": "another layer, whose own rules are broken",
    "drop_rate": "what a lint says of training",
    "kind": "the language's word",
    "settings": "the parameters as `explain` tells them",
    "act_of": "reads what is written",
    "agree": "refuses; it has no result",
    "refuse_vector": "refuses; it has no result",
    "formula": "words of a fault",
    "_hundredths": "words of a fault",
    "remainder": "numbers of a fault's helps",
    "uncovered": "numbers of a fault's helps",
    "misses_every_pixel": "refuses; test_windows.py holds it against an enumeration",
    "divide_into_groups": "refuses; no rule uses its result",
    "_sees": "refuses; it has no result",
    "linear": "what a lint asks; test_lints_linear.py holds it",
    "alive_during": "what `explain` tells of one step",
    "hull": "of more classes than a run has places; test_field_laws.py holds it",
    "_shifted": "whether two classes are one; where it does not see that, both stay and are right",
    "_apart": "a remark; test_receptive_field.py holds it",
    "_takes_statistics": "asked for the windows alone; test_receptive_field.py holds them",
    "gated": "the same",
    "_widens": "the same",
    "fields_of": "what `explain` tells of the way; the walk is the report's own",
}
"""Functions with no number in a report, and why."""


EQUIVALENT: dict[tuple[str, tuple[Any, ...]], str] = {
    ("analysis.memory._last_steps", (-1, "+1")): "an output lives beyond the last row; how far beyond is the same",
    ("window._pairs_up_to", ("+1",)): "only the difference of two of its results is used",
    ("window._pairs_up_to", ("-1",)): "the same",
    ("analysis.counting._facts", (0, "arrays", "+1")): "what keeps nothing shares nothing",
    ("analysis.counting._facts", (-1, "arrays", "+1")): "the same",
    ("analysis.counting._facts_of", ("arrays", "+1")): "the same",
    **{
        ("analysis.counting._facts", (0, "moves", axis, "taps", phase, "step", by)): "all places of an input see alike"
        for axis in (0, -1)
        for phase in (0, -1)
        for by in ("+1", "-1")
    },
}
"""Results off by one that change nothing in any network, and why."""


class Rule(NamedTuple):
    """A function or property, and where it stands."""

    owner: type | ModuleType
    name: str
    function: Callable[..., Any]
    is_property: bool

    @property
    def title(self) -> str:
        return f"{self.owner.__name__.removeprefix('cnncalc.')}.{self.name}"


Leaf = tuple[Any, ...]
"""The way to one number inside a result; its last step says what is done to it."""


class NotBroken(BaseException):
    """The breaking itself went wrong; no exception of the program's, so that nothing takes it for a rule noticed."""


NOT_DONE: Leaf = ("not done",)
"""What can go wrong with a function that only does something."""


def rules() -> list[Rule]:
    """Every rule of every kind of layer, defined there or inherited, of windows, and of the analysis."""
    found = [rule for owner in classes() for rule in _of_class(owner)]
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                found.append(Rule(module, name, value, is_property=False))
    return [rule for rule in found if rule.name not in OUT_OF_REACH]


def classes() -> list[type]:
    """The classes whose methods are rules: those behind the kinds, and the window."""
    return [*sorted({entry.layer for entry in KINDS.values()}, key=lambda layer: layer.__name__), Window]


def _of_class(owner: type) -> Iterator[Rule]:
    for name in dir(owner):
        value = inspect.getattr_static(owner, name)
        if name.startswith("__") or (name.startswith("_") and name in OUT_OF_REACH):
            continue
        if value is Layer.windows or (value is Layer.field and getattr(owner, "reads_whole_map", False)):
            continue  # nothing slides, or nobody asks: there is no number to be wrong
        if isinstance(value, property) and value.fget is not None:
            yield Rule(owner, name, value.fget, is_property=True)
        elif isinstance(value, FunctionType):
            yield Rule(owner, name, value, is_property=False)


def leaves(rule: Rule, value: Any) -> Iterator[Leaf]:
    """Every way in which a result of a rule can be off by one."""
    if rule.name == "field" and isinstance(rule.owner, type):
        yield from () if value else [("instead",)]
    if rule.name == "arrays":
        yield ("one more",)
    if value is None and isinstance(rule.owner, ModuleType):
        yield NOT_DONE
    yield from _leaves(value)


def _leaves(value: Any) -> Iterator[Leaf]:
    if isinstance(value, bool):
        yield ("not",)
    elif isinstance(value, (int, Fraction)):
        yield from (("+1",), ("-1",))
    elif isinstance(value, Array):
        yield from (("counted", "+1"), ("shape", 0, "+1"), ("shape", -1, "+1"), ("role",))
    elif isinstance(value, Window):
        yield from ((entry, "+1") for entry in ("kernel", "stride", "before", "after", "dilation"))
    else:
        yield from _leaves_of_many(value)


def _leaves_of_many(value: Any) -> Iterator[Leaf]:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        alone = (isinstance(value, Taps) and value.first >= value.last) or (
            isinstance(value, FieldStep) and not value.grow
        )
        for entry in value._fields:
            if alone and entry in ("step", "spacing"):
                continue  # one tap has no next one
            if isinstance(value, FieldStep) and value.phases and entry == "spacing":
                continue  # each residue has its own
            yield from ((entry, *rest) for rest in _leaves(getattr(value, entry)))
    elif isinstance(value, (tuple, list)) and value:
        yield from ((("one fewer",),) if isinstance(value[0], (str, Array)) else ())
        for index in (0, -1):
            yield from ((index, *rest) for rest in _leaves(value[index]))
    elif isinstance(value, dict) and value:
        yield ("one fewer",)
        for key in (0, -1):
            yield from ((key, *rest) for rest in _leaves(value[list(value)[key]]))


def broken(value: Any, leaf: Leaf, arguments: tuple[Any, ...]) -> Any:
    """The value with the number at the end of the way off by one; as it is where the way does not exist."""
    step, rest = leaf[0], leaf[1:]
    if not rest:
        return _changed(value, step, arguments)
    if isinstance(value, dict):
        if not value:
            return value
        key = list(value)[step]
        return {**value, key: broken(value[key], rest, arguments)}
    if isinstance(step, str):
        if not hasattr(value, step):
            return value
        inner = broken(getattr(value, step), rest, arguments)
        if isinstance(value, Window):
            return Window(**{name: getattr(value, name) for name in Window.fields} | {step: inner})
        return value._replace(**{step: inner})
    if not isinstance(value, (tuple, list)) or not value:
        return value
    entries = list(value)
    entries[step] = broken(entries[step], rest, arguments)
    return entries if isinstance(value, list) else _as_tuple(value, entries)


def _as_tuple(like: tuple[Any, ...], entries: list[Any]) -> Any:
    return like._make(entries) if hasattr(like, "_make") else type(like)(entries)


def _changed(value: Any, how: str, arguments: tuple[Any, ...]) -> Any:
    if how in ("+1", "-1"):
        return value + int(how) if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else value
    if how == "not":
        return not value if isinstance(value, bool) else value
    if how == "role":
        return value._replace(role=FIXED if value.role == WEIGHT else WEIGHT)
    if how == "one more":
        return (*value, Array.of("extra", (1,), WEIGHT))
    if how == "instead":
        return (FieldStep(1, 0, 1),) * arguments[1].rank
    if isinstance(value, dict):
        return dict(list(value.items())[:-1])
    return value[:-1] if isinstance(value, (tuple, list)) else value


def replaced(rule: Rule, instead: Callable[..., Any], patch: Any) -> None:
    """Put another function in the place of a rule, under every name by which the program calls it."""
    if isinstance(rule.owner, type):
        patch.setattr(rule.owner, rule.name, property(instead) if rule.is_property else instead)
        return
    for name, module in list(sys.modules.items()):
        if name.startswith("cnncalc") and module is not None:
            for known, value in list(vars(module).items()):
                if value is rule.function:
                    patch.setattr(module, known, instead)
