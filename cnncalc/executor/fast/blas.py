"""The BLAS behind NumPy's products: how many threads it takes, and how it multiplies small matrices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

SMALL_PRODUCT = 1_000_000
"""Products of at most so many multiplications OpenBLAS's kernels for AVX-512 compute from where the matrices lie.

Source: OpenBLAS, `sgemm_small_kernel_permit` of SkylakeX (100 x 100 x 100). Larger products first copy both matrices into
another order, which costs thin ones up to half of their time.
"""

KERNELS_FOR_SMALL_PRODUCTS = frozenset({"SkylakeX", "Cooperlake", "SapphireRapids"})


class Blas:
    """The libraries that threadpoolctl finds; while somebody computes, each of them works on one thread.

    Blocks are shared out among threads of our own, and results may not depend on how many there are; a product on several
    threads of BLAS would multiply the two numbers and give other bits.
    """

    def __init__(self) -> None:
        from threadpoolctl import ThreadpoolController

        self._libraries: list[Any] = ThreadpoolController().select(user_api="blas").lib_controllers
        self._lock = Lock()
        self._users = 0
        self._before: list[int] = []

    @contextmanager
    def on_one_thread(self) -> Iterator[None]:
        """One thread for each library while anybody is inside; the last one who leaves gives them back what they had."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._before = [library.num_threads for library in self._libraries]
                self._set([1] * len(self._libraries))
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._set(self._before)

    def _set(self, counts: list[int]) -> None:
        for library, count in zip(self._libraries, counts, strict=True):
            library.set_num_threads(count)

    @property
    def kernel(self) -> str:
        """What the library calls the processor that its kernels are made for; empty where it does not say."""
        told = (getattr(library, "architecture", None) for library in self._libraries)
        return next((name for name in told if name), "")

    @property
    def multiplies_small_products_in_place(self) -> bool:
        """Whether products up to `SMALL_PRODUCT` skip the copying that larger ones begin with."""
        return self.kernel in KERNELS_FOR_SMALL_PRODUCTS


@cache
def blas() -> Blas:
    """The one that this process has; looking for it takes a millisecond."""
    return Blas()
