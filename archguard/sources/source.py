"""The port that every source of Python files fills."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_FILE_BYTES = 10_000_000
"""A larger file is not analysed but listed: no person wrote it, and it costs every other file's time."""

TOO_LARGE = f"larger than {MAX_FILE_BYTES // 1_000_000} MB"
NOT_REGULAR = "not a regular file"
LINK_OUT = "a symbolic link out of the tree"
LINK_TO_FOLDER = "a symbolic link to a folder"
LINK_TO_NOTHING = "a symbolic link to nothing"


class Kind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"


class Entry(NamedTuple):
    """A path that may hold Python: a `.py` file, or something that only looks like one."""

    path: str
    """Relative to the source's top, with `/`; undecodable bytes as surrogates (PEP 383)."""
    unread: str | None = None
    """Why it cannot be read, if that is known from its name or its kind alone."""


class Unreadable(NamedTuple):
    """What reading a file gives instead of its bytes."""

    reason: str


class Folders(Protocol):
    """What stands at which path."""

    def kind(self, path: str) -> Kind | None:
        """What stands at `path`, or None; a symbolic link to a folder is OTHER."""

    def folders(self, path: str) -> list[str]:
        """The names of the folders directly inside the folder `path`, sorted."""

    def python_files(self, folder: str) -> Iterator[Entry]:
        """Every `.py` entry below `folder`, and every symbolic link to a folder, in any order."""

    def holds_python(self, folder: str) -> bool:
        """Whether there is any."""


class Contents(Protocol):
    """What the files hold."""

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """For each path a name of its content that no other content has, or None if unreadable."""

    def fingerprint(self, path: str, content: bytes) -> str:
        """The same name, for a content that has been read."""

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """The content of each path, in the order asked for; a larger one than `limit` is not read."""

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """For each path something that is cheap, and another one once its content was written to.

        None where that is not certain. A stamp says nothing of what was written before it was asked for.
        """

    def spec(self) -> dict[str, str]:
        """What another process needs to open the same source: see `archguard.sources.open.reopen`."""


class Source(Folders, Contents, Protocol):
    """A tree of files, as it stands in a folder or in a commit.

    Nothing of it is ever imported or run.
    """

    commit: str | None
    """The full id of the commit, or None for a working tree."""


def may_hold_python(path: str) -> bool:
    """Whether something of this name could be imported, wherever it leads."""
    name = path.rpartition("/")[2]
    return name.endswith(".py") or name.isidentifier()


def decode_path(path: bytes) -> str:
    """A path as text, the same in every locale."""
    return path.decode("utf-8", "surrogateescape")


def encode_path(path: str) -> bytes:
    """The inverse of `decode_path`."""
    return path.encode("utf-8", "surrogateescape")
