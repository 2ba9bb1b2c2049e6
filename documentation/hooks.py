"""What mkdocs calls while it builds: the computed pages are added, and tables are put where pages ask for them."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # `mkdocs`, unlike `python -m mkdocs`, does not look where it is called

from documentation import audit, fences, links, site  # noqa: E402  # found only now


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file holds, and the pictures on them."""
    for place, text in (site.computed(ROOT) | site.drawn(ROOT)).items():
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  # mkdocs passes them by name
    """Put computed tables into a page, the links of the site, and titles to its blocks."""
    return fences.titled(audit.filled(links.into_site(markdown)))
