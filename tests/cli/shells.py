"""Types into a real shell as a person does, a tab among it, and reads which words the line then has."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path

PATIENCE = 60.0
"""Seconds for one line: a shell starts the program for each tab."""

BEGIN = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SET_UP = {
    "bash": 'eval "$(_CNNCALC_COMPLETE=bash_source cnncalc)"',
    "zsh": 'eval "$(_CNNCALC_COMPLETE=zsh_source cnncalc)"',
    "fish": "env _CNNCALC_COMPLETE=fish_source cnncalc | source",
}
"""What docs/completion.md says to put into the shell's configuration."""
BEFORE = {"zsh": "autoload -Uz compinit; compinit -D -u; "}
"""What a configuration of zsh holds already."""

TAB, TO_BEGIN, TO_END = "\t", "\x01", "\x05"


class Shell:
    """One interactive shell on a terminal of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.shown = b""
        self.terminal, inside = pty.openpty()
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "TERM": "xterm", "HOME": str(folder), "PYTHONWARNINGS": "error"}
        self.process = subprocess.Popen(
            BEGIN[name], stdin=inside, stdout=inside, stderr=inside, cwd=folder, env=environment, start_new_session=True
        )
        os.close(inside)
        threading.Thread(target=self._drain, daemon=True).start()
        self.type(f"{BEFORE.get(name, '')}{SET_UP[name]}; echo > ready\n")
        self._wait_for(folder / "ready")

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.terminal, keys.encode())

    def words(self, begun: str) -> list[str]:
        """The words of the line that a tab makes of what is begun; the last is empty where a blank follows."""
        self.count += 1
        answer = self.folder / f"answer-{self.count}"
        self.type(f"{begun}{TAB}")
        self.type(
            f"{TO_END}'|'{TO_BEGIN}printf '%s\\n' {TO_END} > {answer.name}.part; mv {answer.name}.part {answer.name}\n"
        )
        self._wait_for(answer)
        *words, last = answer.read_text("utf-8").splitlines()
        assert last.endswith("|"), words
        return [*words, last.removesuffix("|")]

    def close(self) -> None:
        """End the shell."""
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)

    def _wait_for(self, path: Path) -> None:
        end = time.monotonic() + PATIENCE
        while not path.exists():
            assert time.monotonic() < end, self.shown[-2000:].decode(errors="replace")
            time.sleep(0.02)

    def _drain(self) -> None:
        try:
            while data := os.read(self.terminal, 4096):
                self.shown += data
        except OSError:  # the shell has ended
            pass
