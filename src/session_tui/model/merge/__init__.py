"""Two versions of a session become one: pairing, joining, and the names of conflicting files."""
