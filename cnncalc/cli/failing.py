"""How a command ends when something is wrong: one clear message and an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import click

from cnncalc.cli import FAILED, ended_by
from cnncalc.cli.terminal import error_width, say_error, wants_color
from cnncalc.language.choices import ChoiceError
from cnncalc.problem import Diagnostic, SpecError

WRONG = 1
"""A spec is wrong or over budget, or a verification failed."""
UNUSABLE = FAILED
"""The command line is wrong, a file cannot be read, the machine lacks something, or this program fails."""


@contextmanager
def reporting() -> Iterator[None]:
    """Report every fault that a user can cause, and those that we did; leave with its exit code."""
    try:
        yield
    except SpecError as error:
        show(error.diagnostics)
        raise SystemExit(WRONG) from None
    except ChoiceError as error:
        fail(str(error))
    except click.ClickException as error:
        from cnncalc.safe import in_lines, log

        vars(error)["message"] = log(in_lines(error.message))  # it may quote what was written; help has several lines
        raise
    except (BrokenPipeError, click.Abort, click.exceptions.Exit):
        raise
    except OSError as error:
        from cnncalc.files import reason

        fail(reason(error))
    except KeyboardInterrupt as interrupt:
        raise SystemExit(ended_by(interrupt)) from None
    except Exception as error:
        from cnncalc.judging.unforeseen import told, wants_traceback

        if wants_traceback():
            raise
        fail(told(error))


def fail(*lines: str) -> NoReturn:
    """Say why the command cannot be carried out, and leave."""
    with suppress(OSError):  # where standard error takes nothing the exit code says what there is to say
        say_fault(*lines)
    raise SystemExit(UNUSABLE)


def say_fault(*lines: str) -> None:
    """Say why; names that come from files may hold anything, and steer neither a terminal nor a log."""
    from cnncalc.safe import log, one_line

    say_error(log("error: " + "\n".join(map(one_line, lines))))


def show(diagnostics: list[Diagnostic]) -> None:
    """Write diagnostics to standard error, in colour and as wide as it is on a terminal."""
    from cnncalc.render.checks.faults import text

    say_error(text(diagnostics, color=wants_color(error=True), width=error_width()))
