"""Where Python source comes from: a working tree, or a commit in a git object store."""

from archguard.sources.commit import Commit
from archguard.sources.port import MAX_FILE_BYTES, Entry, Kind, Source, Unreadable
from archguard.sources.working_tree import WorkingTree

__all__ = [
    "MAX_FILE_BYTES",
    "Commit",
    "Entry",
    "Kind",
    "Source",
    "Unreadable",
    "WorkingTree",
    "open_source",
    "reopen",
]


def open_source(root: str, rev: str | None = None) -> Source:
    """The working tree at `root`, or the commit `rev` of the repository there.

    Raises:
        SourceError: the folder, the repository or the revision does not exist.
    """
    return WorkingTree(root) if rev is None else Commit.find(root, rev)


def reopen(spec: dict[str, str]) -> Source:
    """The source that `Source.spec` described, in this process."""
    fields = dict(spec)
    if fields.pop("adapter") == "commit":
        return Commit(**fields)
    return WorkingTree(**fields)
