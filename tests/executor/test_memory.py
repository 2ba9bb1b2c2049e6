"""How much is free, by what the system says; what is too large is refused in numbers."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc.executor import memory
from cnncalc.executor.memory import MemoryRefusal, Need, free_memory, refuse_if_too_large


def group(root: Path, path: str, **files: object) -> None:
    folder = root / "sys/fs/cgroup" / path
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name.replace("__", ".")).write_text(f"{value}\n")


def belongs_to(root: Path, text: str) -> None:
    (root / "proc/self").mkdir(parents=True, exist_ok=True)
    (root / "proc/self/cgroup").write_text(text)


def test_some_memory_is_free_and_no_more_than_there_is() -> None:
    free = free_memory()
    assert free is not None
    assert 2**20 < free < 2**50


def test_linux_says_what_is_available(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:       100 kB\nMemFree:     1 kB\nMemAvailable:       42 kB\n")
    assert memory._available(meminfo) == 42 * 1024


def test_without_that_the_system_is_asked_for_its_pages(tmp_path: Path) -> None:
    available = memory._available(tmp_path / "there is none")
    assert available is not None
    assert available > 2**20


def test_a_group_of_version_2_leaves_its_limit_less_its_usage(tmp_path: Path) -> None:
    belongs_to(tmp_path, "0::/user/job\n")
    group(tmp_path, "user/job", memory__max=1000, memory__current=300)
    assert memory._group_rooms(tmp_path) == [700]


def test_a_limit_of_a_group_around_this_one_counts_too(tmp_path: Path) -> None:
    belongs_to(tmp_path, "0::/user/job\n")
    group(tmp_path, "user/job", memory__max="max", memory__current=300)
    group(tmp_path, "user", memory__max=900, memory__current=500)
    group(tmp_path, "", memory__max=5000, memory__current=500)
    assert sorted(memory._group_rooms(tmp_path)) == [400, 4500]


def test_a_group_of_version_1_leaves_its_limit_less_its_usage(tmp_path: Path) -> None:
    belongs_to(tmp_path, "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n")
    group(tmp_path, "memory/docker/abc", memory__limit_in_bytes=2000, memory__usage_in_bytes=500)
    assert memory._group_rooms(tmp_path) == [1500]


def test_files_that_the_kernel_can_drop_are_not_in_use(tmp_path: Path) -> None:
    belongs_to(tmp_path, "0::/\n")
    group(tmp_path, "", memory__max=1000, memory__current=900, memory__stat="anon 1\ninactive_file 600")
    assert memory._group_rooms(tmp_path) == [700]


def test_without_groups_there_is_no_limit_of_theirs(tmp_path: Path) -> None:
    assert memory._group_rooms(tmp_path) == []


def test_a_limit_on_the_address_space_counts() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\n"
        "from cnncalc.executor.memory import free_memory; print(free_memory())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert 0 < int(told) < 2**30
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 2**30


def test_what_fits_exactly_is_not_refused() -> None:
    refuse_if_too_large(Need(1, 2, 3), 6)
    refuse_if_too_large(Need(1, 2, 3), 4, held=2)
    refuse_if_too_large(Need(2**60, 0, 0), None)


def test_one_byte_more_is_refused_with_all_sizes() -> None:
    message = (
        r"the run needs 7\.90 GiB \(8,482,560,410 bytes\), but 1\.00 GiB \(1,073,741,824 bytes\) are free: "
        r"weights 10 B, activations 7\.90 GiB, scratch 400 B, at conv_1"
    )
    with pytest.raises(MemoryRefusal, match=message):
        refuse_if_too_large(Need(10, 8_482_560_000, 400, "conv_1"), 2**30)
    with pytest.raises(MemoryRefusal):
        refuse_if_too_large(Need(1, 2, 3), 5)
