"""The command line: one file a command, each imported only when it is called."""

from __future__ import annotations

from typing import NoReturn

VARIABLE = "_CNNCALC_COMPLETE"
"""The environment variable by which a shell asks for completion; its value says which shell and what."""
ENDING = ("SIGTERM", "SIGHUP", "SIGXCPU", "SIGALRM", "SIGUSR1", "SIGUSR2")
"""The signals that end a process unless it says otherwise, and leave it the time to clear away."""
INTERRUPTED = 128 + 2
"""The exit code that shells give to what ended by Ctrl-C."""
FAILED = 2
"""The exit code where there is no verdict."""


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
    except KeyboardInterrupt as interrupt:  # later ones are the group's
        raise SystemExit(ended_by(interrupt)) from None
    for stream in (sys.stdout, sys.stderr):
        # What a terminal's encoding lacks is replaced: a label in another script must not end a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if VARIABLE in os.environ:
        from cnncalc.cli.completion.shells import install

        install()
    cnncalc.main()


def ended_by(interrupt: KeyboardInterrupt) -> int:
    """The exit code after an interrupt: what shells give to the signal that it came by."""
    return 128 + interrupt.args[0] if interrupt.args else INTERRUPTED


def process() -> NoReturn:
    """`main` as a process of its own: it ends without taking its objects apart, which takes a tenth of a start."""
    import os
    import sys

    code: object = 0
    try:
        _end_as_by_ctrl_c()
        main()
    except SystemExit as leaving:
        code = leaving.code
    except KeyboardInterrupt as interrupt:
        code = ended_by(interrupt)
    except BaseException as error:  # noqa: BLE001  # it came before or after whoever reports faults
        code = FAILED
        _say_the_last(error)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # the reader has gone, and has what there was
            code = code or 1
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _end_as_by_ctrl_c() -> None:
    """Let the signals that end a process be interrupts, so that files and processes are cleared away."""
    # `signal` makes enumerations of its names, which takes a hundredth of a start.
    import _signal  # type: ignore[import-not-found]  # the half of it that is written in C has no stub

    def interrupt(number: int, _: object) -> None:
        raise KeyboardInterrupt(number)

    for name in ENDING:
        number = getattr(_signal, name, None)
        if number is not None and _signal.getsignal(number) == _signal.SIG_DFL:  # `nohup` leaves one ignored
            _signal.signal(number, interrupt)


def _say_the_last(error: BaseException) -> None:
    """What reaches nobody else: a part of the command line itself cannot be loaded, or it fails in the end."""
    import sys
    from contextlib import suppress

    try:
        from cnncalc.judging.unforeseen import told, wants_traceback
        from cnncalc.safe import one_line

        said = "" if wants_traceback() else one_line(told(error))
    except Exception:  # noqa: BLE001  # not even this can be loaded
        said = "there is not enough memory for this" if isinstance(error, MemoryError) else str(error)
    with suppress(OSError):  # nobody hears it; the exit code says what there is to say
        if said:
            sys.stderr.write(f"error: {said}\n")
        else:
            sys.excepthook(error.__class__, error, error.__traceback__)


def _open_the_closed() -> None:
    """Where a standard stream was closed (`>&-`), Python has none: what is said there goes nowhere, as was wished."""
    import os
    import sys

    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # as long as the process
