"""Ways to write whatever a subject yields; each module is a format."""
