"""The image kernels that a spec may name as a layer's weights: a table of small whole numbers.

They are applied as every framework applies its filters, without flipping (cross-correlation), so `sobel_x` answers
with a positive number where the picture grows brighter to the right. A true convolution would flip them first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ImageKernel(NamedTuple):
    """Rows of whole numbers, all to be divided by `divisor`.

    >>> IMAGE_KERNELS["box_blur"].divisor, IMAGE_KERNELS["gaussian_blur_5"].size
    (9, (5, 5))
    """

    rows: tuple[tuple[int, ...], ...]
    divisor: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """Height x width."""
        return len(self.rows), len(self.rows[0])

    @property
    def values(self) -> list[list[float]]:
        """The rows, divided.

        >>> IMAGE_KERNELS["gaussian_blur"].values[1]
        [0.125, 0.25, 0.125]
        """
        return [[number / self.divisor for number in row] for row in self.rows]


def _turned(kernel: ImageKernel) -> ImageKernel:
    """Rows and columns exchanged: what answered to left and right now answers to top and bottom."""
    return ImageKernel(tuple(zip(*kernel.rows, strict=True)), kernel.divisor)


_PREWITT_X = ImageKernel(((-1, 0, 1),) * 3)
_SOBEL_X = ImageKernel(((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)))
_SCHARR_X = ImageKernel(((-3, 0, 3), (-10, 0, 10), (-3, 0, 3)))
_VERTICAL_EDGE = ImageKernel(((1, 0, -1),) * 3)
_LINE = ImageKernel(((-1, 2, -1),) * 3)

IMAGE_KERNELS: Mapping[str, ImageKernel] = {
    "identity": ImageKernel(((0, 0, 0), (0, 1, 0), (0, 0, 0))),
    # edges; the first two are the lecture's: bright to dark is positive
    "vertical_edge": _VERTICAL_EDGE,
    "horizontal_edge": _turned(_VERTICAL_EDGE),
    "prewitt_x": _PREWITT_X,
    "prewitt_y": _turned(_PREWITT_X),
    "sobel_x": _SOBEL_X,
    "sobel_y": _turned(_SOBEL_X),
    "scharr_x": _SCHARR_X,
    "scharr_y": _turned(_SCHARR_X),
    "laplacian": ImageKernel(((0, 1, 0), (1, -4, 1), (0, 1, 0))),
    "laplacian8": ImageKernel(((1, 1, 1), (1, -8, 1), (1, 1, 1))),
    "outline": ImageKernel(((-1, -1, -1), (-1, 8, -1), (-1, -1, -1))),
    "vertical_line": _LINE,
    "horizontal_line": _turned(_LINE),
    # smoothing and its opposite
    "box_blur": ImageKernel(((1, 1, 1),) * 3, 9),
    "box_blur_5": ImageKernel(((1, 1, 1, 1, 1),) * 5, 25),
    "gaussian_blur": ImageKernel(((1, 2, 1), (2, 4, 2), (1, 2, 1)), 16),
    "gaussian_blur_5": ImageKernel(
        ((1, 4, 6, 4, 1), (4, 16, 24, 16, 4), (6, 24, 36, 24, 6), (4, 16, 24, 16, 4), (1, 4, 6, 4, 1)), 256
    ),
    "sharpen": ImageKernel(((0, -1, 0), (-1, 5, -1), (0, -1, 0))),
    "unsharp_5": ImageKernel(
        (
            (-1, -4, -6, -4, -1),
            (-4, -16, -24, -16, -4),
            (-6, -24, 476, -24, -6),
            (-4, -16, -24, -16, -4),
            (-1, -4, -6, -4, -1),
        ),
        256,
    ),
    "emboss": ImageKernel(((-2, -1, 0), (-1, 1, 1), (0, 1, 2))),
}
"""Each kernel by its name in the language."""
