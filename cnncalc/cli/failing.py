"""How a command ends when something is wrong: one clear message and an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from cnncalc.cli import INTERRUPTED
from cnncalc.cli.terminal import say_error, wants_color
from cnncalc.language.choices import ChoiceError
from cnncalc.problem import Diagnostic, SpecError

WRONG = 1
"""A spec is wrong or over budget, or a verification failed."""
UNUSABLE = 2
"""The command line is wrong, or a file cannot be read."""


@contextmanager
def reporting() -> Iterator[None]:
    """Report every fault that a user can cause, and leave with its exit code."""
    try:
        yield
    except SpecError as error:
        show(error.diagnostics)
        raise SystemExit(WRONG) from None
    except ChoiceError as error:
        fail(str(error))
    except (BrokenPipeError, click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except OSError as error:
        from cnncalc.files import reason

        fail(reason(error))
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except RecursionError:
        fail("this input is nested too deeply")
    except MemoryError:
        fail("there is not enough memory for this")


def fail(message: str) -> NoReturn:
    """Say why the command cannot be carried out, and leave."""
    say_fault(message)
    raise SystemExit(UNUSABLE)


def say_fault(message: str) -> None:
    """Say why; names that come from files may hold anything, and steer no terminal."""
    from cnncalc.render.terminal import printable

    lines = map(printable, message.split("\n"))
    say_error("error: " + "\n".join(lines))


def show(diagnostics: list[Diagnostic]) -> None:
    """Write diagnostics to standard error, in colour on a terminal."""
    from cnncalc.render.checks.faults import text

    say_error(text(diagnostics, color=wants_color(error=True)))
