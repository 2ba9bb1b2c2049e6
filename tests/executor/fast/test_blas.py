"""The BLAS behind NumPy works on one thread while somebody computes, and on as many as before when nobody does."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from cnncalc.executor.fast.blas import KERNELS_FOR_SMALL_PRODUCTS, Blas, blas


class Library:
    """A BLAS that only counts its threads."""

    def __init__(self, threads: int, architecture: str | None = None) -> None:
        self.num_threads = threads
        if architecture is not None:
            self.architecture = architecture

    def set_num_threads(self, count: int) -> None:
        self.num_threads = count


def made_of(*libraries: Library) -> Blas:
    made = Blas()
    made._libraries = list(libraries)
    return made


def threads_of(made: Any) -> list[int]:
    return [library.num_threads for library in made._libraries]


def test_every_library_works_on_one_thread_inside_and_on_its_own_number_afterwards():
    made = made_of(Library(4), Library(1), Library(7))
    for _ in range(2):
        with made:
            assert threads_of(made) == [1, 1, 1]
        assert threads_of(made) == [4, 1, 7]


def test_a_number_that_changed_meanwhile_is_what_is_given_back():
    made = made_of(Library(4))
    with made:
        pass
    made._libraries[0].set_num_threads(2)
    with made:
        assert threads_of(made) == [1]
    assert threads_of(made) == [2]


def test_the_last_who_leaves_gives_back_the_threads():
    made = made_of(Library(4))
    with made:
        with made:
            assert threads_of(made) == [1]
        assert threads_of(made) == [1]
    assert threads_of(made) == [4]


def test_an_exception_gives_back_the_threads():
    made = made_of(Library(4))
    with pytest.raises(ZeroDivisionError), made:
        _ = 1 / 0
    assert threads_of(made) == [4]


def test_threads_that_come_and_go_leave_what_they_found():
    made, seen = made_of(Library(6)), []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(timeout=30)
        for _ in range(200):
            with made:
                seen.append(made._libraries[0].num_threads)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert set(seen) == {1}
    assert len(seen) == 800
    assert threads_of(made) == [6]


def test_the_kernel_is_what_the_first_library_that_tells_says():
    assert made_of(Library(1), Library(1, ""), Library(1, "Haswell")).kernel == "Haswell"
    assert made_of(Library(1)).kernel == ""
    assert made_of().kernel == ""


@pytest.mark.parametrize("kernel", [*sorted(KERNELS_FOR_SMALL_PRODUCTS), "Haswell", "Zen", ""])
def test_only_some_kernels_multiply_small_products_in_place(kernel):
    assert made_of(Library(1, kernel)).multiplies_small_products_in_place == (kernel in KERNELS_FOR_SMALL_PRODUCTS)


def test_the_real_libraries_are_found_once_and_set():
    assert blas() is blas()
    before = threads_of(blas())
    assert before, "threadpoolctl finds no BLAS behind this NumPy"
    with blas():
        assert set(threads_of(blas())) == {1}
        np.ones((300, 300)) @ np.ones((300, 300))
    assert threads_of(blas()) == before
