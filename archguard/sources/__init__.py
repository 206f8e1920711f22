"""Where Python source comes from: a working tree, or a commit in a git object store."""

from archguard.sources.branches import branch_of
from archguard.sources.commit import Commit, find_commit, open_repository
from archguard.sources.commit_objects import CommitObject, CommitObjects
from archguard.sources.history import Change, CommitInfo, History, Objects
from archguard.sources.port import MAX_FILE_BYTES, Contents, Entry, Folders, Kind, Source, Unreadable
from archguard.sources.tree import MISSING as NOT_IN_THE_STORE
from archguard.sources.tree import Tree
from archguard.sources.working_tree import WorkingTree

__all__ = [
    "MAX_FILE_BYTES",
    "NOT_IN_THE_STORE",
    "Change",
    "Commit",
    "CommitInfo",
    "CommitObject",
    "CommitObjects",
    "Contents",
    "Entry",
    "Folders",
    "History",
    "Kind",
    "Objects",
    "Source",
    "Tree",
    "Unreadable",
    "WorkingTree",
    "branch_of",
    "find_commit",
    "open_repository",
    "open_source",
    "reopen",
]


def open_source(root: str, rev: str | None = None) -> Source:
    """The working tree at `root`, or the commit `rev` of the repository there.

    Raises:
        SourceError: the folder, the repository or the revision does not exist.
    """
    return WorkingTree(root) if rev is None else Commit.find(root, rev)


def reopen(spec: dict[str, str]) -> Contents:
    """The source that `Source.spec` described, in this process."""
    fields = dict(spec)
    adapter = fields.pop("adapter")
    if adapter == "commit":
        return Commit(**fields)
    return Objects(**fields) if adapter == "objects" else WorkingTree(**fields)
