"""Which pages are computed, and where they stand in the site."""

from __future__ import annotations

from pathlib import Path

from documentation import commands, kinds, lessons, networks, python


def computed(root: Path) -> dict[str, str]:
    """Every page that no file of docs/ holds, as Markdown by its place."""
    return {
        "reference/kinds.md": kinds.page(),
        "reference/commands.md": commands.page(),
        "reference/networks.md": networks.page(),
        "reference/python.md": python.page(),
        **lessons.pages(),
        "contributing.md": (root / "CONTRIBUTING.md").read_text(encoding="utf-8").replace("](docs/", "]("),
        "changelog.md": (root / "CHANGELOG.md").read_text(encoding="utf-8"),
        "benchmarks.md": (root / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8"),
    }


def drawn(root: Path) -> dict[str, str]:
    """The pictures that computed pages show, as SVG by their places; a page is complete without those not drawn yet."""
    plots = (root / "benchmarks").glob("*.svg")
    return {plot.name: plot.read_text(encoding="utf-8") for plot in sorted(plots)}
