"""From the text of a file to the marked tree, each word with its place (`tree.read_tree`), or to faults of the text."""
