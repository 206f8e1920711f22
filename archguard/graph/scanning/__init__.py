"""Scan modules for imports in child processes, and cache the results."""
