"""How much memory is free, and the refusal of what would need more."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

GIB = 2**30
UNITS = ((GIB, "GiB"), (2**20, "MiB"), (2**10, "KiB"))

CGROUP_LIMITS = (("", "memory.max", "memory.current"), ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"))
"""Where control groups lie and the names of their limit and their usage, in version 2 and in version 1."""

LARGEST_PROPOSAL = GIB
"""A limit that suits any machine on which one would ask for strips at all."""

SMALLEST_PROPOSAL = 16 * 2**20
"""Where less than this is free, no limit is worth proposing."""


class MemoryRefusal(Exception):
    """A run would need more memory than is free; nothing has been allocated.

    Args:
        fact: what it needs and what there is; the whole message where nothing is proposed.
        limit: a limit in bytes under which strips of rows might do it, where there is one.

    >>> str(MemoryRefusal("the run needs more than there is", limit=2**30))
    'the run needs more than there is; `cnncalc.run(..., memory=2**30)` computes it in strips of rows'
    """

    def __init__(self, fact: str, limit: int | None = None) -> None:
        self.fact = fact
        self.limit = limit
        power = (limit or 1).bit_length() - 1
        remedy = f"; `cnncalc.run(..., memory=2**{power})` computes it in strips of rows" if limit else ""
        super().__init__(fact + remedy)

    @property
    def on_a_command_line(self) -> str:
        """The message with the option in place of the argument."""
        if not self.limit:
            return self.fact
        size = f"{self.limit // GIB}GiB" if self.limit >= GIB else f"{self.limit // 2**20}MiB"
        return f"{self.fact}; `--memory {size}` computes it in strips of rows"


class Need(NamedTuple):
    """What a run allocates, in bytes.

    Attributes:
        weights: the weights as they are given and, where they are reordered or converted, the copies.
        activations: the inputs and whatever is alive at the worst step.
        scratch: columns, padded copies and the like at that step.
        at: the path of that step; empty where there is none.
    """

    weights: int
    activations: int
    scratch: int
    at: str = ""

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.activations + self.scratch


def refuse_if_too_large(need: Need, free: int | None, held: int = 0) -> None:
    """Raise a `MemoryRefusal` where a run needs more than the free bytes; None means that nobody knows.

    `held` are bytes that the run may use although they are not free, because it has them already.

    >>> refuse_if_too_large(Need(0, 3 * 2**30, 2**29, "conv_1"), free=2**31)
    Traceback (most recent call last):
        ...
    cnncalc.executor.memory.MemoryRefusal: the run needs 3.50 GiB (3,758,096,384 bytes), but 2.00 GiB (2,147,483,648 \
bytes) are free: weights 0 B, activations 3.00 GiB, scratch 512.00 MiB, at conv_1; `cnncalc.run(..., memory=2**30)` \
computes it in strips of rows
    """
    if free is None or need.total <= free + held:
        return
    where = f", at {need.at}" if need.at else ""
    raise MemoryRefusal(
        f"the run needs {in_words(need.total)}, but {in_words(free)} are free: weights {_in_units(need.weights)}, "
        f"activations {_in_units(need.activations)}, scratch {_in_units(need.scratch)}{where}",
        _proposal(need, free + held),
    )


def _proposal(need: Need, room: int) -> int | None:
    """A power of two of which twice as much is free beside the weights, and less than was asked for; None for none."""
    beside = min((room - need.weights) // 2, need.activations + need.scratch, LARGEST_PROPOSAL)
    return 1 << (beside.bit_length() - 1) if beside >= SMALLEST_PROPOSAL else None


def in_words(size: int) -> str:
    """A size in the unit that suits it, and in bytes.

    >>> in_words(2**30 + 2**29), in_words(77_824)
    ('1.50 GiB (1,610,612,736 bytes)', '76.00 KiB (77,824 bytes)')
    """
    return f"{_in_units(size)} ({size:,} bytes)"


def _in_units(size: int) -> str:
    unit, name = next(((unit, name) for unit, name in UNITS if size >= unit), (1, "B"))
    if unit == 1:
        return f"{size} B"
    hundredths = (200 * size + unit) // (2 * unit)
    return f"{hundredths // 100}.{hundredths % 100:02d} {name}"


def free_memory() -> int | None:
    """The bytes that this process may still allocate: the least of what machine, control group and limit leave.

    None where the system tells nothing.
    """
    if sys.platform == "win32":
        return _windows_available()
    known = [room for room in (_available(), *_group_rooms(Path("/")), _address_space_left()) if room is not None]
    return max(0, min(known)) if known else None


def _available(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """What Linux says is available; elsewhere the pages that are free, or all there are."""
    for line in text_of(meminfo).splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    for pages in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):
        try:
            return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE")
        except (ValueError, OSError, AttributeError):
            continue
    return None


def _group_rooms(root: Path) -> list[int]:
    """What the control group of this process, and each group around it, leaves under its limit.

    Pages of files that the group has read count as used, but the kernel gives them back when asked.
    """
    rooms = []
    for group in control_groups(root, "memory"):
        for folder, *names in CGROUP_LIMITS:
            place = root / "sys/fs/cgroup" / folder / group
            limit, usage = (_number(place / name) for name in names)
            if limit is not None and usage is not None:
                rooms.append(limit - usage + _reclaimable(place / "memory.stat"))
    return rooms


def _reclaimable(stat: Path) -> int:
    for line in text_of(stat).splitlines():
        name, _, value = line.partition(" ")
        if name in ("inactive_file", "total_inactive_file") and value.isdigit():
            return int(value)
    return 0


def _address_space_left(statm: Path = Path("/proc/self/statm")) -> int | None:
    """What `ulimit -v` leaves, where one is set."""
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return None
    pages = text_of(statm).split()
    return limit - (int(pages[0]) * os.sysconf("SC_PAGE_SIZE") if pages else 0)


def _number(path: Path) -> int | None:
    """The number in a file; None where there is no file, or it says `max`."""
    text = text_of(path).strip()
    return int(text) if text.isdigit() else None


def _windows_available() -> int | None:
    """The free physical memory that Windows reports."""
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "file", "file_free", "own", "own_free", "more")),
        )

    status = Status()
    status.length = ctypes.sizeof(Status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 # only Windows has it, and mypy reads this elsewhere
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None


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
