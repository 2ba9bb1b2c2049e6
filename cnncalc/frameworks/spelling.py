"""What the tables of the frameworks are made of: rows, and the lines that they write; data wherever it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from cnncalc.frameworks.site import Site
from cnncalc.layers import KINDS, Array, Layer
from cnncalc.layers.schema import Like
from cnncalc.record import Record
from cnncalc.volume import AXES, Volume


class Code(str):
    """Python that stands as it is, where other texts are quoted."""

    __slots__ = ()


def called(function: str, *positional: Any, **named: Any) -> str:
    """A call as Python writes it.

    >>> called("nn.Conv2d", 3, 10, kernel_size=5), called("f", Code("x"), (1, 0), mode="reflect")
    ('nn.Conv2d(3, 10, kernel_size=5)', 'f(x, (1, 0), mode="reflect")')
    """
    written = [*map(_literal, positional), *(f"{name}={_literal(value)}" for name, value in named.items())]
    return f"{function}({', '.join(written)})"


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return value if isinstance(value, Code) else f'"{value}"'
    return repr(value)


class Call(NamedTuple):
    """A module that is made with those arguments, and called with what the line before it gave.

    Attributes:
        module: its name, such as ``nn.Conv2d``.
        x: the volume that it reads.
        y: the volume that it gives.
        positional: arguments without a name.
        named: arguments by name; those that have the framework's default are left out.
        arrays: those of the layer's arrays that it holds, as the framework stores them.
    """

    module: str
    x: Volume
    y: Volume
    positional: tuple[Any, ...] = ()
    named: Mapping[str, Any] = {}
    arrays: tuple[Array, ...] = ()

    def __str__(self) -> str:
        return called(self.module, *self.positional, **self.named)


class Assignment(NamedTuple):
    """An expression of `x`, or of the inputs `a`, `b`, ... of a join, whose value becomes `x`."""

    expression: str
    x: Volume
    y: Volume

    def __str__(self) -> str:
        return f"x = {self.expression}"


Line = Call | Assignment


ALWAYS: Any = object()
"""The default of an argument that is always written."""


class Spelled(Record):
    """The framework's own default, of an argument that is written all the same."""

    default: Any


UNSAID = ""
"""The name of an argument that the framework does not have: it is read from the others."""


def always(_: Site) -> bool:
    """The condition of what holds everywhere."""
    return True


def theirs(_: Site) -> None:
    """An argument that the language has no word for: never written, and left out where it is read."""


Given = Mapping[str, Any]
"""The arguments of a call by the framework's names."""


class Ours(NamedTuple):
    """An argument that holds a parameter of the language.

    Attributes:
        parameter: the language's word for it; empty where the value follows from what arrives.
        default: the framework's own, which is not written; `Like` another parameter of ours, `Spelled`, or `ALWAYS`.
        value: gives it where the framework spells it otherwise.
        read: the way back: our value for the framework's, which sees all arguments; None leaves ours unsaid.
    """

    parameter: str
    default: Any = ALWAYS
    value: Callable[[Site], Any] | None = None
    read: Callable[[Any, Given], Any] | None = None

    def written(self, site: Site) -> Any:
        """Its value at that site; None where it is the framework's default."""
        value = self.value(site) if self.value else site.value(self.parameter)
        default = site.value(self.default.field) if isinstance(self.default, Like) else self.default
        factors = value if isinstance(value, tuple) else (value,)
        return None if value == default or all(factor == default for factor in factors) else value


class Module(Record):
    """A module of the framework as a row has it.

    Attributes:
        name: with ``{rank}`` where there is one for each number of axes.
        positional: how many of the arguments are written without their names.
        arguments: by their names in the framework, in its order: `Ours`, a function of the site, `theirs`, or the same
            for every layer.
        where: the sites at which it is there at all.
        gives: the volume that comes out of it; that of the layer unless a later line changes it.
        holds: whether it holds the arrays of the layer.
        means: whether who writes it means the kind of its row, and not another that has the same module.
    """

    name: str
    positional: int
    arguments: dict[str, Any]
    where: Callable[[Site], bool] = always
    gives: Callable[[Site], Volume] = attrgetter("y")
    holds: bool = True
    means: bool = True

    def __call__(self, site: Site) -> Iterator[Call]:
        if self.where(site):
            named = {name: _value(given, site) for name, given in self.arguments.items()}
            positional = tuple(named.pop(name) for name in list(named)[: self.positional])
            written = {name: value for name, value in named.items() if value is not None}
            name = self.name.format(rank=max(site.x.rank, 1))  # BatchNorm1d is for vectors too
            yield Call(name, site.arriving, self.gives(site), positional, written, site.arrays if self.holds else ())


def _value(given: Any, site: Site) -> Any:
    """What is written for an argument; a size whose factors agree as one number."""
    value = given.written(site) if isinstance(given, Ours) else given(site) if callable(given) else given
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def module(name: str, positional: int = 0, /, **arguments: Any) -> Module:
    """A module that holds the arrays of the layer and gives what the layer gives.

    >>> module("nn.Linear", 2, in_features=lambda site: site.x.size, out_features=Ours("units")).name
    'nn.Linear'
    """
    return Module(name, positional, arguments)


Step = str | Callable[[Site], str | Iterable[Line]]
"""Writes lines of a layer: a `Module`, a function, or a text that `Site.filled` fills in; a text is assigned to `x`."""


class Refusal(NamedTuple):
    """Something that the framework cannot say: when, and why not, in words that `Site.filled` fills in."""

    applies: Callable[[Site], bool]
    why: str


Row = tuple[Refusal | Step, ...]
"""What a framework has for a kind: what it cannot say, then the steps, which otherwise are what comes closest."""


def _taken(step: Step, site: Site) -> Iterable[Line]:
    """The lines of a step; an empty text has none."""
    found = site.filled(step) if isinstance(step, str) else step(site)
    if isinstance(found, str):
        return [Assignment(found, site.arriving, site.y)] if found else []
    return found


class Written(Record):
    """A layer as a framework's user writes it; no lines where the framework has no such layer, and `why` says so."""

    framework: str
    lines: tuple[str, ...] = ()
    why: str = ""


class Framework(NamedTuple):
    """What one framework calls each kind.

    Attributes:
        name: its own.
        own_module: the class that a user derives where it has no module.
        rows: a row for each kind, by the language's word for it, the activations among them.
        also: what is read though it is not written so: each the kinds that it means, one after another, with the part
            of each.
    """

    name: str
    own_module: str
    rows: dict[str, Row]
    also: tuple[tuple[tuple[str, Module], ...], ...] = ()

    def row(self, site: Site) -> Row:
        """The row of a kind; one that the table does not know is a module of the user's own."""
        unknown = Refusal(always, f"cnncalc does not know what {{framework}} calls {site.kind}")
        return self.rows.get(site.kind, (unknown, module(self.own_module)))

    def refusal(self, site: Site) -> str:
        """Why the framework cannot say the layer; empty where it can."""
        for part in self.row(site):
            if isinstance(part, Refusal) and part.applies(site):
                return site.filled(part.why, framework=self.name)
        return self.refusal(site.activation) if site.activation else ""

    def lines(self, site: Site) -> list[Line]:
        """The lines of a layer, or of what comes closest where it is refused; its activation comes last."""
        lines: list[Line] = []
        for step in self.row(site):
            for line in () if isinstance(step, Refusal) else _taken(step, site):
                lines.append(line)
                site = site._replace(arriving=line.y)
        activation = site.activation
        # A module may take it as an argument of that name, as Keras's layers do.
        if activation and not any(isinstance(line, Call) and "activation" in line.named for line in lines):
            lines += self.lines(activation)
        # A kind without lines hands on what arrives.
        return lines or self.lines(site._replace(kind="identity"))

    def written(self, layer: Layer, reads: tuple[Volume, ...], volume: Volume) -> Written:
        """The layer as text; a reason where the framework has none."""
        site = Site.of(layer, reads, volume)
        why = self.refusal(site)
        return Written(self.name, () if why else tuple(map(str, self.lines(site))), why)

    def words(self) -> Iterator[tuple[str, str]]:
        """Its words for our kinds and parameters, each with ours; where several rows have a word, the first counts.

        >>> from cnncalc.frameworks import PYTORCH
        >>> list(PYTORCH.words())[:3]
        [('Conv1d', 'conv'), ('out_channels', 'filters'), ('kernel_size', 'kernel')]
        """
        for name, kind, arguments in self.modules():
            yield name, kind
            yield from arguments.items()

    def modules(self) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """Its modules under each of their names, the kind that each is, and our words for its arguments."""
        alone = [meant[0] for meant in self.also if len(meant) == 1]
        for kind, step in (*self.held(), *alone):
            name = step.name.rpartition(".")[2]
            arguments = {
                word: given.parameter
                for word, given in step.arguments.items()
                if word and isinstance(given, Ours) and given.parameter in KINDS[kind].parameters
            }
            yield from ((name.format(rank=rank), kind, arguments) for rank in AXES if rank)

    def held(self) -> Iterator[tuple[str, Module]]:
        """The kinds with the modules that hold them, in the order of the table."""
        for kind, row in self.rows.items():
            for step in row:
                if isinstance(step, Module) and step.holds and step.name != self.own_module:
                    yield kind, step


def connections(convolution: str) -> Refusal:
    """No framework has LeNet-5's table of which filter sees which channels."""
    return Refusal(
        lambda site: site.value("connections") is not None,
        f"{{framework}} has no table of connections; a full {convolution} with a mask on its weights comes close",
    )


def drops_remainder(what: str) -> Refusal:
    """The windows of most frameworks never hang over the end."""
    why = f"{{framework}}'s {what} always drop the remainder; `rounding: ceil` takes one more window"
    return Refusal(Site.overhangs, why)
