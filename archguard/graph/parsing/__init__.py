"""What one file's text says: its imports, their kinds, and strings that name deprecated modules."""
