"""Networks that the literature gives receptive fields of: what places see by turns, strictly and by windows alone."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.analysis import STRICT, WINDOWS, ReceptiveField, Report, analyze
from cnncalc.analysis.field import MOST_TOLD_APART
from cnncalc.layers.field_step import MOST_PHASES
from tests.steps import steps

PATCH_GAN = """
input: 256x256x3
layers:
  - conv: 8 4x4 stride 2 pad 1 act leaky_relu
  - conv: 16 4x4 stride 2 pad 1
  - instance_norm
  - act: leaky_relu
  - conv: 32 4x4 stride 2 pad 1
  - instance_norm
  - act: leaky_relu
  - conv: 64 4x4 pad 1
  - instance_norm
  - act: leaky_relu
  - conv: 1 4x4 pad 1
"""

SQUEEZE_AND_EXCITE = """
input: 32x32x3
layers:
  - conv: 8 3x3 pad same
    name: x
  - multiply:
      gate: [global_avg_pool, fc: 2, fc: 8, reshape: 1x1x8]
      map: identity
  - conv: 8 3x3 pad same
"""

GENERATOR = """
input: 128x128x3
layers:
  - conv: 8 7x7 pad 3
  - instance_norm
  - conv: 8 4x4 stride 2 pad 1
  - conv: 8 4x4 stride 2 pad 1
  - repeat: 6
    sequence: [conv: 8 3x3 pad 1]
  - conv_transpose: 8 4x4 stride 2 pad 1
  - conv_transpose: 8 4x4 stride 2 pad 1
  - conv: 3 7x7 pad 3
"""


def last(text: str, view: str = STRICT) -> ReceptiveField:
    """What the first output sees."""
    return seen(analyze(cnncalc.loads(text), field=view))


def seen(report: Report) -> ReceptiveField:
    field = report[report.outputs[0]].receptive_field
    assert isinstance(field, ReceptiveField)
    return field


def test_a_patch_gan_sees_patches_of_70_pixels_and_strictly_the_whole_image():
    assert last(PATCH_GAN, WINDOWS).size == (70, 70)
    strict = last(PATCH_GAN)
    assert strict.size > (256, 256)
    assert strict.jump == (0, 0)
    assert analyze(cnncalc.loads(PATCH_GAN)).widening == ("instance_norm_1", "instance_norm_2", "instance_norm_3")


def test_a_gate_is_left_out_of_the_windows():
    assert last(SQUEEZE_AND_EXCITE, WINDOWS).size == (5, 5)
    assert last(SQUEEZE_AND_EXCITE).size[0] >= 32


@pytest.mark.parametrize(
    ("layer", "smallest", "largest"),
    [
        ("upsample: 2", 1, 1),
        ("upsample: {scale: 2, mode: bilinear}", 2, 2),
        ("upsample: {scale: 3, mode: bilinear}", 1, 2),
        ("depth_to_space: 2", 1, 1),
        ("conv_transpose: 1 4x4 stride 2 pad 1", 2, 2),
        ("conv_transpose: 1 3x3 stride 2", 1, 2),
        ("conv_transpose: 1 2x2 stride 3", 0, 1),
    ],
)
def test_what_enlarges_sees_what_each_place_reads(layer, smallest, largest):
    field = last(f"{{input: 8x8x4, layers: [{layer}]}}")
    assert field.smallest == (smallest, smallest)
    assert field.size == (largest, largest)
    assert field.exact


def test_u_net_sees_188_to_204_pixels_by_place():
    field = seen(analyze(cnncalc.load("unet")))
    assert (field.smallest, field.size) == ((188, 188), (204, 204))
    assert field.exact


def test_a_generator_sees_more_than_its_image_has_and_by_windows_less():
    assert last(GENERATOR).size > (128, 128)
    assert last(GENERATOR, WINDOWS).size < (128, 128)
    assert last(GENERATOR, WINDOWS).exact


def enlarged(turns: int) -> str:
    """Convolutions behind an enlargement to 128 places that see by turns."""
    return f"""
input: 1x1
layers:
  - upsample: 128
  - conv: 1 kernel 3 pad 1
    repeat: {turns}
"""


@pytest.mark.parametrize("scale", [MOST_PHASES + 1, MOST_PHASES * 4])
def test_more_places_by_turns_than_are_told_apart_give_a_hull_that_says_so(scale):
    field = last(f"{{input: 8x1, layers: [upsample: {scale}]}}")
    assert not field.exact
    assert field.size == (2,)


def test_aligned_corners_of_large_sizes_give_a_hull_that_says_so():
    large = last("{input: 300x1, layers: [upsample: {scale: 2, mode: bilinear, align_corners: true}]}")
    small = last("{input: 100x1, layers: [upsample: {scale: 2, mode: bilinear, align_corners: true}]}")
    assert (large.exact, small.exact) == (False, True)
    assert large.size >= small.size


def test_thousands_of_convolutions_behind_an_enlargement_stay_cheap():
    """So many classes are told apart in all; from there on each row has one hull, which says so."""
    few, many = (cnncalc.loads(enlarged(turns)) for turns in (1000, 2500))
    assert 128 * 1000 < MOST_TOLD_APART < 128 * 2500
    assert steps(lambda: analyze(many)) < 2 * steps(lambda: analyze(few))
    assert seen(analyze(few)).exact
    assert not seen(analyze(many)).exact
