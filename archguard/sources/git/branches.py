"""Which branch a revision stands on, where git can tell."""

from __future__ import annotations

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.source import decode_path

_HEADS, _REMOTES = "refs/heads/", "refs/remotes/"


def find_branch(git_dir: str, rev: str) -> str | None:
    """The branch that `rev` names, `HEAD` too; None: it is detached, a tag, an id.

    A remote's branch is called as it is there: `origin/main` is `main`.
    """
    arguments = ("rev-parse", "--verify", "--quiet", "--symbolic-full-name", "--end-of-options", rev)
    try:
        found = commands.run_git(f"--git-dir={git_dir}", *arguments)
    except SourceError:
        return None
    name = decode_path(found).strip().rpartition("\n")[2]
    if name.startswith(_HEADS):
        return name.removeprefix(_HEADS)
    if name.startswith(_REMOTES):
        branch = name.removeprefix(_REMOTES).partition("/")[2]
        return branch if branch not in ("", "HEAD") else None
    return None
