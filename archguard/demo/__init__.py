"""A made-up git history to try archguard on: a shop replaces its five old price engines by one."""

from archguard.demo.commits import PROJECT, Commit, generate_commits
from archguard.demo.repository import write_repository

__all__ = ["PROJECT", "Commit", "generate_commits", "write_repository"]
