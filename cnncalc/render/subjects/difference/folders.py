"""The difference of two folders as a subject: each network that differs, and how many met with what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from cnncalc.compare.difference import ADDED, CHANGED, REMOVED, SAME
from cnncalc.compare.files import RENAMED, FileDifference, files_facts
from cnncalc.quantity import plural
from cnncalc.render.document import SCREEN, Document, Heading, Name, Paragraph
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.difference.causes import causes_table
from cnncalc.render.subjects.difference.compared import totals_table
from cnncalc.render.subjects.difference.words import counts


class ComparedFolders(Subject):
    """The networks of two folders, and what the folders are called."""

    files: Sequence[FileDifference]
    names: tuple[str, str]

    listed = "files"

    def facts(self) -> dict[str, Any]:
        """What became of each file, with the difference of each that is not the same."""
        return files_facts(self.files)

    def document(self, medium: str) -> Document:
        """What somebody changed of each network, and its totals; the layers are for `cnncalc diff` of two files."""
        level = 2 if medium == SCREEN else 3
        blocks: list[Sequence[Any]] = [[Heading([" → ".join(self.names)], level)]]
        for file in self.files:
            if file.change != SAME:
                table = causes_table(file.difference.causes)
                blocks.append([Paragraph([Name(_title(file)), f": {counts(file.difference)}"])])
                blocks += [[table], [totals_table(file.difference)]] if table else []
        return [*blocks, [Paragraph([_fates(self.files)])]]


def _title(file: FileDifference) -> str:
    renamed = f", renamed from {file.before or ''}" if file.change == RENAMED else ""
    return f"{file.path}{renamed}" if file.change in (CHANGED, RENAMED) else f"{file.path}, {file.change}"


def _fates(files: Sequence[FileDifference]) -> str:
    numbers = Counter(file.change for file in files)
    fates = [f"{numbers[change]:,} {change}" for change in (ADDED, REMOVED, CHANGED, RENAMED) if numbers[change]]
    if not fates:
        return f"all {plural(len(files), 'network')} are the same"
    return f"networks: {', '.join(fates)}, {numbers[SAME]:,} the same"
