"""`cnncalc check --verify`: the report against what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import codes
from cnncalc.problem import Diagnostic, Span

if TYPE_CHECKING:
    from cnncalc.analysis import Report
    from cnncalc.network import Network
    from cnncalc.problem import Source


def verified(network: Network, report: Report, source: Source) -> list[Diagnostic]:
    """A fault for each row that ran otherwise than reported."""
    from cnncalc.analysis import DTYPE_BYTES
    from cnncalc.executor.verification import Reported, differences

    lines = {row.path: row.line for row in report.layers}
    rows = {
        row.path: Reported(row.output, row.params + row.fixed_params, row.macs, row.live_bytes) for row in report.layers
    }
    value_bytes = DTYPE_BYTES[report.dtype]
    found = differences(network, rows, report.totals.macs, report.totals.activations, value_bytes)
    return [
        Diagnostic(codes.RUN_DIFFERS, difference.text, source, Span(lines.get(difference.path, 1), 1))
        for difference in found
    ]
