"""The one image that a file holds."""

from __future__ import annotations

from pathlib import Path

from cnncalc.executor.files.rows import Values, read_images
from cnncalc.network import Input


def read_image(path: Path, entry: Input) -> Values:
    """The file's image as (*sizes, channels)."""
    images = read_images(path, entry)
    assert len(images) == 1
    return images.reshape(images.shape[1:])
