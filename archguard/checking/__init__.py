"""Checking a tree: source -> graph -> contracts -> violations -> report."""
