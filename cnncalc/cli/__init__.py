"""The command line: one file a command, each imported only when it is called."""

from __future__ import annotations

from typing import NoReturn

VARIABLE = "_CNNCALC_COMPLETE"
"""The environment variable by which a shell asks for completion; its value says which shell and what."""
INTERRUPTED = 130
"""The exit code that shells give to what ended by Ctrl-C."""


def main() -> None:
    """Run the command; raises SystemExit with its exit code."""
    import gc
    import os
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
    if VARIABLE in os.environ:
        from cnncalc.cli.completion.shells import install

        install()
    cnncalc.main()


def process() -> NoReturn:
    """`main` as a process of its own: it ends without taking its objects apart, which takes a tenth of a start."""
    import os
    import sys

    code: object = 0
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the reader has gone, and has what there was
        code = code or 1
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _open_the_closed() -> None:
    """Where a standard stream was closed (`>&-`), Python has none: what is said there goes nowhere, as was wished."""
    import os
    import sys

    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # as long as the process
