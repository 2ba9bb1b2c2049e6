"""The lint of misaligned branches: a shift that is meant (causal padding, Keras's `same`) is none."""

from __future__ import annotations

import pytest

from tests.gate.specs import codes, lints

CODE = "CNN617"

TCN = """
input: 4096x1
layers:
  - add:
      main:
        - conv: {filters: 16, kernel: 4, dilation: $d, padding: {left: 3 * $d}, act: relu}
        - conv: {filters: 16, kernel: 4, dilation: $d, padding: {left: 3 * $d}}
      skip:
        - conv: {filters: 16, kernel: 1}
          if: $input.channels != 16
        - identity
    repeat: {d: [1, 2, 4, 8]}
  - relu
  - conv: 1 kernel 1
"""

WAVENET = """
input: 512x16
layers:
  - add:
      main:
        - multiply:
            filter: [{conv: {filters: 16, kernel: 2, dilation: $d}}, tanh]
            gate: [{conv: {filters: 16, kernel: 2, dilation: $d}}, sigmoid]
        - conv: 16 kernel 1
      skip: [crop: {left: $d}]
    repeat: {d: [1, 2, 4]}
"""

PADDED_BEFORE = """
input: 64x8
layers:
  - add:
      main: [pad: {padding: {left: 2}}, conv: 8 kernel 3]
      skip: identity
"""

PIXELCNN = """
input: 28x28x16
layers:
  - conv: {filters: 16, kernel: 2x3, padding: {top: 1, left: 1, right: 1}, act: relu}
    name: vertical
  - pad: {padding: {top: 1}}
  - crop: {bottom: 1}
  - conv: 16 1x1
    name: above
  - conv: {filters: 16, kernel: 1x2, padding: {left: 1}}
    from: input
  - add:
    from: [previous, above]
  - relu:
    name: horizontal
  - conv: {filters: 16, kernel: 2x3, padding: {top: 1, left: 1, right: 1}}
    from: vertical
  - pad: {padding: {top: 1}}
  - crop: {bottom: 1}
  - add:
    from: [previous, horizontal]
"""

CAUSAL_CLIP = """
input: 16x32x32x8
layers:
  - add:
      main: [conv: {filters: 8, kernel: 3, padding: {front: 2, top: 1, bottom: 1, left: 1, right: 1}}]
      skip: identity
"""

XCEPTION = """
input: 56x56x16
layers:
  - add:
      main: [{depthwise: 3x3 pad same}, {conv: 32 1x1 pad same}, {max_pool: 3x3 stride 2 pad same}]
      skip: [conv: 32 1x1 stride 2 pad same]
"""

REDUCTION = """
input: 56x56x16
layers:
  - concat:
      a: [conv: 8 5x5 stride 2 pad same]
      b: [conv: 8 3x3 stride 2 pad same]
      c: [max_pool: 2x2 pad same]
      d: [conv: 8 1x1 stride 2 pad same]
"""

DECODER = """
input: 64x8
layers:
  - add:
      main: [conv_transpose: {filters: 8, kernel: 4, stride: 2, padding: {right: 2}}]
      skip: [upsample: 2]
"""

STRIDES = """
input: 64x8
layers:
  - add:
      main: [conv: 8 kernel 2 stride 2, conv: 8 kernel 3, conv: {filters: 8, kernel: 3, padding: {left: 2}}]
      skip: [conv: 8 kernel 6 stride 2]
"""

MEANT = {
    "TCN": TCN,
    "WaveNet, cropped": WAVENET,
    "a pad of its own": PADDED_BEFORE,
    "PixelCNN": PIXELCNN,
    "a causal clip": CAUSAL_CLIP,
    "a causal decoder": DECODER,
    "behind a stride": STRIDES,
    "Keras's Xception": XCEPTION,
    "Keras's reduction": REDUCTION,
}


@pytest.mark.parametrize("design", MEANT)
def test_a_shift_that_is_meant_is_not_told(design):
    assert CODE not in codes(MEANT[design])


UNET_CROP = """
input: 16x16x4
layers:
  - concat:
      main: [conv: 4 3x3, conv: 4 3x3]
      skip: [crop: {top: 4, left: 4}]
"""

CROPPED_TRANSPOSED = """
input: 9x9x4
layers:
  - add:
      main: [conv_transpose: {filters: 4, kernel: 3, padding: {right: 2, top: 1, bottom: 1}}]
      skip: identity
"""

AFTER = TCN.replace("left:", "right:")
PARTLY = PADDED_BEFORE.replace(
    "pad: {padding: {left: 2}}, conv: 8 kernel 3", "conv: {filters: 8, kernel: 5, padding: {left: 3, right: 1}}"
)
STRIDED = XCEPTION.replace("skip: [conv: 32 1x1 stride 2 pad same]", "skip: [conv: 32 2x2 stride 2]")


@pytest.mark.parametrize(
    ("spec", "apart"),
    [
        (UNET_CROP, "2 pixels"),
        (AFTER, "3 samples"),
        (PARTLY, "1 sample"),
        (STRIDED, "0.5 pixels"),
        (CAUSAL_CLIP.replace("front: 2", "front: 1, back: 1").replace("top: 1, bottom: 1", "bottom: 2"), "1 pixel"),
        (CAUSAL_CLIP.replace("front: 2", "back: 2"), "1 frame"),
        ("{input: 9x9, layers: [add: {main: [conv: 9 kernel 5], skip: [crop: {left: 3, right: 1}]}]}", "1 sample"),
        (CROPPED_TRANSPOSED, "1 pixel"),
    ],
)
def test_another_shift_is_told_in_what_the_axis_counts(spec, apart):
    first, *_ = (found.message for found in lints(spec) if found.code == CODE)
    assert first.endswith(f"misaligned by {apart}")


def test_a_join_that_is_moved_on_behind_a_causal_one_is_told():
    moved = TCN + "  - add:\n      main: [conv: {filters: 1, kernel: 3, padding: {right: 2}}]\n      skip: identity\n"
    (found,) = (found for found in lints(moved) if found.code == CODE)
    assert found.message == "the branches of add_2 are misaligned by 1 sample"


def test_a_causal_network_is_quiet():
    assert codes(TCN) == []
