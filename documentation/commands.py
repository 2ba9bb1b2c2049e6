"""The reference of the commands, from their own declarations."""

from __future__ import annotations

from inspect import cleandoc

import click

from cnncalc.cli.group import cnncalc
from documentation.markdown import cell, table

HEAD = """\
# Commands
Made from the program's own declarations when this site is built; `cnncalc COMMAND --help` says the same. A SPEC is a
path, or the name of a network that ships (`resnet50`, its variant `resnet50:resnet101`, or just `resnet101`).

Exit codes: 0 all well; 1 a spec is wrong or over budget, or a verification failed; 2 the command line is wrong or a
file cannot be read. Results go to standard output, diagnostics and progress to standard error.
"""


def page() -> str:
    """The whole reference as Markdown."""
    context = click.Context(cnncalc, info_name="cnncalc")
    commands = [cnncalc.get_command(context, name) for name in cnncalc.list_commands(context)]
    return "\n\n".join([HEAD, *(section(command, context) for command in commands if command is not None)]) + "\n"


def section(command: click.Command, parent: click.Context) -> str:
    """One command: its usage, what it does, its options."""
    context = click.Context(command, info_name=command.name, parent=parent)
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    parts = [f"## `cnncalc {command.name}` {{ #{command.name} }}", f"`{usage}`", _paragraphs(command.help or "")]
    rows = [row for parameter in command.params if (row := _row(parameter, context)) is not None]
    if rows:
        parts.append(table(["option", "value", "default", "meaning"], rows))
    return "\n\n".join(parts)


def _paragraphs(text: str) -> str:
    """Click's help text as Markdown: what stands below a backspace keeps its lines."""
    blocks = cleandoc(text).split("\n\n")
    return "\n\n".join(
        "\n".join(f"    {line}" for line in block.splitlines()[1:]) if block.startswith("\b") else _words(block)
        for block in blocks
    )


def _row(parameter: click.Parameter, context: click.Context) -> list[str] | None:
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return None
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    default = parameter.get_default(context)
    shown = f"`{default}`" if isinstance(default, (str, int, float)) and not isinstance(default, bool) else ""
    return [names, _value(parameter, context), shown, cell(_words(parameter.help or ""))]


def _value(option: click.Option, context: click.Context) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return ", ".join(f"`{choice}`" for choice in option.type.choices)
    if isinstance(option.type, click.IntRange):
        return "whole number" if option.type.min is None else f"whole number from {option.type.min}"
    return cell(f"`{option.make_metavar(context)}`")


def _words(text: str) -> str:
    return text.replace("<", "&lt;")
