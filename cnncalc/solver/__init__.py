"""The inverse of a report: which values of a network or a layer give what is wanted. Exhaustive, never guessed."""
