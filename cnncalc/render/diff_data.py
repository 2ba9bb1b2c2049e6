"""A difference as JSON, one layer a line."""

from __future__ import annotations

from cnncalc.compare import Difference
from cnncalc.compare.difference import SCHEMA


def diff_json(difference: Difference) -> str:
    """Exactly `difference.to_dict()`, ASCII only, without a final newline."""
    import json

    encode = json.JSONEncoder(allow_nan=False).encode
    rows = ",\n  ".join([encode(layer.to_dict()) for layer in difference.layers])
    totals = encode(difference.totals.to_dict())
    return f'{{"schema": {encode(SCHEMA)},\n "layers": [\n  {rows}\n ],\n "totals": {totals}}}'
