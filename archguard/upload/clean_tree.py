"""Compare a working tree with a commit, as git does, but without running a filter."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from archguard.errors import SourceError, UploadError
from archguard.graph.discovery import discover
from archguard.sources.git.work_tree import hash_files, list_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.graph.model import Analysis, AnalysisOptions
    from archguard.sources.git.commit import Commit
    from archguard.sources.source import Source
    from archguard.sources.working_tree import WorkingTree

_ANY_SIZE = 1 << 40


def find_unequal(
    analysis: Analysis, tree: WorkingTree, commit: Commit, options: AnalysisOptions
) -> list[str]:
    """Return the paths by which the analysis of a working tree may differ from that of its HEAD.

    Those are files that git calls unchanged: it converts line ends, and does not look at ignored files.

    Args:
        analysis: the analysis of the working tree.
        tree: the working tree.
        commit: its HEAD, the same folder of it.
        options: which root packages were analysed.

    Raises:
        UploadError: files are changed by git's measure.
    """
    unequal = sorted(_find_differing(analysis, tree, commit, options))
    if differing := _find_changed(unequal, tree, commit):
        count = f"{len(differing)} files differ" if len(differing) > 1 else "1 file differs"
        raise UploadError(
            f"the working tree is not commit {(commit.commit or '')[:10]}: {count}, {differing[0]} "
            "first. Commit them, or send the commit as it is with `archguard upload`."
        )
    return unequal


def _find_changed(paths: Sequence[str], tree: WorkingTree, commit: Commit) -> list[str]:
    """Return those of the paths that are changed by git's measure."""
    if not paths:
        return []
    changes = list_changes(tree.root, commit.prefix)
    listed = [
        path
        for path in paths
        if path in changes or any(change.startswith(f"{path}/") for change in changes)
    ]
    # git lists a file whose size is not that of its last checkout, even if only its line ends changed.
    ids = hash_files(tree.root, listed)
    return [
        path
        for path, blob_id in zip(listed, ids, strict=True)
        if blob_id is None or blob_id != commit.get_blob(path)
    ]


def _find_differing(
    analysis: Analysis, tree: Source, commit: Commit, options: AnalysisOptions
) -> set[str]:
    """Return the paths that differ between the working tree and the commit."""
    try:
        committed = discover(commit, options.root_packages, options.source_roots, options.exclude)
    except SourceError as error:
        raise UploadError(f"the working tree is not the commit, in which {error}") from error
    tree_files = {
        **{module.path: None for module in analysis.modules.values()},
        **{file.path: file.reason for file in analysis.unread if file.module is None},
    }
    commit_files = {
        **{module.path: None for module in committed.modules.values()},
        **{file.path: file.reason for file in committed.unread},
    }
    common = sorted(
        path
        for path in tree_files.keys() & commit_files.keys()
        if tree_files[path] == commit_files[path]
    )
    differing = (tree_files.keys() | commit_files.keys()).difference(common)
    differing |= {root.path for root in set(analysis.roots) ^ set(committed.roots)}
    for path, content in zip(common, tree.read(common, _ANY_SIZE), strict=True):
        blob_id = commit.get_blob(path)
        tree_id = compute_blob_id(content, blob_id or "") if isinstance(content, bytes) else None
        if tree_id != blob_id:
            differing.add(path)
    return differing


def compute_blob_id(content: bytes, like: str) -> str:
    """Return git's object id of a file's content, in the hash algorithm (SHA-1 or SHA-256) of `like`."""
    # Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    data = b"blob %d\0" % len(content) + content
    if len(like) == 64:
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
