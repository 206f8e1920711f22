"""Modules that only lead to what took their place."""
