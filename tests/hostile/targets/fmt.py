"""Any text through `fmt`: a sound spec stays the same network and then stays as it is, a wrong one keeps every byte."""

from __future__ import annotations

from pathlib import Path
from random import Random

from cnncalc.editor.formatting import _network_of
from cnncalc.language.yaml.source import source_of_bytes
from tests.hostile.fuzzing.mutation import spoiled_text
from tests.hostile.fuzzing.promises import called, desk, outcome_of, require
from tests.hostile.fuzzing.seeds import spec_texts

LAYOUT = (
    "# a\n",
    "  # b",
    "\n",
    "\n\n",
    " ",
    "\r\n",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    '"',
    "|\n",
    ">-\n",
    "? ",
    "- ",
    "---\n",
)


def target(data: bytes) -> str:
    with desk({"net.yaml": data}):
        file = Path("net.yaml")
        shown = called("fmt", "--diff", "net.yaml")
        require(file.read_bytes() == data, "fmt --diff writes")
        result = called("fmt", "net.yaml")
        written = file.read_bytes()
        if result.code:
            require(written == data, "a spec with faults is rewritten")
            require(shown.code == result.code, "fmt --diff ends otherwise than fmt")
            return outcome_of(result)
        require((written != data) == (shown.code == 1), "fmt --diff says otherwise than fmt does")
        before, after = (_network_of(source_of_bytes(text, "net.yaml")) for text in (data, written))
        require(repr(before) == repr(after), "another network")
        require(called("fmt", "net.yaml").code == 0, "what fmt wrote has faults")
        require(file.read_bytes() == written, "fmt twice is not fmt once")
        require(called("fmt", "--check", "net.yaml").code == 0, "fmt --check refuses what fmt wrote")
        return f"{outcome_of(result)} {'as it was' if written == data else 'rewritten'}"


def draw(chance: Random) -> bytes:
    texts = spec_texts()
    text = chance.choice(texts)
    for _ in range(chance.choice((0, 1, 2, 6))):
        place = chance.randint(0, len(text))
        text = text[:place] + chance.choice(LAYOUT) + text[place:]
    if chance.random() < 0.3:
        text = spoiled_text(text, chance, texts)
    if chance.random() < 0.2:
        text = text.replace("\n", "\r\n")
    return text.encode("utf-8", "surrogatepass")


def spoil(data: bytes, chance: Random) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return spoiled_text(text, chance, (*LAYOUT, *spec_texts())).encode("utf-8", "replace")
