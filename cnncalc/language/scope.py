"""What can be referred to at one place of a spec: variables, names of tensors, what arrives."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.language.declarations import RESERVED
from cnncalc.language.formula import Unknown
from cnncalc.language.numerals import Value
from cnncalc.language.suggest import closest
from cnncalc.language.telling import Guess
from cnncalc.problem import Label, Problem, Span
from cnncalc.record import MutableRecord
from cnncalc.volume import AXES, Volume

Tensor = str | None
"""The path of a tensor, or None where a fault hides what it is."""

NOTHING = ""
"""What arrives at the first layer of a file with several inputs."""

NO_VOLUME = Volume(())
"""The volume of what is not there."""


class Named(NamedTuple):
    """What a name means: a tensor (None where a fault hides it), and the rows of its item's last turn.

    `rows` is empty for inputs; `path` is the item's own. An `absent` item was left out by `if` or `repeat`.
    """

    tensor: str | None
    span: Span
    path: str = ""
    rows: range = range(0)
    absent: bool = False


class Use(MutableRecord):
    """Where a block is used, so that a fault inside it can say how it was reached."""

    path: str
    span: Span


class Scope(MutableRecord):
    """One name space, that of the file or of one use of a block, with the variables in force.

    `input` is the tensor that the file or block takes; None where there are several, or where a fault hides it.
    """

    variables: dict[str, Value | None]
    input: str | None
    input_volume: Volume | None
    names: dict[str, Named] = {}
    automatic: set[str] = set()
    several_inputs: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()

    def with_variables(self, more: dict[str, Value | None]) -> Scope:
        """The same name space with more variables, as the turn of a repeat has."""
        return Scope(
            {**self.variables, **more},
            self.input,
            self.input_volume,
            self.names,
            self.automatic,
            self.several_inputs,
            self.uses,
        )

    def labels(self) -> tuple[Label, ...]:
        """The uses that lead here, innermost first, as second places of a fault."""
        return tuple(Label(use.span, f"used here as `{use.path}`") for use in self.uses[::-1][:3])


class Lookup:
    """Gives a formula its variables at one item; `$previous` is what arrives there: `NO_VOLUME` if nothing does."""

    __slots__ = ("arriving", "scope")

    def __init__(self, scope: Scope, arriving: Volume | None) -> None:
        self.scope = scope
        self.arriving = arriving

    def __call__(self, name: str) -> Value:
        value = self.scope.variables.get(name)
        if value is not None:
            return value
        owner, dot, attribute = name.partition(".")
        if dot:
            return self._attribute(owner, attribute)
        if name in self.scope.variables:
            raise Unknown
        raise unknown_variable(name, self.scope.variables)

    def _attribute(self, owner: str, attribute: str) -> int:
        if owner == "input" and self.scope.several_inputs:
            names = self.scope.several_inputs
            message = f"`$input` is one tensor, and there are {len(names)} inputs"
            raise Problem("CNN313", "", message)
        volume = self.scope.input_volume if owner == "input" else self.arriving
        if volume is None:
            raise Unknown
        if not volume:
            raise Problem("CNN313", "", f"nothing arrives here, so `${owner}.{attribute}` means nothing")
        if attribute == "channels":
            return volume.channels
        if attribute == "size":
            return volume.size
        axes = AXES[volume.rank]
        if attribute not in axes:
            known = ", ".join(("channels", *axes, "size"))
            raise Problem("CNN227", "", f"{volume} has no {attribute}; it has {known}")
        return volume[axes.index(attribute)]


def unknown_variable(name: str, known: dict[str, Value | None]) -> Problem:
    """The fault of a variable that nobody set."""

    def guess() -> tuple[str, ...]:
        meant = closest(name, known)
        if meant:
            return (f"did you mean `${meant}`?",)
        if known:
            return (f"the variables here are {', '.join('$' + word for word in list(known)[:20])}",)
        return ("set it under `vars:`",)

    return Guess("CNN227", f"unknown variable `${name}`", guess)


def unknown_name(name: str, scope: Scope) -> Problem:
    """The fault of a name that means no tensor here."""
    if name in scope.automatic:
        return Problem(
            "CNN305",
            "",
            f"`{name}` is an automatic name, which changes when layers are added",
            helps=("give that layer a `name:` and use it here",),
        )
    known = (*scope.names, *sorted(RESERVED - {"identity"}))

    def guess() -> tuple[str, ...]:
        meant = closest(name, known)
        return (f"did you mean `{meant}`?",) if meant else (f"the names above are {', '.join(known[:20])}",)

    return Guess("CNN301", f"unknown name `{name}`", guess)
