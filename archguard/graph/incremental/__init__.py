"""The analysis and the import graph of a history, updated from commit to commit."""
