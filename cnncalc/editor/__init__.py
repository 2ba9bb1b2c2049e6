"""What an editor asks for: the language as a JSON Schema, and a spec in its one canonical form."""
