"""Files as a repository names them."""

from __future__ import annotations

import os
from pathlib import Path


def place(file: str) -> str:
    """A path relative to the folder we are in where it lies below it, else from the root on; with forward slashes."""
    # `.` and `..` are resolved and links stay as they are: a repository knows a link by its name.
    path = Path(os.path.normpath(Path.cwd() / file))
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()
