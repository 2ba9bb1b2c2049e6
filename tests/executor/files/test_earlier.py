"""A folder of maps is written over where an earlier run has made it; what stays of that run is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnncalc.executor.files.earlier import PAGE, earlier
from tests.cli.terminal import Called, call, spec

NET = "input: 8x8x3\nlayers:\n  - conv: 4 3x3\n  - relu\n"
OTHER = "input: 8x8x3\nlayers:\n  - conv: 2 1x1\n  - max_pool: 2x2\n  - fc: 3\n"
KEPT = ["02-relu_1.png", "02-relu_1.npy"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    np.save("image.npy", np.zeros((8, 8, 3), np.float32))
    spec(tmp_path, NET)
    spec(tmp_path, OTHER, "other.yaml")
    return tmp_path / "maps"


def run(name: str, *more: str) -> Called:
    return call("run", name, "image.npy", "--save", "all", "--out", "maps", *more)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


MORE = [(), ("--memory", "1MiB"), ("--executor", "reference")]


@pytest.mark.parametrize("more", MORE)
def test_the_same_run_again_is_silent_and_leaves_the_same(folder, more):
    assert (run("net.yaml", *more).code, run("net.yaml", *more).err) == (0, "")
    before = contents(folder)
    assert run("net.yaml", *more).code == 0
    assert contents(folder) == before


@pytest.mark.parametrize("more", MORE)
def test_what_stays_of_another_run_is_told_and_named_on_the_page(folder, more):
    run("net.yaml", *more)
    before = contents(folder)
    called = run("other.yaml", *more)
    assert called.code == 0
    assert called.err == "note: of earlier runs there stays in maps: 02-relu_1.png and 1 more\n"
    page = (folder / PAGE).read_text("utf-8")
    links = ", ".join(f'<a href="{name}">{name}</a>' for name in KEPT)
    assert f"<p>These are not of this run: {links}</p>" in page
    assert {name: contents(folder)[name] for name in KEPT} == {name: before[name] for name in KEPT}


def test_what_stayed_is_known_to_the_runs_after_that(folder):
    for name in ("net.yaml", "other.yaml"):
        run(name)
    called = run("net.yaml")
    assert (called.code, called.err) == (0, "note: of earlier runs there stays in maps: 02-max_pool_1.png and 3 more\n")
    for path in folder.glob("0[23]-[mf]*"):
        path.unlink()
    assert run("net.yaml").err == ""
    assert "not of this run" not in (folder / PAGE).read_text("utf-8")


@pytest.mark.parametrize("page", ["<h1>my site</h1>\n", "", "<!doctype html>\n" * 9])
def test_a_page_of_somebody_else_is_not_replaced(folder, page):
    folder.mkdir()
    (folder / PAGE).write_text(page, encoding="utf-8")
    called = run("net.yaml")
    assert (called.code, called.out) == (2, "")
    assert "maps/index.html would be written over, and no run has made it: name another --out" in called.err
    assert contents(folder) == {PAGE: page.encode()}


@pytest.mark.parametrize("name", ["01-conv_1.npy", "02-relu_1.png"])
@pytest.mark.parametrize("page", [False, True])
def test_a_map_of_somebody_else_is_not_replaced(folder, name, page):
    folder.mkdir()
    if page:
        call("run", "net.yaml", "image.npy", "--save", "conv_1", "--out", "maps")
    (folder / name).write_bytes(b"mine")
    before = contents(folder)
    called = run("net.yaml")
    assert (called.code, called.out) == (2, "")
    assert f"maps/{name} would be written over, and maps/index.html does not list it: name another --out" in called.err
    assert contents(folder) == before


def test_the_folder_of_each_of_several_pictures_is_looked_at(folder):
    np.save("two.npy", np.zeros((8, 8, 3), np.float32))
    (folder / "two").mkdir(parents=True)
    (folder / "two" / PAGE).write_text("mine", encoding="utf-8")
    assert "maps/two/index.html would be written over" in run("net.yaml", "two.npy").err
    assert not (folder / "image").exists()


def test_a_run_that_was_interrupted_can_be_done_again(folder, monkeypatch):
    from cnncalc.executor.files import album

    class Stopped(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(album.Album, "write_page", stop)
        assert run("net.yaml").code == 2
    assert sorted(earlier(folder) or ()) == sorted([*KEPT, "01-conv_1.npy", "01-conv_1.png"])
    assert "This run has not ended." in (folder / PAGE).read_text("utf-8")
    assert (run("net.yaml").code, run("net.yaml").err) == (0, "")
    assert "This run has not ended." not in (folder / PAGE).read_text("utf-8")


def test_a_page_lists_names_of_its_own_folder_only(tmp_path):
    lines = ["<!doctype html>", "", "", '<meta name="generator" content="cnncalc run">']
    for content in ("../secret.npy", "a/b.npy"):
        page = [*lines, f'<meta name="cnncalc-files" content="{content}">', ""]
        (tmp_path / PAGE).write_text("\n".join(page), encoding="utf-8")
        assert earlier(tmp_path) is None
