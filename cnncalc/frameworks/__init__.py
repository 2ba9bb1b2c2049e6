"""What PyTorch and Keras call each kind of layer: a row of one table for each framework."""

from __future__ import annotations

from cnncalc.frameworks.keras import KERAS
from cnncalc.frameworks.pytorch import PYTORCH
from cnncalc.frameworks.site import Site
from cnncalc.frameworks.spelling import Assignment, Call, Framework, Line, Written
from cnncalc.layers import Layer
from cnncalc.volume import Volume

FRAMEWORKS = (PYTORCH, KERAS)

__all__ = ["FRAMEWORKS", "KERAS", "PYTORCH", "Assignment", "Call", "Framework", "Line", "Site", "Written", "written"]


def written(layer: Layer, reads: tuple[Volume, ...], volume: Volume) -> tuple[Written, ...]:
    """A layer as the users of each framework write it, or why they cannot."""
    return tuple(framework.written(layer, reads, volume) for framework in FRAMEWORKS)
