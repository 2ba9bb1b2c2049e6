"""What PyTorch and Keras call each kind of layer: a row of one table for each framework."""

from __future__ import annotations

from cnncalc.frameworks.keras import KERAS
from cnncalc.frameworks.pytorch import PYTORCH
from cnncalc.frameworks.site import Site
from cnncalc.frameworks.spelling import Assignment, Call, Framework, Line, Written

FRAMEWORKS = (PYTORCH, KERAS)

__all__ = ["FRAMEWORKS", "KERAS", "PYTORCH", "Assignment", "Call", "Framework", "Line", "Site", "Written"]
