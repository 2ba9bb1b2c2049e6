"""Half-written command lines, as a shell sends them at a tab: whatever is offered is a word on a line of its own."""

from __future__ import annotations

import os
from random import Random
from unittest import mock

from click.shell_completion import ShellComplete

from cnncalc.cli.completion.shells import Bash, Fish, Zsh
from cnncalc.cli.group import cnncalc
from tests.hostile.fuzzing.mutation import spoiled_text
from tests.hostile.fuzzing.promises import desk, require
from tests.hostile.fuzzing.words import call_drawn, words_of
from tests.hostile.targets.options import DESK

VARIABLE = "_CNNCALC_COMPLETE"
SHELLS: tuple[type[ShellComplete], ...] = (Bash, Zsh, Fish)


def target(data: bytes) -> str:
    line = " ".join(words_of(data))
    if "\0" in line or "~" in line or "/" in line:  # no variable holds the first; the others leave the folder
        return "not tried"
    begun = line.rpartition(" ")[2]
    offered = 0
    with desk(DESK):
        for shell, number in zip(SHELLS, (None, line.count(" "), begun), strict=True):
            asked = {"COMP_WORDS": line} if number is None else {"COMP_WORDS": line, "COMP_CWORD": str(number)}
            with mock.patch.dict(
                os.environ, {name: text.encode("utf-8", "replace").decode() for name, text in asked.items()}
            ):
                answer = shell(cnncalc, {}, "cnncalc", VARIABLE).complete()
            for entry in answer.split("\n") if answer else []:
                sort, tab, word = entry.partition("\t")
                require(tab and sort in {"plain", "file", "dir"}, f"no answer: {sort!r}")
                require(sort != "plain" or word.isprintable(), "a word that steers a terminal")
                offered += 1
    return f"{begun[:2]} {min(offered, 3)}" if begun.startswith("-") else str(min(offered, 9))


def draw(chance: Random) -> bytes:
    words = ["cnncalc", *call_drawn(chance)]
    line = "\n".join(words)
    return (
        line[: chance.randint(0, len(line))].encode("utf-8", "replace")
        if chance.random() < 0.6
        else f"{line}\n".encode("utf-8", "replace")
    )


def spoil(data: bytes, chance: Random) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return spoiled_text(text, chance, ["\n".join(call_drawn(chance))]).encode("utf-8", "replace")
