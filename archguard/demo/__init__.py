"""A shop that makes one price engine of six: a git history to try archguard on."""

from archguard.demo.repository import write_repository
from archguard.demo.story import PROJECT, Commit, commits

__all__ = ["PROJECT", "Commit", "commits", "write_repository"]
