"""Every named image kernel is the matrix that its source prints, written out once more."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cnncalc.layers.image_kernels import IMAGE_KERNELS

LECTURE = "the lecture: an edge detector answers to bright on the left or top"
GONZALEZ = "Gonzalez and Woods, Digital Image Processing, chapters 3 and 10"
BINOMIAL = "the outer product of a row of Pascal's triangle with itself"
WIKIPEDIA = "Wikipedia, Kernel (image processing)"

PUBLISHED = {
    "identity": (WIKIPEDIA, "0 0 0 / 0 1 0 / 0 0 0", 1),
    "vertical_edge": (LECTURE, "1 0 -1 / 1 0 -1 / 1 0 -1", 1),
    "horizontal_edge": (LECTURE, "1 1 1 / 0 0 0 / -1 -1 -1", 1),
    "prewitt_x": (GONZALEZ, "-1 0 1 / -1 0 1 / -1 0 1", 1),
    "prewitt_y": (GONZALEZ, "-1 -1 -1 / 0 0 0 / 1 1 1", 1),
    "sobel_x": (GONZALEZ, "-1 0 1 / -2 0 2 / -1 0 1", 1),
    "sobel_y": (GONZALEZ, "-1 -2 -1 / 0 0 0 / 1 2 1", 1),
    "scharr_x": ("OpenCV, Scharr", "-3 0 3 / -10 0 10 / -3 0 3", 1),
    "scharr_y": ("OpenCV, Scharr", "-3 -10 -3 / 0 0 0 / 3 10 3", 1),
    "laplacian": (GONZALEZ, "0 1 0 / 1 -4 1 / 0 1 0", 1),
    "laplacian8": (GONZALEZ, "1 1 1 / 1 -8 1 / 1 1 1", 1),
    "outline": (WIKIPEDIA, "-1 -1 -1 / -1 8 -1 / -1 -1 -1", 1),
    "vertical_line": (GONZALEZ, "-1 2 -1 / -1 2 -1 / -1 2 -1", 1),
    "horizontal_line": (GONZALEZ, "-1 -1 -1 / 2 2 2 / -1 -1 -1", 1),
    "box_blur": (WIKIPEDIA, "1 1 1 / 1 1 1 / 1 1 1", 9),
    "box_blur_5": (WIKIPEDIA, "1 1 1 1 1 / 1 1 1 1 1 / 1 1 1 1 1 / 1 1 1 1 1 / 1 1 1 1 1", 25),
    "gaussian_blur": (BINOMIAL, "1 2 1 / 2 4 2 / 1 2 1", 16),
    "gaussian_blur_5": (BINOMIAL, "1 4 6 4 1 / 4 16 24 16 4 / 6 24 36 24 6 / 4 16 24 16 4 / 1 4 6 4 1", 256),
    "sharpen": (WIKIPEDIA, "0 -1 0 / -1 5 -1 / 0 -1 0", 1),
    "unsharp_5": (
        WIKIPEDIA,
        "-1 -4 -6 -4 -1 / -4 -16 -24 -16 -4 / -6 -24 476 -24 -6 / -4 -16 -24 -16 -4 / -1 -4 -6 -4 -1",
        256,
    ),
    "emboss": ("GIMP and setosa.io, Image Kernels", "-2 -1 0 / -1 1 1 / 0 1 2", 1),
}
"""The source, the rows, and what all of them are divided by."""


def test_every_kernel_has_its_published_matrix() -> None:
    assert set(PUBLISHED) == set(IMAGE_KERNELS)


@pytest.mark.parametrize("name", IMAGE_KERNELS)
def test_a_kernel_is_its_published_matrix(name: str) -> None:
    _, rows, divisor = PUBLISHED[name]
    published = [[Fraction(number) / divisor for number in row.split()] for row in rows.split(" / ")]
    kernel = IMAGE_KERNELS[name]
    assert [[Fraction(number, kernel.divisor) for number in row] for row in kernel.rows] == published
    assert kernel.values == [[float(number) for number in row] for row in published]
    assert kernel.size == (len(published), len(published[0]))
