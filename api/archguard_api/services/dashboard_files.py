"""Read the files of the built dashboard, each on its first request."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

INDEX = "index.html"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class DashboardFile:
    """A file's content and headers."""

    body: bytes
    packed: bytes
    """The body, compressed with gzip."""
    media_type: str


class DashboardFiles:
    """The files that `npm run build` writes to `web/`; none if the dashboard is not built."""

    def __init__(self, folder: Traversable | None = None, *, root_path: str = "") -> None:
        """Find the files.

        Args:
            folder: where they are; by default the one of this package.
            root_path: the path below which a proxy serves them.
        """
        self._root_path = root_path
        folder = files("archguard_api") / "web" if folder is None else folder
        self._paths = {path.name: path for path in _list_files(folder)}
        self._files: dict[str, DashboardFile] = {}

    @property
    def assets(self) -> frozenset[str]:
        """The names of the files that the page loads; each name contains a digest of the content."""
        return frozenset(self._paths.keys() - {INDEX})

    def get_page(self) -> DashboardFile | None:
        """Return the page; None if the dashboard is not built."""
        return self._get_file(INDEX)

    def get_asset(self, name: str) -> DashboardFile | None:
        """Return a file that the page loads; None if there is no file of this name."""
        return self._get_file(name) if name in self.assets else None

    def _get_file(self, name: str) -> DashboardFile | None:
        if name not in self._paths:
            return None
        if name not in self._files:
            try:
                self._files[name] = _read_file(self._paths[name], self._root_path)
            except FileNotFoundError:  # the dashboard was rebuilt after this process had started
                return None
        return self._files[name]


def _list_files(folder: Traversable) -> list[Traversable]:
    page, assets = folder / INDEX, folder / "assets"
    if not page.is_file() or not assets.is_dir():
        return []
    return [page, *(one for one in assets.iterdir() if one.name.rpartition(".")[2] in _TYPES)]


def _read_file(path: Traversable, root_path: str) -> DashboardFile:
    body = path.read_bytes()
    if path.name == INDEX:  # one page for all addresses: what it loads needs addresses from the root
        body = body.replace(b'"./assets/', f'"{root_path}/assets/'.encode())
    media_type = _TYPES[path.name.rpartition(".")[2]]
    return DashboardFile(body, gzip.compress(body, mtime=0), media_type)
