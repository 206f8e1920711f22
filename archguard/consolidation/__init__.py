"""What to change so that violations go away, computed on the import graph."""
