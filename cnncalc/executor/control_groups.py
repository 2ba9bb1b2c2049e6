"""The control groups of this process, which limit its memory and its processors."""

from __future__ import annotations

from pathlib import Path


def control_groups(root: Path, controller: str) -> list[str]:
    """The groups of this process and those around them, relative to the mount; the mount itself always."""
    groups = {""}
    for line in text_of(root / "proc/self/cgroup").splitlines():
        number, controllers, path = [*line.split(":", 2), "", ""][:3]
        if number == "0" or controller in controllers.split(","):
            parts = [part for part in path.split("/") if part and part != ".."]
            groups.update("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    return sorted(groups)


def text_of(path: Path) -> str:
    """What a file of the system says; nothing where there is none."""
    try:
        return path.read_text("ascii", errors="replace")
    except OSError:
        return ""
