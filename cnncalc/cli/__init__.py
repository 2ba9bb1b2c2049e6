"""The command line: one file a command, each imported only when it is called."""

from __future__ import annotations

from typing import NoReturn

INTERRUPTED = 130
"""The exit code that shells give to what ended by Ctrl-C."""


def main() -> None:
    """Run the command and leave with its exit code."""
    import gc
    import sys

    # A command lives for a moment and makes little garbage: looking for it would cost a tenth of a short run. Before
    # the imports, which make most of the objects; commands that take long switch it on again.
    gc.disable()
    _open_the_closed()
    try:
        from cnncalc.cli.group import cnncalc
    except KeyboardInterrupt:  # later ones are the group's
        raise SystemExit(INTERRUPTED) from None
    for stream in (sys.stdout, sys.stderr):
        # What a terminal's encoding lacks is replaced: a label in another script must not end a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        cnncalc.main()
    except SystemExit as leaving:
        _leave(leaving.code)


def _leave(code: object) -> NoReturn:
    """End the process with its streams flushed, without taking its objects apart, which takes a tenth of a start."""
    import os
    import sys

    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the reader has gone, and has been told what there was
        code = code or 1
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _open_the_closed() -> None:
    """Where a standard stream was closed (`>&-`), Python has none: what is said there goes nowhere, as was wished."""
    import os
    import sys

    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # as long as the process
