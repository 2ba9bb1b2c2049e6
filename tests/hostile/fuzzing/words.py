"""Command lines from click's own tables: every option of every command, with values that suit it and that do not."""

from __future__ import annotations

import re
from functools import cache
from random import Random

import click

from cnncalc.cli.group import COMMANDS, cnncalc
from cnncalc.codes import CODES
from cnncalc.dtype import BYTES
from cnncalc.layers import KINDS
from cnncalc.metrics import CLAIMED, LIMITED
from tests.hostile.fuzzing.mutation import NUMBERS, PIECES

FILES = (
    "net.yaml",
    "two.yaml",
    "wrong.yaml",
    "nothing.yaml",
    "w.npz",
    "w.safetensors",
    "a.npy",
    "p.png",
    "labels.txt",
    "out",
    ".",
    "",
)
NAMES = (
    "lenet5",
    "resnet20:resnet32",
    "resnet32",
    "lenet",
    "net.yaml:wide",
    "sum",
    "Body",
    "Body/conv_1",
    "conv_1",
    "fc_1",
    "nothing",
)
VALUES = {
    "settings": ("width=8", "act=tanh", "width=", "=", "width=nan", "width=8x8", "other=1", "width=1/0",
        "width=2**999999", "width='a'"),
    "sizes": ("16x16x3", "left=8x8x3", "8..16", "8..16x8", "left=4..8", "1..999999999", "0x0x0", "8x8", "=8x8x3",
        "8\u00d78\u00d73"),
    "vary": ("width=1..8", "width=0.25..2", "act=relu,tanh", "batch=1..4", "width=1..1e30", "width=1..2/0",
        "width=8..1", "width=,"),
    "under": ("params <= 1M", "peak_activation<=64 KiB", "macs <= ", "params >= 1e400", "nothing <= 1",
        "params <= -1", "<=", "params"),
    "limits": ("params:+5%", "macs:+10M", "layers:0", "receptive_field:-0%", "params:", ":", "params:+1e400%",
        "params:nan"),
    "columns": ("params,macs", "help", ",", "output,,", "nothing", "Layer", "params,params"),
    "memory": ("1GiB", "64K", "1", "0", "-1", "1e30GiB", "nan", "4096", "100 KiB", "0.4"),
    "dtype": (*BYTES, "weights=int8,activations=int16", "weights=int8", "weights=", "weights=int8,weights=int8",
        "complex64"),
    "wanted": ("4x4", "4x4x4", "4", "0", "4x4x4x4x4", "-1x-1", "9" * 30),
    "variant": ("wide", "", "nothing", "WIDE"),
    "images": ("a.npy", "p.png", "chelsea", "nothing.png", "input=a.npy", "left=a.npy", "right=a.npy", "=",
        "labels.txt", "net.yaml"),
    "weights": ("w.npz", "w.safetensors", "a.npy", "nothing.npz", ""),
    "labels": ("labels.txt", "a.npy", "nothing", ""),
    "save": ("all", "conv_1", "Body/conv_1", "nothing", "", "../x"),
    "output": ("out.txt", "net.yaml", "out/x", "", ".", "nowhere/x"),
    "out": ("out", "maps", "net.yaml", "", "."),
    "layer": NAMES,
    "subject": (*NAMES, *FILES[:4], "conv", "repeat", "Conv2d", "CNN401", "CNN999", "cnn6", *KINDS),
    "name": NAMES,
    "before": (*FILES[:3], *NAMES[:5]),
    "after": (*FILES[:3], *NAMES[:5]),
    "files": FILES[:4],
    "specs": (*FILES[:4], *NAMES[:3]),
    "ignored": tuple(CODES),
    "kernel": ("1..7", "3", "7..1", "0..0", "1..", "..", "1..999999999"),
}  # fmt: skip
"""By the parameter that takes them; whoever has no row here takes numbers and whatever the others take."""

SLOW = {"jobs": ("1", "0", "x"), "threads": ("1", "2", "0", "999"), "batch": ("1", "2", "4096", "0")}
"""Numbers of processes and threads are drawn small: what is looked for here is not whether a machine can start many."""

LEADS_AWAY = re.compile(r"(?<!\w)/|^-\w+/|\.\.(/|$)(?<!\d\.\.)|^~|[\x00]")


def words_of(data: bytes) -> list[str]:
    """The words of a call, one a line."""
    return data.decode("utf-8", "surrogateescape").split("\n") if data else []


def harmless(words: list[str]) -> bool:
    """Whether no word leads out of the folder that it is called in: what is tried there is written to."""
    return not any(LEADS_AWAY.search(word) for word in words)


@cache
def parameters_of(command: str) -> tuple[click.Parameter, ...]:
    """The options and arguments of a command, as click has them."""
    group = click.Context(cnncalc)
    found = cnncalc.get_command(group, command)
    assert found is not None
    return tuple(found.params)


def call_drawn(chance: Random) -> list[str]:
    """A command with its arguments and some of its options."""
    command = chance.choice(COMMANDS)
    parameters = parameters_of(command)
    words = [command]
    for parameter in parameters:
        if isinstance(parameter, click.Argument):
            wanted = chance.choice((1, 1, 2)) if parameter.nargs < 0 else parameter.required or chance.random() < 0.5
            words += [_value(parameter, chance) for _ in range(wanted)]
    options = [parameter for parameter in parameters if isinstance(parameter, click.Option)]
    for option in chance.sample(options, min(len(options), chance.choice((0, 1, 2, 3)))):
        name = chance.choice(option.opts)
        words += (
            [name] if option.is_flag else chance.choice(([name, value := _value(option, chance)], [f"{name}={value}"]))
        )
    return words


def _value(parameter: click.Parameter, chance: Random) -> str:
    name = parameter.name or ""
    if name in SLOW:
        return chance.choice(SLOW[name])
    if name == "spec" or (name in {"before", "after", "subject"} and chance.random() < 0.7):
        return chance.choice(("net.yaml", "net.yaml", "two.yaml", "net.yaml:wide", "lenet5", *FILES[:4]))
    if isinstance(parameter.type, click.Choice) and chance.random() < 0.9:
        return str(chance.choice([*parameter.type.choices]))
    if chance.random() < 0.1:
        return chance.choice((*NUMBERS, *PIECES))
    if name in VALUES:
        return chance.choice(VALUES[name])
    others: tuple[str, ...] = (*NUMBERS, *VALUES["kernel"], *CLAIMED, *LIMITED)
    return chance.choice(others)
