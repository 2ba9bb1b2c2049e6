"""What a machine may lack, and what is said of an exception that nobody foresaw."""

from __future__ import annotations

import os

TRACEBACK = "CNNCALC_TRACEBACK"
"""The environment variable with which a fault of this program shows its traceback."""

LACKS = (
    ("there is not enough memory for this", ("failed to map segment", "annot allocate memory", "not enough memory")),
    ("no more threads can be started here", ("can't start new thread",)),
    ("this input is nested too deeply", ("maximum recursion depth",)),
)
"""What to say, and the words of the system that mean it."""


ARRAYS, BLAS_THREAD = 60 * 2**20, 75 * 2**20
"""Bytes of addresses that NumPy takes when it is loaded, and its BLAS for each thread, the first product included."""


def require_room_for_arrays() -> None:
    """Raise `MemoryError` where NumPy could not be loaded: its BLAS would end the process with words of its own."""
    if os.name != "posix":
        return
    from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap

    affinity = getattr(os, "sched_getaffinity", None)
    threads = len(affinity(0)) if affinity else os.cpu_count() or 1
    wanted = os.environ.get("OPENBLAS_NUM_THREADS", "")
    if wanted.isdecimal():
        threads = min(threads, max(1, int(wanted)))
    try:
        mmap(-1, ARRAYS + threads * BLAS_THREAD, MAP_PRIVATE | MAP_ANONYMOUS).close()
    except OSError:
        raise MemoryError from None


def told(error: BaseException) -> str:
    """One line on whatever ended the work.

    >>> told(MemoryError()), told(ImportError("libblas.so: cannot open shared object file: Too many open files"))
    ('there is not enough memory for this', 'a library cannot be loaded: libblas.so: cannot open shared object file: \
Too many open files')
    >>> told(KeyError("weight"))
    "KeyError: 'weight'; this is a bug in cnncalc, please report it (with CNNCALC_TRACEBACK=1 it says where it is)"
    """
    first = _first(error)
    if isinstance(first, MemoryError):
        return LACKS[0][0]
    said = " ".join(str(first).split())
    for lack, words in LACKS:
        if any(word in said for word in words):
            return lack
    if isinstance(error, ImportError):
        return f"a library cannot be loaded: {said}"
    if isinstance(first, OSError):
        return said
    what = f"{error.__class__.__name__}: {said}".removesuffix(": ")
    return f"{what}; this is a bug in cnncalc, please report it (with {TRACEBACK}=1 it says where it is)"


def wants_traceback() -> bool:
    """Whether a fault of this program is shown as Python shows it."""
    return bool(os.environ.get(TRACEBACK))


def _first(error: BaseException) -> BaseException:
    """The exception that an error comes from; libraries wrap it in pages of advice."""
    while isinstance(error, ImportError) and (error.__cause__ or error.__context__):
        error = error.__cause__ or error.__context__ or error
    return error
