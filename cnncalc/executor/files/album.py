"""What is saved of one picture: its activations in files, and a page that shows them and says what the greys mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy.typing as npt

from cnncalc.executor.files.earlier import PAGE, earlier, marks
from cnncalc.executor.files.saving import ArrayFile, files_of, growing, numbered_name
from cnncalc.executor.trace import row_of
from cnncalc.files import write_whole
from cnncalc.network import Network
from cnncalc.safe import pages

HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
{marks}<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff }}
body {{ max-width: 75em; margin: 2em auto; padding: 0 1em }}
h2 {{ margin: 2em 0 0; font-size: 1.1em }}
p {{ max-width: 48em; margin: .3em 0 }}
img {{ max-width: 100%; margin-top: .5em }}
a {{ color: #06c }}
</style>
<h1>{title}</h1>
"""

GREYS = """\
<p>Each picture below is what one layer gives, in the order of execution. A tile is one channel, and the number above it
is the channel's, counted from 0. All tiles of a picture have one scale, which is drawn below them: black is the least
value and white the greatest. Where a layer gives values of both signs, the grey in the middle is 0, darker is negative
and lighter is positive. Half a percent of the values at either end may lie beyond the scale. A vector is drawn as bars
and a sequence as one line for each channel; of a clip the middle frame is shown.</p>
<p>Greys of different pictures cannot be compared. The numbers themselves are in the .npy file beside each picture,
channels last: <code>numpy.load("{array}")</code>.</p>
"""


class Album:
    """The files of one picture, each made while its activation comes; then the page.

    Args:
        network: what runs.
        paths: the layers, in the order of the page.
        folder: where all of it is written.
        numbered: whether the files are numbered in the order of execution, as befits many; else they have their paths.
    """

    def __init__(self, network: Network, paths: Sequence[str], folder: Path, *, numbered: bool) -> None:
        self._network = network
        self._folder = folder
        self._numbers = {node.path: number for number, node in enumerate(network.inference, 1)}
        self._names: dict[str, str | None] = dict.fromkeys(paths)
        if numbered:
            self._names = {path: numbered_name(path, self._numbers[path], len(self._numbers)) for path in paths}
        self._captions: dict[str, str] = {}
        self._stale: list[str] | None = None

    @contextmanager
    def growing(self, path: str, dtype: npt.DTypeLike) -> Iterator[ArrayFile]:
        """What takes the rows of a layer's output; see `saving.growing`."""
        volume = self._network.volume(row_of(self._network, path))
        with growing(path, volume, dtype, self._folder, self._names[path]) as rows:
            yield rows
            self._begin()
        self._captions[path] = rows.caption

    @property
    def files(self) -> list[str]:
        """Pictures and arrays, layer after layer."""
        return [str(file) for path in self._names for file in self._files(path)]

    @property
    def names(self) -> list[str]:
        """What the files are called, the page among them."""
        return [*(Path(file).name for file in self.files), PAGE]

    def write_page(self, picture: str, weights: str) -> str:
        """The page of a picture, once every layer is saved, with where the weights are from; its path."""
        title = " · ".join(filter(None, (self._network.name, picture)))
        _, first = self._files(next(iter(self._names)))
        parts = [GREYS.format(array=first.name), f"<p>Weights: {pages.html(weights)}.</p>\n"]
        parts += map(self._section, self._names)
        if self._stale:
            links = ", ".join(f'<a href="{name}">{name}</a>' for name in self._stale)
            parts.append(f"<h2>Files of earlier runs</h2>\n<p>These are not of this run: {links}</p>\n")
        return self._write(title, parts)

    def _begin(self) -> None:
        """Just before the first file a page that lists them all: an interrupted run leaves none that is unknown."""
        if self._stale is None:
            own = set(self.names)
            self._stale = [name for name in earlier(self._folder) or () if name not in own]
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(self._network.name, ["<p>This run has not ended.</p>\n"])

    def _write(self, title: str, parts: Sequence[str]) -> str:
        path = self._folder / PAGE
        listed = marks([*(name for name in self.names if name != PAGE), *(self._stale or ())])
        text = "".join([HEAD.format(title=pages.html(title), marks=listed), *parts, "</html>\n"])
        write_whole(path, text.encode("utf-8", "replace"))
        return str(path)

    def _section(self, path: str) -> str:
        picture, array = self._files(path)
        row = row_of(self._network, path)
        what = f"{self._network.by_path[row].kind}, {self._network.volume(row)}; {self._captions[path]}"
        return (
            f"<h2>{self._numbers[row]}. {pages.html(path)}</h2>\n"
            f'<p>{pages.html(what)} (<a href="{array.name}">{array.name}</a>)</p>\n'
            f'<img src="{picture.name}" alt="the output of {pages.html(path)}" loading="lazy">\n'
        )

    def _files(self, path: str) -> tuple[Path, Path]:
        return files_of(path, self._folder, self._names[path])
