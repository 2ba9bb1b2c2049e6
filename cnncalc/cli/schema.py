"""`cnncalc schema`: the language as a JSON Schema."""

from __future__ import annotations

import json

import click

from cnncalc.cli import options
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import deliver


@click.command(cls=Command)
@options.output
def schema(output: str | None) -> None:
    """Print the language as a JSON Schema (draft-07), for completion and hints in an editor."""
    from cnncalc.editor.schema import schema as language

    deliver(json.dumps(language(), indent=2, ensure_ascii=False), output)
