"""Slips in the form of a spec: what was written, as it should stand."""
