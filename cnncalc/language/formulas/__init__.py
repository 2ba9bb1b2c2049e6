"""From the text of a formula to what computes it for every layer (`formula.compile_formula`)."""
