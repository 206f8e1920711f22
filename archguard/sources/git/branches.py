"""Find the branch of a revision."""

from __future__ import annotations

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.source import decode_path

_HEADS, _REMOTES = "refs/heads/", "refs/remotes/"


def find_branch(git_dir: str, rev: str) -> str | None:
    """Return the branch that `rev` names, also for `HEAD`; None for a detached HEAD, a tag or an id.

    The name of a remote's branch is its name there: `main` for `origin/main`.
    """
    arguments = ("rev-parse", "--verify", "--quiet", "--symbolic-full-name", "--end-of-options", rev)
    try:
        output = commands.run_git(f"--git-dir={git_dir}", *arguments)
    except SourceError:
        return None
    name = decode_path(output).strip().rpartition("\n")[2]
    if name.startswith(_HEADS):
        return name.removeprefix(_HEADS)
    if name.startswith(_REMOTES):
        branch = name.removeprefix(_REMOTES).partition("/")[2]
        return branch if branch not in ("", "HEAD") else None
    return None
