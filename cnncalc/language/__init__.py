"""The spec language: from a text to a network, or to faults that say where and why."""
