"""The ancestors of a commit, as far as a clone knows them."""

from __future__ import annotations

from archguard.sources.git import commands
from archguard.sources.git.commit_objects import CommitObjects


def list_ancestors(git_dir: str, commit: str) -> frozenset[str]:
    """Return the full ids of a commit and its ancestors.

    Where a shallow clone ends, the parents of its last commits are among them: they are known by name.

    Raises:
        SourceError: git failed.
    """
    arguments = ("rev-list", "--parents", commit)
    lines = commands.run_git(f"--git-dir={git_dir}", *arguments).decode("ascii").splitlines()
    known = [line.split() for line in lines]
    objects = CommitObjects(git_dir)
    ends = [read for line in known if len(line) == 1 and (read := objects.read(line[0]))]
    return frozenset(line[0] for line in known).union(*(end.parents for end in ends))
