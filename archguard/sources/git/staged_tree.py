"""The index as a source: what `git commit` would commit, whatever the working tree holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.git.commit import open_repository
from archguard.sources.git.tree import GitTree
from archguard.sources.git.work_tree import disable_filters
from archguard.sources.source import decode_path, encode_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.sources.git.tree_entries import TreeEntry

_INDEX_VARIABLE = "GIT_INDEX_FILE"
_MERGED = b"0"


class StagedTree(GitTree):
    """The files of the index, or of a folder of it. Neither the index nor the repository is written."""

    commit: str | None = None

    def __init__(self, git_dir: str, root: str, index: str = "", prefix: str = "") -> None:
        """Read the index.

        Args:
            git_dir: the repository.
            root: a folder of the work tree.
            index: the index's file; empty for the repository's own.
            prefix: the folder with a `/` at its end, or empty for all; the paths are relative to it.

        Raises:
            SourceError: git failed, or a merge is not resolved yet.
        """
        self.git_dir = git_dir
        self.root = root
        self.index = index
        self.prefix = prefix
        files = list(_list_files(root, index, prefix))
        super().__init__(commands.BlobReader(git_dir), lambda: files)

    @classmethod
    def find(cls, root: str) -> StagedTree:
        """Return what is staged below a folder of a work tree.

        `git commit PATH` and `git commit --all` make an index of their own, and tell hooks where it is.

        Raises:
            SourceError: the folder is in no repository, or a merge is not resolved yet.
        """
        git_dir, prefix = open_repository(root, "--root")
        index = os.environ.get(_INDEX_VARIABLE)
        return cls(git_dir, os.path.abspath(root), os.path.abspath(index) if index else "", prefix)

    def at_top(self) -> StagedTree:
        """Return the same index from the top of the work tree."""
        return StagedTree(self.git_dir, self.root, self.index) if self.prefix else self

    def spec(self) -> dict[str, str]:
        """Return what `reopen` needs."""
        return {
            "adapter": "staged",
            "git_dir": self.git_dir,
            "root": self.root,
            "index": self.index,
            "prefix": self.prefix,
        }

    def prepare_listing(self) -> None:
        """Do nothing: the tree is known."""

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield the blob id of each file: git detects SHA-1 collisions when it stores a blob."""
        for path in paths:
            blob = self.get_blob(path)
            yield f"git:{blob}" if blob else None

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield the blob id of each file, which changes with the content."""
        yield from self.fingerprints(paths)

    def fingerprint(self, path: str, content: bytes) -> str:  # noqa: ARG002 (part of the interface)
        """Return the blob id of a file."""
        return f"git:{self.get_blob(path)}"


def list_merge_heads(git_dir: str) -> list[str]:
    """Return the commits that a merge which is not committed yet brings in; empty without a merge."""
    try:
        with open(os.path.join(git_dir, "MERGE_HEAD"), encoding="ascii") as file:
            return file.read().split()
    except FileNotFoundError:
        return []


def _list_files(root: str, index: str, prefix: str) -> Iterator[tuple[str, TreeEntry]]:
    listing = commands.run_git("-C", root, "ls-files", "--stage", "-z", "--full-name", ":/", index=index)
    intended = _list_intended(root, index)
    start = encode_path(prefix)
    for line in listing.split(b"\0"):
        facts, tab, path = line.partition(b"\t")
        if not tab:
            continue
        mode, blob, stage = facts.split(b" ")
        if stage != _MERGED:
            raise SourceError(
                f"--staged: {decode_path(path)} has a merge conflict: resolve it, then `git add` it."
            )
        if path.startswith(start) and path not in intended:
            yield decode_path(path[len(start) :]), (mode.decode(), blob.decode())


def _list_intended(root: str, index: str) -> frozenset[bytes]:
    """Return the files of which `git add --intent-to-add` staged the name, and no content."""
    arguments = ("--diff-filter=A", "--name-only", "--ignore-submodules=all", "-z")
    output = commands.run_git(
        "-C", root, "diff-files", *arguments, settings=disable_filters(root), index=index
    )
    return frozenset(output.split(b"\0"))
