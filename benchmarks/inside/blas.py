"""Which BLAS multiplies for NumPy in this process: a time depends on its kernel and on its threads."""

from __future__ import annotations

from typing import Any

import numpy as np


def blas() -> dict[str, Any]:
    """Its name, version, kernel and threads where threadpoolctl is installed, else what NumPy reports."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        built: Any = np.show_config(mode="dicts")
        library = built["Build Dependencies"]["blas"]
        return {"name": library["name"], "version": library["version"], "kernel": "unknown", "threads": "unknown"}
    library = next(entry for entry in threadpool_info() if entry["user_api"] == "blas")
    name, threads = library["internal_api"], library["num_threads"]
    return {"name": name, "version": library["version"], "kernel": library["architecture"], "threads": threads}
