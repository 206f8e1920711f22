"""Whether a working tree is what a commit holds, told without git: its filters could be anything."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from archguard.errors import SourceError, UploadError
from archguard.graph.discovery import discover

if TYPE_CHECKING:
    from archguard.graph.model import Analysis, AnalysisOptions
    from archguard.sources.git.commit import Commit
    from archguard.sources.source import Source

_ANY_SIZE = 1 << 40


def refuse_changes(analysis: Analysis, tree: Source, commit: Commit, options: AnalysisOptions) -> None:
    """Refuse a tree whose analysis is not the commit's.

    Args:
        analysis: what was found in the tree.
        tree: the working tree.
        commit: what it should hold, the same folder of it.
        options: which roots.

    Raises:
        UploadError: files differ, or are only in one of the two.
    """
    differing = sorted(_differing(analysis, tree, commit, options))
    if differing:
        count = f"{len(differing)} files differ" if len(differing) > 1 else "1 file differs"
        raise UploadError(
            f"the working tree is not commit {(commit.commit or '')[:10]}: {count}, {differing[0]} "
            "first. Commit them, or send the commit as it is with `archguard upload`."
        )


def _differing(analysis: Analysis, tree: Source, commit: Commit, options: AnalysisOptions) -> set[str]:
    try:
        there = discover(commit, options.root_packages, options.source_roots)
    except SourceError as error:
        raise UploadError(f"the working tree is not the commit, in which {error}") from error
    ours = {
        **{module.path: None for module in analysis.modules.values()},
        **{file.path: file.reason for file in analysis.unread if file.module is None},
    }
    theirs = {
        **{module.path: None for module in there.modules.values()},
        **{file.path: file.reason for file in there.unread},
    }
    both = sorted(path for path in ours.keys() & theirs.keys() if ours[path] == theirs[path])
    differing = (ours.keys() | theirs.keys()).difference(both)
    differing |= {root.path for root in set(analysis.roots) ^ set(there.roots)}
    for path, content in zip(both, tree.read(both, _ANY_SIZE), strict=True):
        known = commit.get_blob(path)
        if (blob_id(content, known or "") if isinstance(content, bytes) else None) != known:
            differing.add(path)
    return differing


def blob_id(content: bytes, like: str) -> str:
    """The object id that git gives a file of this content, by the hash that another id is of."""
    # https://git-scm.com/book/en/v2/Git-Internals-Git-Objects; SHA-1 only names here.
    data = b"blob %d\0" % len(content) + content
    if len(like) == 64:
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
