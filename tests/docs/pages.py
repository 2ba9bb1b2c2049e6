"""Runs the console blocks of a Markdown page as a reader would, and says what they print.

A block marked ```` ```yaml title="net.yaml" ```` is a file of that name; a block ```` ```console ```` holds commands after
`$ ` and what they print, standard output and standard error together, with the exit code where it is not 0.
`python -m tests.docs.pages README.md` writes the outputs anew; the tests only compare.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

FILE = re.compile(r'^```yaml title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def printed(command: str, folder: Path) -> str:
    """What a command prints in a folder, as a page shows it."""
    words = shlex.split(command)
    if words[0] == "cnncalc":
        words[:1] = [sys.executable, "-m", "cnncalc"]
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120
    )
    text = done.stdout.decode().rstrip("\n")
    return f"{text}\n(exit code {done.returncode})" if done.returncode else text


def played(text: str, folder: Path) -> str:
    """The page with what its commands print now."""
    for name, content in FILE.findall(text):
        (folder / name).write_text(content, encoding="utf-8")

    def answer(found: re.Match[str]) -> str:
        commands = [line for line in found[1].splitlines() if line.startswith("$ ")]
        blocks = [f"{command}\n{printed(command[2:], folder)}".rstrip("\n") for command in commands]
        return "```console\n" + "\n".join(blocks) + "\n```"

    return CONSOLE.sub(answer, text)


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    for page in map(Path, sys.argv[1:]):
        with TemporaryDirectory() as scratch:
            page.write_text(played(page.read_text(encoding="utf-8"), Path(scratch)), encoding="utf-8")
