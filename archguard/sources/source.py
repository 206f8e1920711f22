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
SUBMODULE_IN_COMMIT = "a submodule, which the commit does not contain"
SUBMODULE_IN_FOLDER = "a submodule that is not checked out: run `git submodule update --init`"
LINK_INTO_SUBMODULE = "a symbolic link into a submodule, which the commit does not contain"
LFS_POINTER = "a Git LFS pointer: the file's content is not here"
ANNEX_POINTER = "a git-annex pointer: the file's content is not here"

# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md and https://git-annex.branchable.com/internals/pointer_file/
_POINTERS = {b"version https://git-lfs.github.com/spec/": LFS_POINTER, b"/annex/objects/": ANNEX_POINTER}
_MAX_POINTER_BYTES = 32_768

STUB = "a type stub: only .py files are analysed"
CYTHON = "Cython source: only .py files are analysed"
NOTEBOOK = "a notebook: only .py files are analysed"
SCRIPT = "a script: only .py files are analysed"
COMPILED = "a compiled module: only .py files are analysed"
UNSCANNED = frozenset({STUB, CYTHON, NOTEBOOK, SCRIPT, COMPILED})
"""Why Python that is not in a `.py` file is not analysed, whatever it holds."""
EXECUTABLE_FILE = "an executable file"
"""How the reason begins why it is not known whether a file is a script."""

SKIPPED_FOLDERS = frozenset({"node_modules", "site-packages", "venv", "__pycache__"})
"""Folders of installed or generated files; so are hidden ones."""

_SUFFIX = ".py"
_SUFFIXES = (_SUFFIX, ".pyw")
_SUFFIXES_BYTES = (b".py", b".pyw")
CONFIGURATION_SUFFIXES = (b".cfg", b".ini", b".json", b".toml", b".yaml", b".yml")
_REASONS_BY_SUFFIX = {
    "pyi": STUB,
    "pyx": CYTHON,
    "pxd": CYTHON,
    "pxi": CYTHON,
    "ipynb": NOTEBOOK,
    "so": COMPILED,
    "pyd": COMPILED,
}
_TEXT_SUFFIXES = (
    *_SUFFIXES,
    *(f".{suffix}" for suffix, reason in _REASONS_BY_SUFFIX.items() if reason != COMPILED),
)
_OTHER_SUFFIXES = frozenset(
    "c cc cfg cmd conf cpp css csv dat dll dylib exe gif go gz h hpp html ini jar java jpg js json lock "  # noqa: SIM905
    "log md mjs mo o pdf php pl png po proto ps1 pyc pyo rb rs rst sh sql svg tar toml ts tsx ttf txt "
    "whl woff woff2 xml yaml yml zip".split()
)
"""Suffixes of files that are no Python scripts, so that they need not be looked at."""
_REASONS: dict[str, str | None] = {**dict.fromkeys(_OTHER_SUFFIXES), **_REASONS_BY_SUFFIX}
MAX_SHEBANG_BYTES = 128
_PYTHON_SHEBANG = re.compile(rb"#![^\r\n]*(?:python|pypy|\buv run\b)")


class PathKind(StrEnum):
    """What a path leads to."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"


class FileEntry(NamedTuple):
    """A path that may hold Python.

    A Python file, another file that holds Python, or a link or submodule that could be imported.
    """

    path: str
    """Relative to the source's top folder, with `/`; undecodable bytes as surrogates (PEP 383)."""
    unread: str | None = None
    """Why it cannot be read, if its name or kind alone tells."""


def may_be_module(entry: FileEntry) -> bool:
    """Return whether an entry may be a module or hold some."""
    return entry.unread not in UNSCANNED


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
        """Return whether `find_python_files` yields anything that may be a module."""


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
    return path.endswith(_SUFFIXES_BYTES) if isinstance(path, bytes) else path.endswith(_SUFFIXES)


def guess_unscanned_reason(path: str) -> str | None:
    """Return why a file of this name is not analysed although it holds Python; None if it holds none.

    SCRIPT stands for a file that is one if it is executable and begins as `is_python_script` tells.
    """
    return _REASONS.get(_find_suffix(path), SCRIPT)


def may_hold_python(path: str) -> bool:
    """Return whether a file may hold Python, or be a compiled module, by its name."""
    return guess_unscanned_reason(path) is not None


def is_python_script(beginning: bytes) -> bool:
    """Return whether the first bytes of an executable file have Python run it."""
    return _PYTHON_SHEBANG.match(beginning) is not None


def _find_suffix(path: str) -> str:
    stem, _, suffix = path.rpartition(".")
    return suffix if stem and not stem.endswith("/") and "/" not in suffix else ""


def find_pointer(content: bytes) -> str | None:
    """Return why a content is only a pointer to the file's real content; None if it is the real one."""
    if len(content) > _MAX_POINTER_BYTES or not content.startswith(tuple(_POINTERS)):
        return None
    return next(reason for start, reason in _POINTERS.items() if content.startswith(start))


def is_configuration_file(path: str | bytes) -> bool:
    """Return whether a path is that of a configuration file, by its name."""
    name = path if isinstance(path, bytes) else encode_path(path)
    return name.endswith(CONFIGURATION_SUFFIXES)


def holds_python_by_name(path: str | bytes) -> bool:
    """Return whether a file holds Python by its name: a module, a stub, a notebook."""
    name = decode_path(path) if isinstance(path, bytes) else path
    return name.endswith(_TEXT_SUFFIXES)


def may_be_script(path: str) -> bool:
    """Return whether an executable file may be a Python script by its name."""
    return guess_unscanned_reason(path) == SCRIPT and not is_python_file(path)


def may_be_folder(path: str, reason: str) -> bool:
    """Return whether what is unread for this reason may be a folder of modules, such as a submodule."""
    is_file = reason in UNSCANNED or reason.startswith(EXECUTABLE_FILE)
    return not is_file and may_be_script(path)


def may_be_importable(path: str) -> bool:
    """Return whether a link or submodule of this name could be imported as a module or package."""
    name = path.rpartition("/")[2]
    return is_python_file(name) or name.isidentifier()


def remove_suffix(path: str) -> str:
    """Return the path of a Python file without its suffix, and any other path unchanged."""
    return path.removesuffix(_SUFFIXES[0]).removesuffix(_SUFFIXES[1])


def module_name(path: str, package: str = "") -> tuple[str, bool]:
    """Return the name of the module that a file defines, and whether it is a package.

    Args:
        path: the Python file, relative to the folder of `package`.
        package: the package that the file is in.
    """
    return name_stem(remove_suffix(f"{package}/{path}" if package else path))


def name_stem(path: str) -> tuple[str, bool]:
    """Return the name of the module whose path without suffix this is, and whether it is a package."""
    is_package = path.endswith("/__init__")
    return path.removesuffix("/__init__").replace("/", "."), is_package


def place_name(path: str, package: str = "") -> tuple[str, bool]:
    """Return what `module_name` would return if a file that is not analysed were a module."""
    folder, slash, file = path.rpartition("/")
    suffix = _find_suffix(file)
    stem = file.removesuffix(f".{suffix}") if suffix else file
    if _REASONS_BY_SUFFIX.get(suffix) == COMPILED:
        # It may name the interpreter, as in x.cpython-311-x86_64-linux-gnu.so.
        stem = stem.partition(".")[0]
    return module_name(f"{folder}{slash}{stem}", package)


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
