"""Calls the command as a user would, in this process."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from cnncalc.cli.group import cnncalc


class Called(NamedTuple):
    """What a call printed, and its exit code; `crash` is an exception that nobody caught."""

    code: int
    out: str
    err: str
    crash: BaseException | None


def call(*words: object) -> Called:
    result = CliRunner().invoke(cnncalc, [str(word) for word in words])
    crash = None if isinstance(result.exception, SystemExit) else result.exception
    return Called(result.exit_code, result.stdout, result.stderr, crash)


def spec(folder: Path, text: str, name: str = "net.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
