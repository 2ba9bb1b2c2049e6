"""Strips: what does not fit into memory is computed in some rows at a time, each strip as a network of its own."""
