"""Breaks the program in small ways, one at a time, and lists what the tests do not notice."""
