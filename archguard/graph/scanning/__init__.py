"""Scanning files in child processes, with a cache of the results."""
