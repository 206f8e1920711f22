"""Compute the contents of answers from the data in the store."""
