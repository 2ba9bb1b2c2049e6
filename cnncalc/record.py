"""Records: frozen classes of named fields that cost next to nothing to define.

`dataclasses` generates code anew for each class, and with a hundred classes that is half of the time in which
`summarize` starts. A `Record` shares one implementation; type checkers read it as a frozen dataclass. Imports nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform

MISSING: Any = object()


class Fields:
    """What both sorts of records share: fields read from the annotations, and one way to be made and shown."""

    fields: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[dict[str, Any]] = {}
    template: ClassVar[dict[str, Any]] = {}
    """Every field in order, with its default or a mark that there is none: a record begins as a copy of it."""
    needed: ClassVar[int] = 0
    """How many fields there are up to the last without a default."""
    copied: ClassVar[tuple[str, ...]] = ()
    """The fields whose default is a list, a map or a set: no two records share one."""

    def __init_subclass__(cls) -> None:
        annotations = cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # importing inspect would cost the gain
        own = [name for name, type_ in annotations.items() if "ClassVar" not in str(type_)]
        cls.fields = (*cls.fields, *(name for name in own if name not in cls.fields))
        cls.defaults = {**cls.defaults, **{name: cls.__dict__[name] for name in own if name in cls.__dict__}}
        cls.template = {name: cls.defaults.get(name, MISSING) for name in cls.fields}
        cls.needed = max((place for place, name in enumerate(cls.fields, 1) if name not in cls.defaults), default=0)
        cls.copied = tuple(name for name, value in cls.defaults.items() if isinstance(value, (list, dict, set)))

    def __init__(self, *values: Any, **named: Any) -> None:
        state, given, most = self.__dict__, len(values), len(self.fields)
        state.update(self.template)
        for name in self.copied:
            state[name] = state[name].copy()
        state.update(zip(self.fields, values, strict=False), **named)
        if given < self.needed or given > most or len(state) > most:  # seldom, and a network makes thousands of records
            if given > most:
                raise TypeError(f"{self.__class__.__name__} takes {most} values, not {given}")
            if len(state) > most:
                raise TypeError(f"{self.__class__.__name__} has no field {', '.join(named.keys() - set(self.fields))}")
            for name in self.fields[given : self.needed]:
                if state[name] is MISSING:
                    raise TypeError(f"{self.__class__.__name__} needs {name}")

    def but(self, **changes: Any) -> Self:
        """The same record with other values in some fields."""
        return self.__class__(**{**{name: self.__dict__[name] for name in self.fields}, **changes})

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self.fields)
        return f"{self.__class__.__name__}({inside})"


class Frozen:
    """What cannot be changed once it is made; two are equal when their classes and all their values are."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {self.__class__.__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {self.__class__.__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.__class__, *self.__dict__.values()))


@dataclass_transform(frozen_default=True, eq_default=True)
class Record(Fields, Frozen):
    """A class whose annotated names are its fields, in order; a value beside one is its default.

    >>> class Point(Record):
    ...     x: int
    ...     y: int = 0
    >>> Point(3), Point(3) == Point(3, y=0), hash(Point(3)) == hash(Point(3))
    (Point(x=3, y=0), True, True)
    >>> Point(3).x = 4
    Traceback (most recent call last):
        ...
    AttributeError: a Point cannot be changed
    """


@dataclass_transform(eq_default=False)
class MutableRecord(Fields):
    """A record that is filled in as one reads on; two are equal only when they are the same.

    >>> class Item(MutableRecord):
    ...     word: str
    ...     values: list[int] = []
    >>> item = Item("conv")
    >>> item.values.append(6)
    >>> item, Item("conv").values
    (Item(word='conv', values=[6]), [])
    """
