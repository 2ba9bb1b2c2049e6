"""How a number came about: steps with their formulas, numbers and results, as plain data."""
