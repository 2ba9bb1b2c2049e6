"""Weights by their names in a file: the initial ones, what is wrong with given ones, and the files they lie in."""
