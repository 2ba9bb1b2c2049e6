"""Specs become outcomes: their faults, their networks, and what could not be read."""
