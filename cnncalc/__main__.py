"""`python -m cnncalc` is the same command as `cnncalc`."""

from cnncalc.cli import process

process()
