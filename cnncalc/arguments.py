"""What a caller of the Python interface passes, in words, and the refusal of what an argument cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from operator import index
from os import PathLike, fspath
from typing import TypeVar

T = TypeVar("T")

LONGEST = 60
"""Characters of a value that a message quotes."""


def described(value: object) -> str:
    """A value as a message names it: what it is, and of what size.

    >>> described("lenet5"), described([1, 2]), described({"conv_1.weight": 0}), described(None)
    ("'lenet5'", 'a list of 2', "a dict with 'conv_1.weight'", 'None')
    >>> import numpy as np
    >>> described(np.zeros((1, 32, 32, 1), np.float32))
    'an array of shape (1, 32, 32, 1)'
    """
    if value is None or isinstance(value, (str, bytes, bool, int, float)):
        return _quoted(value)
    kind = type(value)
    name = kind.__name__
    home = kind.__module__.partition(".")[0]
    if home == "cnncalc":  # whatever a user holds of ours says in one line what it is
        return repr(value)
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        called = "an array" if home == "numpy" else f"a {home} {name}"
        return f"{called} of shape {tuple(shape)}"
    if isinstance(value, Mapping):
        return f"{_article(name)} with {_quoted(next(iter(value)))}" if value else f"{_article(name)} without entries"
    if isinstance(value, Sized) and home == "builtins":
        return f"{_article(name)} of {len(value)}"
    return f"the class {value.__name__}" if isinstance(value, type) else _article(name)


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def refused(name: str, wanted: str, value: object) -> TypeError:
    """The error for an argument of the wrong type: its name, what it must be, and what came.

    >>> refused("weights", "arrays by name", 3)
    TypeError('weights must be arrays by name, not 3')
    """
    return TypeError(f"{name} must be {wanted}, not {described(value)}")


def absent(path: object, known: Iterable[str], where: str) -> KeyError:
    """The error for a path that leads nowhere; the nearest that there is, is named.

    >>> absent("con_1", ["conv_1", "fc_1"], "this network")
    KeyError("there is no 'con_1' in this network; the nearest path is 'conv_1'")
    """
    from difflib import get_close_matches

    near = get_close_matches(path, known, 1) if isinstance(path, str) else []
    return KeyError(
        f"there is no {described(path)} in {where}" + (f"; the nearest path is {near[0]!r}" if near else "")
    )


def whole(name: str, value: object, least: int) -> int:
    """A whole number of at least so much; NumPy's integers are whole numbers too.

    >>> whole("batch", 2.0, least=1)
    Traceback (most recent call last):
        ...
    TypeError: batch must be a whole number, not 2.0
    >>> whole("threads", 0, least=1)
    Traceback (most recent call last):
        ...
    ValueError: threads must be 1 or more, not 0
    """
    if isinstance(value, bool):
        raise refused(name, "a whole number", value)
    try:
        number = index(value)  # type: ignore[arg-type]  # whether it can be one is the question
    except TypeError:
        raise refused(name, "a whole number", value) from None
    if number < least:
        raise ValueError(f"{name} must be {least} or more, not {number}")
    return number


def path_of(name: str, wanted: str, value: str | PathLike[str]) -> str:
    """A path as a text.

    >>> path_of("path", "the path of a file", 3)
    Traceback (most recent call last):
        ...
    TypeError: path must be the path of a file, not 3
    """
    path = fspath(value) if isinstance(value, PathLike) else value
    if not isinstance(path, str):
        raise refused(name, wanted, value)
    return path


WEIGHT_FILES = (".npz", ".safetensors")


def in_place(path: T, network: object) -> T:
    """The path of a weight file, unless it is the network that names such a file.

    >>> in_place("lenet5", "w.npz")
    Traceback (most recent call last):
        ...
    TypeError: path must be the path of a weight file, not 'lenet5': the two stand in each other's place, the ...
    """
    if _names_weights(network) and not _names_weights(path):
        wrong = refused("path", "the path of a weight file", path)
        call = (
            f"load_weights({network!r}, {path!r})" if isinstance(path, str) else f"load_weights({network!r}, network)"
        )
        raise TypeError(f"{wrong}: the two stand in each other's place, the weights come first, {call}")
    return path


def _names_weights(value: object) -> bool:
    return isinstance(value, (str, PathLike)) and str(fspath(value)).lower().endswith(WEIGHT_FILES)
