"""The one image that a file holds."""

from __future__ import annotations

from pathlib import Path

from cnncalc.executor.files.rows import Values, images_of
from cnncalc.network import Input


def read_image(path: Path, entry: Input) -> Values:
    """The file's image as (*sizes, channels)."""
    (image,) = images_of(path, entry)
    return image
