"""The interface of every source, and the rules for Python files and their module names."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

MAX_FILE_BYTES = 10_000_000
"""Larger files are listed as unread: they are generated, and analysing one delays all others."""

TOO_LARGE = f"larger than {MAX_FILE_BYTES // 1_000_000} MB"
NOT_REGULAR = "not a regular file"
LINK_OUT = "a symbolic link out of the tree"
LINK_TO_FOLDER = "a symbolic link to a folder"
LINK_TO_NOTHING = "a symbolic link to nothing"

_OTHER_PYTHON_SUFFIXES = (".pyi", ".pyx", ".pyw", ".ipynb")
_SHEBANG = re.compile(rb"#![^\n]*\bpython")
MAX_SHEBANG_BYTES = 200
SKIPPED_FOLDERS = frozenset({"node_modules", "site-packages", "venv", "__pycache__"})
"""Folders of installed or generated files; so are hidden ones."""

_SUFFIX = ".py"
_SUFFIX_BYTES = b".py"
_CONFIGURATION_SUFFIXES = (".cfg", ".ini", ".json", ".toml", ".yaml", ".yml")


class PathKind(StrEnum):
    """What a path leads to."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"


class FileEntry(NamedTuple):
    """A path that may hold Python: a Python file, or a link or submodule that could be imported."""

    path: str
    """Relative to the source's top folder, with `/`; undecodable bytes as surrogates (PEP 383)."""
    unread: str | None = None
    """Why it cannot be read, if its name or kind alone tells."""


class Unreadable(NamedTuple):
    """The result of reading a file that cannot be read."""

    reason: str


class FileTree(Protocol):
    """The names and kinds of a tree's files, without their contents."""

    def get_kind(self, path: str) -> PathKind | None:
        """Return what `path` leads to, None if it does not exist; OTHER for a link to a folder."""

    def list_folders(self, path: str) -> list[str]:
        """Return the names of the folders directly inside the folder `path`, sorted."""

    def find_python_files(self, folder: str) -> Iterator[FileEntry]:
        """Yield the entries below `folder`, at any depth, in any order."""

    def holds_python(self, folder: str) -> bool:
        """Return whether `find_python_files` yields anything."""


class FileContents(Protocol):
    """The contents of files."""

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield an id of each file's content, different for any other content; None if unreadable."""

    def fingerprint(self, path: str, content: bytes) -> str:
        """Return the same id for a content that was read from `path`."""

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """Yield the content of each file in the order of `paths`; `Unreadable` above `limit` bytes."""

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield something cheap that changes for each file whenever its content is written to.

        None if that is not certain. A stamp covers changes from when it was taken, not earlier ones.
        """

    def spec(self) -> dict[str, str]:
        """Return what `archguard.sources.open.reopen` needs to open the source in another process."""


class ReadableTree(FileTree, Protocol):
    """A tree whose files can be read."""

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """See `FileContents`."""


class Source(FileTree, FileContents, Protocol):
    """A tree of files in a folder or in a commit.

    None of its code is ever imported or run.
    """

    commit: str | None
    """The full id of the commit; None for a working tree."""

    def list_configuration_files(self) -> list[str]:
        """Return the paths of the configuration files that git tracks, sorted.

        Without git, those outside hidden folders and those of installed packages.
        """

    def prepare_listing(self) -> None:
        """Begin with what takes time in `list_project_files`, while the caller does other things."""

    def list_project_files(self, known: Container[str]) -> list[str]:
        """Return the paths of all Python files of the tree, scripts and notebooks included, sorted.

        Of a working tree those that git tracks; without git all, but for installed and generated files.

        Args:
            known: folders that may be left out.
        """


def is_python_file(path: str | bytes) -> bool:
    """Return whether a path is that of a Python file, by its name."""
    return path.endswith(_SUFFIX_BYTES) if isinstance(path, bytes) else path.endswith(_SUFFIX)


def is_configuration_file(path: str | bytes) -> bool:
    """Return whether a path is that of a configuration file, by its name."""
    name = decode_path(path) if isinstance(path, bytes) else path
    return name.endswith(_CONFIGURATION_SUFFIXES)


def holds_python_by_name(path: str | bytes) -> bool:
    """Return whether a file holds Python by its name: a module, a stub, a notebook."""
    name = decode_path(path) if isinstance(path, bytes) else path
    return name.endswith((_SUFFIX, *_OTHER_PYTHON_SUFFIXES))


def may_be_script(path: str) -> bool:
    """Return whether an executable file may be a Python script by its name: it has no suffix."""
    return "." not in path.rpartition("/")[2]


def is_python_script(beginning: bytes) -> bool:
    """Return whether an executable file with these first bytes is run by Python."""
    return _SHEBANG.match(beginning) is not None


def may_be_importable(path: str) -> bool:
    """Return whether a link or submodule of this name could be imported as a module or package."""
    name = path.rpartition("/")[2]
    return is_python_file(name) or name.isidentifier()


def remove_suffix(path: str) -> str:
    """Return the path of a Python file without its suffix, and any other path unchanged."""
    return path.removesuffix(_SUFFIX)


def module_name(path: str, package: str = "") -> tuple[str, bool]:
    """Return the name of the module that a file defines, and whether it is a package.

    Args:
        path: the Python file, relative to the folder of `package`.
        package: the package that the file is in.
    """
    name = remove_suffix(f"{package}/{path}" if package else path)
    is_package = name.endswith("/__init__")
    return name.removesuffix("/__init__").replace("/", "."), is_package


def package_folder(name: str) -> str:
    """Return the path of a package's folder, relative to the folder that holds its top package."""
    return name.replace(".", "/")


def module_file(name: str, *, is_package: bool = False) -> str:
    """Return the path of the file that defines a module, relative like `package_folder`."""
    return package_folder(name) + ("/__init__" if is_package else "") + _SUFFIX


def decode_path(path: bytes) -> str:
    """Return a path as text, the same in every locale."""
    return path.decode("utf-8", "surrogateescape")


def encode_path(path: str) -> bytes:
    """Return the bytes of a path; the inverse of `decode_path`."""
    return path.encode("utf-8", "surrogateescape")
