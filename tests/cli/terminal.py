"""Calls the command as a user would, in this process."""

from __future__ import annotations

import json
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from cnncalc.cli.group import cnncalc


class Called(NamedTuple):
    """What a call printed, and its exit code; `crash` is an exception that nobody caught."""

    code: int
    out: str
    err: str
    crash: BaseException | None

    @property
    def output(self) -> str:
        return self.out + self.err


def runner() -> CliRunner:
    """One that keeps standard error apart, as click 8.2 and later do anyhow."""
    apart: Any = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    return CliRunner(**apart)


def call(*words: object) -> Called:
    result = runner().invoke(cnncalc, [str(word) for word in words])
    crash = None if isinstance(result.exception, SystemExit) else result.exception
    return Called(result.exit_code, result.stdout, result.stderr, crash)


def told(*words: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error of a call that does not crash."""
    code, out, err, crash = call(*words)
    assert crash is None
    assert "Traceback" not in err
    return code, out, err


def facts(*words: object) -> Any:
    """The JSON of a call that ends well."""
    called = call(*words, "--format", "json")
    assert called.code == 0, called.err
    return json.loads(called.out)


def spec(folder: Path, text: str, name: str = "net.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
