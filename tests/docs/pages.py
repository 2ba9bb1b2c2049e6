"""Plays the blocks of a Markdown page as a reader would, and says what they print.

A block marked ```` ```yaml title="net.yaml" ```` is a file of that name. A block ```` ```console ```` holds commands
after `$ ` and what they print, standard output and standard error together, with the exit code where it is not 0. A
block ```` ```python ```` runs after those above it, and ```` ```text title="prints" ```` below it holds what it prints.
`python -m tests.docs.pages README.md` writes the outputs anew; the tests only compare.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

FILE = re.compile(r'^```yaml title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
PLAYED = re.compile(
    r"^```console\n(?P<console>.*?)^```$"
    r'|^```python\n(?P<python>.*?)^```$(?:\n\n```text title="prints"\n.*?^```$)?',
    re.MULTILINE | re.DOTALL,
)


def of_the_program(arguments: list[str]) -> tuple[str, int]:
    """What a cnncalc command prints, and its exit code: called in this process, which saves its start."""
    from click.testing import CliRunner

    from cnncalc.cli.group import cnncalc

    environment = {"COLUMNS": "100", "NO_COLOR": "1"}
    result = CliRunner(env=environment, catch_exceptions=False).invoke(cnncalc, arguments, prog_name="cnncalc")
    return result.output, result.exit_code


def of_a_process(words: list[str]) -> tuple[str, int]:
    """What another program prints, and its exit code."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120
    )
    return done.stdout.decode(), done.returncode


def printed(command: str) -> str:
    """What a command prints in the current folder, as a page shows it."""
    first, *rest = shlex.split(command, comments=True)
    output, code = of_the_program(rest) if first == "cnncalc" else of_a_process([first, *rest])
    text = "\n".join(line.rstrip() for line in output.rstrip("\n").splitlines())
    return f"{text}\n(exit code {code})" if code else text


def console(block: str) -> str:
    """A console block with what its commands print now."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    blocks = [f"{command}\n{printed(command[2:])}".rstrip("\n") for command in commands]
    return "```console\n" + "\n".join(blocks) + "\n```"


def python(block: str, names: dict[str, Any]) -> str:
    """A Python block with what it prints now, below it."""
    with redirect_stdout(StringIO()) as output:
        exec(compile(block, "<page>", "exec"), names)  # noqa: S102  # the project's own page
    text = "\n".join(line.rstrip() for line in output.getvalue().rstrip("\n").splitlines())
    return f"```python\n{block}```" + (f'\n\n```text title="prints"\n{text}\n```' if text else "")


def played(text: str, folder: Path) -> str:
    """The page with what its commands and its Python print now."""
    for name, content in FILE.findall(text):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "page"}

    def answer(found: re.Match[str]) -> str:
        return console(found["console"]) if found["python"] is None else python(found["python"], names)

    with chdir(folder):
        return PLAYED.sub(answer, text)


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    for page in [path.resolve() for path in map(Path, sys.argv[1:])]:
        with TemporaryDirectory() as scratch:
            page.write_text(played(page.read_text(encoding="utf-8"), Path(scratch)), encoding="utf-8")
