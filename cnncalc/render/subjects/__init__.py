"""What there is to show: each subject yields a document for people, and facts for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.record import Record

if TYPE_CHECKING:
    from cnncalc.render.document import Document


class Subject(Record):
    """Something that is shown: a document for people, facts for programs; a command offers what its subject has.

    `listed` is the key of the facts whose list has an entry a line in JSON; empty where all is set in.
    """

    listed: ClassVar[str] = ""

    def document(self, medium: str) -> Document:
        """What is shown in a medium, `SCREEN` or `PAGE`."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """What JSON holds."""
        raise NotImplementedError
