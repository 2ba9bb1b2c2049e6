"""What `--memory` means: a size such as 256MiB, with the units that budgets have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cnncalc.language.values.limits import amount
from cnncalc.problem import Problem

if TYPE_CHECKING:
    IntType = click.ParamType[int]
else:
    IntType = click.ParamType  # older versions have no types in brackets

FORMS = "it takes a size such as 1GiB, 256MiB or 500M; a bare number is bytes"


class MemorySize(IntType):
    """A size in whole bytes, at least one; whatever else is told with what would be one.

    >>> MemorySize().convert("1.5 KiB", None, None), MemorySize().convert("2M", None, None)
    (1536, 2000000)
    """

    name = "size"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The bytes that a text names; raises `click.BadParameter`."""
        try:
            size, _ = amount(value.strip())
        except Problem as problem:
            helps = "".join(f"; {help_}" for help_ in problem.helps)
            self.fail(f"{FORMS}, not {value!r}: {problem}{helps}", param, ctx)
        if size < 1:
            self.fail(f"{FORMS}, not {value!r}, which holds nothing", param, ctx)
        return int(size)
