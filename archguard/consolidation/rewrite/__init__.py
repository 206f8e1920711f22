"""Rewrite the imports of deprecated modules: the only room that changes source text."""
