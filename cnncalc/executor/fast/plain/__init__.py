"""Kinds of layers that are one NumPy expression or a few: each a function from arrays to an array."""
