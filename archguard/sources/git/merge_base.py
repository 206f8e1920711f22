"""The commit at which a change left the branch that it goes into."""

from __future__ import annotations

from archguard.errors import HistoryError, SourceError
from archguard.sources.git import commands
from archguard.sources.git.commit import find_commit
from archguard.sources.git.commit_objects import CommitObjects

_FETCH = "`git fetch --unshallow origin` fetches the rest (actions/checkout: fetch-depth: 0)"


def find_merge_base(git_dir: str, root: str, base: str, head: str) -> str:
    """Return the full id of the best common ancestor of two commits.

    Args:
        git_dir: the repository.
        root: the folder that was given, for error messages.
        base: the revision of the branch that the change goes into.
        head: the full id of the commit that is judged.

    Raises:
        HistoryError: the clone is too shallow to know it.
        SourceError: there is no such revision, or the two have no common ancestor.
    """
    base_commit = _find_base(git_dir, root, base)
    if base_commit == head:
        return head
    merge_base = _run(git_dir, "merge-base", base_commit, head)
    if merge_base == base_commit:
        return merge_base
    if _is_shallow(git_dir) and (merge_base is None or _is_cut(git_dir, base_commit, head, merge_base)):
        raise HistoryError(
            f"--base {base}: this clone is too shallow to tell where the change left it; {_FETCH}."
        )
    if merge_base is None:
        raise SourceError(f"--base {base}: it has no common ancestor with {head[:10]}.")
    return merge_base


def _is_shallow(git_dir: str) -> bool:
    return _run(git_dir, "rev-parse", "--is-shallow-repository") == "true"


def _find_base(git_dir: str, root: str, base: str) -> str:
    try:
        return find_commit(git_dir, root, base, option="--base")
    except SourceError as error:
        if not _is_shallow(git_dir):
            raise
        raise HistoryError(f"--base {base}: no such commit in this shallow clone; {_FETCH}.") from error


def _is_cut(git_dir: str, base: str, head: str, merge_base: str) -> bool:
    """Return whether a history ends early between the two commits and their common ancestor."""
    ends = _run(git_dir, "rev-list", "--max-parents=0", base, head) or ""
    objects = CommitObjects(git_dir)
    cut = {end for end in ends.split() if (commit := objects.read(end)) and commit.parents}
    between = _run(git_dir, "rev-list", base, head, f"^{merge_base}") or ""
    return not cut.isdisjoint([merge_base, *between.split()])


def _run(git_dir: str, *arguments: str) -> str | None:
    try:
        return commands.run_git(f"--git-dir={git_dir}", *arguments).decode("ascii", "replace").strip()
    except SourceError:
        return None
