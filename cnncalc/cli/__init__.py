"""The command line: one file a command, each imported only when it is called."""

from __future__ import annotations

import gc
import sys

# The commands live for a moment and make little garbage: collecting it would cost a tenth of a short run.
gc.disable()

from cnncalc.cli.group import COMMANDS, CommandGroup  # noqa: E402  # after the line above, which speeds this one up

__all__ = ["COMMANDS", "cnncalc", "main"]

cnncalc = CommandGroup(
    name="cnncalc",
    help="A convolutional network as one YAML file: its true numbers, its rules, and its run.",
    epilog="SPEC is a path, or the name of a network that ships (`cnncalc specs` lists them).",
)


def main() -> None:
    """Run the command and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal's encoding lacks is replaced: a label in another script must not end a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    cnncalc.main()
