"""The BLAS behind NumPy's products: how many threads it takes, and how it multiplies small matrices."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

SMALL_PRODUCT = 1_000_000
"""Products of at most so many multiplications OpenBLAS's kernels for AVX-512 compute from where the matrices lie.

Source: OpenBLAS, `sgemm_small_kernel_permit` of SkylakeX (100 x 100 x 100). Larger products first copy both matrices
into another order, which costs thin ones up to half of their time.
"""

KERNELS_FOR_SMALL_PRODUCTS = frozenset({"SkylakeX", "Cooperlake", "SapphireRapids"})


class Blas:
    """The libraries that threadpoolctl finds; inside `with blas():` each of them works on one thread.

    Blocks are shared out among threads of our own, and results may not depend on how many there are; a product on
    several threads of BLAS would multiply the two numbers and give other bits.
    """

    def __init__(self) -> None:
        from threadpoolctl import ThreadpoolController

        self._libraries: list[Any] = ThreadpoolController().select(user_api="blas").lib_controllers
        self._lock = Lock()
        self._users = 0
        self._before: list[int] = []

    def __enter__(self) -> None:
        """One thread for each library while anybody is inside."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._before = [library.num_threads for library in self._libraries]
                self._set([1] * len(self._before))

    def __exit__(self, *fault: object) -> None:
        """The last one who leaves gives the libraries back what they had."""
        with self._lock:
            self._users -= 1
            if not self._users:
                self._set(self._before)

    def _set(self, counts: list[int]) -> None:
        for library, before, count in zip(self._libraries, self._before, counts, strict=True):
            if before != 1:
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
