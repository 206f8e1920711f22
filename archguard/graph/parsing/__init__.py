"""Read one file's text: its imports, their kinds, and the strings that name deprecated modules."""
