"""Pairs of specs through `diff`, and whatever words may name a side: files, variants, revisions.

An input has three parts with a line `=====` between: the words of the call, one a line, then both specs.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from random import Random
from unittest import mock

from cnncalc.render.formats import DIFFERENCE
from tests.hostile.fuzzing.mutation import PIECES, spoiled_text
from tests.hostile.fuzzing.promises import called, data_of, desk, outcome_of, require
from tests.hostile.fuzzing.seeds import TINY, spec_texts
from tests.hostile.fuzzing.words import harmless, words_of

BETWEEN = b"\n=====\n"
SIDES = (
    "a.yaml", "b.yaml", "a.yaml:wide", "b.yaml:wide", "lenet5", "resnet20:resnet32", "HEAD:a.yaml",
    "HEAD:a.yaml:wide", "v1:b.yaml",
    "HEAD~1:a.yaml", "HEAD^{tree}:a.yaml", "HEAD:", ":a.yaml", ":0:a.yaml", "-n:a.yaml", "--help:a", "HEAD:link.yaml",
    "HEAD:folder",
    "HEAD:./a.yaml", "@{-1}:a.yaml", "HEAD:/a.yaml", "HEAD:a*.yaml", ":/first:a.yaml", "HEAD:a.yaml:a.yaml", "", ".",
    ":", "::",
)  # fmt: skip
MORE = (
    "--variant=wide", "--set=width=8", "--input=16x16x3", "--dtype=int8", "--fail-on=params:+5%", "--fail-on=macs:+10M",
    "--fail-on=layers:0", "--fail-on=receptive_field:-0%", "--fail-on=", "--fail-on=params", "--fail-on=params:+1e400%",
    *(f"--format={name}" for name in DIFFERENCE),
)  # fmt: skip
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_{what}": "tester" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}  # fmt: skip


def target(data: bytes) -> str:
    head, a, b = (*data.split(BETWEEN, 2), b"", b"")[:3]
    words = words_of(head)
    if not harmless(words):
        return "not tried"
    with desk({"a.yaml": a, "b.yaml": b}) as folder, mock.patch.dict(os.environ, GIT):
        if any(":" in word for word in words):
            _commit(folder)
        same = called("diff", "a.yaml", "a.yaml", "--format=json")
        if same.code == 0:
            require({row["change"] for row in _rows(data_of(same))} <= {"same"}, "a spec differs from itself")
        there, back = (called("diff", *pair).code for pair in (("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")))
        require(there == back, "the other way round it ends otherwise")
        result = called("diff", *words)
        if "--format=json" in words and result.code == 0:
            data_of(result)
        return outcome_of(result)


def _rows(difference: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return difference.get("rows") or difference.get("layers") or []


def _commit(folder: Path) -> None:
    """Both specs in one revision, beside a link and a folder."""
    (folder / "link.yaml").symlink_to("a.yaml")
    (folder / "folder").mkdir()
    (folder / "folder" / "c.yaml").write_text(TINY, encoding="utf-8")
    for command in ("init --quiet", "add .", "commit --quiet --message=first", "tag v1"):
        subprocess.run(["git", "-C", str(folder), *command.split()], check=True, capture_output=True)


def draw(chance: Random) -> bytes:
    texts = spec_texts()
    first = chance.choice((TINY, chance.choice(texts)))
    second = chance.choice(
        (spoiled_text(first, chance, texts), spoiled_text(first, chance, texts), chance.choice(texts))
    )
    plain = ["a.yaml", "b.yaml"]
    words = plain if chance.random() < 0.6 else [chance.choice((*plain, *SIDES)) for _ in range(2)]
    words = [*words, *chance.sample(MORE, chance.choice((0, 0, 1, 2)))]
    if chance.random() < 0.2:
        words[0] += chance.choice(PIECES)
    return _data("\n".join(words), first, second)


def spoil(data: bytes, chance: Random) -> bytes:
    parts = [part.decode("utf-8", "surrogateescape") for part in (*data.split(BETWEEN, 2), b"", b"")[:3]]
    number = chance.choice((0, 1, 2, 2))
    parts[number] = spoiled_text(parts[number], chance, [*SIDES, *MORE] if number == 0 else spec_texts())
    return _data(*parts)


def _data(*parts: str) -> bytes:
    return BETWEEN.join(part.encode("utf-8", "replace") for part in parts)
