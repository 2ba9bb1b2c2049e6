"""Links that lead to a file in the repository and to a computed page on the site."""

from __future__ import annotations

import re

ON_THE_SITE = {
    "../benchmarks/RESULTS.md": "benchmarks.md",
    "reference.md#kinds": "reference/kinds.md",
    "reference.md#commands": "reference/commands.md",
    "reference.md#python": "reference/python.md",
    "reference.md#networks": "reference/networks.md",
    "reference.md#diagnostics": "reference/diagnostics/index.md",
}
"""Where a page of docs/ points to in the repository, and where on the site."""

_SITE_ALONE = re.compile(r"<!-- site: (.+) -->")


def into_site(page: str) -> str:
    """A page of docs/ with the site's links, and with what stands in it for the site alone.

    >>> into_site("all [kinds](reference.md#kinds) <!-- site: (computed) -->")
    'all [kinds](reference/kinds.md) (computed)'
    """
    for place, computed in ON_THE_SITE.items():
        page = page.replace(f"]({place})", f"]({computed})")
    return _SITE_ALONE.sub(r"\1", page)
