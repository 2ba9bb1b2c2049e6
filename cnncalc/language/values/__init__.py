"""From the text of one value to a number, a size or a limit, or to a fault that names what was meant."""
