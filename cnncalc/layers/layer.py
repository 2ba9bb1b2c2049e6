"""What every kind of layer is: frozen parameters, and rules for shape, weights, MACs and receptive field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from cnncalc import codes
from cnncalc.layers.schema import REQUIRED, Act, Inherited, Like, Parameter
from cnncalc.problem import Problem
from cnncalc.record import Frozen
from cnncalc.volume import SIDES, Volume
from cnncalc.window import EXACT, FieldStep, Window

if TYPE_CHECKING:
    from typing import Self, TypeVar

    LayerClass = TypeVar("LayerClass", bound="type[Layer]")

WEIGHT, BIAS, FIXED = "weight", "bias", "fixed"


class Array(NamedTuple):
    """One array that a layer keeps: its name, its shape in a weight file, and what it counts as.

    `counted` is the number of values that count as parameters; it is below the shape's product only where
    `connections` leaves entries out.
    """

    name: str
    shape: tuple[int, ...]
    role: str
    counted: int

    @classmethod
    def of(cls, name: str, shape: tuple[int, ...], role: str) -> Array:
        """An array all of whose values count."""
        return cls(name, shape, role, prod(shape))


class Layer(Frozen):
    """One kind of layer with its parameters in normal form.

    A kind is a subclass whose parameters are declared as a dataclass declares its fields. It is
    constructed with the rank of what it reads, because a kernel has one size an axis. Rules take the volumes of the
    inputs; nothing here knows of NumPy or of files.
    """

    names: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    positional: ClassVar[bool] = True
    """Whether the short form gives the first parameter without its name."""
    needs_places: ClassVar[bool] = False
    """Whether a vector, which has no axes, is refused."""
    joins: ClassVar[bool] = False
    """Whether it takes several inputs."""
    counts_macs: ClassVar[bool] = False
    """Whether it multiplies trained weights with its input's values."""
    correlates: ClassVar[bool] = False
    """Whether its trained filters slide over the input: a convolution, which is a cross-correlation."""
    scatters: ClassVar[bool] = False
    """Whether its windows are written to rather than read: a transposed convolution."""
    linear: ClassVar[bool] = False
    """Whether in inference, its activation aside, it is a linear function of what arrives, plus constants."""
    reads_whole_map: ClassVar[bool] = False
    """Whether each value that comes out depends on every place that arrives; if so, `field` is not asked."""
    hands_on: ClassVar[bool] = False
    """Whether its output is its input's storage."""
    keeps_values: ClassVar[bool] = False
    """Whether in inference the values that arrive come out, each of them once, whatever their places."""
    drop_rate: float = 0.0
    """The share of its input's values that training sets to zero."""
    normalises: ClassVar[bool] = False
    """Whether it measures its input and brings it to a fixed scale: norms with a mean and a variance, softmaxes."""
    keeps_statistics: ClassVar[bool] = False
    """Whether it normalises by the running statistics of training."""
    gives_distribution: ClassVar[bool] = False
    """Whether the channels of each place that comes out are a distribution, or its logarithm."""
    gives_logarithms: ClassVar[bool] = False
    family: ClassVar[str] = ""
    """Whose `rounding` it inherits: conv or pool."""
    act: Act = Act("none")
    """The activation that its values leave by."""
    function: Act | None = None
    """The activation that the layer is, a row of its own."""
    connections: tuple[tuple[int, ...], ...] | None = None
    """For each filter the input channels that it sees; None where every filter sees those of its group."""
    pools: ClassVar[bool] = False
    """Whether it takes a maximum or mean of several places, which nothing weighs."""
    flattens: ClassVar[bool] = False
    """Whether it reads its volume as one line, channel-major, as `flatten` would give it."""
    adds: ClassVar[bool] = False
    """Whether it is the sum of its inputs, value by value."""
    stacks_channels: ClassVar[bool] = False
    """Whether it is the channels of its inputs one after another."""
    scales_channels: ClassVar[bool] = False
    """Whether it multiplies each channel by a number that it keeps, adds another, and does nothing else."""

    def __init__(self, rank: int = 2, /, **values: Any) -> None:
        state = self.__dict__
        for name, type_, default, *_ in self.parameters:
            value = values.pop(name, default)
            if value is REQUIRED:
                given = {*state, *values}
                missing = [entry.name for entry in self.parameters if entry.required and entry.name not in given]
                raise Problem(codes.PARAMETER_MISSING, f"{self.kind} needs {' and '.join(missing)}", field=name)
            if value.__class__ is Like:
                state[name] = state[value.field]
            elif value.__class__ is Inherited:
                state[name] = EXACT
            else:
                state[name] = None if value is None else type_.normal(value, rank, name)
        if values:
            raise TypeError(f"{self.kind} has no parameter {', '.join(values)}")
        self.check(rank)

    @property
    def kind(self) -> str:
        """The word that the language uses for it."""
        return self.names[0]

    @classmethod
    def parameters_of(cls, word: str) -> tuple[Parameter, ...]:
        """The parameters that may be written with one of its words."""
        return cls.parameters

    @classmethod
    def called(cls, word: str, rank: int, values: Mapping[str, Any]) -> Layer:
        """The layer that one of its words with these parameters stands for."""
        return cls(rank, **values)

    def check(self, rank: int) -> None:
        """Refuse parameters that cannot stand together."""

    def output_volume(self, x: Volume, /) -> Volume:
        """The volume that comes out, by default the same; a kind that joins takes several."""
        return x

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        """What the layer keeps, trainable and fixed, in the order of a weight file."""
        return ()

    def macs(self, x: Volume) -> int:
        """Products of weights with input values for one image, padding taps included; the bias is not counted."""
        return 0

    def macs_inside(self, x: Volume) -> int:
        """MACs without those whose input value is padding."""
        return self.macs(x)

    def windows(self, x: Volume) -> tuple[Window, ...]:
        """The window along each axis of `x`, with the padding that is in force there; none where nothing slides."""
        return ()

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        """What it does to the receptive field along each axis; nothing where each value reads its own place."""
        return ()

    def bordered(self, x: Volume, before: int, after: int) -> Layer | None:
        """The layer that computes some rows alone, with this border on the first axis; None where there is none.

        A border adds rows before and after those that it reads; a negative one takes some off those that it makes.
        """
        return None if before or after else self

    def changed(self, **values: Any) -> Self:
        """The same layer with other parameters in normal form, which are not checked."""
        other = object.__new__(self.__class__)
        other.__dict__.update(self.__dict__ | values)
        return other

    def settings(self, x: Volume) -> dict[str, Any]:
        """Every parameter with the value in force, defaults and paddings spelled out, as plain data."""
        settings = {entry.name: plain(getattr(self, entry.name)) for entry in self.parameters}
        sides = tuple((window.before, window.after) for window in self.windows(x))
        if sides or "padding" in settings:
            settings["padding"] = named_sides(sides or self.__dict__["padding"])
        return settings

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{self.__class__.__name__}({inside})"


class Kind(NamedTuple):
    """One word of the language: the class behind it and the parameters that may be written, the first one by itself."""

    name: str
    layer: type[Layer]
    parameters: dict[str, Parameter]
    first: str

    def build(self, rank: int, values: Mapping[str, Any], rounding: Mapping[str, str] | None = None) -> Layer:
        """A layer of this kind for inputs of that rank, with the file's rounding where it has none of its own.

        >>> KINDS["leaky_relu"].build(2, {"slope": 0.2})
        Activation(function=Act(function='leaky_relu', parameters=(('slope', 0.2),)))
        >>> KINDS["max_pool"].build(2, {"kernel": 2}, {"conv": "exact", "pool": "ceil"}).rounding
        'ceil'
        """
        given = dict(values)
        for name, parameter in self.parameters.items():
            if rounding and isinstance(parameter.default, Inherited):
                given.setdefault(name, rounding[parameter.default.family])
        return self.layer.called(self.name, rank, given)


KINDS: dict[str, Kind] = {}
"""Every kind by its word in the language; `act` and each activation among them."""


def kind(*names: str) -> Callable[[LayerClass], LayerClass]:
    """Make a class a kind of the language under these words: its declared parameters become its fields.

    It is a frozen dataclass in all but the generated code, which would cost a third of the time in which we start.
    """

    def make(cls: LayerClass) -> LayerClass:
        declared: dict[str, Parameter] = {}
        for name, value in (entry for base in reversed(cls.__mro__) for entry in vars(base).items()):
            declared.pop(name, None)  # what is declared anew comes later, and what is computed is no parameter
            if isinstance(value, Parameter):
                declared[name] = value._replace(name=name, letter=value.letter or name)
        cls.names = names
        cls.parameters = tuple(declared.values())
        for word in names:
            entries = {entry.name: entry for entry in cls.parameters_of(word)}
            KINDS[word] = Kind(word, cls, entries, next(iter(entries), "") if cls.positional else "")
        return cls

    return make


def plain(value: Any) -> Any:
    """A parameter's value as data that JSON can hold."""
    if isinstance(value, Act):
        return {value.function: dict(value.parameters)} if value.parameters else value.function
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return value


def named_sides(sides: tuple[tuple[int, int], ...]) -> dict[str, int]:
    """Padding by the names of its sides.

    >>> named_sides(((1, 2), (0, 0)))
    {'top': 1, 'bottom': 2, 'left': 0, 'right': 0}
    """
    return {
        name: width
        for names, widths in zip(SIDES[len(sides)], sides, strict=True)
        for name, width in zip(names, widths, strict=True)
    }
