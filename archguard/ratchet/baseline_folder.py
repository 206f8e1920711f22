"""The folder that holds the violations which are accepted for now: one file a contract.

A file has one violation a line, sorted: `importer -> imported`. It has no line numbers, versions, dates
or hashes, so that it changes only where violations do, and two changes that each fix one merge.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from archguard.errors import ArchguardError, ConfigurationError
from archguard.text import escape
from archguard.whole_file import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    Edge = tuple[str, str]
    """Importer and imported."""

DEFAULT_FOLDER = os.path.join(".archguard", "baseline")
"""Below the folder that holds the root packages."""
_ARROW = " -> "
_CONFLICT_MARKERS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_MAX_BYTES = 64 * 1024 * 1024
_MAX_NAME = 200
_SHOWN = 80
_SUFFIX = ".txt"


class BaselineFolder:
    """A folder with the known violations of each contract."""

    def __init__(self, path: str) -> None:
        self.path = path

    def require(self) -> None:
        """Raise an error if there is no such folder.

        Raises:
            ConfigurationError: there is none.
        """
        if not os.path.isdir(self.path):
            raise ConfigurationError(
                f"--baseline {escape(self.path)}: there is no such folder; `archguard freeze` writes it."
            )

    def list_contracts(self) -> list[str]:
        """Return the ids of the contracts that have a file, sorted; none if there is no folder."""
        try:
            names = os.listdir(self.path)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unreadable(self.path, error) from error
        return sorted(unquote(name.removesuffix(_SUFFIX)) for name in names if name.endswith(_SUFFIX))

    def find_file(self, contract: str) -> str:
        """Return the path of a contract's file, whether or not it exists.

        Raises:
            ConfigurationError: the id is too long for the name of a file.
        """
        name = quote(contract, safe=" ")
        name = f"%2E{name[1:]}" if name.startswith(".") else name
        if len(name) > _MAX_NAME:
            raise ConfigurationError(
                f"the contract {escape(contract[:_SHOWN])}... cannot have a baseline: its id is too "
                "long for the name of a file."
            )
        return os.path.join(self.path, name + _SUFFIX)

    def read(self, contract: str) -> frozenset[Edge] | None:
        """Return the known violations of a contract; None if it has no file.

        Raises:
            ConfigurationError: the file cannot be read, or is not what `archguard freeze` writes.
        """
        path = self.find_file(contract)
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                raise ConfigurationError(f"{escape(path)}: not a regular file.")
            with open(path, "rb") as file:
                content = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        if len(content) > _MAX_BYTES:
            raise ConfigurationError(f"{escape(path)}: the file is larger than 64 MiB.")
        return _parse(path, content.decode("utf-8", "surrogateescape"))

    def write(self, contract: str, edges: Iterable[Edge]) -> None:
        """Write a contract's file as a whole.

        Raises:
            ArchguardError: it cannot be written.
        """
        path = self.find_file(contract)
        text = "".join(f"{importer}{_ARROW}{imported}\n" for importer, imported in sorted(edges))
        try:
            os.makedirs(self.path, exist_ok=True)
            replace_file(path, text.encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise ArchguardError(f"{escape(path)}: it cannot be written: {error.strerror}.") from error

    def remove(self, contract: str) -> None:
        """Remove a contract's file.

        Raises:
            ArchguardError: it cannot be removed.
        """
        path = self.find_file(contract)
        try:
            os.unlink(path)
        except OSError as error:
            raise ArchguardError(f"{escape(path)}: it cannot be removed: {error.strerror}.") from error


def _parse(path: str, text: str) -> frozenset[Edge]:
    edges: set[Edge] = set()
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").removesuffix("\n").split("\n")
    for number, line in enumerate(lines if text.strip("\ufeff\r\n") else (), start=1):
        edge = _parse_line(f"{escape(path)}, line {number}", line)
        if edge in edges:
            raise ConfigurationError(
                f"{escape(path)}, line {number}: {_shorten(line)} stands there twice: delete one."
            )
        edges.add(edge)
    return frozenset(edges)


def _parse_line(place: str, line: str) -> Edge:
    if line.startswith(_CONFLICT_MARKERS):
        raise ConfigurationError(
            f"{place}: the marker of a merge conflict: keep the lines that both sides have."
        )
    importer, _, imported = line.partition(_ARROW)
    names = (importer, imported)
    if _ARROW in imported or not all(name and name == name.strip() for name in names):
        raise ConfigurationError(
            f'{place}: {_shorten(line)} is not a violation such as "shop.order -> shop.legacy".'
        )
    return importer, imported


def _shorten(line: str) -> str:
    return f'"{escape(line[:_SHOWN])}{"..." if len(line) > _SHOWN else ""}"'


def _unreadable(path: str, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"{escape(path)}: it cannot be read: {error.strerror}.")
