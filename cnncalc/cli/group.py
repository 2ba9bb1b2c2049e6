"""The group of commands: it knows their names, and imports one only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from cnncalc import __version__
from cnncalc.cli.failing import reporting

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = ("summarize", "run", "check", "diff", "explain", "solve", "specs", "fmt", "schema")
"""Each is a module of this package with a click command of the same name."""


class CommandGroup(click.Group):
    """Finds commands by name; for an unknown one it names the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"cnncalc.cli.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from cnncalc.language.values.suggest import closest

            meant = closest(args[0], COMMANDS) if args else None
            if args and args[0].endswith((".yaml", ".yml")):
                meant = f"summarize {args[0]}"
            hint = f" Did you mean `cnncalc {meant}`?" if meant else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """The commands by their names alone: click would import each for its help."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in COMMANDS if name.startswith(incomplete)]

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with reporting():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with reporting():
            return super().invoke(ctx)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Help, the version and the scripts of completion are printed outside of `invoke`."""
        with reporting():
            return super().main(*args, **extra)


@click.group(
    cls=CommandGroup,
    epilog="SPEC is a path, or the name of a network that ships (`cnncalc specs` lists them); `:VARIANT` may follow.",
)
@click.version_option(__version__, message="cnncalc %(version)s", help="Show the version.")
def cnncalc() -> None:
    """A convolutional network as one YAML file: its true numbers, its rules, and its run."""
