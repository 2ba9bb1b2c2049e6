"""Tells a framework's words from ours where one layer has both: `Conv2d: 3 8 3 pad 1 act relu`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.frameworks.spelling import Module, Ours
from cnncalc.layers import KINDS


def in_their_words(
    meant: tuple[tuple[str, Module], ...], named: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Named arguments by the framework's names where it has the same value for them; apart, those that are ours alone.

    People mix the words: `pad 1` behind the numbers of a `Conv2d`, and `act relu`, which PyTorch has not.
    """
    words = {
        given.parameter: (name, given)
        for _, module in meant
        for name, given in module.arguments.items()
        if isinstance(given, Ours)
    }
    known = {name for _, module in meant for name in module.arguments}
    renamed, own = {}, {}
    for name, value in named.items():
        word, given = words.get(name, ("", None))
        if name in known or (given is None and name not in KINDS[meant[-1][0]].parameters):
            renamed[name] = value
        elif given is not None and given.read is None:
            renamed[word] = value
        else:
            own[name] = value
    return renamed, own
