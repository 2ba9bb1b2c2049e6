"""`cnncalc fmt`: specs in their one canonical form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnncalc import quantity
from cnncalc.cli.completion import completed_by
from cnncalc.cli.failing import UNUSABLE, WRONG, say_fault, show
from cnncalc.cli.terminal import say, say_error
from cnncalc.files import reason, write_whole
from cnncalc.lookup.folders import EMPTY, spec_files
from cnncalc.problem import SpecError

if TYPE_CHECKING:
    from cnncalc.source import Source

STANDARD_INPUT = "-"
AS_IT_WAS, CHANGED = 0, -1
"""What became of one file; a positive number is an exit code."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=completed_by("spec_files"))
@click.option("--check", is_flag=True, help="Write nothing; list what would change, and exit 1 if anything would.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, and exit 1 if anything would.")
def fmt(files: tuple[str, ...], check: bool, diff: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Rewrite each spec FILE in its one canonical form; a folder stands for the specs below it, `-` for standard input.

    Comments stay, and only the layout changes. A spec with errors is reported and left as it is.
    """
    paths, empty = spec_files(files)
    outcomes = [_formatted(path, check=check, diff=diff) for path in paths]
    for folder in empty:
        say_fault(f"{folder}: {EMPTY}")
    changed = outcomes.count(CHANGED)
    if STANDARD_INPUT not in paths:
        verb = "would be formatted" if check or diff else "formatted"
        say_error(f"{quantity.plural(changed, 'spec')} {verb}, {outcomes.count(AS_IT_WAS)} unchanged")
    if empty or UNUSABLE in outcomes:
        raise SystemExit(UNUSABLE)
    raise SystemExit(WRONG if WRONG in outcomes or (changed and (check or diff)) else 0)


def _formatted(path: str, *, check: bool, diff: bool) -> int:
    """What became of one file; faults are reported."""
    from cnncalc.editor.formatting import FormattingFault, formatted

    try:
        data, source = _read(path)
        text = formatted(source)
        changed = data != text.encode("utf-8")
        if path == STANDARD_INPUT and not (check or diff):
            sys.stdout.buffer.write(text.encode("utf-8"))
            sys.stdout.buffer.flush()
        elif changed:
            _give(path, source, text, check=check, diff=diff)
    except SpecError as error:
        show(error.diagnostics)
        return WRONG
    except FormattingFault as fault:
        say_fault(f"{fault}, so it is left as it is; this is a bug in cnncalc, please report it")
        return WRONG
    except BrokenPipeError:
        raise
    except OSError as error:
        say_fault(reason(error))
        return UNUSABLE
    return CHANGED if changed else AS_IT_WAS


def _read(path: str) -> tuple[bytes, Source]:
    from cnncalc.language.yaml.source import MAX_BYTES, read_source, source_of_bytes

    if path == STANDARD_INPUT:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        return data, source_of_bytes(data, "<stdin>")
    source = read_source(path)
    return Path(path).read_bytes(), source


def _give(path: str, source: Source, text: str, *, check: bool, diff: bool) -> None:
    if diff:
        from difflib import unified_diff

        before, after = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
        say("".join(unified_diff(before, after, path, path)).rstrip("\n"))
        return
    if not check:
        # A link stays a link: what it leads to is written.
        write_whole(Path(path).resolve(), text.encode("utf-8"))
    say(path)
