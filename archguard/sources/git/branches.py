"""Find the branch of a revision."""

from __future__ import annotations

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.source import decode_path

_HEADS, _REMOTES = "refs/heads/", "refs/remotes/"
_USUAL_NAMES = ("main", "master")


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


def find_remote_branch(git_dir: str, branch: str) -> str:
    """Return the remote's branch of a name, or the name itself if there is none.

    A clone's own branch may be behind the remote's.
    """
    for remote in _list_remotes(git_dir):
        if _resolve(git_dir, f"{_REMOTES}{remote}/{branch}"):
            return f"{remote}/{branch}"
    return branch


def find_default_branch(git_dir: str) -> str | None:
    """Return the default branch of the remote, such as `origin/main`; None if it is not known."""
    for remote in _list_remotes(git_dir):
        try:
            output = commands.run_git(
                f"--git-dir={git_dir}", "symbolic-ref", "--quiet", f"{_REMOTES}{remote}/HEAD"
            )
        except SourceError:
            continue
        return decode_path(output).strip().removeprefix(_REMOTES)
    names = [f"{remote}/{name}" for remote in _list_remotes(git_dir) for name in _USUAL_NAMES]
    return next((name for name in names if _resolve(git_dir, f"{_REMOTES}{name}")), None)


def find_usual_branch(git_dir: str) -> str | None:
    """Return which of the usual names of a default branch a repository without a remote has."""
    return next((name for name in _USUAL_NAMES if _resolve(git_dir, f"{_HEADS}{name}")), None)


def _list_remotes(git_dir: str) -> list[str]:
    """Return the names of the remotes, `origin` first."""
    try:
        output = commands.run_git(f"--git-dir={git_dir}", "remote")
    except SourceError:
        return []
    return sorted(decode_path(output).split("\n")[:-1], key=lambda name: (name != "origin", name))


def _resolve(git_dir: str, ref: str) -> bool:
    try:
        commands.run_git(f"--git-dir={git_dir}", "rev-parse", "--verify", "--quiet", ref)
    except SourceError:
        return False
    return True
