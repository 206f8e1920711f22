"""A made-up git history to try archguard on: a shop replaces its five old price engines by one."""

from archguard.demo.commits import PROJECT, Commit, PullRequest, generate_commits, generate_pull_request
from archguard.demo.repository import write_repository

__all__ = [
    "PROJECT",
    "Commit",
    "PullRequest",
    "generate_commits",
    "generate_pull_request",
    "write_repository",
]
