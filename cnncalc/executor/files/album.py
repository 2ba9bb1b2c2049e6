"""What is saved of one picture: its activations in files, and a page that shows them and says what the greys mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy.typing as npt

from cnncalc.executor.files.saving import ArrayFile, files_of, growing, numbered_name
from cnncalc.executor.trace import row_of
from cnncalc.files import write_whole
from cnncalc.network import Network
from cnncalc.safe import pages

PAGE = "index.html"

HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
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

    @contextmanager
    def growing(self, path: str, dtype: npt.DTypeLike) -> Iterator[ArrayFile]:
        """What takes the rows of a layer's output; see `saving.growing`."""
        volume = self._network.volume(row_of(self._network, path))
        with growing(path, volume, dtype, self._folder, self._names[path]) as rows:
            yield rows
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
        path = self._folder / PAGE
        title = pages.html(" · ".join(filter(None, (self._network.name, picture))))
        _, first = self._files(next(iter(self._names)))
        parts = [HEAD.format(title=title), GREYS.format(array=first.name), f"<p>Weights: {pages.html(weights)}.</p>\n"]
        parts += map(self._section, self._names)
        write_whole(path, "".join([*parts, "</html>\n"]).encode("utf-8", "replace"))
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
