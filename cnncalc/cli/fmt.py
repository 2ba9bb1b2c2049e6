"""`cnncalc fmt`: specs in their one canonical form."""

from __future__ import annotations

import sys

import click

from cnncalc import quantity
from cnncalc.cli.completion import completed_by
from cnncalc.cli.failing import UNUSABLE, WRONG, say_fault, show
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import say, say_error
from cnncalc.files import reason, write_whole
from cnncalc.lookup.folders import spec_files
from cnncalc.problem import SpecError
from cnncalc.safe import log, one_line, visible

STANDARD_INPUT = "-"
AS_IT_WAS, CHANGED = 0, -1
"""What became of one file; a positive number is an exit code."""


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=completed_by("spec_files"))
@click.option("--check", is_flag=True, help="Write nothing; list what would change, and exit 1 if anything would.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, and exit 1 if anything would.")
def fmt(files: tuple[str, ...], check: bool, diff: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Rewrite each spec FILE in its one canonical form; a folder stands for the specs below it, `-` for standard input.

    Comments stay, and only the layout changes; line ends are those that most lines have. A spec with errors is reported
    and left as it is, and so is a read-only file.
    """
    paths, unread, links = listed = spec_files(files)
    outcomes = [_formatted(path, check=check, diff=diff) for path in paths]
    for folder, why in unread:
        say_fault(f"{folder}: {why}")
    if links:
        say_error(f"note: {one_line(listed.links_told)}")
    changed = outcomes.count(CHANGED)
    if STANDARD_INPUT not in paths:
        verb = "would be formatted" if check or diff else "formatted"
        say_error(f"{quantity.plural(changed, 'spec')} {verb}, {outcomes.count(AS_IT_WAS)} unchanged")
    if unread or UNUSABLE in outcomes:
        raise SystemExit(UNUSABLE)
    raise SystemExit(WRONG if WRONG in outcomes or (changed and (check or diff)) else 0)


def _formatted(path: str, *, check: bool, diff: bool) -> int:
    """What became of one file; faults are reported."""
    from cnncalc.editor.formatting import FormattingFault, formatted
    from cnncalc.language.yaml.source import MAX_BYTES, source_of_bytes

    try:
        before = _read(path)
        source = source_of_bytes(before, "<stdin>" if path == STANDARD_INPUT else path)
        after = _with_ends_of(source.text, formatted(source)).encode("utf-8")
        if len(after) > MAX_BYTES:
            size = f"{len(after):,} bytes, and {MAX_BYTES:,} are the most"
            say_fault(f"{source.name} is left as it is: its canonical form has {size}")
            return WRONG
        if path == STANDARD_INPUT and not (check or diff):
            sys.stdout.buffer.write(after)
            sys.stdout.buffer.flush()
        elif before != after:
            _give(path, before, after, check=check, diff=diff)
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
    return CHANGED if before != after else AS_IT_WAS


def _read(path: str) -> bytes:
    from cnncalc.language.yaml.source import MAX_BYTES, read_data

    return sys.stdin.buffer.read(MAX_BYTES + 1) if path == STANDARD_INPUT else read_data(path)


def _with_ends_of(before: str, text: str) -> str:
    """A text with the line ends that most lines of another have: those of Windows, or else newlines."""
    of_windows = before.count("\r\n")
    return text.replace("\n", "\r\n") if 2 * of_windows > before.count("\n") else text


def _give(path: str, before: bytes, after: bytes, *, check: bool, diff: bool) -> None:
    if diff:
        from difflib import unified_diff

        old, new = (data.decode("utf-8-sig").splitlines(keepends=True) for data in (before, after))
        name = one_line(path)
        say(log("".join(map(_shown, unified_diff(old, new, name, name))).rstrip("\n")))
        return
    if not check:
        if _read(path) != before:
            raise OSError(f"{path} has changed while it was formatted, so it is left as it is")
        write_whole(path, after)
    say(log(one_line(path)))


def _shown(line: str) -> str:
    """A line of a difference with its own end, which `patch` wants to find."""
    text = line.rstrip("\r\n")
    return visible(text) + line[len(text) :]
