"""Delete modules that nobody names any more."""
