"""What can be referred to at one place of a spec: variables, names of tensors, what arrives."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from cnncalc import codes
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import RESERVED, Reference
from cnncalc.language.reading.written import Written
from cnncalc.language.values.numerals import Value
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.problem import Label, Problem
from cnncalc.source import Span
from cnncalc.volume import AXES, Volume

Tensor = str | None
"""The path of a tensor, or None where a fault hides what it is."""

NOTHING = ""
"""What arrives at the first layer of a file with several inputs."""

NO_VOLUME = Volume(())
"""The volume of what is not there."""

_MOST_LABELS = 3


class Named(NamedTuple):
    """What a name means: a tensor (None where a fault hides it), and the rows of its item's last turn.

    `rows` is empty for inputs; `path` is the item's own. An `absent` item was left out by `if` or `repeat`.
    """

    tensor: str | None
    span: Span
    path: str = ""
    rows: range = range(0)
    absent: bool = False


class Use(NamedTuple):
    """Where a block is used, so that a fault inside it can say how it was reached: `outer` is the use around it."""

    path: str
    span: Span
    outer: Use | None
    depth: int


class Scope(NamedTuple):
    """One name space, that of the file or of one use of a block, with the variables in force.

    `variables` are its own; those of the scope `around` it are seen too, and so on outwards. They are not copied: many
    uses of blocks and turns of repeats, each with a copy of many variables, would be more than memory holds.
    `input` is the tensor that the file or block takes; None where there are several, or where a fault hides it.
    `automatic` are the names that layers have without a `name:`. `arriving` holds the formulas of those of its own
    variables that ask for what arrives.
    """

    variables: dict[str, Value | None]
    input: Tensor
    input_volume: Volume | None
    names: dict[str, Named]
    automatic: set[str]
    several_inputs: tuple[str, ...] = ()
    use: Use | None = None
    around: Scope | None = None
    arriving: dict[str, str] = {}

    @property
    def depth(self) -> int:
        """In how many blocks, one inside the other, it lies."""
        return self.use.depth if self.use else 0

    def labels(self) -> tuple[Label, ...]:
        """The uses that lead here, innermost first, as second places of a fault."""
        labels: list[Label] = []
        use = self.use
        while use is not None and len(labels) < _MOST_LABELS:
            labels.append(Label(use.span, f"used here as `{use.path}`"))
            use = use.outer
        return tuple(labels)


class Lookup:
    """Gives a formula its variables at one item; `$previous` is what arrives there: `NO_VOLUME` if nothing does."""

    __slots__ = ("arriving", "scope")

    def __init__(self, scope: Scope, arriving: Volume | None) -> None:
        self.scope = scope
        self.arriving = arriving

    def __call__(self, name: str) -> Value:
        scope: Scope | None = self.scope
        while scope is not None:
            value = scope.variables.get(name)
            if value is not None:
                return value
            scope = scope.around
        owner, dot, attribute = name.partition(".")
        if dot:
            return self._attribute(owner, attribute)
        raise Unknown  # or not there at all, as the check of references has reported

    def _attribute(self, owner: str, attribute: str) -> int:
        if owner == "input" and self.scope.several_inputs:
            count = len(self.scope.several_inputs)
            raise Problem(codes.WHICH_INPUT, f"`$input` is one tensor, and there are {count} inputs")
        volume = self.scope.input_volume if owner == "input" else self.arriving
        if volume is None:
            raise Unknown
        if not volume:
            raise Problem(codes.WHICH_INPUT, f"nothing arrives here, so `${owner}.{attribute}` means nothing")
        if attribute == "channels":
            return volume.channels
        if attribute == "size":
            return volume.size
        axes = AXES[volume.rank]
        if attribute not in axes:
            known = ", ".join(("channels", *axes, "size"))
            raise Problem(codes.UNKNOWN_VARIABLE, f"{volume} has no {attribute}; it has {known}")
        return volume[axes.index(attribute)]


def asks_what_arrives(written: Written, scope: Scope) -> str:
    """The formula of a value that asks for what arrives, by itself or through variables; empty for any other."""
    asked = []
    for name in sorted(written.names):
        around: Scope | None = scope
        while around is not None and name not in around.arriving:
            around = around.around
        if around is not None:
            asked.append(around.arriving[name])
        elif "." in name:
            asked.append(name)
    return " ".join([written.text, *asked]) if asked else ""


def named(reference: Reference, scope: Scope, absent: str) -> Named:
    """What a name means here; raises `Problem` for one that means nothing, or that is `absent`, as is said of it."""
    known = scope.names.get(reference.name)
    if known is None:
        raise _unknown_name(reference.name, scope).at(reference.span)
    if known.absent:
        message, label = f"`{reference.name}` is absent here{absent}", Label(known.span, "left out")
        raise Problem(codes.ABSENT_NAME, message, reference.span, labels=(label,))
    return known


def _unknown_name(name: str, scope: Scope) -> Problem:
    if name in scope.automatic:
        message = f"`{name}` is an automatic name, which changes when layers are added"
        return Problem(codes.AUTOMATIC_NAME, message, helps="give that layer a `name:` and use it here")
    above = len(scope.names)  # helps are asked for when the fault is kept, and further names may stand below by then

    def near() -> str:
        known = (*islice(scope.names, above), *sorted(RESERVED - {"identity"}))
        return did_you_mean(name, known, f"the names above are {', '.join(known[:20])}")

    return Problem(codes.UNKNOWN_NAME, f"unknown name `{name}`", helps=near)
