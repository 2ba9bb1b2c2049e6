"""Records how many places PyTorch's convolutions and pools give, for small windows and paddings of any width.

Run at the top of the checkout, in the peers' environment: python benchmarks/peers/record_windows.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import torch
from torch import nn

RECORDED = Path("tests/layers/data/pytorch_places.json")
SIZES = range(1, 13)
KERNELS, STRIDES, DILATIONS, PADDINGS = (1, 2, 3, 5, 10), (1, 2, 3, 4, 7), (1, 2, 3), (0, 1, 2, 3, 5, 8, 11)


def modules() -> Iterator[tuple[list[object], nn.Module]]:
    """Each with its kind, kernel, stride, dilation, padding of each side and rounding."""
    for kernel, stride, padding, dilation in product(KERNELS, STRIDES, PADDINGS, DILATIONS):
        window = [kernel, stride, dilation, padding]
        yield ["conv", *window, "floor"], nn.Conv1d(1, 1, kernel, stride, padding, dilation)
        for rounding in ("floor", "ceil"):
            ceil = {"ceil_mode": rounding == "ceil"}
            yield ["max_pool", *window, rounding], nn.MaxPool1d(kernel, stride, padding, dilation, **ceil)
            if dilation == 1:
                yield ["avg_pool", *window, rounding], nn.AvgPool1d(kernel, stride, padding, **ceil)


def places(module: nn.Module, size: int) -> int | None:
    """What comes out of so many pixels; None where PyTorch refuses."""
    try:
        return int(module(torch.zeros(1, 1, size)).shape[-1])
    except RuntimeError:
        return None


def main() -> None:
    """Write the file, one window a line with its places for sizes from 1 on."""
    rows = [[*words, [places(module, size) for size in SIZES]] for words, module in modules()]
    lines = ",\n".join(json.dumps(row) for row in rows if any(row[-1]))
    RECORDED.write_text(f'{{"torch": "{torch.__version__}", "rows": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
