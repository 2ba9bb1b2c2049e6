"""Asks git questions in a repository that may be a stranger's: nothing runs that its configuration names.

Git reads the configuration of whatever repository it stands in, and some of it names programs. What is asked here only
reads objects; what could still start a program is a fetch of missing objects, and that is forbidden twice, because an
older git knows one way only.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from cnncalc.language.choices import ChoiceError

SECONDS = 60
"""Git answers in milliseconds; a disk over a network gets this long."""

ENVIRONMENT = {
    "LC_ALL": "C",  # messages are read below, so they must be in English
    "GIT_LITERAL_PATHSPECS": "1",  # paths are names here and never patterns
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone would fetch through `core.sshCommand`, `remote.*.uploadpack` or `ext::`
    "GIT_ALLOW_PROTOCOL": "none",  # the same for a git older than 2.39.4; no setting of a repository overrides it
    "GIT_NO_REPLACE_OBJECTS": "1",  # a revision is what it names, and of the size that its tree says
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
}
SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.sshCommand=",
    "core.gitProxy=",
    "core.askPass=",
    "core.alternateRefsCommand=",
    "credential.helper=",
    "diff.external=",
    "gc.auto=0",
    "maintenance.auto=false",
)
"""Named once more for a git that would find a use for them; a setting on the command line beats the repository's."""
TRACES = "GIT_TRACE"
"""Variables with this beginning make git say more than its answer, or write it to a file."""


def git(*arguments: str) -> bytes:
    """What git answers; raises `ChoiceError` with its reason where it has none."""
    import subprocess

    command, environment = _asked(arguments)
    try:
        done = subprocess.run(  # noqa: S603  # a list of arguments, no shell; see `read_revision` for what is let in
            command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ChoiceError(f"git did not answer within {SECONDS} seconds") from None
    if done.returncode:
        raise ChoiceError(_reason(done.stderr.decode("utf-8", errors="replace")))
    return done.stdout


def first_bytes(count: int, *arguments: str) -> bytes:
    """So many bytes of what git answers, which may be large; fewer where it answers less, or not in time."""
    import subprocess
    from threading import Timer

    command, environment = _asked(arguments)
    with subprocess.Popen(  # noqa: S603  # as above
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        late = Timer(SECONDS, process.kill)
        late.start()
        try:
            return process.stdout.read(count) if process.stdout else b""
        finally:
            late.cancel()
            process.kill()


def _asked(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The command that asks git, and the variables that it runs with."""
    program = _program()
    if program is None:
        raise ChoiceError("REV:PATH needs git, and there is no git on the search path")
    # The repository is still the one that a hook names by GIT_DIR, and `safe.directory` still holds.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(TRACES)}
    settings = (word for setting in SETTINGS for word in ("-c", setting))
    return [program, "--no-pager", *settings, *arguments], {**inherited, **ENVIRONMENT}


def _program() -> str | None:
    """The first git on the search path. A folder named by a relative path is left out: it may be a stranger's.

    Not `shutil.which`, which on Windows looks into the current folder before all others.
    """
    from pathlib import Path

    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = Path(folder, name)
        if path.is_absolute() and path.is_file() and os.access(path, os.X_OK):
            return str(path)
    return None


def _reason(words: str) -> str:
    """Git's own words, shortened; those that everybody meets in ours."""
    lines = words.strip().splitlines() or ["git failed and did not say why"]
    if "promisor remote" in words:
        return (
            "this partial clone lacks what REV:PATH names, and a program that the repository chooses would fetch it: "
            "where you trust the repository, `git show REV:PATH` does"
        )
    first = next((line for line in lines if line.startswith("fatal: ")), lines[0]).removeprefix("fatal: ")
    if first.startswith("not a git repository"):
        return "REV:PATH needs a git repository, and the current folder is not in one"
    if first.lower().startswith("not a valid object name"):
        return f"there is no revision {first.split()[-1]} in this repository"
    if first.lower().startswith("not a tree object"):
        return "this revision is neither a commit nor a tree"
    return f"git: {first}"
